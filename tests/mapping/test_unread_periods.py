"""A period that cannot be read is named, and its row does not count as now."""

from __future__ import annotations

import pytest

from okrsync.model.cycles import resolve_cycle
from okrsync.model.scope import split_by_cycle
from reading import TODAY, item, key_results, read

CYCLE = resolve_cycle("2026-Q4", TODAY)


@pytest.mark.parametrize("header", ["Quarter", "Cycle", "Quartal", "Trimestre", "周期", "Квартал"])
def test_an_unread_period_is_named_and_its_row_stays_out(header: str) -> None:
    okrs = read(
        ("Objective", "Key Result", header, "Target", "Current"),
        ("Grow", "Sign-ups", "Q4 2026", 100, 50),
        ("Grow", "Revenue", "Zyx 9", 4, 2),
        ("Grow", "Churn", None, 4, 2),
    )
    (warning,) = [each for each in okrs.warnings if each.code == "unread-period"]
    assert str(warning.at) == "Q4!C3"
    inside, _ = split_by_cycle(okrs.objectives, CYCLE)
    assert [kr.title for one in inside for kr in one.key_results] == ["Sign-ups", "Churn"]


@pytest.mark.parametrize(
    "text", ["Rolling", "ongoing", "laufend", "en continu", "长期", "TBD", "-"]
)
def test_a_word_for_no_period_is_none(text: str) -> None:
    okrs = read(
        ("Objective", "Key Result", "Quarter", "Target", "Current"),
        ("Grow", "Sign-ups", text, 100, 50),
    )
    assert not okrs.warnings
    assert len(key_results(okrs)) == 1
    assert not item(okrs, "Sign-ups").unclear


def test_a_column_that_can_mean_something_else_names_no_periods() -> None:
    okrs = read(
        ("Objective", "Key Result", "Sprint", "Target", "Current"),
        ("Grow", "Sign-ups", "Alpha", 100, 50),
    )
    assert not okrs.warnings


def test_a_placeholder_sign_in_the_title_of_a_row_that_is_kept_is_no_template() -> None:
    okrs = read(
        ("Objective", "Key Result", "Owner", "Target", "Current"),
        ("Grow", "Raise conversion to X %", "Mia", 8, 5),
        ("Grow", "Raise margin to X %", None, None, None),
    )
    assert [one.title for one in key_results(okrs)] == ["Raise conversion to X %"]
