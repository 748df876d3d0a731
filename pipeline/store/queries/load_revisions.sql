SELECT answers.document
FROM answers
SEMI JOIN wanted ON wanted.slug = answers.slug
ORDER BY answers.slug, answers.revision
