"""Side by side: two or more tables beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from okrsync.mapping.header.beside import role_of, tables_beside
from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.wide import is_period
from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Drawn, Record, Sheet
from okrsync.mapping.values.mark_columns import are_marks, is_done_header
from okrsync.mapping.values.typed import is_placeholder
from okrsync.mapping.words import normal, roles_of
from okrsync.mapping.words import table as table_of
from okrsync.model.table import Row, Table, text_of

__all__ = ["LAYOUT", "SideBySide"]

_DEPTH = 15
_HEAD_ROWS = 6
"""An objective stands in one of so many rows above the header of its key results."""
_SAMPLE = 200
_STANDING = frozenset({"current", "progress", "score", "status"})
"""The roles of columns that say how a key result stands."""


class SideBySide(Drawn, frozen=True):
    """The columns of each of the tables by role; and, where a heading above each table is its
    objective or its period, the row and columns of these.
    """

    parts: tuple[Mapping[str, int], ...]
    headings: tuple[Row, tuple[int, ...]] | None = None
    name_periods: bool = False
    """Whether the headings are periods."""


def _detect(table: Table) -> SideBySide | None:
    """The tables of a tab whose header row repeats the same names, after an empty column or right
    behind one another; or of which each has key results and says how they stand.
    """
    for index, head in enumerate(table.rows[:_DEPTH]):
        below = tuple(row for row in table.rows[index + 1 :] if not row.is_empty)
        parts = _parts(head, below)
        if len(parts) < 2 or not all(_has_titles(part, below) for part in parts):
            continue
        are_alike = all(part.keys() == parts[0].keys() for part in parts)
        if not are_alike and any(_STANDING.isdisjoint(part) for part in parts):
            continue
        has_objectives = any("objective" in part for part in parts)
        headings = None if has_objectives else _headings(table.rows[:index], parts)
        _take_marks(head, parts, below)
        columns = tuple(part["key_result"] for part in parts)
        name_periods = headings is not None and all(
            is_period(text_of(headings[0].value(column))) for column in headings[1]
        )
        drawn = SideBySide(head, columns, below, tuple(parts), headings, name_periods)
        return drawn if below else None
    return None


def _has_titles(part: Mapping[str, int], below: Sequence[Row]) -> bool:
    """Whether a table has a column of key results that may be titles; where it has no other column
    that is known, nearly all of them have to be.
    """
    column = part.get("key_result")
    share = 0.6 if len(part) > 1 else 0.8
    return column is not None and Contents(below[:_SAMPLE]).of(column).may_be_titles(share)


def _parts(head: Row, below: Sequence[Row]) -> list[dict[str, int]]:
    """The roles of each table: those that stand beside each other, and within a row of names
    without gaps one for each time that the first name comes.
    """
    names = [" ".join(value.split()) if isinstance(value, str) else "" for value in head.values]
    contents = Contents(below[:_SAMPLE])
    tables = tables_beside(names, contents) or _repeated(names)
    parts: list[dict[str, int]] = []
    for columns in tables:
        part: dict[str, int] = {}
        for column in columns:
            role = role_of(names[column], contents.of(column))
            if role is not None:
                part.setdefault(role, column)
        parts.append(part)
    return [part for part in parts if part]


def _repeated(names: Sequence[str]) -> list[range]:
    """The columns of each group: a new one begins after an empty column, and where the first name
    comes again.
    """
    first = next(filter(None, map(normal, names)), "")
    starts = [
        column
        for column, name in enumerate(names)
        if name and (normal(name) == first or not column or not names[column - 1])
    ]
    return list(map(range, starts, [*starts[1:], len(names)]))


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


def _headings(
    above: Sequence[Row], parts: Sequence[Mapping[str, int]]
) -> tuple[Row, tuple[int, ...]] | None:
    """The row above the headers and the column of each heading: the row directly above, where it
    holds one text for each of the tables, or one that labels an objective for each of them
    (`Objective: | Grow`).
    """
    if not above:
        return None
    starts = [min(part.values()) for part in parts]
    for row in reversed(above[-_HEAD_ROWS:]):
        columns = []
        for start, end in zip(starts, [*starts[1:], len(row.values)], strict=True):
            texts = [
                column
                for column in range(start, end)
                if isinstance(value := row.value(column), str) and value.strip()
            ]
            if len(texts) == 2 and roles_of(text_of(row.value(texts[0])).rstrip(": "))[:1] == (
                "objective",
            ):
                columns.append(texts[1])
            elif len(texts) == 1 and row is above[-1]:
                columns.append(texts[0])
        if len(columns) == len(parts):
            return row, tuple(columns)
    return None


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
        if drawn.headings is None and "objective" in roles:
            records.extend(_part(drawn.rows, roles, len(records)))
            continue
        rows = [row for row in drawn.rows if _title(row, roles["key_result"])]
        if drawn.headings is None:
            records.extend(
                Record("key_result", row, roles["key_result"], roles=roles) for row in rows
            )
            continue
        head, columns = drawn.headings
        if drawn.name_periods:
            period = {"cycle": (head.number, columns[index])}
            text = {"cycle": head.value(columns[index])}
            records.extend(
                Record("key_result", row, roles["key_result"], None, period, text, roles=roles)
                for row in rows
            )
        elif rows:
            parent = len(records)
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
                Record("key_result", row, roles["key_result"], parent, roles=roles) for row in rows
            )
    return records


def _part(rows: Sequence[Row], roles: Mapping[str, int], start: int) -> list[Record]:
    records: list[Record] = []
    parent: int | None = None
    before = ("", "")
    for row in rows:
        objective, title = (
            text_of(row.value(roles["objective"])).strip(),
            _title(row, roles["key_result"]),
        )
        cycle = text_of(row.value(roles["cycle"])).strip() if "cycle" in roles else ""
        if objective and (objective, cycle) != before:
            before, parent = (objective, cycle), start + len(records)
            records.append(
                Record("objective", row, roles["objective"], roles=roles, states_row=not title)
            )
        if title:
            records.append(Record("key_result", row, roles["key_result"], parent, roles=roles))
    return records


def _title(row: Row, column: int) -> str:
    title = text_of(row.value(column)).strip()
    is_total = "total" in table_of("rows").get(normal(title), ())
    return "" if is_placeholder(title) or is_total else title


LAYOUT = Layout(
    because="tables stand side by side",
    fits=_fits,
    records=_records,
    detect=_detect,
    why_no_answers=(
        "each row belongs to several objectives, so nothing is written beside it; a summary can"
        " show their progress"
    ),
    names_columns=True,
)
