"""What a first run saw of many items, as few rows: a page holds the items of one source that have a
single observation yet, compressed to a tenth.

As soon as more is seen of an item, it becomes a row of `ledger_items` with its observation in
`observations`, under the numbers that it had in the page. The page's own copy of it then counts no
more, and a page of which nothing counts is removed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from msgspec import convert
from msgspec.structs import fields

from okrsync.model.frozen import Frozen
from okrsync.model.okrs import LedgerEntry
from okrsync.state.history import Key
from okrsync.state.packed import packed_columns, unpacked_columns
from okrsync.state.store import Store, placeholders

__all__ = ["LEAST", "MOST", "PagedItem", "as_rows", "next_numbers", "paged_items", "store_page"]

LEAST = 100
"""Fewer new items than this become rows at once."""
MOST = 10_000
"""A page holds at most so many items: those of more would take much room while it is made or read.
"""

Row = tuple[Any, ...]


class PagedItem(Frozen, frozen=True, gc=False):
    """An item in a page, with its one observation."""

    item: int
    number: int
    id: str
    title: str
    entry: LedgerEntry


def store_page(
    state: Store, source: str, items: Mapping[str, tuple[str, str, Row]], newest: str
) -> None:
    """Store new items of a source: by key, the id, the title and the observation. `newest` is the
    last day among them.
    """
    item, number = next_numbers(state)
    rows = [(key, id_, title, *row) for key, (id_, title, row) in items.items()]
    state.run(
        "INSERT INTO ledger_pages (number, source, item, size, newest, packed)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        number,
        source,
        item,
        len(items),
        newest,
        packed_columns(zip(*rows, strict=True)),
    )


def paged_items(state: Store, sources: Collection[str] | None = None) -> dict[Key, PagedItem]:
    """The items that are in pages and nowhere else, in the order of their numbers; of some sources,
    or all.
    """
    only = "" if sources is None else f" WHERE source IN ({placeholders(sources)})"
    pages = cast(
        "list[tuple[int, str, int, int, str]]",
        state.rows(
            f"SELECT number, source, item, size, packed FROM ledger_pages{only} ORDER BY number",
            *(sources or ()),
        ),
    )
    items: dict[Key, PagedItem] = {}
    for number, source, item, size, text in pages:
        taken = _with_rows(state, item, size)
        keys, ids, titles, *columns = unpacked_columns(text)
        entries = map(LedgerEntry, *_converted(columns))
        for place, (key, id_, title, entry) in enumerate(
            zip(keys, ids, titles, entries, strict=True)
        ):
            if item + place not in taken:
                items[source, key] = PagedItem(item + place, number + place, id_, title, entry)
    return items


def _converted(columns: Iterable[Sequence[object]]) -> Iterator[Sequence[Any]]:
    """The columns of observations with values as an entry holds them, what is alike once."""
    for column, field in zip(columns, fields(LedgerEntry), strict=True):
        # As texts, since 0.0 and -0.0 are equal.
        texts = [each if each is None else str(each) for each in column]
        values = {text: convert(text, field.type) for text in {*texts}}
        yield [values[text] for text in texts]


def as_rows(state: Store, items: Mapping[Key, PagedItem], rows: Iterable[Row], fields: str) -> None:
    """Make rows of items in pages. `rows` are their observations, in the same order, and `fields`
    the names of the columns of one.
    """
    state.run_many(
        "INSERT INTO ledger_items (number, source, key, id, title, latest)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        ((each.item, *key, each.id, each.title, each.number) for key, each in items.items()),
    )
    holes = ", ".join("?" * len(fields.split(",")))
    state.run_many(
        f"INSERT INTO observations (number, item, {fields}) VALUES (?, ?, {holes})",
        ((each.number, each.item, *row) for each, row in zip(items.values(), rows, strict=True)),
    )
    state.run(
        "DELETE FROM ledger_pages WHERE size = (SELECT count(*) FROM ledger_items WHERE"
        " ledger_items.number >= item AND ledger_items.number < item + size)"
    )


def next_numbers(state: Store) -> tuple[int, int]:
    """The number of the next item, and of the next observation. Those in pages are in use."""
    item = _most(state, "SELECT max(number) AS number FROM ledger_items", "item")
    number = _most(state, "SELECT max(number) AS number FROM observations", "number")
    return item + 1, number + 1


def _most(state: Store, of_rows: str, first: str) -> int:
    of_pages = f"SELECT max({first} + size - 1) FROM ledger_pages"
    rows = state.rows(f"SELECT max(number) FROM ({of_rows} UNION ALL {of_pages}) AS used")
    return cast("int", rows[0][0] or 0)


def _with_rows(state: Store, item: int, size: int) -> set[object]:
    """Which of the items of a page have become rows."""
    rows: Sequence[tuple[object, ...]] = state.rows(
        "SELECT number FROM ledger_items WHERE number >= ? AND number < ?", item, item + size
    )
    return {number for (number,) in rows}
