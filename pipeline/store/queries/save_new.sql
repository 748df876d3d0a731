INSERT INTO preprints BY NAME
SELECT
    sorted.archive_id,
    $source AS source,
    told.source_id,
    told.authors,
    told.categories,
    CASE WHEN len(told.versions) > 0 THEN told.versions ELSE [{'number': 1, 'created': NULL}] END AS versions,
    told.month,
    told.updated,
    told.doi,
    told.journal_ref,
    told.comments,
    told.licence,
    told.retold,
    CASE WHEN told.withdrawal_strength IN ('certain', 'likely') THEN told.withdrawn END AS withdrawn,
    told.withdrawn AS withdrawal_text,
    told.withdrawal_signal,
    told.withdrawal_strength,
    told.text_hash,
    told.facts_hash
FROM told
JOIN sorted USING (number)
WHERE sorted.state = 'new'
