-- Every piece of evidence is letter for letter where it says in some version of its preprint.
WITH evidence AS (
    SELECT
        slug,
        revision,
        unnest(from_json(
            json_extract(document, '$.findings[*].sentences[*].evidence[*]'),
            '[{"archive_id": "VARCHAR", "text": "VARCHAR", "start": "INTEGER", "end": "INTEGER"}]'
        )) AS piece
    FROM answers
    WHERE json_valid(document)
),

held AS (
    SELECT
        archive_id,
        text_hash
    FROM preprints
    UNION
    SELECT
        archive_id,
        text_hash
    FROM versions
),

standing AS (
    SELECT DISTINCT
        evidence.slug,
        evidence.revision,
        evidence.piece
    FROM evidence
    JOIN held ON held.archive_id = evidence.piece.archive_id
    JOIN texts USING (text_hash)
    WHERE texts.abstract[evidence.piece.start + 1 : evidence.piece.end] = evidence.piece.text
)

SELECT slug || ', revision ' || revision || ', quotes of ' || piece.archive_id || ' what it does not say: ' || left(piece.text, 60) AS problem
FROM evidence
ANTI JOIN standing USING (slug, revision, piece)
ORDER BY problem
