"""The fields that may have an owned column, in one table: how each looks, its value for an item,
and its explanation.

Rounding happens here and nowhere else on the way to a cell: shares to whole percent, scores to one
decimal, halves away from zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from msgspec import field as struct_field

from okrsync.connector import Looks, TrendLine
from okrsync.measures.result import Measure
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Freshness, KeyResult, Objective, Status
from okrsync.model.table import CellValue

__all__ = [
    "FIELDS",
    "FRESHNESS_WORDS",
    "STATUS_WORDS",
    "MeasuredItem",
    "OwnedField",
    "answer",
    "points",
    "status_text",
    "trend_line",
    "two_digits",
    "whole_percent",
]

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
    field: str,
    item: KeyResult | Objective,
    measure: Measure,
    words: Mapping[Status, str],
    above: Measure | None = None,
) -> CellValue:
    """The value of one field for one item; None is written as an empty cell.

    A progress of 0.3667 is 0.37. `words` are the texts for a status; `above` is the measure of the
    item's objective on the first of its rows, where the objective has no row of its own. KeyError
    when there is no such field.
    """
    return FIELDS[field].value(MeasuredItem(item, measure, words, above))


def _coverage(item: KeyResult | Objective, measure: Measure) -> str | None:
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


def points(share: Decimal | None) -> Decimal | None:
    """A change of a share in whole points: 0.118 is 12. None stays None."""
    return None if share is None else (share * 100).quantize(Decimal(1), ROUND_HALF_UP)


def trend_line(trend: Sequence[Decimal]) -> TrendLine | None:
    """A trend in whole percents; None for no trend."""
    return TrendLine([int(points(share) or 0) for share in trend]) if trend else None


def _needed(measure: Measure) -> Decimal | None:
    needed = None if measure.outlook is None else measure.outlook.needed_per_week
    return None if needed is None else two_digits(needed)


def two_digits(number: Decimal) -> Decimal:
    """A number with two digits that say something: 1.38 is 1.4, 234.6 is 235, 0.0671 is 0.067."""
    if not number:
        return Decimal(0)
    exponent = max(min(number.adjusted() - 1, 0), -6)
    rounded = number.quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP).normalize()
    # Normalized, 200 is 2E+2.
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def _status(measure: Measure, words: Mapping[Status, str]) -> str | None:
    """The text for a status; None for an item that a person has set aside."""
    return None if measure.set_aside is not None else words[measure.status]


def status_text(measure: Measure) -> str:
    """The status as reports show it: an item that a person has set aside is shown as such."""
    return "Set aside" if measure.set_aside is not None else STATUS_WORDS[measure.status]


def _score(measure: Measure) -> Decimal | None:
    return None if measure.score is None else measure.score.quantize(Decimal("0.1"), ROUND_HALF_UP)


class MeasuredItem(Frozen, frozen=True, gc=False):
    """An item, how it stands, and the text for each status; `above` as in `answer`."""

    item: KeyResult | Objective
    measure: Measure
    words: Mapping[Status, str]
    above: Measure | None = None


class OwnedField(Frozen, frozen=True):
    """One field that may have a column of okrsync's own.

    `looks` is how its values are shown; `value` what is written for an item, None for an empty
    cell; `explanation` what the field says, for the documentation and for `okrsync explain`;
    `example` a worked number or some values, for the documentation.
    """

    looks: Looks
    value: Callable[[MeasuredItem], CellValue]
    explanation: str
    example: str
    headers: Mapping[str, str] = struct_field(default_factory=dict)
    """By language, the column name that `okrsync init` proposes; empty: it proposes none."""


FIELDS: Mapping[str, OwnedField] = {
    "progress": OwnedField(
        Looks.SHARE,
        lambda it: whole_percent(it.measure.progress),
        "how far it has come from its baseline to its target",
        "from 40 to 100, at 62: 37 %",
        {
            "en": "Progress",
            "de": "Fortschritt",
            "fr": "Progression",
            "es": "Progreso",
            "pt": "Progresso",
            "it": "Avanzamento",
            "nl": "Voortgang",
            "zh": "进度",
            "ja": "進捗",
            "ko": "진행률",
            "ru": "Прогресс",
        },
    ),
    "status": OwnedField(
        Looks.STATUS,
        lambda it: _status(it.measure, it.words),
        "how it stands against the calendar",
        "On track; `[values.status_words]` of a mapping names other words",
        {
            "en": "Status",
            "de": "Status",
            "fr": "Statut",
            "es": "Estado",
            "pt": "Status",
            "it": "Stato",
            "nl": "Status",
            "zh": "状态",
            "ja": "ステータス",
            "ko": "상태",
            "ru": "Статус",
        },
    ),
    "expected": OwnedField(
        Looks.SHARE,
        lambda it: whole_percent(it.measure.expected),
        "the progress that the calendar asks for today",
        "after half of the time: 50 %",
    ),
    "score": OwnedField(
        Looks.NUMBER,
        lambda it: _score(it.measure),
        "the grade at the close of its cycle, with one decimal",
        "a progress of 0.66: 0.7",
    ),
    "freshness": OwnedField(
        Looks.TEXT,
        lambda it: None if it.measure.freshness is None else FRESHNESS_WORDS[it.measure.freshness],
        "the age of its last check-in against the cadence",
        "Fresh, Due, Stale or Never",
    ),
    "coverage": OwnedField(
        Looks.TEXT,
        lambda it: _coverage(it.item, it.measure),
        "how many key results of an objective have reported so far",
        "2 of 3",
    ),
    "forecast": OwnedField(
        Looks.SHARE,
        lambda it: whole_percent(it.measure.forecast),
        "where its progress ends up if it goes on as lately, in the shape of the plan; with fewer"
        " than three observations only if `phases` say how it should run; empty for guard-rails",
        "10 % more each week, 30 % with three weeks left: 60 %",
    ),
    "needed": OwnedField(
        Looks.NUMBER,
        lambda it: _needed(it.measure),
        "what each week that is left has to bring to reach the target, in the item's unit",
        "36 sign-ups to go in six weeks: 6",
    ),
    "delta": OwnedField(
        Looks.NUMBER,
        lambda it: points(it.measure.delta),
        "the change of its progress over seven days, in points, on today's target; empty in the"
        " first week",
        "from 31 % to 43 %: 12",
    ),
    "trend": OwnedField(
        Looks.TREND,
        lambda it: trend_line(it.measure.trend),
        "its progress week by week up to its last news, a quarter at most",
        "10 %, 20 %, 40 %: ▂▂▄",
    ),
    "objective_progress": OwnedField(
        Looks.SHARE,
        lambda it: None if it.above is None else whole_percent(it.above.progress),
        "the progress of the objective, on the first of its rows, where it has no row of its own",
        "two key results at 37 % and 63 %: 50 %",
    ),
    "objective_status": OwnedField(
        Looks.STATUS,
        lambda it: None if it.above is None else _status(it.above, it.words),
        "the status of the objective, on the first of its rows, where it has no row of its own",
        "At risk",
    ),
    "note": OwnedField(
        Looks.TEXT,
        lambda it: it.measure.reason,
        "the reason for its status, in a sentence",
        "On pace: 50 % done.",
        {
            "en": "okrsync note",
            "de": "okrsync Notiz",
            "fr": "okrsync note",
            "es": "okrsync nota",
            "pt": "okrsync nota",
            "it": "okrsync nota",
            "nl": "okrsync notitie",
            "zh": "okrsync 说明",
            "ja": "okrsync メモ",
            "ko": "okrsync 메모",
            "ru": "okrsync заметка",
        },
    ),
}
"""The fields that may have an owned column, in the order in which new columns are made.

Adding one is an entry here: the config knows it, new columns look like it, `okrsync explain` and
docs/measures.md explain it, and with `headers` `okrsync init` proposes it.
"""
