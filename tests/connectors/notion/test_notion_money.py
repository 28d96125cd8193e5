"""The format of a number property says in which money its numbers are."""

from __future__ import annotations

import pytest

from okrsync.connector import MONEY
from okrsync_notion.rows import values_of
from okrsync_notion.values import Display, Property


@pytest.mark.parametrize(
    ("number_format", "sign"),
    [("dollar", "$"), ("euro", "€"), ("zloty", "PLN"), ("number", None), ("percent", None)],
)
def test_a_format_of_money_gives_its_sign(number_format: str, sign: str | None) -> None:
    prop = Property("Current", "abc", "number", {"format": number_format})
    page = {"properties": {"Current": {"id": "abc", "type": "number", "number": 5}}}
    values, marks = values_of(page, (prop,), Display())
    assert (values, prop.money) == ((5,), sign)
    assert bool(marks[0] & MONEY) is (sign is not None)
