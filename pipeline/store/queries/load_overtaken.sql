-- Questions whose newest answer shows a preprint as standing that is withdrawn by now.
WITH newest AS (
    SELECT
        slug,
        document
    FROM answers
    QUALIFY row_number() OVER (PARTITION BY slug ORDER BY revision DESC) = 1
),

shown AS (
    SELECT
        slug,
        unnest(json_extract(document, '$.sources[*]')) AS source
    FROM newest
)

SELECT DISTINCT shown.slug
FROM shown
JOIN preprints ON preprints.archive_id = shown.source ->> '$.archive_id'
WHERE preprints.withdrawn IS NOT NULL AND NOT (shown.source ->> '$.withdrawn')::BOOLEAN
ORDER BY shown.slug
