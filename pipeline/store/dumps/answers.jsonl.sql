-- Each document is one line of JSON already: nothing is quoted, and no character of JSON text is the delimiter.
COPY (
    SELECT document
    FROM answers
    ORDER BY
        slug,
        revision
) TO $file (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x1f')
