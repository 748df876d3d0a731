SELECT 'an outcome of ' || slug || ' leads to revision ' || revision || ', which is not there' AS problem
FROM outcomes
ANTI JOIN answers USING (slug, revision)
ORDER BY problem
