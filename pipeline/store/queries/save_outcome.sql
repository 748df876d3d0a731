INSERT OR REPLACE INTO outcomes VALUES ($answer_key, $slug, $revision)
