"""People and okrsync at work in one spreadsheet at the same time, at random, with a twin of the
spreadsheet that only people work in.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from google_bench import GoogleBench
from okrsync.connector import (
    Batch,
    CellWrite,
    Looks,
    NewColumn,
    Outcome,
    Receipt,
    State,
    SummaryWrite,
)
from okrsync.connector.summary import Headline, Summary
from okrsync.model.errors import SourceChanged
from okrsync.model.row_finder import column_ref, row_ref
from okrsync.model.table import ColumnRef, Table, column_number
from okrsync_google_sheets import GoogleSheetsConnector
from okrsync_sandbox import Fault
from okrsync_sandbox.google.a1 import CellBlock, cell_name, letters

__all__ = ["FORMS", "Form", "Workplace", "one_interleaving"]

Form = Literal["small", "large"]
FORMS: tuple[Form, ...] = ("small", "large")
"""A spreadsheet as it is, and one that okrsync takes for a large one: it reads what was entered
only, asks the feed who changed it, and keeps the answer for its next run.
"""

TAB = "Q4"
SUMMARY = "OKR summary"
BESIDE = 11
"""The first column to the right of the summary that people write into, from 0."""
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
    """What happened in one interleaving, for the message when it went wrong; which kinds of edits
    changed something; and the edits that the service refused.
    """

    seed: int
    lines: list[str] = field(default_factory=list)
    played: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


@contextmanager
def _told(story: Story) -> Iterator[None]:
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"seed {story.seed}: {'; '.join(story.lines)}: {error}") from error


def one_interleaving(place: Workplace, seed: int, form: Form = "small") -> Counter[str]:
    """Let okrsync write while somebody edits, and check that nobody lost anything. Returns the
    kinds of edits that changed something between its calls, with their numbers.
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
    memory: dict[str, Any] = {}
    connector = _opened(place, memory, form)
    snapshot = connector.read()
    summary = _summary(chance.randint(0, 9)) if chance.random() < 0.4 else None
    has_summary = False
    if chance.random() < 0.5:
        _prepare(connector, snapshot.tables[0], story, summary)
        if form == "large":
            # The next run asks the feed.
            connector.close()
            connector = _opened(place, memory, form)
            if chance.random() < 0.5:
                story.lines.append("typed between the runs")
                anna.put(file_id, TAB, "C3", 44)
                anna.put(twin, TAB, "C3", 44)
        snapshot = connector.read()
        # What okrsync wrote stands in the twin's column too, or people would sort it differently.
        anna.fill(twin, TAB, anna.grid(file_id, TAB))
        _keep_formula(place, twin, table)
        has_summary = summary is not None
        if has_summary:
            anna.add_tab(twin, SUMMARY, anna.grid(file_id, SUMMARY))
    batch = _batch(snapshot.tables[0], chance)
    if summary is not None:
        wanted = SummaryWrite("s", SUMMARY, _summary(chance.randint(0, 9)), summary)
        batch = replace(batch, summary=wanted if has_summary else replace(wanted, before=None))
    kinds = (*KINDS, *SUMMARY_KINDS * 3) if has_summary else KINDS
    if form == "large":
        kinds = (*kinds, *FORMULA_KINDS)
    people = [_person(place, chance, story, kinds) for _ in range(chance.choice([1, 1, 2, 3, 4]))]
    moments = [
        (
            chance.choice(["before", "after"]),
            *chance.choice([("read", 1), ("write", 1), ("write", 1), ("write", 2), ("write", 3)]),
        )
        for _ in people
    ]
    for person, (when, kind, number) in zip(people, moments, strict=True):
        edit = partial(_both, person, file_id, twin, story)
        getattr(google.traffic, when)(kind, number, edit)
        story.lines.append(f"{when} {kind} {number}")
    if chance.random() < 0.3:
        trouble = chance.choice(TROUBLE)
        google.traffic.fail(Fault(lambda call: call.kind == "write", **trouble))
        story.lines.append(f"a write meets {trouble}")
    try:
        receipt = connector.write(replace(batch, snapshot=snapshot))
    except SourceChanged:
        receipt = Receipt({})
    google.traffic._moments.clear()
    google.traffic.faults.clear()
    connector.close()
    seen = connector.context.memory.get("inputs", {}).get("0", ())
    with _told(story):
        assert not story.refused, story.refused
        done = {line.partition(" row")[0] for line in story.lines}
        # The row that was written to may be deleted afterwards, while a copy of it stays.
        _check(place, file_id, twin, batch, receipt, is_copied={"copy", "delete"} <= done)
        _check_marks(place, file_id, set(seen))
        if has_summary:
            _check_summary(place, file_id, twin)
        if form == "large":
            _check_next_read(place, memory)
    google.files.files.pop(file_id)
    google.files.files.pop(twin)
    google.traffic.forget()
    return story.played


def _opened(place: Workplace, memory: dict[str, Any], form: Form) -> GoogleSheetsConnector:
    connector = GoogleSheetsConnector(place.bench.settings(), place.bench.context(memory=memory))
    if form == "large":
        connector.many_cells = 1
    return connector


def _keep_formula(place: Workplace, twin: str, table: list[list[Any]]) -> None:
    for row, values in enumerate(table):
        for column, value in enumerate(values):
            if isinstance(value, str) and value.startswith("="):
                place.anna.put(twin, TAB, cell_name(row, column), value)


def _prepare(
    connector: GoogleSheetsConnector, table: Table, story: Story, summary: Summary | None
) -> None:
    """An earlier run of okrsync, so that rows and columns have their anchors."""
    story.lines.append("ran before" if summary is None else "ran before with a summary")
    snapshot = connector.read()
    entry = SummaryWrite("s", SUMMARY, summary) if summary is not None else None
    connector.write(replace(_batch(table, random.Random(1)), snapshot=snapshot, summary=entry))


def _summary(lines: int) -> Summary:
    """A summary that is so many lines longer than the shortest one."""
    notices = tuple(f"Notice {number}" for number in range(lines))
    headlines = (Headline("Progress", 0.5 + lines / 100),)
    return Summary("OKRs", "2026-Q4", headlines, (), (), (), (), (), notices)


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
    inputs = [
        ColumnRef(names.index(name), name, 1, _mark_of(name)) for name in HEADER if name in names
    ]
    return Batch(None, tuple(cells), tuple(new), inputs={table.key: inputs})  # type: ignore[arg-type]


def _mark_of(name: str) -> str:
    return f"{HEADER.index(name):08x}"


def _at(header: list[Any], name: str) -> int | None:
    """Where a column stands, also after people added something to its name."""
    for index, value in enumerate(header):
        if value == name or str(value).startswith(f"{name} "):
            return index
    return None


def _both(person: _Person, file_id: str, twin: str, story: Story) -> None:
    book = person.place.anna.book(file_id)
    version = book.version
    try:
        person.edit(file_id)
        person.edit(twin)
    except Exception as error:
        # To okrsync this would look like a connection that broke.
        story.refused.append(f"{person.kind}: {error!r}")
        raise
    if book.version != version:
        story.played[person.kind] += 1


KINDS = (
    *["insert row", "insert column", "sort"] * 2,
    *["delete row", "move row", "move column", "delete column", "copy row"],
    *["type", "new key result", "rename key result", "note"],
    *["fill inserted column", "fill inserted row", "write beside the table"] * 2,
    *["rename tab", "protect row", "protect column", "protect tab", "delete tab"],
    *["rename column", "rename answers", "type over answer", "copy column", "copy tab"],
    "insert cells",
)
SUMMARY_KINDS = (
    *["write beside the summary", "note beside the summary", "write below the summary"] * 2,
    *["insert row in the summary", "rename the summary"],
)
"""What people do on the tab that okrsync keeps its summary on."""


_NAMELESS = "nameless"
"""The trial's own mark of a column of okrsync's whose name somebody took by a merge."""
FORMULA_KINDS = (*["type a formula"] * 3, "spill a formula", "merge in the header")
"""What people do to a spreadsheet without formulas, and to its header."""


def _person(
    place: Workplace, chance: random.Random, story: Story, kinds: tuple[str, ...]
) -> _Person:
    """Something a person does, the same in every spreadsheet it is done in: rows are meant by their
    key result, columns by their name.
    """
    kind, wide = chance.choice(kinds), chance.choice(HEADER)
    person = _Person(place, kind, wide, chance.random(), chance.random(), chance.randint(1, 99))
    story.lines.append(f"{kind} {wide}")
    return person


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
        sheet = _main(self.place, file_id)
        if sheet is None:
            return
        tab = sheet.title
        grid = anna.grid(file_id, tab)
        header = [str(value) for value in grid[0]] if grid else []
        at = _at(header, "Key result")
        if at is None:
            return
        keys = [row[at] if len(row) > at else None for row in grid]
        rows = [number for number, key in enumerate(keys, start=1) if number > 1 and key]
        if not rows:
            return
        row, other = rows[int(self.first * len(rows))], rows[int(self.second * len(rows))]
        index = _at(header, self.wide)
        column = letters(index) if index is not None else None
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
                index = _at(header, name)
                if index is not None:
                    anna.put(file_id, tab, f"{letters(index)}{row}", self._typed(row))
        elif kind == "rename tab":
            anna.rename_tab(file_id, tab, f"Quarter {self.number}")
        elif kind == "protect row":
            # The first one is the row of the header.
            first = row - 1 if self.second < 0.7 else 0
            self._protect(file_id, {"startRowIndex": first, "endRowIndex": first + 1})
        elif kind == "protect column":
            place = _at(header, OURS[self.number % 2])
            if place is not None:
                self._protect(file_id, {"startColumnIndex": place, "endColumnIndex": place + 1})
        elif kind == "protect tab":
            # A tab can be protected once.
            rules = sheet.objects.get("protectedRanges", ())
            if all(rule["range"].keys() > {"sheetId"} for rule in rules):
                self._protect(file_id, {})
        elif kind in ("rename answers", "type over answer"):
            self._answers(file_id, tab, header, row)
        elif kind == "copy tab":
            count = len(anna.book(file_id).sheets)
            name = f"Copy {self.number}"
            if all(sheet.title != name for sheet in anna.book(file_id).sheets):
                copy = {"sourceSheetId": 0, "newSheetName": name, "insertSheetIndex": count}
                anna.do(file_id, duplicateSheet=copy)
        elif kind == "delete tab":
            anna.add_tab(file_id, "Other", [["Objective", "Key result"], ["O0", "KR 0"]])
            anna.delete_tab(file_id, tab)
        elif kind in SUMMARY_KINDS:
            self._on_summary(file_id, kind)
        elif kind == "write beside the table":
            edge = max(len(line) for line in grid)
            if edge < anna.tab(file_id, tab).column_count:
                self._fill(file_id, tab, letters(edge), rows)
        elif column is not None:
            self._across(file_id, tab, column, row, grid, rows)

    def _protect(self, file_id: str, spot: dict[str, int]) -> None:
        rule = {"protectedRange": {"range": {"sheetId": 0, **spot}}}
        self.place.anna.do(file_id, addProtectedRange=rule)

    def _answers(self, file_id: str, tab: str, header: list[str], row: int) -> None:
        """What is done to a column of okrsync's, where it stands."""
        name = OURS[self.number % 2]
        index = _at(header, name)
        if index is not None and self.kind == "rename answers":
            self.place.anna.put(file_id, tab, f"{letters(index)}1", f"{name} {self.number}")
        elif index is not None:
            self.place.anna.put(file_id, tab, f"{letters(index)}{row}", f"typed {self.number}")

    def _on_summary(self, file_id: str, kind: str) -> None:
        """What is done on the tab of the summary, which both spreadsheets have."""
        anna = self.place.anna
        tab = next(
            (one.title for one in anna.book(file_id).sheets if one.title.startswith(SUMMARY)), None
        )
        if tab is None:
            return
        row = 1 + int(self.first * 25)
        beside = f"{letters(BESIDE + int(self.second * 2))}{row}"
        if kind == "write beside the summary":
            anna.put(file_id, tab, beside, f"beside {self.number}")
        elif kind == "note beside the summary":
            anna.note(file_id, tab, beside, f"note {self.number}")
        elif kind == "write below the summary":
            end = max(number for number, line in enumerate(anna.grid(file_id, tab), 1) if any(line))
            anna.put(file_id, tab, f"A{end + 2}", f"below {self.number}")
        elif kind == "insert row in the summary":
            anna.insert_rows(file_id, tab, row)
        else:
            anna.rename_tab(file_id, tab, f"{SUMMARY} {self.number}")

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
        elif kind == "rename column":
            anna.put(file_id, tab, f"{column}1", f"{self.wide} {self.number}")
        elif kind == "copy column":
            self._copy_column(file_id, tab, column)
        elif kind == "type a formula" and self.wide in ("Current", "Target"):
            anna.put(file_id, tab, f"{column}{row}", f"={self.number}+1")
        elif kind == "spill a formula" and self.wide in ("Current", "Target", "Owner"):
            # Nothing is entered below it, and something stands there.
            anna.put(file_id, tab, f"{column}{row + 1}", None)
            anna.put(file_id, tab, f"{column}{row}", f"={{{self.number};{self.number + 1}}}")
        elif kind == "merge in the header":
            self._merge(file_id, tab, column_number(column), [str(value) for value in grid[0]])
        elif kind == "insert cells" and self.wide in ("Current", "Target", "Owner"):
            index = column_number(column)
            spot = {
                "sheetId": 0,
                "startRowIndex": row - 1,
                "endRowIndex": row,
                "startColumnIndex": index,
                "endColumnIndex": index + 1,
            }
            anna.do(file_id, insertRange={"range": spot, "shiftDimension": "ROWS"})
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

    def _merge(self, file_id: str, tab: str, index: int, header: list[str]) -> None:
        """Merge the name of a column with that of the next one, which is gone then.

        Sheets refuses a merge that takes a part of another one.
        """
        anna = self.place.anna
        names = CellBlock(0, index, 1, index + 2)
        if any(
            merge.meets(names) and not names.contains(merge)
            for merge in anna.tab(file_id, tab).merges
        ):
            return
        if index + 1 < len(header) and _is_ours(header[index + 1]):
            span = {"sheetId": 0, "dimension": "COLUMNS"}
            location = {**span, "startIndex": index + 1, "endIndex": index + 2}
            mark = {
                "metadataKey": _NAMELESS,
                "location": {"dimensionRange": location},
                "visibility": "DOCUMENT",
            }
            anna.do(file_id, createDeveloperMetadata={"developerMetadata": mark})
        anna.merge(file_id, tab, f"{letters(index)}1:{letters(index + 1)}1")

    def _copy_column(self, file_id: str, tab: str, column: str) -> None:
        """Copy a whole column of people's to the right of it."""
        index = column_number(column)
        anna = self.place.anna
        anna.insert_columns(file_id, tab, letters(index + 1))
        source = {"sheetId": 0, "startColumnIndex": index, "endColumnIndex": index + 1}
        onto = {"sheetId": 0, "startColumnIndex": index + 1, "endColumnIndex": index + 2}
        anna.do(
            file_id,
            copyPaste={"source": source, "destination": onto, "pasteType": "PASTE_NORMAL"},
        )

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
    sheet, other = _main(place, file_id), _main(place, twin)
    if sheet is None or other is None:
        assert sheet is other, "the tab is there again"
        return
    tab = sheet.title
    assert tab == other.title, "the tab has another name"
    grid = place.anna.grid(file_id, tab)
    header = grid[0] if grid else []
    for name in OURS:
        ours = [value for value in header if value == name or str(value).startswith(f"{name} ")]
        assert len(ours) <= 1, f"the column stands there twice: {header}"
        if ours and _at(header, "Key result") is not None:
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
    ours, key_column = _at(grid[0], name), _at(grid[0], "Key result")
    assert ours is not None
    assert key_column is not None
    beside: dict[Any, list[Any]] = {}
    for row in grid[1:]:
        if len(row) > key_column and row[key_column]:
            beside.setdefault(row[key_column], []).append(row[ours] if len(row) > ours else None)
    known = {cell.row.identity[1].value: cell for cell in cells}
    # Beside a wrong row, and protected before it could be put right: it is reported.
    told = {
        cell.after
        for cell in cells
        if cell.id in receipt.outcomes and "by hand" in (receipt.outcomes[cell.id].reason or "")
    }
    for key, values in beside.items():
        cell = known.get(key)
        if cell is None:
            renamed = str(key).startswith("KR renamed")
            allowed = {
                None,
                *told,
                *[one.before for one in cells],
                *([one.after for one in cells] if renamed else []),
            }
            assert _unlike_typed(values) <= allowed, (
                f"{key!r} was never answered and holds {values!r}"
            )
            continue
        outcome: Outcome | None = receipt.outcomes.get(cell.id)
        if outcome is not None and "by hand" in (outcome.reason or ""):
            # Hit beside the wrong row and protected before it could be put right: it is told.
            continue
        assert _unlike_typed(values) <= {cell.before, cell.after, *told}, (
            f"{key!r} holds {values!r}, which is not its own"
        )
        if outcome is not None and outcome.state is State.WRITTEN and not is_copied:
            was_typed = _unlike_typed(values) != set(values)
            assert cell.after in values or was_typed, (
                f"{key!r} is said to be written and holds {values!r}"
            )


def _unlike_typed(values: list[Any]) -> set[Any]:
    """The values that nobody typed over an answer."""
    return {value for value in values if not str(value).startswith("typed ")}


def _main(place: Workplace, file_id: str) -> Any:
    """The tab with the OKRs, whatever its name; None where somebody deleted it."""
    return next((sheet for sheet in place.anna.book(file_id).sheets if sheet.id == 0), None)


def _check_marks(place: Workplace, file_id: str, seen: set[Any]) -> None:
    """A mark that counts stands at the column it was made for."""
    book = place.anna.book(file_id)
    tab = _main(place, file_id)
    header = [] if tab is None else (place.anna.grid(file_id, tab.title) or [[]])[0]
    merged = set() if tab is None else _columns_without_a_name(tab)
    for entry in book.metadata:
        if entry["metadataId"] in seen and tab is not None:
            name = HEADER[int(entry["metadataValue"].removeprefix("="), 16)]
            index = entry["location"]["dimensionRange"]["startIndex"]
            marked = header[index] if index < len(header) else None
            is_at_home = _at([marked], name) == 0 or (marked is None and index in merged)
            assert is_at_home, f"the mark of {name!r} counts at {marked!r}"


def _columns_without_a_name(tab: Any) -> set[int]:
    """The columns whose names a merge in the header took: all but the first one of it."""
    return {
        column
        for merge in tab.merges
        if merge.row == 0
        for column in range(merge.column + 1, merge.end_column or 40)
    }


def _check_summary(place: Workplace, file_id: str, twin: str) -> None:
    """What people wrote beside the summary stands where they left it, and what they wrote below
    stands there still.
    """
    beside, below = [], []
    for one in (file_id, twin):
        sheet = next(
            sheet for sheet in place.anna.book(one).sheets if sheet.title.startswith(SUMMARY)
        )
        size = range(len(sheet.rows))
        beside.append(
            {
                (row, column): (sheet.cell(row, column).value, sheet.cell(row, column).note)
                for row in size
                for column in range(BESIDE, BESIDE + 4)
                if sheet.cell(row, column).value or sheet.cell(row, column).note
            }
        )
        below.append(
            sorted(
                str(sheet.cell(row, 0).value)
                for row in size
                if str(sheet.cell(row, 0).value).startswith("below ")
            )
        )
    assert beside[0] == beside[1], f"beside the summary: {beside[0]} where they left {beside[1]}"
    assert below[0] == below[1], f"below the summary: {below[0]} where they left {below[1]}"


def _check_next_read(place: Workplace, memory: dict[str, Any]) -> None:
    """The next run reads what stands there, whatever okrsync keeps of its last answer."""
    tables = []
    for known in (memory, {}):
        connector = _opened(place, known, "large")
        tables.append({table.name: (table.merges, table.rows) for table in connector.read().tables})
        connector.close()
    assert tables[0] == tables[1], f"the next run reads {tables[0]}, where {tables[1]} stands"


def _is_ours(header: Any) -> bool:
    return any(_at([header], name) is not None for name in OURS)


def _without_ours(place: Workplace, file_id: str) -> list[tuple[Any, ...]]:
    """Everything people wrote: names, values, formulas and notes, without okrsync's column."""
    sheet = _main(place, file_id)
    if sheet is None:
        sheet = next(tab for tab in place.anna.book(file_id).sheets if tab.title == "Other")
    grid = place.anna.grid(file_id, sheet.title)
    header = [*(grid[0] if grid else []), *[None] * 40]
    nameless = {
        entry["location"]["dimensionRange"]["startIndex"]
        for entry in place.anna.book(file_id).metadata
        if entry["metadataKey"] == _NAMELESS
        and entry["location"]["dimensionRange"]["sheetId"] == sheet.id
    }
    filled = {
        column
        for column in range(40)
        for row in range(len(sheet.rows))
        if sheet.cell(row, column).value is not None or sheet.cell(row, column).note
    }
    made = []
    for row in range(max(len(grid), len(sheet.rows))):
        cells = [
            (
                sheet.cell(row, column).value,
                sheet.cell(row, column).formula,
                sheet.cell(row, column).note,
            )
            for column in range(40)
            # Columns in which nothing stands are where okrsync's new ones were inserted, or not.
            if not _is_ours(header[column]) and column in filled and column not in nameless
        ]
        while cells and cells[-1] == (None, None, None):
            cells.pop()
        made.append(tuple(cells))
    while made and not made[-1]:
        made.pop()
    return made
