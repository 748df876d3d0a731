SELECT 'the id ' || archive_id || ' stands for ' || count(*) || ' preprints' AS problem
FROM preprints
GROUP BY archive_id
HAVING count(*) > 1
UNION ALL
SELECT source || ' ' || source_id || ' is held ' || count(*) || ' times'
FROM preprints
GROUP BY source, source_id
HAVING count(*) > 1
ORDER BY problem
