UPDATE preprints
SET versions = merged(preprints.versions, latest.versions)
FROM (
    SELECT
        sorted.archive_id,
        told.versions
    FROM told
    JOIN sorted ON sorted.number = told.number
    WHERE sorted.state = 'earlier'
) AS latest
WHERE preprints.archive_id = latest.archive_id
