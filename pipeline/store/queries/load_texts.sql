SELECT title || '. ' || abstract AS text
FROM preprints
SEMI JOIN (SELECT text_hash FROM embeddings WHERE encoder = $encoder) USING (text_hash)
ORDER BY archive_id
