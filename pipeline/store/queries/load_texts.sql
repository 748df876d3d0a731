SELECT texts.title || '. ' || texts.abstract AS text
FROM preprints
JOIN texts USING (text_hash)
SEMI JOIN (SELECT text_hash FROM embeddings WHERE encoder = $encoder) USING (text_hash)
ORDER BY archive_id
