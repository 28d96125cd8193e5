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
Edit = Callable[[str], None]


class Workplace:
    """One sandbox in which many interleavings take place, each in a spreadsheet of its own."""

    def __init__(self, base: Path) -> None:
        self.bench = GoogleBench(base)
        self.anna = self.bench.anna
        self.google = self.bench.google

    def close(self) -> None:
        """Stop the sandbox."""
        self.bench.sandbox.stop()


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
    edits = [_edit(place, chance, story) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
    moments = [
        (
            chance.choice(["before", "after"]),
            *chance.choice([("read", 1), ("write", 1), ("write", 1), ("write", 2)]),
        )
        for _ in edits
    ]
    kinds = list(story.lines[-len(edits) :])
    for edit, (when, kind, number) in zip(edits, moments, strict=True):
        getattr(google.traffic, when)(kind, number, lambda edit=edit: _both(edit, file_id, twin))
        story.lines.append(f"{when} {kind} {number}")
    if chance.random() < 0.2:
        google.traffic.fail(
            Fault(lambda call: call.kind == "write", drop=chance.choice(["before", "after"]))
        )
        story.lines.append("a write breaks")
    try:
        receipt = connector.write(replace(batch, snapshot=snapshot))
    except SourceChanged:
        receipt = Receipt({})
    missed = len(google.traffic._moments)
    google.traffic._moments.clear()
    google.traffic.faults.clear()
    connector.close()
    with _told(story):
        is_sorted = any(line.startswith("sort") for line in story.lines)
        _check(
            place,
            file_id,
            twin,
            batch,
            receipt,
            is_sorted=is_sorted,
            is_blind=_is_blind(kinds, moments),
        )
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


def _edit(place: Workplace, chance: random.Random, story: Story) -> Edit:
    """Something a person does, the same in every spreadsheet it is done in: rows are meant by their
    key result, columns by their name.
    """
    anna = place.anna
    kind = chance.choice(
        [
            "insert row",
            "insert row",
            "delete row",
            "move row",
            "sort",
            "sort",
            "insert column",
            "insert column",
            "move column",
            "delete column",
            "type",
            "new key result",
            "rename key result",
            "note",
            "merge",
        ]
    )
    a, b, wide = chance.random(), chance.random(), chance.choice(HEADER)
    new_header = f"Extra {chance.randint(1, 99)}"
    story.lines.append(f"{kind} {wide}")

    def edit(file_id: str) -> None:
        grid = anna.grid(file_id, TAB)
        header = [str(value) for value in grid[0]]
        keys = [
            (
                row[header.index("Key result")]
                if "Key result" in header and len(row) > header.index("Key result")
                else None
            )
            for row in grid
        ]
        rows = [number for number, key in enumerate(keys, start=1) if number > 1 and key]
        if not rows:
            return
        row, other = rows[int(a * len(rows))], rows[int(b * len(rows))]
        column = letters(header.index(wide)) if wide in header else None
        if kind == "insert row":
            anna.insert_rows(file_id, TAB, row)
        elif kind == "delete row" and len(rows) > 1:
            anna.delete_rows(file_id, TAB, row)
        elif kind == "move row" and row != other:
            anna.move_row(file_id, TAB, row, other)
        elif kind == "sort" and column is not None:
            anna.sort(
                file_id,
                TAB,
                f"A2:{letters(max(len(line) for line in grid) - 1)}{len(grid)}",
                column,
                descending=b < 0.5,
            )
        elif kind == "insert column" and column is not None:
            anna.insert_columns(file_id, TAB, column)
            if a < 0.5:
                anna.put(file_id, TAB, f"{column}1", new_header)
        elif kind == "move column" and column is not None and wide != "Objective":
            anna.move_column(file_id, TAB, column, "A")
        elif kind == "delete column" and wide in ("Owner", "Target") and column is not None:
            anna.delete_columns(file_id, TAB, column)
        elif kind == "type" and column is not None and wide in ("Current", "Owner"):
            anna.put(file_id, TAB, f"{column}{row}", "typed")
        elif kind == "new key result" and "Key result" in header:
            at = letters(header.index("Key result"))
            anna.insert_rows(file_id, TAB, row)
            anna.put(file_id, TAB, f"{at}{row}", f"KR new {int(a * 1000)}")
        elif kind == "rename key result" and "Key result" in header:
            anna.put(
                file_id,
                TAB,
                f"{letters(header.index('Key result'))}{row}",
                f"KR renamed {int(a * 1000)}",
            )
        elif kind == "note" and column is not None:
            anna.note(file_id, TAB, f"{column}{row}", "mine")

    return edit


def _check(
    place: Workplace,
    file_id: str,
    twin: str,
    batch: Batch,
    receipt: Receipt,
    *,
    is_sorted: bool,
    is_blind: bool,
) -> None:
    mine, theirs = _without_ours(place, file_id), _without_ours(place, twin)
    if is_blind:
        return
    if is_sorted:
        # Sorted by a column in the very moment in which okrsync had hit it, rows may stand in
        # another order; each is whole all the same.
        mine, theirs = sorted(mine, key=repr), sorted(theirs, key=repr)
    assert mine == theirs, f"people's cells differ: {mine} where they left {theirs}"
    grid = place.anna.grid(file_id, TAB)
    header = grid[0]
    for name in OURS:
        assert header.count(name) <= 1, f"the column stands there twice: {header}"
        if name in header and "Key result" in header:
            _check_column(
                grid, name, [cell for cell in batch.cells if cell.column.header == name], receipt
            )


def _check_column(
    grid: list[list[Any]], name: str, cells: list[CellWrite], receipt: Receipt
) -> None:
    ours, key_column = grid[0].index(name), grid[0].index("Key result")
    by_key = {
        row[key_column]: row[ours] if len(row) > ours else None
        for row in grid[1:]
        if len(row) > key_column and row[key_column]
    }
    known = {cell.row.identity[1].value: cell for cell in cells}
    for key, value in by_key.items():
        cell = known.get(key)
        if cell is None:
            renamed = str(key).startswith("KR renamed")
            allowed = {
                None,
                *[one.before for one in cells],
                *([one.after for one in cells] if renamed else []),
            }
            assert value in allowed, f"{key!r} was never answered and holds {value!r}"
            continue
        assert value in (cell.before, cell.after), f"{key!r} holds {value!r}, which is not its own"
        outcome: Outcome | None = receipt.outcomes.get(cell.id)
        if outcome is not None and outcome.state is State.WRITTEN:
            assert value == cell.after, f"{key!r} is said to be written and holds {value!r}"


def _is_blind(kinds: list[str], moments: list[tuple[Any, ...]]) -> bool:
    """Whether somebody typed in the very moment in which columns moved under okrsync's write, or in
    which what was hit is put right: nobody can know then what stood in a cell that was hit, since
    the service tells no one what it held right before.
    """

    def instants(*starts: str) -> set[int]:
        """The spans between two calls in which something of a kind was done: 1 is between the look
        and the first write.
        """
        done = [
            moment for kind, moment in zip(kinds, moments, strict=True) if kind.startswith(starts)
        ]
        return {number + (when == "after" and call == "write") for when, call, number in done}

    moves = instants("insert column", "move column", "delete column")
    typed = instants("type", "rename", "new key")
    return any(instant >= move for move in moves for instant in typed)


def _without_ours(place: Workplace, file_id: str) -> list[tuple[Any, ...]]:
    """Everything people wrote: names, values, formulas and notes, without okrsync's column."""
    sheet = place.anna.tab(file_id, TAB)
    grid = place.anna.grid(file_id, TAB)
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
