INSERT OR REPLACE INTO cursors VALUES ($source, $cursor)
