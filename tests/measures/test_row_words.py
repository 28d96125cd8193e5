"""What a team types stands beside what is measured, wherever people look."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

import okrsync
from build import key_result
from okrsync.measures.result import Measure
from okrsync.measures.row_words import disagreement, row_words
from okrsync.model.okrs import Commitment, Freshness, Status
from okrsync.plan.boards.rows import board_rows
from okrsync.plan.summarise import summarise
from team import Team

D = Decimal
CONFIG = """
cycle = "2026-Q4"
timezone = "UTC"
[sources.growth]
connector = "workbook"
path = "okrs.csv"
[sources.growth.write]
columns = {progress = "okr progress", note = "okr note"}
"""
ROWS = """\
Objective,Key Result,Start,Current,Target,Stretch,Commitment,Confidence,Status,Comment,Check-in
Grow,Sign-ups,0,20,100,150,committed,40%,On track,two deals late,2026-11-28
Grow,Revenue,1,3,4,6,aspirational,90%,On track,going well,2026-11-28
"""


def measured(status: Status, *, passes: bool | None = None, rules: tuple[str, ...] = ()) -> Measure:
    return Measure(
        D("0.5"),
        D("0.5"),
        D("0.6"),
        None,
        status,
        Freshness.FRESH,
        None,
        None,
        (1, 1),
        "",
        rules,
        passes=passes,
    )


def said(status: Status, *, passes: bool | None = None, **more: object) -> list[str]:
    kr = key_result(2, "Sign-ups", **more)
    return [each.text for each in row_words(kr, measured(status, passes=passes))]


def test_each_thing_is_a_sentence() -> None:
    assert said(
        Status.OFF_TRACK,
        typed_status="On track",
        given_status=Status.ON_TRACK,
        commitment=Commitment.COMMITTED,
        stretch=D(150),
        confidence=D("0.4"),
        comment="two deals\nlate",
    ) == [
        "Typed as “On track”.",
        "Committed.",
        "Stretch goal: 150.",
        "Confidence: 40 %.",
        "Comment: two deals late",
    ]
    assert said(Status.ON_TRACK) == []


def test_a_committed_one_passes_only_whole_and_that_is_said() -> None:
    committed = {"commitment": Commitment.COMMITTED}
    assert said(Status.MISSED, passes=False, **committed) == [
        "Committed. It does not pass: only 100 % does."
    ]
    assert said(Status.ACHIEVED, passes=True, **committed) == ["Committed. It passes."]
    assert said(Status.MISSED, passes=True) == ["It passes."]


@pytest.mark.parametrize(
    ("given", "ours", "rules", "differs"),
    [
        (Status.ON_TRACK, Status.OFF_TRACK, (), True),
        (Status.ACHIEVED, Status.AT_RISK, (), True),
        (Status.ON_TRACK, Status.STALE, (), True),
        (Status.ON_TRACK, Status.ON_TRACK, (), False),
        (Status.AT_RISK, Status.STALE, ("no-current", "given-status"), False),
        (None, Status.OFF_TRACK, (), False),
    ],
)
def test_a_typed_status_that_differs_is_a_disagreement(
    given: Status | None, ours: Status, rules: tuple[str, ...], differs: bool
) -> None:
    kr = key_result(2, "x", typed_status="grün", given_status=given)
    assert (disagreement(kr, measured(ours, rules=rules)) is not None) is differs


def test_it_stands_wherever_people_look(team: Team) -> None:
    (team.folder / "okrs.csv").write_text(ROWS, encoding="utf-8")
    team.config(CONFIG)
    day = ("--as-of", "2026-11-29")
    shown = team.run("show", *day)[1]
    assert "typed as “On track”" in shown
    assert "committed" in shown
    explained = team.run("explain", "growth/O1/KR1", *day)[1]
    for text in ("Typed as “On track”", "Committed.", "Stretch goal: 150.", "two deals late"):
        assert text in explained
    assert "okrs!I2" in explained
    team.run("report", "--html", "report.html", *day)
    page = (team.folder / "report.html").read_text(encoding="utf-8")
    for text in ("Sign-ups</span>: Typed as “On track”.", "two deals late"):
        assert text in page
    assert "Confidence: 90\u00a0%." in page
    document = json.loads(team.run("show", "--json", *day)[1])
    kr = document["objectives"][0]["key_results"][0]
    assert (kr["typed_status"], kr["comment"], kr["stretch"]) == ("On track", "two deals late", 150)


def test_the_summary_lists_who_says_otherwise_and_why(team: Team) -> None:
    (team.folder / "okrs.csv").write_text(ROWS, encoding="utf-8")
    team.config(CONFIG)
    with okrsync.open(team.folder / "okrsync.toml", as_of="2026-11-29") as company:
        picture = company.picture()
    summary = summarise(picture, "growth")
    assert "Sign-ups: Off track by its numbers. Typed as “On track”." in summary.notices
    assert all("Revenue" not in notice for notice in summary.notices)
    reasons = {each.title: each.reason for each in summary.attention}
    assert reasons["Sign-ups"].endswith(
        "Committed. Stretch goal: 150. Confidence: 40 %. Comment: two deals late"
    )
    notes = {str(row.values["name"]): str(row.values["note"]) for row in board_rows(picture, {})}
    assert "Typed as “On track”. Committed." in notes["Sign-ups"]
