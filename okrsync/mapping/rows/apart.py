"""Recognises what stands below a table, apart from it, and has no values: a list of risks, notes of
a meeting, counts. Objectives that are only planned have no values either, but look like those of
the table in other ways.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from okrsync.mapping.header.content import begins_as_item
from okrsync.mapping.header.header import Header
from okrsync.mapping.rows.noise import is_left_over
from okrsync.model.table import Row, is_blank, text_of

__all__ = ["rows_apart"]

_LEAST_MEASURED = 2
"""With fewer rows nothing can be said about what a row of the table looks like."""
_REPEATED = ("owner", "team", "cycle", "due", "start_date", "unit", "level", "commitment")
"""Roles whose values repeat: a row with a value from above belongs to the same table."""


def rows_apart(
    rows: Sequence[Row],
    measured: Collection[int],
    tail: Sequence[Row],
    header: Header,
    headings: Collection[int],
) -> frozenset[int]:
    """The numbers of the rows of `tail` that are no OKRs. `tail` are the rows behind the last one
    with a value; `rows` are those above them, and `measured` the numbers of those with a value.
    `headings` are the rows that name the part below them.
    """
    above = _Above(rows, header, headings)
    if not above.has_values(measured):
        return frozenset()
    parts = _parts(tail, rows[-1].number, splits=not above.has_lone_rows)
    return frozenset(row.number for part in parts if not above.is_like(part) for row in part)


def _parts(tail: Sequence[Row], last: int, *, splits: bool) -> Iterator[list[Row]]:
    """The blocks of rows after an empty row; where `splits`, also after a row of one cell."""
    part: list[Row] | None = None
    for row in tail:
        if row.number > last + 1 or (splits and _is_alone(row)):
            if part:
                yield part
            part = []
        last = row.number
        if part is not None:
            part.append(row)
    if part:
        yield part


def _is_alone(row: Row) -> bool:
    return not row.fills_more_than(1)


class _Above:
    """What the rows of a table look like."""

    def __init__(self, rows: Sequence[Row], header: Header, headings: Collection[int]) -> None:
        roles = header.roles
        self.titles = [roles[role] for role in ("objective", "key_result") if role in roles]
        self.are_apart = len({*self.titles}) > 1
        self.has_gaps = any(row.number > above.number + 1 for above, row in pairwise(rows))
        # What a template left says nothing of the rows that people filled in.
        self.rows = rows = [row for row in rows if not self._is_left_over(row)]
        self.headings = headings
        self.repeated = [roles[role] for role in _REPEATED if role in roles]
        self.has_lone_rows = any(_is_alone(row) and row.number not in headings for row in rows)
        self.known = {value for row in rows for value in self._repeated(row)}

    def has_values(self, measured: Collection[int]) -> bool:
        """Whether so many rows have values that one without is an exception."""
        titled = [row for row in self.rows if not is_blank(row.value(self.titles[-1]))]
        with_values = sum(row.number in measured for row in titled)
        # Objectives, which have none, may share the column with their key results.
        share = 3 if self.are_apart else 2
        return with_values >= _LEAST_MEASURED and with_values * share >= len(titled) * (share - 1)

    def _is_left_over(self, row: Row) -> bool:
        texts = [text for column in self.titles if (text := text_of(row.value(column)).strip())]
        return bool(texts) and is_left_over(texts[-1])

    def is_like(self, part: Sequence[Row]) -> bool:
        """Whether the rows of a part are laid out as those of the table: they have marks such as
        `KR1:`, a heading for a team or a period, several key results of one objective, or an
        owner, team or day from above; where empty rows separate the rows above, another owner will
        do.
        """
        if any(
            begins_as_item(text_of(row.value(column))) for row in part for column in self.titles
        ):
            return True
        if part[0].number in self.headings:
            return True
        is_headed = _is_alone(part[0])
        if is_headed and not self.has_lone_rows:
            return False
        rows = part[1:] if is_headed else part
        if not rows:
            return self.has_gaps
        if self.are_apart and self._repeats(rows, is_headed=is_headed):
            return True
        return all(self._continues(row) for row in rows)

    def _repeats(self, rows: Sequence[Row], *, is_headed: bool) -> bool:
        """Whether two rows with key results have one objective, which may be the row above them."""
        objective, key_result = self.titles
        above = "" if not is_headed else None
        for row in rows:
            if is_blank(row.value(key_result)):
                continue
            title = text_of(row.value(objective)).strip()
            if above is None or (above and title in ("", above)):
                return True
            above = title or above
        return False

    def _continues(self, row: Row) -> bool:
        """Whether a row has all titles, and a cell that stands above as well; where empty rows
        separate the rows above, any cell of such a column will do.
        """
        if any(is_blank(row.value(column)) for column in self.titles):
            return False
        repeated = {*self._repeated(row)}
        return bool(repeated) if self.has_gaps else not self.known.isdisjoint(repeated)

    def _repeated(self, row: Row) -> Iterator[tuple[int, str]]:
        for column in self.repeated:
            text = text_of(row.value(column)).strip().casefold()
            if text:
                yield column, text
