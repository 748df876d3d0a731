SELECT revision
FROM outcomes
WHERE answer_key = $answer_key
