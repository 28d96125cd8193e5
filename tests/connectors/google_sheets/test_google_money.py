"""The sign of money in a number format is read; the number itself is stored without it."""

from __future__ import annotations

from typing import Any

import pytest

from okrsync.connector import MONEY
from okrsync_google_sheets.tab import book_from


def _cell(number: float, pattern: str, kind: str = "CURRENCY") -> dict[str, Any]:
    value = {"numberValue": number}
    looks = {"numberFormat": {"type": kind, "pattern": pattern}}
    return {"userEnteredValue": value, "effectiveValue": value, "effectiveFormat": looks}


def _answer(*cells: dict[str, Any]) -> dict[str, Any]:
    data = {"rowData": [{"values": [cell]} for cell in cells]}
    return {"sheets": [{"properties": {"sheetId": 0, "title": "Q4"}, "data": [data]}]}


@pytest.mark.parametrize(
    ("pattern", "sign"),
    [
        ('"$"#,##0.00', "$"),
        ("#,##0.00 [$€-407]", "€"),
        ("[$£-809]#,##0", "£"),
        ("#,##0.00\\ [$zł]", "zł"),
        ("$#,##0", "$"),
        ('_("$"* #,##0.00_);_("$"* (#,##0.00)', "$"),
    ],
)
def test_a_currency_format_gives_the_sign_of_its_column(pattern: str, sign: str) -> None:
    table = book_from(_answer(_cell(5, pattern), _cell(6, "0.00", "NUMBER"))).tabs[0].table
    assert table.money == {0: sign}
    assert [row.mark(0) & MONEY for row in table.rows] == [MONEY, 0]


def test_a_column_in_two_currencies_has_no_sign() -> None:
    table = book_from(_answer(_cell(5, '"$"0'), _cell(6, '"€"0'))).tabs[0].table
    assert not table.money
