"""The inputs of planning besides the content of a source: what the config asks for, what okrsync
remembers, and what the connector can write.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Literal, Protocol

from msgspec import field as struct_field

from okrsync.connector import Ability, HistoryWrite, Looks, Misfit, SummaryWrite
from okrsync.measures.rules import CheckIns
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle
from okrsync.model.people import PersonDirectory
from okrsync.model.table import CellValue, Table

__all__ = ["Facts", "Reach", "Target", "Writable"]


class Reach(Frozen, frozen=True):
    """How the people of a source are called about overdue check-ins: who is behind the names in its
    owner cells, by which rules and as of which day a check-in is missed, whether people are called
    on that day, whether whoever is above an owner is called too, and whether the titles of the
    source stay out of what is sent to people.
    """

    people: PersonDirectory = struct_field(default_factory=PersonDirectory)
    checkins: CheckIns = struct_field(default_factory=CheckIns)
    cycle: Cycle = struct_field(default_factory=lambda: Cycle(date.min, date.max, ""))
    as_of: date = date.max
    is_working_day: bool = True
    escalates: bool = True
    is_private: bool = False


class Target(Frozen, frozen=True):
    """What the config says about writing to one source: headers by field, whether missing columns
    are made, where the summary goes, how stale check-ins are made known.
    """

    columns: Mapping[str, str]
    create: bool = True
    notify: Literal["none", "note", "comment"] = "none"
    reach: Reach = struct_field(default_factory=Reach)


class Facts(Frozen, frozen=True):
    """What okrsync remembers of a source, as far as planning needs it.

    `last_written` holds, by natural key and field, the values okrsync wrote; `warned` the text of
    the warnings that stand at rows, by natural key, with the check-in they were about. `called` is
    the day on which each owner was last called. `is_new` says that nothing is remembered at all:
    the source is new, or the state that knew it was lost. `strayed` holds, by field, the looks of
    the values that okrsync wrote without knowing their rows: a run that died may have sent them to
    a column, or a close added rows with them. `predecessors` are the keys of other items
    whose answers may stand beside new ones, by the keys of these. `replaced` are the ids of items
    beside which an answer is replaced, but none is added.
    """

    last_written: Mapping[tuple[str, str], CellValue] = struct_field(default_factory=dict)
    warned: Mapping[str, tuple[str, str]] = struct_field(default_factory=dict)
    called: Mapping[str, date] = struct_field(default_factory=dict)
    is_new: bool = False
    strayed: Mapping[str, AbstractSet[tuple[str, str]]] = struct_field(default_factory=dict)
    predecessors: Mapping[str, Collection[str]] = struct_field(default_factory=dict)
    replaced: Collection[str] = ()


class Writable(Protocol):
    """The part of a connector that planning uses: what can be written, and what a cell would then
    hold.
    """

    @property
    def abilities(self) -> frozenset[Ability]: ...

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit: ...

    def obstacle(self, summary: SummaryWrite) -> str | None: ...

    def history_obstacle(self, history: HistoryWrite) -> str | None: ...
