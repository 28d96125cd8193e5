"""Scoring: the grade at the end of a cycle."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from okrsync.measures.rules import Rules
from okrsync.model.okrs import Commitment

__all__ = ["band", "passed", "score"]

Band = Literal["green", "amber", "red"]


def score(progress: Decimal) -> Decimal:
    """The grade a final progress earns, with one decimal: 0.66 is 0.7."""
    return (progress * 10).to_integral_value(ROUND_HALF_UP) / 10


def band(grade: Decimal, rules: Rules) -> Band:
    """The colour of a grade: 0.7 and more is green, 0.4 and more amber, less is red."""
    if grade >= rules.score_green:
        return "green"
    return "amber" if grade >= rules.score_amber else "red"


def passed(grade: Decimal, commitment: Commitment | None, rules: Rules) -> bool:
    """Whether a grade is a pass: a committed item passes only at 1, any other when it is green."""
    return grade >= 1 if commitment is Commitment.COMMITTED else band(grade, rules) == "green"
