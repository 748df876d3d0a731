INSERT INTO retrievals BY NAME
SELECT *
FROM read_parquet($file)
