UPDATE preprints
SET
    updated = coalesce(latest.updated, preprints.updated),
    withdrawn = CASE preprints.withdrawal_override
        WHEN 'withdrawn' THEN preprints.withdrawn
        WHEN 'standing' THEN NULL
        ELSE latest.withdrawn
    END,
    withdrawal_text = latest.withdrawn,
    withdrawal_signal = latest.withdrawal_signal,
    withdrawal_strength = latest.withdrawal_strength,
    facts_hash = ''
FROM (
    SELECT
        sorted.place,
        told.updated,
        told.withdrawn,
        told.withdrawal_signal,
        told.withdrawal_strength
    FROM told
    JOIN sorted ON sorted.number = told.number
    WHERE sorted.state = 'deleted'
) AS latest
WHERE preprints.rowid = latest.place
