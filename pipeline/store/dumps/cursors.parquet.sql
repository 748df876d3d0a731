COPY (
    SELECT *
    FROM cursors
    ORDER BY source
) TO $file (FORMAT parquet, COMPRESSION zstd)
