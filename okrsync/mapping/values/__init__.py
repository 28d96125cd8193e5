"""Reads what people type: numbers, days and words, by the conventions of one sheet."""
