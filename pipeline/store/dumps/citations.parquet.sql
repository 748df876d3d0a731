COPY (
    WITH findings AS (
        SELECT
            slug,
            revision,
            unnest(found) AS finding,
            generate_subscripts(found, 1) AS finding_number
        FROM (
            SELECT
                slug,
                revision,
                from_json(
                    document -> '$.findings',
                    '[{"heading": "VARCHAR", "sentences": [{"text": "VARCHAR", "citations": ["VARCHAR"], "verdict": "VARCHAR",
                    "hedged": "BOOLEAN", "evidence": [{"archive_id": "VARCHAR", "text": "VARCHAR", "start": "INTEGER",
                    "end": "INTEGER"}]}]}]'
                ) AS found
            FROM answers
        )
    ),

    sentences AS (
        SELECT
            slug,
            revision,
            finding.heading,
            unnest(finding.sentences) AS sentence,
            finding_number,
            generate_subscripts(finding.sentences, 1) AS place
        FROM findings
    ),

    numbered AS (
        SELECT
            *,
            row_number() OVER (PARTITION BY slug, revision ORDER BY finding_number, place)::INTEGER AS number
        FROM sentences
    ),

    cited AS (
        SELECT
            *,
            unnest(sentence.citations) AS archive_id,
            generate_subscripts(sentence.citations, 1) AS citation
        FROM numbered
    ),

    carried AS (
        SELECT
            slug,
            revision,
            number,
            unnest(sentence.evidence) AS evidence,
            generate_subscripts(sentence.evidence, 1) AS place
        FROM numbered
    ),

    sources AS (
        SELECT
            slug,
            revision,
            unnest(from_json(
                document -> '$.sources',
                '[{"archive_id": "VARCHAR", "version": "INTEGER", "similarity": "INTEGER"}]'
            )) AS source
        FROM answers
    )

    SELECT
        cited.slug,
        cited.revision,
        cited.number AS sentence_number,
        cited.heading,
        cited.sentence.text AS sentence,
        cited.sentence.verdict AS verdict,
        cited.sentence.hedged AS hedged,
        cited.archive_id,
        sources.source.version AS version,
        sources.source.similarity AS similarity,
        carried.evidence.text AS evidence,
        carried.evidence.start AS evidence_start,
        carried.evidence.end AS evidence_end
    FROM cited
    LEFT JOIN carried
        ON cited.slug = carried.slug
        AND cited.revision = carried.revision
        AND cited.number = carried.number
        AND cited.archive_id = carried.evidence.archive_id
    LEFT JOIN sources
        ON cited.slug = sources.slug
        AND cited.revision = sources.revision
        AND cited.archive_id = sources.source.archive_id
    ORDER BY
        cited.slug,
        cited.revision,
        cited.number,
        cited.citation,
        carried.place
) TO $file (FORMAT parquet, COMPRESSION zstd)
