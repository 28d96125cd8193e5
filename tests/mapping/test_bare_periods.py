"""Columns that only name a period: what the mapping says of them, and the question about them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okrsync.mapping.file import Mapping_
from reading import item, read

HEADER = ("Objective", "Key Result", "Q1", "Q2", "Q3", "Q4")
ROW = ("Grow", "Sign-ups", 100, 200, 300, 400)


@pytest.mark.parametrize(
    ("columns", "target", "current"),
    [
        ({"target": ["Q1", "Q2", "Q3", "Q4"]}, Decimal(400), None),
        ({"target": []}, None, Decimal(400)),
        ({"current": ["Q3", "Q4"]}, None, Decimal(400)),
        ({}, None, None),
    ],
)
def test_the_mapping_says_whether_quarters_hold_targets_or_values(
    columns: dict[str, Any], target: Decimal | None, current: Decimal | None
) -> None:
    okrs = read(HEADER, ROW, mapping=Mapping_.model_validate({"columns": columns}))
    sign_ups = item(okrs, "Sign-ups")
    assert (sign_ups.target, sign_ups.current) == (target, current)
    assert bool(okrs.questions) is not bool(columns)


def test_both_answers_to_the_question_are_settings_that_answer_it() -> None:
    (question,) = read(HEADER, ROW).questions
    assert question.key == "columns.target"
    assert [answer.value for answer in question.answers] == [["Q1", "Q2", "Q3", "Q4"], []]


@pytest.mark.parametrize(
    ("columns", "baseline"), [({}, None), ({"baseline": "2025 Ist"}, 40), ({"baseline": []}, None)]
)
def test_the_values_of_an_earlier_period_are_the_baseline_if_the_mapping_says_so(
    columns: dict[str, Any], baseline: int | None
) -> None:
    header = ("Objective", "Key Result", "2025 Ist", "2026 Plan", "2026 Ist")
    mapping = Mapping_.model_validate({"columns": columns})
    okrs = read(header, ("Serve", "Requests online", 40, 60, 50), mapping=mapping)
    assert item(okrs, "Requests online").baseline == baseline
    assert bool(okrs.questions) is not bool(columns)
    if okrs.questions:
        (question,) = okrs.questions
        assert question.key == "columns.baseline"
        assert [answer.value for answer in question.answers] == ["2025 Ist", []]
