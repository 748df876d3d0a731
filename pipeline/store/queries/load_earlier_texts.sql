-- The title and abstract of versions before the latest.
SELECT
    versions.archive_id,
    versions.number,
    texts.title,
    texts.abstract
FROM versions
SEMI JOIN wanted ON wanted.archive_id = versions.archive_id AND wanted.number = versions.number
JOIN texts USING (text_hash)
ORDER BY versions.archive_id, versions.number, versions.text_hash
