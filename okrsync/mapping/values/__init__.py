"""Reads what people type: numbers, days, words, and how one sheet writes them."""
