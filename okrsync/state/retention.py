"""Forgets runs that are older than the retention time, but nothing that is still needed.

These parts of old runs stay: open entries; the whole run that `undo last` would undo; the last
value okrsync wrote to each cell, by which a later undo tells okrsync's values from people's; the
last version of each summary; and the last message of each digest. A run of which only parts stay is
no longer shown. Of the ledger, the last entry of each item and day stays: only that one counts.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import cast

from okrsync.model.errors import StateError, UnknownRun
from okrsync.model.frozen import Frozen
from okrsync.state.history import forget_moves
from okrsync.state.journal import Journal
from okrsync.state.store import Store

__all__ = ["Pruned", "prune", "tidy"]

_LOG = logging.getLogger("okrsync.state")
_KEPT_WHOLE = (
    "SELECT run AS id FROM entries WHERE state IS NULL"
    " UNION SELECT id FROM (SELECT id FROM runs ORDER BY rowid DESC LIMIT 1) AS newest"
    " UNION SELECT id FROM runs WHERE id = ?2"
)
"""The runs that must stay complete: those with open entries, the newest, and that of `undo last`.
"""
_ENTRIES = "SELECT coalesce(sum(coalesce(size, 1)), 0) FROM entries"
_MOVES = "SELECT coalesce(sum(coalesce(size, 1)), 0) FROM moves"
_OLD = f"SELECT id FROM runs WHERE started < ?1 AND id NOT IN ({_KEPT_WHOLE})"
"""Takes the moment, and the run that `undo last` means, empty without one."""


class Pruned(Frozen, frozen=True):
    """What was forgotten, or would be: runs that are no longer shown, journal entries, and moves of
    items.
    """

    before: datetime
    runs: int
    entries: int
    moves: int


class _OnlyLooking(Exception):
    """Rolls back a transaction that was only a dry run."""


def tidy(state: Store, keep_days: int | None, *, now: datetime) -> None:
    """Forget runs older than the retention time, at the end of a run. An error is logged, and does
    not fail a run that succeeded.
    """
    if keep_days is None:
        return
    try:
        prune(state, now - timedelta(days=keep_days))
    except StateError as error:
        _LOG.warning("Old runs could not be forgotten: %s. %s", error.message, error.hint or "")


def prune(state: Store, before: datetime, *, dry_run: bool = False) -> Pruned:
    """Forget the runs that began before a moment, all of them or none. With `dry_run` nothing is
    changed.
    """
    cutoff = before.astimezone(UTC).isoformat()
    last = _last(state)
    if not _count(
        state,
        f"SELECT count(*) FROM runs WHERE is_pruned = 0 AND id IN ({_OLD})",
        cutoff,
        last,
    ):
        return Pruned(before, 0, 0, 0)
    pruned: list[Pruned] = []
    try:
        with state.transaction():
            pruned.append(_forget(state, before, cutoff, last))
            if dry_run:
                raise _OnlyLooking
    except _OnlyLooking:
        pass
    return pruned[0]


def _forget(state: Store, before: datetime, cutoff: str, last: str) -> Pruned:
    entries, moves = (_count(state, count) for count in (_ENTRIES, _MOVES))
    runs = _count(
        state,
        f"SELECT count(*) FROM runs WHERE is_pruned = 0 AND id IN ({_OLD})",
        cutoff,
        last,
    )
    state.run(
        f"DELETE FROM entries WHERE run IN ({_OLD}) AND kind <> 'cells'"
        " AND number NOT IN (SELECT max(number) FROM entries WHERE kind = 'cell'"
        f" AND state IN ('written', 'unchanged') AND run IN ({_OLD} AND kind = 'sync')"
        " GROUP BY source, key, field) AND number NOT IN (SELECT max(number) FROM"
        " entries WHERE kind = 'summary' AND state IN ('written', 'unchanged') GROUP BY"
        " source, at)",
        cutoff,
        last,
    )
    _forget_cells(state, cutoff, last)
    state.run(f"DELETE FROM run_sources WHERE run IN ({_OLD})", cutoff, last)
    state.run(f"UPDATE runs SET is_pruned = 1 WHERE id IN ({_OLD})", cutoff, last)
    state.run("DELETE FROM runs WHERE is_pruned = 1 AND id NOT IN (SELECT run FROM entries)")
    # The last message of a digest stays: it says that this week has had its own.
    state.run(
        "DELETE FROM messages WHERE run NOT IN (SELECT id FROM runs WHERE is_pruned = 0) AND week <"
        " (SELECT max(later.week) FROM messages AS later WHERE later.digest = messages.digest)"
    )
    forget_moves(state)
    state.run(
        "DELETE FROM observations WHERE day < ?1 AND number NOT IN"
        " (SELECT max(number) FROM observations GROUP BY item, day)",
        before.astimezone(UTC).date().isoformat(),
    )
    return Pruned(
        before,
        runs,
        entries - _count(state, _ENTRIES),
        moves - _count(state, _MOVES),
    )


def _forget_cells(state: Store, cutoff: str, last: str) -> None:
    """Of many cells in one row, keep those that okrsync wrote last, as of single cells."""
    journal = Journal(state)
    numbered = state.rows(
        f"SELECT number, source FROM entries WHERE run IN ({_OLD}) AND kind = 'cells'", cutoff, last
    )
    if not numbered:
        return
    from okrsync.state.packed_cells import OWN_STATES

    newest: dict[tuple[object, ...], int] = {}
    old_syncs = f"run IN ({_OLD} AND kind = 'sync') AND"
    for source, key, field, number in state.rows(
        "SELECT source, key, field, max(number) FROM entries WHERE"
        f" {old_syncs} kind = 'cell' AND state IN ('written', 'unchanged')"
        " GROUP BY source, key, field",
        cutoff,
        last,
    ):
        newest[source, key, field] = cast("int", number)
    sources: dict[object, object] = dict(cast("list[tuple[object, object]]", numbered))
    synced = set[int]()
    for number, cells in journal.packed_cells(f"{old_syncs} TRUE", cutoff, last):
        synced.add(number)
        for cell in cells.own():
            item = (sources[number], cell.key, cell.field)
            newest[item] = max(number, newest.get(item, number))
    for number, cells in journal.packed_cells(f"run IN ({_OLD})", cutoff, last):
        is_kept = [
            number in synced
            and outcome in OWN_STATES
            and newest[sources[number], cell.key, cell.field] == number
            for cell, (outcome, _) in zip(cells.cells, cells.outcomes, strict=True)
        ]
        if not all(is_kept):
            journal.keep_cells(number, cells.only(is_kept))


def _last(state: Store) -> str:
    """The run that `undo last` means; empty without one."""
    try:
        return Journal(state).find("last").id
    except UnknownRun:
        return ""


def _count(state: Store, sql: str, *values: object) -> int:
    return int(cast("int", state.rows(sql, *values)[0][0]))
