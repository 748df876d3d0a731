SELECT document
FROM answers
QUALIFY row_number() OVER (PARTITION BY slug ORDER BY revision DESC) = 1
ORDER BY slug
