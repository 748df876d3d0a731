COPY (
    SELECT *
    FROM retrievals
    ORDER BY slug
) TO $file (FORMAT parquet, COMPRESSION zstd)
