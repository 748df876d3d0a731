SELECT max(updated)
FROM preprints
WHERE source = $source
