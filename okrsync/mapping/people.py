"""Reads the tab that says who is behind the names in owner cells: a table with columns of names, of
addresses, and of those who are above others.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from msgspec.structs import replace

from okrsync.mapping.words import normal
from okrsync.mapping.words import table as words_of
from okrsync.model.okrs import Warning_
from okrsync.model.patterns import lazy_pattern
from okrsync.model.people import Person, address_in
from okrsync.model.table import CellRef, Row, Snapshot, Table, is_blank, text_of

__all__ = ["listed_people", "people_in"]

_DEPTH = 15
_SEVERAL = lazy_pattern(r"[;\n]")


def listed_people(
    snapshot: Snapshot, tab: str
) -> tuple[Snapshot, tuple[Person, ...] | None, tuple[Warning_, ...]]:
    """A source without its tab of this name, which holds no OKRs; the people that the tab lists,
    None where there is no such tab; and what is odd about them.
    """
    wanted = tab.strip().casefold()
    listing = [table for table in snapshot.tables if table.name.strip().casefold() == wanted]
    if not listing:
        return snapshot, None, ()
    others = tuple(table for table in snapshot.tables if table.name.strip().casefold() != wanted)
    people, warnings = people_in(snapshot.source, listing[0])
    return replace(snapshot, tables=others), people, warnings


def people_in(source: str, table: Table) -> tuple[tuple[Person, ...], tuple[Warning_, ...]]:
    """The people a tab lists, in its order, and what is odd about them. A cell that holds several
    spellings of a name, one a line or with semicolons between them, makes one person under each.
    """
    header = _header(table)
    if header is None:
        message = (
            f"the tab {table.name!r} should list people, but no row names a column of names and one"
            " of addresses or leads; write Name, E-mail and Lead above the columns"
        )
        return (), (Warning_("unread-people", source, CellRef(table.name, "A1"), message),)
    warnings: list[Warning_] = []
    number, columns = header
    people: list[Person] = []
    for row in table.rows:
        if number is not None and row.number <= number:
            continue
        names = _names(row, columns)
        typed = _text(row, columns.get("email"))
        email = address_in(typed or names)
        if typed and email is None:
            cell = table.ref(row, columns["email"])
            message = f"{typed[:60]!r} is not an e-mail address, so {names or 'nobody'} has none"
            warnings.append(Warning_("unread-people", source, cell, message))
        lead = _text(row, columns.get("lead")) or None
        named_at = str(table.ref(row, columns.get("first", columns.get("name", 0))))
        spellings = [part.strip() for part in _SEVERAL.split(names) if part.strip()]
        # Somebody without a name is still known by the address.
        people += [
            Person(spelling, email, lead, named_at)
            for spelling in spellings or ([email] if email else [])
        ]
    return tuple(people), tuple(warnings)


def _names(row: Row, columns: Mapping[str, int]) -> str:
    if "first" in columns:
        return f"{_text(row, columns['first'])} {_text(row, columns['last'])}".strip()
    return _text(row, columns.get("name"))


def _header(table: Table) -> tuple[int | None, Mapping[str, int]] | None:
    """The header row (None where the source declares the names of its columns) and the column of
    each meaning.
    """
    if table.header is not None:
        columns = _meanings(table.header)
        return (None, columns) if _is_enough(columns) else None
    for row in table.rows[:_DEPTH]:
        columns = _meanings([text_of(value) for value in row.values])
        if _is_enough(columns):
            return row.number, columns
    return None


def _is_enough(columns: Mapping[str, int]) -> bool:
    has_names = "name" in columns or "first" in columns
    return has_names and ("email" in columns or "lead" in columns)


def _meanings(headers: list[str] | tuple[str, ...]) -> dict[str, int]:
    columns: dict[str, list[int]] = {}
    for column, header in enumerate(headers):
        for meaning in words_of("people").get(normal(header), ()):
            columns.setdefault(meaning, []).append(column)
    # "Nom" is the last name beside "Prénom" in French, and the first name in Catalan.
    pairs = product(columns.pop("first", ()), columns.pop("last", ()))
    pair = next((pair for pair in pairs if pair[0] != pair[1]), None)
    meanings = {meaning: places[0] for meaning, places in columns.items()}
    return meanings if pair is None else {**meanings, "first": pair[0], "last": pair[1]}


def _text(row: Row, column: int | None) -> str:
    value = None if column is None else row.value(column)
    return "" if is_blank(value) else text_of(value).strip()
