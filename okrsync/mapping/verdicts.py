"""What is told of a table to the person who keeps it: how much it looks like OKRs, what spoke for
it, what each column was taken for.
"""

from __future__ import annotations

from okrsync.mapping.evidence import ColumnReading
from okrsync.mapping.header.content import Contents
from okrsync.mapping.layouts import LAYOUTS, because
from okrsync.mapping.tabs import OpenTable
from okrsync.mapping.values.marks import RowMarks
from okrsync.model.table import Row, is_blank

__all__ = ["because_of", "columns_of", "score_of"]

_SAMPLE = 200
_MEASURED = frozenset(
    {"baseline", "current", "target", "progress", "score", "status", "confidence"}
)


def score_of(tab: OpenTable) -> float:
    """How much a table looks like OKRs, from 0 to 1: titles weigh most, then what measures them,
    then how many rows came through.

    A log of check-ins gets 0.7, a table that was refused at most 0.4.
    """
    roles = tab.header.roles or tab.header.loose
    if tab.is_log and tab.layout:
        return 0.7
    titles = 0.25 * ("objective" in roles) + 0.25 * ("key_result" in roles)
    measured = min(len(_MEASURED & roles.keys()), 3) / 3 * 0.3
    below = len(tab.sheet.rows) + sum(skip.code == "no-okr" for skip in tab.skips)
    rows = 0.2 * len(tab.sheet.rows) / below if below else 0.0
    if tab.refused is not None:
        return round(min(titles / 2 + measured / 2, 0.4), 2)
    return round(max(titles, 0.4 if tab.sheet.drawn is not None else 0.0) + measured + rows, 2)


def because_of(tab: OpenTable) -> tuple[str, ...]:
    """What spoke for the header and the layout, a sentence each."""
    header = tab.header
    named = [role.replace("_", " ") for role in tab.roles or header.loose]
    if not named or tab.refused is not None:
        return ()
    where = (
        "the place names its columns" if header.row is None else f"row {header.row} is its header"
    )
    said = [] if tab.sheet.drawn is not None else [f"{where}: {', '.join(named)}"]
    if tab.is_log:
        said.append("its rows are check-ins of key results that stand in another table")
    elif tab.lists is not None:
        said.append(f"its rows list the key results that stand in {tab.lists!r}")
    elif (sentence := because(tab.layout)) is not None:
        said.append(sentence)
    if header.cycle is not None:
        said.append(
            f"of {len(header.periods)} periods, {', '.join(header.periods)}, that of"
            f" {header.cycle.name} is read"
        )
    if header.labels:
        said.append(
            "cells above the header tell"
            f" {', '.join(role.replace('_', ' ') for role in header.labels)}"
        )
    left = sum(skip.code == "no-okr" for skip in tab.skips)
    said.append(
        f"{len(tab.sheet.rows)} rows hold {'check-ins' if tab.is_log else 'OKRs'}"
        + (f", {left} are left out" if left else "")
    )
    return tuple(said)


def columns_of(tab: OpenTable) -> tuple[ColumnReading, ...]:
    """Each column with a header or content: its role and why, or that it is not read."""
    if tab.sheet.drawn is not None:
        return _drawn(tab)
    header, rows = tab.header, _below(tab)
    contents = Contents(rows)
    roles: dict[int, str] = {}
    for given, place in tab.roles.items():
        roles.setdefault(place, given)
    for given, place in header.of_objectives.items():
        roles.setdefault(place, given)
    for place, kinds in _titles(tab).items():
        if kinds == {"key_result"}:
            roles[place] = "key_result"
    width = max((len(header.names), *(len(row.values) for row in rows)), default=0)
    set_aside_columns = RowMarks(tab.columns).set_aside_columns
    found = []
    for place in range(width):
        name = header.names[place] if place < len(header.names) else ""
        content = contents.of(place)
        if not name and not content.filled:
            continue
        judged = header.judged.get(place)
        role: str | None = roles.get(place)
        if judged is None:
            why = f"{name!r} is no word okrsync knows for a role" if name else "it has no header"
            if place in set_aside_columns:
                why = f"{name!r} sets aside each row with a yes in it"
            found.append(
                ColumnReading(
                    place,
                    name,
                    role,
                    0.9 if role else 0.5,
                    f"{why}; {content.words()}",
                    content.samples,
                )
            )
        else:
            role = role or (
                judged.role if tab.refused is None and judged.confidence >= 0.9 else None
            )
            others = tuple(
                other for other in judged.others if other not in (role, "title", "metric")
            )
            found.append(
                ColumnReading(
                    place, name, role, judged.confidence, judged.because, content.samples, others
                )
            )
    return tuple(found)


def _titles(tab: OpenTable) -> dict[int, set[str]]:
    """What the titles of each column are."""
    kinds_by_column: dict[int, set[str]] = {}
    for record in tab.records[:_SAMPLE]:
        kinds_by_column.setdefault(record.title_column, set()).add(record.kind)
    return kinds_by_column


def _drawn(tab: OpenTable) -> tuple[ColumnReading, ...]:
    """The columns of a table without a header of columns: where titles stand, and what a block's
    own header names.
    """
    contents = Contents(tab.sheet.rows[:_SAMPLE])
    roles: dict[int, str] = {}
    for record in tab.records:
        for role, place in (record.roles or {}).items():
            roles.setdefault(place, role)
    for record in tab.records:
        roles.setdefault(record.title_column, record.kind)
    heads = tab.header.names if LAYOUTS[tab.layout].names_columns else ()
    return tuple(
        ColumnReading(
            place,
            heads[place] if place < len(heads) else "",
            role,
            0.8,
            f"{LAYOUTS[tab.layout].because}; {contents.of(place).words()}",
            contents.of(place).samples,
        )
        for place, role in sorted(roles.items())
    )


def _below(tab: OpenTable) -> list[Row]:
    row = tab.header.row
    below = (each for each in tab.table.rows if row is None or each.number > row)
    return [
        each
        for _, each in zip(range(_SAMPLE), below, strict=False)
        if any(not is_blank(value) for value in each.values)
    ]
