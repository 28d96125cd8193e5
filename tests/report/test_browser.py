"""The report in a real browser: what people click, what they see on a phone and without scripts,
and that it asks nobody for anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from browser import Browser, chromium
from okrsync.config import load
from okrsync.plan.review import Overview
from okrsync.report import page_tree
from okrsync.report.html import render
from okrsync.steps.review import overview
from team import Team, write_csv

ROWS: list[list[object]] = [
    ["Objective", "Key result", "Owner", "Team", "Start", "Current", "Target", "Last check-in"],
    ["Grow", "Sign-ups", "Mia", "Sales", 0, 80, 100, "2026-11-20"],
    ["Grow", "Revenue", "Jon, Mia", "Sales", 0, 10, 100, "2026-11-20"],
    ["Keep", "Churn", "Ada", "Care", 0, 70, 100, "2026-10-02"],
    ["Keep", "Renewals", "Ada", "Care", 0, 100, 100, "2026-11-20"],
]
OPS: list[list[object]] = [
    ["Objective", "Key result", "Owner", "Team", "Start", "Current", "Target", "Last check-in"],
    ["Run", "Uptime", "Kim", None, 0, 75, 100, "2026-11-20"],
]
CONFIG = """
cycle = "2026-Q4"
[sources.growth]
connector = "workbook"
path = "growth.csv"
[sources.ops]
connector = "workbook"
path = "ops.csv"
"""
LINK = "https://sheets.example/d/1#gid=0&range=B2"


@pytest.fixture(scope="module")
def shared_browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        # `.ci/run` sets it once it has installed a browser: there the test is not left out.
        assert "OKRSYNC_NEEDS_BROWSER" not in os.environ, "there is no Chromium"
        pytest.skip("no Chromium on this machine: the report was not tried in a browser")
    with Browser(path) as made:
        yield made


@pytest.fixture
def browser(shared_browser: Browser) -> Browser:
    shared_browser.send("Emulation.setScriptExecutionDisabled", value=False)
    shared_browser.send(
        "Emulation.setDeviceMetricsOverride",
        width=1280,
        height=800,
        deviceScaleFactor=1,
        mobile=False,
    )
    return shared_browser


@pytest.fixture
def company(team: Team) -> Overview:
    write_csv(team.folder / "growth.csv", ROWS)
    write_csv(team.folder / "ops.csv", OPS)
    team.config(CONFIG)
    made = overview(load(team.folder / "okrsync.toml"), as_of=date(2026, 11, 23))
    return replace(made, links={"growth/O1/KR1": LINK})


def opened(browser: Browser, made: Overview, folder: Path) -> Browser:
    path = folder / "okrs.html"
    path.write_text(render(made), encoding="utf-8")
    browser.open(path)
    return browser


def shown(browser: Browser, inside: str = "#items") -> list[str]:
    """The titles that are seen, in reading order."""
    titles: list[str] = browser.do(
        f"[...document.querySelectorAll('{inside} .title')]"
        ".filter((each) => each.checkVisibility({contentVisibilityAuto: true})"
        " && !each.closest('.head')).map((each) => each.textContent)"
    )
    return titles


def is_quiet(browser: Browser) -> bool:
    """Whether the page asked for nothing but itself, and complained about nothing."""
    assert browser.errors == []
    assert [each.rpartition("/")[2].partition("#")[0] for each in browser.requests] == ["okrs.html"]
    return True


EVERYTHING = ["Grow", "Sign-ups", "Revenue", "Keep", "Churn", "Renewals", "Run", "Uptime"]


def test_filters_narrow_the_tree_and_every_list(
    browser: Browser, company: Overview, tmp_path: Path
) -> None:
    page = opened(browser, company, tmp_path)
    assert shown(page) == EVERYTHING
    for name, label, titles in (
        ("t", "Care", ["Keep", "Churn", "Renewals"]),
        ("t", "no team", ["Run", "Uptime"]),
        ("o", "Mia", ["Grow", "Sign-ups", "Revenue"]),
        ("s", "ops", ["Run", "Uptime"]),
        ("x", "Achieved", ["Keep", "Renewals"]),
        ("x", "Silent", ["Keep", "Churn"]),
    ):
        page.choose(name, label)
        assert shown(page) == titles, label
        page.click("#filters button[type=reset]")
        page.until("!document.documentElement.classList.contains('filtered')")
        assert shown(page) == EVERYTHING, label
    page.choose("t", "Care")
    page.choose("x", "Achieved")
    assert shown(page) == ["Keep", "Renewals"]
    assert page.do("document.querySelector('#shown').textContent") == "1 of 8 shown"
    assert shown(page, ".answer") == ["Renewals"]
    assert is_quiet(page)


def test_a_number_of_a_team_shows_its_items(
    browser: Browser, company: Overview, tmp_path: Path
) -> None:
    page = opened(browser, company, tmp_path)
    page.click(".heat td.off-track a")
    assert shown(page) == ["Grow", "Revenue"]
    assert page.do("location.hash") == "#tree"
    assert is_quiet(page)


def test_the_tree_opens_and_closes_by_mouse_and_keyboard(
    browser: Browser, company: Overview, tmp_path: Path
) -> None:
    page = opened(browser, company, tmp_path)
    page.click("#items summary")
    assert shown(page) == ["Grow", *EVERYTHING[3:]]
    page.do("document.querySelector('#items summary').focus()")
    page.press("Enter")
    assert shown(page) == EVERYTHING
    page.click("#close-all")
    assert shown(page) == ["Grow", "Keep", "Run"]
    page.click("#open-all")
    assert shown(page) == EVERYTHING
    assert is_quiet(page)


def test_links_lead_to_the_row_and_a_file_is_told_in_words(
    browser: Browser, company: Overview, tmp_path: Path
) -> None:
    page = opened(browser, company, tmp_path)
    links = page.do(
        "[...document.querySelectorAll('#items a')].map((each) => [each.href, each.textContent])"
    )
    assert links == [[LINK, "growth!B2"]]
    assert "ops!B2" in page.do("document.querySelector('#items').innerText")
    for target in page.do("[...document.querySelectorAll('nav a')].map((each) => each.hash)"):
        assert page.do(f"document.querySelector('{target}') !== null"), target


def test_the_five_answers_are_seen_at_once_on_a_laptop_and_a_phone(
    browser: Browser, company: Overview, tmp_path: Path
) -> None:
    for width, height in ((1280, 720), (360, 740)):
        browser.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        page = opened(browser, company, tmp_path)
        boxes: list[dict[str, Any]] = page.do(
            "[...document.querySelectorAll('.tiles a')]"
            ".map((each) => each.getBoundingClientRect().toJSON())"
        )
        assert len(boxes) == 5
        assert all(box["bottom"] <= height and box["right"] <= width for box in boxes), width
        assert page.do("document.documentElement.scrollWidth") <= width
        assert is_quiet(page)


def test_it_is_read_without_scripts(browser: Browser, company: Overview, tmp_path: Path) -> None:
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    page = opened(browser, company, tmp_path)
    assert shown(page) == EVERYTHING
    assert page.do("document.querySelector('#filters').checkVisibility()") is False
    page.click("#items summary")
    assert shown(page) == ["Grow", *EVERYTHING[3:]]


def test_what_is_collapsed_in_a_large_page_is_drawn_by_the_script(
    browser: Browser, company: Overview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_tree, "MOST_ROWS", 4)
    monkeypatch.setattr(page_tree, "_MOST_TOPS", 2)
    page = opened(browser, company, tmp_path)
    page.until("!document.querySelector('#filters').hidden")
    assert page.do("document.querySelector('#left-out').checkVisibility()") is False
    assert shown(page) == ["Grow", "Keep"]
    page.click("#items summary.objective")
    page.until("document.querySelector('#items .key-result') !== null")
    assert shown(page) == ["Grow", "Sign-ups", "Revenue", "Keep"]
    page.choose("o", "Kim")
    assert shown(page) == ["Run", "Uptime"], "what was not drawn yet is filtered too"
    page.choose("o", "all")
    page.click("#open-all")
    assert shown(page) == EVERYTHING
    assert is_quiet(page)
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    page = opened(browser, company, tmp_path)
    assert shown(page) == ["Grow", "Keep"]
    assert "6 of 8 items are collapsed" in page.do("document.querySelector('#left-out').innerText")


def test_paper_shows_everything_and_a_dark_room_is_dark(
    browser: Browser, company: Overview, tmp_path: Path
) -> None:
    page = opened(browser, company, tmp_path)
    page.click("#close-all")
    page.do("dispatchEvent(new Event('beforeprint'))")
    page.send("Emulation.setEmulatedMedia", media="print", features=[])
    assert shown(page) == EVERYTHING
    assert page.do("document.querySelector('#filters').checkVisibility()") is False
    dark = {"name": "prefers-color-scheme", "value": "dark"}
    page.send("Emulation.setEmulatedMedia", media="", features=[dark])
    ground = page.do("getComputedStyle(document.body).backgroundColor")
    page.send("Emulation.setEmulatedMedia", media="", features=[])
    assert ground == "rgb(20, 23, 27)"
