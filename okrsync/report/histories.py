"""What was seen of items over time, for people at a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table as Grid

from okrsync.measures.fields import STATUS_WORDS
from okrsync.measures.picture import Picture
from okrsync.measures.reasons import percent
from okrsync.model.okrs import LedgerEntry
from okrsync.model.plain import clean
from okrsync.model.table import text_of
from okrsync.state.history import observed_items

__all__ = ["print_histories"]

_COLUMNS = ("day", "current", "target", "progress", "status", "check-in", "owner", "comment")


def print_histories(
    out: Console, picture: Picture, histories: Mapping[str, Sequence[LedgerEntry]]
) -> None:
    """A table for each item of which anything was seen, oldest day first."""
    for _, item, _ in observed_items(picture):
        entries = histories.get(item.id, ())
        # An item that no run has seen yet has no table of its own.
        if not entries:
            continue
        out.print()
        out.print(f"{item.id}  {clean(item.title, 70)}", markup=False, highlight=False)
        grid = Grid(box=None, pad_edge=False, show_edge=False)
        for name in _COLUMNS:
            grid.add_column(name)
        for entry in entries:
            grid.add_row(*_cells(entry))
        out.print(grid)


def _cells(entry: LedgerEntry) -> tuple[str, ...]:
    return (
        entry.day.isoformat(),
        text_of(entry.current),
        text_of(entry.target),
        "" if entry.progress is None else percent(entry.progress),
        "" if entry.status is None else STATUS_WORDS[entry.status],
        "" if entry.checked_in is None else entry.checked_in.isoformat(),
        clean(entry.owner or "", 20),
        clean(entry.comment or "", 40),
    )
