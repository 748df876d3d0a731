SELECT
    preprints.source_id,
    preprints.archive_id,
    preprints.text_hash,
    preprints.record_hash,
    preprints.versions[-1].number AS latest
FROM preprints
JOIN wanted USING (source_id)
WHERE preprints.source = $source
ORDER BY preprints.source_id
