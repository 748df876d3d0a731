INSERT OR IGNORE INTO versions
SELECT
    preprints.archive_id,
    preprints.versions[-1].number,
    preprints.title,
    preprints.abstract,
    preprints.text_hash
FROM preprints
JOIN batch USING (archive_id)
WHERE preprints.text_hash <> batch.text_hash
