INSERT INTO cursors BY NAME
SELECT *
FROM read_parquet($file)
