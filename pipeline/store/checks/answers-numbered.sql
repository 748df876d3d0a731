SELECT slug || ' has revisions ' || list_sort(list(revision))::VARCHAR || ', and not 1 to ' || count(*) AS problem
FROM answers
GROUP BY slug
HAVING min(revision) <> 1 OR max(revision) <> count(*)
UNION ALL
SELECT slug || ', revision ' || revision || ', says of itself that it is another one'
FROM answers
WHERE
    NOT json_valid(document)
    OR NOT coalesce(document ->> '$.slug' = slug AND document ->> '$.revision' = revision::VARCHAR, false)
ORDER BY problem
