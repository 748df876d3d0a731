SELECT
    count(*) AS preprints,
    max(coalesce(updated, versions[-1].created, strptime(month || '.01', '%Y.%m.%d')::DATE)) AS latest
FROM preprints
