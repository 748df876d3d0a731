SELECT
    preprints.archive_id,
    preprints.source,
    preprints.source_id,
    preprints.title,
    preprints.abstract,
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
ORDER BY preprints.archive_id
