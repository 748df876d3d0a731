INSERT INTO answers VALUES ($slug, $revision, $answered_on, $document)
