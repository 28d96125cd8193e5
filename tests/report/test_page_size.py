"""The page of a company with 20,000 rows: small enough to be mailed, and honest about what only a
script draws.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import accumulate

import pytest

from okrsync.config import load
from okrsync.connector import Movement
from okrsync.measures.picture import Picture
from okrsync.measures.result import Outlook
from okrsync.model.okrs import Status
from okrsync.plan.review import Overview
from okrsync.report import page_tree
from okrsync.report.html import render
from okrsync.report.page_tree import MOST_ROWS
from okrsync.steps.review import overview
from team import Team, write_csv

WORDS = [
    *("growth", "revenue", "sign-ups", "churn", "latency", "incidents", "partners", "hires"),
    *("renewals", "trials", "onboarding", "quality", "safety", "tickets", "releases", "audits"),
    *("coverage", "pipeline", "margin", "forecast"),
]
AT_NEWS = "At this pace 61 % by 31 Dec; 3 a week are needed, 1.4 came lately."


def company(team: Team, objectives: int) -> Overview:
    """A company with three key results for each objective, all with a trend and an outlook."""
    chance = random.Random(1)
    rows: list[list[object]] = [
        ["Objective", "Key result", "Owner", "Team", "Start", "Current", "Target", "Last check-in"]
    ]
    for number in range(objectives):
        title = f"{' '.join(chance.sample(WORDS, 4))} {number}"
        for result in range(3):
            words = f"{' '.join(chance.sample(WORDS, 5))} {number}.{result}"
            owner, group = f"Person {chance.randrange(800)}", f"Team {chance.randrange(60)}"
            numbers = [chance.randrange(50), chance.randrange(120), 100 + chance.randrange(99)]
            rows.append([title, words, owner, group, *numbers, f"2026-11-{number % 20 + 1:02d}"])
    write_csv(team.folder / "all.csv", rows)
    team.config('cycle = "2026-Q4"\n[sources.all]\nconnector = "workbook"\npath = "all.csv"\n')
    made = overview(load(team.folder / "okrsync.toml"), as_of=date(2026, 11, 23))
    measures = {
        id_: measure._replace(
            reason=f"{measure.reason} {AT_NEWS}",
            outlook_at_news=AT_NEWS,
            delta=Decimal(chance.randrange(-9, 20)) / 100,
            trend=tuple(accumulate(Decimal(chance.randrange(12)) / 100 for _ in range(8))),
            outlook=Outlook(
                Decimal(chance.randrange(100)) / 100,
                Decimal(chance.randrange(50)) / 100,
                Decimal(chance.randrange(50, 140)) / 100,
                Decimal(chance.randrange(1, 900)) / 100,
                Decimal(chance.randrange(1, 900)) / 100,
                8,
                None,
            ),
        )
        for id_, measure in made.picture.measures.items()
    }
    movements = tuple(
        Movement(id_, item.title, 0.1, 0.2, Status.AT_RISK, Status.ON_TRACK)
        for id_, item in made.picture.items.items()
    )
    picture = replace(made.picture, measures=measures, movements=movements)
    return replace(made, picture=picture)


TENTH = 500
"""A tenth of the rows that stand in a page itself, where the test is no trial."""


@pytest.mark.parametrize(
    ("objectives", "most_bytes", "most_rows"),
    [
        (350, 700_000, TENTH),
        pytest.param(1_300, 1_200_000, MOST_ROWS, marks=pytest.mark.trial),
        pytest.param(5_000, 3_000_000, MOST_ROWS, marks=pytest.mark.trial),
    ],
)
def test_what_a_script_draws_takes_few_bytes_a_row(
    team: Team, monkeypatch: pytest.MonkeyPatch, objectives: int, most_bytes: int, most_rows: int
) -> None:
    monkeypatch.setattr(page_tree, "MOST_ROWS", most_rows)
    made = company(team, objectives)
    page = render(made)
    assert len(page.encode()) < most_bytes
    shown = len(re.findall(r'class="r (?:objective|key-result)', page))
    (left_out, of) = re.search(r"(\d+) of (\d+) items are collapsed and left out", page).groups()  # type: ignore[union-attr]
    assert int(of) == 4 * objectives
    assert shown + int(left_out) == 4 * objectives
    (rest,) = re.findall(r'id="rest">([^<]*)</script>', page)
    parts = json.loads(gzip.decompress(base64.b64decode(rest)))
    assert sum(part.count('class="r ') for part in parts) == int(left_out)
    assert sorted(map(int, re.findall(r'data-c="(\d+)"', page))) == list(range(len(parts)))
    assert render(made) == page


@pytest.mark.parametrize(
    ("objectives", "most_rows"),
    [
        (40, MOST_ROWS),
        (125, TENTH),
        pytest.param(1_250, MOST_ROWS, marks=pytest.mark.trial),
    ],
)
def test_up_to_five_thousand_rows_stand_in_the_page_itself(
    team: Team, monkeypatch: pytest.MonkeyPatch, objectives: int, most_rows: int
) -> None:
    monkeypatch.setattr(page_tree, "MOST_ROWS", most_rows)
    assert MOST_ROWS == 5_000
    page = render(company(team, objectives))
    assert len(re.findall(r'class="r (?:objective|key-result)', page)) == 4 * objectives
    assert "left out here" not in page
    assert 'id="rest"' not in page


def test_the_items_of_a_page_are_listed_as_often_for_many_as_for_few(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = [0]
    listed = vars(Picture)["items"].fget

    def counted(picture: Picture) -> object:
        counts[-1] += 1
        return listed(picture)

    few, many = company(team, 10), company(team, 60)
    monkeypatch.setattr(Picture, "items", property(counted))
    render(few)
    counts.append(0)
    render(many)
    assert counts[0] == counts[1]
