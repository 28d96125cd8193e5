"""Explains a number step by step, down to the cells it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from okrsync.connector import Looks
from okrsync.measures.events import EVENT_CODES, move_words, unit_of
from okrsync.measures.fields import FIELDS, STATUS_WORDS, answer
from okrsync.measures.freshness import UNCONFIRMED, freshness
from okrsync.measures.item_search import find_id
from okrsync.measures.number_words import cells_of, number_words
from okrsync.measures.outlook import outlook_sentence
from okrsync.measures.pace import is_ahead
from okrsync.measures.parts import WeightedParts, period_of, weighted_parts
from okrsync.measures.reasons import day, percent
from okrsync.measures.result import Measure, Measured
from okrsync.measures.rollup import weighted_mean
from okrsync.measures.row_plan import ROW_PLAN
from okrsync.measures.row_words import row_words
from okrsync.measures.rules import CheckIns, Rules
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle, CycleFrom, Freshness, KeyResult, Objective, Status, Warning_
from okrsync.model.plain import plural
from okrsync.model.table import CellRef, is_blank, text_of
from okrsync.model.tree import Tree

__all__ = ["Step", "explain"]


class Step(Frozen, frozen=True):
    """One step of an explanation.

    `level` is its depth, from 0. `cells` are the cells it reads. `rule` names the applied rule,
    empty without one. `result` is the value of the step, None where it only describes. `item` is
    the id of the item that the step begins to explain, empty for all other steps.
    """

    level: int
    text: str
    rule: str = ""
    cells: tuple[CellRef, ...] = ()
    result: str | None = None
    item: str = ""


def explain(
    tree: Tree,
    measured: Measured,
    rules: Rules,
    id_: str,
    *,
    as_of: date,
    cycle: Cycle,
    checkins: Mapping[str, CheckIns],
    seen: Mapping[tuple[str, str], date],
    warnings: Sequence[Warning_] = (),
    source_rules: Mapping[str, Rules] | None = None,
) -> tuple[Step, ...]:
    """The steps that lead to an item's progress, freshness and status, with the warnings about its
    cells.

    `id_` may be the item's words as well (see `find_id`). Raises `UnknownItem`.
    """
    id_ = find_id(tree, id_)
    warnings_by_cell: dict[tuple[str, CellRef], list[Warning_]] = {}
    for warning in warnings:
        if warning.at is not None:
            warnings_by_cell.setdefault((warning.source, warning.at), []).append(warning)
    by_source = {"": rules, **(source_rules or {})}
    explainer = _Explainer(
        tree, measured, rules, as_of, cycle, checkins, seen, warnings_by_cell, by_source
    )
    objective = tree.objectives.get(id_)
    if objective is not None:
        explainer = explainer.with_rules_of(objective.source)
        return (*explainer.objective(objective, 0), *_fields(objective, measured.items[id_]))
    for objective in tree.objectives.values():
        for key_result in objective.key_results:
            if key_result.id == id_:
                explainer = explainer.with_rules_of(objective.source)
                steps = explainer.key_result(key_result, objective.cycle or cycle, 0)
                return (*steps, *_fields(key_result, measured.items[id_]))
    raise AssertionError(id_)  # `find_id` names items of the tree only


_CYCLE_FROM: Mapping[CycleFrom, str] = {
    "named": "its cycle is named in the sheet or the config",
    "dates": "its cycle is the one in which its due date lies",
    "first-seen": "nothing names its cycle; it is the one in which it was first seen",
    "evidence": "nothing names its cycle; its numbers changed in the running one",
}


def _fields(item: KeyResult | Objective, measure: Measure) -> Iterator[Step]:
    """What the team says of an item, and the value of each owned column and what it means."""
    for words in row_words(item, measure):
        yield Step(1, words.text, "as typed", cells_of(item, words.role))
    yield Step(1, "what may be written beside it, by field")
    for name, field in FIELDS.items():
        above = measure if isinstance(item, Objective) else None
        value = answer(name, item, measure, STATUS_WORDS, above)
        if isinstance(value, Decimal) and field.looks is Looks.SHARE:
            value = percent(value)
        if not is_blank(value):
            yield Step(2, f"{name}: {field.explanation}", result=text_of(value))


def _team_of_tab(item: KeyResult | Objective, level: int) -> Iterator[Step]:
    if "team" in item.inferred:
        text = f"its team is {item.team}: nothing but the name of the tab names one"
        yield Step(level, text, rule="inferred")


def _inferred(kr: KeyResult, level: int) -> Iterator[Step]:
    """What no cell states and okrsync took from elsewhere."""
    if "direction" in kr.inferred and kr.direction is not None:
        yield Step(level, f"which way is good was inferred: {kr.direction.value}", rule="inferred")
    if "per-period" in kr.inferred:
        yield Step(
            level,
            "its columns hold what came in each period; their sums are measured",
            rule="inferred",
            cells=tuple(each.at for each in kr.observations) or kr.plan_cells,
        )
    inferred = [name for name in ("baseline", "target") if name in kr.inferred]
    if inferred and kr.target is not None:
        inferred_numbers = " and ".join(f"{name} {text_of(getattr(kr, name))}" for name in inferred)
        yield Step(
            level,
            f"{inferred_numbers}: taken from its title or from beside its current value; there"
            " is no cell for it",
            rule="inferred",
        )


class _Explainer(Frozen, frozen=True):
    tree: Tree
    measured: Measured
    rules: Rules
    as_of: date
    cycle: Cycle
    checkins: Mapping[str, CheckIns]
    seen: Mapping[tuple[str, str], date]
    warnings_by_cell: Mapping[tuple[str, CellRef], Sequence[Warning_]]
    by_source: Mapping[str, Rules]
    """The rules of sources that have their own; the empty name holds those of all others."""

    def with_rules_of(self, source: str) -> _Explainer:
        """An explainer that uses the rules of this source."""
        return replace(self, rules=self.by_source.get(source, self.by_source[""]))

    def key_result(self, kr: KeyResult, within: Cycle, level: int) -> Iterator[Step]:
        measure = self.measured.items[kr.id]
        yield Step(
            level,
            f"{kr.title} ({kr.id})",
            cells=(kr.origin.title_cell,),
            result=_standing(measure),
            item=kr.id,
        )
        yield from _team_of_tab(kr, level + 1)
        yield from self._numbers(kr, measure, level + 1)
        for role in kr.origin.columns:
            cell = kr.origin.cell(role)
            if cell is not None:
                for warning in self.warnings_by_cell.get((kr.origin.source, cell), ()):
                    if warning.code not in EVENT_CODES:
                        yield Step(level + 1, warning.message, warning.code, (cell,))
        yield from self._events(kr, measure, level + 1)
        yield from self._outlook(kr, within, measure, level + 1)
        yield from self._time(kr, kr.origin.source, within, measure, level + 1)

    def objective(self, objective: Objective, level: int) -> Iterator[Step]:
        measure = self.measured.items[objective.id]
        cells = () if objective.implied else (objective.origin.title_cell,)
        yield Step(
            level,
            f"{objective.title} ({objective.id})",
            cells=cells,
            result=_standing(measure),
            item=objective.id,
        )
        yield from _team_of_tab(objective, level + 1)
        yield from self._events(objective, measure, level + 1)
        yield from self._outlook(objective, self.cycle, measure, level + 1)
        made_of = weighted_parts(self.tree, objective, self.rules)
        parts = [part for part, _ in made_of.weighted]
        is_typed = measure.rules[0].startswith("given-")
        if is_typed or not parts:
            yield from self._typed(objective, measure, level + 1)
        if not parts:
            yield from self._time(objective, objective.source, self.cycle, measure, level + 1)
            return
        if not is_typed:
            yield self._mean(made_of, measure, level + 1)
        for part in parts:
            if isinstance(part, KeyResult):
                yield from self.key_result(part, objective.cycle or self.cycle, level + 2)
            else:
                yield from self.with_rules_of(part.source).objective(part, level + 2)
        if is_typed:
            yield from self._time(objective, objective.source, self.cycle, measure, level + 1)
            return
        text, rule = (
            _PARENT_STATUS[self.rules.parent_status],
            f"parent_status = {self.rules.parent_status}",
        )
        yield Step(level + 1, f"{text}: {measure.reason}", rule=rule, result=measure.status.value)

    def _events(self, item: KeyResult | Objective, measure: Measure, level: int) -> Iterator[Step]:
        """Its target, baseline and owner as they changed, however long ago."""
        for move in measure.moves:
            result = None
            if move.progress_before is not None and move.what != "owner":
                result = f"{percent(move.progress_before)} -> {percent(move.progress_after)}"
            yield Step(
                level,
                move_words(move, unit_of(item)),
                f"{move.what}-moved",
                cells_of(item, move.what),
                result,
            )

    def _outlook(
        self, item: KeyResult | Objective, within: Cycle, measure: Measure, level: int
    ) -> Iterator[Step]:
        """Where it ends up, and what that rests on."""
        outlook = measure.outlook
        if outlook is None:
            return
        sentence = outlook_sentence(item, outlook, period_of(item, within)[1], measure.freshness)
        yield Step(
            level,
            f"{sentence} From {plural(outlook.observations, 'observation')}; between"
            f" {percent(outlook.low)} and {percent(outlook.high)} in 8 of 10 cases",
            "outlook",
            result=percent(outlook.value),
        )

    def _mean(self, made_of: WeightedParts, measure: Measure, level: int) -> Step:
        zero = self.rules.missing == "zero"
        mixed = made_of.from_key_results and made_of.from_children
        counted: list[tuple[bool, Decimal, Decimal]] = []
        measures = [self.measured.items[part.id] for part, _ in made_of.weighted]
        for (part, weight), below in zip(made_of.weighted, measures, strict=True):
            share = below.progress
            if below.set_aside is None and (share is not None or zero):
                counted.append(
                    (isinstance(part, KeyResult), share or Decimal(0), max(weight, Decimal(0)))
                )
        apart = [(share, weight) for is_key_result, share, weight in counted if is_key_result]
        if mixed and apart and self.rules.rollup == "key-results-as-one":
            together = weighted_mean(apart, self.rules)
            rest = [
                (share, weight) for is_key_result, share, weight in counted if not is_key_result
            ]
            text = (
                f"the key results together are {percent(together)}, {_sum(apart, self.rules)}; with"
                " the children "
            )
            text += _sum([(together or Decimal(0), Decimal(1)), *rest], self.rules)
        else:
            text = (
                _sum([(share, weight) for _, share, weight in counted], self.rules)
                if counted
                else "nothing to count"
            )
        without = sum(not each.reported[0] and each.set_aside is None for each in measures)
        if without:
            text += f"; {without} without data {'counted as 0' if zero else 'left out'}"
        aside = sum(each.set_aside is not None for each in measures)
        if aside:
            text += f"; {aside} set aside and left out"
        return Step(level, text, rule=measure.rules[0], result=percent(measure.progress))

    def _numbers(self, kr: KeyResult, measure: Measure, level: int) -> Iterator[Step]:
        text, cells = number_words(kr, measure)
        result = percent(measure.raw_progress)
        yield Step(level, text, rule=measure.rules[0], cells=cells, result=result)
        yield from _inferred(kr, level)
        yield from self._adjusted(kr, measure, level)

    def _adjusted(self, kr: KeyResult, measure: Measure, level: int) -> Iterator[Step]:
        """Where the answer differs from what the numbers give."""
        if "given-status" in measure.rules:
            yield Step(
                level,
                "its status is taken as typed",
                "given-status",
                cells_of(kr, "status"),
                measure.status.value,
            )
        if UNCONFIRMED in measure.rules:
            yield Step(
                level,
                "nobody confirmed it shortly before its end, so it is neither achieved nor scored",
                UNCONFIRMED,
                cells_of(kr, "checked_in"),
                measure.status.value,
            )
        if measure.raw_progress is None and measure.progress is not None:
            yield Step(
                level,
                "counted as 0",
                f"missing = {self.rules.missing}",
                result=percent(measure.progress),
            )
        elif measure.progress != measure.raw_progress:
            yield Step(
                level,
                "limited to what may be rolled up",
                f"clamp = {self.rules.clamp}",
                result=percent(measure.progress),
            )

    def _typed(self, objective: Objective, measure: Measure, level: int) -> Iterator[Step]:
        cells = cells_of(objective, "progress", "status")
        text = (
            "taken as typed"
            if measure.rules[0].startswith("given")
            else "it has no key results and no progress"
        )
        yield Step(
            level, text, rule=measure.rules[0], cells=cells, result=percent(measure.progress)
        )

    def _time(
        self, item: KeyResult | Objective, source: str, within: Cycle, measure: Measure, level: int
    ) -> Iterator[Step]:
        start, end = period_of(item, within)
        is_planned = ROW_PLAN in measure.rules
        if item.cycle_from is not None:
            name = None if item.cycle is None else item.cycle.name
            rule = f"cycle_from = {item.cycle_from}"
            yield Step(level, _CYCLE_FROM[item.cycle_from], rule, result=name)
        yield Step(
            level,
            f"from {day(start)} to {day(end)}, on {day(self.as_of)}",
            rule=f"elapsed = {self.rules.elapsed}",
            cells=cells_of(item, "start_date", "due", "cycle"),
            result=None if is_planned else f"{percent(measure.expected)} expected",
        )
        if is_planned and isinstance(item, KeyResult):
            values = ", ".join(f"{text_of(value)} by {day(on)}" for on, value in item.plan)
            yield Step(
                level,
                f"its row plans {values}",
                rule=ROW_PLAN,
                cells=item.plan_cells,
                result=f"{percent(measure.expected)} expected",
            )
        checkins = self.checkins.get(source) or self.checkins.get("") or CheckIns()
        if measure.checked_in is None:
            last = "no check-in yet"
        elif item.checked_in_known:
            last = f"last check-in on {day(measure.checked_in)}"
        else:
            last = (
                "no column for check-ins; the value was last seen to change on"
                f" {day(measure.checked_in)}"
            )
        fresh = measure.freshness.value if measure.freshness is not None else None
        wanted = f"expected every {checkins.cadence_days} days, {checkins.grace_days} days of grace"
        age = freshness(measure.checked_in, start, self.as_of, checkins)
        if measure.freshness is Freshness.FRESH is not age:
            wanted = "none is expected now"
        yield Step(
            level,
            f"{last}; {wanted}",
            rule="freshness",
            cells=cells_of(item, "checked_in"),
            result=fresh,
        )
        yield Step(
            level,
            measure.reason,
            rule=_status_rule(measure, self.rules),
            result=f"{measure.status.value}, ahead"
            if _is_ahead(measure, self.rules)
            else measure.status.value,
        )


def _is_ahead(measure: Measure, rules: Rules) -> bool:
    return (
        measure.status is Status.ON_TRACK
        and measure.progress is not None
        and measure.expected is not None
        and is_ahead(measure.progress, measure.expected, rules)
    )


_PARENT_STATUS = {
    "worst": (
        "its status is the worst among what it is made of, and stale at best where a check-in is"
        " overdue"
    ),
    "mean": "its status lies in the middle of what it is made of",
    "from-progress": "its status comes from its own progress against the calendar",
}


def _sum(counted: Sequence[tuple[Decimal, Decimal]], rules: Rules) -> str:
    """How a mean is calculated: `the weighted mean (100 % x 40 + 40 % x 60) / 100`."""
    weights = [weight for _, weight in counted]
    total = sum(weights, Decimal(0))
    if not total and rules.zero_weights == "zero":
        return "all weights are 0, so it is 0"
    if not total or set(weights) == {Decimal(1)}:
        note = "" if total else "all weights are 0, so everything counts the same: "
        terms = " + ".join(percent(share) for share, _ in counted)
        return f"{note}the mean ({terms}) / {len(counted)}"
    terms = " + ".join(
        f"{percent(share)} x {text_of(weight)}" for share, weight in counted if weight
    )
    return f"the weighted mean ({terms}) / {text_of(total)}"


def _status_rule(measure: Measure, rules: Rules) -> str:
    match measure.status:
        case Status.ON_TRACK | Status.AT_RISK | Status.OFF_TRACK if measure.progress is not None:
            if rules.pace == "gap":
                return (
                    f"pace = gap, on track to {percent(rules.on_track_gap)}, at risk to"
                    f" {percent(rules.at_risk_gap)}"
                )
            return (
                f"pace = ratio, on track from {percent(rules.on_track_ratio)}, at risk from"
                f" {percent(rules.at_risk_ratio)}"
            )
    return "status"


def _standing(measure: Measure) -> str:
    return f"{percent(measure.progress)}, {measure.status.value}"
