"""The inputs of planning besides the content of a source: what the config asks for, what okrsync
remembers, and what the connector can write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from okrsync.connector import Ability, Looks, Misfit
from okrsync.model.table import CellValue, Table

__all__ = ["Facts", "Target", "Writable"]


@dataclass(frozen=True, slots=True)
class Target:
    """What the config says about writing to one source: headers by field, whether missing columns
    are made, where the summary goes, how stale check-ins are made known.
    """

    columns: Mapping[str, str]
    create: bool = True
    notify: Literal["none", "note", "comment"] = "none"


@dataclass(frozen=True, slots=True)
class Facts:
    """What okrsync remembers of a source, as far as planning needs it.

    `last_written` holds, by natural key and field, the values okrsync wrote; `warned` the text of
    the warnings that stand at rows, by natural key, with the check-in they were about.
    """

    last_written: Mapping[tuple[str, str], CellValue] = field(default_factory=dict)
    warned: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class Writable(Protocol):
    """The part of a connector that planning uses: what can be written, and what a cell would then
    hold.
    """

    @property
    def abilities(self) -> frozenset[Ability]: ...

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit: ...
