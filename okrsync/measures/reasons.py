"""Why an item has its status, in one sentence for the person who keeps the row.

Nothing in a reason changes by itself from one day to the next unless the item is behind, when what is expected by now is the point.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from okrsync.measures.progress import Progress
from okrsync.measures.rules import CheckIns
from okrsync.model import Direction, KeyResult, Objective, Status
from okrsync.table import text_of

__all__ = ["day", "objective_reason", "percent", "reason"]


def reason(
    item: KeyResult | Objective,
    status: Status,
    found: Progress,
    expected: Decimal,
    checked_in: date | None,
    period: tuple[date, date],
    checkins: CheckIns,
) -> str:
    """The sentence for an item measured by itself."""
    raw = found.raw
    match status:
        case Status.NO_DATA:
            return _missing(item, found)
        case Status.STALE:
            return _stale(checked_in, period[0], checkins, raw)
        case Status.NOT_STARTED:
            return f"Starts on {day(period[0])}." if raw is not None or found.rule else "Not started."
        case Status.MISSED:
            return f"Ended on {day(period[1])} at {percent(raw)}."
    if raw is None:
        return "Status as typed; there are no numbers to measure."
    if found.rule.startswith("guard-rail") or found.rule == "periods":
        return _limits(item, raw)
    how = _how(found)
    match status:
        case Status.ACHIEVED:
            return f"Done{how}." if raw == 1 else f"Done, at {percent(raw)} of the way{how}."
        case Status.ON_TRACK:
            return f"On pace: {percent(raw)} done{how}."
        case Status.AT_RISK:
            return f"Behind: {percent(raw)} done, {percent(expected)} expected by now{how}."
    return f"Far behind: {percent(raw)} done, {percent(expected)} expected by now{how}."


def objective_reason(status: Status, progress: Decimal | None, reported: tuple[int, int], culprit: str | None) -> str:
    """The sentence for an objective that is measured through its parts; `culprit` is the title of a part that has the status."""
    coverage = "" if reported[0] == reported[1] else f" {reported[0]} of {reported[1]} key results reported."
    if progress is None:
        return f"Nothing reported yet.{coverage}"
    done = f"{percent(progress)} done."
    blame = f" \u201c{_short(culprit)}\u201d" if culprit else ""
    match status:
        case Status.MISSED:
            return f"{done} Missed:{blame}.{coverage}"
        case Status.OFF_TRACK:
            return f"{done} Far behind:{blame}.{coverage}"
        case Status.STALE:
            return f"{done} No recent check-in:{blame}.{coverage}"
        case Status.AT_RISK:
            return f"{done} Behind:{blame}.{coverage}"
    return f"{done}{coverage}"


def percent(share: Decimal | None) -> str:
    """A share as whole percent: 0.3667 is `37 %`."""
    return "no data" if share is None else f"{int((share * 100).to_integral_value(ROUND_HALF_UP))} %"


def day(moment: date) -> str:
    """A day as people write it: 2 Nov 2026."""
    return f"{moment.day} {moment:%b %Y}"


def _missing(item: KeyResult | Objective, found: Progress) -> str:
    if isinstance(item, Objective):
        return "No key results and no progress to go by."
    if found.rule == "no-target":
        place = item.origin.at("target")
        where = f" in {place}" if place is not None else ""
        return f"No target to measure against: type a number{where}."
    if found.rule == "no-baseline":
        place = item.origin.at("baseline")
        return f"No baseline to measure from: type a number{f' in {place}' if place is not None else ''}."
    place = item.origin.at("current")
    if place is None:
        return "Nothing to measure: the table has no column for the current value."
    return f"No current value: type the latest number in {place}."


def _stale(checked_in: date | None, begun: date, checkins: CheckIns, raw: Decimal | None) -> str:
    was = "" if raw is None else f" Last seen at {percent(raw)}."
    if checked_in is None:
        return f"No check-in since it began on {day(begun)}.{was}"
    every = {1: "every day", 7: "every week", 14: "every two weeks", 31: "every month"}.get(
        checkins.cadence_days, f"every {checkins.cadence_days} days"
    )
    return f"No check-in since {day(checked_in)}; one is expected {every}.{was}"


def _limits(item: KeyResult | Objective, raw: Decimal) -> str:
    if not isinstance(item, KeyResult):
        return f"{percent(raw)} done."
    unit = f" {item.unit}" if item.unit else ""
    low, high = text_of(item.target), text_of(item.target_high)
    match item.direction:
        case Direction.STAY_ABOVE | Direction.INCREASE:
            wanted = f"at least {low}{unit}"
        case Direction.STAY_BELOW | Direction.DECREASE:
            wanted = f"at most {low}{unit}"
        case _:
            wanted = f"{low} to {high}{unit}"
    stands = f"{text_of(item.current)}{unit}"
    return (
        f"Within its limit: {stands}, wanted {wanted}."
        if raw >= 1
        else f"Outside its limit: {stands}, wanted {wanted}."
    )


def _how(found: Progress) -> str:
    match found.rule:
        case "zero-to-target":
            return " (no baseline, counted from 0)"
        case "given-progress":
            return " (as typed)"
        case "target-is-baseline":
            return " (target and baseline are the same)"
    return ""


def _short(title: str | None) -> str:
    text = " ".join((title or "").split())
    return text if len(text) <= 60 else f"{text[:57]}..."
