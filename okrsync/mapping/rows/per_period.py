"""Rows whose columns hold what came in each period (10 in October, 12 in November), not the total
so far. Their totals are what is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Literal

from msgspec.structs import replace

from okrsync.model.okrs import Cycle, KeyResult

__all__ = ["PER_PERIOD", "in_totals", "plan_doubt"]

PER_PERIOD = "per-period"
"""What is inferred of a row whose planned values add up to its target."""
_ZERO = Decimal(0)


def in_totals(
    kr: KeyResult, periods: Literal["auto", "total", "each"], cycle: Cycle | None
) -> KeyResult:
    """The key result with totals for what came in each period. With `auto` its values are such if
    its plan adds up to its target, and does not end at it.

    A plan of 10, 10 and 10 for a target of 30 is 10, 20 and 30; after 8 in October and 12 in
    November it stands at 20.
    """
    adds_up = _adds_up(kr)
    if periods == "total" or (periods == "auto" and not adds_up):
        return kr
    start = kr.baseline or _ZERO
    values = [
        each
        for each in kr.observations
        if each.current is not None and (cycle is None or each.day >= cycle.start)
    ]
    totals = list(accumulate((each.current or _ZERO for each in values), initial=start))[1:]
    if not values and periods == "auto":
        return replace(kr, plan=_total_plan(kr.plan, start), inferred=kr.inferred | {PER_PERIOD})
    planned = _total_plan(kr.plan, start)
    target = kr.target
    if planned and target == kr.plan[-1][1]:
        target = planned[-1][1]
    return replace(
        kr,
        plan=planned,
        target=target,
        current=totals[-1] if totals else kr.current,
        observations=tuple(
            replace(each, current=total) for each, total in zip(values, totals, strict=True)
        ),
        inferred=kr.inferred | {PER_PERIOD},
    )


def _total_plan(
    plan: Sequence[tuple[date, Decimal]], start: Decimal
) -> tuple[tuple[date, Decimal], ...]:
    totals = list(accumulate((value for _, value in plan), initial=start))[1:]
    return tuple((day, total) for (day, _), total in zip(plan, totals, strict=True))


def _adds_up(kr: KeyResult) -> bool:
    if len(kr.plan) < 2 or kr.target is None or kr.plan[-1][1] == kr.target:
        return False
    return (kr.baseline or _ZERO) + sum((value for _, value in kr.plan), _ZERO) == kr.target


def plan_doubt(kr: KeyResult, cycle: Cycle | None) -> str | None:
    """What speaks against the plan of a row: it ends with the cycle, and not at the target."""
    if cycle is None or not kr.plan or kr.target is None or kr.plan[-1][0] < cycle.end:
        return None
    last = kr.plan[-1][1]
    if last == kr.target:
        return None
    return (
        f"its plan ends at {last.normalize():f} and its target is {kr.target.normalize():f}, so the"
        " plan is not used; correct one of them, or say under [values] in the mapping whether its"
        ' columns hold totals or what came in each period: periods = "each"'
    )
