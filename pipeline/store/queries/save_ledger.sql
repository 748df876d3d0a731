INSERT INTO ledger
SELECT
    archive_id,
    $source,
    source_id,
    month,
    split_part(archive_id, '-', 3)::INTEGER
FROM sorted
WHERE unnamed
ORDER BY number
