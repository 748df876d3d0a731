SELECT
    document ->> '$.provenance.model' AS model,
    document ->> '$.provenance.model_sha256' AS model_sha256,
    document ->> '$.provenance.prompt' AS prompt,
    document ->> '$.provenance.sampling' AS sampling,
    document ->> '$.provenance.encoder' AS encoder,
    document ->> '$.provenance.checks' AS checks,
    count(*)::INTEGER AS revisions
FROM answers
GROUP BY ALL
ORDER BY ALL
