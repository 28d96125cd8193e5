"""The "no" to "Is this right?" for a Google spreadsheet and a Notion database, over HTTP, through
the real clients.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from google_sandbox import ANNA
from init.test_init_corrections import COLUMN, HEADER_ROW, TAB, TALLIED, WRITE, role_keys, values
from okrsync_sandbox import Sandbox
from setting_up import DOWN, ENTER, keys
from team import AS_OF, Team


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def mapping(folder: Team) -> dict[str, Any]:
    """The one mapping file that was written."""
    (path,) = (folder.folder / "mappings").glob("*.toml")
    written: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return written


def shared_spreadsheet(
    sandbox: Sandbox, key: Path, tabs: dict[str, Sequence[Sequence[Any]]]
) -> str:
    """The address of a spreadsheet of Anna's that the account of the key file may edit."""
    address = sandbox.key_file(key)
    anna = sandbox.google.person(ANNA)
    file_id = anna.new_spreadsheet("Growth OKRs", tabs)
    anna.share(file_id, address)
    return sandbox.spreadsheet_url(file_id)


def correct(
    sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch, place: str, typed: str
) -> str:
    arguments = ["--api-endpoint", sandbox.endpoint, "--as-of", AS_OF]
    if "spreadsheets" in place:
        arguments += ["--credentials", "key.json"]
    with keys(monkeypatch, typed):
        code, out = folder.run("init", place, *arguments)
    assert code == 0, out + folder.err
    return out


def test_another_column_of_a_spreadsheet(
    sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = shared_spreadsheet(sandbox, folder.folder / "key.json", {"Q4": TALLIED})
    typed = COLUMN + DOWN * 3 + ENTER + role_keys("current", None) + WRITE
    out = correct(sandbox, folder, monkeypatch, url, typed)
    assert "current 62" in out.split("With your answers")[0]
    assert mapping(folder)["columns"]["current"] == "Tally"
    assert values(folder, "current") == {"Sign-ups": 70, "Revenue": 40}
    assert folder.run("sync", "--as-of", AS_OF)[0] == 0
    assert folder.json("sync", "--as-of", AS_OF)["sources"][0]["changes"] == []


def test_another_header_row_and_one_tab_less_of_a_spreadsheet(
    sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = ["Objective", "Key result", "Target", "Baseline", "Current"]
    tabs: dict[str, Sequence[Sequence[Any]]] = {
        "Q4": [old, *TALLIED],
        "Old": [TALLIED[0], ["Sell", "Leads", 1, 2, 9]],
    }
    url = shared_spreadsheet(sandbox, folder.folder / "key.json", tabs)
    typed = HEADER_ROW + ENTER + DOWN + ENTER + TAB + DOWN + ENTER + WRITE
    correct(sandbox, folder, monkeypatch, url, typed)
    assert mapping(folder)["header"] == {"Q4": 2}
    assert mapping(folder)["ignore_tabs"] == ["Old"]
    assert values(folder, "current") == {"Sign-ups": 62, "Revenue": 34}


def tallied_database(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database with the rows of `TALLIED`, which okrsync's connection sees."""
    ada, bot = sandbox.notion.person("ada@acme.example", "Ada"), sandbox.notion.connect("okrsync")
    home = ada.new_page("Home")
    ada.share(home, bot)
    kinds = ("rich_text", "title", "number", "number", "number")
    database, source = ada.new_database("OKRs", dict(zip(TALLIED[0], kinds, strict=True)), home)
    for row in TALLIED[1:]:
        ada.new_row(source, dict(zip(TALLIED[0], row, strict=True)))
    monkeypatch.setenv("NOTION_TOKEN", bot.token)
    return sandbox.notion_url(database)


def test_another_property_of_a_database_without_a_question_for_a_header_row(
    sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tallied_database(sandbox, monkeypatch)
    code, proposal = folder.run("init", place, "--api-endpoint", sandbox.endpoint, "--explain")
    assert code == 0, proposal + folder.err
    first_words = [name.split()[0] for name in TALLIED[0]]
    words = [line.split()[0] for line in proposal.splitlines() if line.startswith("  ")]
    position = [word for word in words if word in first_words].index("Tally")
    typed = COLUMN + DOWN * position + ENTER + role_keys("current", None) + WRITE
    out = correct(sandbox, folder, monkeypatch, place, typed)
    assert "column names in row" not in out
    assert mapping(folder)["columns"]["current"] == "Tally"
    assert values(folder, "current") == {"Sign-ups": 70, "Revenue": 40}


def test_the_same_for_a_database_without_a_terminal(
    sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tallied_database(sandbox, monkeypatch)
    arguments = ("--api-endpoint", sandbox.endpoint, "--as-of", AS_OF)
    answers = ("--answer", "columns.current=Tally", "--answer", 'ignore_columns=["Current"]')
    code, out = folder.run("init", place, *arguments, *answers)
    assert code == 0, out + folder.err
    assert mapping(folder)["ignore_columns"] == ["Current"]
    assert values(folder, "current") == {"Sign-ups": 70, "Revenue": 40}
