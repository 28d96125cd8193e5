"""The ledger: what was seen of each item on each day, kept permanently.

An entry is stored whenever anything about an item changed, including a check-in that confirms a
value; a status that only the calendar changed does not count. The day of an entry is that of the
check-in when the item has one, otherwise that of the run. A later edit makes a new entry for the
same day, and the later entry counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

from okrsync.measures.picture import Picture
from okrsync.measures.result import Measure
from okrsync.model.okrs import KeyResult, Objective, Observation, Status
from okrsync.state.history import Key, keyed_items
from okrsync.state.store import StateFile

__all__ = ["Ledger", "LedgerEntry", "entry_of"]

_FIELDS = (
    "day, baseline, target, current, progress, status, checked_in, confidence, owner, comment,"
    " origin, at"
)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What was seen of an item on a day. Numbers are in the item's unit; progress and confidence
    are shares. `origin` is who saw it: a run, or the team itself in a check-in log or a column of
    its own. `at` is the address of the item, or of the value.
    """

    day: date
    baseline: Decimal | None = None
    target: Decimal | None = None
    current: Decimal | None = None
    progress: Decimal | None = None
    status: Status | None = None
    checked_in: date | None = None
    confidence: Decimal | None = None
    owner: str | None = None
    comment: str | None = None
    origin: Literal["run", "log", "column"] = "run"
    at: str | None = None


class Ledger:
    """The ledger in a state file."""

    def __init__(self, state: StateFile) -> None:
        self._state = state

    def newest_day(self) -> date | None:
        """The latest day with an entry by a run; None for an empty ledger."""
        ((newest,),) = self._state.rows("SELECT max(day) FROM observations WHERE origin = 'run'")
        return None if newest is None else date.fromisoformat(str(newest))

    def history(self, key: Key) -> tuple[LedgerEntry, ...]:
        """What was seen of one item, oldest day first; the latest entry of each day."""
        rows = self._state.rows(
            f"SELECT {_FIELDS} FROM observations JOIN ledger_items ON item = ledger_items.number"
            " WHERE source = ? AND key = ? ORDER BY day, observations.number",
            *key,
        )
        by_day = {entry.day: entry for entry in map(_entry, rows)}
        return tuple(by_day[day] for day in sorted(by_day))

    def everything(self) -> Iterator[tuple[Key, str, str, LedgerEntry]]:
        """Every entry that counts, with the key, the id and the title of its item, item by item."""
        rows = self._state.rows(
            f"SELECT source, key, id, title, {_FIELDS}, max(observations.number) FROM observations"
            " JOIN ledger_items ON item = ledger_items.number"
            " GROUP BY item, day ORDER BY source, item, day"
        )
        for row in rows:
            source, key, id_, title = cast("tuple[str, str, str, str]", row[:4])
            yield (source, key), id_, title, _entry(row[4:-1])

    def note(self, picture: Picture, known: Iterable[str], today: date) -> int:
        """Store what changed about the items of the `known` sources, and what the team itself
        recorded for earlier days. Returns the number of new entries.
        """
        sources = frozenset(known)
        before = self._latest()
        fresh: list[tuple[Key, KeyResult | Objective, LedgerEntry]] = []
        for key, item, measure in keyed_items(picture):
            if key[0] not in sources:
                continue
            if isinstance(item, KeyResult) and item.observations:
                fresh += ((key, item, entry) for entry in self._backfill(key, item))
            last = before.get(key)
            entry = entry_of(item, measure, today)
            if item.checked_in is None and last is not None:
                # Without a check-in, the day is the one on which something changed.
                entry = replace(entry, day=last.day)
                if replace(last, at=entry.at, status=entry.status) != entry:
                    entry = replace(entry, day=today)
            if last is None or replace(last, at=entry.at, status=entry.status) != entry:
                fresh.append((key, item, entry))
        if not fresh:
            return 0
        with self._state.transaction():
            self._state.run_many(
                "INSERT INTO ledger_items (source, key, id, title) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (source, key) DO UPDATE SET id = excluded.id, title = excluded.title",
                iter({key: (*key, item.id, item.title) for key, item, _ in fresh}.values()),
            )
            # Read after the upsert: new items have their numbers only now.
            numbers = self._numbers()
            self._state.run_many(
                f"INSERT INTO observations (item, {_FIELDS})"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((numbers[key], *_row(entry)) for key, _, entry in fresh),
            )
        return len(fresh)

    def _backfill(self, key: Key, item: KeyResult) -> Iterator[LedgerEntry]:
        """What the team's own columns and logs say about earlier days and the ledger lacks."""
        by_day = {entry.day: entry for entry in self.history(key)}
        for observation in item.observations:
            entry = _entry_of(observation)
            kept_entry = by_day.get(entry.day)
            if kept_entry is None or (
                kept_entry.origin == entry.origin
                and (kept_entry.current, kept_entry.progress) != (entry.current, entry.progress)
            ):
                yield entry

    def _latest(self) -> Mapping[Key, LedgerEntry]:
        """By item, the last entry that a run stored."""
        # With max(), SQLite takes the other columns from the row that has the maximum
        # (https://www.sqlite.org/lang_select.html#bareagg).
        rows = self._state.rows(
            f"SELECT source, key, {_FIELDS}, max(observations.number) FROM observations"
            " JOIN ledger_items ON item = ledger_items.number WHERE origin = 'run' GROUP BY item"
        )
        return {cast("Key", (row[0], row[1])): _entry(row[2:-1]) for row in rows}

    def _numbers(self) -> Mapping[Key, int]:
        rows = self._state.rows("SELECT source, key, number FROM ledger_items")
        return {cast("Key", (row[0], row[1])): cast("int", row[2]) for row in rows}


def entry_of(item: KeyResult | Objective, measure: Measure, today: date) -> LedgerEntry:
    """What is seen of an item today. A check-in dated in the future counts as today's."""
    numbers = item if isinstance(item, KeyResult) else item.numbers
    day = min(item.checked_in or today, today)
    return LedgerEntry(
        day,
        None if numbers is None else numbers.baseline,
        None if numbers is None else numbers.target,
        None if numbers is None else numbers.current,
        _rounded(measure.progress),
        measure.status,
        item.checked_in,
        item.confidence,
        item.owner,
        item.comment,
        "run",
        str(item.origin.title_cell),
    )


def _entry_of(observation: Observation) -> LedgerEntry:
    return LedgerEntry(
        observation.day,
        current=observation.current,
        progress=_rounded(observation.progress),
        origin="column",
        at=str(observation.at),
    )


def _rounded(share: Decimal | None) -> Decimal | None:
    """A share with four decimals, as documents show it."""
    return None if share is None else Decimal(str(round(float(share), 4)))


def _row(entry: LedgerEntry) -> tuple[object, ...]:
    # Typed numbers are stored as text, since a REAL column would round them; progress is computed.
    return tuple(
        float(value)
        if name == "progress" and value is not None
        else value.isoformat()
        if isinstance(value, date)
        else value.value
        if isinstance(value, Status)
        else str(value)
        if isinstance(value, Decimal)
        else value
        for name, value in zip(_NAMES, astuple(entry), strict=True)
    )


_NAMES = tuple(_FIELDS.replace(" ", "").split(","))


def _entry(row: tuple[object, ...]) -> LedgerEntry:
    values: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    for name in ("baseline", "target", "current", "confidence", "progress"):
        if values[name] is not None:
            values[name] = Decimal(str(values[name]))
    for name in ("day", "checked_in"):
        if values[name] is not None:
            values[name] = date.fromisoformat(values[name])
    if values["status"] is not None:
        values["status"] = Status(values["status"])
    return LedgerEntry(**values)
