SELECT
    started,
    report
FROM runs
ORDER BY started DESC
LIMIT $limit
