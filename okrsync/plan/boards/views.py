"""The views of a board: a tree, by status, by team, one for each question of the week (what is won,
what is off track, who must act, what moved, where it ends up), and one for each cycle that is over,
which the others leave out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec.structs import replace

from okrsync.connector import NewView

__all__ = ["views_of"]

_ON_CARDS = ("name", "kind", "progress", "owner", "source")
"""The fields on a card of the board; its column is the status."""
_ON_LISTS = ("name", "owner", "progress", "status", "moved", "delta", "trend", "outlook", "link")
# In words, since the filter of a view compares the words of a select property.
_WORRIES = ("Missed", "Off track", "Stale", "At risk", "No data")
_BAD = ("Missed", "Off track")
_WON = ("Achieved",)
_ONLY_FOR_FILTERS = ("id", "closed")


def views_of(
    table_key: str, header: Mapping[str, str], old_cycles: Iterable[str]
) -> Iterator[NewView]:
    """The views of a table whose columns are called as in `header`, by field."""

    def table(
        id_: str,
        name: str,
        fields: Collection[str] | None = None,
        *,
        status: tuple[str, ...] | None = None,
        filled: str | None = None,
        rising: str | None = None,
    ) -> NewView:
        only = None if status is None else (header["status"], status)
        view = NewView(id_, table_key, name, "table", only=only, filled=filled, rising=rising)
        return _with_columns(running(view), header, fields)

    def running(view: NewView) -> NewView:
        return replace(view, empty=header["closed"])

    tree = NewView("view:tree", table_key, "Tree", "table", nested=header["parent"])
    yield _with_columns(running(tree), header, without="parent")
    cards = NewView("view:board", table_key, "By status", "board", group_by=header["status"])
    yield _with_columns(running(cards), header, _ON_CARDS)
    yield table("view:attention", "Needs attention", status=_WORRIES)
    yield table("view:won", "Wins", _ON_LISTS, status=_WON)
    yield table("view:off", "Off track", status=_BAD)
    yield table("view:moved", "What moved", _ON_LISTS, filled=header["moved"])
    outlook = header["outlook"]
    yield table("view:outlook", "Where it ends up", _ON_LISTS, filled=outlook, rising=outlook)
    teams = NewView("view:teams", table_key, "By team", "table", group_by=header["source"])
    yield _with_columns(running(teams), header)
    for cycle in old_cycles:
        only = (header["cycle"], (cycle,))
        view = NewView(f"view:cycle:{cycle}", table_key, cycle, "table", only=only)
        yield _with_columns(view, header)


def _with_columns(
    view: NewView,
    header: Mapping[str, str],
    fields: Collection[str] | None = None,
    without: str = "",
) -> NewView:
    """The view with the columns it shows and hides. It always hides what only okrsync and its
    filters need.
    """
    visible = [
        name
        for name in header
        if name not in (*_ONLY_FOR_FILTERS, without) and (fields is None or name in fields)
    ]
    hidden = [name for name in header if name not in visible]
    return replace(
        view,
        shown=tuple(header[name] for name in visible),
        hidden=tuple(header[name] for name in hidden),
    )
