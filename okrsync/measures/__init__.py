"""Measures: pure functions of the model and a date. Same input, same answer."""

from __future__ import annotations

from okrsync.measures.measure import measure
from okrsync.measures.result import Measure, Measured

__all__ = ["Measure", "Measured", "measure"]
