-- Preprints of the archive that are told to be the same work: they share a doi, or the doi of one is the other itself.
WITH ours AS (
    SELECT
        preprints.archive_id,
        unnest(dois(preprints.source, preprints.source_id, preprints.doi)) AS doi
    FROM preprints
    SEMI JOIN wanted USING (archive_id)
),

theirs AS (
    SELECT
        archive_id,
        unnest(dois(source, source_id, doi)) AS doi
    FROM preprints
    WHERE doi IS NOT NULL
        OR lower(source_id) IN (SELECT doi FROM ours)
        OR '10.48550/arxiv.' || lower(source_id) IN (SELECT doi FROM ours)
)

SELECT DISTINCT
    ours.archive_id,
    theirs.archive_id AS other_id
FROM ours
JOIN theirs ON theirs.doi = ours.doi AND theirs.archive_id <> ours.archive_id
ORDER BY ours.archive_id, other_id
