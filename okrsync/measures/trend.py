"""Where a series ends up: a robust trend through its last values, with an 80 % band.

Several courses are weighed by how well they explain the values (Bayesian model averaging, Hoeting
et al. 1999, https://doi.org/10.1214/ss/1009212519): on in the shape of the plan, ever faster, level
since some day, on another line since some day, and, for what has not moved at all, one jump that is
still to come. Each is a linear model with normal priors, so its weight and its end have closed
forms; the noise is a grid of sizes. The median of the mixture is the value, and the band leaves out
a tail on either side. docs/measures.md states how well that does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import erfc, exp, log, sqrt
from statistics import median
from typing import NamedTuple

__all__ = ["Course", "course_of", "robust_slope"]

_NOISE = ((0.003, 0.17), (0.01, 0.23), (0.025, 0.27), (0.06, 0.2), (0.14, 0.13))
"""Sizes of the noise (shares of the way), and how likely each is beforehand."""
_STEADY, _FASTER, _LEVEL, _TURNED = 0.5, 0.15, 0.25, 0.1
"""How likely each course is beforehand."""
_POWERS = (1.3, 1.6, 2.0, 2.5, 3.2)
"""Ever faster: progress goes with this power of the plan."""
_END = (0.75, 0.35)
"""Where teams end up, before anything is known: the mean and deviation of a normal prior."""
_BEFORE = (0.75, 0.6)
_NOW = (0.4, 0.35)
_SLOPE = (0.8, 0.4)
_JUMP, _JUMP_TO = 0.4, (0.8, 0.3)
"""What has not moved at all jumps still at half time in so many cases, and to there."""
_WANDER = 0.4
"""Beside noise that comes and goes, as much of it stays with each step ahead."""
_MISJUDGED = 0.05
"""No course is exactly as assumed: so much of what is left to go comes on top."""
_TAIL = 0.12
"""What the band leaves out on either side of the mixture, which is a little too wide: with tails of
10 % the band holds more than 80 % of the final values of made series (benchmarks/outlook.py).
"""
_MOST_POINTS = 12
_NEGLIGIBLE = 5.0
"""Courses less likely than the best by this much in log weight (150 times) are left out."""
_ROOT = sqrt(2)


class Course(NamedTuple):
    """Where a series ends up, and the band that holds it in 80 % of the cases."""

    value: float
    low: float
    high: float


class _Guess(NamedTuple):
    """One course with one size of noise: its log weight, and its end with the variance of that."""

    weight: float
    end: float
    variance: float


class _Sums(NamedTuple):
    """Sums over some points, with x counted from the last one."""

    n: float = 0.0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    yy: float = 0.0
    plan_plan: float = 0.0
    plan_y: float = 0.0

    def less(self, other: _Sums) -> _Sums:
        return _Sums(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


@lru_cache(maxsize=10_000)
def course_of(points: tuple[tuple[float, float], ...]) -> Course:
    """The end of a series of at least three points: what the plan wants by then, and what is
    reached, both as shares of the way; oldest first.

    Points that follow the plan at 60 % of its pace, (0.1, 0.06), (0.2, 0.12), ..., end at 0.6.
    """
    kept = _thinned(_without_slips(points))
    # A team that does three times its target is as steady as one that meets it.
    scale = max(1.0, *(abs(share) / (1.2 * max(plan, 0.1)) for plan, share in kept))
    guesses = _guesses([(plan, share / scale) for plan, share in kept])
    best = max(guess.weight for guess in guesses)
    mixture = [
        (exp(guess.weight - best), guess.end, sqrt(guess.variance))
        for guess in guesses
        if guess.weight > best - _NEGLIGIBLE
    ]
    low, value, high = (_quantile(mixture, part) * scale for part in (_TAIL, 0.5, 1 - _TAIL))
    return Course(value, low, high)


def robust_slope(points: Sequence[tuple[float, float]]) -> float | None:
    """The median of the slopes between any two points (Theil 1950, Sen 1968,
    https://doi.org/10.1080/01621459.1968.10480934); None with fewer than two.
    """
    slopes = [
        (y - earlier_y) / (x - earlier_x)
        for index, (x, y) in enumerate(points)
        for earlier_x, earlier_y in points[:index]
        if x != earlier_x
    ]
    return median(slopes) if slopes else None


def _guesses(points: Sequence[tuple[float, float]]) -> list[_Guess]:
    """Every course with every size of noise."""
    n, last = len(points), points[-1][0]
    left = max(0.0, 1 - last)
    sums = _running_sums(points, last)
    whole = sums[n]
    powers = [[(max(plan, 0.0) ** power, share) for plan, share in points] for power in _POWERS]
    by_power = [(sum(x * x for x, _ in power), sum(x * y for x, y in power)) for power in powers]
    tails = [whole.less(sums[turn]) for turn in range(n - 1)]
    steps_ahead = left * (n - 1) / max(last - points[0][0], 1e-6)
    guesses: list[_Guess] = []
    for noise, likely in _NOISE:
        variance = noise * noise
        # What a value at the end adds itself: its own noise, and what has wandered off by then.
        added = variance * (1 + _WANDER**2 * min(steps_ahead, 60.0))
        misjudged = (_MISJUDGED * left) ** 2
        fit, end, spread = _anchored(n, whole.plan_plan, whole.plan_y, whole.yy, _END, variance)
        guesses.append(_Guess(log(likely * _STEADY) + fit, end, spread + added))
        for xx, xy in by_power:
            fit, end, spread = _anchored(n, xx, xy, whole.yy, _END, variance)
            weight = log(likely * _FASTER / len(by_power)) + fit
            guesses.append(_Guess(weight, end, spread + added + misjudged))
        for turn in range(n - 1):
            head, tail = sums[turn], tails[turn]
            before = 0.0
            if turn:
                before, _, _ = _anchored(
                    turn, head.plan_plan, head.plan_y, head.yy, _BEFORE, variance
                )
            fit, level, spread = _anchored(tail.n, tail.n, tail.y, tail.yy, _NOW, variance)
            weight = log(likely * _LEVEL / (n - 1)) + before + fit
            jump = _JUMP * min(1.0, 2 * left) if turn == 0 else 0.0
            guesses.append(_Guess(weight + log(1 - jump), level, spread + added))
            if jump:
                goal = max(_JUMP_TO[0], level + 0.2)
                guesses.append(_Guess(weight + log(jump), goal, _JUMP_TO[1] ** 2))
            if turn != 1 and turn < n - 2:
                fit, end, spread = _line(tail, left, variance)
                weight = log(likely * _TURNED / max(1, n - 2)) + before + fit
                guesses.append(_Guess(weight, end, spread + added + misjudged))
    return guesses


def _running_sums(points: Sequence[tuple[float, float]], last: float) -> list[_Sums]:
    """The sums over no point, the first, the first two, and so on."""
    sums = [_Sums()]
    for plan, y in points:
        x = plan - last
        parts = (1.0, x, y, x * x, x * y, y * y, plan * plan, plan * y)
        sums.append(_Sums(*(total + part for total, part in zip(sums[-1], parts, strict=True))))
    return sums


def _anchored(
    n: float, xx: float, xy: float, yy: float, prior: tuple[float, float], variance: float
) -> tuple[float, float, float]:
    """y = a x with a normal prior for a: the log likelihood, and the mean and variance of a."""
    mean, deviation = prior
    prior_precision = 1 / deviation**2
    precision = xx / variance + prior_precision
    a = (xy / variance + mean * prior_precision) / precision
    misfit = yy / variance + mean * mean * prior_precision - a * a * precision
    return -0.5 * (n * log(variance) + misfit + log(precision / prior_precision)), a, 1 / precision


def _line(tail: _Sums, left: float, variance: float) -> tuple[float, float, float]:
    """y = a + b x with normal priors for both: the log likelihood, and the mean and variance at
    the end.
    """
    (a_mean, a_deviation), (b_mean, b_deviation) = _NOW, _SLOPE
    a_prior, b_prior = 1 / a_deviation**2, 1 / b_deviation**2
    aa, ab, bb = tail.n / variance + a_prior, tail.x / variance, tail.xx / variance + b_prior
    determinant = aa * bb - ab * ab
    a_sum = tail.y / variance + a_mean * a_prior
    b_sum = tail.xy / variance + b_mean * b_prior
    a = (bb * a_sum - ab * b_sum) / determinant
    b = (aa * b_sum - ab * a_sum) / determinant
    misfit = (
        tail.yy / variance + a_mean**2 * a_prior + b_mean**2 * b_prior - (a * a_sum + b * b_sum)
    )
    fit = -0.5 * (tail.n * log(variance) + misfit + log(determinant / (a_prior * b_prior)))
    spread = (bb - 2 * left * ab + left * left * aa) / determinant
    return fit, a + b * left, spread


def _quantile(mixture: Sequence[tuple[float, float, float]], part: float) -> float:
    """Where a mixture of normal distributions (weight, mean, deviation) has `part` below it."""
    wanted = 2 * part * sum(weight for weight, _, _ in mixture)
    scaled = [(weight, mean, 1 / (deviation * _ROOT)) for weight, mean, deviation in mixture]
    low = min(mean - 4 * deviation for _, mean, deviation in mixture)
    high = max(mean + 4 * deviation for _, mean, deviation in mixture)
    # Halving the span until it is a hundredth of a point.
    while high - low > 1e-4:
        middle = (low + high) / 2
        below = 0.0
        for weight, mean, scale in scaled:
            below += weight * erfc((mean - middle) * scale)
        if below < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _without_slips(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points without values that stand out from all others and were put right by the next, such
    as 620 between 60 and 64.
    """
    kept = []
    for index, (plan, share) in enumerate(points):
        others = [other for at, (_, other) in enumerate(points) if at != index]
        reach = 3 * (max(others) - min(others)) + 0.1
        is_slip = min(abs(share - other) for other in others) > reach
        if not is_slip or index in (0, len(points) - 1):
            kept.append((plan, share))
    return kept


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most a dozen points: the median value of each span of the plan where there are more."""
    if len(points) <= _MOST_POINTS:
        return list(points)
    spans: list[list[tuple[float, float]]] = [[] for _ in range(_MOST_POINTS)]
    for index, point in enumerate(points):
        spans[index * _MOST_POINTS // len(points)].append(point)
    return [
        (sum(plan for plan, _ in span) / len(span), median(share for _, share in span))
        for span in spans
    ]
