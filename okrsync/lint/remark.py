"""One weakness of an OKR, and how serious it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from okrsync.model.okrs import KeyResult, Objective

__all__ = ["Level", "Remark", "remark"]


class Level(StrEnum):
    """How serious a remark is."""

    ERROR = "error"
    """Nobody can know whether it is reached."""
    WARNING = "warning"
    """It misleads people."""
    HINT = "hint"
    """It is worth considering."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One weakness. `at` is the address of the cell to look at; `why` says what was found and why
    it matters; `repair` says what to do.
    """

    code: str
    level: Level
    source: str
    at: str
    id: str
    title: str
    why: str
    repair: str


def remark(
    item: Objective | KeyResult, code: str, level: Level, why: str, repair: str, role: str = ""
) -> Remark:
    """A remark about an item, at the cell of a role if it has one, otherwise at its title."""
    address = (item.origin.cell(role) if role else None) or item.origin.title_cell
    return Remark(code, level, item.origin.source, str(address), item.id, item.title, why, repair)
