"""Series: a tab is one key result, and its rows are what was measured, day by day. The tab's name,
or a cell above, is its title.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from okrsync.mapping.layouts.blocks import stated_key_result, stated_objective
from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Drawn, Record, Sheet
from okrsync.mapping.values.typed import read_date, read_number
from okrsync.mapping.words import normal, roles_of
from okrsync.model.table import CellValue, Row, Table, is_blank

__all__ = ["LAYOUT", "Series"]

_DEPTH = 15
_LABELS = ("target", "baseline", "unit", "owner", "direction")
_DAYS = ("checked_in", "due", "cycle", "start_date")
_PERIODS = frozenset(
    {
        "week",
        "day",
        "month",
        "week of",
        "woche",
        "monat",
        "tag",
        "semaine",
        "mois",
        "jour",
        "semana",
        "mes",
        "dia",
        "settimana",
        "mese",
        "maand",
        "周",
        "月",
        "週",
        "주",
        "неделя",
        "месяц",
    }
)


class Series(Drawn, frozen=True):
    """The columns of a series by role, the labels above it with their cells, and the titles."""

    roles: Mapping[str, int]
    labels: Mapping[str, tuple[CellValue, tuple[int, int]]]
    title: str
    objective: str | None
    latest: Row


def _detect(table: Table) -> Series | None:
    """The series of a table: a header of days and values above rows of both, and a target in a
    column or in a cell above. None for any other table.
    """
    labels: dict[str, tuple[CellValue, tuple[int, int]]] = {}
    title, objective = table.name, None
    for index, row in enumerate(table.rows[:_DEPTH]):
        filled = [(column, value) for column, value in enumerate(row.values) if not is_blank(value)]
        roles = _header(row) or _header_of(
            row, table.rows[index + 1 :], is_key_result=title != table.name or bool(labels)
        )
        if roles is not None:
            if "target" not in {*roles, *labels}:
                return None
            measured = [each for each in table.rows[index + 1 :] if _is_measured(each, roles)]
            others = sum(not each.is_empty for each in table.rows[index + 1 :]) - len(measured)
            if len(measured) < 2 or others * 4 > len(measured):
                return None
            latest = max(measured, key=lambda each: _day(each, roles))
            return Series(
                row, (roles["current"],), tuple(measured), roles, labels, title, objective, latest
            )
        stated = stated_objective(filled)
        if stated is not None:
            objective = stated[1]
        key_result = stated_key_result(filled)
        if key_result is not None:
            title = key_result
        if len(filled) == 2 and isinstance(filled[0][1], str):
            for role in roles_of(filled[0][1])[:1]:
                if role in _LABELS:
                    labels.setdefault(role, (filled[1][1], (row.number, filled[1][0])))
    return None


def _header(row: Row) -> dict[str, int] | None:
    header_roles: dict[str, int] = {}
    for column, value in enumerate(row.values):
        if isinstance(value, str):
            if normal(value) in _PERIODS:
                header_roles.setdefault("checked_in", column)
            for role in roles_of(value)[:1]:
                header_roles.setdefault("checked_in" if role in _DAYS else role, column)
    if (
        not {"checked_in", "current"} <= header_roles.keys()
        or {"objective", "key_result", "title", "id"} & header_roles.keys()
    ):
        return None
    return header_roles


def _header_of(row: Row, below: Sequence[Row], *, is_key_result: bool) -> dict[str, int] | None:
    """A header in which the name of the measure is the header of the values: `Date, Active
    members`. Cells above must say that it is a key result.
    """
    unknown = [
        column
        for column, value in enumerate(row.values)
        if isinstance(value, str)
        and not roles_of(value)
        and any(read_number(each.value(column)) is not None for each in below[:3])
    ]
    if not is_key_result or len(unknown) != 1:
        return None
    roles = _header(
        replace(
            row,
            values=tuple(
                "value" if column == unknown[0] else value
                for column, value in enumerate(row.values)
            ),
        )
    )
    return roles if roles is not None and len(roles) > 1 else None


def _day(row: Row, roles: Mapping[str, int]) -> date:
    return read_date(row.value(roles["checked_in"]), "dmy") or date.min


def _is_measured(row: Row, roles: Mapping[str, int]) -> bool:
    return (
        read_date(row.value(roles["checked_in"]), "dmy") is not None
        and read_number(row.value(roles["current"])) is not None
    )


def _fits(sheet: Sheet) -> float:
    """2 where `_detect` finds such a table, otherwise 0."""
    return 2.0 if isinstance(sheet.drawn, Series) else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """One key result with the value of its latest day, and its objective if a cell above states
    one.
    """
    drawn = sheet.drawn
    if not isinstance(drawn, Series):
        return []
    row, records = drawn.latest, []
    if drawn.objective is not None:
        records.append(
            Record(
                "objective",
                row,
                drawn.columns[0],
                roles={},
                title=drawn.objective,
                states_row=False,
            )
        )
    objective_index = 0 if drawn.objective is not None else None
    records.append(
        Record(
            "key_result",
            row,
            drawn.columns[0],
            objective_index,
            roles=drawn.roles,
            title=drawn.title,
        )
    )
    return records


LAYOUT = Layout(
    because="the tab is one key result, and its rows are measurements by day",
    fits=_fits,
    records=_records,
    detect=_detect,
    why_no_answers=(
        "its rows are measurements of one key result, so nothing is written beside them; a summary"
        " can show its progress"
    ),
    names_columns=True,
)
