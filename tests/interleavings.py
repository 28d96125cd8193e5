"""People and okrsync at work in one spreadsheet at the same time, at random, with a twin of the
spreadsheet that only people work in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from interleaving_checks import check, check_marks, check_next_read, check_summary
from interleaving_people import FORMULA_KINDS, KINDS, SUMMARY_KINDS, Person, person_with
from interleaving_place import HEADER, OURS, SUMMARY, TAB, WORDS, Form, Story, Workplace, opened
from okrsync.connector import (
    Batch,
    CellWrite,
    Looks,
    NewColumn,
    Receipt,
    SummaryWrite,
)
from okrsync.connector.summary import Headline, Summary
from okrsync.model.errors import SourceChanged
from okrsync.model.row_finder import column_ref, row_ref
from okrsync.model.table import ColumnRef, Table
from okrsync_google_sheets import GoogleSheetsConnector
from okrsync_sandbox import Fault
from okrsync_sandbox.google.a1 import cell_name

__all__ = ["one_interleaving"]

_TITLES = {"objective": 0, "key_result": 1}

TROUBLE: tuple[dict[str, Any], ...] = (
    {"drop": "before"},
    {"drop": "after"},
    {"status": 503},
    {"status": 503, "after": True},
    {"status": 400},
)
"""What a write may meet, told to the sandbox; a 400 never takes effect."""


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
    connector = opened(place, memory, form)
    snapshot = connector.read()
    summary = _summary(chance.randint(0, 9)) if chance.random() < 0.4 else None
    has_summary = False
    if chance.random() < 0.5:
        _prepare(connector, snapshot.tables[0], story, summary)
        if form == "large":
            # The next run asks the feed.
            connector.close()
            connector = opened(place, memory, form)
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
    people = [
        person_with(place, chance, story, kinds) for _ in range(chance.choice([1, 1, 2, 3, 4]))
    ]
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
        check(place, file_id, twin, batch, receipt, is_copied={"copy", "delete"} <= done)
        check_marks(place, file_id, set(seen))
        if has_summary:
            check_summary(place, file_id, twin)
        if form == "large":
            check_next_read(place, memory)
    google.files.files.pop(file_id)
    google.files.files.pop(twin)
    google.traffic.forget()
    return story.played


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


def _both(person: Person, file_id: str, twin: str, story: Story) -> None:
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
