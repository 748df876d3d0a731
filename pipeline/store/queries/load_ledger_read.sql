SELECT
    bytes,
    digest
FROM ledger_read
