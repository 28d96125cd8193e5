"""Series: a tab is one key result, and its rows are what was measured, day by day. The tab's name,
or a cell above, is its title.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

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


@dataclass(frozen=True, slots=True)
class Series(Drawn):
    """The columns of a series by role, what cells above say, with where it stands, and the
    titles.
    """

    roles: Mapping[str, int]
    labels: Mapping[str, tuple[CellValue, tuple[int, int]]]
    title: str
    objective: str | None
    latest: Row


def _detect(table: Table) -> Series | None:
    """The series of a table: a header of days and values over rows of both, and a target in a
    column or a cell above.
    """
    labels: dict[str, tuple[CellValue, tuple[int, int]]] = {}
    title, objective = table.name, None
    for at, row in enumerate(table.rows[:_DEPTH]):
        filled = [(column, value) for column, value in enumerate(row.values) if not is_blank(value)]
        roles = _header(row) or _header_of(
            row, table.rows[at + 1 :], is_told=title != table.name or bool(labels)
        )
        if roles is not None:
            if "target" not in {*roles, *labels}:
                return None
            measured = [each for each in table.rows[at + 1 :] if _is_measured(each, roles)]
            others = sum(not each.is_empty for each in table.rows[at + 1 :]) - len(measured)
            if len(measured) < 2 or others * 4 > len(measured):
                return None
            latest = max(measured, key=lambda each: _day(each, roles))
            return Series(
                row, (roles["current"],), tuple(measured), roles, labels, title, objective, latest
            )
        stated = stated_objective(filled)
        if stated is not None:
            objective = stated[1]
        told = stated_key_result(filled)
        if told is not None:
            title = told
        if len(filled) == 2 and isinstance(filled[0][1], str):
            for role in roles_of(filled[0][1])[:1]:
                if role in _LABELS:
                    labels.setdefault(role, (filled[1][1], (row.number, filled[1][0])))
    return None


def _header(row: Row) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for column, value in enumerate(row.values):
        if isinstance(value, str):
            if normal(value) in _PERIODS:
                found.setdefault("checked_in", column)
            for role in roles_of(value)[:1]:
                found.setdefault("checked_in" if role in _DAYS else role, column)
    if (
        not {"checked_in", "current"} <= found.keys()
        or {"objective", "key_result", "title", "id"} & found.keys()
    ):
        return None
    return found


def _header_of(row: Row, below: Sequence[Row], *, is_told: bool) -> dict[str, int] | None:
    """A header in which the values stand under the name of what is measured: `Date, Active
    members`. Cells above must say that it is a key result's.
    """
    unknown = [
        column
        for column, value in enumerate(row.values)
        if isinstance(value, str)
        and not roles_of(value)
        and any(read_number(each.value(column)) is not None for each in below[:3])
    ]
    if not is_told or len(unknown) != 1:
        return None
    found = _header(
        replace(
            row,
            values=tuple("value" if at == unknown[0] else one for at, one in enumerate(row.values)),
        )
    )
    return found if found is not None and len(found) > 1 else None


def _day(row: Row, roles: Mapping[str, int]) -> date:
    return read_date(row.value(roles["checked_in"]), "dmy") or date.min


def _is_measured(row: Row, roles: Mapping[str, int]) -> bool:
    return (
        read_date(row.value(roles["checked_in"]), "dmy") is not None
        and read_number(row.value(roles["current"])) is not None
    )


def _fits(sheet: Sheet) -> float:
    """Well, where `_detect` finds one."""
    return 2.0 if isinstance(sheet.drawn, Series) else 0.0


def _records(sheet: Sheet) -> list[Record]:
    """One key result, with the value of its latest day; its objective, where a cell above states
    it.
    """
    drawn = sheet.drawn
    if not isinstance(drawn, Series):
        return []
    row, found = drawn.latest, []
    if drawn.objective is not None:
        found.append(
            Record(
                "objective",
                row,
                drawn.columns[0],
                roles={},
                title=drawn.objective,
                states_row=False,
            )
        )
    at = 0 if drawn.objective is not None else None
    found.append(
        Record("key_result", row, drawn.columns[0], at, roles=drawn.roles, title=drawn.title)
    )
    return found


LAYOUT = Layout(
    because="the tab is one key result, and its rows are what was measured day by day",
    fits=_fits,
    records=_records,
    detect=_detect,
    why_no_answers=(
        "its rows are what was measured day by day, so nothing is written beside them; a summary"
        " can tell how the key result stands"
    ),
    names_columns=True,
)
