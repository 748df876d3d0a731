SELECT
    answer_key,
    revision
FROM outcomes
