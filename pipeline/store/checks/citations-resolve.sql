WITH cited AS (
    SELECT DISTINCT
        slug,
        revision,
        unnest(json_extract_string(document, '$.findings[*].sentences[*].citations[*]')) AS archive_id
    FROM answers
    WHERE json_valid(document)
),

shown AS (
    SELECT DISTINCT
        slug,
        revision,
        unnest(json_extract_string(document, '$.sources[*].archive_id')) AS archive_id
    FROM answers
    WHERE json_valid(document)
)

SELECT slug || ', revision ' || revision || ', cites ' || archive_id || ', which is not among its sources' AS problem
FROM cited
ANTI JOIN shown USING (slug, revision, archive_id)
UNION ALL
SELECT slug || ', revision ' || revision || ', rests on ' || archive_id || ', which is not in the archive'
FROM shown
ANTI JOIN preprints USING (archive_id)
ORDER BY problem
