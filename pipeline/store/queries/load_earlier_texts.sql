-- Title and abstract of every version that an answer read and that is not the latest.
WITH shown AS (
    SELECT unnest(json_extract(document, '$.sources[*]')) AS source
    FROM answers
),

read AS (
    SELECT DISTINCT
        source ->> '$.archive_id' AS archive_id,
        (source ->> '$.version')::INTEGER AS number
    FROM shown
)

SELECT
    versions.archive_id,
    versions.number,
    texts.title,
    texts.abstract
FROM versions
JOIN read USING (archive_id, number)
JOIN preprints USING (archive_id)
JOIN texts ON texts.text_hash = versions.text_hash
WHERE versions.number <> preprints.versions[-1].number
ORDER BY versions.archive_id, versions.number, versions.text_hash
