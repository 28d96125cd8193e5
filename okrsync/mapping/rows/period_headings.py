"""Headings inside a table that say which cycle the rows below them belong to: one quarter under the
other, in one tab.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from okrsync.mapping.sheet import Record, Section, Sheet
from okrsync.model.cycles import names_fiscal_year
from okrsync.model.okrs import Cycle
from okrsync.model.period_names import period_in_heading
from okrsync.model.table import CellRef, Row, Table, column_letters, is_blank

__all__ = ["fiscal_period", "period_headings", "records_by_section"]


_MOST_OTHER_WORDS = 2
"""`Growth OKRs Q4 2026` is a heading, and `Ship the OKR tool by Q4 2026` an objective."""


def period_headings(
    table: Table,
    header_row: int | None,
    parse: Callable[[str], Cycle | None],
    above_headers: Collection[int],
) -> Mapping[int, Section]:
    """By row number, the headings below a table's header that name a period. Beside more than two
    other words the period counts only above a repeated header: `above_headers` are those rows.
    """
    sections: dict[int, Section] = {}
    if header_row is None:
        return sections
    for row in table.rows:
        if row.number <= header_row:
            continue
        cell = _only_text(row)
        if cell is None:
            continue
        column, text = cell
        named = period_in_heading(text, parse)
        if named is None:
            continue
        others = len(text.replace(named[0], " ").split())
        if others > _MOST_OTHER_WORDS and row.number not in above_headers:
            continue
        # A month or a week alone is as likely the day of a check-in.
        if named[1].days > 32 or row.number in above_headers:
            sections[row.number] = Section(row.number, column, named[0])
    return sections


def _only_text(row: Row) -> tuple[int, str] | None:
    """The only filled cell of a row, where it holds a text with a number."""
    if row.fills_more_than(1):
        return None
    for column, value in enumerate(row.values):
        if is_blank(value):
            continue
        if not isinstance(value, str) or len(value) > 60:
            return None
        text = value.strip()
        return (column, text) if any(map(str.isdigit, text)) or "I" in text else None
    return None


def records_by_section(sheet: Sheet, records_of: Callable[[Sheet], list[Record]]) -> list[Record]:
    """The records of a sheet, read section by section: what stands under one heading does not go on
    under the next.
    """
    if not sheet.sections:
        return records_of(sheet)
    records: list[Record] = []
    stated: dict[str, Section] = {}
    ahead = [sheet.sections[number] for number in sorted(sheet.sections)]
    for section, part in sheet.parts():
        while section is not None and ahead and ahead[0].row_number <= section.row_number:
            heading = ahead.pop(0)
            if heading.role == "cycle":
                stated.clear()  # The teams of another quarter have headings of their own.
            if heading.role is not None:
                stated[heading.role] = heading
        offset = len(records)
        for record in records_of(part):
            if record.objective is not None:
                record.objective += offset
            for role, each in stated.items():
                if not _has_value(record, part, role):
                    cell = each.row_number, each.column
                    record.elsewhere = {**record.elsewhere, role: cell}
                    record.values = {**record.values, role: each.text}
            records.append(record)
    return records


def fiscal_period(sheet: Sheet, title: str | None) -> tuple[CellRef, str] | None:
    """The first text that names a fiscal year for rows of a sheet, and its place: in the column of
    cycles, in a heading, at or above the header, or in the name of the tab or of its file. None
    where there is none.
    """
    table, head = sheet.table, sheet.header_row or 0
    texts = [
        (table.ref(row, sheet.roles["cycle"]), text)
        for row, text in zip(sheet.rows, sheet.texts("cycle"), strict=True)
        if "cycle" in sheet.roles
    ]
    texts += [
        (CellRef(table.name, f"{column_letters(each.column)}{each.row_number}"), each.text)
        for each in sheet.sections.values()
        if each.role == "cycle"
    ]
    texts += [
        (table.ref(row, column), value)
        for row in table.rows[: head + 1]
        if row.number <= head
        for column, value in enumerate(row.values)
        if isinstance(value, str)
    ]
    texts += [(CellRef(table.name, "A1"), name) for name in (table.name, title) if name]
    return next((each for each in texts if names_fiscal_year(each[1])), None)


def _has_value(record: Record, sheet: Sheet, role: str) -> bool:
    roles: Mapping[str, int] = sheet.roles if record.roles is None else record.roles
    column = roles.get(role)
    is_filled = column is not None and not is_blank(record.row.value(column))
    return is_filled or role in record.values
