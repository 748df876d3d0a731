INSERT INTO texts
SELECT
    told.text_hash,
    told.title,
    told.abstract
FROM told
SEMI JOIN (
    SELECT min(told.number) AS number
    FROM told
    JOIN sorted USING (number)
    WHERE sorted.state IN ('new', 'revised', 'earlier')
    GROUP BY told.text_hash
) AS wanted USING (number)
ANTI JOIN texts ON texts.text_hash = told.text_hash
