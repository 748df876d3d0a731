SELECT 'the text ' || text_hash || ' is another one than was kept' AS problem
FROM texts
WHERE left(sha256(title || chr(31) || abstract), 32) <> text_hash
ORDER BY problem
