"""Decides what the board gets: columns, rows, cells and views, each only where something differs
from what stands there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from okrsync.connector import Batch, CellWrite, Finding, Looks, Misfit, NewColumn, NewRow, NewView
from okrsync.measures.fields import STATUS_WORDS
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
from okrsync.plan.boards.matching import StandingRow, matched
from okrsync.plan.boards.rows import FIELDS, GONE, BoardRow
from okrsync.plan.plan import Change, SourcePlan
from okrsync.plan.target import Writable

__all__ = ["Board", "look_at_board", "plan_board"]

_ON_CARDS = ("name", "kind", "progress", "owner", "source")
"""What a card of the board tells; its column is the status."""
_WORRIES = ("Missed", "Off track", "Stale", "At risk", "No data")


@dataclass(frozen=True, slots=True)
class Board:
    """What okrsync knows of one board: its name, the anchors of its rows by item key, and what it
    wrote there last.

    `trusted` are the sources that were read whole: only their rows can have vanished. `configured`
    are all there are. Of the sources in `unknown` nothing is known now, and why is said there:
    their rows stay, and claim nothing any more. `lacks_views` says that the run that was to make
    its views was broken off.
    """

    name: str
    known: Mapping[str, str]
    last_written: Mapping[tuple[str, str], CellValue]
    trusted: Collection[str]
    configured: Collection[str]
    unknown: Mapping[str, str] = field(default_factory=dict)
    lacks_views: bool = False


def plan_board(
    board: Board,
    items: Sequence[BoardRow],
    elsewhere: Sequence[BoardRow],
    snapshot: Snapshot,
    place: Writable,
) -> tuple[SourcePlan, dict[str, str]]:
    """Everything the board should get, and the anchors of the rows that are there already, by item
    key.
    """
    if len(snapshot.tables) != 1:
        names = ", ".join(repr(table.name) for table in snapshot.tables)
        error = f"a board is one table, and there are {len(snapshot.tables)}: {names}"
        return (
            SourcePlan(
                board.name, "failed", error=error, hint="Name one of them with `data_source`."
            ),
            {},
        )
    draft = _BoardPlanner(board, snapshot.tables[0], place)
    draft.find_columns()
    rows = draft.standing()
    own, left = matched([*items, *elsewhere], rows, board.known)
    draft.own = own
    draft.keys = {anchor: key for key, anchor in board.known.items()}
    for item in items:
        if item.id in own:
            draft.compare(item, own[item.id])
        else:
            draft.add(item)
    here = {item.id for item in items} | {item.id for item in elsewhere}
    for row in left.values():
        draft.leave(row, here)
    if draft.is_new or board.lacks_views:
        draft.add_views()
    batch = Batch(
        snapshot,
        tuple(draft.cells),
        tuple(draft.columns),
        new_rows=tuple(draft.rows),
        new_views=tuple(draft.views),
    )
    plan = SourcePlan(
        board.name,
        "ok",
        batch=batch,
        changes=tuple(draft.changes),
        skips=draft.told(),
        owned_cells=draft.owned_cells,
        replaced=draft.replaced,
    )
    anchors = {
        item.key: own[item.id].anchor or "" for item in (*items, *elsewhere) if item.id in own
    }
    return plan, anchors


def look_at_board(snapshot: Snapshot, place: Writable) -> Iterator[Finding]:
    """Where each field of a board goes, and which of its columns cannot hold what is published."""
    if len(snapshot.tables) != 1:
        yield Finding(
            False,
            f"a board is one table, and there are {len(snapshot.tables)}",
            "Name one with `data_source`.",
        )
        return
    table = snapshot.tables[0]
    draft = _BoardPlanner(Board("", {}, {}, (), ()), table, place)
    draft.find_columns()
    missing = [known.header for name, known in FIELDS.items() if draft.at[name] is None]
    if missing:
        yield Finding(True, f"{table.name}: the first sync makes {', '.join(missing)}")
    samples: Mapping[str, CellValue] = {
        "progress": 0.5,
        "link": "https://example.org",
        "parent": "row",
        "note": "Why.",
    }
    for name, known in FIELDS.items():
        index = draft.at[name]
        if index is None or name == "owner":
            continue
        header = table.header[index] if table.header is not None else known.header
        misfits = [
            fitted.reason
            for word in known.words or (samples.get(name, "words"),)
            if isinstance(fitted := place.fit(table, index, known.looks, word), Misfit)
        ]
        if misfits:
            yield Finding(
                False,
                f"{table.name}: {name} cannot go into {header!r}: {misfits[0]}",
                "Change or rename it.",
            )
        else:
            yield Finding(True, f"{table.name}: {name} goes into {header!r}")


def _seen(
    view: NewView,
    header: Mapping[str, str],
    fields: Collection[str] | None = None,
    without: str = "",
) -> NewView:
    """The view with the columns it shows, and those it does not: the id never, since it is there
    for okrsync.
    """
    seen = [
        name
        for name in header
        if name not in ("id", without) and (fields is None or name in fields)
    ]
    hidden = [name for name in header if name not in seen]
    return replace(
        view,
        shown=tuple(header[name] for name in seen),
        hidden=tuple(header[name] for name in hidden),
    )


@dataclass
class _BoardPlanner:
    """A board's plan in the making."""

    board: Board
    table: Table
    place: Writable
    at: dict[str, int | None] = field(default_factory=dict)
    own: dict[str, Row] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """By anchor, the key of the item whose row it was last."""
    cells: list[CellWrite] = field(default_factory=list)
    columns: list[NewColumn] = field(default_factory=list)
    rows: list[NewRow] = field(default_factory=list)
    views: list[NewView] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    skips: dict[str, Skip] = field(default_factory=dict)
    misfits: dict[str, dict[str, CellRef]] = field(default_factory=dict)
    """By field, why values do not fit its column, and where that was met first."""
    owned_cells: int = 0
    replaced: int = 0

    def told(self) -> tuple[Skip, ...]:
        """Everything that was left out, and why; what is alike in one column is said once."""
        found = list(self.skips.values())
        for name, reasons in self.misfits.items():
            (reason, at), more = next(iter(reasons.items())), len(reasons) - 1
            if more:
                at = CellRef(self.table.name, FIELDS[name].header)
                reason = f"{reason} (and {more} more like it)"
            found.append(Skip(self.board.name, at, reason, "misfit"))
        return tuple(found)

    @property
    def is_new(self) -> bool:
        """Whether okrsync has not kept this table before."""
        return self.at["id"] is None

    def find_columns(self) -> None:
        """Where each field stands; one that stands nowhere gets a column."""
        for name, known in FIELDS.items():
            index = self.table.owned.get(name)
            if index is None:
                index = find_column(self.table, ColumnRef(None, known.header))
            self.at[name] = index
            if index is None:
                entry = NewColumn(
                    f"+{name}", self.table.key, name, known.header, None, known.looks, known.words
                )
                self.columns.append(entry)
                at = CellRef(self.table.name, f"{known.header} (new)")
                self.changes.append(
                    Change(entry.id, at, "column", None, known.header, f"a new property for {name}")
                )

    def standing(self) -> list[StandingRow]:
        """The rows that bear an id of okrsync's; others are people's own."""
        if self.at["id"] is None:
            return []
        found = []
        for row in self.table.rows:
            id_, name, kind = (self._text(row, field_) for field_ in ("id", "name", "kind"))
            if id_:
                found.append(StandingRow(row, id_, name, kind))
        return found

    def _text(self, row: Row, name: str) -> str:
        index = self.at[name]
        return "" if index is None else text_of(row.value(index)).strip()

    def compare(self, item: BoardRow, row: Row) -> None:
        """A row that is there: the cells that say something else than they should."""
        wanted = self._wanted(item)
        fixed = [name for name in ("id", "name") if self._is(row, name, wanted[name])]
        ref = self._ref(row, *fixed[:1])
        for name, value in wanted.items():
            self._compare_cell(item, row, ref, name, value)

    def _is(self, row: Row, name: str, value: CellValue) -> bool:
        index = self.at[name]
        return index is not None and same_identity(row.value(index), value)

    def _ref(self, row: Row, *names: str) -> RowRef:
        """How a row is found again, by the cells of these fields."""
        columns = {
            name: column_ref(self.table, index, None)
            for name in names
            if (index := self.at[name]) is not None
        }
        return row_ref(row, columns)

    def _wanted(self, item: BoardRow) -> dict[str, CellValue]:
        """By field, what the row should hold, as its columns can hold it. An owner whom nobody
        knows by that name stands in the note.
        """
        found: dict[str, CellValue] = {}
        stranger = False
        for name, value in {**item.values, "parent": self._parent(item)}.items():
            fitted = (
                value
                if is_blank(value)
                else self.place.fit(self.table, self.at[name], FIELDS[name].looks, value)
            )
            if isinstance(fitted, Misfit):
                stranger = stranger or name == "owner"
                self.misfits.setdefault(name, {}).setdefault(fitted.reason, self._cell(item, name))
            else:
                found[name] = fitted
        if stranger and isinstance(found.get("note"), str):
            found["note"] = f"{found['note']} Owner: {item.values['owner']}."
        return found

    def _cell(self, item: BoardRow, name: str) -> CellRef:
        return CellRef(self.table.name, f"{item.name} · {FIELDS[name].header}")

    def _parent(self, item: BoardRow) -> str | None:
        """The anchor of the row it hangs under, or the entry that makes that row in this very
        batch.
        """
        if item.parent is None:
            return None
        row = self.own.get(item.parent)
        return f"+{item.parent}" if row is None else row.anchor

    def _compare_cell(
        self, item: BoardRow, row: Row, ref: RowRef, name: str, after: CellValue
    ) -> None:
        index = self.at[name]
        before = None if index is None else row.value(index)
        self.owned_cells += 1
        if same_value(before, after):
            return
        ours = is_blank(before) or same_value(before, self.board.last_written.get((item.key, name)))
        if index is not None and row.mark(index) & FORMULA:
            reason = "worked out by the place itself; give okrsync a property of its own"
            self.skips.setdefault(
                f"{name}: formula",
                Skip(self.board.name, self._cell(item, name), reason, "left-alone"),
            )
            return
        if is_blank(after) and not ours:
            return  # somebody filled in what no source says: an owner, say
        self.replaced += not ours
        self.cells.append(self._write(f"{row.anchor}:{name}", ref, name, before, after))
        reason = (
            str(item.values["note"]) if name in ("progress", "status") else "what the source says"
        )
        reason = reason if ours else f"{reason} (replaces a value somebody typed)"
        at = self._cell(item, name)
        self.changes.append(
            Change(f"{row.anchor}:{name}", at, name, before, after, reason, item.key)
        )

    def _write(
        self, id_: str, ref: RowRef, name: str, before: CellValue, after: CellValue
    ) -> CellWrite:
        known, index = FIELDS[name], self.at[name]
        header = known.header
        if index is not None and self.table.header is not None:
            header = self.table.header[index]
        column = ColumnRef(index, header)
        return CellWrite(
            id_, self.table.key, ref, column, before, after, known.looks, known.words, name
        )

    def add(self, item: BoardRow) -> None:
        """A row that is not there yet."""
        nowhere = RowRef(0, None, ())
        values = self._wanted(item)
        cells = tuple(self._write(name, nowhere, name, None, values.get(name)) for name in FIELDS)
        header = self._write("id", nowhere, "id", None, item.id).column.header
        self.owned_cells += len(cells)
        self.rows.append(NewRow(f"+{item.id}", self.table.key, header, item.id, cells))
        at = CellRef(self.table.name, item.name)
        self.changes.append(
            Change(f"+{item.id}", at, "row", None, item.name, str(item.values["note"]), item.key)
        )

    def leave(self, row: StandingRow, here: Collection[str]) -> None:
        """A row that is no item's: gone from its source, or a copy that somebody made."""
        if row.id in here and self._is_copy(row):
            reason = (
                f"a copy of the row with the id {row.id!r}; left alone: delete it, or empty its"
                f" {FIELDS['id'].header!r}"
            )
            self.skips[f"copy {row.row.anchor}"] = Skip(
                self.board.name, CellRef(self.table.name, row.name), reason, "copy"
            )
            return
        if row.source in self.board.unknown:
            self.doubt(row, self.board.unknown[row.source])
            return
        if row.source in self.board.configured and row.source not in self.board.trusted:
            return
        before = self._text(row.row, "status")
        index = self.at["status"]
        gone = self.place.fit(self.table, index, Looks.STATUS, GONE)
        if isinstance(gone, Misfit):
            self.skips.setdefault(
                "gone",
                Skip(self.board.name, CellRef(self.table.name, row.name), gone.reason, "misfit"),
            )
            return
        if same_value(before, gone):
            return
        ref = self._ref(row.row, "id")
        entry = f"{row.row.anchor}:status"
        self.cells.append(self._write(entry, ref, "status", before or None, gone))
        at_cell = CellRef(self.table.name, f"{row.name} · {FIELDS['status'].header}")
        reason = (
            f"no longer in {row.source}"
            if row.source in self.board.configured
            else "its source is no longer configured"
        )
        self.changes.append(
            Change(entry, at_cell, "status", before or None, gone, reason, f"gone/{row.row.anchor}")
        )

    def doubt(self, row: StandingRow, why: str) -> None:
        """A row of whose item nothing is known now: it is not gone, and no old number goes on
        looking good.
        """
        key = self.keys.get(row.row.anchor or "", f"gone/{row.row.anchor}")
        says = {
            "progress": None,
            "status": STATUS_WORDS[Status.NO_DATA],
            "freshness": None,
            "note": why,
        }
        item = BoardRow(row.id, key, row.source, None, {"name": row.name, "kind": row.kind, **says})
        for name, value in says.items():
            fitted = (
                value
                if value is None
                else self.place.fit(self.table, self.at[name], FIELDS[name].looks, value)
            )
            if isinstance(fitted, Misfit):
                self.misfits.setdefault(name, {}).setdefault(fitted.reason, self._cell(item, name))
                continue
            self._compare_cell(item, row.row, self._ref(row.row, "id"), name, fitted)

    def _is_copy(self, row: StandingRow) -> bool:
        return any(
            own.anchor != row.row.anchor and self._text(own, "name") == row.name
            for own in self.own.values()
        )

    def add_views(self) -> None:
        """Ways to look at the board: by status, what needs attention, and who owns what where."""
        header = {name: known.header for name, known in FIELDS.items()}
        title = self.at["name"]
        if title is not None and self.table.header is not None:
            header["name"] = self.table.header[title]
        key = self.table.key
        for view in (
            _seen(
                NewView("view:tree", key, "Tree", "table", nested=header["parent"]),
                header,
                without="parent",
            ),
            _seen(
                NewView("view:board", key, "By status", "board", group_by=header["status"]),
                header,
                _ON_CARDS,
            ),
            _seen(
                NewView(
                    "view:attention",
                    key,
                    "Needs attention",
                    "table",
                    only=(header["status"], _WORRIES),
                ),
                header,
            ),
            _seen(
                NewView("view:teams", key, "By team", "table", group_by=header["source"]), header
            ),
        ):
            self.views.append(view)
            at = CellRef(self.table.name, view.name)
            self.changes.append(
                Change(view.id, at, "view", None, view.name, "a way to look at the board")
            )
