-- How many records that were not known a harvest of this source usually brings: the median of the last ten that ended and brought any.
-- What is read again, since lists are asked for from some days before, says nothing.
SELECT
    count(*) AS harvests,
    median(fresh) AS usual
FROM (
    SELECT records - unchanged AS fresh
    FROM harvests
    WHERE source = $source AND ended AND fresh > 0
    ORDER BY started DESC
    LIMIT 10
)
