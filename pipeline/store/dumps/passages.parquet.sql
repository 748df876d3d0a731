COPY (
    SELECT *
    FROM passages
    ORDER BY slug, rank
) TO $file (FORMAT parquet, COMPRESSION zstd)
