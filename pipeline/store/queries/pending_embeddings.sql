SELECT
    text_hash,
    any_value(title || '. ' || abstract ORDER BY archive_id) AS text
FROM preprints
ANTI JOIN (SELECT text_hash FROM embeddings WHERE encoder = $encoder) USING (text_hash)
GROUP BY text_hash
ORDER BY text_hash
