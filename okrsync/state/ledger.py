"""The ledger: what was seen of each item on each day, kept permanently.

An entry is stored whenever anything about an item changed, including a check-in that confirms a
value; a status that only the calendar changed does not count. The day of an entry is that of the
check-in when the item has one, otherwise that of the run. A later edit makes a new entry for the
same day, and the later entry counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any, cast

from msgspec import convert
from msgspec.structs import replace

from okrsync.measures.picture import Picture
from okrsync.measures.result import Measure
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import KeyResult, LedgerEntry, Objective, Observation
from okrsync.plan.history_copy import CopiedEntry
from okrsync.state.history import Key, observed_items
from okrsync.state.ledger_pages import (
    LEAST,
    MOST,
    PagedItem,
    as_rows,
    next_numbers,
    paged_items,
    store_page,
)
from okrsync.state.schema import LATEST_AND_MOVED
from okrsync.state.store import EVERYTHING, Store

__all__ = ["Ledger", "News", "entry_of", "histories"]

_FIELDS = (
    "day, baseline, target, current, progress, status, checked_in, confidence, owner, comment,"
    " origin, at, seen"
)
_WIDTH = len(LedgerEntry.__struct_fields__)

_NTH_LAST = (
    "SELECT day FROM observations AS late WHERE late.item = ledger_items.number"
    " AND coalesce(seen, day) <= ?1 ORDER BY day DESC LIMIT 1 OFFSET"
)


class News(Frozen, frozen=True, gc=False):
    """An entry that the ledger does not have yet, with its item. `is_news` tells whether its
    value, target or check-in changed, which may move its status.
    """

    key: Key
    item: KeyResult | Objective
    entry: LedgerEntry
    is_news: bool = False


class Ledger:
    """The ledger in a state file."""

    def __init__(self, state: Store) -> None:
        self._state = state
        self._known_pages: dict[Key, PagedItem] | None = None

    def newest_day(self) -> date | None:
        """The latest day with an entry by a run; None for an empty ledger."""
        # The index leads to the last entry of each item, however long the ledger is.
        ((newest,),) = self._state.rows(
            "SELECT max(day) FROM (SELECT max((SELECT day FROM observations WHERE"
            " item = ledger_items.number AND origin = 'run' ORDER BY day DESC LIMIT 1)) AS day"
            " FROM ledger_items UNION ALL SELECT max(newest) FROM ledger_pages) AS days"
        )
        return None if newest is None else date.fromisoformat(str(newest))

    def history(
        self, key: Key, counts: Callable[[LedgerEntry], bool] = lambda _: True
    ) -> tuple[LedgerEntry, ...]:
        """What was seen of one item, oldest day first. The latest entry of each day counts, among
        those for which `counts` says so.
        """
        rows = self._state.rows(
            f"SELECT {_FIELDS} FROM observations JOIN ledger_items ON item = ledger_items.number"
            " WHERE source = ? AND key = ? ORDER BY day, observations.number",
            *key,
        )
        if not rows and (item := self._paged().get(key)) is not None:
            return (item.entry,)
        by_day = {entry.day: entry for entry in _entries(rows) if counts(entry)}
        return tuple(by_day[day] for day in sorted(by_day))

    def everything(self) -> Iterator[tuple[Key, str, str, LedgerEntry]]:
        """Every entry that counts, with the key, the id and the title of its item, item by item."""
        rows = self._state.rows(
            f"SELECT {_FIELDS}, source, item, key, id, title FROM observations"
            " JOIN ledger_items ON item = ledger_items.number WHERE observations.number IN"
            " (SELECT max(number) FROM observations GROUP BY item, day)"
        )
        told: list[tuple[Any, ...]] = [
            (*row[_WIDTH:], entry) for row, entry in zip(rows, _entries(rows), strict=True)
        ]
        told += [
            (source, item.item, key, item.id, item.title, item.entry)
            for (source, key), item in self._paged().items()
        ]
        told.sort(key=lambda each: (*each[:2], each[-1].day))
        for source, _, key, id_, title, entry in told:
            yield (source, key), id_, title, entry

    def unstored(self, picture: Picture, known: Iterable[str], today: date) -> tuple[News, ...]:
        """What changed about the items of the `known` sources since the last entry of each, and
        what the team itself recorded for earlier days. Empty if the ledger already has a later day
        than today.
        """
        newest = self.newest_day()
        if newest is not None and today < newest:
            return ()
        sources = frozenset(known)
        before = self._latest()
        news: list[News] = []
        is_first = not before
        for key, item, measure in observed_items(picture):
            if key[0] not in sources:
                continue
            if isinstance(item, KeyResult) and item.observations:
                news += (News(key, item, entry) for entry in self._backfill(key, item))
            last = None if is_first else before.get(key)
            entry = entry_of(item, measure, today)
            if last is None:
                news.append(News(key, item, _seen_today(entry, today), True))
                continue
            # A typed status is as good as a value; any other changes with the calendar as well.
            is_typed = item.given_status is not None and measure.status is item.given_status
            status = last.status if is_typed else entry.status
            # A day that is still to come says no more about when something changed than none.
            is_dated = item.checked_in is not None and item.checked_in <= today
            if not is_dated:
                entry = replace(entry, day=last.day)
            if replace(last, at=entry.at, status=status) != entry:
                entry = entry if is_dated else replace(entry, day=today)
                is_news = _news_of(replace(last, status=status)) != _news_of(entry)
                news.append(News(key, item, _seen_today(entry, today), is_news))
        return tuple(news)

    def note(self, news: Sequence[News]) -> None:
        """Store what `unstored` returned."""
        if not news:
            return
        with self._state.transaction():
            before = self.newest_of_all()
            self._make_rows(one.key for one in news)
            rest = self._without_paged(news)
            numbers = self._with_items({one.key: (one.item.id, one.item.title) for one in rest})
            self._store((numbers[one.key], one.entry) for one in rest)
            self._note_latest(before)

    def _paged(self) -> Mapping[Key, PagedItem]:
        """The items of which a page holds all that was seen."""
        if self._known_pages is None:
            self._known_pages = paged_items(self._state)
        return self._known_pages

    def _make_rows(self, keys: Iterable[Key]) -> None:
        """Make rows of items in pages, of which more is to be stored."""
        paged = self._paged()
        items = {key: paged[key] for key in keys if key in paged}
        if items:
            as_rows(self._state, items, (_row(each.entry) for each in items.values()), _FIELDS)
            self._known_pages = None

    def _without_paged(self, news: Sequence[News]) -> Sequence[News]:
        """What is left once pages hold the new items, where a source has many."""
        if len(news) < LEAST:
            return news
        known = self._numbers()
        counts = Counter(one.key for one in news)
        by_source: dict[str, dict[str, News]] = {}
        for one in news:
            if one.key not in known and counts[one.key] == 1 and one.entry.origin == "run":
                by_source.setdefault(one.key[0], {})[one.key[1]] = one
        paged = set[Key]()
        for source, items in by_source.items():
            if len(items) >= LEAST:
                left = iter(items.items())
                while part := dict(islice(left, MOST)):
                    rows = {
                        key: (one.item.id, one.item.title, _row(one.entry))
                        for key, one in part.items()
                    }
                    newest = max(one.entry.day for one in part.values())
                    store_page(self._state, source, rows, newest.isoformat())
                paged.update((source, key) for key in items)
        self._known_pages = None
        return [one for one in news if one.key not in paged]

    def _store(self, entries: Iterable[tuple[int, LedgerEntry]]) -> None:
        """Store entries of items, by the numbers of these."""
        _, first = next_numbers(self._state)
        self._state.run_many(
            f"INSERT INTO observations (number, item, {_FIELDS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (number, item, *_row(entry))
                for number, (item, entry) in enumerate(entries, start=first)
            ),
        )

    def _with_items(self, items: Mapping[Key, tuple[str, str]]) -> Mapping[Key, int]:
        """The number of every item, once the ids and titles of some are stored."""
        rows = self._state.rows("SELECT source, key, number, id, title FROM ledger_items")
        known = {row[:2]: row[3:] for row in rows}
        # Most are as they were, and a statement for each would cost more than to compare them.
        changed = [(*key, *words) for key, words in items.items() if known.get(key) != words]
        if not changed:
            return {cast("Key", row[:2]): cast("int", row[2]) for row in rows}
        first, _ = next_numbers(self._state)
        self._state.run_many(
            "INSERT INTO ledger_items (number, source, key, id, title) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (source, key) DO UPDATE SET id = excluded.id, title = excluded.title",
            ((number, *row) for number, row in enumerate(changed, start=first)),
        )
        # Read after the upsert: new items have their numbers only now.
        return self._numbers()

    def is_empty(self, source: str) -> bool:
        """Whether nothing is known of a source."""
        return not self._state.rows(
            "SELECT 1 FROM ledger_items WHERE source = ?1"
            " UNION ALL SELECT 1 FROM ledger_pages WHERE source = ?1 LIMIT 1",
            source,
        )

    def newest_number(self, source: str) -> int:
        """The number of the last entry of a source; 0 for none. Numbers only grow."""
        ((number,),) = self._state.rows(
            "SELECT coalesce(max(number), 0) FROM (SELECT max(observations.number) AS number"
            " FROM observations JOIN ledger_items ON item = ledger_items.number WHERE source = ?1"
            " UNION ALL SELECT max(number + size - 1) FROM ledger_pages WHERE source = ?1) AS all_",
            source,
        )
        return cast("int", number)

    def copied_after(
        self, source: str, number: int, most: int = EVERYTHING
    ) -> dict[int, CopiedEntry]:
        """The entries of a source after a number, at most `most`, by number."""
        rows = self._state.rows(
            f"SELECT {_FIELDS}, observations.number, key, id, title FROM observations"
            " JOIN ledger_items ON item = ledger_items.number"
            " WHERE observations.number > ? AND source = ? ORDER BY observations.number LIMIT ?",
            number,
            source,
            most,
        )
        copied = [
            (row[_WIDTH], CopiedEntry(*cast("tuple[str, str, str]", row[_WIDTH + 1 :]), entry))
            for row, entry in zip(rows, _entries(rows), strict=True)
        ]
        copied += [
            (item.number, CopiedEntry(key, item.id, item.title, item.entry))
            for (_, key), item in paged_items(self._state, [source]).items()
            if item.number > number
        ]
        copied.sort(key=itemgetter(0))
        return dict(cast("list[tuple[int, CopiedEntry]]", copied[:most]))

    def take_over(self, source: str, copied: Sequence[CopiedEntry]) -> int:
        """Store the entries of a copy that the ledger does not have, in their order. Returns how
        many there were.
        """
        known = {(one.key, one.entry) for one in self.copied_after(source, 0).values()}
        missing = [one for one in dict.fromkeys(copied) if (one.key, one.entry) not in known]
        if not missing:
            return 0
        with self._state.transaction():
            self._make_rows((source, one.key) for one in missing)
            first, _ = next_numbers(self._state)
            items = {one.key: (source, one.key, one.id, one.title) for one in missing}
            self._state.run_many(
                "INSERT INTO ledger_items (number, source, key, id, title) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (source, key) DO NOTHING",
                ((number, *row) for number, row in enumerate(items.values(), start=first)),
            )
            numbers = self._numbers()
            self._store((numbers[source, one.key], one.entry) for one in missing)
            self._state.run(LATEST_AND_MOVED)
        return len(missing)

    def recent(self, today: date, days: int) -> Mapping[Key, tuple[LedgerEntry, ...]]:
        """By item, the entries of the `days` days up to its last one, at least the latest six, in
        the order in which they were seen; all entries of an item whose target, baseline or owner
        changed. What was seen after today is left out. Without what no trend needs: status,
        check-in, confidence, comment and address.
        """
        # Counted from the last entry of each item, not from today: what a trend shows must not
        # change on days without news. The index leads to the last and the sixth entry of each item;
        # everything else would read the whole ledger. Each step has a limit, so that SQLite works
        # it out once (https://www.sqlite.org/optoverview.html#subquery_flattening), and the entries
        # are read in the order in which they stand in the file.
        rows = self._state.rows(
            "SELECT day, baseline, target, current, progress, NULL, NULL, NULL, owner, NULL,"
            " origin, NULL, seen, wanted.item, observations.number"
            " FROM (SELECT spans.item, observations.number FROM"
            " (SELECT item, CASE WHEN has_moved = 1 OR sixth IS NULL THEN ''"
            " WHEN sixth < far THEN sixth ELSE far END AS since"
            f" FROM (SELECT number AS item, has_moved, date(({_NTH_LAST} 0), ?2) AS far,"
            f" ({_NTH_LAST} 5) AS sixth FROM ledger_items LIMIT {EVERYTHING}) AS reaches"
            f" LIMIT {EVERYTHING}) AS spans"
            # SQLite reads the tables of a CROSS JOIN in this order
            # (https://www.sqlite.org/optoverview.html#manual_control_of_query_plans_using_cross_join).
            " CROSS JOIN observations WHERE observations.item = spans.item"
            " AND day >= spans.since"
            f" ORDER BY observations.number LIMIT {EVERYTHING}) AS wanted"
            " CROSS JOIN observations WHERE observations.number = wanted.number"
            " AND coalesce(seen, day) <= ?1",
            today.isoformat(),
            f"-{days - 1} days",
        )
        # By the number of the entry, in case the database chose another order.
        rows = sorted(rows, key=itemgetter(_WIDTH + 1))
        by_item: dict[object, list[LedgerEntry]] = {}
        for row, entry in zip(rows, _entries(rows), strict=True):
            by_item.setdefault(row[_WIDTH], []).append(entry)
        known = {
            key: tuple(by_item[number])
            for key, number in self._numbers().items()
            if number in by_item
        }
        for key, item in self._paged().items():
            entry = item.entry
            if entry.seen_on <= today:
                known[key] = (
                    replace(
                        entry, status=None, checked_in=None, confidence=None, comment=None, at=None
                    ),
                )
        return known

    def confidences(
        self, today: date, days: int
    ) -> Mapping[Key, tuple[tuple[date, Decimal | None], ...]]:
        """By item, what people believed at the check-ins of the last `days` days: the day and the
        confidence, in the order in which they were seen.
        """
        rows = self._state.rows(
            "SELECT source, key, coalesce(checked_in, day), confidence FROM observations"
            " JOIN ledger_items ON item = ledger_items.number WHERE origin = 'run' AND day > ?"
            " AND coalesce(seen, day) <= ? ORDER BY observations.number",
            (today - timedelta(days=days)).isoformat(),
            today.isoformat(),
        )
        known: dict[Key, list[tuple[date, Decimal | None]]] = {}
        for source, key, day, confidence in cast("list[tuple[Any, ...]]", rows):
            share = None if confidence is None else Decimal(confidence)
            known.setdefault((source, key), []).append((date.fromisoformat(day), share))
        since = today - timedelta(days=days)
        for key, item in self._paged().items():
            entry = item.entry
            if entry.day > since and entry.seen_on <= today:
                known[key] = [(entry.checked_in or entry.day, entry.confidence)]
        return {key: tuple(of_item) for key, of_item in known.items()}

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
        rows = self._state.rows(
            f"SELECT {_FIELDS}, source, key FROM ledger_items"
            " JOIN observations ON observations.number = ledger_items.latest"
        )
        entries = _entries(rows)
        latest = {
            cast("Key", row[_WIDTH:]): entry for row, entry in zip(rows, entries, strict=True)
        }
        return {**latest, **{key: item.entry for key, item in self._paged().items()}}

    def _note_latest(self, before: int) -> None:
        """Keep with each item which entry is its last by a run, and whether its target, baseline or
        owner ever changed, given the entries behind a number. Looking for it in each run would read
        the whole ledger.
        """
        moved = self._state.rows(
            "SELECT fresh.item FROM observations AS fresh"
            " JOIN ledger_items ON ledger_items.number = fresh.item"
            " JOIN observations AS last ON last.number = ledger_items.latest"
            " WHERE fresh.number > ? AND fresh.origin = 'run'"
            " AND (coalesce(last.target, '') <> coalesce(fresh.target, '')"
            " OR coalesce(last.baseline, '') <> coalesce(fresh.baseline, '')"
            " OR coalesce(last.owner, '') <> coalesce(fresh.owner, ''))",
            before,
        )
        self._state.run_many("UPDATE ledger_items SET has_moved = 1 WHERE number = ?", iter(moved))
        latest = self._state.rows(
            "SELECT max(number), item FROM observations WHERE number > ? AND origin = 'run'"
            " GROUP BY item",
            before,
        )
        self._state.run_many("UPDATE ledger_items SET latest = ? WHERE number = ?", iter(latest))

    def newest_of_all(self) -> int:
        """The number of the last entry of all; 0 for none."""
        return next_numbers(self._state)[1] - 1

    def _numbers(self) -> Mapping[Key, int]:
        rows = self._state.rows("SELECT source, key, number FROM ledger_items")
        return {cast("Key", (row[0], row[1])): cast("int", row[2]) for row in rows}


def _seen_today(entry: LedgerEntry, today: date) -> LedgerEntry:
    if entry.day == today and entry.seen is None:
        return entry
    return replace(entry, seen=None if entry.day == today else today)


def _news_of(entry: LedgerEntry) -> tuple[object, ...]:
    return (
        entry.baseline,
        entry.target,
        entry.current,
        entry.progress,
        entry.status,
        entry.checked_in,
    )


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
        confidence=observation.confidence,
        comment=observation.comment,
        origin=observation.origin,
        at=str(observation.at),
    )


def _rounded(share: Decimal | None) -> Decimal | None:
    """A share with four decimals, as documents show it."""
    # 0 and -0 are equal, and would stand for each other among what is kept.
    return share if share is None else _cut(share) if share else _cut.__wrapped__(share)


@lru_cache(maxsize=4096)
def _cut(share: Decimal) -> Decimal:
    return Decimal(str(round(float(share), 4)))


def _row(entry: LedgerEntry) -> tuple[object, ...]:
    # Typed numbers are stored as text, since a REAL column would round them; progress is computed.
    return (
        entry.day.isoformat(),
        _text(entry.baseline),
        _text(entry.target),
        _text(entry.current),
        None if entry.progress is None else float(entry.progress),
        None if entry.status is None else entry.status.value,
        None if entry.checked_in is None else entry.checked_in.isoformat(),
        _text(entry.confidence),
        entry.owner,
        entry.comment,
        entry.origin,
        entry.at,
        None if entry.seen is None else entry.seen.isoformat(),
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _entries(rows: Sequence[tuple[object, ...]]) -> list[LedgerEntry]:
    """The entries of rows with the columns of `_FIELDS`; any columns behind these are left out."""
    return convert(rows, list[LedgerEntry])


def histories(state: Store, whole: Picture, picture: Picture) -> dict[str, tuple[LedgerEntry, ...]]:
    """The observations of the items of a picture, by item id. `whole` is the picture that it is a
    part of.
    """
    ledger = Ledger(state)
    # Keys are counted through the whole picture: rows that read alike are numbered in reading
    # order.
    shown = {item.id for _, item, _ in observed_items(picture)}
    return {
        item.id: ledger.history(key) for key, item, _ in observed_items(whole) if item.id in shown
    }
