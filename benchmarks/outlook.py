"""How good the outlook is: made series, their outlook at half time, and what they came to.

200 series of eight shapes: straight, flat since the third week, accelerating, a step, following a
back-loaded plan, noisy, falling towards a lower target, and guard-rails, of which nothing is
claimed. Beside the outlook stands what people would use instead: progress divided by time.

Two generators make them, which share nothing but the names of the shapes: one draws a course and
scatters values around it, the other lets a number grow from check-in to check-in, so that its noise
adds up, at uneven intervals, in units and at scales of its own.

    python benchmarks/outlook.py [SEED...]
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import exp
from statistics import mean

from okrsync.measures.outlook import outlook_of
from okrsync.measures.pace import planned
from okrsync.measures.progress import progress
from okrsync.measures.result import Outlook
from okrsync.measures.rules import Rules
from okrsync.measures.shares import shares_of
from okrsync.model.okrs import Direction, KeyResult, Kind, LedgerEntry, Origin
from okrsync.model.table import RowRef

START = date(2026, 1, 5)
SHAPES = (
    "straight",
    "flat",
    "accelerating",
    "step",
    "back-loaded",
    "noisy",
    "falling",
    "guard-rail",
)
PLAIN = ("straight", "noisy", "falling")
"""The shapes on which progress divided by time is at its best."""


@dataclass(frozen=True, slots=True)
class SeriesKind:
    """The parameters of one set of series. Noise and ends are shares of the way."""

    name: str
    weeks: tuple[int, int] = (12, 14)
    every: tuple[int, ...] = (7,)
    """Days from one check-in to the next."""
    noise: tuple[float, float] = (0.01, 0.03)
    much_noise: tuple[float, float] = (0.06, 0.14)
    ends: tuple[float, float] = (0.45, 1.05)
    steps: tuple[float, float] = (0.15, 0.7)
    powers: tuple[float, float] = (1.5, 2.8)
    phases: tuple[tuple[Decimal, Decimal], ...] = ((Decimal("0.5"), Decimal("0.2")),)
    missed: float = 0.08
    whole: bool = False
    """Whether values are whole numbers of a small unit."""
    is_grown: bool = False
    """Whether the second generator makes them: `noise` is that of a check-in then, and adds up."""
    uneven: int = 0
    """So many days a check-in of the second generator comes early or late."""


_THREE_PHASES = ((Decimal("0.4"), Decimal("0.1")), (Decimal("0.7"), Decimal("0.4")))
SETS = (
    SeriesKind("weekly"),
    SeriesKind("quiet", noise=(0.0, 0.01), much_noise=(0.03, 0.08)),
    SeriesKind("loud", noise=(0.02, 0.05), much_noise=(0.1, 0.2), missed=0.15),
    SeriesKind("often", every=(2, 3), noise=(0.01, 0.02)),
    SeriesKind("seldom", weeks=(20, 26), every=(14,), phases=_THREE_PHASES),
    SeriesKind("short", weeks=(8, 10), every=(3, 4, 7)),
    SeriesKind("gaps", missed=0.35, ends=(0.3, 1.3), powers=(1.3, 3.2)),
    SeriesKind("whole", whole=True, noise=(0.0, 0.02)),
    SeriesKind("noiseless", noise=(0.0, 0.0), much_noise=(0.0, 0.1)),
    SeriesKind("any noise", noise=(0.0, 0.1), much_noise=(0.05, 0.15)),
    SeriesKind("grown", is_grown=True, noise=(0.0, 0.02), much_noise=(0.02, 0.05), uneven=1),
    SeriesKind("grown fast", is_grown=True, noise=(0.01, 0.05), much_noise=(0.03, 0.08), uneven=2),
    SeriesKind("grown often", is_grown=True, every=(2, 3), noise=(0.0, 0.02), uneven=1),
    SeriesKind("grown long", is_grown=True, weeks=(20, 27), every=(7, 14), noise=(0.0, 0.03)),
)


@dataclass(frozen=True, slots=True)
class Series:
    """A made series: its shape, its key result at half time, what was seen until then, and what it
    came to.
    """

    shape: str
    item: KeyResult
    entries: tuple[LedgerEntry, ...]
    end: date
    half_time: date
    rules: Rules
    final: float

    def outlook(self) -> Outlook | None:
        return outlook_of(
            self.item,
            shares_of(self.item, self.entries, self.rules),
            (START, self.end),
            self.half_time,
            self.rules,
        )

    def by_time(self) -> float:
        """Progress divided by time."""
        done = progress(self.item, self.rules).raw
        assert done is not None
        gone = ((self.half_time - START).days + 1) / ((self.end - START).days + 1)
        return float(done) / gone


@dataclass(frozen=True, slots=True)
class Result:
    """One series with its outlook: whether the band holds what it came to, and both errors."""

    shape: str
    is_held: bool
    error: float
    error_by_time: float


def series(kind: SeriesKind, count: int, seed: int) -> Iterator[Series]:
    """Made series of all shapes, in turn. The same seed makes the same series."""
    rng = random.Random(seed)
    for number in range(count):
        shape = SHAPES[number % len(SHAPES)]
        yield _grown(kind, shape, rng) if kind.is_grown else _series(kind, shape, rng)


def results(made: Sequence[Series]) -> list[Result]:
    """The outlooks of all series that have one."""
    judged = []
    for one in made:
        outlook = one.outlook()
        if outlook is not None:
            value, low, high = (float(share) for share in outlook[:3])
            judged.append(
                Result(
                    one.shape,
                    low <= one.final <= high,
                    abs(value - one.final),
                    abs(one.by_time() - one.final),
                )
            )
    return judged


def _grown(kind: SeriesKind, shape: str, rng: random.Random) -> Series:
    """A series of the second generator: each check-in adds what its days bring, more or less."""
    days = rng.randint(kind.weeks[0] * 7, kind.weeks[1] * 7)
    whole_way = rng.uniform(*kind.ends)
    noise = rng.uniform(*(kind.much_noise if shape == "noisy" else kind.noise))
    rules = (
        Rules(phases=rng.choice((kind.phases, _THREE_PHASES)))
        if shape == "back-loaded"
        else Rules()
    )
    speeds = _speeds(kind, shape, rules, days, rng)
    scale = whole_way / sum(speeds)
    unit = rng.choice((1.0, 60.0, 2_500.0, 1.5e6))
    base = rng.choice((0.0, 0.4, 3.0)) * unit
    target = base - unit * 0.4 if shape == "falling" else base + unit
    digits = 3 if unit == 1 else 0 if unit > 1_000 else 1
    every = rng.choice(kind.every)
    share, last, seen = 0.0, 0, list[tuple[int, float]]()
    while last < days:
        step = max(1, every + rng.randint(-kind.uneven, kind.uneven))
        day = last + step if last + step + every // 2 <= days else days
        share += scale * sum(speeds[last:day]) + rng.gauss(0, noise * ((day - last) / every) ** 0.5)
        if not seen or day == days or rng.random() >= kind.missed:
            seen.append((day, round(base + share * (target - base), digits)))
        last = day
    until = [(day, Decimal(str(value))) for day, value in seen if day <= days // 2]
    return Series(
        shape,
        _key_result(shape, base, target, until[-1][1]),
        tuple(LedgerEntry(START + timedelta(days=day - 1), current=value) for day, value in until),
        START + timedelta(days=days - 1),
        START + timedelta(days=days // 2 - 1),
        rules,
        (seen[-1][1] - base) / (target - base),
    )


def _speeds(
    kind: SeriesKind, shape: str, rules: Rules, days: int, rng: random.Random
) -> list[float]:
    """What each day brings, in parts of the whole."""
    if shape == "flat":
        creeps = rng.choice((0.0, 0.0, 0.05))
        return [1.0 if day < 21 else creeps for day in range(days)]
    if shape == "accelerating":
        growth = rng.uniform(1.0, 3.5) / days
        return [exp(growth * day) for day in range(days)]
    if shape == "step":
        happens, takes = int(rng.uniform(*kind.steps) * days), rng.choice((1, 5))
        before = rng.uniform(0, 0.3) / max(1, happens)
        return [
            before if day < happens else 0.8 / takes if day < happens + takes else 0.0
            for day in range(days)
        ]
    if shape == "back-loaded":
        by_day = [float(planned(Decimal(day) / days, rules)) for day in range(days + 1)]
        return [after - before for before, after in pairwise(by_day)]
    return [1.0] * days


def _series(kind: SeriesKind, shape: str, rng: random.Random) -> Series:
    days = rng.randint(*kind.weeks) * 7
    ends_at = rng.uniform(*kind.ends)
    noise = rng.uniform(*(kind.much_noise if shape == "noisy" else kind.noise))
    rules = Rules(phases=kind.phases) if shape == "back-loaded" else Rules()
    course = _course(kind, shape, ends_at, rules, days, rng)
    base, target = (800.0, 200.0) if shape == "falling" else (0.0, 40.0 if kind.whole else 500.0)
    every = rng.choice(kind.every)
    seen: list[tuple[int, Decimal]] = []
    for day in range(every, days + 1, every):
        share = course(day / days) + rng.gauss(0, noise)
        value = round(base + share * (target - base), 0 if kind.whole else 2)
        if not seen or day + every > days or rng.random() >= kind.missed:
            seen.append((day, Decimal(str(value))))
    until = [(day, value) for day, value in seen if day <= days // 2]
    item = _key_result(shape, base, target, until[-1][1])
    entries = tuple(
        LedgerEntry(START + timedelta(days=day - 1), current=value) for day, value in until
    )
    return Series(
        shape,
        item,
        entries,
        START + timedelta(days=days - 1),
        START + timedelta(days=days // 2 - 1),
        rules,
        (float(seen[-1][1]) - base) / (target - base),
    )


def _course(
    kind: SeriesKind, shape: str, ends_at: float, rules: Rules, days: int, rng: random.Random
) -> Callable[[float], float]:
    """What is reached after a share of the time, without noise."""
    if shape == "flat":
        stops = 21 / days
        return lambda time: ends_at * min(time, stops)
    if shape == "accelerating":
        power = rng.uniform(*kind.powers)
        return lambda time: ends_at * time**power
    if shape == "step":
        at, before = rng.uniform(*kind.steps), rng.uniform(0, 0.2)
        return lambda time: before if time < at else ends_at
    if shape == "back-loaded":
        return lambda time: ends_at * float(planned(Decimal(str(time)), rules))
    return lambda time: ends_at * time


def _key_result(shape: str, base: float, target: float, current: Decimal) -> KeyResult:
    is_kept = shape == "guard-rail"
    return KeyResult(
        "made/O1/KR1",
        "made",
        "Made",
        Origin("made", "Made", "made", RowRef(2, None, ()), {}),
        Kind.GUARD_RAIL if is_kept else Kind.METRIC,
        baseline=Decimal(str(base)),
        target=Decimal(str(target)),
        current=current,
        direction=Direction.STAY_ABOVE if is_kept else None,
        checked_in_known=True,
    )


def main() -> None:
    seeds = [int(text) for text in sys.argv[1:]] or [1, 2, 3, 4, 5]
    print(f"{'set':11} {'held':>5} {'worst shape':>20} {'error':>6} {'by time':>8}", end="")
    print(f" {'ratio':>6} {'plain shapes':>13}")
    for kind in SETS:
        judged = [one for seed in seeds for one in results(list(series(kind, 200, seed)))]
        held = {
            shape: mean(one.is_held for one in judged if one.shape == shape)
            for shape in SHAPES
            if any(one.shape == shape for one in judged)
        }
        worst = min(held, key=held.__getitem__)
        error, by_time = (
            mean(one.error for one in judged),
            mean(one.error_by_time for one in judged),
        )
        plain = [one for one in judged if one.shape in PLAIN]
        ratio = mean(one.error for one in plain) / mean(one.error_by_time for one in plain)
        print(
            f"{kind.name:11} {mean(one.is_held for one in judged):>5.0%}"
            f" {f'{worst} {held[worst]:.0%}':>20} {error:>6.3f} {by_time:>8.3f}"
            f" {error / by_time:>6.2f} {ratio:>13.2f}"
        )


if __name__ == "__main__":
    main()
