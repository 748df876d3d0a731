SELECT
    source,
    coalesce(max(started) FILTER (ended), min(started)) AS since,
    bool_or(ended) AS ever
FROM harvests
GROUP BY source
ORDER BY source
