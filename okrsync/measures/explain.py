"""How a number came about, step by step, down to the cells it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from okrsync.errors import OkrsyncError
from okrsync.measures.measure import parts_of, period_of
from okrsync.measures.reasons import day, percent
from okrsync.measures.result import Measure, Measured
from okrsync.measures.rules import CheckIns, Rules
from okrsync.model import Cycle, KeyResult, Objective, Status
from okrsync.table import CellRef, text_of
from okrsync.tree import Tree

__all__ = ["Step", "UnknownItem", "explain"]


class UnknownItem(OkrsyncError):
    """No objective or key result has the id that was asked for."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation. `level` is how deep it lies, from 0; `cells` are the cells it came from; `rule` names the rule
    that was applied, empty where none was; `result` is what it came to."""

    level: int
    text: str
    rule: str = ""
    cells: tuple[CellRef, ...] = ()
    result: str | None = None


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
) -> tuple[Step, ...]:
    """The steps that led to an item's progress, freshness and status. Raises `UnknownItem`, naming the nearest ids."""
    story = _Story(tree, measured, rules, as_of, cycle, checkins, seen)
    objective = tree.objectives.get(id_)
    if objective is not None:
        return tuple(story.objective(objective, 0))
    for objective in tree.objectives.values():
        for key_result in objective.key_results:
            if key_result.id == id_:
                return tuple(story.key_result(key_result, 0))
    known = list(measured.items)
    near = get_close_matches(id_, known, n=3) or [other for other in known if other.endswith(f"/{id_}")][:3]
    hint = f"Did you mean {' or '.join(near)}?" if near else "`okrsync show` lists every id."
    raise UnknownItem(f"there is no objective or key result {id_!r}", hint=hint)


@dataclass(frozen=True, slots=True)
class _Story:
    tree: Tree
    measured: Measured
    rules: Rules
    as_of: date
    cycle: Cycle
    checkins: Mapping[str, CheckIns]
    seen: Mapping[tuple[str, str], date]

    def key_result(self, kr: KeyResult, level: int) -> Iterator[Step]:
        measure = self.measured.items[kr.id]
        yield Step(level, f"{kr.title} ({kr.id})", cells=(kr.origin.here,), result=_standing(measure))
        yield from self._numbers(kr, measure, level + 1)
        yield from self._time(kr, kr.origin.source, measure, level + 1)

    def objective(self, objective: Objective, level: int) -> Iterator[Step]:
        measure = self.measured.items[objective.id]
        cells = () if objective.implied else (objective.origin.here,)
        yield Step(level, f"{objective.title} ({objective.id})", cells=cells, result=_standing(measure))
        children = [self.tree.objectives[id_] for id_ in self.tree.children.get(objective.id, ())]
        from_key_results, from_children = parts_of(objective, children, self.rules)
        parts: list[KeyResult | Objective] = [
            *(objective.key_results if from_key_results else ()),
            *(children if from_children else ()),
        ]
        if not parts:
            yield from self._typed(objective, measure, level + 1)
            yield from self._time(objective, objective.source, measure, level + 1)
            return
        yield self._mean(parts, measure, level + 1)
        for part in parts:
            yield from (
                self.key_result(part, level + 2) if isinstance(part, KeyResult) else self.objective(part, level + 2)
            )
        yield Step(
            level + 1,
            f"its status is the {self.rules.parent_status.replace('-', ' ')} of what it is made of",
            rule=f"parent_status = {self.rules.parent_status}",
            result=measure.status.value,
        )

    def _mean(self, parts: list[KeyResult | Objective], measure: Measure, level: int) -> Step:
        with_data = [part for part in parts if self.measured.items[part.id].progress is not None]
        shares = [self.measured.items[part.id].progress for part in with_data]
        weights = [part.weight for part in with_data]
        if all(weight == 1 for weight in weights):
            sum_text = " + ".join(percent(share) for share in shares)
            text = f"the mean of {len(shares)}: ({sum_text}) / {len(shares)}" if shares else "nothing reported yet"
        else:
            sum_text = " + ".join(
                f"{percent(share)} x {text_of(weight)}" for share, weight in zip(shares, weights, strict=True)
            )
            text = f"the weighted mean: ({sum_text}) / {text_of(sum(weights, Decimal(0)))}"
        left_out = len(parts) - len(with_data)
        if left_out:
            text += f"; {left_out} without data {'left out' if self.rules.missing == 'leave-out' else 'counted as 0'}"
        return Step(level, text, rule=measure.rules[0], result=percent(measure.progress))

    def _numbers(self, kr: KeyResult, measure: Measure, level: int) -> Iterator[Step]:
        rule = measure.rules[0]
        cells = _cells(kr, "current", "baseline", "target", "target_high", "direction")
        current, target = text_of(kr.current), text_of(kr.target)
        match rule:
            case "baseline-to-target":
                base = text_of(kr.baseline)
                text = f"(current {current} - baseline {base}) / (target {target} - baseline {base})"
            case "zero-to-target":
                text = f"current {current} / target {target}; there is no baseline, so it is counted from 0"
            case "target-is-baseline":
                text = f"target and baseline are both {target}: all or nothing, standing at {current}"
            case "guard-rail" | "guard-rail-distance":
                text = measure.reason
            case "periods" | "milestones":
                done, of = kr.milestones or (0, 0)
                text, cells = f"{done} of {of} done", _cells(kr, "current", "progress")
            case "boolean":
                text = "done" if kr.current else "not done"
            case "given-progress":
                text, cells = "taken as typed; there are no numbers to measure", _cells(kr, "progress")
            case "no-target":
                text = f"there is no target to measure {current} against"
            case "no-baseline":
                text = "there is no baseline to measure from"
            case _:
                text = "there is no current value"
        yield Step(level, text, rule=rule, cells=cells, result=percent(measure.raw_progress))
        if "direction" in kr.inferred and kr.direction is not None:
            yield Step(level, f"which way is good was inferred: {kr.direction.value}", rule="inferred")
        if measure.progress != measure.raw_progress:
            yield Step(
                level, "cut to what may be rolled up", f"clamp = {self.rules.clamp}", result=percent(measure.progress)
            )

    def _typed(self, objective: Objective, measure: Measure, level: int) -> Iterator[Step]:
        cells = _cells(objective, "progress", "status")
        text = "taken as typed" if measure.rules[0].startswith("given") else "it has no key results and no progress"
        yield Step(level, text, rule=measure.rules[0], cells=cells, result=percent(measure.progress))

    def _time(self, item: KeyResult | Objective, source: str, measure: Measure, level: int) -> Iterator[Step]:
        start, end = period_of(item, self.cycle)
        yield Step(
            level,
            f"from {day(start)} to {day(end)}, on {day(self.as_of)}",
            rule=f"elapsed = {self.rules.elapsed}",
            cells=_cells(item, "start_date", "due", "cycle"),
            result=f"{percent(measure.expected)} expected",
        )
        checkins = self.checkins.get(source) or self.checkins.get("") or CheckIns()
        if measure.checked_in is None:
            last = "no check-in yet"
        elif item.checked_in_known:
            last = f"last check-in on {day(measure.checked_in)}"
        else:
            last = f"no column for check-ins; the value was last seen to change on {day(measure.checked_in)}"
        fresh = measure.freshness.value if measure.freshness is not None else None
        cadence = f"every {checkins.cadence_days} days, {checkins.grace_days} days of grace"
        yield Step(
            level, f"{last}; expected {cadence}", rule="freshness", cells=_cells(item, "checked_in"), result=fresh
        )
        yield Step(level, measure.reason, rule=_status_rule(measure, self.rules), result=measure.status.value)


def _status_rule(measure: Measure, rules: Rules) -> str:
    match measure.status:
        case Status.ON_TRACK | Status.AT_RISK | Status.OFF_TRACK if measure.progress is not None:
            if rules.pace == "gap":
                return f"pace = gap, on track to {percent(rules.on_track_gap)}, at risk to {percent(rules.at_risk_gap)}"
            return f"pace = ratio, on track from {percent(rules.on_track_ratio)}, at risk from {percent(rules.at_risk_ratio)}"
    return "status"


def _cells(item: KeyResult | Objective, *roles: str) -> tuple[CellRef, ...]:
    return tuple(cell for role in roles if (cell := item.origin.at(role)) is not None)


def _standing(measure: Measure) -> str:
    return f"{percent(measure.progress)}, {measure.status.value}"
