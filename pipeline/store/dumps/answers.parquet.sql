COPY (
    SELECT
        slug,
        revision,
        answered_on,
        document ->> '$.question' AS question,
        document ->> '$.status' AS status,
        document ->> '$.reason' AS reason,
        document ->> '$.answered_by' AS answered_by,
        document ->> '$.opening' AS opening,
        document ->> '$.bottom_line' AS bottom_line,
        len(json_extract(document, '$.findings[*].sentences[*].text'))::INTEGER AS sentences,
        json_array_length(document, '$.cut')::INTEGER AS cut,
        document ->> '$.provenance.model' AS model,
        document ->> '$.provenance.model_sha256' AS model_sha256,
        document ->> '$.provenance.encoder' AS encoder,
        (document ->> '$.provenance.preprints')::INTEGER AS preprints,
        document
    FROM answers
    ORDER BY
        slug,
        revision
) TO $file (FORMAT parquet, COMPRESSION zstd)
