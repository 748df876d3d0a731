INSERT OR REPLACE INTO kept VALUES ($name, $key, $content)
