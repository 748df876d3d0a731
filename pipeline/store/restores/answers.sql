INSERT INTO answers BY NAME
SELECT
    slug,
    revision,
    answered_on,
    document
FROM read_parquet($file)
