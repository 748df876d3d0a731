INSERT INTO ledger
SELECT
    archive_id,
    source,
    source_id,
    split_part(archive_id, '-', 2),
    split_part(archive_id, '-', 3)::INTEGER
FROM batch
