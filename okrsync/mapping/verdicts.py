"""Explains to the owner of a table how it was read: how much it looks like OKRs, why, and what each
column means.
"""

from __future__ import annotations

from okrsync.mapping.header.content import Contents
from okrsync.mapping.layouts import LAYOUTS, because
from okrsync.mapping.tabs import OpenTable
from okrsync.mapping.transposed import LAYOUT_NAME
from okrsync.mapping.values.marks import RowMarks
from okrsync.model.evidence import ColumnReading
from okrsync.model.table import Row, is_blank

__all__ = ["because_of", "columns_of", "score_of"]

_SAMPLE = 200
_MEASURED = frozenset(
    {"baseline", "current", "target", "progress", "score", "status", "confidence"}
)


def score_of(tab: OpenTable) -> float:
    """How much a table looks like OKRs, from 0 to 1: titles weigh most, then measures, then the
    share of rows that were read. The weights are judgement.

    A check-in log gets 0.7; a refused table gets at most 0.4.
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
    """The reasons for the header and the layout, one sentence each."""
    header = tab.header
    named = [role.replace("_", " ") for role in tab.roles or header.loose]
    if not named or tab.refused is not None:
        return ()
    where = (
        "the source declares its columns"
        if header.row is None
        else f"row {header.row} is its header"
    )
    sentences = [] if tab.sheet.drawn is not None else [f"{where}: {', '.join(named)}"]
    if tab.is_turned and (sentence := because(LAYOUT_NAME)) is not None:
        sentences.append(sentence)
    if tab.is_log:
        sentences.append("its rows are check-ins of key results in another table")
    elif tab.lists is not None:
        sentences.append(f"its rows list the key results of {tab.lists!r}")
    elif (sentence := because(tab.layout)) is not None:
        sentences.append(sentence)
    if header.cycle is not None:
        sentences.append(
            f"of the columns for {len(header.periods)} periods ({', '.join(header.periods)}), those"
            f" for {header.cycle.name} are read"
        )
    if header.labels:
        sentences.append(
            "cells above the header give"
            f" {', '.join(role.replace('_', ' ') for role in header.labels)}"
        )
    left = sum(skip.code == "no-okr" for skip in tab.skips)
    sentences.append(
        f"{len(tab.sheet.rows)} rows hold {'check-ins' if tab.is_log else 'OKRs'}"
        + (f", {left} are left out" if left else "")
    )
    return tuple(sentences)


def columns_of(tab: OpenTable) -> tuple[ColumnReading, ...]:
    """Each column with a header or content: its role and why, or that it is not read."""
    if tab.sheet.drawn is not None:
        return _drawn(tab)
    header, rows = tab.header, _below(tab)
    contents = Contents(rows)
    roles: dict[int, str] = {}
    for given, column in tab.roles.items():
        roles.setdefault(column, given)
    for given, column in header.of_objectives.items():
        roles.setdefault(column, given)
    for column, kinds in _titles(tab).items():
        if kinds == {"key_result"}:
            roles[column] = "key_result"
    width = max((len(header.names), *(len(row.values) for row in rows)), default=0)
    set_aside_columns = RowMarks(tab.columns).set_aside_columns
    readings = []
    for column in range(width):
        name = header.names[column] if column < len(header.names) else ""
        content = contents.of(column)
        if not name and not content.filled:
            continue
        judged = header.judged.get(column)
        role: str | None = roles.get(column)
        if judged is None:
            why = f"{name!r} is not a header that okrsync knows" if name else "it has no header"
            if column in set_aside_columns:
                why = f"a yes under {name!r} sets aside its row"
            readings.append(
                ColumnReading(
                    column,
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
            readings.append(
                ColumnReading(
                    column, name, role, judged.confidence, judged.because, content.samples, others
                )
            )
    return tuple(readings)


def _titles(tab: OpenTable) -> dict[int, set[str]]:
    """By column, whether its titles are those of objectives, of key results, or of both."""
    kinds_by_column: dict[int, set[str]] = {}
    for record in tab.records[:_SAMPLE]:
        kinds_by_column.setdefault(record.title_column, set()).add(record.kind)
    return kinds_by_column


def _drawn(tab: OpenTable) -> tuple[ColumnReading, ...]:
    """The columns of a table without a header of columns: those of its titles, and those that the
    header of a block names.
    """
    contents = Contents(tab.sheet.rows[:_SAMPLE])
    roles: dict[int, str] = {}
    for record in tab.records:
        for role, column in (record.roles or {}).items():
            roles.setdefault(column, role)
    for record in tab.records:
        roles.setdefault(record.title_column, record.kind)
    heads = tab.header.names if LAYOUTS[tab.layout].names_columns else ()
    width = max((len(row.values) for row in tab.sheet.rows[:_SAMPLE]), default=0)
    readings = []
    for column in sorted({*roles, *range(width)}):
        content = contents.of(column)
        drawn_role = roles.get(column)
        has_header = column < len(heads) and bool(heads[column])
        if drawn_role is None and not has_header and not content.are_numbers:
            continue  # A text beside an item may be anything: a remark, or another list.
        why = (
            LAYOUTS[tab.layout].because
            if drawn_role is not None
            else f"{heads[column]!r} is not a header that okrsync knows"
            if has_header
            else "no header says what it holds"
        )
        readings.append(
            ColumnReading(
                column,
                heads[column] if column < len(heads) else "",
                drawn_role,
                0.8 if drawn_role is not None else 0.5,
                f"{why}; {content.words()}",
                content.samples,
            )
        )
    return tuple(readings)


def _below(tab: OpenTable) -> list[Row]:
    row = tab.header.row
    below = (each for each in tab.table.rows if row is None or each.number > row)
    return [
        each
        for _, each in zip(range(_SAMPLE), below, strict=False)
        if any(not is_blank(value) for value in each.values)
    ]
