INSERT INTO passages BY NAME
SELECT *
FROM read_parquet($file)
