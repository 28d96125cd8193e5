"""Check-in logs: a table with a row for each check-in of key results that stand in another. The
latest one gives the current value and its day; all of them are observations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.mapping.header.check_in_log import NAMING_ROLES
from okrsync.mapping.header.check_ins import days_in_words
from okrsync.mapping.sheet import Record, Sheet, folded
from okrsync.mapping.values.columns import Columns
from okrsync.mapping.values.typed import shown
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Cycle, KeyResult, Objective, Observation, Status, Warning_
from okrsync.model.table import CellRef

_KEPT = ("current", "progress", "checked_in", "status", "confidence", "comment")
"""The roles of a log's columns whose cells an item is traced to."""

__all__ = ["CheckIn", "CheckInLog", "Known", "known_by_name", "log_of", "with_check_ins"]


class CheckIn(Frozen, frozen=True):
    """What a check-in says: its day (None where the log only numbers its check-ins), the value or
    the share, and where they stand.
    """

    day: date | None
    number: int
    current: Decimal | None
    progress: Decimal | None
    cells: Mapping[str, CellRef]
    typed_status: str | None = None
    status: Status | None = None
    confidence: Decimal | None = None
    comment: str | None = None
    until: date | None = None
    """The last day of its week or month, while that goes on."""


class CheckInLog(Frozen, frozen=True):
    """The check-ins of a log by the id of their key result, oldest first, and what is odd about
    them.
    """

    by_item: Mapping[str, Sequence[CheckIn]] = struct_field(default_factory=dict)
    warnings: tuple[Warning_, ...] = ()


class Known(Frozen, frozen=True):
    """A key result that check-ins may name, and the cycle that its sheet names for it."""

    item: KeyResult
    cycle: Cycle | None = None


def log_of(
    sheet: Sheet, columns: Columns, known: Mapping[str, Sequence[Known]], cycle: Cycle
) -> CheckInLog | None:
    """The check-ins of a table; None where its rows name other things than the key results that are
    known. A check-in without a day that can be read is named, and not counted; so is one of a day
    to come, and one of a key result that nobody has. Of key results of the same name, a check-in
    is of the one in whose cycle its day lies.
    """
    records = [Record("key_result", row, next(iter(sheet.roles.values()))) for row in sheet.rows]
    named = [_named(columns, record, known) for record in records]
    matched_rows = sum(bool(each) for each in named)
    if not matched_rows or matched_rows * 2 < len(records):
        return None
    ended = [_ended_cycle(each, cycle) for each in named]
    days, numbers, warnings, are_ends = _days(sheet, columns, records, cycle, ended)
    items = [_of_its_day(each, day) for each, day in zip(named, days, strict=True)]
    by_item: dict[str, list[CheckIn]] = {}
    for record, item, day, number in zip(records, items, days, numbers, strict=True):
        if item is None:
            warnings.extend(_stranger(columns, record, known))
            continue
        value = columns.number(record, "current") if "current" in sheet.roles else None
        share = columns.share(record, "progress") if "progress" in sheet.roles else None
        if value is None and share is None:
            continue
        if day is None and number is None:
            warnings.extend(_without_day(columns, record))
            continue
        is_ahead = day is not None and day > columns.today
        if day is not None and is_ahead and not are_ends:
            warnings.append(_ahead(columns, record, day))
            continue
        cells = {role: columns.cell_ref(record, role) for role in _KEPT if role in sheet.roles}
        current = None if value is None else value.value
        check_in = CheckIn(
            columns.today if is_ahead else day,
            number or 0,
            current,
            share,
            cells,
            columns.typed_status(record) if "status" in sheet.roles else None,
            columns.status(record) if "status" in sheet.roles else None,
            columns.confidence(record) if "confidence" in sheet.roles else None,
            columns.text(record, "comment"),
            day if is_ahead else None,
        )
        by_item.setdefault(item.id, []).append(check_in)
    for check_ins in by_item.values():
        check_ins.sort(key=lambda check_in: (check_in.day or date.min, check_in.number))
    return CheckInLog(by_item, tuple(warnings))


def _named(
    columns: Columns, record: Record, known: Mapping[str, Sequence[Known]]
) -> Sequence[Known]:
    """The key results that a row may name: those with its first name that any has."""
    names = (folded(columns.text(record, role) or "") for role in NAMING_ROLES)
    return next((known[name] for name in names if name in known), ())


def _ended_cycle(named: Sequence[Known], running: Cycle) -> Cycle | None:
    """The cycle of the only key result that a row names, if that is over."""
    cycle = named[0].cycle if len(named) == 1 else None
    return cycle if cycle is not None and cycle.end < running.start else None


def _of_its_day(named: Sequence[Known], day: date | None) -> KeyResult | None:
    """The key result of a check-in: of several that it names, the one whose cycle is the last to
    have begun by its day; None where that is not one alone.
    """
    if len(named) == 1:
        return named[0].item
    begun = [
        (each.cycle.start, each.item)
        for each in named
        if each.cycle is not None and day is not None and each.cycle.start <= day
    ]
    latest = max((start for start, _ in begun), default=None)
    of_latest = [item for start, item in begun if start == latest]
    return of_latest[0] if len(of_latest) == 1 else None


def _days(
    sheet: Sheet,
    columns: Columns,
    records: Sequence[Record],
    cycle: Cycle,
    ended: Sequence[Cycle | None],
) -> tuple[list[date | None], list[int | None], list[Warning_], bool]:
    """By row its day, and its number where the log numbers its check-ins and names no days; and
    whether the days are the last ones of weeks or months. Those of a key result whose cycle is
    over (`ended`) are of that cycle.
    """
    column = sheet.roles["checked_in"]
    header = sheet.names[column] if column < len(sheet.names) else ""
    in_words = days_in_words(sheet.texts_in(column), header)
    if in_words is None or in_words.style == "day":
        read = [columns.day(record, "checked_in") for record in records]
        return read, [None] * len(records), [], False
    order = columns.conventions.date_order
    days_in = {each: in_words.days(each or cycle, order) for each in {*ended}}
    days = [days_in[each][row] for row, each in enumerate(ended)]
    if in_words.style != "check-in":
        texts = sheet.texts_in(column)
        unread = [
            Warning_(
                "undated-check-ins",
                columns.source,
                columns.cell_ref(record, "checked_in"),
                f"{shown(text)!r} is no {in_words.style} that can be read, so this check-in is not"
                " counted",
            )
            for record, day, text in zip(records, days, texts, strict=True)
            if day is None and text
        ]
        return days, [None] * len(records), unread, True
    what = (
        "its check-ins have numbers and no days: the last one of each key result is its current"
        " value, and none is kept in the history; add a column with the day of each"
    )
    cell = sheet.table.ref(records[0].row, column)
    warning = Warning_("undated-check-ins", columns.source, cell, what)
    return [None] * len(records), list(in_words.numbers), [warning], True


def _without_day(columns: Columns, record: Record) -> Iterable[Warning_]:
    """A warning about an empty day; a text that is none has one already."""
    if columns.text(record, "checked_in") is None:
        what = "it names no day, so this check-in is not counted; enter one such as 2026-11-02"
        cell = columns.cell_ref(record, "checked_in")
        yield Warning_("undated-check-ins", columns.source, cell, what)


def _ahead(columns: Columns, record: Record, day: date) -> Warning_:
    """A warning about a check-in of a day to come."""
    what = (
        f"this check-in, {day.day} {day:%b %Y}, lies ahead, so it does not count until then;"
        " correct its day if another is meant"
    )
    cell = columns.cell_ref(record, "checked_in")
    return Warning_("check-in-ahead", columns.source, cell, what)


def _stranger(
    columns: Columns, record: Record, known: Mapping[str, Sequence[Known]]
) -> Iterable[Warning_]:
    for role in NAMING_ROLES:
        name = columns.text(record, role)
        if name is not None:
            count = len(known.get(folded(name), ()))
            what = (
                f"{count} key results are called {shown(name)!r}, so this check-in is not counted;"
                " name the id of the one that is meant"
                if count
                else f"no key result is called {shown(name)!r}, so this check-in is not counted"
            )
            cell = columns.cell_ref(record, role)
            yield Warning_("unknown-key-result", columns.source, cell, what)
            return


def known_by_name(objectives: Iterable[Objective]) -> dict[str, list[Known]]:
    """Key results by id and title; several where they have the same."""
    by_name: dict[str, dict[str, Known]] = {}
    for objective in objectives:
        for item in objective.key_results:
            known = Known(item, item.cycle or objective.cycle)
            own = item.id.removeprefix(f"{objective.source}/")
            for name in {folded(item.title), folded(own), folded(own.rpartition("/")[2])}:
                by_name.setdefault(name, {}).setdefault(item.id, known)
    return {name: [*named.values()] for name, named in by_name.items()}


def with_check_ins(objective: Objective, log: CheckInLog) -> Objective:
    """The objective with the check-ins of its key results; the latest one counts where the table
    itself tells no later one.
    """
    items = tuple(
        _with(item, log.by_item[item.id]) if item.id in log.by_item else item
        for item in objective.key_results
    )
    return replace(objective, key_results=items)


def _with(item: KeyResult, check_ins: Sequence[CheckIn]) -> KeyResult:
    observed = [
        Observation(
            each.day,
            each.cells.get("current") or each.cells["progress"],
            each.current,
            each.progress,
            "log",
            each.confidence,
            each.comment,
        )
        for each in check_ins
        if each.day is not None
    ]
    observations = sorted((*item.observations, *observed), key=lambda each: each.day)
    item = replace(item, observations=tuple(observations))
    last = check_ins[-1]
    if last.day is None:
        # Without a day nothing says that the log is newer than what stands beside the key result.
        is_given = item.current is not None or item.given_progress is not None
        cells = {role: cell for role, cell in last.cells.items() if role != "checked_in"}
        return item if is_given else _counting(item, last, cells)
    if item.checked_in is not None and item.checked_in > last.day:
        return item
    counted = _counting(item, last, last.cells)
    return replace(counted, checked_in=last.day, checked_in_known=True, checked_in_until=last.until)


def _counting(item: KeyResult, check_in: CheckIn, cells: Mapping[str, CellRef]) -> KeyResult:
    own = {
        "status": item.typed_status is not None,
        "confidence": item.confidence is not None,
        "comment": item.comment is not None,
    }
    cells = {role: cell for role, cell in cells.items() if not own.get(role, False)}
    return replace(
        item,
        current=check_in.current if check_in.current is not None else item.current,
        given_progress=check_in.progress if check_in.progress is not None else item.given_progress,
        typed_status=item.typed_status or check_in.typed_status,
        given_status=item.given_status or check_in.status,
        confidence=check_in.confidence if item.confidence is None else item.confidence,
        comment=item.comment or check_in.comment,
        origin=replace(item.origin, beyond={**item.origin.beyond, **cells}),
    )
