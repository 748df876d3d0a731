COPY (
    SELECT *
    FROM outcomes
    ORDER BY answer_key
) TO $file (FORMAT parquet, COMPRESSION zstd)
