DELETE FROM passages
WHERE slug = $slug
