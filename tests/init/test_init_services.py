"""`okrsync init` on a Google spreadsheet and on Notion databases, over HTTP, through the real
clients.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from google_sandbox import ANNA
from okrsync.config import load
from okrsync.init.places import name_for, recognise
from okrsync.init.words import headers_for, language_of
from okrsync.sync import sync
from okrsync_sandbox import Sandbox
from setting_up import ENTER, keys
from team import AS_OF, Team

ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Owner", "Start", "Current", "Target", "Progress"],
    ["Grow", "Sign-ups", "Mia", 40, 62, 100, 0.3],
    ["", "Revenue", "Jon", 10, 34, 50, None],
    ["Keep", "Churn", "Lea", 5, 2, 2, None],
]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def sources(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "okrsync.toml").read_text(encoding="utf-8"))[
        "sources"
    ]
    return found


def spreadsheet(sandbox: Sandbox, key: Path, title: str = "Growth OKRs") -> str:
    """A spreadsheet of Anna's, shared with the account whose key is written to a file."""
    address = sandbox.key_file(key)
    anna = sandbox.google.person(ANNA)
    file_id = anna.new_spreadsheet(
        title, {"Q4": ROWS, "Read me": [["Please update the OKRs each week"]]}
    )
    anna.share(file_id, address)
    return file_id


def test_a_spreadsheet_is_set_up_named_by_its_title_and_nothing_is_written_to_it(
    sandbox: Sandbox, folder: Team
) -> None:
    file_id = spreadsheet(sandbox, folder.folder / "key.json")
    url = sandbox.spreadsheet_url(file_id)
    before = sandbox.google.person(ANNA).grid(file_id, "Q4")

    arguments = ("--credentials", "key.json", "--api-endpoint", sandbox.endpoint, "--as-of", AS_OF)
    code, out = folder.run("init", url, *arguments)

    assert code == 0, out + folder.err
    assert "+ Q4  taken: filled-down" in out
    assert sources(folder.folder)["growth-okrs"] == {
        "connector": "google-sheets",
        "spreadsheet": url,
        "credentials": {"file": "key.json"},
        "api_endpoint": sandbox.endpoint,
        "mapping": "mappings/growth-okrs.toml",
        "write": {
            "columns": {"progress": "okrsync progress", "status": "Status", "note": "okrsync note"}
        },
    }
    assert sandbox.google.person(ANNA).grid(file_id, "Q4") == before
    assert [source.error for source in sync(load(folder.folder / "okrsync.toml")).sources] == [None]
    assert "okrsync progress" in sandbox.google.person(ANNA).grid(file_id, "Q4")[0]


def test_the_usual_key_file_is_found_by_itself(sandbox: Sandbox, folder: Team) -> None:
    file_id = spreadsheet(sandbox, folder.folder / "service-account.json")
    code, out = folder.run(
        "init", sandbox.spreadsheet_url(file_id), "--api-endpoint", sandbox.endpoint, "--yes"
    )
    assert code == 0, out + folder.err
    assert sources(folder.folder)["growth-okrs"]["credentials"] == {"file": "service-account.json"}


def test_a_spreadsheet_that_is_not_shared_says_with_whom_to_share_it(
    sandbox: Sandbox, folder: Team
) -> None:
    address = sandbox.key_file(folder.folder / "key.json")
    file_id = sandbox.google.person(ANNA).new_spreadsheet("Secret", {"Q4": ROWS})
    arguments = ("--credentials", "key.json", "--api-endpoint", sandbox.endpoint, "--yes")
    code, out = folder.run("init", sandbox.spreadsheet_url(file_id), *arguments)
    assert code == 4
    assert address in out
    assert not (folder.folder / "okrsync.toml").exists()


def test_missing_credentials_are_asked_for_at_a_terminal(
    sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bot, home = notion_space(sandbox)
    database, source = ada.new_database(
        "OKRs", {"Objective": "title", "Current": "number", "Target": "number"}, home
    )
    ada.new_row(source, {"Objective": "Grow", "Current": 62, "Target": 100})
    monkeypatch.setenv("OUR_TOKEN", bot.token)
    # In an environment variable; its name; write it.
    erase = "\x7f" * 20
    with keys(monkeypatch, f"{ENTER}{erase}OUR_TOKEN{ENTER}{ENTER}"):
        code, out = folder.run(
            "init", sandbox.notion_url(database), "--api-endpoint", sandbox.endpoint
        )
    assert code == 0, out + folder.err
    assert "its token is needed" in out
    assert sources(folder.folder)["okrs"]["token"] == {"env": "OUR_TOKEN"}
    assert bot.token not in (folder.folder / "okrsync.toml").read_text(encoding="utf-8") + out


def notion_space(sandbox: Sandbox) -> tuple[Any, Any, str]:
    """Ada, a connection, and a page that it sees."""
    ada, bot = sandbox.notion.person("ada@acme.example", "Ada"), sandbox.notion.connect("okrsync")
    home = ada.new_page("Home")
    ada.share(home, bot)
    return ada, bot, home


def test_related_databases_of_notion_become_one_source(
    sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bot, home = notion_space(sandbox)
    objectives, above = ada.new_database(
        "Objectives", {"Objective": "title", "Owner": "rich_text"}, home
    )
    relation = {
        "type": "relation",
        "relation": {"data_source_id": above, "type": "single_property", "single_property": {}},
    }
    columns = {
        "Key result": "title",
        "Current": "number",
        "Target": "number",
        "Objective": relation,
    }
    results, below = ada.new_database("Key results", columns, home)
    grow = ada.new_row(above, {"Objective": "Grow", "Owner": "Mia"})
    ada.new_row(above, {"Objective": "Keep", "Owner": "Lea"})
    ada.new_row(
        below, {"Key result": "Sign-ups", "Current": 62, "Target": 100, "Objective": [grow]}
    )
    monkeypatch.setenv("NOTION_TOKEN", bot.token)

    places = [sandbox.notion_url(one) for one in (objectives, results)]
    code, out = folder.run("init", *places, "--api-endpoint", sandbox.endpoint, "--yes")

    assert code == 0, out + folder.err
    [source] = sources(folder.folder).values()
    assert source["database"] == places
    assert source["token"] == {"env": "NOTION_TOKEN"}
    shown = folder.json("show")
    assert {one["title"]: len(one["key_results"]) for one in shown["objectives"]} == {
        "Grow": 1,
        "Keep": 0,
    }
    assert [part.error for part in sync(load(folder.folder / "okrsync.toml")).sources] == [None]


@pytest.mark.parametrize("header", ["Key results", "Measured by"])
def test_databases_that_are_related_on_the_objectives_side_become_one_source(
    sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    ada, bot, home = notion_space(sandbox)
    results, below = ada.new_database(
        "Key results", {"Name": "title", "Current": "number", "Target": "number"}, home
    )
    columns = {"Name": "title", "Owner": "rich_text"}
    objectives, above = ada.new_database("Objectives", columns, home)
    ada.new_column(above, header, "relation", to=below)
    pages = {
        title: ada.new_row(below, {"Name": title, "Current": current, "Target": 100})
        for title, current in (("Sign-ups", 62), ("Revenue", 40), ("Churn", 10))
    }
    for title, listed in (("Grow", ("Sign-ups", "Revenue")), ("Keep", ("Churn",))):
        ada.new_row(
            above, {"Name": title, "Owner": "Mia", header: [pages[each] for each in listed]}
        )
    monkeypatch.setenv("NOTION_TOKEN", bot.token)
    places = [sandbox.notion_url(one) for one in (objectives, results)]

    code, out = folder.run("init", *places, "--api-endpoint", sandbox.endpoint, "--yes")

    assert code == 0, out + folder.err
    assert "Key results" in out
    [source] = sources(folder.folder).values()
    assert source["database"] == places
    shown = folder.json("show")
    assert {
        one["title"]: {each["title"] for each in one["key_results"]} for one in shown["objectives"]
    } == {"Grow": {"Sign-ups", "Revenue"}, "Keep": {"Churn"}}
    assert shown["warnings"] == []
    assert [part.error for part in sync(load(folder.folder / "okrsync.toml")).sources] == [None]


def test_running_it_again_on_a_spreadsheet_finds_the_source_and_changes_the_key_when_asked(
    sandbox: Sandbox, folder: Team
) -> None:
    file_id = spreadsheet(sandbox, folder.folder / "key.json")
    url, endpoint = sandbox.spreadsheet_url(file_id), ("--api-endpoint", sandbox.endpoint)
    folder.run("init", url, "--credentials", "key.json", *endpoint)
    before = (folder.folder / "okrsync.toml").read_text(encoding="utf-8")
    (folder.folder / "other.json").write_bytes((folder.folder / "key.json").read_bytes())

    assert folder.run("init", url)[0] == 0
    assert (folder.folder / "okrsync.toml").read_text(encoding="utf-8") == before
    code, out = folder.run("init", url, "--credentials", "other.json")
    assert code == 0, out + folder.err
    now = (folder.folder / "okrsync.toml").read_text(encoding="utf-8")
    assert now == before.replace('"key.json"', '"other.json"')


def test_places_of_two_services_get_the_credentials_that_are_meant_for_each(
    sandbox: Sandbox, folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = spreadsheet(sandbox, folder.folder / "key.json")
    ada, bot, home = notion_space(sandbox)
    database, source = ada.new_database(
        "OKRs", {"Objective": "title", "Current": "number", "Target": "number"}, home
    )
    ada.new_row(source, {"Objective": "Grow", "Current": 62, "Target": 100})
    monkeypatch.setenv("NOTION_TOKEN", bot.token)
    places = (sandbox.spreadsheet_url(file_id), sandbox.notion_url(database))
    arguments = (
        "--credentials",
        "key.json",
        "--api-endpoint",
        sandbox.endpoint,
        "--yes",
        "--as-of",
        AS_OF,
    )
    code, out = folder.run("init", *places, *arguments)
    assert code == 0, out + folder.err
    found = sources(folder.folder)
    assert found["growth-okrs"]["credentials"] == {"file": "key.json"}
    assert found["okrs"]["token"] == {"env": "NOTION_TOKEN"}


@pytest.mark.parametrize(
    ("text", "connector", "settings"),
    [
        (
            "https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0",
            "google-sheets",
            {"spreadsheet"},
        ),
        (
            "https://www.notion.so/acme/OKRs-0f1e2d3c4b5a69788796a5b4c3d2e1f0?v=1",
            "notion",
            {"database"},
        ),
        ("0f1e2d3c4b5a69788796a5b4c3d2e1f0", "notion", {"database"}),
        ("team okrs.XLSX", "workbook", {"path"}),
        ("growth-*.csv", "workbook", {"path"}),
    ],
)
def test_each_connector_recognises_its_places(
    text: str, connector: str, settings: set[str], tmp_path: Path
) -> None:
    given = recognise(text, tmp_path)
    assert (given.connector, set(given.settings)) == (connector, settings)
    assert given.settings[next(iter(settings))] == text


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("Growth OKRs", (), "growth-okrs"),
        ("Growth OKRs", ("growth-okrs", "growth-okrs-2"), "growth-okrs-3"),
        ("Ziele für 2026 – Größe", (), "ziele-fur-2026-grosse"),
        ("目标", (), "okrs"),
        (None, (), "okrs"),
        (
            "A title that goes on and on for longer than any id should",
            (),
            "a-title-that-goes-on-and-on-for",
        ),
    ],
)
def test_a_source_is_named_by_its_title(
    title: str | None, taken: tuple[str, ...], name: str
) -> None:
    assert name_for(title, taken) == name


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        (["Objective", "Key result", "Status", "Owner", "Base"], "en"),
        (["Ziel", "Schlüsselergebnis", "Owner", "Status"], "de"),
        (["Objectif", "Résultat clé", "Valeur cible"], "fr"),
        (["Objetivo", "Resultado clave", "Fecha límite", "Actual"], "es"),
        (["Objetivo", "Resultado chave", "Responsável", "Meta", "Atual"], "pt"),
        (["目标", "关键结果", "Owner"], "zh"),
        (["目標", "主要な成果", "担当者"], "ja"),
        (["목표", "핵심 결과"], "ko"),
        (["Цель", "Ключевой результат"], "ru"),
    ],
)
def test_the_language_of_the_headers_is_told(headers: list[str], language: str) -> None:
    assert language_of(headers) == language
    assert headers_for(language, headers)["progress"] not in headers
