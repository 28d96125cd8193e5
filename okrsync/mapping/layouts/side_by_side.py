"""Side by side: two or more tables with the same columns beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Drawn, Record, Sheet
from okrsync.mapping.values.mark_columns import are_marks, is_done_header
from okrsync.mapping.values.typed import is_placeholder
from okrsync.mapping.words import normal, roles_of
from okrsync.model.table import Row, Table, is_blank, text_of

__all__ = ["LAYOUT", "SideBySide"]

_DEPTH = 15
_STANDING = frozenset({"current", "progress", "score", "status"})
"""The roles of columns that say how a key result stands."""


class SideBySide(Drawn, frozen=True):
    """The columns of each of the tables by role; and, where a heading above each table is its
    objective, the row and columns of these.
    """

    parts: tuple[Mapping[str, int], ...]
    headings: tuple[Row, tuple[int, ...]] | None = None


def _detect(table: Table) -> SideBySide | None:
    """The tables of a tab whose header row repeats the same names, after an empty column or right
    behind one another.
    """
    for index, head in enumerate(table.rows[:_DEPTH]):
        parts = _parts(head)
        if len(parts) < 2 or any(part.keys() != parts[0].keys() for part in parts):
            continue
        headings = None
        if "objective" not in parts[0]:
            headings = _headings(table.rows[index - 1], parts) if index else None
        if "key_result" not in parts[0] or ("objective" not in parts[0] and headings is None):
            continue
        below = tuple(row for row in table.rows[index + 1 :] if not row.is_empty)
        _take_marks(head, parts, below)
        columns = tuple(part["key_result"] for part in parts)
        return SideBySide(head, columns, below, tuple(parts), headings) if below else None
    return None


def _parts(head: Row) -> Sequence[dict[str, int]]:
    """The roles of each group of header cells: a new one begins after an empty column, and where
    the first name comes again.
    """
    parts: list[dict[str, int]] = [{}]
    first = ""
    for column, value in enumerate(head.values):
        name = "" if is_blank(value) else normal(text_of(value))
        if not name or name == first:
            parts.append({})
        first = first or name
        if isinstance(value, str) and (roles := roles_of(value)):
            parts[-1].setdefault(roles[0], column)
    return [part for part in parts if part]


def _take_marks(head: Row, parts: Sequence[dict[str, int]], rows: Sequence[Row]) -> None:
    """Take columns of marks, such as checkboxes, whose header says done for the current values of
    parts that have nothing else to say how they stand.
    """
    ends = [*(min(part.values()) for part in parts[1:]), len(head.values)]
    for part, end in zip(parts, ends, strict=True):
        done = [
            column
            for column in range(min(part.values()), end)
            if is_done_header(name := text_of(head.value(column)))
            and are_marks((row.value(column) for row in rows), name)
        ]
        for role in _STANDING & part.keys():
            if part[role] in done:
                del part[role]
        if done and not _STANDING & part.keys():
            part["current"] = done[0]


def _headings(row: Row, parts: Sequence[Mapping[str, int]]) -> tuple[Row, tuple[int, ...]] | None:
    """The row above the headers and the column of each heading, where it holds one text for each of
    the tables.
    """
    columns = []
    starts = [min(part.values()) for part in parts]
    for start, end in zip(starts, [*starts[1:], len(row.values)], strict=True):
        texts = [
            column
            for column in range(start, end)
            if isinstance(value := row.value(column), str) and value.strip()
        ]
        columns += texts
        if len(texts) != 1:
            return None
    return row, tuple(columns)


def _fits(sheet: Sheet) -> float:
    """2 where `_detect` finds such a table, otherwise 0."""
    return 2.0 if isinstance(sheet.drawn, SideBySide) else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """Each part is read on its own. The objective is on each row, on its first row only, or above
    the header.
    """
    records: list[Record] = []
    drawn = sheet.drawn
    if not isinstance(drawn, SideBySide):
        return records
    for index, roles in enumerate(drawn.parts):
        if drawn.headings is None:
            records.extend(_part(drawn.rows, roles, len(records)))
            continue
        head, columns = drawn.headings
        rows = [row for row in drawn.rows if _title(row, roles["key_result"])]
        if rows:
            place = len(records)
            column = columns[index]
            records.append(
                Record(
                    "objective",
                    rows[0],
                    column,
                    elsewhere={"objective": (head.number, column)},
                    states_row=False,
                    roles={"objective": column},
                    title=text_of(head.value(column)).strip(),
                )
            )
            records.extend(
                Record("key_result", row, roles["key_result"], place, roles=roles) for row in rows
            )
    return records


def _part(rows: Sequence[Row], roles: Mapping[str, int], start: int) -> list[Record]:
    records: list[Record] = []
    place: int | None = None
    before = ("", "")
    for row in rows:
        objective, title = (
            text_of(row.value(roles["objective"])).strip(),
            _title(row, roles["key_result"]),
        )
        cycle = text_of(row.value(roles["cycle"])).strip() if "cycle" in roles else ""
        if objective and (objective, cycle) != before:
            before, place = (objective, cycle), start + len(records)
            records.append(
                Record("objective", row, roles["objective"], roles=roles, states_row=not title)
            )
        if title:
            records.append(Record("key_result", row, roles["key_result"], place, roles=roles))
    return records


def _title(row: Row, column: int) -> str:
    title = text_of(row.value(column)).strip()
    return "" if is_placeholder(title) else title


LAYOUT = Layout(
    because="tables with the same columns are side by side",
    fits=_fits,
    records=_records,
    detect=_detect,
    why_no_answers=(
        "each row belongs to several objectives, so nothing is written beside it; a summary can"
        " show their progress"
    ),
    names_columns=True,
)
