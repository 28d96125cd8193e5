"""Closing a cycle, decided: which cycle, its last answers, what is carried over, and how the cycle
went.
"""
