SELECT
    source,
    source_id
FROM overrides
ANTI JOIN preprints USING (source, source_id)
ORDER BY ALL
