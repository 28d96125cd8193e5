"""Decides what a board gets: which row is which item, and what each row says."""
