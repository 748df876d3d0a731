-- Bring every row in line with the operator's file; rows that the file no longer names go back to their signal.
UPDATE preprints
SET
    withdrawal_override = wanted.state,
    withdrawn = CASE
        WHEN wanted.state = 'standing' THEN NULL
        WHEN wanted.state = 'withdrawn' THEN wanted.why
        WHEN preprints.withdrawal_strength IN ('certain', 'likely') THEN preprints.withdrawal_text
    END
FROM (
    SELECT
        touched.archive_id,
        overrides.state,
        overrides.why
    FROM preprints AS touched
    LEFT JOIN overrides USING (source, source_id)
    WHERE overrides.state IS NOT NULL OR touched.withdrawal_override IS NOT NULL
) AS wanted
WHERE preprints.archive_id = wanted.archive_id
    AND (
        preprints.withdrawal_override IS DISTINCT FROM wanted.state
        OR (wanted.state = 'withdrawn' AND preprints.withdrawn IS DISTINCT FROM wanted.why)
    )
