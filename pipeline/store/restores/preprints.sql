INSERT INTO preprints BY NAME
SELECT * EXCLUDE (title, abstract)
FROM read_parquet($file)
