SELECT
    text_hash,
    title || '. ' || abstract AS text
FROM texts
WHERE text_hash IN (
    SELECT text_hash
    FROM preprints
    ANTI JOIN (SELECT text_hash FROM embeddings WHERE encoder = $encoder) USING (text_hash)
    GROUP BY text_hash
    ORDER BY text_hash
    LIMIT $limit
)
ORDER BY text_hash
