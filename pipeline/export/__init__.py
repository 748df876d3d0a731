"""The archive as files for others: dumps with a data dictionary, backups, and the way back from either."""
