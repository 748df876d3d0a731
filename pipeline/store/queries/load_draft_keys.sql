SELECT draft_key
FROM drafts
WHERE problem IS NULL
ORDER BY draft_key
