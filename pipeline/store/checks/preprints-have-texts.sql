SELECT archive_id || ' has lost its title and abstract' AS problem
FROM preprints
ANTI JOIN texts USING (text_hash)
ORDER BY problem
