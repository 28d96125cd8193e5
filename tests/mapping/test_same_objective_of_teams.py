"""One objective of several teams, and objectives of the same words that each team has."""

from __future__ import annotations

import pytest

from okrsync.mapping import Okrs
from reading import objective, read

VALUES = ("Current", "Target")


def tree(okrs: Okrs) -> list[tuple[str, str | None, list[str]]]:
    return [(o.title, o.team, [kr.title for kr in o.key_results]) for o in okrs.objectives]


APART = [
    ("Grow", "Sales", ["Sign-ups", "Calls"]),
    ("Grow", "Marketing", ["Visits", "Reach"]),
]


def test_a_team_ahead_of_each_row_has_objectives_of_its_own() -> None:
    okrs = read(
        ("Team", "Objective", "Key Result", *VALUES),
        ("Sales", "Grow", "Sign-ups", 5, 10),
        ("Sales", "Grow", "Calls", 5, 10),
        ("Marketing", "Grow", "Visits", 2, 10),
        ("Marketing", "Grow", "Reach", 2, 10),
    )
    assert tree(okrs) == APART


def test_a_team_on_its_first_row_has_objectives_of_its_own() -> None:
    okrs = read(
        ("Team", "Objective", "Key Result", *VALUES),
        ("Sales", "Grow", "Sign-ups", 5, 10),
        (None, None, "Calls", 5, 10),
        ("Marketing", "Grow", "Visits", 2, 10),
        (None, None, "Reach", 2, 10),
    )
    assert tree(okrs) == APART


def test_a_heading_for_each_team_keeps_objectives_apart() -> None:
    okrs = read(
        ("Objective", "Key Result", *VALUES),
        ("Team Sales",),
        ("Grow", "Sign-ups", 5, 10),
        ("Team Marketing",),
        ("Grow", "Visits", 2, 10),
    )
    assert [team for _, team, _ in tree(okrs)] == ["Team Sales", "Team Marketing"]


@pytest.mark.parametrize("is_ahead", [False, True])
def test_teams_that_take_turns_share_the_objective(
    is_ahead: bool,
) -> None:
    lines: list[tuple[str | int, ...]] = [
        ("Objective", "Key Result", *VALUES),
        ("Grow", "Sign-ups", 5, 10),
        ("Grow", "Visits", 2, 10),
        ("Keep", "Churn rate", 3, 5),
        ("Keep", "NPS", 5, 30),
    ]
    place = 0 if is_ahead else 2
    teams = ["Team", "Sales", "Marketing", "Sales", "Marketing"]
    okrs = read(
        *((*line[:place], team, *line[place:]) for line, team in zip(lines, teams, strict=True))
    )
    assert [(title, below) for title, _, below in tree(okrs)] == [
        ("Grow", ["Sign-ups", "Visits"]),
        ("Keep", ["Churn rate", "NPS"]),
    ]
    assert [kr.team for kr in objective(okrs, "Grow").key_results] == ["Sales", "Marketing"]


def test_an_objective_that_is_stated_again_further_down_keeps_the_rows_below_it() -> None:
    okrs = read(
        ("Objective", "Key Result", *VALUES),
        ("Grow", "Sign-ups", 5, 10),
        (None, "Calls", 5, 10),
        ("Grow", "Visits", 2, 10),
        (None, "Reach", 2, 10),
        ("Keep", "NPS", 5, 30),
    )
    assert tree(okrs) == [
        ("Grow", None, ["Sign-ups", "Calls", "Visits", "Reach"]),
        ("Keep", None, ["NPS"]),
    ]
