SELECT
    key,
    content
FROM kept
WHERE name = $name
