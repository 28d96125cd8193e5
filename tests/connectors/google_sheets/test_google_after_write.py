"""The run right after one that wrote: it reads nothing of what okrsync alone has changed, and sees
everything that somebody else changed, at whichever moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from google_sandbox import ANNA
from google_team import ROWS, TODAY, Team
from grids import in_part, in_turns
from layout_samples import SAMPLES, Sample
from okrsync.cli import okrsync
from okrsync.cli.errors import run
from okrsync.connector import Calls, Receipt
from okrsync.model.table import Snapshot
from okrsync.plan.plan import Plan
from okrsync_google_sheets import GoogleSheetsConnector
from okrsync_sandbox import Fault, Sandbox

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+(?:Z|[-+]\d\d:\d\d)")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that are read, in order."""
    names: list[str] = []
    read = GoogleSheetsConnector.read

    def noted(connector: GoogleSheetsConnector) -> Snapshot:
        names.append(connector.context.source)
        return read(connector)

    monkeypatch.setattr(GoogleSheetsConnector, "read", noted)
    return names


def with_another(sandbox: Sandbox, folder: Path, more: str = "", write: str = "") -> Team:
    """A team with a second spreadsheet of the same credential, so that the feed is asked."""
    folder.mkdir(exist_ok=True)
    team = Team(sandbox, folder)
    other = team.anna.new_spreadsheet("Others", {"Q4": ROWS})
    team.anna.share(other, team.address)
    team.write_config(more, write, team.source("other", other))
    return team


def edit_config(team: Team) -> None:
    """From now on nothing that was found under the config is used again."""
    with (team.folder / "okrsync.toml").open("a", encoding="utf-8") as file:
        file.write("\n# edited\n")


def said(plan: Plan) -> object:
    """All that a run found, without what it cost."""
    parts = [replace(part, calls=Calls()) for part in plan.sources]
    return parts, plan.warnings, plan.standings, plan.exit_code


def seen(team: Team) -> str:
    """All that looks show, without the moment."""
    texts = []
    for command in (("show", "--json", "--all-cycles"), ("lint", "--json")):
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()):
            config = str(team.folder / "okrsync.toml")
            run(okrsync, [*command, "--config", config, "--as-of", TODAY.isoformat()])
        texts.append(_MOMENT.sub("now", out.getvalue()))
    return "\n".join(texts)


def test_the_run_after_the_first_one_reads_nothing(team: Team, reads: list[str]) -> None:
    team = with_another(team.sandbox, team.folder / "two")
    team.run()
    reads.clear()
    team.google.traffic.forget()
    # A call of the feed for each of two looks and the run.
    shown, second = seen(team), team.run()
    assert (reads, team.google.traffic.count()) == ([], 3)
    edit_config(team)
    assert seen(team) == shown
    assert said(team.run()) == said(second)
    assert set(reads) == {"team", "other"}
    assert not any(part.changes for part in second.sources)


@pytest.mark.parametrize("sample", in_part(SAMPLES, every=6), ids=lambda sample: sample.name)
def test_what_it_says_of_every_layout_is_what_a_run_that_reads_says(
    sandbox: Sandbox, tmp_path: Path, reads: list[str], sample: Sample
) -> None:
    team = with_another(sandbox, tmp_path / "two")
    file_id = team.anna.new_spreadsheet(sample.name, dict(sample.tabs))
    team.anna.share(file_id, team.address)
    team.write_config("", "", team.source("sample", file_id))
    first = next(part for part in team.run().sources if part.name == "sample")
    shown, second = seen(team), team.run()
    is_repeated = len(reads) == 2
    # What is not certain is read: a row that could not be written to, for instance.
    assert is_repeated or first.conflicts or first.skips or first.state != "ok", sample.name
    edit_config(team)
    assert (seen(team), said(team.run())) == (shown, said(second))


Edit = Callable[[Any, str], object]
EDITS: dict[str, Edit] = {
    "value": lambda anna, book: anna.type(book, "Q4", "D2", "60"),
    "text for a number": lambda anna, book: anna.type(book, "Q4", "D2", "50 %"),
    "title": lambda anna, book: anna.type(book, "Q4", "B2", "Sign-ups a week"),
    "owner": lambda anna, book: anna.type(book, "Q4", "F2", "Zoe"),
    "new row": lambda anna, book: [
        anna.type(book, "Q4", f"{column}5", value)
        for column, value in zip("ABCDE", ("Keep", "Calls", 0, 1, 2), strict=True)
    ],
    "empty row": lambda anna, book: anna.insert_rows(book, "Q4", 3),
    "row gone": lambda anna, book: anna.delete_rows(book, "Q4", 4),
    "moved row": lambda anna, book: anna.move_row(book, "Q4", 4, 2),
    "moved column": lambda anna, book: anna.move_column(book, "Q4", "F", "A"),
    "new column": lambda anna, book: anna.insert_columns(book, "Q4", "A"),
    "new tab": lambda anna, book: anna.add_tab(book, "Q4 too", ROWS),
    "renamed tab": lambda anna, book: anna.rename_tab(book, "Q4", "Quarter"),
    "merged cells": lambda anna, book: anna.merge(book, "Q4", "A2:A3"),
    "protected": lambda anna, book: anna.protect(book, "Q4", "A1:Z20"),
    "an answer": lambda anna, book: anna.type(book, "Q4", "G3", "0.9"),
    "beside, in the answers": lambda anna, book: anna.type(book, "Q4", "I2", "a remark"),
}


@pytest.mark.parametrize(
    ("what", "moment"),
    in_turns(EDITS, ["before the look", "before the write", "after the write"]),
)
def test_what_somebody_changes_meanwhile_is_seen_by_the_next_run(
    sandbox: Sandbox, tmp_path: Path, reads: list[str], what: str, moment: str
) -> None:
    team = with_another(sandbox, tmp_path / "two")
    # One source after the other, so that the calls have their places.
    config = team.folder / "okrsync.toml"
    config.write_text(f"[run]\nworkers = 1\n{config.read_text()}", encoding="utf-8")
    lines = config.read_text().splitlines()
    lines.insert(0, lines.pop(lines.index('cycle = "2026-Q4"')))
    config.write_text("\n".join(lines), encoding="utf-8")

    def edit() -> None:
        EDITS[what](sandbox.google.person(ANNA), team.file_id)

    traffic = team.google.traffic
    if moment == "before the look":
        # Both are read first: the feed's token, the list, two spreadsheets; then the first look.
        traffic.before("read", 5, edit)
    elif moment == "before the write":
        traffic.before("write", 1, edit)
    else:
        traffic.after("write", 1, edit)
    team.run()
    reads.clear()
    shown, second = seen(team), team.run()
    # By both looks, and by the run.
    assert reads.count("team") == 3
    assert {part.state for part in second.sources} == {"ok"}
    third = team.run()
    edit_config(team)
    assert said(team.run()) == said(third)
    assert not any(part.changes for part in third.sources)
    assert "Sign-ups" in shown


@pytest.mark.parametrize("cell", ["G3", "H4"])
def test_an_answer_that_somebody_overwrites_meanwhile_is_put_back(
    sandbox: Sandbox, tmp_path: Path, cell: str
) -> None:
    team = with_another(sandbox, tmp_path / "two")
    team.run()
    answer = team.anna.text(team.file_id, "Q4", cell)
    # The next run writes beside the first row only.
    team.anna.type(team.file_id, "Q4", "D2", "60")
    team.google.traffic.before("write", 1, lambda: team.anna.type(team.file_id, "Q4", cell, "mine"))
    team.run()
    assert team.anna.text(team.file_id, "Q4", cell) == "mine"
    done = team.run()
    assert team.anna.text(team.file_id, "Q4", cell) == answer
    assert sum(len(part.changes) for part in done.sources) == 1
    assert not any(part.changes for part in team.run().sources)


def test_a_format_that_was_refused_is_tried_again(sandbox: Sandbox, tmp_path: Path) -> None:
    team = with_another(sandbox, tmp_path / "two")
    # With the values, and again by itself.
    team.google.traffic.fail(
        Fault(
            lambda call: team.file_id in call.path and "addConditionalFormatRule" in call.updates,
            times=2,
            status=400,
        )
    )
    team.run()
    team.google.traffic.forget()
    team.run()
    assert team.google.traffic.count("write") == 1
    team.google.traffic.forget()
    team.run()
    assert team.google.traffic.count("write") == 0


def test_what_a_write_says_it_left_is_what_is_read_then(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: dict[str, Snapshot] = {}
    write = GoogleSheetsConnector.write

    def noted(connector: GoogleSheetsConnector, batch: Any) -> Receipt:
        receipt = write(connector, batch)
        if receipt.after is not None:
            left[connector.context.source] = receipt.after
        return receipt

    monkeypatch.setattr(GoogleSheetsConnector, "write", noted)
    team = with_another(sandbox, tmp_path / "two", write='summary = "OKR summary"')
    team.run()
    assert set(left) == {"other"}, "a summary is written in a second batch"
    read: dict[str, Snapshot] = {}
    original = GoogleSheetsConnector.read

    def kept(connector: GoogleSheetsConnector) -> Snapshot:
        snapshot = original(connector)
        read[connector.context.source] = snapshot
        return snapshot

    monkeypatch.setattr(GoogleSheetsConnector, "read", kept)
    edit_config(team)
    team.run()
    moment = left["other"].read_at
    assert replace(read["other"], read_at=moment) == left["other"]
