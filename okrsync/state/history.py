"""The result of each source in each run, and the progress and status of every item after it.

These are kept as moves: one row whenever the progress or status of an item changed. The state after
any run can be derived from them, and a run in which nothing moved takes no room.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from okrsync.connector.summary import Movement
from okrsync.measures.fields import whole_percent
from okrsync.measures.picture import Picture
from okrsync.measures.result import Measure
from okrsync.model.errors import UnknownRun
from okrsync.model.okrs import KeyResult, Objective, Status
from okrsync.model.secret import masked
from okrsync.plan.plan import Plan, SourcePlan
from okrsync.state.store import StateFile

__all__ = [
    "ItemMove",
    "Since",
    "SourceRun",
    "Stand",
    "keyed_items",
    "latest_news",
    "moves_since",
    "narrowed_to",
    "note_sources",
    "note_standing",
    "outcome_counts",
    "sources_of",
]

Key = tuple[str, str]
"""A source, and the natural key of an item in it."""
_Numbers = tuple[float | None, Status]
"""The progress (a share, None without data) and status of an item at one moment."""


@dataclass(frozen=True, slots=True)
class SourceRun:
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


@dataclass(frozen=True, slots=True)
class Stand:
    """How an item stood at one moment: its progress (a share, None without data) and status."""

    id: str
    title: str
    progress: float | None
    status: Status


@dataclass(frozen=True, slots=True)
class ItemMove:
    """One item then and now; `before` is None for a new item, `after` for one that vanished."""

    before: Stand | None
    after: Stand | None

    @property
    def item(self) -> Stand:
        """The item under its current title, or its last one."""
        stand = self.after or self.before
        assert stand is not None
        return stand


@dataclass(frozen=True, slots=True)
class Since:
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


def note_sources(state: StateFile, run: str, done: Plan) -> None:
    """Store the result of each source and board of a run."""
    state.run_many(
        "INSERT OR REPLACE INTO run_sources (run, source, state, seconds, reads, writes, counts,"
        " reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
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


def sources_of(state: StateFile, runs: Sequence[str]) -> dict[str, tuple[SourceRun, ...]]:
    """By run, the results of its sources and boards, ordered by name."""
    by_run: dict[str, list[SourceRun]] = {}
    rows = state.rows(
        "SELECT run, source, state, seconds, reads, writes, counts, reason FROM run_sources"
        " WHERE run IN (SELECT value FROM json_each(?)) ORDER BY source",
        json.dumps(list(runs)),
    )
    for row in rows:
        run, source, outcome, seconds, reads, writes, counts, reason = cast("tuple[Any, ...]", row)
        source_run = SourceRun(
            run, source, outcome, seconds, reads, writes, json.loads(counts), reason
        )
        by_run.setdefault(run, []).append(source_run)
    return {run: tuple(parts) for run, parts in by_run.items()}


def note_standing(state: StateFile, run: str, picture: Picture, unknown: Collection[str]) -> None:
    """Store how every item stands at the end of a run. Items of `unknown` sources, which have
    never been read successfully, stay as they were.
    """
    before, now = _standing(state), dict(_stand_of_items(picture))
    fresh = [
        (*key, stand.id, stand.title, stand.progress, stand.status.value)
        for key, stand in now.items()
        if key not in before or _numbers(before[key]) != _numbers(stand)
    ]
    gone = [
        (*key, stand.id, stand.title, None, None)
        for key, stand in before.items()
        if key not in now and key[0] not in unknown
    ]
    with state.transaction():
        state.run_many(
            "INSERT INTO moves (source, key, id, title, progress, status) VALUES (?, ?, ?, ?,"
            " ?, ?)",
            iter((*fresh, *gone)),
        )
        state.run(
            "UPDATE runs SET moved_to = (SELECT coalesce(max(number), 0) FROM moves) WHERE id = ?",
            run,
        )


def moves_since(state: StateFile, run: str, picture: Picture) -> Since:
    """What moved between the end of a run and now. Raises `UnknownRun` for a run from before
    okrsync stored this.
    """
    rows = state.rows("SELECT moved_to FROM runs WHERE id = ?", run)
    mark = rows[0][0] if rows else None
    if mark is None:
        raise UnknownRun(
            f"how everything stood after run {run} was not kept: an earlier okrsync made it",
            hint="`okrsync history` lists the runs; any from the upgrade on will do.",
        )
    before, now = _standing(state, cast("int", mark)), dict(_stand_of_items(picture))
    # What could not be read is unknown; its items have not vanished.
    known = {view.name for view in picture.sources if view.state == "failed"}
    return Since(
        run,
        moved=tuple(
            ItemMove(before[key], stand)
            for key, stand in now.items()
            if key in before and _numbers(before[key]) != _numbers(stand)
        ),
        new=tuple(ItemMove(None, stand) for key, stand in now.items() if key not in before),
        vanished=tuple(
            ItemMove(stand, None)
            for key, stand in before.items()
            if key not in now and key[0] not in known
        ),
    )


def latest_news(state: StateFile, picture: Picture) -> tuple[Movement, ...]:
    """What moved by a whole percent, or to another status, since the last run, in reading order;
    when nothing did, the last such news. New items do not count as moved.
    """
    now = dict(_stand_of_items(picture))
    before: Mapping[Key, _Numbers] = {
        key: _numbers(stand) for key, stand in _standing(state).items()
    }
    moved = [key for key in now if key in before and _is_news(before[key], _numbers(now[key]))]
    if moved:
        return tuple(_movement(now[key], before[key], _numbers(now[key])) for key in moved)
    last = _last_news(state)
    return tuple(_movement(stand, *last[key]) for key, stand in now.items() if key in last)


def _last_news(state: StateFile) -> dict[Key, tuple[_Numbers, _Numbers]]:
    """Before and after, for the items that moved by a whole percent or to another status in the
    last run in which any did.
    """
    rows = state.rows(
        "SELECT number, source, key, progress, status, lag(progress) OVER item, lag(status) OVER"
        " item FROM moves WINDOW item AS (PARTITION BY source, key ORDER BY number)"
        " ORDER BY number DESC"
    )
    news: dict[Key, tuple[_Numbers, _Numbers]] = {}
    until = None
    for number, source, key, share, status, last_share, last_status in cast(
        "list[tuple[Any, ...]]", rows
    ):
        if until is not None and number <= until:
            break
        if status is None or last_status is None:
            continue
        before, after = (last_share, Status(last_status)), (share, Status(status))
        if not _is_news(before, after):
            continue
        if until is None:
            until = cast(
                "int",
                state.rows(
                    "SELECT coalesce(max(moved_to), 0) FROM runs WHERE moved_to < ?", number
                )[0][0],
            )
        news[source, key] = (before, after)
    return news


def _is_news(before: _Numbers, after: _Numbers) -> bool:
    return before[1] is not after[1] or _points(before[0]) != _points(after[0])


def _movement(item: Stand, before: _Numbers, after: _Numbers) -> Movement:
    return Movement(item.id, item.title, _points(before[0]), _points(after[0]), before[1], after[1])


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


def _standing(state: StateFile, until: int | None = None) -> dict[Key, Stand]:
    """How every item stood after the first `until` moves; after all of them when `until` is
    None.
    """
    # With max(), SQLite takes the other columns from the row that has the maximum
    # (https://www.sqlite.org/lang_select.html#bareagg).
    rows = state.rows(
        "SELECT source, key, id, title, progress, status, max(number) FROM moves WHERE ? IS NULL OR"
        " number <= ? GROUP BY source, key ORDER BY 7",
        until,
        until,
    )
    return {
        (source, key): Stand(id_, title, progress, Status(status))
        for source, key, id_, title, progress, status, _ in cast("list[tuple[Any, ...]]", rows)
        if status is not None
    }


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
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            key = (key[0], f"{key[1]} #{seen[key]}")
        yield key, item, measure


def _items(picture: Picture) -> Iterator[KeyResult | Objective]:
    for objective in picture.tree.objectives.values():
        yield objective
        yield from objective.key_results


def _share(value: Decimal | None) -> float | None:
    # Rounded, so that the last digits of a float make no move.
    return None if value is None else round(float(value), 4)


def _numbers(stand: Stand) -> _Numbers:
    return stand.progress, stand.status
