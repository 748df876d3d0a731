SELECT
    number,
    reason
FROM told
WHERE reason IS NOT NULL
ORDER BY number
