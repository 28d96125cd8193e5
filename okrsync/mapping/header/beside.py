"""Tables that stand beside each other in one tab, with an empty column between them."""

from __future__ import annotations

from collections.abc import Sequence

from okrsync.mapping.header.content import Content, Contents
from okrsync.mapping.words import normal, roles_of, table

__all__ = ["role_of", "tables_beside"]

_TITLES = ("objective", "key_result")


def tables_beside(names: Sequence[str], contents: Contents) -> tuple[range, ...]:
    """The columns of each table, where several stand beside each other; empty where there is one.

    An empty column is often only a space within a table. What follows it is a table of its own if
    it has a column of titles that there is already, and says something else beside these.
    """
    named = [column for column, name in enumerate(names) if name]
    if not named or named[-1] - named[0] + 1 == len(named):
        return ()
    starts: list[int] = []
    known: set[str] = set()
    for columns in _runs(names, contents):
        roles = {
            role
            for column in columns
            if (role := role_of(names[column], contents.of(column))) is not None
        }
        titles = roles.intersection(_TITLES)
        if titles and len(roles) > 1 and (not starts or titles & known):
            starts.append(columns.start)
        known |= titles
    if len(starts) < 2:
        return ()
    ends = [*starts[1:], len(names)]
    starts[0] = 0
    return tuple(map(range, starts, ends))


def role_of(name: str, content: Content) -> str | None:
    """The role that a header cell means: numbers under `Goal` are targets, and texts under `KPI`
    name what counts as a key result. None: it has none.
    """
    role = next(iter(roles_of(name)), None)
    if role == "objective" and normal(name) in table("aimed") and content.are_numbers:
        return "target"
    return "key_result" if role == "metric" and content.are_titles else role


def _runs(names: Sequence[str], contents: Contents) -> list[range]:
    """The columns between columns that are wholly empty."""
    runs: list[range] = []
    start: int | None = None
    for column in range(len(names) + 1):
        is_empty = column == len(names) or not (names[column] or contents.of(column).filled)
        if is_empty and start is not None:
            runs.append(range(start, column))
            start = None
        elif not is_empty and start is None:
            start = column
    return runs
