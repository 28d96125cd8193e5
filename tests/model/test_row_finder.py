"""Rows are found again by exact identity, their columns by id or header, and rows that read alike
by their place.
"""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from okrsync.model.row_finder import RowFinder, column_ref, row_ref, twins_of
from okrsync.model.table import (
    CellValue,
    ColumnRef,
    IdentityCell,
    Row,
    RowRef,
    Table,
    rows_of,
    same_identity,
    same_value,
)

HEADER = ["Objective", "Key result", "Current"]


def table(*rows: Sequence[CellValue], header: Sequence[CellValue] = HEADER) -> Table:
    return Table("Q4", "Q4", rows_of([header, *rows]))


def ref_of(held: Table, number: int) -> RowRef:
    """A row of `held` by its titles, told from those that read alike."""
    header, row = held.rows[0], held.rows[number - 1]
    columns = {
        "objective": column_ref(held, 0, header),
        "key_result": column_ref(held, 1, header),
    }
    ref = row_ref(row, columns)
    alike = [other for other in held.rows if other.values[:2] == row.values[:2]]
    if len(alike) == 1:
        return ref
    people = [column_ref(held, column, header) for column in range(3)]
    return replace(ref, twins=twins_of(alike, people)[number])


def number_of(row: Row | None) -> int | None:
    return None if row is None else row.number


@pytest.mark.parametrize(
    ("one", "other"),
    [(7, 7.0), (7, "7"), (7.0, Decimal("7.00")), (" KR-1 ", "KR-1"), (None, ""), (1.1, "1.1")],
)
def test_one_id_is_one_whatever_type_a_service_gives_it(one: CellValue, other: CellValue) -> None:
    assert same_identity(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1234567890123, 1234567890124),
        (1234567890123.0, 1234567890124.0),
        (1234567890123456.0, 1234567890123457.0),
        (9007199254740992, 9007199254740993),
        (Decimal("1" + 39 * "0" + "1"), Decimal("1" + 39 * "0" + "2")),
        ("007", 7),
        ("KR-1", "kr-1"),
        (0, None),
    ],
)
def test_two_ids_are_two_however_close_they_are(one: CellValue, other: CellValue) -> None:
    assert not same_identity(one, other)


def test_answers_are_the_same_when_they_look_it() -> None:
    assert same_value(0.1 + 0.2, 0.3)


def test_long_ids_that_agree_in_their_first_digits_are_two_rows() -> None:
    held = table([1234567890123, "A"], [1234567890124, "A"], [1234567890125, "A"])
    ref = row_ref(held.rows[2], {"id": column_ref(held, 0, held.rows[0])})
    moved = table([1234567890123, "A"], [1234567890125, "A"], [1234567890124, "A"])
    assert number_of(RowFinder(moved).find(ref)) == 4
    without = table([1234567890123, "A"], [1234567890125, "A"])
    assert RowFinder(without).find(ref) is None


def test_a_row_is_looked_for_once_in_whichever_order_its_cells_come() -> None:
    held = table(["Grow", "Sign-ups", 1], ["Grow", "Revenue", 2])
    refs = [ref_of(held, number) for number in (2, 3)]
    finder = RowFinder(held, refs)
    profile = cProfile.Profile()
    found = [profile.runcall(finder.find, ref) for ref in (*refs, *refs)]
    assert [number_of(row) for row in found] == [2, 3, 2, 3]
    calls: Any = pstats.Stats(profile)
    assert sum(each[0] for key, each in calls.stats.items() if key[2] == "_matching") == 2


def test_a_column_inserted_at_the_left_moves_no_row() -> None:
    ref = ref_of(table(["Grow", "Sign-ups", 1], ["Grow", "Revenue", 2]), 3)
    moved = table(
        ["a", "Grow", "Sign-ups", 1], ["b", "Grow", "Revenue", 2], header=["Team", *HEADER]
    )
    finder = RowFinder(moved, [ref])
    row = finder.find(ref)
    assert number_of(row) == 3
    assert row is not None
    now = finder.as_of_now(ref, row)
    assert [(cell.role, cell.column.index) for cell in now.identity] == [
        ("objective", 1),
        ("key_result", 2),
    ]


def test_a_row_above_the_header_and_a_column_at_the_left_move_no_row() -> None:
    ref = ref_of(table(["Grow", "Sign-ups", 1], ["Grow", "Revenue", 2]), 3)
    moved = Table(
        "Q4",
        "Q4",
        rows_of(
            [
                ["OKRs of the team"],
                [None, *HEADER, "Status"],
                [None, "Grow", "Sign-ups", 1],
                [None, "Grow", "Revenue", 2],
            ]
        ),
    )
    finder = RowFinder(moved, [ref])
    assert number_of(finder.find(ref)) == 4
    assert finder.column(ColumnRef(3, "Status", 1)) == 4
    assert finder.column(ColumnRef(None, "Status", 1)) == 4


def test_a_column_is_followed_by_its_id() -> None:
    held = Table("d", "OKRs", rows_of([["Sign-ups", 1]]), ("Name", "Now"), column_ids={0: "t"})
    ref = row_ref(held.rows[0], {"key_result": column_ref(held, 0, None)})
    renamed = replace(held, rows=rows_of([[1, "Sign-ups"]]), header=("Now", "Titel"))
    renamed = replace(renamed, column_ids={1: "t"})
    assert number_of(RowFinder(renamed).find(ref)) == 1


def test_without_a_header_a_column_is_where_its_value_stands() -> None:
    ref = RowRef(
        2,
        None,
        (IdentityCell("", ColumnRef(0, ""), None), IdentityCell("", ColumnRef(1, ""), "Sign-ups")),
    )
    moved = table(["new", None, "Sign-ups"], ["new", None, "Revenue"])
    assert number_of(RowFinder(moved).find(ref)) == 2


def test_a_row_that_was_copied_is_nobodys() -> None:
    ref = ref_of(table(["Grow", "Sign-ups", 1]), 2)
    assert RowFinder(table(["Grow", "Sign-ups", 1], ["Grow", "Sign-ups", 1])).find(ref) is None


def test_rows_that_read_alike_are_known_by_their_place_while_nothing_moved() -> None:
    rows: list[list[CellValue]] = [["Grow", "A", 1], ["Grow", "B", 2], ["Grow", "A", 1]]
    refs = [ref_of(table(*rows), number) for number in (2, 4)]
    # okrsync's own column is no movement, and neither is a value that a person changed.
    answered = table(
        ["Grow", "A", 1, "0%"],
        ["Grow", "B", 9, "0%"],
        ["Grow", "A", 1, "0%"],
        header=[*HEADER, "Progress"],
    )
    assert [number_of(RowFinder(answered).find(ref)) for ref in refs] == [2, 4]
    edited = table(["Grow", "A", 5], ["Grow", "B", 2], ["Grow", "A", 1])
    assert [number_of(RowFinder(edited).find(ref)) for ref in refs] == [2, None]


@pytest.mark.parametrize(
    "moved",
    [
        [["Grow", "B", 2], ["Grow", "A", 1], ["Grow", "A", 1]],
        [["Grow", "A", 1], ["Grow", "B", 2]],
        [["Grow", "A", 1], ["Grow", "A", 1], ["Grow", "B", 2], ["Grow", "A", 1]],
    ],
)
def test_rows_that_are_the_same_and_moved_are_nobodys(moved: list[list[CellValue]]) -> None:
    held = table(["Grow", "A", 1], ["Grow", "B", 2], ["Grow", "A", 1])
    assert [RowFinder(table(*moved)).find(ref_of(held, number)) for number in (2, 4)] == [None] * 2


def test_rows_that_read_alike_are_followed_by_what_else_they_hold() -> None:
    held = table(["Grow", "A", 1], ["Grow", "B", 2], ["Grow", "A", 3])
    moved = RowFinder(table(["Grow", "A", 3], ["Grow", "A", 1], ["Grow", "B", 2]))
    assert [number_of(moved.find(ref_of(held, number))) for number in (2, 4)] == [3, 2]
    one_left = RowFinder(table(["Grow", "B", 2], ["Grow", "A", 3]))
    assert [number_of(one_left.find(ref_of(held, number))) for number in (2, 4)] == [None, 3]


def test_many_rows_that_read_alike_cost_no_more_than_many_rows() -> None:
    rows: list[list[CellValue]] = [["Grow", "A", number] for number in range(3000)]
    held = table(*rows)
    people = [column_ref(held, column, held.rows[0]) for column in range(3)]
    columns = {"key_result": people[1]}
    told_apart = twins_of(held.rows[1:], people)
    finder = RowFinder(held)
    for row in held.rows[1:]:
        ref = replace(row_ref(row, columns), twins=told_apart[row.number])
        assert finder.find(ref) is row
