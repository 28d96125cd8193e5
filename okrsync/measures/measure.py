"""Measures every item of a tree: key results first, then each objective from what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

from msgspec.structs import replace

from okrsync.measures.differences import given_differs, own_numbers_differ
from okrsync.measures.freshness import OVERDUE, UNCONFIRMED, stalest
from okrsync.measures.own_row import (
    BETTER_THAN_STALE,
    CheckInsBelow,
    OwnMeasuring,
    Timing,
    typed_progress,
)
from okrsync.measures.parts import (
    WeightedParts,
    confidence_of,
    first_with_status,
    home_share,
    parts_of,
    shared_weight,
    statuses_of,
    weighted_parts,
)
from okrsync.measures.reasons import below_words, objective_reason
from okrsync.measures.result import Measure, Measured, UnmeasurableItem, Worse
from okrsync.measures.rollup import mean_status, rank, weighted_mean, worst
from okrsync.measures.row_plan import ROW_PLAN
from okrsync.measures.rules import CheckIns, Rules
from okrsync.measures.scoring import score
from okrsync.model.okrs import Cycle, Freshness, KeyResult, Objective, Status
from okrsync.model.tree import Tree, children_first

__all__ = ["measure"]

_ZERO, _ONE = Decimal(0), Decimal(1)
_PLAIN = Rules.model_construct()
_MEAN_OF = {
    (True, False): "mean-of-key-results",
    (False, True): "mean-of-children",
    (True, True): "mean-of-parts",
}
"""The rule by whether an objective is made of its key results, and whether of its children."""
_UNMEASURED = cast("Measure", None)  # Holds the place of a measure to come.


def measure(
    tree: Tree,
    rules: Rules,
    *,
    as_of: date,
    cycle: Cycle,
    checkins: Mapping[str, CheckIns],
    seen: Mapping[tuple[str, str], date],
    source_rules: Mapping[str, Rules] | None = None,
) -> Measured:
    """How every key result and objective of the tree stands on a day.

    `source_rules` holds, by source name, the rules of sources that have their own: an item is
    measured by the rules of its source, an objective over several sources by those of its own.
    `checkins` holds the cadence by source name; the empty name stands for every other source.
    `seen` holds, by source and natural key, the day on which a person was last seen to change the
    current value, for items whose source has no column for check-in dates; an item that is not in
    it was first seen today. Raises `UnmeasurableItem` for an item that raises an unforeseen error.
    """
    # In the order of the tree from the start: a second dictionary of a million would take 100 MB.
    ids = (id_ for objective in tree.objectives.values() for id_ in _ids(objective))
    items = dict.fromkeys(ids, _UNMEASURED)
    plain = _TreeMeasuring(tree, rules, as_of, cycle, checkins, seen, items)
    # All share the measures, warnings and ages; what depends on the rules starts empty for each.
    by_source = {
        name: replace(plain, rules=own_rules, times={}, alike={})
        for name, own_rules in (source_rules or {}).items()
    }
    item: KeyResult | Objective
    # All key results come first: one may count in an objective other than the one it belongs to.
    for objective in tree.objectives.values():
        measuring = by_source.get(objective.source, plain)
        item = objective
        try:
            within = measuring.within(objective.cycle or cycle)
            for item in objective.key_results:
                plain.items[item.id] = measuring.key_result(item, objective, within)
        except Exception as error:
            raise UnmeasurableItem(item, error) from error
    for objective in children_first(tree):
        measuring = by_source.get(objective.source, plain)
        try:
            plain.items[objective.id] = measuring.objective(objective)
        except Exception as error:
            raise UnmeasurableItem(objective, error) from error
    return Measured(plain.items, tuple(plain.warnings))


class _Parts(NamedTuple):
    """The parts that count in an objective, key results first, with their measures and weights. The
    first `apart` of them count together as one.
    """

    items: list[KeyResult | Objective]
    measures: list[Measure]
    weights: list[Decimal]
    apart: int

    @property
    def weighing(self) -> list[tuple[KeyResult | Objective, Measure]]:
        """The parts with a weight, and their measures; all where none has one."""
        has_weights = any(self.weights)
        return [
            (part, m)
            for part, m, weight in zip(self.items, self.measures, self.weights, strict=True)
            if weight or not has_weights
        ]


class _TreeMeasuring(OwnMeasuring):
    """Measures the items of one tree by their own rows, and objectives by what they are made of."""

    def objective(self, objective: Objective) -> Measure:
        parts = weighted_parts(self.tree, objective, self.rules)
        if not (parts.from_key_results or parts.from_children):
            measure = self._measured_alone(
                objective, objective.source, self.within(self.cycle), self._own_progress(objective)
            )
            return self._set_aside(measure, objective.set_aside)
        measure = self._measured_by_parts(objective, parts)
        below = self.tree.children.get(objective.id, ())
        worse = self._worst_below(measure.status, [self.tree.objectives[id_] for id_ in below])
        if worse is not None:
            words = f"{measure.reason} Below it: {below_words(worse.status, worse.title)}."
            measure = measure._replace(worst_below=worse, reason=words)
        return self._set_aside(measure, objective.set_aside)

    def _worst_below(self, status: Status, children: Sequence[Objective]) -> Worse | None:
        """The worst item in the objectives below, if it is worse than the status above."""
        if not children:
            return None
        candidates = [
            Worse(child.id, child.title, measure.status)
            if measure.worst_below is None
            else measure.worst_below
            for child in children
            if (measure := self.items[child.id]).set_aside is None
        ]
        worst_candidate = min(
            candidates, key=lambda candidate: rank(candidate.status), default=None
        )
        if worst_candidate is None or rank(worst_candidate.status) >= rank(status):
            return None
        return worst_candidate

    def _measured_by_parts(self, objective: Objective, made_of: WeightedParts) -> Measure:
        """The measure of an objective by its parts; if no part has a number, by the objective's own
        numbers, else as typed.
        """
        rules, parts = self.rules, self._counted(made_of)
        _, measures, weights, apart = parts
        weighing = parts.weighing
        reported = sum([m.reported[0] for m in measures]), sum([m.reported[1] for m in measures])
        fresh = stalest([m.freshness for _, m in weighing if m.freshness is not None])
        days = {m.checked_in for _, m in weighing}
        checked_in = None if None in days else min(filter(None, days), default=None)
        statuses = statuses_of(weighing)
        if not reported[0]:
            below = CheckInsBelow(fresh, checked_in, reported)
            own_measure = self._measured_beside_parts(objective, below, statuses)
            if own_measure is not None:
                return own_measure
        if rules.zero_weights == "plain-mean" and weights and not any(weights):
            message = "all weights under it are 0, so every part counts the same"
            self._warn(objective, "weight", "zero-weights", message)
        shares = self._shares(objective, parts)
        raws = [m.raw_progress for m in measures]
        share = self._mean(shares, weights, apart)
        raw = share if raws == shares else self._mean(raws, weights, apart)
        if share is not None and objective.given_progress is not None:
            self.warnings += given_differs(objective, objective.given_progress, share, raw)
        if share is not None and objective.numbers is not None:
            self.warnings += own_numbers_differ(objective, objective.numbers, share, rules)
        time = self._time(objective, self.within(self.cycle))
        has_row_plan = any(ROW_PLAN in m.rules for m in measures)
        if has_row_plan:
            by_rows = self._mean([m.expected for m in measures], weights, apart) or _ZERO
            time = time._replace(expected=by_rows)
        # A silent part of which nothing is known is not better off because its time is over.
        is_silent = fresh in OVERDUE or any(UNCONFIRMED in m.rules for _, m in weighing)
        status = self._parent_status(statuses, share, time, is_silent)
        culprit = None
        if rules.parent_status != "from-progress" or share is None:
            culprit = _culprit(status, fresh, parts)
        graded = objective.given_score
        if graded is None:
            graded = self._grade(parts, shares, share, time)
        return Measure(
            share,
            raw,
            time.expected,
            graded,
            status,
            fresh,
            checked_in,
            confidence_of(objective, measures, weights),
            reported,
            objective_reason(status, share, reported, culprit),
            (
                _MEAN_OF[made_of.from_key_results, made_of.from_children],
                rules.parent_status,
                *((ROW_PLAN,) if has_row_plan else ()),
            ),
        )

    def _counted(self, made_of: WeightedParts) -> _Parts:
        """The parts that nobody set aside."""
        items = self.items
        counted = [
            (part, m, weight)
            for part, weight in made_of.weighted
            if (m := items[part.id]).set_aside is None
        ]
        parts = [part for part, _, _ in counted]
        is_mixed = made_of.from_key_results and made_of.from_children
        return _Parts(
            parts,
            [m for _, m, _ in counted],
            [max(weight, _ZERO) for _, _, weight in counted],
            sum(isinstance(part, KeyResult) for part in parts)
            if is_mixed and self.rules.rollup == "key-results-as-one"
            else 0,
        )

    def _measured_beside_parts(
        self, objective: Objective, below: CheckInsBelow, statuses: Sequence[Status]
    ) -> Measure | None:
        """The measure of an objective whose parts have no numbers; None where its row says nothing
        either.
        """
        given_progress = None if objective.is_rolled_up else objective.given_progress
        has_only_status = objective.given_status is not None and worst(statuses) is Status.NO_DATA
        if given_progress is None and objective.numbers is None and not has_only_status:
            return None
        own_progress = (
            typed_progress(given_progress, objective)
            if objective.numbers is None
            else self._own_progress(objective)
        )
        within = self.within(self.cycle)
        return self._measured_alone(objective, objective.source, within, own_progress, below)

    def _shares(self, objective: Objective, parts: _Parts) -> list[Decimal | None]:
        """The progress of each part as it counts in the objective."""
        if self.tree.serving:
            return [self._seen_from(objective, part) for part in parts.items]
        return [m.progress for m in parts.measures]

    def _grade(
        self, parts: _Parts, shares: Sequence[Decimal | None], share: Decimal | None, time: Timing
    ) -> Decimal | None:
        """The score at the close; without a progress to grade, the mean of the scores typed
        below.
        """
        # What was never confirmed has no score, and earns none above.
        earned = [
            None if UNCONFIRMED in m.rules else part_share
            for m, part_share in zip(parts.measures, shares, strict=True)
        ]
        if earned != shares:
            share = self._mean(earned, parts.weights, parts.apart)
        if share is not None:
            return score(share) if time.is_over else None
        scores = [m.score for m in parts.measures]
        mean = weighted_mean(list(zip(scores, parts.weights, strict=True)), _PLAIN)
        return None if mean is None else score(mean)

    def _seen_from(self, above: Objective, part: KeyResult | Objective) -> Decimal | None:
        """The progress of a part as it counts above. Where a key result serves several objectives
        under one parent, each of them carries its share, so that the key result counts once there.
        """
        share = self.items[part.id].progress
        if isinstance(part, KeyResult):
            return share
        below = set(self._subtree(above.id)) - {above.id}
        times = {
            id_: count
            for id_, served in self.tree.serving.items()
            if (count := len(below.intersection(served))) > 1
        }
        return share if not times else self._mean_once(part, times)

    def _mean_once(self, objective: Objective, times: Mapping[str, int]) -> Decimal | None:
        below = self.tree.children.get(objective.id, ())
        children = [self.tree.objectives[id_] for id_ in below]
        from_key_results, from_children = parts_of(objective, children, self.rules)
        results = [
            *((kr, kr.weight * home_share(kr)) for kr in objective.key_results),
            *(
                (shared_result.key_result, shared_weight(shared_result))
                for shared_result in self.tree.shared.get(objective.id, ())
            ),
        ]
        parts: list[tuple[Decimal | None, Decimal]] = [
            (self.items[kr.id].progress, max(weight, _ZERO) / _times(kr, times))
            for kr, weight in results
            if self.items[kr.id].set_aside is None
        ]
        if from_children and (not parts or from_key_results):
            parts += [
                (self._mean_once(child, times), max(child.weight, _ZERO))
                for child in children
                if self.items[child.id].set_aside is None
            ]
        mean = weighted_mean(parts, self.rules) if parts else None
        return self.items[objective.id].progress if mean is None else mean

    def _subtree(self, id_: str) -> Iterator[str]:
        waiting = [id_]
        while waiting:
            current = waiting.pop()
            yield current
            waiting.extend(self.tree.children.get(current, ()))

    def _mean(
        self, shares: Sequence[Decimal | None], weights: Sequence[Decimal], apart: int
    ) -> Decimal | None:
        """The weighted mean; the first `apart` shares together count as one share of weight 1."""
        parts = list(zip(shares, weights, strict=True))
        if apart:
            parts[:apart] = [(weighted_mean(parts[:apart], self.rules), _ONE)]
        return weighted_mean(parts, self.rules)

    def _parent_status(
        self, statuses: Sequence[Status], share: Decimal | None, time: Timing, is_silent: bool
    ) -> Status:
        match self.rules.parent_status:
            case "from-progress" if share is not None:
                return self._status(share, None, time, is_silent, share >= 1, False)
            case "mean":
                status = mean_status(statuses)
            case _:
                status = worst(statuses)
        # A part without data can miss its check-in too, but `worst` and `mean` leave it out.
        return Status.STALE if is_silent and status in BETTER_THAN_STALE else status


def _times(key_result: KeyResult, times: Mapping[str, int]) -> int:
    """How often a key result counts whole below an objective: its shares make one whole already."""
    has_shares = any(each.share is not None for each in key_result.serves)
    return 1 if has_shares else times.get(key_result.id, 1)


def _culprit(status: Status, fresh: Freshness, parts: _Parts) -> str | None:
    """The title of the part that gives the objective its status; None where no part does."""
    title = first_with_status(status, parts.items, parts.measures, parts.weights)
    if title is None and status is Status.STALE:
        for part, m in zip(parts.items, parts.measures, strict=True):
            if UNCONFIRMED in m.rules or (fresh in OVERDUE and m.freshness is fresh):
                return part.title
    return title


def _ids(objective: Objective) -> tuple[str, ...]:
    return objective.id, *[key_result.id for key_result in objective.key_results]
