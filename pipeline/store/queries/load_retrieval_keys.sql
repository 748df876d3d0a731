SELECT
    slug,
    retrieval_key,
    preprints
FROM retrievals
ORDER BY slug
