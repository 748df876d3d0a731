-- Lines of a sorted turn whose text is kept for the first time; of two with one text the first.
SELECT min(told.number) AS number
FROM told
JOIN sorted USING (number)
ANTI JOIN texts ON texts.text_hash = told.text_hash
WHERE sorted.state IN ('new', 'revised', 'earlier')
GROUP BY told.text_hash
