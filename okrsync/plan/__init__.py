"""Decides every change and does none: pure functions of what was read, measured and remembered."""
