INSERT INTO texts BY NAME
SELECT
    text_hash,
    title,
    abstract
FROM read_parquet($file)
ANTI JOIN texts USING (text_hash)
QUALIFY row_number() OVER (PARTITION BY text_hash) = 1
