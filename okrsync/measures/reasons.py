"""Why an item has its status, in one sentence for the person who keeps the row.

A reason holds no number that the calendar moves: without an edit it changes only when the status
does, so that nobody's sheet is rewritten every day.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from okrsync.measures.progress import HELD, Progress
from okrsync.measures.rules import CheckIns
from okrsync.model.okrs import Commitment, Direction, KeyResult, Objective, Status
from okrsync.model.table import text_of

__all__ = ["day", "objective_reason", "percent", "reason"]


def reason(
    item: KeyResult | Objective,
    status: Status,
    found: Progress,
    checked_in: date | None,
    period: tuple[date, date],
    checkins: CheckIns,
    *,
    is_silent: bool = False,
) -> str:
    """The sentence for an item measured by itself; `is_silent` says that its check-in is overdue,
    which is said beside a status that is worse than stale.
    """
    raw, rule = found
    if raw is not None and status in _ON_THE_WAY and rule not in HELD:
        behind = "" if status is Status.ON_TRACK else ", less than expected by now"
        said = f"{_ON_THE_WAY[status]}: {_done(item, raw)}{behind}{_HOW.get(rule, '')}."
        return f"{said} {_silence(checked_in, period[0], checkins)}" if is_silent else said
    match status:
        case Status.NO_DATA:
            return _missing(item, found)
        case Status.STALE:
            return _stale(checked_in, period[0], checkins, raw)
    if raw is None and status is item.given_status:
        return (
            f"{status.value.replace('-', ' ').capitalize()}, as typed; there are no numbers to"
            " measure."
        )
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
            return f"Ended on {day(period[1])} at {percent(raw)}.{pledge}"
    if rule in HELD and raw is not None:
        return _limits(item, rule, raw)
    how = _HOW.get(rule, "")
    return f"Done{how}." if raw == 1 else f"Done, at {percent(raw)} of the way{how}."


def objective_reason(
    status: Status,
    progress: Decimal | None,
    reported: tuple[int, int],
    culprit: str | None,
) -> str:
    """The sentence for an objective that is measured through its parts.

    `culprit` is the title of a part that has the objective's status; None where the status comes
    from the progress itself.
    """
    coverage = (
        ""
        if reported[0] == reported[1]
        else f" {reported[0]} of {reported[1]} key results reported."
    )
    if status is Status.NO_DATA:
        return f"Nothing reported yet.{coverage}"
    done = "No numbers to measure." if progress is None else f"{percent(progress)} done."
    if culprit is not None and status in _BLAME:
        return f"{done} {_BLAME[status]}: \u201c{_short(culprit)}\u201d.{coverage}"
    if culprit is None and status in (Status.AT_RISK, Status.OFF_TRACK):
        return f"{done} {_BLAME[status]}: less than expected by now.{coverage}"
    return f"{done} {_WHOLE.get(status) or _BLAME[status]}.{coverage}"


def below_words(status: Status, title: str) -> str:
    """What stands worse below an objective: `far behind: “Churn”`."""
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
    return f"{moment.day} {moment:%b %Y}"


_ON_THE_WAY = {Status.ON_TRACK: "On pace", Status.AT_RISK: "Behind", Status.OFF_TRACK: "Far behind"}
_HOW = {
    "zero-to-target": " (no baseline, counted from 0)",
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
_WHOLE = {Status.ON_TRACK: "On pace", Status.ACHIEVED: "Achieved"}


def _done(item: KeyResult | Objective, raw: Decimal) -> str:
    """How far it has come; what went the wrong way is said with its numbers."""
    numbers = item if isinstance(item, KeyResult) else item.numbers
    if raw >= 0 or numbers is None or numbers.current is None:
        return f"{percent(raw)} done"
    began = text_of(numbers.baseline if numbers.baseline is not None else Decimal(0))
    return f"gone backwards: {text_of(numbers.current)}, began at {began}"


def _missing(item: KeyResult | Objective, found: Progress) -> str:
    if item.given_score is not None:
        return (
            f"Score {text_of(item.given_score)} as typed; there are no numbers to measure"
            " progress by."
        )
    if found.rule == "unclear":
        return _unclear(item)
    if isinstance(item, Objective) and item.numbers is None:
        return "No key results and no progress to go by."
    if (formula := _formula(item, found.rule.removeprefix("no-"))) is not None:
        return formula
    if found.rule == "no-target":
        place = item.origin.at("target")
        where = f" in {place}" if place is not None else ""
        return f"No target to measure against: type a number{where}."
    if found.rule == "direction-unclear":
        place = item.origin.at("direction") or item.origin.at("target") or item.origin.here
        return f"Not measured: nothing says for certain which way is good. Look at {place}."
    if found.rule == "no-baseline":
        place = item.origin.at("baseline")
        return (
            "No baseline to measure from: type a"
            f" number{f' in {place}' if place is not None else ''}."
        )
    place = item.origin.at("current")
    if found.rule == "beyond-measure":
        where = "" if place is None else f" Look at {place}, and at the baseline and the target."
        return f"Its numbers are too far apart to be meant.{where}"
    if place is None:
        return "Nothing to measure: the table has no column for the current value."
    return f"No current value: type the latest number in {place}."


def _formula(item: KeyResult | Objective, role: str) -> str | None:
    """What to do about a formula where the missing number should stand, None where there is
    none.
    """
    state, place = item.origin.formulas.get(role), item.origin.at(role)
    if state is None or place is None:
        return None
    if state == "failing":
        return f"No {role} value: mend the formula in {place}."
    return (
        f"No {role} value: the file holds no value of the formula in {place}. Open and save the"
        " file in Excel once."
    )


def _unclear(item: KeyResult | Objective) -> str:
    """What cell has to be understood before the row can be measured."""
    numbers = item if isinstance(item, KeyResult) else item.numbers
    role = min(numbers.unclear) if numbers is not None and numbers.unclear else "direction"
    place = item.origin.at(role)
    where = f" in {place}" if place is not None else ""
    return (
        f"Not measured: the {role.replace('_', ' ')}{where} is not understood. Write it in other"
        " words, or say in the mapping what it means."
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
    if rule == "periods" and item.milestones is not None:
        done, of = item.milestones
        return f"Within its limits in {done} of {of} periods."
    unit = f" {item.unit}" if item.unit else ""
    low, high = text_of(item.target), text_of(item.target_high)
    match item.direction:
        case Direction.STAY_ABOVE | Direction.INCREASE:
            wanted = f"at least {low}{unit}"
        case Direction.STAY_BELOW | Direction.DECREASE:
            wanted = f"at most {low}{unit}"
        case _:
            wanted = (
                f"{low} to {high}{unit}"
                if item.target_high is not None
                else f"at least {low}{unit}"
            )
    stands = f"{text_of(item.current)}{unit}"
    return (
        f"Within its limit: {stands}, wanted {wanted}."
        if raw >= 1
        else f"Outside its limit: {stands}, wanted {wanted}."
    )


def _short(title: str | None) -> str:
    text = " ".join((title or "").split())
    return text if len(text) <= 60 else f"{text[:57]}..."
