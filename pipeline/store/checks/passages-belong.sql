SELECT 'a passage of ' || slug || ' names ' || archive_id || ', which is not in the archive' AS problem
FROM passages
ANTI JOIN preprints USING (archive_id)
UNION ALL
SELECT 'the passages of ' || slug || ' are not ranked from 1 on'
FROM passages
GROUP BY slug
HAVING min(rank) <> 1 OR max(rank) <> count(*) OR count(DISTINCT rank) <> count(*)
ORDER BY problem
