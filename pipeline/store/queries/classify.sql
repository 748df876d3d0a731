-- One row for each preprint told of at that turn: its id and its row where it has them, and what is to be done with it. The row's
-- number stands until the transaction ends, and saves those that write from searching it again.
WITH readable AS (
    SELECT
        number,
        source_id,
        deleted,
        versions
    FROM told
    WHERE reason IS NULL AND NOT outside
),

-- Versions take their turns by number, whatever the order in which they came; where one tells of a deletion, as they came.
repeated AS (
    SELECT
        number,
        row_number() OVER (
            PARTITION BY source_id
            ORDER BY CASE WHEN tells_of_deletion THEN 0 ELSE coalesce(versions[-1].number, 0) END, number
        ) AS turn
    FROM (
        SELECT
            *,
            bool_or(deleted) OVER (PARTITION BY source_id) AS tells_of_deletion
        FROM readable
        WHERE source_id IN (SELECT source_id FROM readable GROUP BY source_id HAVING count(*) > 1)
    )
),

current AS (
    SELECT told.*
    FROM told
    LEFT JOIN repeated USING (number)
    WHERE told.reason IS NULL AND NOT told.outside AND coalesce(repeated.turn, 1) = $turn
),

-- Of millions of rows first the ids alone are read, then the rest of the rows that they lead to. What the ledger does not hold is
-- no preprint either.
given AS MATERIALIZED (
    SELECT
        source_id,
        archive_id
    FROM ledger
    WHERE rowid IN (
        SELECT rowid
        FROM ledger
        WHERE source = $source AND source_id IN (SELECT source_id FROM current)
    )
),

known AS (
    SELECT
        *,
        rowid AS place
    FROM preprints
    WHERE rowid IN (
        SELECT rowid
        FROM preprints
        WHERE source = $source AND source_id IN (SELECT source_id FROM given)
    )
),

compared AS (
    SELECT
        current.number,
        current.source_id,
        current.month,
        coalesce(known.archive_id, given.archive_id) AS archive_id,
        known.place,
        CASE
            WHEN known.archive_id IS NULL THEN CASE WHEN current.deleted THEN 'unchanged' ELSE 'new' END
            WHEN current.versions[-1].number < known.versions[-1].number THEN
                CASE
                    WHEN merged(known.versions, current.versions) = known.versions
                        AND EXISTS (
                            SELECT 1
                            FROM versions
                            WHERE versions.archive_id = known.archive_id AND versions.number = current.versions[-1].number
                        ) THEN 'unchanged'
                    ELSE 'earlier'
                END
            -- an older statement of what is known: last month's snapshot, an answer that is replayed
            WHEN current.updated < known.updated
                AND NOT coalesce(current.versions[-1].number > known.versions[-1].number, false) THEN 'unchanged'
            WHEN current.deleted THEN
                CASE WHEN known.withdrawal_signal IS NOT DISTINCT FROM 'deleted' THEN 'unchanged' ELSE 'deleted' END
            WHEN current.text_hash <> known.text_hash
                OR merged(current.versions, known.versions) <> known.versions
                OR current.facts_hash <> known.facts_hash THEN 'revised'
            WHEN current.updated IS DISTINCT FROM known.updated THEN 'touched'
            ELSE 'unchanged'
        END AS state,
        current.withdrawal_strength IN ('certain', 'likely')
        AND coalesce(known.withdrawal_strength, '') NOT IN ('certain', 'likely') AS newly_withdrawn
    FROM current
    LEFT JOIN known USING (source_id)
    LEFT JOIN given USING (source_id)
),

months AS (
    SELECT
        month,
        max(number) AS highest
    FROM ledger
    WHERE month IN (SELECT month FROM current)
    GROUP BY month
)

SELECT
    compared.number,
    compared.source_id,
    compared.month,
    compared.state,
    coalesce(compared.newly_withdrawn, false) AND compared.state IN ('new', 'revised', 'deleted') AS newly_withdrawn,
    compared.archive_id IS NULL AND compared.state = 'new' AS unnamed,
    coalesce(
        compared.archive_id,
        CASE
            WHEN compared.state = 'new' THEN format(
                '{}-{}-{:04d}',
                $prefix,
                compared.month,
                coalesce(months.highest, 0) + row_number() OVER (
                    PARTITION BY compared.month, compared.archive_id IS NULL AND compared.state = 'new'
                    ORDER BY compared.number
                )
            )
        END
    ) AS archive_id,
    compared.place
FROM compared
LEFT JOIN months USING (month)
ORDER BY compared.number
