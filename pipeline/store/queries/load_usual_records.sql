-- How many records a harvest of this source usually brings: the median of the last ten that ended and brought any.
SELECT
    count(*) AS harvests,
    median(records) AS usual
FROM (
    SELECT records
    FROM harvests
    WHERE source = $source AND ended AND records > 0
    ORDER BY started DESC
    LIMIT 10
)
