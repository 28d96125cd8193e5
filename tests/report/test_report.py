"""The page of `okrsync report`: it says what `show` says, needs nothing else, and takes no orders
from a sheet.
"""

from __future__ import annotations

import base64
import hashlib
import re
import stat
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from build import key_result
from okrsync.config import load
from okrsync.report.html import render
from okrsync.report.page_items import place_of
from okrsync.steps.review import overview
from team import AS_OF, CONFIG, ROWS, Team, edit, sheet, write_csv, write_workbook

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
        self.script = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A number and its percent sign stand on one line.
        plain = {name: value and value.replace("\u00a0", " ") for name, value in attrs}
        self.tags.append((tag, plain))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        elif self.open and self.open[-1] == "script":
            self.script += data
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
        "Key results 3",
        "Sign-ups 62 (40 → 100)",
        "37 %",
        "No check-in since 2 Oct 2026",
        "Achieved ★ Achieved Keep growth: Q4!A4 ★ Achieved Churn Lea growth: Q4!B4",
        "growth workbook 2 objectives, 3 key results read today",
    ):
        assert words in page.text, words
    classes = [attributes.get("class") or "" for _, attributes in page.tags]
    rows = [each for each in classes if each.startswith("r ") and each != "r head"]
    assert rows == [
        "r objective stale",
        "r key-result at-risk",
        "r key-result stale",
        "r objective achieved",
        "r key-result achieved",
    ]


def test_bars_say_in_words_what_they_show(team: Team) -> None:
    page = page_of(team)
    labels = [
        attributes["aria-label"] for _, attributes in page.tags if attributes.get("class") == "bar"
    ]
    assert labels[1] == "37 %, 59 % expected by now"
    paths = [attributes["d"] for _, attributes in page.tags if attributes.get("class") == "fill"]
    assert paths[1] == "M0 0h37v8H0z"


def test_the_page_loads_nothing(team: Team) -> None:
    page = page_of(team)
    tags = {tag for tag, _ in page.tags}
    assert tags & {"link", "img", "iframe", "object", "base"} == set()
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), tag
            assert name not in ("src", "style", "srcset", "action"), tag
            assert name != "href" or (value or "").startswith("#"), "a workbook has no address"
            assert "://" not in (value or ""), tag
    assert "url(" not in page.style
    assert "@import" not in page.style
    for word in ("fetch(", "XMLHttpRequest", "import(", "WebSocket", "eval("):
        assert word not in page.script


def test_its_policy_allows_its_own_style_and_script_and_nothing_else(team: Team) -> None:
    page = page_of(team)
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes in page.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    style, script = (
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (page.style, page.script)
    )
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}';"
        " base-uri 'none'; form-action 'none'"
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
    assert len([tag for tag, _ in page.tags if tag == "script"]) == 1
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
    made = overview(load(team.folder / "okrsync.toml"))
    picture = made.picture
    (view,) = picture.sources
    assert view.read_at is not None
    day = view.read_at.date()
    kept = replace(
        picture,
        as_of=day.replace(year=day.year + 1),
        sources=(replace(view, state="kept", error="no answer"),),
    )
    assert "last good numbers are shown" in Page(render(replace(made, picture=kept))).text
    assert re.search(r"36[56] days ago", Page(render(replace(made, picture=kept))).text)


def test_no_secret_leaves_the_house_in_a_page(team: Team) -> None:
    made = overview(load(team.folder / "okrsync.toml"))
    picture = made.picture
    token = "ntn_" + "a1B2" * 12
    told = replace(picture.sources[0], state="failed", error=f"refused: {token}", hint=None)
    assert token not in render(replace(made, picture=replace(picture, sources=(told,))))


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


@pytest.mark.parametrize("command", [("report", "--html", "-"), ("review", "--format", "html")])
def test_no_line_ends_between_a_number_and_its_percent_sign(
    team: Team, command: tuple[str, ...]
) -> None:
    code, page = team.run(*command, "--as-of", AS_OF)
    assert code == 0
    words = " ".join(Page(page).words)
    assert re.search(r"\d\u00a0%", words)
    assert re.findall(r"\d %", words) == []


def three_weeks(team: Team, *, with_check_ins: bool) -> None:
    """Syncs of three weeks of October in which a value grows, and one of today."""
    write_workbook(team.folder / "growth.xlsx", [ROWS[0], ["Grow", "Sign-ups", "Mia", 40]])
    for day, current in (("2026-10-05", 42), ("2026-10-12", 45), ("2026-10-19", 48)):

        def check_in(tab: Any, day: str = day, current: int = current) -> None:
            tab["E2"], tab["F2"] = current, 100
            if with_check_ins:
                tab["G2"] = date.fromisoformat(day)

        edit(team.folder / "growth.xlsx", check_in)
        assert team.run("sync", "--as-of", day)[0] == 0
    assert team.run("sync", "--as-of", AS_OF)[0] == 0


def test_a_row_says_on_the_page_where_it_ends_up_as_seen_today(team: Team) -> None:
    three_weeks(team, with_check_ins=False)
    note = sheet(team.folder / "growth.xlsx")[1][-1]
    at_news = note[note.index("At this pace") :]
    page = page_of(team)
    assert at_news not in page.text
    assert page.text.count("It stands still: 13 % by 31 Dec at this pace") == 3


def test_a_row_without_a_check_in_is_not_said_to_stand_still(team: Team) -> None:
    three_weeks(team, with_check_ins=True)
    note = sheet(team.folder / "growth.xlsx")[1][-1]
    assert "No check-in since 19 Oct 2026" in note
    assert "At this pace" not in note
    page = page_of(team)
    assert "Silent since 19 Oct: 13 % by 31 Dec if it stays there" in page.text
    assert "stands still" not in page.text
    assert "13 % if it stays there (" in page.text
    code, out = team.run("explain", "Sign-ups", "--as-of", AS_OF)
    assert code == 0
    assert "Silent since 19 Oct: 13 % by 31 Dec if it stays there; " in out


@pytest.mark.parametrize(
    "theme", ["prefers-color-scheme: dark", "@media print", "max-width: 44rem"]
)
def test_it_is_made_for_dark_rooms_paper_and_phones(team: Team, theme: str) -> None:
    assert theme in page_of(team).style


def _contrast(first: str, second: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""

    def luminance(colour: str) -> float:
        long = colour if len(colour) == 7 else "#" + "".join(2 * sign for sign in colour[1:])
        parts = [int(long[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_colour_of_a_text_is_readable_in_light_and_dark_and_on_paper(team: Team) -> None:
    themes = re.findall(r":root \{([^}]*--paper[^}]*)\}", page_of(team).style)
    assert len(themes) == 3
    for theme in themes:
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", theme))
        for ground in ("paper", "panel"):
            for text in ("ink", "soft", "link", "warn", "bad"):
                assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground, theme)
        assert _contrast(colours["mark"], colours["track"]) >= 3
    style = page_of(team).style
    for is_dark, theme in enumerate(themes[:2]):
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", theme))
        rules = re.findall(r"--fill: (#\w+); --bar: (#\w+);", style)[is_dark * 9 :][:9]
        for fill, bar in rules:
            assert _contrast(colours["ink"], fill) >= 4.5, (fill, theme)
            assert _contrast(bar, colours["track"]) >= 3, (bar, theme)


@pytest.mark.parametrize(
    ("names", "is_linked", "words"),
    [
        (None, True, "growth: Q4!B2"),
        (("Objective", "Key result"), True, "growth: Q4"),
        (("Objective", "Key result"), False, "growth: Q4!row 2 · Key result"),
    ],
)
def test_a_link_into_a_database_does_not_repeat_the_title_of_its_row(
    names: tuple[str, ...] | None, is_linked: bool, words: str
) -> None:
    item = key_result(2, "Sign-ups")
    item = replace(item, origin=replace(item.origin, names=names))
    assert place_of(item, is_linked=is_linked) == words
