COPY (
    SELECT *
    FROM drafts
    ORDER BY draft_key
) TO $file (FORMAT parquet, COMPRESSION zstd)
