"""The page of `okrsync report`: it says what `show` says, needs nothing else, and takes no orders
from a sheet.
"""

from __future__ import annotations

import base64
import hashlib
import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from okrsync.config import load
from okrsync.report.html import render
from okrsync.sync import look
from team import AS_OF, CONFIG, Team, write_csv, write_workbook

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</style></table><h1>taken over",
    "\u202egnp.exe\u0007\x1b[31mred",
    '=HYPERLINK("http://example.com")',
]


class Page(HTMLParser):
    """What is in a page: its tags with their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.style = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page_of(team: Team, *more: str, code: int = 0) -> Page:
    found, out = team.run("report", "--html", "-", "--as-of", AS_OF, *more)
    assert found == code, team.err
    return Page(out)


def test_the_page_tells_headlines_tree_attention_wins_and_sources(team: Team) -> None:
    page = page_of(team)
    for words in (
        "OKRs 2026-Q4",
        "how things stand on 23 Nov 2026",
        "3 Key results",
        "Sign-ups 62 (40 → 100)",
        "37 %",
        "No check-in since 2 Oct 2026",
        "Achieved Keep Churn",
        "growth workbook 2 objectives, 3 key results read today",
    ):
        assert words in page.text, words
    rows = [attributes for tag, attributes in page.tags if tag == "tr" and "class" in attributes]
    assert [row["class"] for row in rows] == [
        "objective d0",
        "key-result d1",
        "key-result d1",
        "objective d0",
        "key-result d1",
    ]


def test_bars_say_in_words_what_they_show(team: Team) -> None:
    labels = [attributes["aria-label"] for tag, attributes in page_of(team).tags if tag == "svg"]
    assert labels[1] == "37 %, 59 % expected by now"
    widths = [
        attributes["width"]
        for tag, attributes in page_of(team).tags
        if attributes.get("class") == "fill"
    ]
    assert widths[1] == "37"


def test_the_page_loads_nothing_and_runs_nothing(team: Team) -> None:
    page = page_of(team)
    assert {tag for tag, _ in page.tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "a",
        "form",
        "base",
    } == set()
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), tag
            assert name not in ("src", "href", "style", "srcset"), tag
            assert "://" not in (value or ""), tag
    assert "url(" not in page.style
    assert "@import" not in page.style


def test_its_policy_allows_its_own_style_and_nothing_else(team: Team) -> None:
    page = page_of(team)
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes in page.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert (
        policy
        == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_what_stands_in_a_sheet_stays_text(team: Team) -> None:
    quiet = {tag for tag, _ in page_of(team).tags}
    rows: list[list[Any]] = [
        ["Objective", "Key result", "Owner", "Start", "Current", "Target", "Last check-in"]
    ]
    rows += [[f"{text} objective", f"{text} result", text, 1, 2, text, None] for text in HOSTILE]
    write_csv(team.folder / "growth.csv", rows)
    team.config(CONFIG.replace("growth.xlsx", "growth.csv"))
    code, out = team.run("report", "--html", "-", "--as-of", AS_OF)
    assert code == 0
    page = Page(out)
    assert {tag for tag, _ in page.tags} <= quiet | {"h2", "section", "details", "summary", "p"}
    assert len([tag for tag, _ in page.tags if tag == "style"]) == 1
    for text in HOSTILE[:5]:
        assert text in page.text
    assert not re.search("[\u202e\x07\x1b]", out)
    assert "49" not in page.text.replace("149", "")


def test_a_table_is_read_out_as_one_although_a_narrow_screen_stacks_it(
    team: Team,
) -> None:
    roles = {"table": "table", "tr": "row", "td": "cell", "tbody": "rowgroup", "thead": "rowgroup"}
    for tag, attributes in page_of(team).tags:
        if tag in roles:
            assert attributes.get("role") == roles[tag]
        if tag == "th":
            assert (attributes["role"], attributes["scope"]) in (
                ("columnheader", "col"),
                ("rowheader", "row"),
            )


def test_the_same_picture_makes_the_same_bytes_and_an_equal_page_is_left_alone(
    team: Team,
) -> None:
    path = team.folder / "okrs.html"
    assert "Wrote" in team.run("report", "--html", "okrs.html", "--as-of", AS_OF)[1]
    before = path.stat().st_mtime_ns
    assert "No change" in team.run("report", "--html", "okrs.html", "--as-of", AS_OF)[1]
    assert path.stat().st_mtime_ns == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert "Wrote" in team.run("report", "--html", "okrs.html", "--as-of", "2026-11-24")[1]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [one.name for one in team.folder.iterdir() if one.name.startswith(".")] == []


def test_a_place_that_cannot_be_written_is_told(team: Team) -> None:
    assert team.run("report", "--html", "nowhere/okrs.html")[0] == 2
    assert "cannot be written" in team.err
    assert team.run("report")[0] == 2
    assert "--html" in team.err


def test_a_source_that_could_not_be_read_is_told_and_the_exit_code_says_so(
    team: Team,
) -> None:
    team.config(CONFIG + '\n[sources.ops]\nconnector = "workbook"\npath = "missing.xlsx"\n')
    page = page_of(team, code=3)
    assert "ops could not be read and is not in these numbers." in page.text
    assert "there is no such file. Check" in page.text


def test_the_age_of_last_good_numbers_is_shown(team: Team) -> None:
    picture = look(load(team.folder / "okrsync.toml"))
    (view,) = picture.sources
    assert view.read_at is not None
    day = view.read_at.date()
    kept = replace(
        picture,
        as_of=day.replace(year=day.year + 1),
        sources=(replace(view, state="kept", error="no answer"),),
    )
    assert "last good numbers are shown" in Page(render(kept)).text
    assert re.search(r"36[56] days ago", Page(render(kept)).text)


def test_no_secret_leaves_the_house_in_a_page(team: Team) -> None:
    picture = look(load(team.folder / "okrsync.toml"))
    token = "ntn_" + "a1B2" * 12
    told = replace(picture.sources[0], state="failed", error=f"refused: {token}", hint=None)
    assert token not in render(replace(picture, sources=(told,)))


def test_items_of_other_cycles_have_a_table_of_their_own_when_asked_for(
    team: Team,
) -> None:
    write_workbook(
        team.folder / "growth.xlsx",
        [
            ["Objective", "Key result", "Cycle", "Current", "Target"],
            ["Grow", "Sign-ups", "2026-Q4", 1, 2],
            ["Old", "Gone", "2026-Q1", 1, 2],
        ],
    )
    assert "Gone" not in page_of(team).text
    assert "Other cycles" in page_of(team, "--all-cycles").text


def test_nothing_at_all_makes_a_page_too(team: Team, tmp_path: Path) -> None:
    write_workbook(tmp_path / "growth.xlsx", [["Objective", "Key result", "Target", "Current"]])
    page = page_of(team)
    assert "There are no objectives of this cycle." in page.text
    assert "Nothing needs attention." in page.text


@pytest.mark.parametrize(
    "theme", ["prefers-color-scheme: dark", "@media print", "max-width: 44rem"]
)
def test_it_is_made_for_dark_rooms_paper_and_phones(team: Team, theme: str) -> None:
    assert theme in page_of(team).style
