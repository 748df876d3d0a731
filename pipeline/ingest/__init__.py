"""From what a source sends to Preprint records: one parser per feed, pure; files are opened in snapshot.py."""
