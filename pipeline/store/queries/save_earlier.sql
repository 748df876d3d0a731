UPDATE preprints
SET versions = merged(preprints.versions, latest.versions)
FROM (
    SELECT
        sorted.place,
        told.versions
    FROM told
    JOIN sorted ON sorted.number = told.number
    WHERE sorted.state = 'earlier'
) AS latest
WHERE preprints.rowid = latest.place
