"""Understanding: tables become objectives and key results, as a mapping says or as their words and content tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from okrsync.cycles import parse_cycle
from okrsync.mapping.columns import Columns
from okrsync.mapping.file import Mapping_
from okrsync.mapping.headers import Header, find_header
from okrsync.mapping.items import Numbering, make_items
from okrsync.mapping.layouts import LAYOUTS, choose
from okrsync.mapping.noise import is_suspect, reason_against
from okrsync.mapping.sheet import Sheet
from okrsync.model import Cycle, Objective, Owned, Skip, Warning_
from okrsync.table import CellRef, Row, Snapshot, Table, column_letters, is_blank, text_of

__all__ = ["Okrs", "Reading", "TabReading", "understand"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What understanding needs to know besides the tables: the source's name, today, the configured cycle, the fiscal year's first
    month, and the headers of okrsync's own columns by field, which are never read as input."""

    source: str
    today: date
    cycle: Cycle
    fiscal_year_start: int = 1
    owned_headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TabReading:
    """How one table was understood: its layout, its header's row number and the column of each role; or, with `layout` None, why it was not."""

    table: str
    layout: str | None
    header_row: int | None
    roles: Mapping[str, int]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Okrs:
    """The OKRs of one source, what was odd or left out, and where answers may go."""

    source: str
    objectives: tuple[Objective, ...]
    warnings: tuple[Warning_, ...]
    skips: tuple[Skip, ...]
    owned: tuple[Owned, ...]
    tabs: tuple[TabReading, ...]


def understand(snapshot: Snapshot, mapping: Mapping_, reading: Reading) -> Okrs:
    """The objectives and key results of a source.

    A table that holds none is left out, and a Skip says why. Raises `MappingError` when the mapping asks for a layout that cannot be read.
    """
    objectives: list[Objective] = []
    warnings: list[Warning_] = []
    skips = [Skip(reading.source, None, note, "left-out") for note in snapshot.notes]
    owned: list[Owned] = []
    tabs: list[TabReading] = []
    numbering = Numbering()
    for table in snapshot.tables:
        header = find_header(table, mapping, reading.owned_headers)
        refused = _why_not(table, header, mapping)
        if refused is not None:
            skips.append(Skip(reading.source, CellRef(table.name, f"A{header.row or 1}"), refused, "no-okrs"))
            tabs.append(TabReading(table.name, None, header.row, header.roles, refused))
            continue
        rows, left_out = _rows(table, header, reading.source)
        skips.extend(left_out)
        if not rows:
            reason = "below its header there are no objectives and no key results"
            skips.append(Skip(reading.source, CellRef(table.name, f"A{header.row or 1}"), reason, "no-okrs"))
            tabs.append(TabReading(table.name, None, header.row, header.roles, reason))
            continue
        sheet = Sheet(table, header.roles, rows)
        layout = choose(sheet, mapping.layout)
        columns = Columns(sheet, reading.source, mapping, header.names, reading.today, reading.fiscal_year_start)
        found = make_items(
            reading.source,
            sheet,
            LAYOUTS[layout].records(sheet),
            columns,
            numbering,
            _tab_cycle(table, header, reading),
        )
        warnings.extend(_missing_columns(table, header, reading.source))
        warnings.extend(columns.warnings)
        tabs.append(TabReading(table.name, layout, header.row, header.roles))
        if found:
            objectives.extend(found)
            owned.append(_owned(table, header, reading.owned_headers))
    warnings.extend(numbering.warnings)
    return Okrs(reading.source, tuple(objectives), tuple(warnings), tuple(skips), tuple(owned), tuple(tabs))


def _why_not(table: Table, header: Header, mapping: Mapping_) -> str | None:
    """Why a table holds no OKRs that can be read, or None."""
    if all(row.is_empty for row in table.rows) and header.row is None:
        return "the tab is empty"
    if not header.roles:
        if header.missing:
            return _missing_text(header)
        return header.reason or "its header names neither objectives nor key results"
    for role in ("objective", "key_result"):
        if role in header.missing:
            return _missing_text(header)
    if header.numbered and mapping.layout == "auto" and "key_result" not in mapping.columns:
        several = ", ".join(header.numbered[:3])
        return f"a row holds several key results ({several}), a layout this version does not read; give each key result a row of its own"
    return None


def _missing_text(header: Header) -> str:
    role, wanted = next(iter(header.missing.items()))
    present = ", ".join(repr(name) for name in header.names if name) or "nothing"
    return f"the mapping looks for {role} under {' or '.join(repr(name) for name in wanted)}; row {header.row or 1} has {present}"


def _missing_columns(table: Table, header: Header, source: str) -> list[Warning_]:
    present = ", ".join(repr(name) for name in header.names if name)
    at = CellRef(table.name, f"A{header.row or 1}")
    return [
        Warning_(
            "no-such-column", source, at,
            f"the mapping looks for {role} under {' or '.join(repr(name) for name in wanted)}, and there is none; the header has {present}",
        )
        for role, wanted in header.missing.items()
    ]  # fmt: skip


def _rows(table: Table, header: Header, source: str) -> tuple[list[Row], list[Skip]]:
    """The rows below the header that may be OKRs, and those that look like it and are none."""
    rows: list[Row] = []
    skips: list[Skip] = []
    names = frozenset(header.names)
    titles = [column for role in ("objective", "key_result") if (column := header.roles.get(role)) is not None]
    for row in table.rows:
        if header.row is not None and row.number <= header.row:
            continue
        stated = [value for column in titles if not is_blank(value := row.value(column))]
        if not stated:
            continue
        reason = None
        if any(isinstance(value, str) and is_suspect(value, names) for value in stated):
            reason = reason_against(row, header.roles, header.names)
        if reason is None:
            rows.append(row)
        else:
            column = next(column for column in titles if not is_blank(row.value(column)))
            skips.append(Skip(source, table.ref(row, column), reason, "no-okr"))
    return rows, skips


def _tab_cycle(table: Table, header: Header, reading: Reading) -> Cycle | None:
    """The period a tab is for as a whole: from its name, or from a cell above its header."""
    above = [
        text_of(value)
        for row in table.rows
        if header.row is not None and row.number < header.row
        for value in row.values
    ]
    for text in (table.name, *above):
        found = parse_cycle(text, today=reading.today, fiscal_year_start=reading.fiscal_year_start) if text else None
        if found is not None:
            return found
    return None


def _owned(table: Table, header: Header, owned_headers: Mapping[str, str]) -> Owned:
    folded: dict[str, int] = {}
    for place, name in enumerate(header.names):
        folded.setdefault(name.strip().casefold(), place)
    columns = {name: table.owned.get(name, folded.get(text.strip().casefold())) for name, text in owned_headers.items()}
    headers = {
        name: header.names[place] if place is not None and place < len(header.names) else owned_headers[name]
        for name, place in columns.items()
    }
    return Owned(table.key, table.name, header.row, columns, headers)


def describe(roles: Mapping[str, int]) -> str:
    """The columns of a table by role, for people: `key_result B, target D`."""
    return ", ".join(f"{role} {column_letters(column)}" for role, column in roles.items())
