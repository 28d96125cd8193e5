"""What is shown of the values of properties."""

from __future__ import annotations

import pytest

from okrsync.connector import MONEY
from okrsync_notion.rows import values_of
from okrsync_notion.values import Display, Property, shown


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


@pytest.mark.parametrize(
    ("value", "shown_as"),
    [
        ({"type": "verification", "verification": {"state": "verified", "date": None}}, "verified"),
        ({"type": "button", "button": {}}, None),
        ({"type": "place", "place": {"lat": 1.0, "lon": 2.0}}, None),
        ({"type": "later", "later": ["a"]}, None),
        ({"type": "email", "email": "mia@acme.example"}, "mia@acme.example"),
        ({"type": "phone_number", "phone_number": "030 1"}, "030 1"),
    ],
)
def test_no_value_is_shown_as_the_code_it_came_in(
    value: dict[str, object], shown_as: str | None
) -> None:
    assert shown(value, Display()) == shown_as
