"""Measures every item of a tree: key results first, then each objective from what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from okrsync.measures import pace
from okrsync.measures.freshness import freshness, stalest
from okrsync.measures.progress import Progress, clamp, progress
from okrsync.measures.reasons import objective_reason, percent, reason
from okrsync.measures.result import Measure, Measured
from okrsync.measures.rollup import Part, mean_status, weighted_mean, worst
from okrsync.measures.rules import CheckIns, Rules
from okrsync.measures.scoring import score
from okrsync.model import Cycle, Freshness, KeyResult, Kind, Objective, Status, Warning_
from okrsync.tree import Tree

__all__ = ["measure", "parts_of", "period_of"]

_ZERO, _ONE = Decimal(0), Decimal(1)
_OVERDUE = (Freshness.STALE, Freshness.NEVER)


def measure(
    tree: Tree,
    rules: Rules,
    *,
    as_of: date,
    cycle: Cycle,
    checkins: Mapping[str, CheckIns],
    seen: Mapping[tuple[str, str], date],
) -> Measured:
    """How every key result and objective of the tree stands on a day.

    `checkins` holds the cadence by source name, and under the empty name that of any other source. `seen` tells, by source and
    natural key, when a person was last seen to change the current value, for items whose source has no place for check-in dates;
    what is not in it was seen today for the first time.
    """
    desk = _Desk(tree, rules, as_of, cycle, checkins, seen)
    for objective in _children_first(tree):
        for key_result in objective.key_results:
            desk.items[key_result.id] = desk.key_result(key_result)
        desk.items[objective.id] = desk.objective(objective)
    order = (id_ for objective in tree.objectives.values() for id_ in _ids(objective))
    return Measured({id_: desk.items[id_] for id_ in order}, tuple(desk.warnings))


def period_of(item: KeyResult | Objective, cycle: Cycle) -> tuple[date, date]:
    """The first and last day of an item: its own dates, else those of its own cycle, else of the configured one."""
    within = item.cycle or cycle
    return item.start or within.start, item.due or within.end


def parts_of(objective: Objective, children: Sequence[Objective], rules: Rules) -> tuple[bool, bool]:
    """Whether an objective is made of its key results, and whether of its children, under the rules."""
    has_key_results, has_children = bool(objective.key_results), bool(children)
    match rules.rollup:
        case "key-results":
            return has_key_results, has_children and not has_key_results
        case "children":
            return has_key_results and not has_children, has_children
    return has_key_results, has_children


@dataclass
class _Desk:
    """The measuring of one tree, with what repeats from item to item worked out once."""

    tree: Tree
    rules: Rules
    as_of: date
    cycle: Cycle
    checkins: Mapping[str, CheckIns]
    seen: Mapping[tuple[str, str], date]
    items: dict[str, Measure] = field(default_factory=dict)
    warnings: list[Warning_] = field(default_factory=list)
    times: dict[tuple[date, date], tuple[Decimal, Decimal]] = field(default_factory=dict)

    def key_result(self, kr: KeyResult) -> Measure:
        found = progress(kr, self.rules)
        return self._alone(kr, kr.origin.source, found, held=kr.kind is Kind.GUARD_RAIL)

    def objective(self, objective: Objective) -> Measure:
        children = [self.tree.objectives[id_] for id_ in self.tree.children.get(objective.id, ())]
        from_key_results, from_children = parts_of(objective, children, self.rules)
        if not (from_key_results or from_children):
            return self._alone(objective, objective.source, Progress(objective.given_progress, _typed(objective)))
        parts = [
            *(_made_of(objective.key_results) if from_key_results else ()),
            *(_made_of(children) if from_children else ()),
        ]
        return self._made_of(objective, parts, from_children and from_key_results)

    def _alone(self, item: KeyResult | Objective, source: str, found: Progress, *, held: bool = False) -> Measure:
        """An item measured by its own numbers. `held` is a value kept within limits: it is achieved only when its time is over."""
        rules, as_of = self.rules, self.as_of
        period = period_of(item, self.cycle)
        expected, elapsed = self._times(period)
        checkins = self.checkins.get(source) or self.checkins.get("") or CheckIns()
        checked_in = item.checked_in if item.checked_in_known else self.seen.get((source, item.key), as_of)
        share = None if found.raw is None else clamp(found.raw, rules)
        is_over = as_of > period[1]
        is_done = share is not None and share >= 1 and (is_over or not held)
        has_begun = as_of >= period[0]
        fresh = Freshness.FRESH
        if has_begun and not is_over and not is_done:
            fresh = freshness(checked_in, period[0], as_of, checkins)
        status = self._status(share, item.given_status, expected, fresh, is_done, is_over, has_begun, held)
        given_score = item.given_score
        ended = score(share) if is_over and share is not None else None
        return Measure(
            share,
            found.raw,
            expected,
            ended if given_score is None else given_score,
            status,
            fresh,
            checked_in,
            item.confidence,
            (0 if found.raw is None else 1, 1),
            reason(item, status, found, expected, checked_in, period, checkins),
            (found.rule,),
            None if share is None or held else pace.forecast(share, elapsed),
        )

    def _status(
        self,
        share: Decimal | None,
        given: Status | None,
        expected: Decimal,
        fresh: Freshness,
        is_done: bool,
        is_over: bool,
        has_begun: bool,
        held: bool,
    ) -> Status:
        if is_done:
            return Status.ACHIEVED
        if is_over and share is not None:
            return Status.MISSED
        if not has_begun and not share and given is None:
            return Status.NOT_STARTED
        if share is None and given is None:
            return Status.NO_DATA
        if fresh in _OVERDUE and given is not Status.ACHIEVED:
            return Status.STALE
        if share is None:
            assert given is not None
            return given
        if held:
            return Status.ON_TRACK if share >= 1 else Status.OFF_TRACK
        return pace.pace_status(share, expected, self.rules)

    def _made_of(self, objective: Objective, parts: list[KeyResult | Objective], mixed: bool) -> Measure:
        """An objective measured through what it is made of."""
        rules = self.rules
        period = period_of(objective, self.cycle)
        expected, elapsed = self._times(period)
        found = [(part, self.items[part.id]) for part in parts if part.id in self.items]
        counted = [entry for entry in found if entry[0].weight > 0] or found
        if found and rules.zero_weights == "plain-mean" and all(part.weight <= 0 for part, _ in found):
            self._warn(objective, "zero-weights", "all weights under it are 0, so every part counts the same")
        share = self._mean([(part, measured.progress) for part, measured in found], mixed)
        raw = self._mean([(part, measured.raw_progress) for part, measured in found], mixed)
        rule = f"mean-of-{'parts' if mixed else 'key-results' if isinstance(parts[0], KeyResult) else 'children'}"
        if share is None and objective.given_progress is not None:
            raw, rule = objective.given_progress, "given-progress"
            share = clamp(raw, rules)
        elif share is not None and objective.given_progress is not None:
            self._compare(objective, share)
        reported = _coverage(found)
        status, culprit = self._parent_status(counted, share, expected)
        if status is Status.NO_DATA and objective.given_status is not None:
            status = objective.given_status
        dates = [measured.checked_in for _, measured in counted]
        confidences = [measured.confidence for _, measured in counted if measured.confidence is not None]
        is_over = self.as_of > period[1]
        ended = score(share) if is_over and share is not None else None
        return Measure(
            share,
            raw,
            expected,
            ended if objective.given_score is None else objective.given_score,
            status,
            stalest(measured.freshness for _, measured in counted if measured.freshness is not None),
            min((day for day in dates if day is not None), default=None) if None not in dates else None,
            _confidence(objective, confidences),
            reported,
            objective_reason(status, share, reported, culprit),
            (rule, rules.parent_status),
            None if share is None else pace.forecast(share, elapsed),
        )

    def _mean(self, found: Sequence[tuple[KeyResult | Objective, Decimal | None]], mixed: bool) -> Decimal | None:
        parts = [(part, Part(share, max(part.weight, _ZERO))) for part, share in found]
        if not mixed or self.rules.rollup != "key-results-as-one":
            return weighted_mean([entry for _, entry in parts], self.rules)
        together = weighted_mean([entry for part, entry in parts if isinstance(part, KeyResult)], self.rules)
        children = [entry for part, entry in parts if isinstance(part, Objective)]
        return weighted_mean([Part(together, _ONE), *children], self.rules)

    def _parent_status(
        self, counted: Sequence[tuple[KeyResult | Objective, Measure]], share: Decimal | None, expected: Decimal
    ) -> tuple[Status, str | None]:
        statuses = [measured.status for _, measured in counted]
        match self.rules.parent_status:
            case "mean":
                status = mean_status(statuses)
            case "from-progress" if share is not None:
                status = Status.ACHIEVED if share >= 1 else pace.pace_status(share, expected, self.rules)
                return (Status.STALE if Status.STALE in statuses and share < 1 else status), None
            case _:
                status = worst(statuses)
        culprit = next((part.title for part, measured in counted if measured.status is status), None)
        return status, culprit

    def _times(self, period: tuple[date, date]) -> tuple[Decimal, Decimal]:
        times = self.times.get(period)
        if times is None:
            times = (
                pace.expected(*period, self.as_of, self.rules),
                pace.elapsed(*period, self.as_of, self.rules),
            )
            self.times[period] = times
        return times

    def _compare(self, objective: Objective, share: Decimal) -> None:
        given = objective.given_progress
        if given is not None and abs(given - share) > Decimal("0.01"):
            self._warn(
                objective,
                "given-differs",
                f"its typed progress is {percent(given)}, and its key results come to {percent(share)}; the latter is used",
            )

    def _warn(self, objective: Objective, code: str, what: str) -> None:
        at = objective.origin.at("progress") or objective.origin.here
        self.warnings.append(Warning_(code, objective.source, at, f"{objective.title!r:.80}: {what}"))


def _made_of(parts: Sequence[KeyResult] | Sequence[Objective]) -> Iterator[KeyResult | Objective]:
    yield from parts


def _coverage(found: Sequence[tuple[KeyResult | Objective, Measure]]) -> tuple[int, int]:
    """How many key results below have data, and how many there are; an objective without any counts as one."""
    return sum(measured.reported[0] for _, measured in found), sum(measured.reported[1] for _, measured in found)


def _confidence(objective: Objective, below: Sequence[Decimal]) -> Decimal | None:
    if objective.confidence is not None or not below:
        return objective.confidence
    return sum(below, _ZERO) / len(below)


def _typed(objective: Objective) -> str:
    if objective.given_progress is not None:
        return "given-progress"
    return "given-status" if objective.given_status is not None else "no-parts"


def _ids(objective: Objective) -> Iterator[str]:
    yield objective.id
    for key_result in objective.key_results:
        yield key_result.id


def _children_first(tree: Tree) -> Iterator[Objective]:
    """Every objective of the tree after all that hang under it."""
    waiting = [(id_, False) for id_ in reversed(tree.roots)]
    while waiting:
        id_, is_ready = waiting.pop()
        if is_ready:
            yield tree.objectives[id_]
            continue
        waiting.append((id_, True))
        waiting.extend((child, False) for child in reversed(tree.children.get(id_, ())))
