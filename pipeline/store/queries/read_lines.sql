-- Lines of JSON in the shape of arXiv's bulk snapshot, each as one row: cleaned, typed, or with the reason why not. The hash of its
-- text is added outside (`hashes.py`): OpenSSL takes a third of DuckDB's time for it.
WITH parsed AS (
    SELECT
        number,
        line,
        TRY(
            from_json(
                line,
                '{
                    "id": "JSON",
                    "title": "VARCHAR",
                    "abstract": "VARCHAR",
                    "authors": "VARCHAR",
                    "authors_parsed": [["VARCHAR"]],
                    "people": ["VARCHAR"],
                    "categories": "VARCHAR",
                    "comments": "VARCHAR",
                    "journal-ref": "VARCHAR",
                    "doi": "VARCHAR",
                    "license": "VARCHAR",
                    "versions": [{"version": "VARCHAR", "created": "VARCHAR", "source_type": "VARCHAR"}],
                    "update_date": "VARCHAR",
                    "retold": "BOOLEAN",
                    "withdrawn": "VARCHAR",
                    "deleted": "BOOLEAN"
                }'
            )
        ) AS stated
    FROM lines
    WHERE NOT regexp_full_match(line, '\s*')
),

cleaned AS (
    SELECT
        number,
        line,
        stated.id::VARCHAR AS quoted_id,
        coalesce(stated.id ->> '$', '') AS source_id,
        stated IS NULL AS unreadable,
        coalesce(stated.deleted, false) AS deleted,
        coalesce(stated_text(line, '$.title', stated.title), '') AS title,
        coalesce(stated_text(line, '$.abstract', stated.abstract), '') AS abstract,
        CASE
            WHEN len(stated.people) > 0 THEN list_transform(stated.people, lambda name: clean(name))
            WHEN len(stated.authors_parsed) > 0 THEN list_transform(
                list_filter(stated.authors_parsed, lambda name: name IS NOT NULL),
                lambda name: clean(concat_ws(' ', nullif(name[2], ''), nullif(name[1], ''), nullif(name[3], '')))
            )
            ELSE split_people(coalesce(stated_text(line, '$.authors', stated.authors), ''))
        END AS authors,
        each_once(
            list_filter(
                -- more than a hundred are no preprint's
                string_split(coalesce(clean(stated.categories), ''), ' ')[:100],
                -- a category becomes part of an address, so nothing else passes for one
                lambda name: regexp_full_match(name, '[a-z][a-z-]{1,60}(?:\.[A-Za-z-]{2,30})?')
            )
        ) AS categories,
        by_number(
            list_filter(
                list_transform(
                    list_filter(coalesce(stated.versions, []), lambda one: one IS NOT NULL),
                    lambda one: {
                        'number': TRY_CAST(ltrim(one.version, 'v') AS INTEGER),
                        'created': day(one.created),
                        'source_type': one.source_type
                    }
                ),
                lambda one: one.number BETWEEN 1 AND 9999
            )
        ) AS told_versions,
        day(stated.update_date) AS updated,
        nullif(stated_text(line, '$.doi', stated.doi), '') AS doi,
        nullif(stated_text(line, '$."journal-ref"', stated."journal-ref"), '') AS journal_ref,
        nullif(stated_text(line, '$.comments', stated.comments), '') AS comments,
        nullif(stated_text(line, '$.license', stated.license), '') AS licence,
        coalesce(stated.retold, false) AS retold,
        nullif(stated_text(line, '$.withdrawn', stated.withdrawn), '') AS stated_withdrawn
    FROM parsed
),

opened AS (
    SELECT
        *,
        left(abstract, 300) AS opening
    FROM cleaned
),

judged AS (
    SELECT
        *,
        withdrawn_by_comments(comments) AS by_comments,
        withdrawn_by_opening(opening) AS by_abstract,
        told_versions[-1].source_type IS NOT DISTINCT FROM 'I' AS by_source_type
    FROM opened
)

SELECT
    number,
    source_id,
    deleted,
    title,
    abstract,
    list_filter(authors, lambda name: name <> '') AS authors,
    categories,
    -- none where the line tells of none: then it speaks of the latest
    list_transform(told_versions, lambda one: {'number': one.number, 'created': one.created}) AS versions,
    coalesce(
        CASE WHEN told_versions[1].number = 1 THEN strftime(told_versions[1].created, '%Y.%m') END,
        id_month(source_id),
        strftime(coalesce(told_versions[1].created, updated), '%Y.%m')
    ) AS month,
    updated,
    doi,
    journal_ref,
    comments,
    licence,
    retold,
    CASE
        WHEN deleted THEN 'deleted by its source'
        WHEN stated_withdrawn IS NOT NULL THEN stated_withdrawn
        WHEN by_comments THEN comments
        WHEN by_abstract THEN abstract
    END AS withdrawn,
    CASE
        WHEN deleted THEN 'deleted'
        WHEN stated_withdrawn IS NOT NULL THEN 'stated'
        WHEN by_comments THEN 'comments'
        WHEN by_abstract THEN 'abstract'
        WHEN by_source_type THEN 'source_type'
    END AS withdrawal_signal,
    CASE
        WHEN deleted OR stated_withdrawn IS NOT NULL THEN 'certain'
        WHEN by_comments::INTEGER + by_abstract::INTEGER + by_source_type::INTEGER >= 2 THEN 'certain'
        WHEN by_comments OR by_abstract THEN 'likely'
        WHEN by_source_type THEN 'weak'
    END AS withdrawal_strength,
    NOT (
        (
            len($categories) = 0
            OR list_has_any(categories, $categories)
            OR list_has_any(list_transform(categories, lambda name: split_part(name, '.', 1)), $categories)
        )
        AND ($since IS NULL OR coalesce(updated, told_versions[-1].created, try_strptime(month || '.01', '%Y.%m.%d')::DATE) >= $since)
    ) AND NOT deleted AS outside,
    facts_hash(authors, categories, doi, journal_ref, comments, licence, retold, withdrawn, withdrawal_strength) AS facts_hash,
    CASE
        WHEN unreadable THEN 'not a line of JSON in UTF-8'
        WHEN quoted_id IS NULL AND NOT regexp_matches(line, '^\s*\{') THEN 'not a JSON object'
        WHEN quoted_id IS NULL THEN 'no id'
        WHEN quoted_id[1] <> '"' THEN 'id ' || left(quoted_id, 60) || ' is not text (a number loses its zeros)'
        WHEN NOT regexp_full_match(source_id, $id_pattern) THEN
            'id ' || left(quoted_id, 60) || ' is not an id of this source'
        WHEN deleted THEN NULL
        WHEN title = ''
            OR (regexp_full_match(title, '[0-9.eE+-]+|-?(?:NaN|Infinity)|true|false') AND json_type(line, '$.title') <> 'VARCHAR') THEN 'no title'
        WHEN abstract = ''
            OR (regexp_full_match(abstract, '[0-9.eE+-]+|-?(?:NaN|Infinity)|true|false') AND json_type(line, '$.abstract') <> 'VARCHAR') THEN 'no abstract'
        WHEN month IS NULL THEN 'no date'
    END AS reason
FROM judged
