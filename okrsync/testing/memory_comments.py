"""Comments on cells that are kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace

from okrsync.connector import NoteWrite, Outcome, State

__all__ = ["MemoryComment", "carry_out"]


@dataclass(frozen=True, slots=True)
class MemoryComment:
    """A comment of okrsync's on a cell, the row counted from 1. `answers` are those of people, and
    `called` are the addresses that it notified.
    """

    tab: str
    row: int
    column: int
    text: str
    called: tuple[str, ...] = ()
    is_open: bool = True
    answers: tuple[str, ...] = ()

    def in_row(self, row: int) -> MemoryComment:
        """The same comment, after its row went elsewhere."""
        return replace(self, row=row)

    def answered(self, text: str) -> MemoryComment:
        """The same comment with one more answer of somebody's."""
        return replace(self, answers=(*self.answers, text))


def carry_out(
    comments: list[MemoryComment], note: NoteWrite, cell: tuple[str, int, int], *, puts_back: bool
) -> Outcome:
    """Make a comment at a cell, or resolve it; undo removes it, unless people have answered it."""
    standing = next(
        (
            each
            for each in comments
            if (each.tab, each.row, each.column) == cell and note.known_by in each.text
        ),
        None,
    )
    if note.text is None:
        return _taken_back(comments, standing, puts_back=puts_back)
    if standing is None:
        # A check-in that came and went between two runs: the older warning is over.
        comments[:] = [
            replace(each, is_open=False)
            if note.before is not None
            and (each.tab, each.row, each.column) == cell
            and note.before in each.text
            else each
            for each in comments
        ]
        comments.append(MemoryComment(*cell, note.text, note.addresses))
        return Outcome(State.WRITTEN)
    if standing.is_open or not puts_back:
        return Outcome(State.UNCHANGED)
    comments[comments.index(standing)] = replace(standing, is_open=True)
    return Outcome(State.WRITTEN)


def _taken_back(
    comments: list[MemoryComment], standing: MemoryComment | None, *, puts_back: bool
) -> Outcome:
    if standing is None or not (standing.is_open or puts_back):
        return Outcome(State.UNCHANGED)
    if not puts_back:
        comments[comments.index(standing)] = replace(standing, is_open=False)
    elif standing.answers:
        return Outcome(State.CONFLICT, "people have answered the comment, so it stays")
    else:
        comments.remove(standing)
    return Outcome(State.WRITTEN)
