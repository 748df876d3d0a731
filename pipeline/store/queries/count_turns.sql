-- How often the preprint is told of that is told of most.
SELECT coalesce(max(times), 0) AS turns
FROM (
    SELECT count(*) AS times
    FROM told
    WHERE reason IS NULL AND NOT outside
    GROUP BY source_id
)
