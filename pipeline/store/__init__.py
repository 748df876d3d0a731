"""The archive's database: the only code that imports duckdb. One SQL file per query, one typed function per file."""
