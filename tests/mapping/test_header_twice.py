"""A header that stands twice is asked about: the first is never taken silently."""

from __future__ import annotations

import pytest

from okrsync.mapping.file import Mapping_
from reading import codes, item, read


@pytest.mark.parametrize("name", ["Current", "Ist", "Actuel", "Valor atual", "当前值"])
def test_one_name_over_different_numbers_is_asked_about(name: str) -> None:
    rows = (
        ("Objective", "Key Result", "Target", name, name, name),
        ("Grow", "Sign-ups", 100, 10, 30, 50),
        ("Grow", "Revenue", 4, 1, 1.5, 2),
    )
    okrs = read(*rows)
    assert item(okrs, "Sign-ups").current is None
    (question,) = okrs.questions
    assert (question.key, str(question.at)) == ("columns.current", "Q4!D1")
    assert [answer.value for answer in question.answers] == [f"{name} #{n}" for n in (3, 2, 1)]
    for answer, expected in zip(question.answers, (50, 30, 10), strict=True):
        answered = read(*rows, mapping=Mapping_(columns={"current": str(answer.value)}))
        assert item(answered, "Sign-ups").current == expected
        assert not answered.questions


@pytest.mark.parametrize("name", ["Progress", "Status"])
def test_what_is_taken_as_typed_is_asked_about_too(name: str) -> None:
    first, second = ("10%", "80%") if name == "Progress" else ("Off track", "On track")
    okrs = read(("Objective", "Key Result", name, name), ("Grow", "Sign-ups", first, second))
    assert [question.key for question in okrs.questions] == [f"columns.{name.lower()}"]
    assert "unclear-column" in codes(okrs)


def test_columns_that_say_the_same_and_empty_ones_raise_no_question() -> None:
    okrs = read(
        ("Objective", "Key Result", "Target", "Current", "Current", "Current"),
        ("Grow", "Sign-ups", 100, 10, 10, None),
    )
    assert item(okrs, "Sign-ups").current == 10
    assert not okrs.questions
