"""From answers to a folder of files. Render returns text; only site.py writes."""
