SELECT wanted.text_hash
FROM wanted
ANTI JOIN (SELECT text_hash FROM embeddings WHERE encoder = $encoder) USING (text_hash)
ORDER BY wanted.text_hash
