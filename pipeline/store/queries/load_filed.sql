SELECT
    archive_id,
    categories,
    coalesce(versions[1].created, strptime(month || '.01', '%Y.%m.%d')::DATE) AS submitted
FROM preprints
SEMI JOIN (SELECT text_hash FROM embeddings WHERE encoder = $encoder) USING (text_hash)
ORDER BY archive_id
