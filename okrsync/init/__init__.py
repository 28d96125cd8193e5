"""Sets up a source: reads what a person gave, makes a proposal, and drafts the config and mapping
as text that people can edit.

Everything here decides and returns values; `okrsync.cli.init_dialogue` talks to people and writes
the files.
"""
