"""Plans and pictures as JSON documents that others rely on word for word.

Fields are added, never renamed. Shares (progress, expected, score) run from 0 to 1 with four
decimals; numbers under a percent unit are points.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from okrsync.connector import RequestPreview, State
from okrsync.measures.picture import Picture, SourceView
from okrsync.measures.result import Measure, Sources
from okrsync.model.okrs import Cycle, KeyResult, Objective, Skip
from okrsync.model.table import CellError, CellValue
from okrsync.model.tree import Tree
from okrsync.plan.plan import Change, Plan, SourcePlan

__all__ = ["plan_document", "show_document", "shown_value"]


def show_document(picture: Picture, *, all_cycles: bool = False) -> dict[str, Any]:
    """The tree with its measures: `okrsync/show/1`, described by docs/show.schema.json."""
    objectives = _objectives(picture.tree, picture.measures)
    if all_cycles:
        objectives += _objectives(picture.others, picture.other_measures)
    return {
        "schema": "okrsync/show/1",
        "as_of": picture.as_of.isoformat(),
        "cycle": _cycle(picture.cycle),
        "sources": [_source(view) for view in picture.sources],
        "objectives": objectives,
        "warnings": [
            {
                "code": warning.code,
                "source": warning.source,
                "at": None if warning.at is None else str(warning.at),
                "message": warning.message,
            }
            for warning in picture.warnings
        ],
    }


def plan_document(plan: Plan) -> dict[str, Any]:
    """A plan, or, with a run, what became of one: `okrsync/plan/1` and `okrsync/sync/1`."""
    document: dict[str, Any] = {
        "schema": "okrsync/plan/1" if plan.run is None else "okrsync/sync/1"
    }
    if plan.run is not None:
        document["run"] = plan.run
    document["sources"] = [_planned(source) for source in plan.sources]
    document["publish"] = [_planned(board) for board in plan.boards]
    document["counts"] = _counts(plan)
    document["warnings"] = [
        {
            "code": item.code,
            "source": item.source,
            "at": None if item.at is None else str(item.at),
            "message": item.message,
        }
        for item in plan.warnings
    ]
    document["exit_code"] = plan.exit_code
    return document


def _source(view: SourceView) -> dict[str, Any]:
    return {
        "name": view.name,
        "connector": view.connector,
        "state": view.state,
        "read_at": None if view.read_at is None else view.read_at.isoformat(),
        "objectives": view.objectives,
        "key_results": view.key_results,
        "other_cycles": view.other_cycles,
        "error": view.error,
        "hint": view.hint,
        "refused": view.refused,
        "age_days": None if view.age is None else view.age.days,
    }


def _objectives(tree: Tree, measures: Mapping[str, Measure]) -> list[dict[str, Any]]:
    return [
        _objective(tree, objective, measures)
        for objective in tree.objectives.values()
        if objective.id in measures
    ]


def _objective(tree: Tree, objective: Objective, measures: Mapping[str, Measure]) -> dict[str, Any]:
    measure = measures[objective.id]
    return {
        "id": objective.id,
        "title": objective.title,
        "source": objective.source,
        "at": None if objective.implied else str(objective.origin.here),
        "parent": tree.parents.get(objective.id),
        "children": list(tree.children.get(objective.id, ())),
        "owner": objective.owner,
        "team": objective.team,
        "level": objective.level,
        "cycle": None if objective.cycle is None else _cycle(objective.cycle),
        "implied": objective.implied,
        **_measured(measure),
        "weight": _number(objective.weight),
        "reported": {"with": measure.reported[0], "of": measure.reported[1]},
        "sources": _sources(objective, measure),
        "key_results": [_key_result(item, measures[item.id]) for item in objective.key_results],
    }


def _sources(objective: Objective, measure: Measure) -> dict[str, Any]:
    sources = measure.sources if len(measure.sources) else Sources((objective.source,))
    return {"with": len(sources.read), "of": len(sources), "unread": list(sources.unread)}


def _key_result(item: KeyResult, measure: Measure) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "at": str(item.origin.here),
        "owner": item.owner,
        "team": item.team,
        "cycle": None if item.cycle is None else _cycle(item.cycle),
        "kind": item.kind.value,
        "direction": None if item.direction is None else item.direction.value,
        "baseline": _number(item.baseline),
        "target": _number(item.target),
        "target_high": _number(item.target_high),
        "current": _number(item.current),
        "unit": item.unit,
        **_measured(measure),
        "weight": _number(item.weight),
        "inferred": sorted(item.inferred),
    }


def _measured(measure: Measure) -> dict[str, Any]:
    return {
        "progress": _share(measure.progress),
        "raw_progress": _share(measure.raw_progress),
        "expected": _share(measure.expected),
        "score": _share(measure.score),
        "forecast": _share(measure.forecast),
        "status": measure.status.value,
        "freshness": None if measure.freshness is None else measure.freshness.value,
        "checked_in": None if measure.checked_in is None else measure.checked_in.isoformat(),
        "confidence": _share(measure.confidence),
        "reason": measure.reason,
    }


def _planned(source: SourcePlan) -> dict[str, Any]:
    return {
        "name": source.name,
        "state": source.state,
        "changes": [_change(change) for change in source.changes],
        "skips": [_skip(skip) for skip in source.skips],
        "conflicts": [_skip(skip) for skip in source.conflicts],
        "refusals": [
            {"guard": refusal.guard, "message": refusal.message} for refusal in source.refusals
        ],
        "calls": {"read": source.calls.read, "write": source.calls.write},
        "retries": source.calls.retries,
        "failing": None
        if source.failing is None or source.state == "ok"
        else {"since": source.failing.since.isoformat(), "runs": source.failing.runs},
        "error": source.error,
        "hint": source.hint,
        "kept_from": None if source.kept_from is None else source.kept_from.isoformat(),
        **(
            {}
            if source.requests is None
            else {"requests": [_request(one) for one in source.requests]}
        ),
    }


def _request(one: RequestPreview) -> dict[str, Any]:
    return {"method": one.method, "url": one.url, "headers": dict(one.headers), "body": one.body}


def _change(change: Change) -> dict[str, Any]:
    return {
        "at": str(change.at),
        "field": change.field,
        "before": shown_value(change.before),
        "after": shown_value(change.after),
        "reason": change.reason,
        "outcome": None if change.outcome is None else change.outcome.value,
        "why": change.why,
    }


def _skip(skip: Skip) -> dict[str, Any]:
    return {
        "at": None if skip.at is None else str(skip.at),
        "code": skip.code,
        "reason": skip.reason,
    }


def _counts(plan: Plan) -> dict[str, int]:
    changes = [change for part in plan.parts for change in part.changes]
    counts = {
        "sources": len(plan.sources),
        "changes": len(changes),
        "skips": sum(len(part.skips) for part in plan.parts),
        "conflicts": sum(len(part.conflicts) for part in plan.parts),
        "refused": sum(part.state == "refused" for part in plan.parts),
        "failed": sum(part.state in ("failed", "kept") for part in plan.parts),
    }
    if plan.run is not None:
        counts |= {
            state.value: sum(change.outcome is state for change in changes) for state in State
        }
    return counts


def _cycle(cycle: Cycle) -> dict[str, str]:
    return {"name": cycle.name, "start": cycle.start.isoformat(), "end": cycle.end.isoformat()}


def _share(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _number(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def shown_value(value: CellValue) -> object:
    """A cell's value as a document shows it: days and moments as texts, numbers as numbers."""
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta | CellError) else value
