SELECT archive_id
FROM preprints
WHERE withdrawn IS NOT NULL
