"""Checkpoints of a row: values on the way, each with the progress that it stands for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okrsync.mapping.values.checkpoints import read_checkpoints
from reading import codes, item, read
from team import Team

HEADER = ("Objective", "Key Result", "Baseline", "Checkpoints", "Target", "Current")
D = Decimal
WAY = ((D(50), D("0.4")), (D(80), D("0.7")))


@pytest.mark.parametrize(
    "text",
    [
        "50 = 40 %, 80 = 70 %",
        "50=40%; 80=70%",
        "50: 40%\n80: 70%",
        "40% at 50, 70% at 80",
        "40 % @ 50; 70 % @ 80",
        "50 → 0.4; 80 → 0.7",
        "50 users = 40 %; 80 users = 70 %;",
    ],
)
def test_checkpoints_in_many_spellings(text: str) -> None:
    assert read_checkpoints(text) == WAY


@pytest.mark.parametrize("text", ["soon", "50", "50 = 140 %", "50 = Mia", "by May", "50 = 40 days"])
def test_what_is_no_checkpoint_is_none(text: str) -> None:
    assert read_checkpoints(text) is None


def test_checkpoints_bend_the_way_to_the_target() -> None:
    okrs = read(HEADER, ("Grow", "Sign-ups", 0, "50 = 40 %, 80 = 70 %", 100, 60))
    assert item(okrs, "Sign-ups").checkpoints == WAY
    assert "unread-checkpoints" not in codes(okrs)


def test_checkpoints_that_are_not_understood_are_named() -> None:
    okrs = read(
        HEADER,
        ("Grow", "Sign-ups", 0, "50 = 40 %", 100, 60),
        ("Grow", "Revenue", 0, "half way", 4, 2),
    )
    assert item(okrs, "Revenue").checkpoints == ()
    (warning,) = [each for each in okrs.warnings if each.code == "unread-checkpoints"]
    assert str(warning.at) == "Q4!D3"


def test_a_column_without_checkpoints_has_another_meaning_or_none() -> None:
    okrs = read(HEADER, ("Grow", "Sign-ups", 0, "every Friday", 100, 60))
    assert "checkpoints" not in okrs.tabs[0].roles


def test_explain_names_the_checkpoints_and_a_lead(team: Team) -> None:
    (team.folder / "okrs.csv").write_text(
        "Objective,Key Result,Baseline,Checkpoints,Target,Current\n"
        "Grow,Sign-ups,0,50 = 80 %,100,50\n",
        encoding="utf-8",
    )
    team.config(
        'cycle = "2026-Q4"\ntimezone = "UTC"\n[scoring]\nahead_gap = 0.1\n'
        'bands = [["strong", 0.7], ["partial", 0.4]]\n'
        '[sources.team]\nconnector = "workbook"\npath = "okrs.csv"\n'
    )
    code, out = team.run("explain", "team/O1/KR1", "--as-of", "2026-11-23")
    assert code == 0, team.err
    told = " ".join(out.split())
    assert "50 is 80 %" in told
    assert "on-track, ahead" in told
    document = team.json("show", "--as-of", "2027-01-20", "--all-cycles")
    (key_result,) = document["objectives"][0]["key_results"]
    assert (key_result["score"], key_result["band"]) == (0.8, "strong")
