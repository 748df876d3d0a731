SELECT
    passages.slug,
    passages.archive_id,
    passages.version,
    passages.text_hash,
    passages.rank,
    passages.similarity,
    passages.lexical,
    passages.fused
FROM passages
SEMI JOIN wanted ON wanted.slug = passages.slug
ORDER BY passages.slug, passages.rank
