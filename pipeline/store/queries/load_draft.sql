SELECT
    reply,
    evidence,
    prompt_tokens,
    completion_tokens,
    problem
FROM drafts
WHERE draft_key = $draft_key
