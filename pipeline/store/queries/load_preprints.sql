SELECT
    preprints.archive_id,
    preprints.source,
    preprints.source_id,
    texts.title,
    texts.abstract,
    preprints.authors,
    preprints.categories,
    preprints.versions,
    preprints.month,
    preprints.updated,
    preprints.doi,
    preprints.journal_ref,
    preprints.comments,
    preprints.licence,
    preprints.retold,
    preprints.withdrawn
FROM preprints
JOIN wanted USING (archive_id)
JOIN texts USING (text_hash)
ORDER BY preprints.archive_id
