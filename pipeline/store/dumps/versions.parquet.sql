COPY (
    SELECT
        versions.archive_id,
        versions.number,
        texts.title,
        texts.abstract,
        versions.text_hash
    FROM versions
    JOIN texts USING (text_hash)
    ORDER BY
        versions.archive_id,
        versions.number,
        versions.text_hash
) TO $file (FORMAT parquet, COMPRESSION zstd)
