SELECT
    archive_id,
    version,
    text_hash,
    rank,
    similarity,
    lexical,
    fused
FROM passages
WHERE slug = $slug
ORDER BY rank
