SELECT
    slug,
    archive_id,
    version,
    text_hash,
    rank,
    similarity,
    lexical,
    fused
FROM passages
ORDER BY slug, rank
