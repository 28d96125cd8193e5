"""What outlives a run, in one SQLite file: the journal, the history, and what is remembered."""
