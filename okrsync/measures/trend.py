"""Where a series ends up: a robust trend through its last values, with an 80 % band.

Several courses are weighed by how well they explain the values (Bayesian model averaging, Hoeting
et al. 1999, https://doi.org/10.1214/ss/1009212519): on in the shape of the plan, ever faster, level
since some day, and on another line since some day. Each is a linear model with normal priors, so
its weight and its end have closed forms. Noise either comes and goes, as where a value is measured
anew each time, or it stays and adds up, as where each week brings a little more or less; both are
tried, in several sizes. The median of the mixture is the value, and the band leaves out a tail on
either side. Of what has hardly begun the band reaches to the target, since it may still jump.
docs/measures.md states how well that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from math import erfc, exp, log, sqrt
from operator import mul
from statistics import median
from typing import NamedTuple

__all__ = ["Course", "course_of", "robust_slope"]

_PASSING = ((0.001, 0.1), (0.003, 0.15), (0.01, 0.25), (0.025, 0.25), (0.06, 0.17), (0.14, 0.08))
_LASTING = ((0.001, 0.05), (0.003, 0.1), (0.01, 0.2), (0.025, 0.25), (0.06, 0.25), (0.14, 0.15))
"""Sizes of the noise (shares of the way, from one value to the next), and how likely each is
beforehand.
"""
_IS_PASSING, _IS_LASTING = 0.38, 0.62
_STEADY, _FASTER, _LEVEL, _TURNED = 0.4, 0.2, 0.3, 0.1
"""How likely each course is beforehand."""
_POWERS, _GROWTHS = (1.4, 2.0, 3.0), (1.5, 3.0)
"""Ever faster: progress goes with a power of the plan, or grows by a share of itself."""
_END = (0.75, 0.35)
"""Where teams end up, before anything is known: the mean and deviation of a normal prior."""
_BEFORE = (0.75, 0.6)
_NOW = (0.4, 0.35)
_SLOPE = (0.8, 0.4)
_LITTLE, _NO_LONGER_LITTLE, _JUMP_TO = 0.21, 0.27, 1.05
"""What has come less than `_LITTLE` far may still jump to just beyond its target; from
`_NO_LONGER_LITTLE` on it is not expected to.
"""
_MISJUDGED_LEVEL, _MISJUDGED, _MISJUDGED_SUM, _MISJUDGED_RISE = 0.05, 0.03, 0.18, 0.15
"""No course is exactly as assumed: such a share of what is left to go comes on top, or, of a rise
that gets faster, of the rise.
"""
_GROWS = 1.8
"""Noise that adds up is easily taken for too small from a few values; its variance to come counts
so many times.
"""
_TAIL, _TAIL_LASTING = 0.6, 0.5
_TAIL_SLOPE, _TAIL_DEVIATION = 0.06, 0.1
_LEAST_TAIL, _MOST_TAIL, _TAIL_OF_MANY, _USUAL_COUNT = 0.12, 0.32, 0.07, 6
"""What the band leaves out on either side of the mixture: `_TAIL`, less `_TAIL_LASTING` times the
share of noise that adds up, and less `_TAIL_SLOPE` for each time that the standard deviation is 2.7
times `_TAIL_DEVIATION`. A few values give noise that adds up away only half, so without the first
the band of a team whose values wander would hold less than that of one whose values scatter; with
the second it is not wider than needed where a course is clear. Many values make the mixture too
sure of itself: for each time that there are 2.7 times the usual number, `_MOST_TAIL` is less by
`_TAIL_OF_MANY`. Set so that the band holds about 80 % of what made series come to, whatever their
noise (benchmarks/outlook_kinds.py).
"""
_MOST_POINTS = 12
_NEGLIGIBLE = 4.5
"""Courses less likely than the best by this much in log weight (90 times) are left out."""
_ROOT = sqrt(2)
_LEAST_DEVIATION = 1e-3
"""A value of the very last day leaves nothing to come, yet no course is surer than a tenth of a
point.
"""

Point = tuple[float, float]
_Weighed = tuple[float, float, float]
_Mixture = Sequence[_Weighed]
"""Normal distributions: the weight, mean and deviation of each."""


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


class _Fit(NamedTuple):
    """What a line through the origin needs to know of some points: how many there are, and their
    sums of x x, x y and y y.
    """

    n: float
    xx: float
    xy: float
    yy: float

    def less(self, other: _Fit) -> _Fit:
        """The points of this one without those of the other."""
        return _Fit(self.n - other.n, self.xx - other.xx, self.xy - other.xy, self.yy - other.yy)

    def residual(self) -> float:
        """The least sum of squares that a line leaves."""
        return max(0.0, self.yy - self.xy * self.xy / self.xx if self.xx else self.yy)

    def anchored(self, prior: tuple[float, float], variance: float) -> tuple[float, float, float]:
        """y = a x with a normal prior for a: the log likelihood, and the mean and variance of a."""
        mean, deviation = prior
        prior_precision = 1 / (deviation * deviation)
        precision = self.xx / variance + prior_precision
        a = (self.xy / variance + mean * prior_precision) / precision
        misfit = self.yy / variance + mean * mean * prior_precision - a * a * precision
        fit = -0.5 * (self.n * log(variance) + misfit + log(precision / prior_precision))
        return fit, a, 1 / precision


@lru_cache(maxsize=10_000)
def course_of(points: tuple[Point, ...]) -> Course:
    """The end of a series of at least three points: what the plan wants by then, and what is
    reached, both as shares of the way; oldest first.

    Points that follow the plan at 60 % of its pace, (0.1, 0.06), (0.2, 0.12), ..., end at 0.6.
    """
    kept = _without_slips(points)
    # A team that does three times its target is as steady as one that meets it.
    scale = max(1.0, *(abs(share) / (1.2 * max(plan, 0.1)) for plan, share in kept))
    kept = [(plan, share / scale) for plan, share in kept]
    passing = list(_with_passing_noise(_medians(kept), len(kept)))
    lasting = list(_with_lasting_noise(_lasts(kept)))
    least = max(guess.weight for guess in (*passing, *lasting)) - _NEGLIGIBLE
    mixture_lasting = _likely(lasting, least, scale)
    mixture = [*_likely(passing, least, scale), *mixture_lasting]
    tail = _tail(mixture, _total(mixture_lasting), len(kept))
    low, value, high = (_quantile(mixture, part) for part in (tail, 0.5, 1 - tail))
    plan, now = points[-1]
    if value > 1:
        # A team that reaches its target may stop there.
        low = min(low, max(1.0, now))
    return Course(value, low, max(high, _jump(plan, now)))


def robust_slope(points: Sequence[Point]) -> float | None:
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


def _with_passing_noise(points: Sequence[Point], count: int) -> Iterator[_Guess]:
    """Every course, where each value has noise of its own. `count` values stand behind the points;
    the median of several scatters less than the one that will stand at the end.
    """
    n, last = len(points), points[-1][0]
    left = max(0.0, 1 - last)
    plans = [plan for plan, _ in points]
    values = [value for _, value in points]
    heads = _fits(plans, values)
    whole = heads[n]
    faster = [_fit(bent, values) for bent in _bent(plans)]
    # Behind each turn, x counts from the last point on.
    behind = _fits([plan - last for plan in plans], values)
    x_sums = [0.0, *accumulate(plan - last for plan in plans)]
    y_sums = [0.0, *accumulate(values)]
    tails = []
    for turn in range(n - 1):
        head, all_points = behind[turn], behind[n]
        tails.append((all_points.less(head), x_sums[n] - x_sums[turn], y_sums[n] - y_sums[turn]))
    least = min(
        [fit.residual() for fit in (whole, *faster)]
        + [
            (heads[turn].residual() if turn else 0.0) + _line_residual(*tails[turn])
            for turn in range(n - 1)
        ]
    )
    misjudged, misjudged_level = (_MISJUDGED * left) ** 2, (_MISJUDGED_LEVEL * left) ** 2
    for noise, prior in _sizes(_PASSING, n, least):
        variance, likely = noise * noise, log(prior * _IS_PASSING)
        scatter = variance * count / n
        fit, end, spread = whole.anchored(_END, variance)
        yield _Guess(likely + log(_STEADY) + fit, end, spread + scatter)
        for curve in faster:
            fit, end, spread = curve.anchored(_END, variance)
            weight = likely + log(_FASTER / len(faster)) + fit
            rise = _MISJUDGED_RISE * (end - values[-1])
            yield _Guess(weight, end, spread + scatter + misjudged + rise * rise)
        for turn, (tail, x_sum, y_sum) in enumerate(tails):
            before = likely + (heads[turn].anchored(_BEFORE, variance)[0] if turn else 0.0)
            flat = _Fit(tail.n, tail.n, y_sum, tail.yy)
            fit, level, spread = flat.anchored(_NOW, variance)
            weight = before + log(_LEVEL / (n - 1)) + fit
            yield _Guess(weight, level, spread + scatter + misjudged_level)
            if turn != 1 and turn < n - 2:
                fit, end, spread = _line(tail, x_sum, y_sum, left, variance)
                weight = before + log(_TURNED / max(1, n - 2)) + fit
                yield _Guess(weight, end, spread + scatter + misjudged)


def _with_lasting_noise(points: Sequence[Point]) -> Iterator[_Guess]:
    """Every course, where noise adds up: a random walk around the course. What counts are the ways
    from point to point, by the root of their length; the first of them is that from nothing.
    """
    n, last = len(points), points[-1][0]
    now, left = points[-1][1], max(0.0, 1 - last)
    step = max((last - points[0][0]) / (n - 1), 1e-6)
    from_points = [(0.0, 0.0), *points[:-1]]
    pairs = list(zip(from_points, points, strict=True))
    roots = [sqrt(max((x - x0) / step, 0.05)) for (x0, _), (x, _) in pairs]
    plans = [(x - x0) / root for ((x0, _), (x, _)), root in zip(pairs, roots, strict=True)]
    values = [(y - y0) / root for ((_, y0), (_, y)), root in zip(pairs, roots, strict=True)]
    heads = _fits(plans, values)
    whole = heads[n]
    faster = []
    for bent in _bent([x for x, _ in points]):
        ways = [(b - a) / root for a, b, root in zip((0.0, *bent[:-1]), bent, roots, strict=True)]
        faster.append((_fit(ways, values), 1 - bent[-1]))
    tails = [whole.less(head) for head in heads[:n]]
    least = min(
        [whole.residual(), *(fit.residual() for fit, _ in faster)]
        + [heads[turn].residual() + tails[turn].residual() for turn in range(1, n)]
    )
    at_first, since_first = points[0][1], tails[1]
    ahead = _GROWS * min(left / step, 60.0)
    scale = -sum(map(log, roots))
    misjudged, misjudged_level = (_MISJUDGED_SUM * left) ** 2, (_MISJUDGED_LEVEL * left) ** 2
    for noise, prior in _sizes(_LASTING, n, least):
        variance, likely = noise * noise, log(prior * _IS_LASTING) + scale
        to_come = variance * ahead
        fit, a, spread = whole.anchored(_END, variance)
        weight = likely + log(_STEADY) + fit
        end, spread = now + a * left, left * left * spread + to_come + misjudged
        yield _Guess(weight, end, spread)
        for curve, way in faster:
            fit, a, spread = curve.anchored(_END, variance)
            weight = likely + log(_FASTER / len(faster)) + fit
            rise = _MISJUDGED_RISE * a * way
            spread = way * way * spread + to_come + misjudged + rise * rise
            yield _Guess(weight, now + a * way, spread)
        # Level from the first value on, which is anywhere.
        fit = -0.5 * (
            since_first.n * log(variance) + since_first.yy / variance + _far(at_first, variance)
        )
        yield _Guess(likely + log(_LEVEL / n) + fit, now, to_come)
        for turn in range(1, n):
            before = likely + heads[turn].anchored(_BEFORE, variance)[0]
            tail = tails[turn]
            fit = -0.5 * (tail.n * log(variance) + tail.yy / variance)
            yield _Guess(before + log(0.5 * _LEVEL / n) + fit, now, to_come + misjudged_level)
            # Or a jump at the turn, and level from there.
            height, since = values[turn] * roots[turn], whole.less(heads[turn + 1])
            fit = -0.5 * (since.n * log(variance) + since.yy / variance + _far(height, variance))
            yield _Guess(before + log(0.5 * _LEVEL / n) + fit, now, to_come + misjudged_level)
            if 1 < turn < n - 1:
                fit, a, spread = tail.anchored(_SLOPE, variance)
                weight = before + log(_TURNED / max(1, n - 2)) + fit
                yield _Guess(weight, now + a * left, left * left * spread + to_come + misjudged)


def _far(height: float, variance: float) -> float:
    """How unlikely a jump of some height is: minus twice its log likelihood."""
    mean, deviation = _NOW
    spread = deviation * deviation + variance
    return log(spread) + (height - mean) ** 2 / spread


def _jump(plan: float, now: float) -> float:
    """Where a row of which little is done may still jump to; where it stands if it is no longer
    likely to.
    """
    little = (_NO_LONGER_LITTLE - now) / (_NO_LONGER_LITTLE - _LITTLE)
    part = min(1.0, max(0.0, little)) * min(1.0, max(0.0, 3 * (1 - plan)))
    return now + (_JUMP_TO - now) * part


def _tail(mixture: _Mixture, lasting: float, count: int) -> float:
    """What the band leaves out on either side, given how much of the weight of a mixture is that of
    noise that adds up, and how many values there are.

    Six values, three quarters of the weight and a standard deviation of 0.1: 0.225.
    """
    total = _total(mixture)
    mean = sum(weight * end for weight, end, _ in mixture) / total
    variance = sum(
        weight * ((end - mean) ** 2 + deviation * deviation) for weight, end, deviation in mixture
    )
    spread = 0.5 * log(variance / total / _TAIL_DEVIATION**2)
    tail = _TAIL - _TAIL_LASTING * lasting / total - _TAIL_SLOPE * spread
    most = _MOST_TAIL - _TAIL_OF_MANY * max(0.0, log(count / _USUAL_COUNT))
    return min(max(tail, _LEAST_TAIL), most)


def _likely(guesses: Sequence[_Guess], least: float, scale: float) -> list[_Weighed]:
    """The guesses of more than the least log weight, back at the scale of the values."""
    return [
        (exp(weight - least), end * scale, max(sqrt(variance), _LEAST_DEVIATION) * scale)
        for weight, end, variance in guesses
        if weight > least
    ]


def _total(mixture: _Mixture) -> float:
    return sum(weight for weight, _, _ in mixture)


def _sizes(sizes: Sequence[tuple[float, float]], n: int, least: float) -> list[tuple[float, float]]:
    """The sizes of noise that n points may have of which the best course leaves `least` as the sum
    of squares.
    """
    fits = [-n * log(noise) - 0.5 * least / (noise * noise) for noise, _ in sizes]
    enough = max(fits) - 2 * _NEGLIGIBLE
    return [size for size, fit in zip(sizes, fits, strict=True) if fit > enough]


def _bent(plans: Sequence[float]) -> list[list[float]]:
    """What is reached, ever faster, by each share of the plan: 1 at its end."""
    return [
        *([max(plan, 0.0) ** power for plan in plans] for power in _POWERS),
        *([(exp(k * plan) - 1) / (exp(k) - 1) for plan in plans] for k in _GROWTHS),
    ]


def _fits(xs: Sequence[float], ys: Sequence[float]) -> list[_Fit]:
    """The sums over no point, the first, the first two, and so on."""
    xx = accumulate(map(mul, xs, xs), initial=0.0)
    xy = accumulate(map(mul, xs, ys), initial=0.0)
    yy = accumulate(map(mul, ys, ys), initial=0.0)
    return list(map(_Fit, range(len(xs) + 1), xx, xy, yy))


def _fit(xs: Sequence[float], ys: Sequence[float]) -> _Fit:
    """The sums over all points."""
    return _Fit(len(xs), sum(map(mul, xs, xs)), sum(map(mul, xs, ys)), sum(map(mul, ys, ys)))


def _line_residual(tail: _Fit, x_sum: float, y_sum: float) -> float:
    """The least sum of squares that any straight line leaves."""
    xx, xy = tail.xx - x_sum * x_sum / tail.n, tail.xy - x_sum * y_sum / tail.n
    yy = tail.yy - y_sum * y_sum / tail.n
    return max(0.0, yy - xy * xy / xx if xx > 0 else yy)


def _line(
    tail: _Fit, x_sum: float, y_sum: float, left: float, variance: float
) -> tuple[float, float, float]:
    """y = a + b x with normal priors for both: the log likelihood, and the mean and variance at
    the end.
    """
    (a_mean, a_deviation), (b_mean, b_deviation) = _NOW, _SLOPE
    a_prior, b_prior = 1 / a_deviation**2, 1 / b_deviation**2
    aa, ab, bb = tail.n / variance + a_prior, x_sum / variance, tail.xx / variance + b_prior
    determinant = aa * bb - ab * ab
    a_sum = y_sum / variance + a_mean * a_prior
    b_sum = tail.xy / variance + b_mean * b_prior
    a = (bb * a_sum - ab * b_sum) / determinant
    b = (aa * b_sum - ab * a_sum) / determinant
    misfit = (
        tail.yy / variance + a_mean**2 * a_prior + b_mean**2 * b_prior - (a * a_sum + b * b_sum)
    )
    fit = -0.5 * (tail.n * log(variance) + misfit + log(determinant / (a_prior * b_prior)))
    spread = (bb - 2 * left * ab + left * left * aa) / determinant
    return fit, a + b * left, spread


def _quantile(mixture: _Mixture, part: float) -> float:
    """Where a mixture of normal distributions (weight, mean, deviation) has `part` below it."""
    wanted = 2 * part * _total(mixture)
    scaled = [(weight, mean, 1 / (deviation * _ROOT)) for weight, mean, deviation in mixture]

    def missing(at: float) -> float:
        below = 0.0
        for weight, mean, scale in scaled:
            below += weight * erfc((mean - at) * scale)
        return below - wanted

    # The quantile lies between those of the single distributions, of which those between 10 and
    # 90 % are within 1.3 deviations.
    reach = 1.3 if part != 0.5 else 0.0
    low = min(mean - reach * deviation for _, mean, deviation in mixture)
    high = max(mean + reach * deviation for _, mean, deviation in mixture)
    below_low, below_high = missing(low), missing(high)
    # Regula falsi with halved weights (the Illinois method), until it is a hundredth of a point.
    side = 0
    for _ in range(40):
        if high - low < 1e-4 or below_high <= below_low:
            break
        middle = high - below_high * (high - low) / (below_high - below_low)
        below = missing(middle)
        if abs(below) < 1e-3 * wanted:
            return middle
        if below < 0:
            low, below_low = middle, below
            below_high = below_high / 2 if side < 0 else below_high
            side = -1
        else:
            high, below_high = middle, below
            below_low = below_low / 2 if side > 0 else below_low
            side = 1
    return (low + high) / 2


def _without_slips(points: Sequence[Point]) -> list[Point]:
    """The points without values that stand out from all others and were put right by the next, such
    as 620 between 60 and 64.
    """
    shares = sorted(share for _, share in points)
    # A slip is far from all others, so it is the least or the greatest of all, and these are close
    # together without it.
    slips = set()
    for slip, others in ((shares[0], shares[1:]), (shares[-1], shares[:-1])):
        reach = 3 * (others[-1] - others[0]) + 0.1
        if min(abs(slip - others[0]), abs(slip - others[-1])) > reach:
            slips.add(slip)
    return [
        point
        for index, point in enumerate(points)
        if point[1] not in slips or index in (0, len(points) - 1)
    ]


def _medians(points: Sequence[Point]) -> list[Point]:
    """At most a dozen points: the median value of each span of the plan where there are more."""
    if len(points) <= _MOST_POINTS:
        return list(points)
    return [
        (sum(plan for plan, _ in span) / len(span), median(share for _, share in span))
        for span in _spans(points)
    ]


def _lasts(points: Sequence[Point]) -> list[Point]:
    """At most a dozen points: the last one of each span where there are more."""
    return list(points) if len(points) <= _MOST_POINTS else [span[-1] for span in _spans(points)]


def _spans(points: Sequence[Point]) -> list[list[Point]]:
    spans: list[list[Point]] = [[] for _ in range(_MOST_POINTS)]
    for index, point in enumerate(points):
        spans[index * _MOST_POINTS // len(points)].append(point)
    return spans
