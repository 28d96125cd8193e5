"""What lasts beyond a run, in one SQLite file: the journal, the history and the memory."""
