"""The same OKRs kept a little differently: other words, another layout or order. Each mutant of a
table must be read the same, or be asked about; never silently as something else.

The tests try a few hundred mutants; `benchmarks/mutations.py` as many as one has time for.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from openpyxl.utils import column_index_from_string

from layout_samples import SAMPLES, Grid
from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.mapping.values.mark_columns import is_done_header
from okrsync.mapping.words import lookup, meaning_of, normal, table
from okrsync.model.cycles import resolve_cycle
from okrsync.model.okrs import KeyResult, Objective
from okrsync.model.table import CellRef, CellValue, Snapshot, Table, rows_of, text_of
from okrsync.testing import context_for
from okrsync_workbook import WorkbookConnector, WorkbookSettings

__all__ = [
    "TABLES",
    "Mutant",
    "Tabs",
    "difference",
    "mutants",
    "mutants_of",
    "read",
    "real_tables",
]

TODAY = date(2026, 11, 24)
Tabs = Mapping[str, Grid]

_ROLES = (
    "objective",
    "key_result",
    "owner",
    "team",
    "baseline",
    "current",
    "target",
    "progress",
    "status",
    "confidence",
    "weight",
    "comment",
    "due",
    "checked_in",
    "parent",
    "stretch",
    "unit",
)
"""The roles whose headers are replaced by other words for them."""
_SECTIONS = ("statuses", "inactive", "commitments", "directions")
"""The sections of words that cells are taken from, and replaced within."""
_NOTES: tuple[Sequence[CellValue], ...] = (
    ("Our OKRs for this quarter",),
    ("Please update every Friday",),
    ("Questions? Ask Mia",),
)
_BELOW: tuple[Sequence[CellValue], ...] = (
    ("Prepared by Mia",),
    ("Last updated: 24 Nov 2026",),
    ("Legend: green = on track, red = off track",),
)


def _plain(header: Sequence[CellValue], *rows: Sequence[CellValue]) -> dict[str, Grid]:
    return {"Q4": [list(header), *map(list, rows)]}


TABLES: Mapping[str, tuple[str, Tabs]] = {
    **{sample.name: (sample.layout, sample.tabs) for sample in SAMPLES},
    "Typed statuses": (
        "flat",
        _plain(
            ("Objective", "Key Result", "Status", "Owner"),
            ("Grow", "Launch the app", "On track", "Ada"),
            ("Grow", "Open an office", "At risk", "Jon"),
            ("Keep", "Hire a lead", "Cancelled", "Lea"),
            ("Keep", "Move the data", "Done", "Ada"),
        ),
    ),
    "Directions": (
        "flat",
        _plain(
            ("Objective", "Key Result", "Direction", "Current", "Target"),
            ("Grow", "Sign-ups", "increase", 50, 100),
            ("Keep", "Answer time", "decrease", 9, 4),
            ("Keep", "Open bugs", "decrease", 30, 12),
        ),
    ),
    "Marks": (
        "flat",
        _plain(
            ("Objective", "Key Result", "Owner", "Shipped"),
            ("Grow", "Launch the app", "Ada", "yes"),
            ("Grow", "Open an office", "Jon", "no"),
            ("Keep", "Hire a lead", "Lea", "yes"),
        ),
    ),
    "A plan": (
        "flat",
        _plain(
            (
                "Objective",
                "Key Result",
                "Start",
                "Oct target",
                "Nov target",
                "Dec target",
                "Current",
            ),
            ("Grow", "Sign-ups", 0, 20, 50, 100, 40),
            ("Grow", "Revenue", 1, 2, 3, 4, 2),
            ("Keep", "Churn", 9, 7, 5, 3, 5),
        ),
    ),
    "Shares and weights": (
        "flat",
        _plain(
            ("Objective", "Key Result", "Weight", "Start", "Current", "Target"),
            ("Grow", "Sign-ups", "60%", 0, 50, 100),
            ("Grow", "Revenue", "40%", 1, 2, 4),
            ("Keep", "Churn", "70%", 9, 5, 3),
            ("Grow (60 %); Keep (40 %)", "Demos", "30%", 0, 5, 10),
        ),
    ),
    "Commitments": (
        "flat",
        _plain(
            ("Objective", "Key Result", "Commitment", "Stretch", "Current", "Target", "Comment"),
            ("Grow", "Sign-ups", "committed", 150, 50, 100, "two deals late, see the notes"),
            ("Keep", "Churned customers", "aspirational", 1, 5, 3, "slower than we had hoped for"),
        ),
    ),
    "Check-ins by week": (
        "flat",
        _plain(
            ("Objective", "Key Result", "Start", "Target", "W44", "W45", "W46"),
            ("Grow", "Sign-ups", 0, 100, 5, 20, 50),
            ("Grow", "Revenue", 1, 4, 1, 2, None),
            ("Keep", "Churn", 9, 3, 8, None, None),
        ),
    ),
}
"""Tables by name, each with its layout: the samples of all layouts, and one of each kind of row."""


@dataclass(frozen=True)
class Mutant:
    """A table after some changes, which `changes` names."""

    tabs: Tabs
    changes: tuple[str, ...]


def read(tabs: Tabs) -> Okrs:
    tables = tuple(
        Table(f"t{number}", name, rows_of(grid)) for number, (name, grid) in enumerate(tabs.items())
    )
    reading = Reading("team", TODAY, resolve_cycle("2026-Q4", TODAY), 1, {"progress": "okr done"})
    snapshot = Snapshot("team", tables, "1", datetime(2026, 11, 24, tzinfo=UTC))
    return understand(snapshot, Mapping_(), reading)


def real_tables(*folders: Path) -> Iterator[tuple[Path, Tabs]]:
    """The CSV files of folders, each a source of its own; files that belong to others, and those
    in which okrsync reads nothing, are left out.
    """
    for path in sorted(path for folder in folders for path in folder.glob("*.csv")):
        if path.stem.startswith("untitled-kr") or path.stem == "SOURCES":
            continue
        connector = WorkbookConnector(WorkbookSettings(path=str(path)), context_for(path.parent))
        tables = connector.read().tables
        tabs = {table.name: [list(row.values) for row in table.rows] for table in tables}
        if read(tabs).objectives:
            yield path, tabs


def answers(okrs: Okrs) -> dict[str, object]:
    """What is measured of each item, by its title and those above it; the order of rows is none of
    it.
    """
    found: dict[str, object] = {}
    for objective in okrs.objectives:
        above = "" if objective.implied else objective.title
        if above:
            found[above] = _of_objective(objective)
        for kr in objective.key_results:
            found[f"{above} / {kr.title}"] = _of_key_result(kr)
    return found


def _of_objective(objective: Objective) -> object:
    numbers = objective.numbers
    return (
        objective.parent,
        objective.given_progress,
        objective.given_status,
        objective.set_aside is not None,
        objective.owner,
        None if numbers is None else (numbers.baseline, numbers.current, numbers.target),
    )


def _of_key_result(kr: KeyResult) -> object:
    return (
        kr.kind,
        kr.baseline,
        kr.current,
        kr.target,
        kr.stretch,
        kr.direction,
        kr.given_progress,
        kr.given_status,
        kr.set_aside is not None,
        kr.weight,
        kr.confidence,
        kr.commitment,
        kr.checked_in,
        kr.due,
        kr.owner,
        kr.team,
        kr.plan,
        tuple((each.day, each.current, each.progress) for each in kr.observations),
        tuple((each.objective, each.share) for each in kr.serves),
    )


def difference(before: Okrs, after: Okrs, tabs_before: Tabs, tabs_after: Tabs) -> str | None:
    """What is silently different after a change; None where the answers are the same, or where a
    question, a warning, a skip or a refusal that was not there before speaks of each item whose
    answer differs: of its row, or of a column whose header or meaning changed.
    """
    first, second = answers(before), answers(after)
    spoken = _Spoken(before, after, tabs_before, tabs_after)
    changed = [
        f"{name}: {first.get(name)} became {second.get(name)}"
        for name in {**first, **second}
        if first.get(name) != second.get(name) and not spoken.of(name)
    ]
    return "; ".join(changed[:3]) or None


class _Spoken:
    """What okrsync says after a change that it did not say before."""

    def __init__(self, before: Okrs, after: Okrs, tabs_before: Tabs, tabs_after: Tabs) -> None:
        known = {_without_places(text) for text, _ in _said(before)}
        cells = [at for text, at in _said(after) if _without_places(text) not in known]
        self._texts = [text for text, _ in _said(after) if _without_places(text) not in known]
        self._tabs = tabs_after
        self._refused = {tab.table for tab in after.tabs if tab.layout is None} - {
            tab.table for tab in before.tabs if tab.layout is None
        }
        self._rows = {(at.table, row) for at in cells if at and (row := _row_of(at.address))}
        headers = {tab.table: tab.header_row for tab in after.tabs}
        meant, means = _meanings(before, tabs_before), _meanings(after, tabs_after)
        changed = {
            (tab, name)
            for tab, name in {*meant, *means}
            if meant.get((tab, name)) != means.get((tab, name))
        }
        self._tables_with_columns = {
            at.table
            for at in cells
            if at is not None
            and _row_of(at.address) in (None, headers.get(at.table))
            and (at.table, _header_at(tabs_after, at, headers)) in changed
        }

    def of(self, name: str) -> bool:
        """Whether anything that is said concerns an item, named by its own title and that above."""
        above, _, title = name.rpartition(" / ")
        texts = {text for text in (title, above) if text}
        for tab, grid in self._tabs.items():
            rows = [
                number
                for number, row in enumerate(grid, 1)
                if any(text and text in text_of(value) for value in row for text in (title,))
            ]
            if rows and (tab in self._refused or tab in self._tables_with_columns):
                return True
            if any((tab, number) in self._rows for number in rows):
                return True
        # An objective stands and falls with its key results.
        return any(f"'{text}'" in said for said in self._texts for text in texts)


def _said(okrs: Okrs) -> list[tuple[str, CellRef | None]]:
    return [
        *((f"{each.code} {each.message}", each.at) for each in okrs.warnings),
        *((each.text, each.at) for each in okrs.questions),
        *(
            (each.reason, None if isinstance(each.at, str) else each.at)
            for each in okrs.skips
            if each.code == "no-okr"
        ),
    ]


def _without_places(text: str) -> str:
    return re.sub(r"\b[A-Z]{1,2}\d+\b|\([A-Z]{1,2}\)", "", text)


def _row_of(address: str) -> int | None:
    digits = re.search(r"\d+\Z", address)
    return None if digits is None else int(digits[0])


def _meanings(okrs: Okrs, tabs: Tabs) -> dict[tuple[str, str], tuple[str, ...]]:
    """By tab and header, the roles of its column."""
    meanings: dict[tuple[str, str], tuple[str, ...]] = {}
    for tab in okrs.tabs:
        grid = tabs.get(tab.table, [])
        row = grid[tab.header_row - 1] if tab.header_row and tab.header_row <= len(grid) else ()
        for column, name in enumerate(row):
            roles = tuple(sorted(role for role, at in tab.roles.items() if at == column))
            meanings[tab.table, text_of(name)] = roles
    return meanings


def _header_at(tabs: Tabs, at: CellRef, headers: Mapping[str, int | None]) -> str:
    letters = re.match(r"[A-Z]+", at.address)
    row = headers.get(at.table)
    grid = tabs.get(at.table, [])
    if letters is None or not row or row > len(grid):
        return ""
    column = column_index_from_string(letters[0]) - 1
    return text_of(grid[row - 1][column]) if column < len(grid[row - 1]) else ""


# Changes. Each takes a random generator and a grid, and returns the grid changed or None where it
# does not apply.

Change = Callable[[random.Random, Grid], Grid | None]


def _header(grid: Grid) -> int:
    return max(
        range(min(len(grid), 15)),
        key=lambda at: sum(bool(meaning_of(text_of(value)).roles) for value in grid[at]),
    )


@cache
def _synonyms(role: str) -> tuple[str, ...]:
    """Words that mean this role before any other, and are not weak."""
    return tuple(
        word
        for word, roles in table("roles").items()
        if roles[0] == role and word not in table("weak") and meaning_of(word).of is None
    )


def other_headers(rng: random.Random, grid: Grid) -> Grid | None:
    at = _header(grid)
    row = list(grid[at])
    places = [
        place
        for place, value in enumerate(row)
        if isinstance(value, str)
        and (meaning := meaning_of(value)).roles
        and meaning.of is None
        and normal(value) not in table("weak")
        and meaning.roles[0] in _ROLES
        and not any(sign.isdigit() for sign in value)
        and sum(each == value for each in row) == 1
    ]
    if not places:
        return None
    for place in rng.sample(places, rng.randint(1, len(places))):
        role = meaning_of(text_of(row[place])).roles[0]
        words = [word for word in _synonyms(role) if word not in map(text_of, row)]
        row[place] = rng.choice(words).capitalize()
    return [*grid[:at], row, *grid[at + 1 :]]


@cache
def _same_meaning(section: str, meaning: str) -> tuple[str, ...]:
    return tuple(
        word
        for word, meanings in table(section).items()
        if meanings == (meaning,) and len(word) > 2
    )


def other_words(rng: random.Random, grid: Grid) -> Grid | None:
    """Words of statuses, directions and the like by others that mean the same."""
    at = _header(grid)
    changed = [list(row) for row in grid]
    count = 0
    for row in changed[at + 1 :]:
        for place, value in enumerate(row):
            if not isinstance(value, str) or place >= len(grid[at]):
                continue
            role = (meaning_of(text_of(grid[at][place])).roles or ("",))[0]
            section = {
                "status": "statuses",
                "direction": "directions",
                "commitment": "commitments",
            }.get(role)
            if section is None:
                continue
            meaning = lookup(section, value)
            if meaning is None and section == "statuses" and lookup("inactive", value):
                section, meaning = "inactive", "words"
            if meaning is None:
                continue
            words = [
                word
                for word in _same_meaning(section, meaning)
                if section == "inactive" or lookup("inactive", word) is None
            ]
            row[place] = rng.choice(words)
            count += 1
    return changed if count else None


def other_marks(rng: random.Random, grid: Grid) -> Grid | None:
    at = _header(grid)
    places = [place for place, value in enumerate(grid[at]) if is_done_header(text_of(value))]
    marks = {text_of(row[place]) for row in grid[at + 1 :] for place in places if place < len(row)}
    if not places or not marks <= {"yes", "no", ""}:
        return None
    yes, no = rng.choice(
        ((True, False), ("x", None), ("✓", "✗"), ("Ja", "Nein"), ("oui", "non"), ("TRUE", "FALSE"))
    )
    changed = [list(row) for row in grid]
    changed[at][places[0]] = rng.choice(list(table("done_columns"))).capitalize()
    for row in changed[at + 1 :]:
        if places[0] < len(row) and row[places[0]] in ("yes", "no"):
            row[places[0]] = yes if row[places[0]] == "yes" else no
    return changed


def other_column_order(rng: random.Random, grid: Grid) -> Grid | None:
    """Columns below the labels above the header, whose values stand beside them."""
    at = _header(grid)
    width = max(len(row) for row in grid)
    order = rng.sample(range(width), width)
    moved = [[row[place] if place < len(row) else None for place in order] for row in grid[at:]]
    return [*grid[:at], *moved]


def other_row_order(rng: random.Random, grid: Grid) -> Grid | None:
    """Rows of a flat table in any order: each names its objective."""
    at = _header(grid)
    rows = grid[at + 1 :]
    return [*grid[: at + 1], *rng.sample(rows, len(rows))]


def blank_rows(rng: random.Random, grid: Grid) -> Grid | None:
    at = _header(grid)
    changed: Grid = list(grid[: at + 1])
    for row in grid[at + 1 :]:
        changed += [[]] * rng.choice((0, 0, 1)) + [row]
    return changed


def notes_above(rng: random.Random, grid: Grid) -> Grid | None:
    notes: Grid = [list(note) for note in rng.sample(_NOTES, rng.randint(1, 2))]
    return [*notes, [], *grid]


def notes_below(rng: random.Random, grid: Grid) -> Grid | None:
    return [*grid, [], *(list(note) for note in rng.sample(_BELOW, rng.randint(1, 2)))]


def filled_down(rng: random.Random, grid: Grid) -> Grid | None:
    """A flat table with each objective on its first row only."""
    at, title = _header(grid), _objective_column(grid)
    if title is None:
        return None
    changed: Grid = list(grid[: at + 1])
    seen = None
    for row in sorted(grid[at + 1 :], key=lambda row: _first_row(grid, at, title, row[title])):
        changed.append(
            [None if place == title and value == seen else value for place, value in enumerate(row)]
        )
        seen = row[title]
    return changed


def interleaved(rng: random.Random, grid: Grid) -> Grid | None:
    """A flat table with a row of its own for each objective."""
    at, title = _header(grid), _objective_column(grid)
    if title is None:
        return None
    changed: Grid = list(grid[: at + 1])
    seen = None
    for row in sorted(grid[at + 1 :], key=lambda row: _first_row(grid, at, title, row[title])):
        if row[title] != seen:
            changed.append([row[title] if place == title else None for place in range(len(row))])
        changed.append([None if place == title else value for place, value in enumerate(row)])
        seen = row[title]
    return changed


def _objective_column(grid: Grid) -> int | None:
    roles = [meaning_of(text_of(value)).roles[:1] for value in grid[_header(grid)]]
    if ("objective",) not in roles or ("key_result",) not in roles:
        return None
    return roles.index(("objective",))


def _first_row(grid: Grid, at: int, title: int, objective: CellValue) -> int:
    return next(place for place, row in enumerate(grid[at + 1 :]) if row[title] == objective)


_ANY: tuple[Change, ...] = (blank_rows, notes_above, notes_below)
_WITH_HEADER: tuple[Change, ...] = (other_headers, other_words, other_marks)
_ANY_COLUMNS: tuple[Change, ...] = (other_column_order,)
_FLAT: tuple[Change, ...] = (other_row_order,)
_ANOTHER_LAYOUT: tuple[Change, ...] = (filled_down, interleaved)
_WITHOUT_HEADER = {"matrix", "blocks", "side-by-side", "sub-items", "one-cell"}
_IN_ORDER = {*_WITHOUT_HEADER, "period-blocks", "level-columns", "series", "column-groups"}
_TWO_ROWS = {"A header over two rows"}


def changes_for(name: str) -> tuple[Change, ...]:
    """The changes that a table may bear without meaning something else."""
    layout, tabs = TABLES[name]
    if name in _TWO_ROWS:
        return (notes_above, notes_below)
    changes = _ANY
    if layout not in _WITHOUT_HEADER:
        changes += _WITH_HEADER
    if layout not in _IN_ORDER:
        changes += _ANY_COLUMNS
    is_flat = layout == "flat" and len(tabs) == 1
    return changes + (_FLAT if is_flat else ())


def mutants_of(name: str, tabs: Tabs, seeds: Sequence[int]) -> Iterator[Mutant]:
    """Mutants of a real file, whose layout nobody has named: in other words and another order of
    columns, with notes and blank rows.
    """
    bearable = [*_ANY, other_headers, other_words, other_column_order]
    for seed in seeds:
        rng = random.Random(f"{name}/{seed}")
        chosen = rng.sample(bearable, rng.randint(1, 3))
        yield _mutant(rng, tabs, chosen)


def mutants(name: str, seeds: Sequence[int]) -> Iterator[Mutant]:
    """Mutants of a table, one for each seed."""
    layout, tabs = TABLES[name]
    for seed in seeds:
        rng = random.Random(f"{name}/{seed}")
        changes = list(changes_for(name))
        chosen = rng.sample(changes, min(len(changes), rng.randint(1, 4)))
        if layout == "flat" and len(tabs) == 1 and name not in _TWO_ROWS and rng.random() < 0.3:
            chosen = [rng.choice(_ANOTHER_LAYOUT), *(each for each in chosen if each not in _FLAT)]
        yield _mutant(rng, tabs, chosen)


def _mutant(rng: random.Random, tabs: Tabs, chosen: list[Change]) -> Mutant:
    # Notes come last: until then the header stands where it stood.
    ordered = sorted(chosen, key=lambda change: change in (notes_above, notes_below))
    grids = dict(tabs)
    made: list[str] = []
    for tab in grids:
        for change in ordered:
            changed = change(rng, grids[tab])
            if changed is not None:
                grids[tab] = changed
                made.append(change.__name__)
    return Mutant(grids, tuple(dict.fromkeys(made)))
