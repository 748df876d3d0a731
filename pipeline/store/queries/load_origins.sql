SELECT
    source,
    count(*)::INTEGER AS preprints,
    max(versions[1].created) AS newest,
    count(*) FILTER (retold)::INTEGER AS retold,
    count(withdrawn)::INTEGER AS withdrawn
FROM preprints
GROUP BY source
ORDER BY source
