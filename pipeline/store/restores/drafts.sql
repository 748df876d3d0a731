INSERT INTO drafts BY NAME
SELECT *
FROM read_parquet($file)
