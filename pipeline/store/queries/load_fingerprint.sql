SELECT
    count(*) AS preprints,
    count(*) FILTER (
        text_hash IN (SELECT text_hash FROM embeddings WHERE encoder = $encoder)
    ) AS embedded,
    coalesce(bit_xor(hash(archive_id, text_hash, versions, categories, withdrawn)), 0)::VARCHAR AS fingerprint
FROM preprints
