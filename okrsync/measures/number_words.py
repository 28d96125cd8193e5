"""How the progress of a key result came about, in words, by the rule that gave it."""

from __future__ import annotations

from decimal import Decimal

from okrsync.measures.reasons import percent
from okrsync.measures.result import Measure
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.table import CellRef, text_of

__all__ = ["cells_of", "number_words"]


def number_words(kr: KeyResult, measure: Measure) -> tuple[str, tuple[CellRef, ...]]:
    """The calculation behind `raw_progress`, and the cells that it rests on."""
    rule = measure.rules[0]
    cells = cells_of(kr, "current", "baseline", "target", "target_high", "direction")
    current, target = text_of(kr.current), text_of(kr.target)
    match rule:
        case "baseline-to-target":
            base = text_of(kr.baseline)
            text = f"(current {current} - baseline {base}) / (target {target} - baseline {base})"
        case "checkpoints":
            ways = ", ".join(
                f"{text_of(value)} is {percent(share)}" for value, share in kr.checkpoints
            )
            text = (
                f"current {current} among its checkpoints: {text_of(kr.baseline or Decimal(0))}"
                f" is 0 %, {ways}, {target} is 100 %"
            )
            cells = cells_of(kr, "current", "baseline", "target", "checkpoints")
        case "zero-to-target":
            text = (
                f"current {current} / target {target}; there is no baseline, so it is counted"
                " from 0"
            )
        case "stretch-only" | "baseline-to-stretch":
            base, stretch = text_of(kr.baseline or Decimal(0)), text_of(kr.stretch)
            text = (
                f"(current {current} - baseline {base}) / (stretch goal {stretch} - baseline"
                f" {base})"
            )
            if rule == "stretch-only":
                text += "; there is no target, so the stretch goal counts"
            elif kr.baseline is None or kr.stretch is None:
                text = (
                    f"current {current} on the way to the stretch goal, which follows from the"
                    " other two numbers"
                )
            cells = cells_of(kr, "current", "baseline", "stretch", "target")
        case "guard-rail-at-baseline":
            text = (
                f"target and baseline are both {target}: a value to keep, all or nothing,"
                f" standing at {current}"
            )
        case "target-is-baseline":
            text = f"target and baseline are both {target}: there is no distance to measure"
        case "target-met":
            text = (
                f"current {current} has met the target {target}; there is no baseline to"
                " measure from"
            )
        case "guard-rail" | "guard-rail-distance":
            text = measure.reason
        case "target-to-current":
            text = f"target {target} / current {current}; there is no baseline"
        case "periods" if kr.milestones is None:
            text, cells = measure.reason, tuple(each.at for each in kr.observations)
        case "periods" | "milestones":
            done, total = kr.milestones or (0, 0)
            text, cells = f"{done} of {total} done", cells_of(kr, "current", "progress")
        case "boolean":
            text = "done" if kr.current else "not done"
        case "given-progress":
            text, cells = (
                "taken as typed; there are no numbers to measure",
                cells_of(kr, "progress"),
            )
        case "direction-unclear":
            text = "it is not clear which way is good, so nothing is measured"
        case "no-target":
            text = f"there is no target to measure {current} against"
        case "no-baseline":
            text = "there is no baseline to measure from"
        case "beyond-measure":
            text = f"current {current} and target {target} are too far apart to be plausible"
        case _:
            text = "there is no current value"
    return text, cells


def cells_of(item: KeyResult | Objective, *roles: str) -> tuple[CellRef, ...]:
    return tuple(cell for role in roles if (cell := item.origin.cell(role)) is not None)
