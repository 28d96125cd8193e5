"""A plan that stands in the row itself: what the sheet wants to have been reached at the end of
certain days (`Oct target`, `Nov target`, `Dec target`).
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from msgspec.structs import replace

from okrsync.measures.progress import HELD, progress
from okrsync.measures.rules import Rules
from okrsync.model.okrs import KeyResult, Objective

__all__ = ["ROW_PLAN", "planned_by_row", "shape_of"]

ROW_PLAN = "row-plan"
"""The rule of an item whose own row says what is expected of it, and when."""
_ZERO, _ONE = Decimal(0), Decimal(1)
_A_DAY = timedelta(days=1)

Shape = tuple[tuple[date, Decimal], ...]


def shape_of(kr: KeyResult, start: date, end: date, rules: Rules) -> Shape:
    """The progress that a row plans for the end of days, in their order; empty without a plan that
    can be measured.

    From 0 to 100 with 20 for October and 50 for November it is 0 at the end of 30 September, 0.2,
    0.5, and 1 at its end. A value to be kept has no way to go, and no plan.
    """
    if not kr.plan:
        return ()
    points: list[tuple[date, Decimal]] = []
    for day, value in sorted(kr.plan):
        planned = progress(replace(kr, current=value, given_progress=None), rules)
        if planned.raw is None or planned.rule in HELD:
            return ()
        points.append((day, planned.raw))
    if points[0][0] >= start:
        points.insert(0, (start - _A_DAY, _ZERO))
    if points[-1][0] < end:
        points.append((end, _ONE))
    return tuple(points)


def planned_by_row(
    item: KeyResult | Objective, start: date, end: date, as_of: date, rules: Rules
) -> Decimal | None:
    """The progress that an item's own row plans for a day; None without a plan.

    Between two days of the plan the way is straight: with 20 % for 31 October and 50 % for 30
    November, 15 November plans 35 %. With `expectation = "plan"` it has steps: what the last day
    that is over wanted, and before the first one what that wants.
    """
    if not isinstance(item, KeyResult):
        return None
    points = shape_of(item, start, end, rules)
    if not points:
        return None
    if rules.expectation == "plan":
        days = {day for day, _ in item.plan}
        due = [share for day, share in points if day in days and day <= as_of]
        return due[-1] if due else next(share for day, share in points if day in days)
    day = as_of - _A_DAY if rules.elapsed == "days-done" else as_of
    before = points[0]
    if day <= before[0]:
        return before[1]
    for after in points[1:]:
        if day <= after[0]:
            days_between = (after[0] - before[0]).days
            way = after[1] - before[1]
            return before[1] + way * (day - before[0]).days / days_between
        before = after
    return before[1]
