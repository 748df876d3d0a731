SELECT fingerprint
FROM harvests
WHERE source = $source
