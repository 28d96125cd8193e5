"""The tree of the report's page: nested parts that open and close without a script.

A page of more than 5,000 rows keeps what is collapsed aside, compressed, and a script draws it: as
markup it would take minutes to load on a phone.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from okrsync.model.plain import plural
from okrsync.model.secret import masked
from okrsync.report.page_items import PageItem

__all__ = ["TreeMarkup", "set_aside", "trees_markup"]

MOST_ROWS = 5_000
"""So many rows stand in the page itself, whether a script runs or not."""
_MOST_TOPS = 300
_IN_A_GROUP = 500
_ALL_OPEN = 150
"""A tree of no more rows is open from the beginning."""
RowMarkup = Callable[[PageItem], str]


@dataclass(frozen=True, slots=True)
class TreeMarkup:
    """The tree that stands in the page. `collapsed` are the parts that a script draws where an
    element names them by their number, `left_out` the number of rows in them.
    """

    shown: Markup
    collapsed: tuple[str, ...] = ()
    left_out: int = 0


def trees_markup(trees: Iterable[Sequence[PageItem]], row: RowMarkup) -> tuple[TreeMarkup, ...]:
    """The trees of a page, each with its rows in reading order."""
    trees = tuple(trees)
    count = sum(map(len, trees))
    if count <= MOST_ROWS:
        return tuple(_whole(rows, row, is_open=count <= _ALL_OPEN) for rows in trees)
    markup: list[TreeMarkup] = []
    first = 0
    for rows in trees:
        markup.append(_collapsed(rows, row, first))
        first += len(markup[-1].collapsed)
    return tuple(markup)


def _whole(rows: Sequence[PageItem], row: RowMarkup, *, is_open: bool) -> TreeMarkup:
    return TreeMarkup(Markup("".join(_nested(rows, row, is_open=is_open))))  # noqa: S704 - rows are escaped by their template


def _collapsed(rows: Sequence[PageItem], row: RowMarkup, first: int) -> TreeMarkup:
    """Only the top objectives; `first` is the number of the first part below them."""
    shown: list[str] = []
    collapsed: list[str] = []
    tops = list(_by_top(rows))
    for top, *below in tops[:_MOST_TOPS]:
        if below:
            shown.append(_lazy(_summary(top, row), first + len(collapsed)))
            collapsed.append("".join(_nested(below, row)))
        else:
            shown.append(_leaf(top, row))
    rest = tops[_MOST_TOPS:]
    for start in range(0, len(rest), _IN_A_GROUP):
        group = rest[start : start + _IN_A_GROUP]
        words = escape(f"{plural(len(group), 'more objective')}, from “{group[0][0].title}”")
        shown.append(_lazy(f"<summary class=more>{words}</summary>", first + len(collapsed)))
        collapsed.append("".join(_nested([item for top in group for item in top], row)))
    return TreeMarkup(
        Markup("".join(shown)),  # noqa: S704 - as above
        tuple(collapsed),
        len(rows) - min(len(tops), _MOST_TOPS),
    )


def set_aside(parts: Iterable[str]) -> str:
    """The collapsed parts as text for the page: a JSON list, compressed. The same parts are the
    same text.
    """
    # What is compressed cannot be searched for secrets any more.
    data = json.dumps([masked(part) for part in parts], ensure_ascii=False).encode()
    return base64.b64encode(gzip.compress(data, mtime=0)).decode()


def _by_top(rows: Iterable[PageItem]) -> Iterator[list[PageItem]]:
    """The rows by top objective, each with everything below it."""
    part: list[PageItem] = []
    for item in rows:
        if item.depth == 0 and part:
            yield part
            part = []
        part.append(item)
    if part:
        yield part


def _nested(rows: Iterable[PageItem], row: RowMarkup, *, is_open: bool = False) -> Iterator[str]:
    waiting: list[int] = []
    for item in rows:
        while waiting and waiting[-1] >= item.depth:
            waiting.pop()
            yield "</div></details>"
        if item.children:
            waiting.append(item.depth)
            yield f"<details{' open' if is_open else ''}>{_summary(item, row)}<div class=in>"
        else:
            yield _leaf(item, row)
    yield from ("</div></details>" for _ in waiting)


def _summary(item: PageItem, row: RowMarkup) -> str:
    return f'<summary class="r {item.kind} {item.status}"{item.marks}>{row(item)}</summary>'


def _leaf(item: PageItem, row: RowMarkup) -> str:
    return f'<div class="r {item.kind} {item.status}"{item.marks}>{row(item)}</div>'


def _lazy(summary: str, number: int) -> str:
    return f'<details data-c="{number}">{summary}<div class=in></div></details>'
