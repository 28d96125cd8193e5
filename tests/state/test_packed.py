"""What is packed comes out as it went in."""

from __future__ import annotations

import json

import pytest

from okrsync.state.packed import packed, packed_columns, unpacked, unpacked_columns

SOME = ["Umsatz", '\u4e2d\n"', None, 0.0, -0.0, 1e-05, 7, True]


@pytest.mark.parametrize("columns", [[], [[]], [[], []], [SOME], [SOME, SOME[::-1]]])
@pytest.mark.parametrize("times", [1, 300, 10_000])
def test_columns_come_out_as_they_went_in(columns: list[list[object]], times: int) -> None:
    table = [column * times for column in columns]
    stored = packed_columns(table)
    # As any JSON: `state export` and earlier versions read it.
    text = json.dumps(table, ensure_ascii=False)
    assert unpacked(stored) == text
    assert stored[:34] == packed(text)[:34]
    assert repr(unpacked_columns(stored)) == repr(table)


def test_texts_that_are_alike_are_one() -> None:
    ((first, *others),) = unpacked_columns(packed_columns([[f"{'on track'}" for _ in range(9)]]))
    assert all(each is first for each in others)
