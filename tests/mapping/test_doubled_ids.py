"""An id that two rows carry spoils those rows only: their words tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import CellValue, Snapshot, Table, rows_of

Rows = list[list[CellValue]]
TODAY = date(2026, 11, 23)
HEADER: list[CellValue] = ["ID", "Objective", "Key Result", "Current", "Target"]


def read(*tabs: Sequence[Sequence[CellValue]]) -> Okrs:
    tables = tuple(
        Table(name, name, rows_of(rows))
        for name, rows in zip(("North", "South"), tabs, strict=False)
    )
    snapshot = Snapshot("team", tables, "v", datetime(2026, 11, 23, tzinfo=UTC))
    return understand(snapshot, Mapping_(), Reading("team", TODAY, resolve_cycle("2026-Q4", TODAY)))


def told(found: Okrs) -> dict[str, tuple[str, str]]:
    """By title, the key and the id of each key result."""
    return {
        item.title: (item.key, item.id)
        for objective in found.objectives
        for item in objective.key_results
    }


def test_rows_with_one_id_are_told_apart_by_their_words_wherever_they_stand() -> None:
    rows: Rows = [
        ["K-1", "Grow", "A", 1, 9],
        ["K-1", "Grow", "B", 2, 9],
        ["K-2", "Grow", "C", 3, 9],
    ]
    found = read([HEADER, *rows])
    one, other = told(found), told(read([HEADER, *reversed(rows)]))
    assert {title: key for title, (key, _) in one.items()} == {
        title: key for title, (key, _) in other.items()
    }
    assert len({key for key, _ in one.values()}) == 3
    assert len({id_ for _, id_ in one.values()}) == 3
    assert found.unclear == {}
    assert [warning.code for warning in found.warnings] == ["duplicate-id"]


def test_rows_with_one_id_and_the_same_words_are_unclear_and_no_others() -> None:
    found = read(
        [HEADER, ["K-1", "Grow", "A", 1, 9], ["K-2", "Grow", "B", 2, 9], ["K-1", "Grow", "A", 3, 9]]
    )
    assert set(found.unclear) == {("North", 2), ("North", 4)}
    assert "North!C4" in found.unclear["North", 2]
    assert "North!C2" in found.unclear["North", 4]


def test_ids_that_begin_anew_are_doubled_under_one_objective_only() -> None:
    rows: Rows = [
        ["KR1", "Grow", "A", 1, 9],
        ["KR2", "Grow", "B", 2, 9],
        ["KR1", "Keep", "C", 3, 9],
        ["KR1", "Keep", "D", 4, 9],
    ]
    found = read([HEADER, *rows])
    ids = {title: id_ for title, (_, id_) in told(found).items()}
    assert len(set(ids.values())) == 4
    assert len({key for key, _ in told(found).values()}) == 4


def test_an_id_in_two_tabs_is_told_apart_by_the_words_beside_it() -> None:
    one: Rows = [HEADER, ["K-1", "Grow", "A", 1, 9], ["K-2", "Grow", "B", 2, 9]]
    other: Rows = [HEADER, ["K-1", "Keep", "C", 3, 9], ["K-3", "Keep", "D", 4, 9]]
    keys = {title: key for title, (key, _) in told(read(one, other)).items()}
    again = {title: key for title, (key, _) in told(read(other, one)).items()}
    assert keys == again
    assert len(set(keys.values())) == 4


def test_key_results_of_a_doubled_objective_belong_to_the_one_above_them() -> None:
    header: list[CellValue] = ["ID", "Type", "Title", "Parent", "Current", "Target"]
    rows: Rows = [
        ["O1", "Objective", "Grow", None, None, None],
        ["K1", "Key Result", "A", "O1", 1, 9],
        ["O1", "Objective", "Keep", None, None, None],
        ["K2", "Key Result", "B", "O1", 2, 9],
        ["K3", "Key Result", "C", "O1", 3, 9],
    ]
    found = read([header, *rows])
    below = {one.title: [item.title for item in one.key_results] for one in found.objectives}
    assert below == {"Grow": ["A"], "Keep": ["B", "C"]}
    assert len({one.id for one in found.objectives}) == 2
    assert len({one.key for one in found.objectives}) == 2
