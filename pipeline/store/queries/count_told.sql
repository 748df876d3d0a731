-- Lines, and how often the preprint is told of that is told of most.
SELECT
    (SELECT count(*) FROM told) AS lines,
    coalesce(max(times), 0) AS turns
FROM (
    SELECT count(*) AS times
    FROM told
    WHERE reason IS NULL AND NOT outside
    GROUP BY source_id
)
