"""Rewriting the rows of a sheet: what it takes beside the new rows, and rows in an odd order."""

from __future__ import annotations

import tracemalloc

from okrsync_workbook.xlsx.rows import CellXml, RowXml, rewrite_rows

ROWS = 2_000
MOST_BESIDE = 250
"""At most so many bytes are held for each row beside the old rows and the new; now it is 120."""


def row(number: int) -> bytes:
    return b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (number, number)


def answer(of: RowXml, column: int, cell: CellXml | None) -> bytes:
    return b'<c r="B%d"><v>%d</v></c>' % (of.number, of.number)


def test_little_is_held_beside_the_rows() -> None:
    body = b"".join(map(row, range(1, ROWS + 1)))
    targets = dict.fromkeys(range(1, ROWS + 1), (1,))
    rewrite_rows(body, body, b"", targets, answer)
    tracemalloc.start()
    try:
        new = rewrite_rows(body, body, b"", targets, answer)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert new.count(b"<c ") == 2 * ROWS
    assert (peak - len(new)) / ROWS < MOST_BESIDE


def test_rows_may_stand_in_any_order_and_be_missing() -> None:
    body = row(3) + row(1) + row(4)
    new = rewrite_rows(body, body, b"", dict.fromkeys((1, 3, 4, 6), (1,)), answer)
    filled = {
        number: row(number).replace(b"</row>", b'<c r="B%d"><v>%d</v></c></row>' % (number, number))
        for number in (1, 3, 4)
    }
    missing = b'<row r="6"><c r="B6"><v>6</v></c></row>'
    assert new == filled[3] + filled[1] + filled[4] + missing
