"""What okrsync would write beside an item: one value for each field that may have an owned column.

Rounding happens here and nowhere else on the way to a cell: shares to whole percent, scores to one
decimal, halves away from zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from okrsync.connector import Looks
from okrsync.measures.result import Measure
from okrsync.model.okrs import Freshness, KeyResult, Objective, Status
from okrsync.model.table import CellValue

__all__ = ["FIELDS", "FRESHNESS_WORDS", "LOOKS", "STATUS_WORDS", "answer", "whole_percent"]

LOOKS: Mapping[str, Looks] = {
    "progress": Looks.SHARE,
    "status": Looks.STATUS,
    "expected": Looks.SHARE,
    "score": Looks.NUMBER,
    "freshness": Looks.TEXT,
    "coverage": Looks.TEXT,
    "forecast": Looks.SHARE,
    "note": Looks.TEXT,
}
"""How each field is shown. The order is the one in which new columns are made."""

FIELDS = tuple(LOOKS)
"""The fields that may have an owned column."""

STATUS_WORDS: Mapping[Status, str] = {
    Status.NOT_STARTED: "Not started",
    Status.NO_DATA: "No data",
    Status.ON_TRACK: "On track",
    Status.AT_RISK: "At risk",
    Status.OFF_TRACK: "Off track",
    Status.STALE: "Stale",
    Status.ACHIEVED: "Achieved",
    Status.MISSED: "Missed",
}
"""How a status is written where the mapping names no other words. The order is that of `Status`."""

FRESHNESS_WORDS: Mapping[Freshness, str] = {
    Freshness.FRESH: "Fresh",
    Freshness.DUE: "Due",
    Freshness.STALE: "Stale",
    Freshness.NEVER: "Never",
}


_PERCENT = Decimal("0.01")


def answer(
    field: str, item: KeyResult | Objective, measure: Measure, words: Mapping[Status, str]
) -> CellValue:
    """The value of one field for one item; None where there is nothing to say, which is written as
    an empty cell.

    A progress of 0.3667 is 0.37. `words` are the texts for a status. KeyError when there is no such
    field.
    """
    match field:
        case "progress":
            return whole_percent(measure.progress)
        case "status":
            return words[measure.status]
        case "expected":
            return whole_percent(measure.expected)
        case "forecast":
            return whole_percent(measure.forecast)
        case "score":
            return (
                None
                if measure.score is None
                else measure.score.quantize(Decimal("0.1"), ROUND_HALF_UP)
            )
        case "freshness":
            return None if measure.freshness is None else FRESHNESS_WORDS[measure.freshness]
        case "coverage":
            return coverage(item, measure)
        case "note":
            return measure.reason
    raise KeyError(field)


def coverage(item: KeyResult | Objective, measure: Measure) -> str | None:
    """ "2 of 3" for an objective whose key results have reported so far; None for a key result,
    which is one or nothing.

    Where one of several sources could not be read: "2 of 3, 4 of 5 sources".
    """
    if isinstance(item, KeyResult) or measure.reported[1] == 0:
        return None
    reported = f"{measure.reported[0]} of {measure.reported[1]}"
    return (
        f"{reported}, {measure.sources.words}"
        if measure.sources.unread and len(measure.sources) > 1
        else reported
    )


def whole_percent(share: Decimal | None) -> Decimal | None:
    """A share rounded to whole percent: 0.3667 is 0.37, 0.005 is 0.01. None stays None."""
    return None if share is None else share.quantize(_PERCENT, ROUND_HALF_UP)
