SELECT cursor
FROM cursors
WHERE source = $source
