-- Ids given twice and preprints with two ids, of which any stands among the lines just read.
SELECT
    archive_id,
    source,
    source_id
FROM (
    SELECT
        *,
        count(*) OVER (PARTITION BY archive_id) AS same_id,
        count(*) OVER (PARTITION BY source, source_id) AS same_preprint
    FROM (
        SELECT
            archive_id,
            source,
            source_id
        FROM batch
        UNION ALL
        SELECT
            archive_id,
            source,
            source_id
        FROM ledger
        WHERE archive_id IN (SELECT archive_id FROM batch) OR (source, source_id) IN (SELECT (source, source_id) FROM batch)
    )
)
WHERE same_id > 1 OR same_preprint > 1
ORDER BY archive_id
LIMIT 1
