"""A run reads the sources that changed and those that get other answers, leaves the others unread,
and does to the byte what it would do had it read them all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from grids import in_part
from okrsync.model.table import Snapshot
from okrsync_workbook import WorkbookConnector
from same_plans import samples, save
from team import AS_OF, Team, edit, sheet, write_csv, write_workbook

COLUMNS = (
    'write.columns = {progress = "Progress", status = "Status", note = "okrsync note",'
    ' objective_progress = "Objective progress"}\n'
)
CONFIG = f"""
cycle = "2026-Q4"
timezone = "Europe/Berlin"
[sources.company]
connector = "workbook"
path = "company.xlsx"
{COLUMNS}
[sources.growth]
connector = "workbook"
path = "growth.xlsx"
parent = "company/O1"
{COLUMNS}
[sources.ops]
connector = "workbook"
path = "ops.csv"
{COLUMNS}"""
OPS: list[list[Any]] = [
    ["Key result", "Current", "Target"],
    ["Tickets", 5, 10],
    ["Outages", 1, "soon"],
]
SAMPLES = dict(samples())


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-23T08:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def company(team: Team) -> Team:
    """A company and two teams, of which one supports it."""
    team.config(CONFIG)
    header = ["Level", "Title", "Owner", "Start", "Current", "Target"]
    write_workbook(Path("company.xlsx"), [header, ["Objective", "Win", "Ann"]])
    write_csv(Path("ops.csv"), OPS)
    return team


def synced(team: Team, *commands: str) -> tuple[list[str], list[tuple[int, str]]]:
    """The sources that the next sync reads, and what it and the commands after it say."""
    names: list[str] = []
    read = WorkbookConnector.read

    def noted(connector: WorkbookConnector) -> Snapshot:
        names.append(connector.context.source)
        return read(connector)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WorkbookConnector, "read", noted)
        said = [team.run("sync", "--json", "--as-of", AS_OF)]
    return names, [*said, *(team.run(*command.split(), "--as-of", AS_OF) for command in commands)]


def files(team: Team) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in team.folder.glob("*.[xc]*")}


def read_by(team: Team) -> list[str]:
    """The sources that the next sync reads. It does what it does if it has to read all of them."""
    before = team.folder.parent / "before"
    shutil.rmtree(before, ignore_errors=True)
    shutil.copytree(team.folder, before)
    commands = ("sync --json", "show --json --all-cycles", "explain growth/O1")
    names, answers = synced(team, *commands)
    left = files(team)
    for path in before.iterdir():
        shutil.copy2(path, team.folder)
    config = team.folder / "okrsync.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}\n# edited\n", encoding="utf-8")
    all_names, all_answers = synced(team, *commands)
    assert sorted(all_names) == ["company", "growth", "ops"]
    assert answers == all_answers
    assert left == files(team)
    config.write_text(text, encoding="utf-8")
    return names


def edit_ops() -> None:
    """Another value in a row that no other source rests on."""
    file = Path("ops.csv")
    text = file.read_text(encoding="utf-8")
    assert "Tickets,5" in text
    file.write_text(text.replace("Tickets,5", "Tickets,9"), encoding="utf-8")


def settle(team: Team) -> None:
    for _ in range(2):
        team.run("sync", "--as-of", AS_OF)


def test_what_changed_and_what_rests_on_it_is_read(company: Team) -> None:
    settle(company)
    edit(Path("growth.xlsx"), lambda page: page.cell(2, 5, 90))
    assert read_by(company) == ["growth", "company"]
    settle(company)
    edit_ops()
    assert read_by(company) == ["ops"]


def test_the_answers_of_a_source_that_was_left_unread_follow_later(company: Team) -> None:
    settle(company)
    edit_ops()
    assert synced(company)[0] == ["ops"]
    assert synced(company)[0] == ["ops"], "a workbook is looked at once more after it was written"
    before = sheet(Path("company.xlsx"))
    edit(Path("growth.xlsx"), lambda page: page.cell(2, 5, 90))
    assert synced(company)[0] == ["growth", "company"]
    assert sheet(Path("company.xlsx")) != before


@pytest.mark.parametrize("name", in_part(SAMPLES, every=13))
def test_a_run_does_what_it_would_do_had_it_read_everything(company: Team, name: str) -> None:
    save(Path("growth.xlsx"), SAMPLES[name])
    settle(company)
    edit_ops()
    # What is not understood, or is odd about earlier content, is looked at once more.
    assert read_by(company) in (["ops"], ["growth", "ops"], ["ops", "growth"])


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.cell(2, 8, 0.99),
        lambda page: page.insert_rows(2),
        lambda page: page.cell(1, 5, "Blorp"),
    ],
    ids=["an answer", "a row", "a header"],
)
def test_what_people_changed_is_read(company: Team, change: Callable[[Any], None]) -> None:
    settle(company)
    edit(Path("growth.xlsx"), change)
    assert "growth" in read_by(company)


def test_a_source_that_could_not_be_written_is_read(company: Team) -> None:
    settle(company)
    lock = Path("~$growth.xlsx")
    lock.write_bytes(b"\x04Mia")
    edit(Path("growth.xlsx"), lambda page: page.cell(2, 5, 90))
    company.run("sync", "--as-of", AS_OF)
    lock.unlink()
    edit_ops()
    assert "growth" in read_by(company)


@pytest.mark.parametrize(
    "more", ['write.summary = "Summary"\n', 'write.notify = "note"\n'], ids=["summary", "notes"]
)
def test_everything_is_read_for_what_looks_at_more_than_okrs(company: Team, more: str) -> None:
    company.config(CONFIG.replace('parent = "company/O1"\n', f'parent = "company/O1"\n{more}'))
    settle(company)
    edit_ops()
    assert sorted(synced(company)[0]) == ["company", "growth", "ops"]


def test_another_day_is_read(company: Team) -> None:
    settle(company)
    edit_ops()
    code, _ = company.run("sync", "--as-of", "2026-11-24")
    assert code == 0
    assert company.json("history")["runs"][0]["sources"][0]["calls"]["read"] == 1
