COPY (
    SELECT
        preprints.archive_id,
        preprints.source,
        preprints.source_id,
        texts.title,
        texts.abstract,
        preprints.* EXCLUDE (archive_id, source, source_id)
    FROM preprints
    JOIN texts USING (text_hash)
    ORDER BY preprints.archive_id
) TO $file (FORMAT parquet, COMPRESSION zstd)
