INSERT OR REPLACE INTO drafts VALUES ($draft_key, $slug, $reply, $evidence, $prompt_tokens, $completion_tokens, $problem)
