"""People and okrsync at work in one spreadsheet at the same time, at random, with a twin of the
spreadsheet that only people work in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from google_bench import GoogleBench
from okrsync.connector import Batch, CellWrite, Looks, NewColumn, Outcome, Receipt, State
from okrsync.model.errors import SourceChanged
from okrsync.model.row_finder import column_ref, row_ref
from okrsync.model.table import ColumnRef, Table
from okrsync_google_sheets import GoogleSheetsConnector
from okrsync_sandbox import Fault
from okrsync_sandbox.google.a1 import cell_name, letters

__all__ = ["Workplace", "one_interleaving"]

TAB = "Q4"
HEADER = ["Objective", "Key result", "Current", "Target", "Owner"]
OURS = ("Progress", "Status")
_TITLES = {"objective": 0, "key_result": 1}
WORDS = ("On track", "At risk", "Off track")
TROUBLE: tuple[dict[str, Any], ...] = (
    {"drop": "before"},
    {"drop": "after"},
    {"status": 503},
    {"status": 503, "after": True},
    {"status": 400},
)
"""What a write may meet, told to the sandbox; a 400 never takes effect."""
Edit = Callable[[str], None]


class Workplace:
    """One sandbox in which many interleavings take place, each in a spreadsheet of its own."""

    def __init__(self, base: Path) -> None:
        self.bench = GoogleBench(base)
        self.anna = self.bench.anna
        self.google = self.bench.google

    def close(self) -> None:
        """Stop the sandbox."""
        self.bench.close()


@dataclass
class Story:
    """What happened in one interleaving, for the message when it went wrong."""

    seed: int
    lines: list[str] = field(default_factory=list)


@contextmanager
def _told(story: Story) -> Iterator[None]:
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"seed {story.seed}: {'; '.join(story.lines)}: {error}") from error


def one_interleaving(place: Workplace, seed: int) -> int:
    """Let okrsync write while somebody edits, and check that nobody lost anything. Returns how many
    edits fell between its calls.
    """
    chance = random.Random(seed)
    story = Story(seed)
    google, anna = place.google, place.anna
    google.switches.metadata_follows_sort = chance.random() < 0.5
    rows = [
        [f"O{number // 3}", f"KR {number}", number * 7 % 50, 100, chance.choice(["Ann", "Ben"])]
        for number in range(chance.randint(2, 7))
    ]
    has_column = chance.random() < 0.7
    if has_column:
        rows = [
            [*row, chance.choice([None, 0.11, 0.12]), chance.choice([None, "On track", "typed"])]
            for row in rows
        ]
    if chance.random() < 0.3:
        rows[0][2] = "=3+4"
    table: list[list[Any]] = [[*HEADER, *(OURS if has_column else ())], *rows]
    file_id = anna.new_spreadsheet("team", {TAB: table})
    twin = anna.new_spreadsheet("twin", {TAB: table})
    for made in (file_id, twin):
        # A small grid: the service answers with every row of it, and there are many answers.
        anna.tab(made, TAB).row_count, anna.tab(made, TAB).column_count = 40, 14
    place.bench.file_id = file_id
    anna.share(file_id, place.bench.key["client_email"])
    connector = GoogleSheetsConnector(place.bench.settings(), place.bench.context(memory={}))
    snapshot = connector.read()
    if chance.random() < 0.5:
        _prepare(connector, snapshot.tables[0], story)
        snapshot = connector.read()
        # What okrsync wrote stands in the twin's column too, or people would sort it differently.
        anna.fill(twin, TAB, anna.grid(file_id, TAB))
        _keep_formula(place, twin, table)
    batch = _batch(snapshot.tables[0], chance)
    edits = [_edit(place, chance, story) for _ in range(chance.choice([1, 1, 2, 3, 4]))]
    moments = [
        (
            chance.choice(["before", "after"]),
            *chance.choice([("read", 1), ("write", 1), ("write", 1), ("write", 2), ("write", 3)]),
        )
        for _ in edits
    ]
    for edit, (when, kind, number) in zip(edits, moments, strict=True):
        getattr(google.traffic, when)(kind, number, lambda edit=edit: _both(edit, file_id, twin))
        story.lines.append(f"{when} {kind} {number}")
    if chance.random() < 0.3:
        trouble = chance.choice(TROUBLE)
        google.traffic.fail(Fault(lambda call: call.kind == "write", **trouble))
        story.lines.append(f"a write meets {trouble}")
    try:
        receipt = connector.write(replace(batch, snapshot=snapshot))
    except SourceChanged:
        receipt = Receipt({})
    missed = len(google.traffic._moments)
    google.traffic._moments.clear()
    google.traffic.faults.clear()
    connector.close()
    with _told(story):
        done = {line.partition(" row")[0] for line in story.lines}
        # The row that was written to may be deleted afterwards, while a copy of it stays.
        _check(place, file_id, twin, batch, receipt, is_copied={"copy", "delete"} <= done)
    google.files.files.pop(file_id)
    google.files.files.pop(twin)
    return len(edits) - missed


def _keep_formula(place: Workplace, twin: str, table: list[list[Any]]) -> None:
    for row, values in enumerate(table):
        for column, value in enumerate(values):
            if isinstance(value, str) and value.startswith("="):
                place.anna.put(twin, TAB, cell_name(row, column), value)


def _prepare(connector: GoogleSheetsConnector, table: Table, story: Story) -> None:
    """An earlier run of okrsync, so that rows and columns have their anchors."""
    story.lines.append("ran before")
    snapshot = connector.read()
    connector.write(replace(_batch(table, random.Random(1)), snapshot=snapshot))


def _batch(table: Table, chance: random.Random) -> Batch:
    names = [str(value) for value in table.rows[0].values]
    cells: list[CellWrite] = []
    new: list[NewColumn] = []
    for name in OURS:
        at = names.index(name) if name in names else None
        column = ColumnRef(at, name, 1)
        looks = Looks.SHARE if name == "Progress" else Looks.STATUS
        if at is None:
            new.append(NewColumn(f"+{name}", table.key, name.lower(), name, 1, looks, WORDS))
        identity = {role: column_ref(table, at, table.rows[0]) for role, at in _TITLES.items()}
        for row in table.rows[1:]:
            if row.value(1) is None:
                continue
            ref = row_ref(row, identity)
            share = round(0.2 + row.number / 100 + chance.choice([0, 0.3, 0.5]), 2)
            after = share if name == "Progress" else chance.choice(WORDS)
            before = None if at is None else row.value(at)
            entry = f"{name}{row.number}"
            cells.append(
                CellWrite(entry, table.key, ref, column, before, after, looks, WORDS, name.lower())
            )
    return Batch(None, tuple(cells), tuple(new))  # type: ignore[arg-type]


def _both(edit: Edit, file_id: str, twin: str) -> None:
    edit(file_id)
    edit(twin)


KINDS = (
    *["insert row", "insert column", "sort"] * 2,
    *["delete row", "move row", "move column", "delete column", "copy row"],
    *["type", "new key result", "rename key result", "note"],
    *["fill inserted column", "fill inserted row", "write beside the table"] * 2,
    *["rename tab", "protect row"],
)


def _edit(place: Workplace, chance: random.Random, story: Story) -> Edit:
    """Something a person does, the same in every spreadsheet it is done in: rows are meant by their
    key result, columns by their name.
    """
    kind, wide = chance.choice(KINDS), chance.choice(HEADER)
    person = _Person(place, kind, wide, chance.random(), chance.random(), chance.randint(1, 99))
    story.lines.append(f"{kind} {wide}")
    return person.edit


@dataclass(frozen=True)
class _Person:
    """One edit: `first` and `second` choose rows, `number` makes what is typed unlike the rest."""

    place: Workplace
    kind: str
    wide: str
    first: float
    second: float
    number: int

    def edit(self, file_id: str) -> None:
        """Do it in one spreadsheet."""
        anna, kind = self.place.anna, self.kind
        tab = anna.book(file_id).sheets[0].title
        grid = anna.grid(file_id, tab)
        header = [str(value) for value in grid[0]]
        if "Key result" not in header:
            return
        at = header.index("Key result")
        keys = [row[at] if len(row) > at else None for row in grid]
        rows = [number for number, key in enumerate(keys, start=1) if number > 1 and key]
        if not rows:
            return
        row, other = rows[int(self.first * len(rows))], rows[int(self.second * len(rows))]
        column = letters(header.index(self.wide)) if self.wide in header else None
        if kind == "insert row":
            anna.insert_rows(file_id, tab, row)
        elif kind == "delete row" and len(rows) > 1:
            anna.delete_rows(file_id, tab, row)
        elif kind == "move row" and row != other:
            anna.move_row(file_id, tab, row, other)
        elif kind == "copy row":
            self._copy(file_id, tab, row, other)
        elif kind == "new key result":
            anna.insert_rows(file_id, tab, row)
            anna.put(file_id, tab, f"{letters(at)}{row}", f"KR new {int(self.first * 1000)}")
        elif kind == "rename key result":
            anna.put(file_id, tab, f"{letters(at)}{row}", f"KR renamed {int(self.first * 1000)}")
        elif kind == "fill inserted row":
            anna.insert_rows(file_id, tab, row)
            for name in ("Current", "Owner"):
                if name in header:
                    place = f"{letters(header.index(name))}{row}"
                    anna.put(file_id, tab, place, self._typed(row))
        elif kind == "rename tab":
            anna.rename_tab(file_id, tab, f"Quarter {self.number}")
        elif kind == "protect row":
            spot = {"sheetId": 0, "startRowIndex": row - 1, "endRowIndex": row}
            anna.do(file_id, addProtectedRange={"protectedRange": {"range": spot}})
        elif kind == "write beside the table":
            edge = max(len(line) for line in grid)
            if edge < anna.tab(file_id, tab).column_count:
                self._fill(file_id, tab, letters(edge), rows)
        elif column is not None:
            self._across(file_id, tab, column, row, grid, rows)

    def _across(
        self, file_id: str, tab: str, column: str, row: int, grid: list[list[Any]], rows: list[int]
    ) -> None:
        """What is done to a column."""
        anna, kind = self.place.anna, self.kind
        if kind == "sort":
            wide = letters(max(len(line) for line in grid) - 1)
            anna.sort(file_id, tab, f"A2:{wide}{len(grid)}", column, descending=self.second < 0.5)
        elif kind == "insert column":
            anna.insert_columns(file_id, tab, column)
            if self.first < 0.5:
                anna.put(file_id, tab, f"{column}1", f"Extra {self.number}")
        elif kind == "fill inserted column":
            anna.insert_columns(file_id, tab, column)
            self._fill(file_id, tab, column, rows)
        elif kind == "move column" and self.wide != "Objective":
            anna.move_column(file_id, tab, column, "A")
        elif kind == "delete column" and self.wide in ("Owner", "Target"):
            anna.delete_columns(file_id, tab, column)
        elif kind == "type" and self.wide in ("Current", "Owner"):
            anna.put(file_id, tab, f"{column}{row}", self._typed(row))
        elif kind == "note":
            anna.note(file_id, tab, f"{column}{row}", "mine")

    def _typed(self, row: int) -> str:
        """What a person types: often the very words that okrsync writes."""
        return WORDS[row % 3] if self.first < 0.5 else f"typed {self.number}"

    def _fill(self, file_id: str, tab: str, column: str, rows: list[int]) -> None:
        """Fill a new column, with or without a name, beside every row."""
        if self.first < 0.7:
            self.place.anna.put(file_id, tab, f"{column}1", f"Extra {self.number}")
        for row in rows:
            self.place.anna.put(file_id, tab, f"{column}{row}", self._typed(row))

    def _copy(self, file_id: str, tab: str, row: int, other: int) -> None:
        """Copy a whole row, okrsync's cells too, to where one was inserted."""
        anna = self.place.anna
        anna.insert_rows(file_id, tab, other)
        source = row + 1 if other <= row else row
        spot = {"sheetId": 0, "startRowIndex": source - 1, "endRowIndex": source}
        onto = {"sheetId": 0, "startRowIndex": other - 1, "endRowIndex": other}
        anna.do(
            file_id,
            copyPaste={"source": spot, "destination": onto, "pasteType": "PASTE_NORMAL"},
        )


def _check(
    place: Workplace,
    file_id: str,
    twin: str,
    batch: Batch,
    receipt: Receipt,
    *,
    is_copied: bool,
) -> None:
    mine, theirs = _without_ours(place, file_id), _without_ours(place, twin)
    assert mine == theirs, f"people's cells differ: {mine} where they left {theirs}"
    tab = place.anna.book(file_id).sheets[0].title
    assert tab == place.anna.book(twin).sheets[0].title, "the tab has another name"
    grid = place.anna.grid(file_id, tab)
    header = grid[0]
    for name in OURS:
        assert header.count(name) <= 1, f"the column stands there twice: {header}"
        if name in header and "Key result" in header:
            cells = [cell for cell in batch.cells if cell.column.header == name]
            _check_column(grid, name, cells, receipt, is_copied=is_copied)


def _check_column(
    grid: list[list[Any]],
    name: str,
    cells: list[CellWrite],
    receipt: Receipt,
    *,
    is_copied: bool,
) -> None:
    ours, key_column = grid[0].index(name), grid[0].index("Key result")
    beside: dict[Any, list[Any]] = {}
    for row in grid[1:]:
        if len(row) > key_column and row[key_column]:
            beside.setdefault(row[key_column], []).append(row[ours] if len(row) > ours else None)
    known = {cell.row.identity[1].value: cell for cell in cells}
    for key, values in beside.items():
        cell = known.get(key)
        if cell is None:
            renamed = str(key).startswith("KR renamed")
            allowed = {
                None,
                *[one.before for one in cells],
                *([one.after for one in cells] if renamed else []),
            }
            assert set(values) <= allowed, f"{key!r} was never answered and holds {values!r}"
            continue
        outcome: Outcome | None = receipt.outcomes.get(cell.id)
        if outcome is not None and "by hand" in (outcome.reason or ""):
            # Hit beside the wrong row and protected before it could be put right: it is told.
            continue
        assert set(values) <= {cell.before, cell.after}, (
            f"{key!r} holds {values!r}, which is not its own"
        )
        if outcome is not None and outcome.state is State.WRITTEN and not is_copied:
            assert cell.after in values, f"{key!r} is said to be written and holds {values!r}"


def _without_ours(place: Workplace, file_id: str) -> list[tuple[Any, ...]]:
    """Everything people wrote: names, values, formulas and notes, without okrsync's column."""
    sheet = place.anna.book(file_id).sheets[0]
    grid = place.anna.grid(file_id, sheet.title)
    header = [*grid[0], *[None] * 40]
    made = []
    for row in range(max(len(grid), len(sheet.rows))):
        cells = [
            (
                sheet.cell(row, column).value,
                sheet.cell(row, column).formula,
                sheet.cell(row, column).note,
            )
            for column in range(40)
            if header[column] not in OURS
        ]
        while cells and cells[-1] == (None, None, None):
            cells.pop()
        made.append(tuple(cells))
    while made and not made[-1]:
        made.pop()
    return made
