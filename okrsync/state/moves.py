"""The moves in a state: a row whenever the progress or status of an item changed. The many moves of
one run, such as the first, are one row, packed; they share its number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from okrsync.state.packed import packed, unpacked
from okrsync.state.store import EVERYTHING, Store

__all__ = ["Move", "forget_moves", "latest_moves", "moves_after", "note_moves"]

_PACKED_FROM = 100
"""A run with fewer moves stores each as a row of its own."""
Move = tuple[Any, ...]
"""Number, source, key, id, title, progress, status and news."""


def note_moves(state: Store, moves: Sequence[Sequence[object]]) -> None:
    """Store the moves of a run, each from the source to the news."""
    if len(moves) < _PACKED_FROM:
        state.run_many(
            "INSERT INTO moves (source, key, id, title, progress, status, news)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (tuple(move) for move in moves),
        )
        return
    state.run(
        "INSERT INTO moves (source, key, id, title, packed, size) VALUES ('', '', '', '', ?, ?)",
        _packed(moves),
        len(moves),
    )


def moves_after(state: Store, mark: int) -> list[Move]:
    """The moves after a number, in their order."""
    rows = state.rows(
        "SELECT number, source, key, id, title, progress, status, news FROM moves WHERE number > ?"
        " AND packed IS NULL",
        mark,
    )
    moves = [*cast("list[Move]", rows), *_unpacked(state, after=mark)]
    return sorted(moves, key=_number_of)


def latest_moves(state: Store, until: int | None = None) -> list[Move]:
    """The last of the first `until` moves of each item, in their order."""
    most = EVERYTHING if until is None else until
    latest = {(move[1], move[2]): move for move in _unpacked(state, until=most)}
    rows = state.rows(
        "SELECT number, source, key, id, title, progress, status, news FROM moves WHERE number IN"
        " (SELECT max(number) FROM moves WHERE number <= ? AND packed IS NULL GROUP BY source, key)"
        " ORDER BY number",
        most,
    )
    for row in cast("list[Move]", rows):
        key = (row[1], row[2])
        if key not in latest or latest[key][0] < row[0]:
            latest[key] = row
    return sorted(latest.values(), key=_number_of)


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
    for move in _unpacked(state, until=cast("int", mark)):
        by_number.setdefault(move[0], []).append(move)
    for number, moves in by_number.items():
        left = [move[1:] for move in moves if move[6] is not None and move[:3] in kept]
        if not left:
            state.run("DELETE FROM moves WHERE number = ?", number)
        elif len(left) < len(moves):
            state.run(
                "UPDATE moves SET packed = ?, size = ? WHERE number = ?",
                _packed(left),
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


def _packed(moves: Sequence[Sequence[object]]) -> str:
    """Many moves, from the source to the news, as one text: by column, in which they are alike."""
    return packed(json.dumps([[*column] for column in zip(*moves, strict=True)]))


def _unpacked(state: Store, *, after: int = 0, until: int = EVERYTHING) -> Iterator[Move]:
    """The moves that are packed, oldest first. Those of one run share a number."""
    rows = state.rows(
        "SELECT number, packed FROM moves WHERE packed IS NOT NULL AND number > ? AND number <= ?"
        " ORDER BY number",
        after,
        until,
    )
    for number, text in rows:
        for move in zip(*json.loads(unpacked(str(text))), strict=True):
            yield (number, *move)


def _number_of(move: Move) -> int:
    return cast("int", move[0])
