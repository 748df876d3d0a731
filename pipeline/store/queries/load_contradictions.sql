SELECT
    preprints.archive_id,
    preprints.source,
    preprints.source_id
FROM preprints
JOIN batch USING (archive_id)
WHERE preprints.source <> batch.source OR preprints.source_id <> batch.source_id
UNION ALL
SELECT
    preprints.archive_id,
    preprints.source,
    preprints.source_id
FROM preprints
JOIN batch USING (source, source_id)
WHERE preprints.archive_id <> batch.archive_id
ORDER BY archive_id
