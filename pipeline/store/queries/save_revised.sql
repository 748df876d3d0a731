UPDATE preprints
SET
    authors = latest.authors,
    categories = latest.categories,
    versions = merged(latest.versions, preprints.versions),
    updated = latest.updated,
    doi = latest.doi,
    journal_ref = latest.journal_ref,
    comments = latest.comments,
    licence = latest.licence,
    retold = latest.retold,
    withdrawn = CASE preprints.withdrawal_override
        WHEN 'withdrawn' THEN preprints.withdrawn
        WHEN 'standing' THEN NULL
        ELSE CASE WHEN latest.withdrawal_strength IN ('certain', 'likely') THEN latest.withdrawn END
    END,
    withdrawal_text = latest.withdrawn,
    withdrawal_signal = latest.withdrawal_signal,
    withdrawal_strength = latest.withdrawal_strength,
    text_hash = latest.text_hash,
    facts_hash = latest.facts_hash
FROM (
    SELECT
        sorted.place,
        told.*
    FROM told
    JOIN sorted ON sorted.number = told.number
    WHERE sorted.state IN ('revised', 'touched')
) AS latest
WHERE preprints.rowid = latest.place
