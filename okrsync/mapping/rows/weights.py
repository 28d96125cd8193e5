"""Fills empty weights beside percents: they share what remains of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from okrsync.model.okrs import KeyResult

__all__ = ["share_weights"]

_ZERO, _ONE, _HUNDRED = Decimal(0), Decimal(1), Decimal(100)
_LEAST_POINTS = 5
"""Whole numbers from 5 up are percents; smaller ones are relative weights, such as 1, 2 and 3."""


def share_weights(
    key_results: Sequence[KeyResult],
) -> tuple[tuple[KeyResult, ...], str] | None:
    """The key results of one objective with their empty weights filled, and a sentence about it;
    None where no weight is empty, all are empty, or the others are no percents.

    Beside 40 % and 30 %, two empty weights get 15 % each.
    """
    given = [kr.weight for kr in key_results if "weight" not in kr.inferred]
    empty = len(key_results) - len(given)
    whole = _whole(given)
    if not empty or whole is None:
        return None
    rest = max(whole - sum(given, _ZERO), _ZERO)
    each = rest / empty
    percent = f"{(rest * 100 / whole).normalize():f} %"
    what = f"{empty} of {len(key_results)} weights are empty, so they share the remaining {percent}"
    filled = tuple(
        replace(kr, weight=each) if "weight" in kr.inferred else kr for kr in key_results
    )
    return filled, what


def _whole(given: Sequence[Decimal]) -> Decimal | None:
    """The sum that the weights are parts of: 1 or 100; None where they are no percents."""
    if not given or not any(given) or min(given) < 0:
        return None
    if max(given) <= 1 and any(weight % 1 for weight in given):
        return _ONE
    if min(weight for weight in given if weight) >= _LEAST_POINTS and sum(given) <= _HUNDRED:
        return _HUNDRED
    return None
