INSERT OR REPLACE INTO runs VALUES ($started, $report)
