-- Preprints whose id the ledger does not hold, or holds for another.
SELECT
    archive_id,
    source,
    source_id
FROM preprints
ANTI JOIN ledger USING (archive_id, source, source_id)
ORDER BY archive_id
LIMIT 1
