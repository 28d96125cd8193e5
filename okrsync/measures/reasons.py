"""The reason for an item's status, in one sentence for the person who keeps the row.

A reason contains no number that changes with the calendar: without an edit it changes only with the
status, so that no sheet is rewritten every day.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from okrsync.measures.progress import HELD, Progress
from okrsync.measures.rules import CheckIns
from okrsync.model.okrs import Commitment, Direction, KeyResult, Kind, Objective, Status
from okrsync.model.table import text_of

__all__ = ["day", "objective_reason", "percent", "reason", "short_day"]

_TENTH = Decimal("0.1")


def reason(
    item: KeyResult | Objective,
    status: Status,
    measured_progress: Progress,
    checked_in: date | None,
    period: tuple[date, date],
    checkins: CheckIns,
    *,
    is_silent: bool = False,
) -> str:
    """The sentence for an item measured by itself. `is_silent` means that its check-in is overdue,
    which is mentioned even where the status is worse than stale.
    """
    raw, rule = measured_progress
    if raw is not None and status in _ON_THE_WAY and rule not in HELD:
        behind = "" if status is Status.ON_TRACK else ", less than expected by now"
        sentence = (
            f"{_ON_THE_WAY[status]}: {_progress_words(item, raw)}{behind}{_HOW.get(rule, '')}."
        )
        return f"{sentence} {_silence(checked_in, period[0], checkins)}" if is_silent else sentence
    match status:
        case Status.NO_DATA:
            return _missing(item, measured_progress)
        case Status.STALE:
            return _stale(checked_in, period[0], checkins, raw)
    if raw is None and status is item.given_status:
        typed = f"{status.value.replace('-', ' ').capitalize()}, as typed"
        if rule in _NOT_UNDERSTOOD or _formula(item, rule.removeprefix("no-")) is not None:
            return f"{typed}. {_missing(item, measured_progress)}"
        return f"{typed}; there are no numbers to measure."
    match status:
        case Status.NOT_STARTED:
            return f"Starts on {day(period[0])}."
        case Status.MISSED:
            pledge = (
                f" A committed {'objective' if isinstance(item, Objective) else 'key result'}"
                " passes only at 100 %."
                if item.commitment is Commitment.COMMITTED
                else ""
            )
            return f"Ended on {day(period[1])} at {_short_of_done(raw)}.{pledge}"
    if rule in HELD and raw is not None:
        return _limits(item, rule, raw)
    how_measured = _HOW.get(rule, "")
    return (
        f"Done{how_measured}." if raw == 1 else f"Done, at {percent(raw)} of the way{how_measured}."
    )


def objective_reason(
    status: Status,
    progress: Decimal | None,
    reported: tuple[int, int],
    culprit: str | None,
) -> str:
    """The sentence for an objective that is measured by its parts.

    `culprit` is the title of a part that has the objective's status; None if the status comes from
    the progress itself.
    """
    coverage = (
        ""
        if reported[0] == reported[1]
        else f" {reported[0]} of {reported[1]} key results reported."
    )
    if status is Status.NO_DATA:
        return f"Nothing reported yet.{coverage}"
    progress_words = "No numbers to measure." if progress is None else f"{percent(progress)} done."
    if culprit is not None and status in _BLAME:
        return f"{progress_words} {_BLAME[status]}: \u201c{_short(culprit)}\u201d.{coverage}"
    if culprit is None and status in (Status.AT_RISK, Status.OFF_TRACK):
        return f"{progress_words} {_BLAME[status]}: less than expected by now.{coverage}"
    return f"{progress_words} {_WHOLE.get(status) or _BLAME[status]}.{coverage}"


def below_words(status: Status, title: str) -> str:
    """The words for a worse item below an objective: `far behind: “Churn”`."""
    words = _BLAME.get(status, status.value.replace("-", " "))
    return f"{words[:1].lower()}{words[1:]}: \u201c{_short(title)}\u201d"


@lru_cache(maxsize=10_000)
def percent(share: Decimal | None) -> str:
    """A share as whole percent: 0.3667 is `37 %`."""
    return (
        "no data" if share is None else f"{int((share * 100).to_integral_value(ROUND_HALF_UP))} %"
    )


@lru_cache(maxsize=10_000)
def day(moment: date) -> str:
    """A day as people write it: 2 Nov 2026."""
    # `%-d` for a day without its zero is unknown to Windows, so the day is written by hand.
    return f"{moment.day} {moment:%b %Y}"


def short_day(moment: date) -> str:
    """A day of about now: 2 Nov."""
    return f"{moment.day} {moment:%b}"


_ON_THE_WAY = {Status.ON_TRACK: "On pace", Status.AT_RISK: "Behind", Status.OFF_TRACK: "Far behind"}
_HOW = {
    "zero-to-target": " (no baseline, counted from 0)",
    "stretch-only": " (of the stretch goal)",
    "given-progress": " (as typed)",
    "target-is-baseline": " (target and baseline are the same)",
}
_BLAME = {
    Status.MISSED: "Missed",
    Status.OFF_TRACK: "Far behind",
    Status.STALE: "No recent check-in",
    Status.AT_RISK: "Behind",
    Status.NOT_STARTED: "Not started",
}
_NOT_UNDERSTOOD = ("unclear", "direction-unclear", "beyond-measure")
"""The rules for numbers that are there and cannot be measured."""
_WHOLE = {Status.ON_TRACK: "On pace", Status.ACHIEVED: "Achieved"}


def _progress_words(item: KeyResult | Objective, raw: Decimal) -> str:
    """The progress in words; a progress below 0 is stated with its numbers."""
    numbers = item if isinstance(item, KeyResult) else item.numbers
    if raw >= 0:
        return f"{percent(raw)} done"
    if numbers is None or numbers.current is None:
        return "gone backwards"
    began = text_of(numbers.baseline if numbers.baseline is not None else Decimal(0))
    return f"gone backwards: {text_of(numbers.current)}, began at {began}"


def _short_of_done(raw: Decimal | None) -> str:
    """A share below 1 that whole percent would round up to it: 0.996 is `99.6 %`."""
    if raw is None or raw >= 1 or percent(raw) != percent(Decimal(1)):
        return percent(raw)
    return f"{(raw * 100).quantize(_TENTH, ROUND_DOWN)} %"


def _missing(item: KeyResult | Objective, measured_progress: Progress) -> str:
    if item.given_score is not None:
        return (
            f"Score {text_of(item.given_score)} as typed; there are no numbers to measure"
            " progress by."
        )
    if measured_progress.rule == "unclear":
        return _unclear(item)
    if isinstance(item, Objective) and item.numbers is None:
        return "No key results and no progress to measure."
    if (formula := _formula(item, measured_progress.rule.removeprefix("no-"))) is not None:
        return formula
    if measured_progress.rule == "no-target":
        cell = item.origin.cell("target")
        where = f" in {cell}" if cell is not None else ""
        return f"No target to measure against: type a number{where}."
    if measured_progress.rule == "direction-unclear":
        cell = item.origin.cell("direction") or item.origin.cell("target") or item.origin.title_cell
        return f"Not measured: it is not certain which direction is good. Look at {cell}."
    if measured_progress.rule == "no-baseline":
        cell = item.origin.cell("baseline")
        return (
            "No baseline to measure from: type a"
            f" number{f' in {cell}' if cell is not None else ''}."
        )
    cell = item.origin.cell("current")
    if measured_progress.rule == "beyond-measure":
        where = "" if cell is None else f" Look at {cell}, and at the baseline and the target."
        return f"Its numbers are too far apart to be plausible.{where}"
    if cell is None:
        return "Nothing to measure: the table has no column for the current value."
    numbers = item if isinstance(item, KeyResult) else item.numbers
    if numbers is not None and numbers.kind is Kind.BOOLEAN:
        return f"Nothing says whether it is done: type yes or no in {cell}."
    return f"No current value: type the latest number in {cell}."


def _formula(item: KeyResult | Objective, role: str) -> str | None:
    """What to do about a formula in the cell of the missing number, None without a formula."""
    state, cell = item.origin.formulas.get(role), item.origin.cell(role)
    if state is None or cell is None:
        return None
    if state == "failing":
        return f"No {role} value: fix the formula in {cell}."
    return (
        f"No {role} value: the file holds no value of the formula in {cell}. Open and save the"
        " file in Excel once."
    )


def _unclear(item: KeyResult | Objective) -> str:
    """Names the cell that has to be understood before the row can be measured."""
    numbers = item if isinstance(item, KeyResult) else item.numbers
    role = min(numbers.unclear) if numbers is not None and numbers.unclear else "direction"
    cell = item.origin.cell(role)
    where = f" in {cell}" if cell is not None else ""
    return (
        f"Not measured: the {role.replace('_', ' ')}{where} is not understood. Reword it, or"
        " explain it in the mapping."
    )


def _stale(checked_in: date | None, begun: date, checkins: CheckIns, raw: Decimal | None) -> str:
    was = "" if raw is None else f" Last seen at {percent(raw)}."
    return f"{_silence(checked_in, begun, checkins)}{was}"


def _silence(checked_in: date | None, begun: date, checkins: CheckIns) -> str:
    if checked_in is None:
        return f"No check-in since it began on {day(begun)}."
    every = {1: "every day", 7: "every week", 14: "every two weeks", 31: "every month"}.get(
        checkins.cadence_days, f"every {checkins.cadence_days} days"
    )
    return f"No check-in since {day(checked_in)}; one is expected {every}."


def _limits(item: KeyResult | Objective, rule: str, raw: Decimal) -> str:
    assert isinstance(item, KeyResult)
    if rule == "periods":
        count = len(item.observations)
        done, total = item.milestones or (int((raw * count).to_integral_value()), count)
        return f"Within its limits in {done} of {total} periods."
    unit = f" {item.unit}" if item.unit else ""
    low, high = text_of(item.target), text_of(item.target_high)
    match item.direction:
        case Direction.STAY_ABOVE | Direction.INCREASE:
            limits = f"at least {low}{unit}"
        case Direction.STAY_BELOW | Direction.DECREASE:
            limits = f"at most {low}{unit}"
        case _:
            limits = (
                f"{low} to {high}{unit}"
                if item.target_high is not None
                else f"at least {low}{unit}"
            )
    current = f"{text_of(item.current)}{unit}"
    return (
        f"Within its limit: {current}, wanted {limits}."
        if raw >= 1
        else f"Outside its limit: {current}, wanted {limits}."
    )


def _short(title: str | None) -> str:
    text = " ".join((title or "").split())
    return text if len(text) <= 60 else f"{text[:57]}..."
