DELETE FROM ledger_read
