INSERT INTO embeddings
SELECT
    batch.text_hash,
    $encoder,
    batch.vector
FROM batch
ANTI JOIN (SELECT text_hash FROM embeddings WHERE encoder = $encoder) USING (text_hash)
