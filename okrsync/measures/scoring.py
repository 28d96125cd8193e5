"""Scoring: the grade at the end of a cycle."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from okrsync.measures.rules import Rules
from okrsync.model.okrs import Commitment

__all__ = ["band", "named_band", "passed", "score"]

Band = Literal["green", "amber", "red"]
GREEN: Band = "green"
AMBER: Band = "amber"
RED: Band = "red"


def score(progress: Decimal) -> Decimal:
    """The grade a final progress earns, with one decimal: 0.66 is 0.7."""
    return (progress * 10).to_integral_value(ROUND_HALF_UP) / 10


def band(grade: Decimal, rules: Rules) -> Band:
    """The colour of a grade: 0.7 and more is green, 0.4 and more amber, less is red. With
    `at_the_limit = "worse"` 0.7 itself is amber.
    """
    for limit, colour in ((rules.score_green, GREEN), (rules.score_amber, AMBER)):
        if grade > limit or (grade == limit and rules.at_the_limit == "better"):
            return colour
    return RED


def named_band(grade: Decimal, rules: Rules) -> str | None:
    """The name that `bands` gives to a grade: with "strong" from 0.7 on, 0.7 is strong. None
    without bands, and below the last one.
    """
    for name, start in rules.bands:
        if grade > start or (grade == start and rules.at_the_limit == "better"):
            return name
    return None


def passed(grade: Decimal, commitment: Commitment | None, rules: Rules) -> bool:
    """Whether a grade is a pass: a committed item passes only at 1, any other when green."""
    return grade >= 1 if commitment is Commitment.COMMITTED else band(grade, rules) == GREEN
