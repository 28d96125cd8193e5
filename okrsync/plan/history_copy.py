"""The ledger as lines of a table: the durable copy that `write.history` keeps in the team's place.

A line holds one observation, under the key of its item. Lines are found again whatever people do to
the table: they are recognised by what they hold, not by where they stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal, cast

from msgspec.structs import replace

from okrsync.model.days import parse_date_text
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import KeyResult, LedgerEntry, Objective, Status
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, text_of

__all__ = ["COLUMNS", "CopiedEntry", "Line", "entries_in", "line_of", "with_keys_of_now"]

Line = tuple[CellValue, ...]
COLUMNS = (
    "okrsync key",
    "Day",
    "Id",
    "Title",
    "Baseline",
    "Target",
    "Current",
    "Progress",
    "Status",
    "Check-in",
    "Confidence",
    "Owner",
    "Comment",
    "Origin",
    "At",
    "Seen",
)
_NUMBERS = ("Baseline", "Target", "Current", "Progress", "Confidence")
_ORIGINS = ("run", "log", "column")
_KEY = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9_-]*:[0-9a-f]{16}[^\s:]*(?: #\d+)?\Z")


class CopiedEntry(Frozen, frozen=True):
    """An observation as a line holds it: the key of its item within its source, the item's id and
    title then, and what was seen.
    """

    key: str
    id: str
    title: str
    entry: LedgerEntry


def line_of(source: str, copied: CopiedEntry) -> Line:
    """The cells of an observation. Numbers stay numbers where that loses nothing; days are written
    as `2026-11-02`, the same in every locale.
    """
    entry = copied.entry
    values: Mapping[str, CellValue] = {
        "okrsync key": f"{source}:{copied.key}",
        "Day": entry.day.isoformat(),
        "Id": copied.id,
        "Title": _one_line(copied.title),
        "Baseline": _number(entry.baseline),
        "Target": _number(entry.target),
        "Current": _number(entry.current),
        "Progress": _number(entry.progress),
        "Status": None if entry.status is None else entry.status.value,
        "Check-in": None if entry.checked_in is None else entry.checked_in.isoformat(),
        "Confidence": _number(entry.confidence),
        "Owner": _one_line(entry.owner),
        "Comment": _one_line(entry.comment),
        "Origin": entry.origin,
        "At": entry.at,
        "Seen": None if entry.seen is None else entry.seen.isoformat(),
    }
    return tuple(values[name] for name in COLUMNS)


def entries_in(source: str, grid: Iterable[Sequence[CellValue]]) -> Iterator[CopiedEntry]:
    """The observations of a source in a table, in the order in which they were seen. Rows that are
    no lines of okrsync's are passed over; so are lines that somebody edited beyond recognition.
    """
    rows = [tuple(row) for row in grid]
    columns = next((by_name for row in rows if (by_name := _header(row)) is not None), {})
    copied = [entry for row in rows if (entry := _entry_in(source, row, columns)) is not None]
    # Sorted by people or not: what was seen later counts.
    yield from sorted(copied, key=lambda one: one.entry.seen_on)


def with_keys_of_now(
    copied: Sequence[CopiedEntry], objectives: Iterable[Objective]
) -> tuple[CopiedEntry, ...]:
    """The observations under the keys that the items have now. A key is made of an item's words:
    without the state, nobody knows that an item whose owner or words have changed is the same.

    It is the one item that reads as its last line did, where the lines do not begin before the
    item's cycle, nor go on after its own begin.
    """
    items: list[KeyResult | Objective] = []
    for objective in objectives:
        items += (objective, *objective.key_results)
    by_title: dict[str, list[KeyResult | Objective]] = {}
    for item in items:
        by_title.setdefault(text_of(_one_line(item.title)), []).append(item)
    spans: dict[str, tuple[CopiedEntry, CopiedEntry]] = {}
    for each in copied:
        spans[each.key] = (spans.get(each.key, (each, each))[0], each)

    def item_now(first: CopiedEntry, last: CopiedEntry) -> KeyResult | Objective | None:
        alike = by_title.get(last.title, [])
        if len(alike) > 1:
            alike = [item for item in alike if item.id == last.id]
        if len(alike) != 1:
            return None
        (item,) = alike
        own = spans.get(item.key)
        is_of_cycle = item.cycle is None or first.entry.seen_on >= item.cycle.start
        is_before = own is None or last.entry.seen_on <= own[0].entry.seen_on
        return item if is_of_cycle and is_before else None

    live = {item.key for item in items}
    found = {
        key: now.key
        for key, (first, last) in spans.items()
        if key not in live and (now := item_now(first, last)) is not None
    }
    claims = Counter(found.values())
    keys = {key: now for key, now in found.items() if claims[now] == 1}
    if not keys:
        return tuple(copied)
    return tuple(replace(each, key=keys[each.key]) if each.key in keys else each for each in copied)


def _header(row: Line) -> Mapping[str, int] | None:
    names = {text_of(value).strip(): index for index, value in enumerate(row)}
    return names if "okrsync key" in names and "Day" in names else None


def _entry_in(source: str, row: Line, columns: Mapping[str, int]) -> CopiedEntry | None:
    """The observation of a row: under the header, or, where somebody moved that or inserted a
    column, from the key on.
    """
    under_header = {
        name: row[index] for name, index in columns.items() if index < len(row) and name in COLUMNS
    }
    if (entry := _parsed(source, under_header)) is not None:
        return entry
    for index, value in enumerate(row):
        if isinstance(value, str) and _KEY.match(value.strip()):
            from_key = dict(zip(COLUMNS, row[index:], strict=False))
            return _parsed(source, from_key)
    return None


def _parsed(source: str, values: Mapping[str, CellValue]) -> CopiedEntry | None:
    name, _, key = text_of(values.get("okrsync key")).strip().partition(":")
    day, origin = _day(values.get("Day")), text_of(values.get("Origin"))
    if name != source or not key or day is None or origin not in _ORIGINS:
        return None
    try:
        numbers = {column: _decimal(values.get(column)) for column in _NUMBERS}
        status = text_of(values.get("Status"))
        entry = LedgerEntry(
            day,
            numbers["Baseline"],
            numbers["Target"],
            numbers["Current"],
            numbers["Progress"],
            Status(status) if status else None,
            _day(values.get("Check-in")),
            numbers["Confidence"],
            _text(values.get("Owner")),
            _text(values.get("Comment")),
            cast("Literal['run', 'log', 'column']", origin),
            _text(values.get("At")),
            _day(values.get("Seen")),
        )
    except (ValueError, InvalidOperation):
        return None  # somebody typed over it
    id_, title = _text(values.get("Id")), _text(values.get("Title"))
    return CopiedEntry(key, id_ or "", title or "", entry)


def _number(value: Decimal | None) -> CellValue:
    """The number as a float, or as text where a float would be another number."""
    if value is None:
        return None
    number = float(value)
    return number if Decimal(repr(number)) == value else text_of(value)


def _decimal(value: CellValue) -> Decimal | None:
    text = text_of(value).strip()
    return Decimal(text) if text else None


def _day(value: CellValue) -> date | None:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    text = text_of(value).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        # A spreadsheet program may show days in its own way once somebody has saved the file.
        return parse_date_text(text, "dmy")


def _one_line(text: str | None) -> str | None:
    """The text in one line, so that a line that is cut short spoils no other."""
    if text is None:
        return None
    return text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")


def _text(value: CellValue) -> str | None:
    text = text_of(value)
    if not text:
        return None
    pieces = {"\\\\": "\\", "\\n": "\n", "\\r": "\r"}
    return re.sub(r"\\[\\nr]", lambda match: pieces[match[0]], text)
