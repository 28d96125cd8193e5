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
