"""How good the outlook is on kinds of series that nobody chose: each kind is drawn at random.

A kind says how long the cycle is, how often values come, how they scatter (each for itself, with a
memory, adding up, counted one by one, growing with the value), how they are rounded, capped and
missed, where series end, when steps happen, and whether the plan is in the row or in phases. 200
series are made of each kind, in the eight shapes of benchmarks/outlook.py; printed is the share of
kinds that keep all limits, and how many break each. Constants are set on seeds below 2,000; those
from 20,001 on, which are the default, are for looking only.

    python benchmarks/outlook_kinds.py [KINDS [FIRST_SEED [usual]]]

With `usual`, each kind is a quarter of weekly values with normal noise of 0.5 to 5 %.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import exp, log
from pathlib import Path
from statistics import mean, pstdev

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.outlook import PLAIN, SHAPES, START, Result, Series, results
from okrsync.measures.rules import Rules
from okrsync.model.okrs import Direction, KeyResult, Kind, LedgerEntry, Origin
from okrsync.model.table import RowRef

Course = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class RandomKind:
    """One kind of series. Sizes are shares of the way, times shares of the cycle."""

    days: tuple[int, int]
    rhythm: str
    noise_kind: str
    noise: float
    much_noise: float
    ends: tuple[float, float]
    unit: float
    """The least difference of two values."""
    missed: float
    is_capped: bool
    never_falls: bool
    ends_on_course: bool
    """Whether the series is judged by its course, or by the last value with its noise."""
    steps: tuple[float, float]
    before_step: float
    powers: tuple[float, float]
    grows: str
    flat_level: tuple[float, float] | None
    """None: the way of a straight series until then."""
    flat_is_silent: bool
    """Whether a flat series stays at one value, or goes on scattering."""
    plan: str
    shows_checkins: bool


def random_kind(rng: random.Random) -> RandomKind:
    """A kind drawn at random. Thirteen weeks with a value a week are the most usual."""
    weeks = rng.choice((6, 8, 10, 12, 13, 13, 13, 13, 16, 20, 26))
    rhythm = rng.choice(("weekly",) * 6 + ("biweekly", "often", "daily", "irregular"))
    if rhythm == "biweekly" and weeks < 12:
        rhythm = "weekly"
    noise = exp(rng.uniform(log(0.003), log(0.05)))
    lowest = rng.uniform(0.3, 0.9)
    first_step = rng.uniform(0.1, 0.5)
    power = rng.uniform(1.3, 2.2)
    level = rng.uniform(0.1, 0.4)
    return RandomKind(
        days=rng.choice(((weeks * 7, weeks * 7), (weeks * 7 - 6, weeks * 7 + 6))),
        rhythm=rhythm,
        noise_kind=rng.choice(
            ("scatter", "scatter", "scatter", "memory", "walk", "walk", "count", "relative", "pace")
        ),
        noise=0.0 if rng.random() < 0.1 else noise,
        much_noise=rng.choice((max(0.04, 4 * noise), rng.uniform(0.04, 0.15))),
        ends=rng.choice(((lowest, lowest + rng.uniform(0.1, 0.7)), (0.9, 1.1))),
        unit=rng.choice((1e-6, 1e-4, 1e-3, 0.01, 0.01, 0.02, 0.05)),
        missed=rng.choice((0.0, 0.0, 0.1, 0.3)),
        is_capped=rng.random() < 0.2,
        never_falls=rng.random() < 0.25,
        ends_on_course=rng.random() < 0.3,
        steps=(first_step, rng.uniform(first_step + 0.1, 0.9)),
        before_step=rng.choice((0.0, 0.1, 0.2)),
        powers=(power, rng.uniform(power, 3.2)),
        grows=rng.choice(("power", "power", "exponential", "logistic", "late")),
        flat_level=rng.choice((None, None, (level, level + 0.3))),
        flat_is_silent=rng.random() < 0.5,
        plan=rng.choice(("phases", "phases", "row")),
        shows_checkins=rng.random() < 0.85,
    )


def usual_kind(rng: random.Random) -> RandomKind:
    """A kind as most teams would recognise it: a quarter, a value a week, and normal noise."""
    return replace(
        random_kind(rng),
        days=rng.choice(((84, 84), (91, 91), (92, 92), (84, 98))),
        rhythm="weekly",
        noise_kind=rng.choice(("scatter", "scatter", "walk")),
        noise=rng.choice((0.005, 0.01, 0.02, 0.03, 0.05)),
        much_noise=rng.uniform(0.05, 0.15),
        unit=0.01,
        is_capped=False,
        never_falls=False,
    )


def kind_series(kind: RandomKind, count: int, rng: random.Random) -> Iterator[Series]:
    """Series of all shapes, in turn."""
    for number in range(count):
        yield _made(kind, SHAPES[number % len(SHAPES)], rng)


def _made(kind: RandomKind, shape: str, rng: random.Random) -> Series:
    days = rng.randint(*kind.days)
    end = rng.uniform(*kind.ends)
    phases = _phases(rng) if shape == "back-loaded" else ()
    course = _course(kind, shape, end, phases, days, rng)
    seen = _seen(kind, shape, course, days, rng)
    base, target = (3000.0, 1000.0) if shape == "falling" else (0.0, 1000.0)

    def typed(share: float) -> Decimal:
        return Decimal(f"{base + share * (target - base):.4f}")

    plan: tuple[tuple[date, Decimal], ...] = ()
    if phases and kind.plan == "row":
        knots = [*phases, (Decimal(1), Decimal(1))]
        plan = tuple(
            (START + timedelta(days=round(float(time) * days) - 1), typed(float(wanted)))
            for time, wanted in knots
        )
    rules = Rules(phases=phases) if phases and kind.plan == "phases" else Rules()
    until = [(day, typed(share)) for day, share in seen if day <= days // 2]
    if not kind.shows_checkins:
        until = [
            one for number, one in enumerate(until) if not number or one[1] != until[number - 1][1]
        ]
    is_kept = shape == "guard-rail"
    item = KeyResult(
        "made/O1/KR1",
        "made",
        "Made",
        Origin("made", "Made", "made", RowRef(2, None, ()), {}),
        Kind.GUARD_RAIL if is_kept else Kind.METRIC,
        baseline=typed(0),
        target=typed(1),
        current=until[-1][1],
        direction=Direction.STAY_ABOVE if is_kept else None,
        checked_in_known=kind.shows_checkins,
        plan=plan,
    )
    final = seen[-1][1]
    if kind.ends_on_course:
        final = course(1.0)
        final = min(final, 1.0) if kind.is_capped else final
    return Series(
        shape,
        item,
        tuple(LedgerEntry(START + timedelta(days=day - 1), current=value) for day, value in until),
        START + timedelta(days=days - 1),
        START + timedelta(days=days // 2 - 1),
        rules,
        final,
    )


def _days_seen(kind: RandomKind, days: int, rng: random.Random) -> list[int]:
    every = {"weekly": 7, "biweekly": 14, "often": 3, "daily": 1, "irregular": 0}[kind.rhythm]
    seen, day = list[int](), 0
    while True:
        day += every or rng.randint(2, 12)
        if day + every // 2 >= days:
            return [*seen, days]
        if not seen or rng.random() >= kind.missed:
            seen.append(day)


def _seen(
    kind: RandomKind, shape: str, course: Course, days: int, rng: random.Random
) -> list[tuple[int, float]]:
    noise = kind.much_noise if shape == "noisy" else kind.noise
    off, last_day, last_true, last = 0.0, 0, 0.0, 0.0
    value, seen = 0.0, list[tuple[int, float]]()
    for day in _days_seen(kind, days, rng):
        true = course(day / days)
        weeks = (day - last_day) / 7
        if shape == "flat" and kind.flat_is_silent and day > days // 3 and seen:
            seen.append((day, seen[-1][1]))
            continue
        if kind.noise_kind == "scatter":
            value = true + rng.gauss(0, noise)
        elif kind.noise_kind == "memory":
            keeps = 0.6**weeks
            off = keeps * off + rng.gauss(0, noise * (1 - keeps * keeps) ** 0.5)
            value = true + off
        elif kind.noise_kind == "walk":
            off += rng.gauss(0, noise * 0.6 * weeks**0.5)
            value = true + off
        elif kind.noise_kind == "relative":
            value = true * (1 + rng.gauss(0, 2 * noise))
        elif kind.noise_kind == "pace":
            value += (true - last_true) * max(0.0, 1 + rng.gauss(0, min(1.0, 15 * noise)))
        else:
            # Counted one by one: the fewer there are, the more they scatter.
            size = min(2000.0, max(10.0, 0.5 / max(noise, 0.003) ** 1.5))
            value += _poisson(max(0.0, true - last_true) * size, rng) / size
        last_day, last_true = day, true
        shown = max(value, last) if kind.never_falls else value
        shown = min(1.0, shown) if kind.is_capped else shown
        shown = round(shown / kind.unit) * kind.unit
        last = max(last, shown)
        seen.append((day, shown))
    return seen


def _poisson(wanted: float, rng: random.Random) -> int:
    if wanted > 50:
        return max(0, round(rng.gauss(wanted, wanted**0.5)))
    count, left = 0, rng.expovariate(1)
    while left < wanted:
        count += 1
        left += rng.expovariate(1)
    return count


def _phases(rng: random.Random) -> tuple[tuple[Decimal, Decimal], ...]:
    return rng.choice(
        (
            ((Decimal("0.5"), Decimal("0.2")),),
            ((Decimal("0.5"), Decimal("0.3")),),
            ((Decimal("0.33"), Decimal("0.1")), (Decimal("0.67"), Decimal("0.4"))),
            ((Decimal("0.6"), Decimal("0.25")),),
        )
    )


def _course(
    kind: RandomKind,
    shape: str,
    end: float,
    phases: tuple[tuple[Decimal, Decimal], ...],
    days: int,
    rng: random.Random,
) -> Course:
    """What is reached after a share of the time, without noise."""
    if shape == "flat":
        # Nobody can tell it from a straight one by half time if that is the third week.
        stops = min(21, days // 3) / days
        level = end * stops if kind.flat_level is None else rng.uniform(*kind.flat_level)
        return lambda time: level * min(1.0, time / stops)
    if shape == "accelerating":
        power = rng.uniform(*kind.powers)
        if kind.grows == "exponential":
            return lambda time: end * (exp(power * 1.3 * time) - 1) / (exp(power * 1.3) - 1)
        if kind.grows == "logistic":

            def logistic(time: float) -> float:
                return 1 / (1 + exp(-3 * power * (time - 0.6)))

            low, high = logistic(0), logistic(1)
            return lambda time: end * (logistic(time) - low) / (high - low)
        if kind.grows == "late":
            late = rng.uniform(0.25, 0.5)
            half = 0.5 / power
            return lambda time: (
                end * (half * time + (1 - half) * max(0.0, time - late) / (1 - late))
            )
        return lambda time: end * time**power
    if shape == "step":
        at, before = rng.uniform(*kind.steps), rng.uniform(0, kind.before_step)
        return lambda time: before * time / at if time < at else end
    if phases:
        knots = [(0.0, 0.0), *((float(a), float(b)) for a, b in phases), (1.0, 1.0)]

        def planned(time: float) -> float:
            for (t0, w0), (t1, w1) in pairwise(knots):
                if time <= t1:
                    return end * (w0 + (w1 - w0) * (time - t0) / (t1 - t0))
            return end

        return planned
    return lambda time: end * time


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one set of series keeps the limits."""

    held: float
    worst: float
    """The share that the band holds of the shape of which it holds least."""
    ratio: float
    """The mean error by that of progress divided by time."""
    plain_ratio: float
    """The same of the plain shapes."""

    @property
    def failed(self) -> tuple[str, ...]:
        limits = {
            "the band holds less than 75 %": self.held >= 0.75,
            "the band holds more than 85 %": self.held <= 0.85,
            "the band holds less than half of a shape": self.worst >= 0.5,
            "the error is more than 60 %": self.ratio <= 0.6,
            "the error of plain shapes is more than 135 %": self.plain_ratio <= 1.35,
        }
        return tuple(limit for limit, is_kept in limits.items() if not is_kept)


def verdict(judged: Sequence[Result]) -> Verdict:
    of_shape = [[one for one in judged if one.shape == shape] for shape in SHAPES]
    return Verdict(
        mean(one.is_held for one in judged),
        min(mean(one.is_held for one in some) for some in of_shape if some),
        _ratio(judged),
        _ratio([one for one in judged if one.shape in PLAIN]),
    )


def verdict_of_kind(
    seed: int, count: int = 200, draw: Callable[[random.Random], RandomKind] = random_kind
) -> Verdict:
    """How a kind drawn with a seed keeps the limits."""
    rng = random.Random(seed)
    return verdict(results(list(kind_series(draw(rng), count, rng))))


def _ratio(judged: Sequence[Result]) -> float:
    by_time = mean(one.error_by_time for one in judged)
    return mean(one.error for one in judged) / by_time if by_time else 0.0


def main() -> None:
    draw = usual_kind if "usual" in sys.argv else random_kind
    numbers = [int(text) for text in sys.argv[1:3]]
    kinds, first = [*numbers, *(200, 20_001)[len(numbers) :]]
    verdicts = [verdict_of_kind(seed, draw=draw) for seed in range(first, first + kinds)]
    broken = Counter(limit for one in verdicts for limit in one.failed)
    held = [one.held for one in verdicts]
    print(f"kinds that keep all limits: {mean(not one.failed for one in verdicts):.0%} of {kinds}")
    for limit, count in broken.most_common():
        print(f"  {limit}: {count / kinds:.0%}")
    print(f"the band holds {mean(held):.1%} on the whole, with a deviation of {pstdev(held):.1%}")
    print(
        f"error {mean(one.ratio for one in verdicts):.2f} of that of progress divided by time,"
        f" {mean(one.plain_ratio for one in verdicts):.2f} for plain shapes"
    )


if __name__ == "__main__":
    main()
