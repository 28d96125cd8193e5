"""Progress: how far an item has come, as a share. Nothing here knows the calendar."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from okrsync.measures.rules import Rules
from okrsync.model.okrs import Direction, KeyResult, Kind

__all__ = ["HELD", "Progress", "Scale", "clamp", "is_within", "progress", "stretch_scale"]

HELD = frozenset({"guard-rail", "guard-rail-distance", "guard-rail-at-baseline", "periods"})
"""The rules of values to keep rather than to reach. They are expected to be at 100 % on every day,
and are achieved only when their time is over.
"""

_ZERO, _ONE = Decimal(0), Decimal(1)
_COMMIT_AT, _TARGET_AT = Decimal("0.3"), Decimal("0.7")
_PLAIN = Rules.model_construct()


class Progress(NamedTuple):
    """A progress before it is clamped (None: no data), and the name of the rule behind it."""

    raw: Decimal | None
    rule: str


def progress(kr: KeyResult, rules: Rules) -> Progress:
    """How far the key result has come from baseline to target.

    From 40 to 100, standing at 62, is (62 - 40) / (100 - 40) = 0.3667. A falling target works the
    same way: from 10 to 4, standing at 7, is 0.5. Without numbers to measure, a typed progress is
    taken. If a cell that decides about the number, such as the direction, is not understood, there
    is no progress. A million times the distance or more is taken for a typing error: no data.
    """
    if kr.unclear:
        return Progress(None, "unclear")
    try:
        measured = _measured(kr, rules)
    except ArithmeticError:
        # Decimal overflows where float would give infinity: 1E999999 is a number one can type.
        return _BEYOND
    if measured.raw is None and kr.given_progress is not None:
        return Progress(kr.given_progress, "given-progress")
    return measured if measured.raw is None or abs(measured.raw) < _GREATEST else _BEYOND


_GREATEST = Decimal(1_000_000)
_BEYOND = Progress(None, "beyond-measure")


def clamp(raw: Decimal, rules: Rules) -> Decimal:
    """The part of a raw progress that may be rolled up: 1.2 is 1 and -0.3 is 0, unless the rules
    say otherwise.
    """
    if raw < 0 and rules.clamp in ("both", "floor"):
        return _ZERO
    cap = rules.overshoot_cap
    if cap is not None:
        return min(raw, cap)
    return _ONE if raw > 1 and rules.clamp in ("both", "ceiling") else raw


def is_within(kr: KeyResult, value: Decimal, rules: Rules = _PLAIN) -> bool:
    """Whether a value is within the key result's limits. The limits themselves are, unless
    `guard_rail_limit = "outside"`.
    """
    low, high = _limits(kr, rules)
    if rules.guard_rail_limit == "outside":
        return (low is None or value > low) and (high is None or value < high)
    return (low is None or value >= low) and (high is None or value <= high)


class Scale(NamedTuple):
    """The four values of a key result with a stretch goal."""

    baseline: Decimal
    commit: Decimal
    target: Decimal
    stretch: Decimal


def stretch_scale(
    baseline: Decimal | None, target: Decimal | None, stretch: Decimal | None
) -> Scale | None:
    """The scale on which the commit goal lies at 0.3 and the target at 0.7 of the way from baseline
    to stretch goal; None where fewer than two of the three are known.

    A target of 6.5 and a stretch goal of 5 began at 10, and commit to 8.5. Where all three are
    known, baseline and stretch goal count.
    """
    if baseline is None:
        if target is None or stretch is None:
            return None
        baseline = (target - _TARGET_AT * stretch) / (1 - _TARGET_AT)
    if stretch is None:
        if target is None:
            return None
        stretch = baseline + (target - baseline) / _TARGET_AT
    way = stretch - baseline
    return Scale(baseline, baseline + _COMMIT_AT * way, baseline + _TARGET_AT * way, stretch)


def _measured(kr: KeyResult, rules: Rules) -> Progress:
    if "direction" in kr.unclear:
        return Progress(None, "direction-unclear")
    is_held = kr.kind is Kind.GUARD_RAIL or (
        kr.direction is not None and kr.direction.is_guard_rail
    )
    if kr.milestones is not None and (
        kr.kind is Kind.MILESTONES or (is_held and rules.guard_rail == "periods")
    ):
        done, total = kr.milestones
        return Progress(
            Decimal(done) / total if total else None,
            "milestones" if kr.kind is Kind.MILESTONES else "periods",
        )
    current = kr.current
    if current is None:
        return Progress(None, "no-current")
    if kr.kind is Kind.BOOLEAN:
        return Progress(_ONE if current >= 1 else _ZERO, "boolean")
    target, baseline, rule = kr.target, kr.baseline, "baseline-to-target"
    if rules.scale == "stretch" and not is_held:
        scale = stretch_scale(baseline, target, kr.stretch)
        if scale is not None:
            baseline, target, rule = scale.baseline, scale.stretch, "baseline-to-stretch"
    if target is None and kr.stretch is not None and not is_held:
        target, rule = kr.stretch, "stretch-only"
    if target is None:
        return Progress(None, "no-target")
    if is_held:
        return _guard_rail(kr, current, rules)
    if baseline is None:
        if rules.missing_baseline == "no-data":
            return Progress(None, "no-baseline")
        if kr.direction is Direction.DECREASE or target == 0:
            # Counted from 0, a falling target would look better the further it is missed, and
            # "down to 0" would divide by zero.
            if current <= target:
                return Progress(_ONE, "target-met")
            if rules.missing_baseline == "ratio":
                return Progress(target / current, "target-to-current")
            return Progress(None, "no-baseline")
        baseline = _ZERO
        rule = "zero-to-target" if rule == "baseline-to-target" else rule
    if baseline == target:
        return _target_is_baseline(kr, current, target, rules)
    if kr.checkpoints:
        return Progress(_by_checkpoints(kr, baseline, target, current, rules), "checkpoints")
    # Where the target lies below, nothing done is -0, which people would read.
    return Progress((current - baseline) / (target - baseline) + _ZERO, rule)


def _by_checkpoints(
    kr: KeyResult, baseline: Decimal, target: Decimal, current: Decimal, rules: Rules
) -> Decimal:
    """The progress between the checkpoints on the way from baseline to target.

    From 0 to 100 with 40 % at 50 and 70 % at 80, 60 is 50 %; with `checkpoints = "steps"` it is
    40 %. Before the first checkpoint and behind the last the line goes on.
    """
    sign = 1 if target > baseline else -1
    points = sorted(
        {baseline: _ZERO, target: _ONE, **dict(kr.checkpoints)}.items(),
        key=lambda point: sign * point[0],
    )
    if rules.checkpoints == "steps":
        reached = [share for value, share in points if sign * value <= sign * current]
        return reached[-1] if reached else _ZERO
    index = next(
        (index for index in range(1, len(points) - 1) if sign * current <= sign * points[index][0]),
        len(points) - 1,
    )
    (value, share), (next_value, next_share) = points[index - 1], points[index]
    return share + (next_share - share) * (current - value) / (next_value - value)


def _target_is_baseline(kr: KeyResult, current: Decimal, target: Decimal, rules: Rules) -> Progress:
    match rules.target_is_baseline:
        case "zero":
            return Progress(_ZERO, "target-is-baseline")
        case "one":
            return Progress(_ONE, "target-is-baseline")
    met = current <= target if kr.direction is Direction.DECREASE else current >= target
    return Progress(_ONE if met else _ZERO, "guard-rail-at-baseline")


def _guard_rail(kr: KeyResult, current: Decimal, rules: Rules) -> Progress:
    """1 within the limits, else 0.

    With `distance` it is 1 minus the distance outside, as a share of the distance from limit to
    baseline, or of the limit itself where no baseline lies outside. A single limit also counts the
    distance inside. At most 10: standing at 12 it is 1 - 2 / 10 = 0.8, at 7 it is 1.3.
    """
    is_inside = is_within(kr, current, rules)
    if rules.guard_rail == "periods" and (values := [each.current for each in kr.observations]):
        kept = sum(value is not None and is_within(kr, value, rules) for value in values)
        return Progress(Decimal(kept) / len(values), "periods")
    if rules.guard_rail != "distance":
        return Progress(_ONE if is_inside else _ZERO, "guard-rail")
    low, high = _limits(kr, rules)
    if is_inside and low is not None and high is not None:
        return Progress(_ONE, "guard-rail-distance")
    limit, sign = (low, 1) if low is not None and (high is None or current < low) else (high, -1)
    assert limit is not None
    baseline = kr.baseline
    scale = (
        abs(limit) if baseline is None or is_within(kr, baseline, rules) else abs(limit - baseline)
    )
    if not scale:
        return Progress(_ONE if is_inside else _ZERO, "guard-rail-distance")
    return Progress(_ONE + sign * (current - limit) / scale, "guard-rail-distance")


def _limits(kr: KeyResult, rules: Rules) -> tuple[Decimal | None, Decimal | None]:
    match kr.direction:
        case Direction.STAY_ABOVE | Direction.INCREASE:
            return kr.target, None
        case Direction.STAY_BELOW | Direction.DECREASE:
            return None, kr.target
    if kr.target is not None and kr.target_high is not None:
        return min(kr.target, kr.target_high), max(kr.target, kr.target_high)
    if rules.tolerance and kr.target is not None:
        off = abs(kr.target) * rules.tolerance
        return kr.target - off, kr.target + off
    return kr.target, kr.target_high
