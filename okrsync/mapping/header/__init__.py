"""Finds the header of a table and says what each column means, by its words and its content."""
