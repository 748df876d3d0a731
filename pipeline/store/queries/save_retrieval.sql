INSERT OR REPLACE INTO retrievals VALUES ($slug, $retrieval_key, $preprints)
