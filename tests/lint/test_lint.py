"""`okrsync lint` finds what is weak, says where and why and what to do, and says nothing about what
is well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from okrsync.lint.rules import RULES
from okrsync.lint.words import activity, vague
from team import AS_OF, Team, write_csv

ROOT = Path(__file__).parents[2]
HEADER = ["Objective", "Key result", "Owner", "Start", "Current", "Target"]
GOOD = ["Grow", "Sign-ups a week", "Mia", 40, 62, 100]


def lint(
    team: Team, *rows: Sequence[Any], header: Sequence[Any] = HEADER, more: Sequence[str] = ()
) -> list[str]:
    """Code, level and address of each remark about a sheet."""
    write_csv(team.folder / "q4.csv", [header, *rows])
    team.config('cycle = "2026-Q4"\n[sources.growth]\nconnector = "workbook"\npath = "q4.csv"\n')
    document = team.json("lint", "--as-of", AS_OF, *more)
    schema = json.loads((ROOT / "docs" / "lint.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    assert sum(document["counts"].values()) == len(document["remarks"])
    for one in document["remarks"]:
        assert one["why"].endswith(".")
        assert one["repair"].endswith(".")
    return [
        f"{one['code']} {one['level']} {one['at'].removeprefix('q4!')}"
        for one in document["remarks"]
    ]


def test_good_okrs_are_left_in_peace(team: Team) -> None:
    assert lint(team, GOOD, ["Grow", "Time to first value in minutes", "Jon", 30, 21, 10]) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Grow", "Sign-ups", "Mia", 40, 62, None]], ["no-target error F2"]),
        ([["Grow", "Sign-ups", "Mia", 40, 62, "many"]], ["text-target error F2"]),
        (
            [["Grow", "Sign-ups", None, 40, 62, 100], ["Grow", "Revenue", None, 1, 2, 3]],
            ["no-owner warning C2"],
        ),
        (
            [["Grow", "Sign-ups", None, 40, 62, 100], ["Grow", "Revenue", "Jon", 1, 2, 3]],
            ["no-owner warning C2"],
        ),
        ([["Grow", None, "Mia", None, None, None]], ["no-key-results error A2"]),
        ([["Grow", "Sign-ups", "Mia", 100, 100, 100]], ["target-is-baseline warning F2"]),
        ([GOOD, ["Grow", "Revenue", "Mia", None, 2, 3]], ["no-baseline hint D3"]),
        ([["Grow", "Launch the website", "Mia", None, "no", None], GOOD], ["activity warning B2"]),
        ([["Grow", "1.2 Roll out 3 features", "Mia", 0, 1, 3]], ["activity hint B2"]),
        (
            [["Grow", "Improve happiness", "Mia", None, None, None]],
            ["no-target error F2", "vague warning B2"],
        ),
        ([GOOD, ["Keep", "sign-ups a WEEK", "Jon", 1, 2, 3]], ["duplicate-title warning B3"]),
        ([["Grow", "A " * 90 + "result", "Mia", 1, 2, 3]], ["long-title hint B2"]),
        (
            [["Grow", f"Result {number}", "Mia", 1, 2, 3] for number in range(6)],
            ["too-many-key-results warning A2"],
        ),
        (
            [
                ["Grow", "Website online", "Mia", 0, 0, 1],
                ["Grow", "Contract signed", "Mia", 0, 1, 1],
            ],
            ["all-binary warning A2"],
        ),
    ],
    ids=lambda value: value[0].split()[0] if isinstance(value[0], str) else "",
)
def test_each_weakness_is_told_at_its_cell(
    team: Team, rows: list[list[Any]], expected: list[str]
) -> None:
    assert lint(team, *rows) == expected


def test_what_is_to_be_kept_may_stay_where_it_is(team: Team) -> None:
    header = [*HEADER, "Direction"]
    assert (
        lint(team, ["Keep", "Availability", "Mia", 99, 99, 99, "stay above"], header=header) == []
    )


def test_more_objectives_than_a_team_can_pursue_are_told_once_and_a_company_may_have_more(
    team: Team,
) -> None:
    header = [*HEADER, "Team"]
    rows = [
        [f"Win market number {number}", f"Result {number}", "Mia", 1, 2, 3, "Sales"]
        for number in range(7)
    ]
    assert lint(team, *rows, header=header) == ["too-many-objectives hint A7"]
    rows = [
        [f"Win market number {number}", f"Result {number}", f"Owner {number}", 1, 2, 3]
        for number in range(7)
    ]
    assert lint(team, *rows) == []


@pytest.mark.parametrize(
    ("weights", "is_weak"),
    [
        ((0.5, 0.3), True),
        ((0.6, 0.4), False),
        ((60, 30), True),
        ((60, 40), False),
        ((1, 2), False),
        ((1, 1), False),
        ((0.3, 0.3), False),
    ],
)
def test_weights_that_are_meant_as_shares_make_a_whole(
    team: Team, weights: tuple[float, float], is_weak: bool
) -> None:
    rows = [
        ["Grow", f"Result {number}", "Mia", 1, 2, 3, weight]
        for number, weight in enumerate(weights)
    ]
    assert lint(team, *rows, header=[*HEADER, "Weight"]) == (
        ["weights warning G2"] if is_weak else []
    )


def test_a_day_that_has_passed_is_told_unless_it_is_reached(team: Team) -> None:
    header = [*HEADER, "Due date"]
    rows = [
        ["Grow", "Sign-ups", "Mia", 40, 62, 100, "2026-11-01"],
        ["Grow", "Revenue", "Mia", 1, 3, 3, "2026-11-01"],
        ["Grow", "Churn", "Mia", 5, 3, 2, "2026-12-01"],
    ]
    assert lint(team, *rows, header=header) == ["overdue warning G2"]


def test_items_of_other_cycles_are_not_remarked_on(team: Team) -> None:
    header = [*HEADER, "Cycle"]
    assert (
        lint(
            team, [*GOOD, "2026-Q4"], ["Old", "Sign-up", None, 1, 1, None, "2026-Q1"], header=header
        )
        == []
    )


def test_lighter_remarks_and_other_sources_can_be_left_out(team: Team) -> None:
    rows = [["Grow", "Ship 3 features", "Mia", 0, 1, 3], ["Keep", "Churn", "Lea", 5, 3, None]]
    assert lint(team, *rows) == ["activity hint B2", "no-target error F3"]
    assert lint(team, *rows, more=("--level", "warning")) == ["no-target error F3"]
    code, out = team.run("lint", "--as-of", AS_OF, "--level", "error")
    assert code == 0
    assert "1 error; 1 lighter one left out by --level." in out
    assert team.run("lint", "--source", "nowhere")[0] == 2


def test_people_read_where_why_and_what_to_do(team: Team) -> None:
    lint(team, ["Grow", "Launch the website", "Mia", None, "no", None], GOOD)
    out = team.run("lint", "--as-of", AS_OF)[1]
    assert "Launch the website  growth/O1/KR1" in out
    assert "warning activity" in out
    assert "growth: q4!B2" in out
    assert "It begins with “launch”" in out
    assert "measure that" in out
    assert out.endswith("1 warning.\n")
    assert lint(team, GOOD) == []
    assert team.run("lint", "--as-of", AS_OF)[1] == "No remarks.\n"


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Launch it", "launch"),
        ("KR 2: Roll out the app", "roll out"),
        ("Einfuehrung der App", None),
        ("Einführen der App", "einführen"),
        ("Entwickeln einer App", "entwickeln"),
        ("Créer un site", "créer"),
        ("Launches per week", None),
        ("Sign-ups", None),
        ("Set up", "set up"),
    ],
)
def test_an_activity_is_told_by_its_first_words_in_several_languages(
    title: str, word: str | None
) -> None:
    assert activity(title) == word


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("A better product", "better"),
        ("Kundenservice verbessern", "verbessern"),
        ("Betterment", None),
    ],
)
def test_a_vague_word_is_a_whole_word(title: str, word: str | None) -> None:
    assert vague(title) == word


def test_every_rule_says_what_it_is_about_and_its_page_tells_every_code() -> None:
    for rule in RULES:
        assert rule.__doc__
    rules = (ROOT / "okrsync" / "lint" / "rules.py").read_text(encoding="utf-8")
    codes = set(re.findall(r"remark\(\s*\w+,\s*\"([a-z-]+)\"", rules))
    codes |= set(re.findall(r"\"([a-z-]+)\": Level\.", rules))
    assert len(codes) >= len(RULES)
    page = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    assert {code for code in codes if f"`{code}`" not in page} == set()
