SELECT preprints.archive_id || ' (' || preprints.source || ' ' || preprints.source_id || ') is not in the ledger' AS problem
FROM preprints
ANTI JOIN ledger USING (archive_id, source, source_id)
ORDER BY problem
