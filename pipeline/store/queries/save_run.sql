INSERT INTO runs VALUES ($started, $report)
