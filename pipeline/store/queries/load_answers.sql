SELECT document
FROM answers
ORDER BY slug, revision
