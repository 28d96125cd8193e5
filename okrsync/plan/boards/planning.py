"""Decides what a board gets: columns, rows, cells and views, each only if it differs from what is
there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import field as struct_field

from okrsync.connector import Batch, CellWrite, Finding, Looks, Misfit, NewColumn, NewRow, NewView
from okrsync.measures.fields import STATUS_WORDS
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Skip, Status
from okrsync.model.row_finder import column_ref, find_column, row_ref
from okrsync.model.table import (
    FORMULA,
    CellRef,
    CellValue,
    ColumnRef,
    Row,
    RowRef,
    Snapshot,
    Table,
    is_blank,
    same_identity,
    same_value,
    text_of,
)
from okrsync.plan.boards.matching import StandingRow, match_rows
from okrsync.plan.boards.rows import FIELDS, GONE, BoardRow
from okrsync.plan.boards.views import views_of
from okrsync.plan.plan import REPLACES, Change, SourcePlan
from okrsync.plan.target import Writable

__all__ = ["Board", "look_at_board", "plan_board"]


class Board(Frozen, frozen=True):
    """What okrsync knows about one board: its name, the anchors of its rows by item key, and the
    values it last wrote.

    `trusted` are the sources that were read whole: only their rows can have vanished. `configured`
    are all sources. `unknown` holds the sources of which nothing is known now, with the reason:
    their rows stay, but lose their numbers. `views_made` are the ids of the views that okrsync
    made, None where it does not remember. `unpublished` are the ids of items that the config keeps
    off this board.
    """

    name: str
    known: Mapping[str, str]
    last_written: Mapping[tuple[str, str], CellValue]
    trusted: Collection[str]
    configured: Collection[str]
    unknown: Mapping[str, str] = struct_field(default_factory=dict)
    views_made: Collection[str] | None = None
    unpublished: Collection[str] = ()


def plan_board(
    board: Board,
    items: Sequence[BoardRow],
    elsewhere: Sequence[BoardRow],
    snapshot: Snapshot,
    writable: Writable,
    beside: Sequence[BoardRow] = (),
) -> tuple[SourcePlan, dict[str, str]]:
    """The plan for the board, and the anchors of the rows that already exist, by item key. Rows of
    the cycle before (`beside`) get their last answers and a view of their own. An objective whose
    key results lie in several cycles has one row, which is that of the latest.
    """
    shown = {item.id for item in items}
    beside = tuple(item for item in beside if item.id not in shown)
    shown.update(item.id for item in beside)
    others = tuple(item for item in elsewhere if item.id not in shown)
    elsewhere = (*beside, *others)
    if len(snapshot.tables) != 1:
        names = ", ".join(repr(table.name) for table in snapshot.tables)
        error = f"a board is one table, and there are {len(snapshot.tables)}: {names}"
        return (
            SourcePlan(
                board.name, "failed", error=error, hint="Name one of them with `data_source`."
            ),
            {},
        )
    planner = _BoardPlanner(board, snapshot.tables[0], writable)
    planner.find_columns()
    rows = planner.standing()
    matches, unmatched = match_rows([*items, *elsewhere], rows, board.known)
    planner.own = matches
    planner.keys = {anchor: key for key, anchor in board.known.items()}
    for item in items:
        if item.id in matches:
            planner.compare(item, matches[item.id])
        else:
            planner.add(item)
    old_cycles = set[str]()
    for item in beside:
        if item.id in matches:
            planner.compare(item, matches[item.id])
            old_cycles.add(text_of(item.values["cycle"]))
    for item in others:
        if item.id in matches:
            planner.compare(item, matches[item.id], ("closed",))
    shown_ids = {item.id for item in items} | {item.id for item in elsewhere}
    for row in unmatched.values():
        planner.leave(row, shown_ids)
    planner.add_views(sorted(old_cycles))
    batch = Batch(
        snapshot,
        tuple(planner.cells),
        tuple(planner.columns),
        new_rows=tuple(planner.rows),
        new_views=tuple(planner.views),
    )
    plan = SourcePlan(
        board.name,
        "ok",
        batch=batch,
        changes=tuple(planner.changes),
        skips=planner.all_skips(),
        owned_cells=planner.owned_cells,
        replaced=planner.replaced,
    )
    anchors = {
        item.key: matches[item.id].anchor or ""
        for item in (*items, *elsewhere)
        if item.id in matches
    }
    return plan, anchors


def look_at_board(snapshot: Snapshot, writable: Writable) -> Iterator[Finding]:
    """A finding for each field: the column it goes into, or why that column cannot hold it."""
    if len(snapshot.tables) != 1:
        yield Finding(
            False,
            f"a board is one table, and there are {len(snapshot.tables)}",
            "Name one with `data_source`.",
        )
        return
    table = snapshot.tables[0]
    planner = _BoardPlanner(Board("", {}, {}, (), ()), table, writable)
    planner.find_columns()
    missing = [
        board_field.header for name, board_field in FIELDS.items() if planner.indexes[name] is None
    ]
    if missing:
        yield Finding(True, f"{table.name}: the first sync makes {', '.join(missing)}")
    samples: Mapping[str, CellValue] = {
        "progress": 0.5,
        "link": "https://example.org",
        "parent": "row",
        "note": "Why.",
        "delta": 12.0,
        "outlook": 0.5,
    }
    for name, board_field in FIELDS.items():
        index = planner.indexes[name]
        if index is None or name == "owner":
            continue
        header = table.header[index] if table.header is not None else board_field.header
        misfits = [
            fitted.reason
            for word in board_field.words or (samples.get(name, "words"),)
            if isinstance(fitted := writable.fit(table, index, board_field.looks, word), Misfit)
        ]
        if misfits:
            yield Finding(
                False,
                f"{table.name}: {name} cannot go into {header!r}: {misfits[0]}",
                "Change or rename it.",
            )
        else:
            yield Finding(True, f"{table.name}: {name} goes into {header!r}")


@dataclass
class _BoardPlanner:
    """Collects the plan of one board."""

    board: Board
    table: Table
    connector: Writable
    indexes: dict[str, int | None] = field(default_factory=dict)
    own: dict[str, Row] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """The key of the item that a row last belonged to, by anchor."""
    cells: list[CellWrite] = field(default_factory=list)
    columns: list[NewColumn] = field(default_factory=list)
    rows: list[NewRow] = field(default_factory=list)
    views: list[NewView] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    skips: dict[str, Skip] = field(default_factory=dict)
    misfits: dict[str, dict[str, CellRef]] = field(default_factory=dict)
    """Why values do not fit a field's column, with the first such cell, by field."""
    owned_cells: int = 0
    replaced: int = 0

    def all_skips(self) -> tuple[Skip, ...]:
        """Everything that was left out, with the reason; similar reasons of one column are one."""
        skips = list(self.skips.values())
        for name, reasons in self.misfits.items():
            (reason, cell), more = next(iter(reasons.items())), len(reasons) - 1
            if more:
                cell = CellRef(self.table.name, FIELDS[name].header)
                reason = f"{reason} (and {more} more like it)"
            skips.append(Skip(self.board.name, cell, reason, "misfit"))
        return tuple(skips)

    @property
    def is_new(self) -> bool:
        """Whether okrsync keeps this table for the first time."""
        return self.indexes["id"] is None

    def find_columns(self) -> None:
        """Find the column of each field; plan a new column for a field without one."""
        for name, board_field in FIELDS.items():
            index = self.table.owned.get(name)
            if index is None:
                # By name only where the service has no mark of ours: a state was lost, or the
                # database is a copy.
                index = find_column(self.table, ColumnRef(None, board_field.header))
            self.indexes[name] = index
            if index is None:
                entry = NewColumn(
                    f"+{name}",
                    self.table.key,
                    name,
                    board_field.header,
                    None,
                    board_field.looks,
                    board_field.words,
                )
                self.columns.append(entry)
                cell = CellRef(self.table.name, f"{board_field.header} (new)")
                self.changes.append(
                    Change(
                        entry.id,
                        cell,
                        "column",
                        None,
                        board_field.header,
                        f"a new property for {name}",
                    )
                )

    def standing(self) -> list[StandingRow]:
        """The rows with an id from okrsync; all other rows belong to people."""
        if self.indexes["id"] is None:
            return []
        standing_rows = []
        for row in self.table.rows:
            id_, name, kind = (self._text(row, field_) for field_ in ("id", "name", "kind"))
            if id_:
                standing_rows.append(StandingRow(row, id_, name, kind))
        return standing_rows

    def _text(self, row: Row, name: str) -> str:
        index = self.indexes[name]
        return "" if index is None else text_of(row.value(index)).strip()

    def compare(self, item: BoardRow, row: Row, only: Collection[str] = tuple(FIELDS)) -> None:
        """Plan the cells of an existing row that differ from what they should hold."""
        values = self._values_of(item)
        # Only cells that this run leaves as they are can find the row again while it writes.
        fixed = [name for name in ("id", "name") if self._is(row, name, values[name])]
        ref = self._ref(row, *fixed[:1])
        for name, value in values.items():
            if name in only:
                self._compare_cell(item, row, ref, name, value)

    def _is(self, row: Row, name: str, value: CellValue) -> bool:
        index = self.indexes[name]
        return index is not None and same_identity(row.value(index), value)

    def _ref(self, row: Row, *names: str) -> RowRef:
        """A reference that finds the row again by the cells of these fields."""
        columns = {
            name: column_ref(self.table, index, None)
            for name in names
            if (index := self.indexes[name]) is not None
        }
        return row_ref(row, columns)

    def _values_of(self, item: BoardRow) -> dict[str, CellValue]:
        """The values the row should hold, by field, in the form its columns can hold. An owner who
        is unknown to the service goes into the note.
        """
        values: dict[str, CellValue] = {}
        stranger = False
        for name, value in {**item.values, "parent": self._parent(item)}.items():
            fitted = (
                value
                if is_blank(value)
                else self.connector.fit(self.table, self.indexes[name], FIELDS[name].looks, value)
            )
            if isinstance(fitted, Misfit):
                stranger = stranger or name == "owner"
                self.misfits.setdefault(name, {}).setdefault(fitted.reason, self._cell(item, name))
            else:
                values[name] = fitted
        # Notion's people properties take members of the workspace only; the name must not get lost.
        if stranger and isinstance(values.get("note"), str):
            values["note"] = f"{values['note']} Owner: {item.values['owner']}."
        return values

    def _cell(self, item: BoardRow, name: str) -> CellRef:
        return CellRef(self.table.name, f"{item.name} · {FIELDS[name].header}")

    def _parent(self, item: BoardRow) -> str | None:
        """The anchor of the parent row, or the id of the entry that makes it in this batch."""
        if item.parent is None:
            return None
        row = self.own.get(item.parent)
        # Parents come first in a batch, so that a new row can name one that is made in the same
        # run.
        return f"+{item.parent}" if row is None else row.anchor

    def _compare_cell(
        self, item: BoardRow, row: Row, ref: RowRef, name: str, after: CellValue
    ) -> None:
        index = self.indexes[name]
        before = None if index is None else row.value(index)
        self.owned_cells += 1
        if same_value(before, after):
            return
        is_ours = is_blank(before) or same_value(
            before, self.board.last_written.get((item.key, name))
        )
        if index is not None and row.mark(index) & FORMULA:
            reason = "calculated by the service itself; give okrsync a property of its own"
            self.skips.setdefault(
                f"{name}: formula",
                Skip(self.board.name, self._cell(item, name), reason, "left-alone"),
            )
            return
        if is_blank(after) and not is_ours:
            return  # A person filled in what no source states, such as an owner.
        self.replaced += not is_ours
        self.cells.append(self._write(f"{row.anchor}:{name}", ref, name, before, after))
        reason = (
            str(item.values["note"]) if name in ("progress", "status") else "what the source says"
        )
        reason = reason if is_ours else f"{reason}{REPLACES}"
        cell = self._cell(item, name)
        change_id = f"{row.anchor}:{name}"
        self.changes.append(
            Change(change_id, cell, name, before, after, reason, item.key, title=item.name)
        )

    def _write(
        self, id_: str, ref: RowRef, name: str, before: CellValue, after: CellValue
    ) -> CellWrite:
        board_field, index = FIELDS[name], self.indexes[name]
        header = board_field.header
        if index is not None and self.table.header is not None:
            header = self.table.header[index]
        column = ColumnRef(index, header)
        return CellWrite(
            id_,
            self.table.key,
            ref,
            column,
            before,
            after,
            board_field.looks,
            board_field.words,
            name,
        )

    def add(self, item: BoardRow) -> None:
        """Plan a row for an item that has none."""
        nowhere = RowRef(0, None, ())
        values = self._values_of(item)
        cells = tuple(self._write(name, nowhere, name, None, values.get(name)) for name in FIELDS)
        header = self._write("id", nowhere, "id", None, item.id).column.header
        self.owned_cells += len(cells)
        self.rows.append(NewRow(f"+{item.id}", self.table.key, header, item.id, cells))
        cell = CellRef(self.table.name, item.name)
        self.changes.append(
            Change(f"+{item.id}", cell, "row", None, item.name, str(item.values["note"]), item.key)
        )

    def leave(self, row: StandingRow, shown_ids: Collection[str]) -> None:
        """Handle a row without an item: its item is gone, or it is a copy that somebody made."""
        if row.id in shown_ids and self._is_copy(row):
            reason = (
                f"a copy of the row with the id {row.id!r}; left alone: delete it, or empty its"
                f" {FIELDS['id'].header!r}"
            )
            self.skips[f"copy {row.row.anchor}"] = Skip(
                self.board.name, CellRef(self.table.name, row.name), reason, "copy"
            )
            return
        is_unpublished = row.id in self.board.unpublished
        if row.source in self.board.unknown:
            self.doubt(row, self.board.unknown[row.source])
            return
        # A source that was read in part may still hold the item.
        if (
            not is_unpublished
            and row.source in self.board.configured
            and row.source not in self.board.trusted
        ):
            return
        before = self._text(row.row, "status")
        index = self.indexes["status"]
        gone_status = self.connector.fit(self.table, index, Looks.STATUS, GONE)
        if isinstance(gone_status, Misfit):
            self.skips.setdefault(
                "gone",
                Skip(
                    self.board.name,
                    CellRef(self.table.name, row.name),
                    gone_status.reason,
                    "misfit",
                ),
            )
            return
        if same_value(before, gone_status):
            return
        ref = self._ref(row.row, "id")
        entry = f"{row.row.anchor}:status"
        self.cells.append(self._write(entry, ref, "status", before or None, gone_status))
        at_cell = CellRef(self.table.name, f"{row.name} · {FIELDS['status'].header}")
        reason = (
            f"not published here, by `{self.board.name}.where`"
            if is_unpublished
            else f"no longer in {row.source}"
            if row.source in self.board.configured
            else "its source is no longer configured"
        )
        self.changes.append(
            Change(
                entry,
                at_cell,
                "status",
                before or None,
                gone_status,
                reason,
                f"gone/{row.row.anchor}",
                title=row.name,
            )
        )

    def doubt(self, row: StandingRow, reason: str) -> None:
        """Empty the numbers of a row whose item is unknown now: the item is not gone, but an old
        number must not keep looking good.
        """
        key = self.keys.get(row.row.anchor or "", f"gone/{row.row.anchor}")
        doubtful_values = {
            "progress": None,
            "status": STATUS_WORDS[Status.NO_DATA],
            "freshness": None,
            "delta": None,
            "trend": None,
            "outlook": None,
            "note": reason,
        }
        item = BoardRow(
            row.id, key, row.source, None, {"name": row.name, "kind": row.kind, **doubtful_values}
        )
        for name, value in doubtful_values.items():
            fitted = (
                value
                if value is None
                else self.connector.fit(self.table, self.indexes[name], FIELDS[name].looks, value)
            )
            if isinstance(fitted, Misfit):
                self.misfits.setdefault(name, {}).setdefault(fitted.reason, self._cell(item, name))
                continue
            self._compare_cell(item, row.row, self._ref(row.row, "id"), name, fitted)

    def _is_copy(self, row: StandingRow) -> bool:
        return any(
            matched_row.anchor != row.row.anchor and self._text(matched_row, "name") == row.name
            for matched_row in self.own.values()
        )

    def add_views(self, old_cycles: Iterable[str]) -> None:
        """Plan the views. Each is made once: people change and delete views, and those must not
        come back.
        """
        views_made = self.board.views_made
        if views_made is None and not self.is_new:
            return
        header = {name: board_field.header for name, board_field in FIELDS.items()}
        title = self.indexes["name"]
        if title is not None and self.table.header is not None:
            header["name"] = self.table.header[title]
        for view in views_of(self.table.key, header, old_cycles):
            if not self.is_new and view.id in (views_made or ()):
                continue
            self.views.append(view)
            cell = CellRef(self.table.name, view.name)
            self.changes.append(
                Change(view.id, cell, "view", None, view.name, "a way to look at the board")
            )
