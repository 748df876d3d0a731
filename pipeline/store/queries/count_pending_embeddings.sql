SELECT count(DISTINCT text_hash)
FROM preprints
ANTI JOIN (SELECT text_hash FROM embeddings WHERE encoder = $encoder) USING (text_hash)
