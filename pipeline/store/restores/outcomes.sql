INSERT INTO outcomes BY NAME
SELECT *
FROM read_parquet($file)
