SELECT document
FROM answers
WHERE slug = $slug
ORDER BY revision DESC
LIMIT 1
