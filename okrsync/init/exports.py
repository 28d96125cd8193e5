"""Reads the progress in another tool's export."""

from __future__ import annotations

from pathlib import Path

from okrsync.init.looking import Times, look, see
from okrsync.init.places import recognise
from okrsync.init.tools import exported_by
from okrsync.measures.compare import Exported
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import KeyResult, Objective

__all__ = ["exported_progress"]


def exported_progress(text: str, base: Path, times: Times) -> tuple[Exported, ...]:
    """Every objective and key result of an export that states a progress, in reading order.

    Raises `ConfigError` for a file without any progress, and what reading it raises.
    """
    given = recognise(text, base)
    plain = look(see(given, base, times), "export", times)
    export = exported_by(plain) or plain
    exported = []
    for objective in export.okrs.objectives:
        items: list[KeyResult | Objective] = [objective, *objective.key_results]
        for item in items:
            if item.given_progress is None:
                continue
            # Without a cell, the id is okrsync's own count of rows, which the other tool does not
            # know.
            is_stated = item.origin.cell("id") is not None
            name = item.id.removeprefix("export/") if is_stated else None
            exported.append(
                Exported(
                    item.title,
                    item.given_progress,
                    str(item.origin.cell("progress") or item.origin.title_cell),
                    name,
                    None if item is objective or objective.implied else objective.title,
                )
            )
    if not exported:
        raise ConfigError(
            f"{text}: it holds no progress to compare",
            hint="Export objectives and key results with their progress, one row each.",
        )
    return tuple(exported)
