"""The result of each source in each run, and the progress and status of every item after it.

These are kept as moves: one row whenever the progress or status of an item changed; the many of one
run, such as the first, are one row, packed. The state after any run can be derived from them, and a
run in which nothing moved takes no room. Once the moves are several times as many as the items, a
run stores how every item stands, so that nobody has to read on from the first run.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

from okrsync.connector.summary import Movement
from okrsync.measures.fields import whole_percent
from okrsync.measures.picture import Picture
from okrsync.measures.result import Measure
from okrsync.model.errors import UnknownRun
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import KeyResult, Objective, Status
from okrsync.model.secret import masked
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.state.packed import packed_columns, unpacked_columns
from okrsync.state.store import EVERYTHING, Store, placeholders

__all__ = [
    "ItemMove",
    "Since",
    "SourceRun",
    "Stand",
    "first_run",
    "forget_moves",
    "keyed_items",
    "known_titles",
    "movements",
    "moves_since",
    "narrowed_to",
    "note_sources",
    "note_standing",
    "observed_items",
    "outcome_counts",
    "run_before",
    "run_before_last_move",
    "sources_of",
    "stands_at",
]

Key = tuple[str, str]
"""A source, and the natural key of an item in it."""
_Numbers = tuple[float | None, Status]
"""The progress (a share, None without data) and status of an item at one moment."""


class SourceRun(Frozen, frozen=True):
    """The result of one source or board in one run. `seconds` is how long okrsync waited for it;
    `counts` holds the number of changes, conflicts and skips, and of changes by outcome; `reason`
    says why the source failed, and is None when it did not.
    """

    run: str
    source: str
    state: str
    seconds: float
    reads: int
    writes: int
    counts: Mapping[str, int]
    reason: str | None


class Stand(Frozen, frozen=True, gc=False):
    """How an item stood at one moment: its progress (a share, None without data) and status."""

    id: str
    title: str
    progress: float | None
    status: Status


class ItemMove(Frozen, frozen=True):
    """One item then and now; `before` is None for a new item, `after` for one that vanished."""

    before: Stand | None
    after: Stand | None

    @property
    def item(self) -> Stand:
        """The item under its current title, or its last one."""
        stand = self.after or self.before
        assert stand is not None
        return stand


class Since(Frozen, frozen=True):
    """What changed since a run, in reading order: items that moved, are new or have vanished."""

    run: str
    moved: tuple[ItemMove, ...]
    new: tuple[ItemMove, ...]
    vanished: tuple[ItemMove, ...]


def outcome_counts(*parts: SourcePlan) -> dict[str, int]:
    """How many changes ended in which state."""
    counts: dict[str, int] = {}
    for part in parts:
        for change in part.changes:
            if change.outcome is not None:
                counts[change.outcome.value] = counts.get(change.outcome.value, 0) + 1
    return counts


def note_sources(state: Store, run: str, done: Plan) -> None:
    """Store the result of each source and board of a run."""
    state.run_many(
        "INSERT INTO run_sources (run, source, state, seconds, reads, writes, counts, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run, source) DO UPDATE SET"
        " state = excluded.state, seconds = excluded.seconds, reads = excluded.reads,"
        " writes = excluded.writes, counts = excluded.counts, reason = excluded.reason",
        (
            (
                run,
                part.name,
                part.state,
                round(part.calls.seconds, 3),
                part.calls.read,
                part.calls.write,
                json.dumps(
                    {
                        "changes": len(part.changes),
                        "conflicts": len(part.conflicts),
                        "skips": len(part.skips),
                        **outcome_counts(part),
                    }
                ),
                masked(part.error or "; ".join(refusal.message for refusal in part.refusals))
                or None,
            )
            for part in done.parts
        ),
    )


def sources_of(state: Store, runs: Sequence[str]) -> dict[str, tuple[SourceRun, ...]]:
    """By run, the results of its sources and boards, ordered by name."""
    by_run: dict[str, list[SourceRun]] = {}
    rows = state.rows(
        "SELECT run, source, state, seconds, reads, writes, counts, reason FROM run_sources"
        f" WHERE run IN ({placeholders(runs)}) ORDER BY source",
        *runs,
    )
    for row in rows:
        run, source, outcome, seconds, reads, writes, counts, reason = cast("tuple[Any, ...]", row)
        source_run = SourceRun(
            run, source, outcome, seconds, reads, writes, json.loads(counts), reason
        )
        by_run.setdefault(run, []).append(source_run)
    return {run: tuple(parts) for run, parts in by_run.items()}


def note_standing(
    state: Store,
    run: str,
    picture: Picture,
    unknown: Collection[str],
) -> None:
    """Store how every item stands at the end of a run, and whether it had news. Items of `unknown`
    sources, which have never been read successfully, stay as they were.
    """
    before, now = _standing(state), dict(_stand_of_items(picture))
    fresh = {
        key: stand
        for key, stand in now.items()
        if key not in before or _numbers(before[key]) != _numbers(stand)
    }
    gone = [
        (*key, stand.id, stand.title, None, None, None)
        for key, stand in before.items()
        if key not in now and key[0] not in unknown
    ]
    count = len(fresh) + len(gone)
    is_whole = count >= _PACKED_FROM and len(fresh) == len(now)
    is_whole = is_whole or (bool(count) and _is_long_way(state, count, len(now)))
    unread = {key: stand for key, stand in before.items() if key[0] in unknown}
    moves = [
        (*key, stand.id, stand.title, stand.progress, stand.status.value, stand.id in picture.news)
        for key, stand in ({**unread, **now} if is_whole else fresh).items()
    ]
    with state.transaction():
        note_moves(state, [*moves, *gone], whole_with=count if is_whole else None)
        state.run(
            "UPDATE runs SET moved_to = (SELECT coalesce(max(number), 0) FROM moves) WHERE id = ?",
            run,
        )


def run_before(state: Store, day: date) -> str | None:
    """The last sync up to the end of a day, by the days that runs were about; None without one."""
    later = f"SELECT min(rowid) FROM ({_SYNCS} AND as_of > ?) AS later"
    syncs = f"{_SYNCS} AND rowid < coalesce(({later}), ?)"
    rows = state.rows(f"{syncs} ORDER BY rowid DESC LIMIT 1", day.isoformat(), EVERYTHING)
    return str(rows[0][0]) if rows else None


def first_run(state: Store) -> str | None:
    """The first sync of which okrsync kept how everything stood; None without one."""
    rows = state.rows(f"{_SYNCS} ORDER BY rowid LIMIT 1")
    return str(rows[0][0]) if rows else None


_SYNCS = (
    "SELECT id, moved_to, rowid FROM runs WHERE kind = 'sync' AND is_pruned = 0"
    " AND moved_to IS NOT NULL"
)


def run_before_last_move(state: Store) -> str | None:
    """The run before the last one after which anything stood otherwise; the first run if nothing
    ever did. None if there was no sync yet.
    """
    rows = state.rows(f"{_SYNCS} ORDER BY rowid DESC")
    if not rows:
        return None
    for (_, moved_to, _), (earlier_id, earlier, _) in pairwise(rows):
        if moved_to != earlier:
            return str(earlier_id)
    return str(rows[-1][0])


def moves_since(state: Store, run: str, picture: Picture) -> Since:
    """What moved between the end of a run and now: items whose progress changed by a point or more,
    or whose status changed by news and not by the calendar alone. An item that is new since then
    has moved if it stands otherwise than when it was first seen. Raises `UnknownRun` for a run from
    before okrsync stored this.
    """
    mark = _mark_of(state, run)
    before, now = _standing(state, mark), dict(_stand_of_items(picture))
    # What could not be read is unknown; its items have not vanished.
    known = {view.name for view in picture.sources if view.state == "failed"}
    return Since(
        run,
        moved=tuple(_moved(_ways(state, mark, before), before, now, picture.news)),
        new=tuple(ItemMove(None, stand) for key, stand in now.items() if key not in before),
        vanished=tuple(
            ItemMove(stand, None)
            for key, stand in before.items()
            if key not in now and key[0] not in known
        ),
    )


def stands_at(state: Store, run: str, picture: Picture) -> dict[str, Stand]:
    """By today's id, how each item stood at the end of a run, or when it was first seen after it.
    Raises `UnknownRun` as `moves_since` does.
    """
    mark = _mark_of(state, run)
    before = _standing(state, mark)
    first = before | {key: way.first for key, way in _ways(state, mark, before).items()}
    return {item.id: first[key] for key, item, _ in keyed_items(picture) if key in first}


def _mark_of(state: Store, run: str) -> int:
    """The last move that was stored by the end of a run."""
    rows = state.rows("SELECT moved_to FROM runs WHERE id = ?", run)
    mark = rows[0][0] if rows else None
    if mark is None:
        raise UnknownRun(
            f"how everything stood after run {run} was not kept: an earlier okrsync made it",
            hint="`okrsync history` lists the runs; any from the upgrade on will do.",
        )
    return cast("int", mark)


@dataclass
class _Way:
    """How an item came to where it stood last: where it began, where it was last, and whether news
    changed its status on the way.
    """

    first: Stand
    last: Stand
    by_news: bool = False

    def goes_to(self, stand: Stand, *, is_news: bool) -> None:
        self.by_news |= is_news and stand.status is not self.last.status
        self.last = stand


def _ways(state: Store, mark: int, before: Mapping[Key, Stand]) -> dict[Key, _Way]:
    """By item, its way since a move, of those that moved since."""
    ways: dict[Key, _Way] = {}
    for _, source, key, id_, title, progress, status, news in moves_after(state, mark):
        if status is None:
            continue
        stand = Stand(id_, title, progress, Status(status))
        first = before.get((source, key), stand)
        way = ways.setdefault((source, key), _Way(first, first))
        # Earlier versions stored no `news`; what they stored counts as such.
        way.goes_to(stand, is_news=news != 0)
    return ways


def _moved(
    ways: Mapping[Key, _Way],
    before: Mapping[Key, Stand],
    now: Mapping[Key, Stand],
    news: Collection[str],
) -> Iterator[ItemMove]:
    for key, stand in now.items():
        way = ways.get(key)
        if way is None and key in before:
            way = _Way(before[key], before[key])
        if way is None:
            continue
        way.goes_to(stand, is_news=stand.id in news)
        has_new_status = way.by_news and stand.status is not way.first.status
        if has_new_status or _is_a_point(way.first.progress, stand.progress):
            yield ItemMove(way.first, stand)


def _is_a_point(before: float | None, after: float | None) -> bool:
    """Whether a progress changed by a point or more. A first value, or one that is gone, does."""
    if before is None or after is None:
        return before is not after
    # Whole hundredths of a point: the difference of two floats is never exactly 0.01.
    return abs(round((after - before) * 10_000)) >= 100


def movements(since: Since) -> tuple[Movement, ...]:
    """What moved, as summaries and boards show it."""
    return tuple(
        Movement(
            move.after.id,
            move.after.title,
            _points(move.before.progress),
            _points(move.after.progress),
            move.before.status,
            move.after.status,
        )
        for move in since.moved
        if move.before is not None and move.after is not None
    )


def _points(share: float | None) -> float | None:
    """A share rounded to whole percent, as it is shown."""
    rounded = whole_percent(None if share is None else Decimal(str(share)))
    return None if rounded is None else float(rounded)


def narrowed_to(since: Since, picture: Picture) -> Since:
    """Only what concerns the items of a picture; what vanished belongs to none."""
    ids = {item.id for item in _items(picture)}

    def within(moves: tuple[ItemMove, ...]) -> tuple[ItemMove, ...]:
        return tuple(move for move in moves if move.item.id in ids)

    return Since(since.run, within(since.moved), within(since.new), ())


def _standing(state: Store, until: int | None = None) -> dict[Key, Stand]:
    """How every item stood after the first `until` moves; after all of them when `until` is
    None.
    """
    return {
        (source, key): Stand(id_, title, progress, Status(status))
        for _, source, key, id_, title, progress, status, _ in latest_moves(state, until)
        if status is not None
    }


_PACKED_FROM = 100
"""A run with fewer moves stores each as a row of its own."""
_LONG_WAY = 4
"""So many moves for each item are read to derive how everything stands; then it is stored whole."""
_LAST_WHOLE = (
    "SELECT coalesce(max(number), 0) FROM moves WHERE packed IS NOT NULL AND is_whole = 1"
    " AND number <= ?"
)
"""The number of the last row up to another that says how every item stands; 0 without one."""
Move = tuple[Any, ...]
"""Number, source, key, id, title, progress, status and news."""


def _is_long_way(state: Store, fresh: int, items: int) -> bool:
    """Whether the moves since everything was last stored whole, with some more, are many beside the
    items.
    """
    ((stored,),) = state.rows(
        f"SELECT coalesce(sum(coalesce(size, 1)), 0) FROM moves WHERE number > ({_LAST_WHOLE})",
        EVERYTHING,
    )
    return cast("int", stored) + fresh > max(_LONG_WAY * items, _PACKED_FROM)


def note_moves(
    state: Store, moves: Sequence[Sequence[object]], whole_with: int | None = None
) -> None:
    """Store the moves of a run, each from the source to the news. With `whole_with` these are how
    every item stands, and so many of them moved.
    """
    if whole_with is None and len(moves) < _PACKED_FROM:
        state.run_many(
            "INSERT INTO moves (source, key, id, title, progress, status, news)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (tuple(move) for move in moves),
        )
        return
    state.run(
        "INSERT INTO moves (source, key, id, title, packed, size, is_whole)"
        " VALUES ('', '', '', '', ?, ?, ?)",
        _packed_moves(moves),
        len(moves) if whole_with is None else whole_with,
        int(whole_with is not None),
    )


def moves_after(state: Store, mark: int) -> list[Move]:
    """The moves after a number, in their order."""
    rows = state.rows(
        "SELECT number, source, key, id, title, progress, status, news FROM moves WHERE number > ?"
        " AND packed IS NULL",
        mark,
    )
    moves = [*cast("list[Move]", rows), *_unpacked_moves(state, after=mark)]
    return sorted(moves, key=_number_of_move)


def latest_moves(state: Store, until: int | None = None) -> list[Move]:
    """The last of the first `until` moves of each item, in their order."""
    most = EVERYTHING if until is None else until
    ((whole,),) = state.rows(_LAST_WHOLE, most)
    packed_ones = _unpacked_moves(state, after=cast("int", whole) - 1, until=most)
    latest = {(move[1], move[2]): move for move in packed_ones}
    rows = state.rows(
        "SELECT number, source, key, id, title, progress, status, news FROM moves WHERE number IN"
        " (SELECT max(number) FROM moves WHERE number > ? AND number <= ? AND packed IS NULL"
        " GROUP BY source, key) ORDER BY number",
        whole,
        most,
    )
    for row in cast("list[Move]", rows):
        key = (row[1], row[2])
        if key not in latest or latest[key][0] < row[0]:
            latest[key] = row
    return sorted(latest.values(), key=_number_of_move)


def forget_moves(state: Store) -> None:
    """Forget the moves that no run that is kept needs: of each item, the last one up to the oldest
    of these runs stays. The state after that run must still be derivable; nothing asks for what
    came before.
    """
    ((mark,),) = state.rows("SELECT min(moved_to) FROM runs WHERE is_pruned = 0")
    if mark is None:
        return
    kept = {(move[0], move[1], move[2]) for move in latest_moves(state, cast("int", mark))}
    by_number: dict[int, list[Move]] = {}
    for move in _unpacked_moves(state, until=cast("int", mark)):
        by_number.setdefault(move[0], []).append(move)
    for number, moves in by_number.items():
        left = [move[1:] for move in moves if move[6] is not None and move[:3] in kept]
        if not left:
            state.run("DELETE FROM moves WHERE number = ?", number)
        elif len(left) < len(moves):
            state.run(
                "UPDATE moves SET packed = ?1, size = CASE WHEN size < ?2 THEN size ELSE ?2 END"
                " WHERE number = ?3",
                _packed_moves(left),
                len(left),
                number,
            )
    needed = {number for number, _, _ in kept}
    stale = state.rows(
        "SELECT number, status FROM moves WHERE number <= ? AND packed IS NULL", mark
    )
    state.run_many(
        "DELETE FROM moves WHERE number = ?",
        ((number,) for number, status in stale if status is None or number not in needed),
    )


def _packed_moves(moves: Sequence[Sequence[object]]) -> str:
    """Many moves, from the source to the news, as one text: by column, in which they are alike."""
    return packed_columns(zip(*moves, strict=True))


def _unpacked_moves(state: Store, *, after: int = 0, until: int = EVERYTHING) -> Iterator[Move]:
    """The moves that are packed, oldest first. Those of one run share a number."""
    rows = state.rows(
        "SELECT number, packed FROM moves WHERE packed IS NOT NULL AND number > ? AND number <= ?"
        " ORDER BY number",
        after,
        until,
    )
    for number, text in rows:
        for move in zip(*unpacked_columns(str(text)), strict=True):
            yield (number, *move)


def _number_of_move(move: Move) -> int:
    return cast("int", move[0])


def _stand_of_items(picture: Picture) -> Iterator[tuple[Key, Stand]]:
    """Every item with how it stands, in reading order."""
    for key, item, measure in keyed_items(picture):
        yield key, Stand(item.id, item.title, _share(measure.progress), measure.status)


def keyed_items(picture: Picture) -> Iterator[tuple[Key, KeyResult | Objective, Measure]]:
    """Every measured item with the key it is stored under, in reading order. When items share a
    key, the later ones get a number.
    """
    seen: dict[Key, int] = {}
    for item in _items(picture):
        measure = picture.measures.get(item.id)
        if measure is None:
            continue
        key = (item.origin.source, item.key)
        count = seen[key] = seen.get(key, 0) + 1
        if count > 1:
            key = (key[0], f"{key[1]} #{count}")
        yield key, item, measure


def observed_items(picture: Picture) -> Iterator[tuple[Key, KeyResult | Objective, Measure]]:
    """As `keyed_items`, with the items of the cycle before behind those of the shown one: a late
    value is an observation as well. What stood in a row before is not seen any more.
    """
    shown: set[Key] = set()
    for key, item, measure in keyed_items(picture):
        shown.add((key[0], item.key))
        yield key, item, measure
    for objective in picture.closed.objectives.values():
        items: tuple[KeyResult | Objective, ...] = (objective, *objective.key_results)
        for item in items:
            key = (item.origin.source, item.key)
            closed_measure = picture.closed_measures.get(item.id)
            if key not in shown and closed_measure is not None and not item.origin.is_stand_in:
                shown.add(key)
                yield key, item, closed_measure


def _items(picture: Picture) -> Iterator[KeyResult | Objective]:
    """The items of the shown cycle whose rows still hold them."""
    for objective in picture.tree.objectives.values():
        items: tuple[KeyResult | Objective, ...] = (objective, *objective.key_results)
        yield from (item for item in items if not item.origin.is_stand_in)


def _share(value: Decimal | None) -> float | None:
    # Rounded, so that the last digits of a float make no move.
    return None if value is None else round(float(value), 4)


def _numbers(stand: Stand) -> _Numbers:
    return stand.progress, stand.status


def known_titles(state: Store) -> dict[str, str]:
    """The title of every item that the last runs saw, by its id."""
    moves = sorted(latest_moves(state), key=lambda move: str(move[1]))
    return {move[3]: move[4] for move in moves if move[6] is not None}
