-- Rows as they come, without a join, so that DuckDB compresses whole row groups while it inserts, and not again from its log.
INSERT INTO texts
SELECT
    text_hash,
    title,
    abstract
FROM told
