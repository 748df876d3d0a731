SELECT
    wanted.text_hash,
    embeddings.vector
FROM wanted
JOIN embeddings USING (text_hash)
WHERE embeddings.encoder = $encoder
ORDER BY wanted.text_hash
