"""okrsync reads OKRs where teams keep them, measures how they stand, and writes the answer back
beside each row.
"""

__version__ = "0.1.0"
