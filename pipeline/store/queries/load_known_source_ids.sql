SELECT DISTINCT preprints.source_id
FROM preprints
JOIN wanted USING (source_id)
ORDER BY preprints.source_id
