SELECT 'the vector of the text ' || text_hash || ' (' || encoder || ') has not length 1' AS problem
FROM embeddings
WHERE NOT coalesce(abs(list_dot_product(vector, vector) - 1) < 0.01, false)
UNION ALL
SELECT encoder || ' has vectors of ' || count(DISTINCT len(vector)) || ' sizes'
FROM embeddings
GROUP BY encoder
HAVING count(DISTINCT len(vector)) > 1
UNION ALL
SELECT 'the text ' || text_hash || ' has ' || count(*) || ' vectors of ' || encoder
FROM embeddings
GROUP BY text_hash, encoder
HAVING count(*) > 1
ORDER BY problem
