"""Turns rows into objectives and key results, and identifies each row."""
