"""A look at what did not change since the last run takes the OKRs that the state keeps: it reads no
workbook, and says to the byte what it would say had it read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from grids import in_part
from okrsync.model.table import Snapshot
from okrsync_workbook import WorkbookConnector
from same_plans import samples, save
from team import AS_OF, CONFIG, ROWS, Team, edit, write_csv, write_workbook

NOW = "2026-11-23T08:00:00+01:00"
LOOKS = (
    ("show", "--all-cycles"),
    ("show", "--json", "--all-cycles", "--history"),
    ("show", "--json"),
    ("show",),
    ("show", "--since", "last"),
    ("show", "sign", "--json"),
    ("lint", "--json"),
    ("explain", "growth/O1"),
)


SAMPLES = dict(samples())


class Reading(AssertionError):
    """A workbook was read."""


@contextmanager
def no_reading() -> Iterator[None]:
    """In here, reading a workbook is an error."""

    def refuse(connector: WorkbookConnector) -> Any:
        raise Reading(connector.place)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OKRSYNC_DEBUG", "1")
        patch.setattr(WorkbookConnector, "read", refuse)
        yield


def said(team: Team, *looks: tuple[str, ...]) -> list[tuple[int, str, str]]:
    """Exit code, answer and chatter of each look."""
    return [(*team.run(*look, "--as-of", AS_OF), team.err) for look in looks or LOOKS]


def reads(team: Team, *arguments: str) -> bool:
    """Whether a look at everything reads a workbook."""
    with no_reading():
        try:
            team.run("show", "--as-of", AS_OF, *arguments)
        except Reading:
            return True
    return False


def said_anew(team: Team, *looks: tuple[str, ...]) -> list[tuple[int, str, str]]:
    """The same where nothing is taken from the last run: its config has another text."""
    config = team.folder / "okrsync.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}\n# edited\n", encoding="utf-8")
    try:
        assert reads(team)
        return said(team, *looks)
    finally:
        config.write_text(text, encoding="utf-8")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def settled(team: Team, clock: time_machine.Traveller) -> Team:
    """A team whose last run had nothing to do."""
    team.sync()
    team.sync()
    assert not reads(team)
    return team


@pytest.mark.parametrize("name", in_part(SAMPLES, every=7))
@pytest.mark.usefixtures("clock")
def test_every_look_says_what_it_would_say_had_it_read(team: Team, name: str) -> None:
    save(Path("growth.xlsx"), SAMPLES[name])
    for _ in range(2):
        code = team.run("sync", "--as-of", AS_OF)[0]
    if code:
        pytest.skip(f"{name}: is not read")
    looks = LOOKS if name == "A team" else LOOKS[:2]
    with no_reading():
        answers = said(team, *looks)
    assert answers == said_anew(team, *looks)
    assert {code for code, _, _ in answers} == {0}


@pytest.mark.usefixtures("clock")
def test_it_follows_the_first_run_where_nothing_is_written(team: Team) -> None:
    team.config(CONFIG.split("[sources.growth.write]")[0])
    team.sync()
    with no_reading():
        answers = said(team)
    assert answers == said_anew(team)


@pytest.mark.usefixtures("clock")
def test_a_source_that_changed_is_read_and_the_others_are_not(team: Team) -> None:
    more = '[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\nparent = "growth/O1"\n'
    team.config(CONFIG + more)
    write_csv(Path("ops.csv"), [["Key result", "Current", "Target"], ["Down", 5, "soon"]])
    team.sync()
    team.sync()
    write_csv(Path("ops.csv"), [["Key result", "Current", "Target"], ["Down", 6, "later"]])
    places: list[str] = []
    read = WorkbookConnector.read

    def noted(connector: WorkbookConnector) -> Snapshot:
        places.append(connector.context.source)
        return read(connector)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WorkbookConnector, "read", noted)
        answers = said(team, *LOOKS[:3])
    assert places == ["ops"] * 3
    assert answers == said_anew(team, *LOOKS[:3])
    assert "later" in answers[0][1]


def test_nothing_is_written(settled: Team) -> None:
    before = {path.name: path.read_bytes() for path in settled.folder.iterdir()}
    said(settled)
    assert {path.name: path.read_bytes() for path in settled.folder.iterdir()} == before


def test_the_moment_of_the_look_is_that_of_a_reading(
    settled: Team, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=5))
    answers = said(settled, ("show", "--json"))
    assert '"read_at": "2026-11-23T13:00:00+01:00"' in answers[0][1]
    assert answers == said_anew(settled, ("show", "--json"))


@pytest.mark.parametrize(
    "change",
    [
        lambda team: edit(team.folder / "growth.xlsx", lambda sheet: sheet.cell(2, 5, 63)),
        lambda team: team.config(CONFIG + "[guards]\nmax_changes = 0.4\n"),
        lambda team: team.sync("--source", "growth"),
        lambda team: team.sync("--allow", "max-changes"),
        lambda team: team.run("sync", "--as-of", "2026-11-22"),
        lambda team: team.run("undo", "last"),
        lambda team: (team.folder / "okrsync.db").unlink(),
    ],
    ids=["a cell", "the config", "one source", "a guard", "another day", "undo", "no state"],
)
def test_whatever_changed_is_read(settled: Team, change: Callable[[Team], Any]) -> None:
    change(settled)
    assert reads(settled)
    assert said(settled) == said_anew(settled)


def test_another_day_is_read(settled: Team) -> None:
    assert reads(settled, "--as-of", "2026-11-24")


def test_a_file_that_is_gone_is_no_longer_ok(settled: Team) -> None:
    (settled.folder / "growth.xlsx").unlink()
    assert settled.json("show", "--as-of", AS_OF, code=1)["sources"][0]["state"] == "kept"


@pytest.mark.usefixtures("clock")
def test_an_edited_mapping_is_read(team: Team) -> None:
    mapping = team.folder / "growth.toml"
    mapping.write_text('[columns]\nowner = "Owner"\n', encoding="utf-8")
    team.config(CONFIG.replace('"growth.xlsx"\n', '"growth.xlsx"\nmapping = "growth.toml"\n'))
    team.sync()
    team.sync()
    assert not reads(team)
    mapping.write_text('[columns]\nteam = "Owner"\n', encoding="utf-8")
    assert reads(team)
    mapping.write_text("[columns\n", encoding="utf-8")
    assert team.run("show", "--as-of", AS_OF)[0] == 2


@pytest.mark.usefixtures("clock")
def test_a_restored_state_says_what_it_would_say_had_it_read(settled: Team) -> None:
    state = settled.folder / "okrsync.db"
    before = state.read_bytes()
    edit(settled.folder / "growth.xlsx", lambda sheet: sheet.cell(2, 5, 63))
    settled.sync()
    settled.sync()
    after = said(settled)
    state.write_bytes(before)
    assert said(settled) == said_anew(settled)
    assert said(settled)[0][:2] == after[0][:2]


@pytest.mark.usefixtures("clock")
def test_a_state_that_cannot_be_written_says_the_same(settled: Team) -> None:
    answers = said(settled)
    (settled.folder / "okrsync.db").chmod(0o444)
    assert said(settled) == answers == said_anew(settled)


@pytest.mark.usefixtures("clock")
def test_what_rests_on_earlier_content_is_looked_at_once_more(team: Team) -> None:
    """Two rows were reworded at once, so that neither is known again, which is said once."""
    rows = [
        ROWS[0],
        *([f"Objective {n}", f"Key result {n}", "Mia", 0, n, 10, None] for n in range(12)),
        ["Grow", "Sign up many users", "Mia", 0, 5, 10, None],
        ["Grow", "Sign up many people", "Mia", 0, 5, 10, None],
    ]
    team.config(CONFIG.split("[sources.growth.write]")[0])
    write_workbook(Path("growth.xlsx"), rows)
    team.sync()
    assert not reads(team)
    rows[-2], rows[-1] = (
        ["Grow", "Sign up more people", "Mia", 0, 5, 10, None],
        ["Grow", "Sign up many more users", "Mia", 0, 5, 10, None],
    )
    write_workbook(Path("growth.xlsx"), rows)
    odd = team.sync()
    assert reads(team)
    next_run = team.sync()
    assert odd["warnings"] != next_run["warnings"]
    assert not reads(team)
    assert said(team) == said_anew(team)


@pytest.mark.usefixtures("clock")
def test_a_renamed_column_is_looked_at_in_every_run(team: Team) -> None:
    team.sync()
    edit(team.folder / "growth.xlsx", lambda sheet: sheet.cell(1, 5, "Blorp"))
    for _ in range(3):
        assert "renamed-column" in str(team.sync()["warnings"])
    assert reads(team)
    assert said(team) == said_anew(team)
