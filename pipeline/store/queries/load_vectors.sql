SELECT
    preprints.archive_id,
    embeddings.vector
FROM preprints
JOIN embeddings USING (text_hash)
WHERE embeddings.encoder = $encoder
ORDER BY preprints.archive_id
