"""The copy of the ledger under kills: whatever moment a run dies at, after the next one every
observation stands there once.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from grids import in_part
from kills import KILLED, Killer
from okrsync.model.table import text_of
from okrsync_sandbox.traffic import Call, Fault
from sync.test_turn_of_a_company import Company
from team import sheet

FIRST, SECOND = date(2026, 12, 15), date(2026, 12, 16)
SYNC = ["sync", "--as-of", SECOND.isoformat()]
Lines = dict[str, Counter[tuple[str, ...]]]


def lines(company: Company) -> Lines:
    """The lines of each copy: key, day and value."""
    grids = {
        "ops": sheet(company.folder / "ops.xlsx", "OKR history"),
        "growth": company.mia.grid(company.growth, "OKR history"),
    }
    standing: Lines = {}
    for name, grid in grids.items():
        header = [text_of(value) for value in grid[0]]
        columns = [header.index(column) for column in ("okrsync key", "Day", "Current", "Progress")]
        standing[name] = Counter(
            tuple(text_of(row[column]) for column in columns) for row in grid[1:] if any(row)
        )
    standing["company"] = Counter(
        tuple(
            text_of(company.ada.read(row, column)) for column in ("okrsync key", "Day", "Current")
        )
        for row in company.ada.rows(company.history)
    )
    return standing


def began(folder: Path) -> Company:
    """A company with a first run behind it, and a check-in in each place since."""
    folder.mkdir()
    company = Company(folder)
    company.on_day(FIRST)
    for source in ("ops", "growth", "company"):
        company.check_in(source, "Sign-ups", 47, SECOND)
    return company


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Lines:
    company = began(tmp_path_factory.mktemp("calm") / "company")
    company.on_day(SECOND)
    calm = lines(company)
    company.sandbox.stop()
    assert all(calm.values())
    return calm


def finished(company: Company, wanted: Lines, where: str) -> None:
    """The next run, and what stands in the copies then."""
    company.google.traffic.faults.clear()
    company.notion.traffic.faults.clear()
    company.on_day(SECOND)
    assert lines(company) == wanted, where
    company.on_day(SECOND)
    assert lines(company) == wanted, f"{where}, and run once more"
    company.sandbox.stop()


def killed_at_write(killer: Killer, number: int, folder: Path, wanted: Lines) -> bool:
    """Kill a run at its nth write to a service; False where it makes fewer."""
    company, seen = began(folder / str(number)), [0]

    def meets(call: Call) -> bool:
        seen[0] += call.kind == "write"
        is_due = call.kind == "write" and seen[0] == number
        if is_due:
            killer.kill()
        return is_due

    for traffic in (company.google.traffic, company.notion.traffic):
        traffic.fail(Fault(meets, drop="after" if number % 2 else "before"))
    code = killer.run(company, arguments=SYNC)
    if seen[0] < number:
        assert code == 0
        company.sandbox.stop()
        return False
    assert code == KILLED
    finished(company, wanted, f"killed at write {number}")
    return True


@pytest.mark.parametrize("first", in_part([1, 4, 7], every=3))
def test_a_run_that_is_killed_at_a_write_leaves_each_observation_once(
    first: int, killer: Killer, tmp_path: Path, wanted: Lines
) -> None:
    number = first
    while killed_at_write(killer, number, tmp_path, wanted):
        number += 9
    assert number > 9


@pytest.mark.parametrize(
    ("when", "first"),
    in_part(
        [*(("before", each) for each in (1, 41, 81)), *(("after", each) for each in (5, 45, 85))],
        every=3,
    ),
)
def test_a_run_that_is_killed_at_a_statement_leaves_each_observation_once(
    when: str, first: int, killer: Killer, tmp_path: Path, wanted: Lines
) -> None:
    number, code = first, KILLED
    while code == KILLED:
        company = began(tmp_path / str(number))
        code = killer.run(company, arguments=SYNC, statement=number, when=when)
        assert code in (KILLED, 0)
        finished(company, wanted, f"killed {when} statement {number}")
        number += 120
    assert number > 200
