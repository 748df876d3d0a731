INSERT INTO harvests VALUES ($source, $started, $pages, $records, $new, $revised, $unchanged, $withdrawn, $rejected, $ended)
