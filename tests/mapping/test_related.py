"""Tables of one source that speak of each other: lists of key results beside objectives, and rows
that have no title yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.mapping.rows.related import Listable, names_in
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import Row, Snapshot, Table, rows_of

TODAY = date(2026, 11, 24)
Grid = Sequence[Any]
"""Rows of cells, the header first."""
TREE = {"Grow": ["Sign-ups", "Revenue"], "Keep": ["Churn"]}
OBJECTIVES: Grid = [["id", "Objective", "Owner"], ["O1", "Grow", "Ann"], ["O2", "Keep", "Bo"]]
RESULTS: Grid = [
    ["id", "Objective", "Key Result", "Start", "Current", "Target"],
    ["K1", "O1", "Sign-ups", 0, 50, 100],
    ["K2", "O1", "Revenue", 1, 2, 4],
    ["K3", "O2", "Churn", 9, 5, 3],
]
BARE: Grid = [
    ["id", "Key Result", "Start", "Current", "Target"],
    ["K1", "Sign-ups", 0, 50, 100],
    ["K2", "Revenue", 1, 2, 4],
    ["K3", "Churn", 9, 5, 3],
]


def as_sheet(name: str, grid: Grid) -> Table:
    """A tab whose header stands in its first row."""
    return Table(name, name, rows_of(grid))


def as_database(name: str, grid: Grid) -> Table:
    """A database: its columns are declared, and each row has an anchor."""
    rows = tuple(
        Row(number, tuple(values), f"{name}-{number}", b"", f"page {number}")
        for number, values in enumerate(grid[1:], start=1)
    )
    return Table(name, name, rows, tuple(str(text) for text in grid[0]))


def read(*tables: Table, mapping: Mapping_ | None = None) -> Okrs:
    snapshot = Snapshot("team", tables, "v1", datetime(2026, 11, 24, tzinfo=UTC))
    reading = Reading("team", TODAY, resolve_cycle("2026-Q4", TODAY, 1))
    return understand(snapshot, mapping or Mapping_(), reading)


def tree(okrs: Okrs) -> Mapping[str, list[str]]:
    return {one.title: [each.title for each in one.key_results] for one in okrs.objectives}


def told(okrs: Okrs) -> list[str]:
    """Addresses and texts of all that was left out or odd."""
    return [
        *(f"{skip.at} {skip.reason}" for skip in okrs.skips),
        *(f"{warning.at} {warning.message}" for warning in okrs.warnings),
    ]


# rows without a title


@pytest.mark.parametrize("place", range(1, 5), ids=lambda place: f"as row {place}")
@pytest.mark.parametrize("make", [as_sheet, as_database], ids=["sheet", "database"])
@pytest.mark.parametrize("first", ["objectives", "key results"])
@pytest.mark.parametrize("names", ["id", "title"])
def test_an_untitled_key_result_spoils_its_own_row(
    place: int, make: Callable[[str, Grid], Table], first: str, names: str
) -> None:
    results = [list(row) for row in RESULTS]
    if names == "title":
        results = [[{"O1": "Grow", "O2": "Keep"}.get(str(v), v) for v in row] for row in results]
    reference = results[1][1]
    results.insert(place, ["K4", reference, None, 3, None, 10])
    tables = [make("Objectives", OBJECTIVES), make("Key Results", results)]
    okrs = read(*(tables if first == "objectives" else reversed(tables)))
    assert tree(okrs) == TREE
    assert {one.id for one in okrs.objectives} == {"team/O1", "team/O2"}
    [said] = told(okrs)
    row = f"page {place}" if make is as_database else f"C{place + 1}"
    assert row in said
    assert "no title yet" in said


def test_several_untitled_rows_are_each_named() -> None:
    rows = [["K4", "O1", None], ["K5", "O2", None], ["K6", "O1", ""]]
    okrs = read(as_sheet("Objectives", OBJECTIVES), as_sheet("KRs", [*RESULTS, *rows]))
    assert tree(okrs) == TREE
    assert [str(skip.at) for skip in okrs.skips] == ["KRs!C5", "KRs!C6", "KRs!C7"]


def test_a_table_of_nothing_but_untitled_key_results_states_no_objectives() -> None:
    okrs = read(
        as_database("Objectives", OBJECTIVES),
        as_database("Key Results", [RESULTS[0], ["K1", "Grow", None, 0, None, None]]),
    )
    assert tree(okrs) == {"Grow": [], "Keep": []}


def test_an_untitled_row_below_its_objectives_key_results_spoils_itself_in_one_table_too() -> None:
    grid = [
        ["id", "Objective", "Key Result", "Current", "Target"],
        ["K1", "Grow", "Sign-ups", 50, 100],
        ["K2", "Grow", "Revenue", 2, 4],
        ["K4", "Grow", None, None, None],
        ["K3", "Keep", "Churn", 5, 3],
    ]
    okrs = read(as_sheet("Q4", grid))
    assert tree(okrs) == TREE
    assert [one.id for one in okrs.objectives] == ["team/O1", "team/O2"]
    assert [str(skip.at) for skip in okrs.skips] == ["Q4!C4"]


def test_a_row_that_only_says_where_it_belongs_is_named() -> None:
    header = ["Key Result", "Objective ID", "Current", "Target"]
    grid = [header, ["Sign-ups", "O1", 50, 100], [None, "O1", None, 10], [None, None, None, None]]
    okrs = read(as_sheet("Objectives", OBJECTIVES), as_sheet("KRs", grid))
    assert tree(okrs) == {"Grow": ["Sign-ups"], "Keep": []}
    assert [str(skip.at) for skip in okrs.skips] == ["KRs!A3"]


def test_objectives_with_rows_of_their_own_in_two_tables_stay_apart() -> None:
    grid = [
        ["Objective", "Key Result", "Current", "Target"],
        ["Grow", None, None, None],
        [None, "Sign-ups", 50, 100],
        ["Keep", None, None, None],
        [None, "Churn", 5, 3],
    ]
    okrs = read(as_sheet("North", grid), as_sheet("South", grid))
    assert [(one.title, len(one.key_results)) for one in okrs.objectives] == [
        ("Grow", 1),
        ("Keep", 1),
        ("Grow", 1),
        ("Keep", 1),
    ]
    assert okrs.skips == ()


# lists of key results beside objectives


def with_list(header: str, *lists: str | None) -> Grid:
    rows = [["Grow", "Ann"], ["Keep", "Bo"]]
    listed = [[*row, cell] for row, cell in zip(rows, lists, strict=True)]
    return [["Objective", "Owner", header], *listed]


@pytest.mark.parametrize("header", ["Key Results", "KRs", "Measured by", "Linked"])
@pytest.mark.parametrize(
    "lists",
    [
        ("Sign-ups, Revenue", "Churn"),
        ("K1, K2", "K3"),
        ("K1; K2", "K3"),
        ("K1\nK2", "K3"),
        ("Key Results-1, Key Results-2", "Key Results-3"),
    ],
    ids=["titles", "ids", "semicolons", "lines", "anchors"],
)
@pytest.mark.parametrize("first", ["objectives", "key results"])
def test_objectives_that_list_their_key_results_get_them(
    header: str, lists: tuple[str, str], first: str
) -> None:
    tables = [
        as_database("Objectives", with_list(header, *lists)),
        as_database("Key Results", BARE),
    ]
    okrs = read(*(tables if first == "objectives" else reversed(tables)))
    assert tree(okrs) == TREE
    assert told(okrs) == []
    readings = {tab.table: tab for tab in okrs.tabs}
    assert readings["Objectives"].layout == "objectives-only"
    assert readings["Key Results"].layout == "joined"
    column = next(one for one in readings["Objectives"].columns if one.header == header)
    assert column.role == "key_result"
    assert "'Key Results'" in column.because
    assert any("'Key Results'" in reason for reason in readings["Objectives"].because)


def test_a_list_of_ids_is_read_in_sheets_as_well() -> None:
    okrs = read(
        as_sheet("objectives", with_list("Key Results", "K1, K2", "K3")), as_sheet("krs", BARE)
    )
    assert tree(okrs) == TREE
    assert {each.id for one in okrs.objectives for each in one.key_results} == {
        "team/K1",
        "team/K2",
        "team/K3",
    }


def test_a_title_with_a_comma_is_one_key_result() -> None:
    results = [*BARE[:3], ["K3", "Churn, lost, and gone", 9, 5, 3]]
    lists = with_list("Key Results", "Sign-ups, Revenue", "Churn, lost, and gone")
    okrs = read(as_database("Objectives", lists), as_database("Key Results", results))
    assert tree(okrs) == {**TREE, "Keep": ["Churn, lost, and gone"]}


def test_a_listed_key_result_that_is_nowhere_is_named() -> None:
    lists = with_list("Key Results", "Sign-ups, Revenue", "Churn, Lost")
    okrs = read(as_database("Objectives", lists), as_database("Key Results", BARE))
    assert tree(okrs) == TREE
    assert [(one.code, str(one.at)) for one in okrs.warnings] == [
        ("unknown-key-result", "Objectives!page 2 · Key Results")
    ]
    assert "'Lost'" in okrs.warnings[0].message


def test_a_key_result_that_nobody_lists_hangs_under_its_table() -> None:
    lists = with_list("Key Results", "Sign-ups, Revenue", None)
    okrs = read(as_database("Objectives", lists), as_database("Key Results", BARE))
    assert tree(okrs) == {"Grow": ["Sign-ups", "Revenue"], "Keep": [], "Key Results": ["Churn"]}


def test_a_mapping_can_say_which_column_lists_the_key_results() -> None:
    mapping = Mapping_(columns={"objective": "Name", "key_result": ("Measured by", "Name")})
    objectives = [["Name", "Measured by"], ["Grow", "Sign-ups, Revenue"], ["Keep", "Churn"]]
    results = [
        ["Name", "Current", "Target"],
        ["Sign-ups", 50, 100],
        ["Revenue", 2, 4],
        ["Churn", 5, 3],
    ]
    okrs = read(as_database("A", objectives), as_database("B", results), mapping=mapping)
    assert tree(okrs) == TREE


def test_rows_without_a_number_are_key_results_where_a_list_names_them() -> None:
    results = [["Name", "Status"], ["Sign-ups", "On track"], ["Revenue", "At risk"]]
    lists = with_list("Key Results", "Sign-ups, Revenue", None)
    okrs = read(as_database("Objectives", lists), as_database("Key Results", results))
    assert tree(okrs) == {"Grow": ["Sign-ups", "Revenue"], "Keep": []}


def test_key_results_of_last_quarter_with_the_same_titles_are_no_list() -> None:
    grid = [
        ["Objective", "Key Result", "Current", "Target"],
        ["Grow", "Sign-ups", 50, 100],
        ["Keep", "Churn", 5, 3],
    ]
    okrs = read(as_sheet("Q3", grid), as_sheet("Q4", grid))
    assert len([each for one in okrs.objectives for each in one.key_results]) == 4


# several objectives in one cell


def serves(okrs: Okrs) -> Mapping[str, list[str]]:
    return {
        each.title: [one.objective for one in each.serves]
        for objective in okrs.objectives
        for each in objective.key_results
        if each.serves
    }


@pytest.mark.parametrize("named", ["Grow; Keep", "Grow, Keep", "Grow\nKeep"])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_key_result_of_several_objectives_serves_each_and_makes_no_third(
    named: str, place: int
) -> None:
    grid: list[Any] = [
        ["id", "Objective", "Key Result", "Current", "Target"],
        ["K2", "Grow", "Own", 100, 100],
        ["K3", "Keep", "Other", 0, 100],
    ]
    grid.insert(place, ["K1", named, "Shared", 50, 100])
    okrs = read(as_sheet("Q4", grid))
    assert {one.title for one in okrs.objectives} == {"Grow", "Keep"}
    assert "Shared" in tree(okrs)["Grow"]
    assert serves(okrs) == {"Shared": ["Grow", "Keep"]}


@pytest.mark.parametrize("named", ["O1, O2", "Grow, Keep", "Objectives-1, Objectives-2"])
def test_objectives_of_another_table_are_served_by_id_title_or_anchor(named: str) -> None:
    results = [*RESULTS, ["K4", named, "Shared", 0, 1, 2]]
    okrs = read(as_database("Objectives", OBJECTIVES), as_database("KRs", results))
    assert tree(okrs) == {**TREE, "Grow": ["Sign-ups", "Revenue", "Shared"]}
    assert serves(okrs) == {"Shared": ["Grow", "Keep"]}
    assert told(okrs) == []


def test_a_title_with_a_comma_is_one_objective() -> None:
    grid = [
        ["Objective", "Key Result", "Current", "Target"],
        ["Grow, and keep", "Shared", 50, 100],
        ["Grow", "Own", 100, 100],
    ]
    okrs = read(as_sheet("Q4", grid))
    assert tree(okrs) == {"Grow, and keep": ["Shared"], "Grow": ["Own"]}
    assert serves(okrs) == {}


def test_a_cell_of_any_length_is_read_in_time() -> None:
    """A cell that is longer than any list is a text, and looked at no further."""
    grid = [
        ["Objective", "Key Result", "Current", "Target"],
        ["Grow, and, keep", "Own", 100, 100],
        ["x," * 25_000, "Shared", 50, 100],
    ]
    assert serves(read(as_sheet("Q4", grid))) == {}
    assert names_in("a," * 6_000, {"a"}, 3) == []
    assert names_in("a,b;c", {"a,b"}, 3) == ["a,b", "c"]


def test_cells_are_read_once_however_many_tables_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twice the tables are twice the work."""
    counts = []
    for pairs in (4, 8):
        asked = 0
        plain = Listable.indexes

        def indexes(
            self: Listable, name: str, but: str, *, headed: bool
        ) -> Mapping[str, int | None]:
            nonlocal asked
            asked += 1
            return plain(self, name, but, headed=headed)  # noqa: B023 - used within the turn

        tables = []
        for number in range(pairs):
            results = [
                BARE[0],
                *([f"{number}{row[0]}", f"{number}{row[1]}", *row[2:]] for row in BARE[1:]),
            ]
            lists = with_list("Key Results", f"{number}K1, {number}K2", f"{number}K3")
            tables += [as_database(f"O{number}", lists), as_database(f"K{number}", results)]
        monkeypatch.setattr(Listable, "indexes", indexes)
        read(*tables)
        monkeypatch.undo()
        counts.append(asked)
    assert counts[1] == 2 * counts[0] > 0


@pytest.mark.parametrize("make", [as_sheet, as_database], ids=["sheet", "database"])
def test_a_key_result_in_each_row_is_no_list_of_those_in_the_next_quarters_tab(
    make: Callable[[str, Grid], Table],
) -> None:
    rows: Grid = [
        ["Objective", "Key Result", "Status"],
        ["Grow", "Sign-ups", "On track"],
        ["Keep", "Churn", "At risk"],
    ]
    okrs = read(make("Q4 2026", rows), make("Q1 2027", rows))
    found = [(one.title, [each.title for each in one.key_results]) for one in okrs.objectives]
    assert found == [("Grow", ["Sign-ups"]), ("Keep", ["Churn"])] * 2
