"""The outlook of an item: where it ends up if it goes on as lately, from the ledger's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from okrsync.measures import pace
from okrsync.measures.fields import two_digits
from okrsync.measures.parts import weighted_parts
from okrsync.measures.progress import HELD, clamp, progress
from okrsync.measures.reasons import percent, short_day
from okrsync.measures.result import Measure, Outlook
from okrsync.measures.row_plan import planned_by_row
from okrsync.measures.rules import Rules
from okrsync.measures.shares import Shares
from okrsync.measures.trend import course_of, robust_slope
from okrsync.model.okrs import Freshness, KeyResult, Kind, Objective
from okrsync.model.table import text_of
from okrsync.model.tree import Tree, children_first

__all__ = ["LEAST", "OUTLOOK_DAYS", "OutlookOf", "outlook_of", "outlook_sentence", "outlooks_above"]

OUTLOOK_DAYS, _LEAST_IN_WINDOW = 42, 5
"""An outlook rests on the last six weeks, or on the last five values if these go further back."""
LEAST = 3
"""An outlook needs so many observations."""
_STILL_DAYS = 21
"""A value that has not changed for three weeks stands still."""
_FARTHEST = timedelta(days=366)
_PLANNED_NOTHING = 0.02
_ALL_BUT = 0.995
"""What is shown as 100 % has arrived."""
OutlookOf = Mapping[str, Outlook]


def outlook_of(
    item: KeyResult | Objective,
    known: Shares,
    period: tuple[date, date],
    as_of: date,
    rules: Rules,
) -> Outlook | None:
    """Where an item with numbers of its own ends up, as seen on a day. `known` is its progress on
    the days that the ledger knows. None with fewer than three observations, before the item's time
    and after it, for a value to be kept, and for what is done or not.
    """
    start, end = period
    numbers = item if isinstance(item, KeyResult) else item.numbers
    if not start <= as_of <= end or (numbers is not None and numbers.kind is Kind.BOOLEAN):
        return None
    if numbers is not None and (
        progress(numbers, rules).rule in HELD or numbers.kind is Kind.GUARD_RAIL
    ):
        return None
    shares = [(day, float(share)) for day, share in known if start <= day <= as_of]
    if len(shares) < LEAST:
        return None
    window = [point for point in shares if point[0] > as_of - timedelta(days=OUTLOOK_DAYS)]
    window = max(window, shares[-_LEAST_IN_WINDOW:], key=len)
    observations = len(window)
    if not item.checked_in_known and _gap(window) * 1.5 < (as_of - window[-1][0]).days:
        # Every run since then has seen the same value, and a run sees each change.
        window = [*window, (as_of, window[-1][1])]
    planned = _planned(item, period, rules, window[-1][0])
    course = course_of(tuple((planned(day), share) for day, share in window))
    now, value = window[-1][1], course.value
    lately = robust_slope([(float((day - start).days), share) for day, share in window]) or 0.0
    is_still = (as_of - _last_change(shares)).days >= max(_STILL_DAYS, 1.5 * _gap(window))
    if is_still:
        value, lately = now, 0.0
    size = _size(numbers)
    weeks_left = (end - as_of).days / 7
    return Outlook(
        _rounded(value),
        _rounded(min(course.low, value)),
        _rounded(max(course.high, value)),
        None if weeks_left <= 0 else _rounded(max(1 - now, 0.0) * size / weeks_left),
        _rounded(lately * 7 * size),
        observations,
        None if is_still else _arrival(now, value, planned, as_of, end),
    )


def outlooks_above(
    tree: Tree, measures: Mapping[str, Measure], own: OutlookOf, rules: Mapping[str, Rules]
) -> dict[str, Outlook]:
    """By id, the outlooks of all items: those of key results, and for each objective the weighted
    mean of what it is made of, if all of that has one. Values beyond what the rules roll up count
    as far as these say. Weekly numbers have no common unit, so an objective has none.
    """
    outlooks = dict(own)
    if not outlooks:
        return outlooks
    for objective in children_first(tree):
        own_rules = rules.get(objective.source, rules[""])
        parts = weighted_parts(tree, objective, own_rules).weighted
        counted = [
            (outlooks.get(part.id), max(weight, Decimal(0)))
            for part, weight in parts
            if part.id in measures and measures[part.id].set_aside is None
        ]
        if any(weight for _, weight in counted):
            counted = [(outlook, weight) for outlook, weight in counted if weight]
        else:
            counted = [(outlook, Decimal(1)) for outlook, _ in counted]
        known = [(outlook, weight) for outlook, weight in counted if outlook is not None]
        if known and len(known) == len(counted):
            outlooks[objective.id] = _mean(known, own_rules)
    return outlooks


def _mean(parts: Sequence[tuple[Outlook, Decimal]], rules: Rules) -> Outlook:
    total = sum((weight for _, weight in parts), Decimal(0))

    def mean(field: Callable[[Outlook], Decimal]) -> Decimal:
        return (
            sum((clamp(field(part), rules) * weight for part, weight in parts), Decimal(0)) / total
        )

    arrivals = [part.arrives for part, _ in parts]
    return Outlook(
        mean(lambda part: part.value),
        mean(lambda part: part.low),
        mean(lambda part: part.high),
        None,
        None,
        min(part.observations for part, _ in parts),
        None if None in arrivals else max(day for day in arrivals if day is not None),
    )


def outlook_sentence(
    item: KeyResult | Objective, outlook: Outlook, end: date, freshness: Freshness | None = None
) -> str:
    """`At this pace 61 % by 31 Dec; 3 sign-ups a week are needed, 1.4 came lately.`

    Where the check-in is overdue, nobody knows whether the item moves, and the sentence says so.
    """
    silent_since = item.checked_in if freshness is Freshness.STALE else None
    if outlook.arrives is not None and outlook.arrives <= end:
        words = f"At this pace it arrives on {short_day(outlook.arrives)}"
    elif outlook.lately_per_week == 0 and silent_since is not None:
        words = (
            f"Silent since {short_day(silent_since)}: {percent(outlook.value)} by"
            f" {short_day(end)} if it stays there"
        )
    elif outlook.lately_per_week == 0:
        words = f"It stands still: {percent(outlook.value)} by {short_day(end)} at this pace"
    else:
        words = f"At this pace {percent(outlook.value)} by {short_day(end)}"
    if outlook.needed_per_week is None or outlook.lately_per_week is None:
        return f"{words}."
    unit = _unit_words(item)
    needed, lately = (
        text_of(two_digits(outlook.needed_per_week)),
        text_of(two_digits(outlook.lately_per_week)),
    )
    verb = "is" if needed == "1" else "are"
    need = f"{words}; {needed}{unit} a week {verb} needed"
    if silent_since is None:
        return f"{need}, {lately} came lately."
    if outlook.lately_per_week == 0:
        return f"{need}."
    return f"{need}, {lately} came until {short_day(silent_since)}."


def _unit_words(item: KeyResult | Objective) -> str:
    numbers = item if isinstance(item, KeyResult) else item.numbers
    if numbers is None or numbers.kind is Kind.GIVEN or numbers.unit == "%":
        return " points"
    if numbers.milestones is not None:
        return " milestones"
    return f" {numbers.unit}" if numbers.unit else ""


def _size(numbers: KeyResult | None) -> float:
    """What the whole way is in the item's unit, with the sign of the movement; points where there
    is none.
    """
    if numbers is not None and numbers.milestones is not None:
        return float(numbers.milestones[1])
    if numbers is None or numbers.target is None or numbers.current is None:
        return 100.0
    return float(numbers.target - (numbers.baseline or Decimal(0)))


def _planned(
    item: KeyResult | Objective, period: tuple[date, date], rules: Rules, last: date
) -> Callable[[date], float]:
    """What the plan wants by the end of a day, as a share of what it wants at the end: that of the
    row, else the phases, else a straight line. A straight line as well where the plan has wanted
    next to nothing so far, so that there is nothing to compare with.
    """
    start, end = period

    def straight(day: date) -> float:
        return float(pace.elapsed(start, end, day, rules))

    if not rules.phases and not (isinstance(item, KeyResult) and item.plan):
        return straight
    calendar = rules.model_copy(update={"expectation": "calendar"})

    def by_plan(day: date) -> float:
        by_row = planned_by_row(item, start, end, day, calendar)
        if by_row is not None:
            return float(by_row)
        return float(pace.planned(pace.elapsed(start, end, day, rules), rules))

    whole = by_plan(end)
    if whole <= 0 or by_plan(last) < _PLANNED_NOTHING:
        return straight
    return by_plan if whole == 1 else lambda day: by_plan(day) / whole


def _last_change(points: Sequence[tuple[date, float]]) -> date:
    """The first day with the value that was seen last."""
    day, value = points[-1]
    for earlier, share in reversed(points):
        if share != value:
            break
        day = earlier
    return day


def _gap(points: Sequence[tuple[date, float]]) -> float:
    """The usual number of days from one point to the next."""
    return median((day - earlier).days for (earlier, _), (day, _) in pairwise(points))


def _arrival(
    now: float, value: float, planned: Callable[[date], float], as_of: date, end: date
) -> date | None:
    """The day on which the whole way is done, in the shape of the plan up to its end and straight
    on from there; None if that is more than a year away, and for what has arrived.
    """
    if now >= _ALL_BUT or value <= now:
        return None
    done_by_plan = planned(as_of)
    left = 1 - done_by_plan
    if value >= _ALL_BUT:
        for ahead in range(1, (end - as_of).days + 1):
            day = as_of + timedelta(days=ahead)
            part = 1.0 if left <= 0 else (planned(day) - done_by_plan) / left
            if now + (value - now) * part >= _ALL_BUT:
                return day
        return end
    a_day = (value - now) / max(1, (end - as_of).days)
    beyond = (1 - value) / a_day
    return None if beyond > _FARTHEST.days else end + timedelta(days=round(beyond + 0.5))


def _rounded(number: float) -> Decimal:
    """Six digits that say something: the rest is the noise of floats."""
    return Decimal(f"{number:.6g}")
