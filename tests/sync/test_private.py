"""What is private counts everywhere, and its words are read nowhere but in its own sheet."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import okrsync
from okrsync_sandbox import Sandbox
from team import Team, write_csv, write_workbook

FIRST, NOW = "2026-10-12", "2026-11-23"
HEADER = ["Objective", "Key result", "Owner", "Start", "Current", "Target", "Comment"]
SECRET = ("Buy Acme", "Sign by May", "Lay off", "Will they sell?", "Offices closed")
CONFIG = """
cycle = "2026-Q4"

[sources.growth]
connector = "workbook"
path = "growth.xlsx"
[sources.growth.write]
columns = {status = "Status", note = "Note"}
summary = "Summary"

[sources.ops]
connector = "workbook"
path = "ops.xlsx"
[sources.ops.write]
summary = "Summary"
summary_of = "all"
review = "Review"
"""


def rows(marks: dict[str, Any], header: str = "Private") -> list[list[Any]]:
    def row(objective: str, title: str, *more: Any) -> list[Any]:
        return [objective, title, *more, marks.get(title)]

    return [
        [*HEADER, header],
        row("Grow", "Sign-ups", "Mia", 0, 5, 100, None),
        row("Grow", "Lay off", "Mia", 0, 1, 100, None),
        row("Buy Acme", "Sign by May", "Jon", 0, 1, 100, "Will they sell?"),
    ]


@pytest.fixture
def company(team: Team) -> Team:
    team.config(CONFIG)
    write_workbook(team.folder / "ops.xlsx", [HEADER, ["Run", "Uptime", "Zoe", 0, 50, 100, None]])
    write_workbook(
        team.folder / "growth.xlsx", rows({"Lay off": "yes", "Sign by May": "confidential"})
    )
    return team


def text_of(path: Path, *tabs: str) -> str:
    book = openpyxl.load_workbook(path)
    return str([list(book[tab].values) for tab in tabs])


def told_elsewhere(team: Team) -> dict[str, str]:
    """Everything that is made for others, by its name."""
    return {
        "summary": text_of(team.folder / "ops.xlsx", "Summary"),
        "review tab": text_of(team.folder / "ops.xlsx", "Review"),
        "review": json.dumps(team.json("review", "--as-of", NOW)),
        "report": team.run("report", "--html", "-", "--as-of", NOW)[1],
    }


def test_a_row_that_says_so_is_private(company: Team) -> None:
    for day in (FIRST, NOW):
        company.json("sync", "--as-of", day)
    for name, text in told_elsewhere(company).items():
        assert "private" in text, name
        assert "Sign-ups" in text, name
        for words in SECRET[:4]:
            assert words not in text, name
    own = text_of(company.folder / "growth.xlsx", "Summary")
    assert "Sign by May" in own, "whoever reads this tab reads the rows as well"


@pytest.mark.parametrize(
    ("header", "private", "public"),
    [
        ("Private", True, False),
        ("Vertraulich", "ja", "nein"),
        ("Visibility", "Restricted", "Company"),
        ("Confidentiel", "oui", None),
        ("非公開", "はい", "いいえ"),
    ],
)
def test_the_column_is_known_by_its_words(
    company: Team, header: str, private: Any, public: Any
) -> None:
    marks = {"Sign-ups": public, "Lay off": private, "Sign by May": public}
    write_workbook(company.folder / "growth.xlsx", rows(marks, header))
    company.json("sync", "--as-of", NOW)
    text = told_elsewhere(company)["report"]
    assert ("Lay off" in text, "Sign by May" in text) == (False, True)


def test_an_objective_is_private_where_all_its_rows_are(company: Team) -> None:
    write_workbook(company.folder / "growth.xlsx", rows({"Lay off": "yes"}))
    company.json("sync", "--as-of", NOW)
    text = told_elsewhere(company)["summary"]
    assert "Grow" in text
    assert "Lay off" not in text


def test_a_word_that_is_not_known_keeps_the_row_private_and_is_named(company: Team) -> None:
    write_workbook(
        company.folder / "growth.xlsx", rows({"Sign-ups": "no", "Lay off": "ask Mia first"})
    )
    company.json("sync", "--as-of", NOW)
    assert "Lay off" not in told_elsewhere(company)["report"]
    warnings = company.json("show", "--as-of", NOW)["warnings"]
    (warning,) = [each for each in warnings if each["code"] == "unknown-privacy"]
    assert warning["at"] == "Q4!H3"


def test_private_items_count(company: Team) -> None:
    before = company.json("sync", "--as-of", NOW)
    shown = company.json("show", "--as-of", NOW)
    write_workbook(company.folder / "growth.xlsx", rows({}))
    after = company.json("show", "--as-of", NOW)
    assert before["counts"]["conflicts"] == 0
    assert [each["progress"] for each in shown["objectives"]] == [
        each["progress"] for each in after["objectives"]
    ]


def test_assistants_and_summaries_of_the_library_withhold_them(company: Team) -> None:
    company.json("sync", "--as-of", FIRST)
    with okrsync.open(company.folder / "okrsync.toml", as_of=NOW) as okrs:
        assert not any(words in repr(okrs.summary()) for words in SECRET)
        assert "private" in repr(okrs.summary())
        assert "Sign by May" in repr(okrs.picture()), "it is for whoever may read the sheets"
        server = pytest.importorskip("okrsync.assistants").server(okrs)
        for tool, arguments in (
            ("tree", {}),
            ("attention", {}),
            ("lint", {}),
            ("item", {"id": "growth/O2"}),
            ("history", {"id": "growth/O2"}),
            ("explain", {"id": "growth/O2"}),
            ("explain", {"id": "growth/O1"}),
        ):
            answer = str(asyncio.run(server.call_tool(tool, arguments)))
            assert not any(words in answer for words in SECRET), tool
        with pytest.raises(Exception, match="no objective or key result"):
            asyncio.run(server.call_tool("item", {"id": "Sign by May"}))


def test_no_title_of_a_private_database_stands_in_an_address(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox() as sandbox:
        notion = sandbox.notion
        ada, bot = notion.person("ada@acme.example", "Ada"), notion.connect("okrsync")
        home = ada.new_page("Company")
        database, source = ada.new_database(
            "OKRs",
            {"Objective": "title", "Progress": "number", "Status": "select", "Week": "date"},
            home,
        )
        ada.new_row(source, {"Objective": "Buy Acme", "Progress": 0.1})
        ada.new_row(source, {"Objective": "Offices closed", "Progress": 0.2})
        ada.share(home, bot)
        monkeypatch.setenv("NOTION_TOKEN", bot.token)
        write_csv(team.folder / "ops.csv", [HEADER, ["Run", "Uptime", "Zoe", 0, 50, 100, None]])
        team.config(
            f'cycle = "2026-Q4"\n[sources.board]\nconnector = "notion"\nprivate = true\n'
            f'database = "{sandbox.notion_url(database)}"\napi_endpoint = "{sandbox.endpoint}"\n'
            'token = {env = "NOTION_TOKEN"}\n[sources.ops]\nconnector = "workbook"\n'
            'path = "ops.csv"\n'
        )
        team.json("sync", "--as-of", FIRST)
        for text in (
            json.dumps(team.json("review", "--as-of", NOW)),
            team.run("report", "--html", "-", "--as-of", NOW)[1],
        ):
            assert "private" in text
            assert not any(words in text for words in SECRET)
