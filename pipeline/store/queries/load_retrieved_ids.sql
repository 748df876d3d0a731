SELECT DISTINCT unnest(json_extract_string(document, '$.sources[*].archive_id')) AS archive_id
FROM answers
ORDER BY archive_id
