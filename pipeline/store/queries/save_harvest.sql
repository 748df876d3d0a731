INSERT OR REPLACE INTO harvests VALUES ($source, $fingerprint)
