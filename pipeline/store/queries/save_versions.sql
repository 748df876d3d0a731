-- The text that a revision replaces, under the version that it belonged to; and that of an earlier version that is told of now.
INSERT INTO versions
SELECT
    earlier.archive_id,
    earlier.number,
    earlier.text_hash
FROM (
    SELECT
        preprints.archive_id,
        preprints.versions[-1].number AS number,
        preprints.text_hash
    FROM preprints
    JOIN sorted ON sorted.place = preprints.rowid
    JOIN told ON told.number = sorted.number
    WHERE sorted.state = 'revised'
        AND (preprints.text_hash <> told.text_hash OR preprints.versions[-1].number < told.versions[-1].number)
    UNION ALL
    SELECT
        sorted.archive_id,
        told.versions[-1].number,
        told.text_hash
    FROM sorted
    JOIN told ON told.number = sorted.number
    WHERE sorted.state = 'earlier'
) AS earlier
ANTI JOIN versions
    ON versions.archive_id = earlier.archive_id
    AND versions.number = earlier.number
    AND versions.text_hash = earlier.text_hash
