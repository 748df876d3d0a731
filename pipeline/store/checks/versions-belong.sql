SELECT 'version ' || number || ' of ' || archive_id || ' belongs to no preprint' AS problem
FROM versions
ANTI JOIN preprints USING (archive_id)
UNION ALL
SELECT 'version ' || number || ' of ' || archive_id || ' has lost its text'
FROM versions
ANTI JOIN texts USING (text_hash)
UNION ALL
SELECT archive_id || ' tells of no version, or not oldest first'
FROM preprints
WHERE len(versions) = 0 OR list_transform(versions, lambda one: one.number) <> list_sort(list_transform(versions, lambda one: one.number))
ORDER BY problem
