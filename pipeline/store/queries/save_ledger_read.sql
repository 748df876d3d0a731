INSERT INTO ledger_read VALUES ($bytes, $digest)
