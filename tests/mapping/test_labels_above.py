"""A cell above a table that names its owner speaks of every objective that names none itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from okrsync.mapping import Okrs, Reading, understand
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import Row, Snapshot, Table

TODAY = date(2026, 11, 23)
HEADER = ["Objective", "Key result", "Current", "Target"]
ROWS: list[list[Any]] = [["Grow", "Sign-ups", 62, 100], [None, "Revenue", 34, 50]]


def _read(grid: list[list[Any]]) -> Okrs:
    rows = tuple(Row(number, tuple(values)) for number, values in enumerate(grid, 1))
    at = datetime(2026, 11, 23, tzinfo=UTC)
    snapshot = Snapshot("growth", (Table("Q4", "Q4", rows),), "1", at)
    reading = Reading("growth", TODAY, resolve_cycle("auto", TODAY, 1))
    return understand(snapshot, Mapping_(), reading)


@pytest.mark.parametrize(
    "above", [["Owner: Mia"], ["Owner", "Mia"], ["Verantwortlich: Mia"], ["Responsable:", "Mia"]]
)
def test_an_objective_takes_the_owner_from_above_the_table(above: list[Any]) -> None:
    okrs = _read([above, [], HEADER, *ROWS])
    assert [objective.owner for objective in okrs.objectives] == ["Mia"]
    assert [kr.owner for kr in okrs.objectives[0].key_results] == ["Mia", "Mia"]


def test_an_owner_of_its_own_comes_first() -> None:
    header = ["Objective", "Objective owner", *HEADER[1:]]
    rows: list[list[Any]] = [
        ["Grow", "Jon", "Sign-ups", 62, 100],
        ["Keep", None, "Churn", 5, 2],
    ]
    okrs = _read([["Owner: Mia"], [], header, *rows])
    assert [objective.owner for objective in okrs.objectives] == ["Jon", "Mia"]


def test_owners_of_key_results_do_not_become_those_of_the_objective() -> None:
    okrs = _read([["Owner: Mia"], [], [*HEADER, "Owner"], [*ROWS[0], "Jon"], [*ROWS[1], "Lea"]])
    assert [objective.owner for objective in okrs.objectives] == ["Mia"]
    assert [kr.owner for kr in okrs.objectives[0].key_results] == ["Jon", "Lea"]


def test_the_owner_above_is_no_part_of_what_an_objective_is() -> None:
    header = ["Objective", "Owner", "Status"]
    rows: list[list[Any]] = [["Grow", None, "on track"], ["Keep", "Lea", "at risk"]]
    plain, labelled = _read([header, *rows]), _read([["Owner: Mia"], [], header, *rows])
    assert [one.owner for one in labelled.objectives] == ["Mia", "Lea"]
    assert [one.key for one in labelled.objectives] == [one.key for one in plain.objectives]
