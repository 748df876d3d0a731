-- A plain join keeps the order of the lines, so DuckDB compresses whole row groups while it inserts, and not again from its log.
INSERT INTO texts
SELECT
    told.text_hash,
    told.title,
    told.abstract
FROM told
JOIN wanted USING (number)
