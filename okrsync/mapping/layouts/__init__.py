"""Layouts: the ways in which a table of OKRs can be laid out. Each is a small module that turns a
sheet into the same records.

To add a layout, write one module with a `LAYOUT` (see `okrsync.mapping.layouts.layout`) and add one
line to `_MODULES`. The values of `layout` in a mapping file, the schema, `okrsync init` and the
documentation follow from these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Drawn, Sheet
from okrsync.model.table import Table, text_of

__all__ = ["LAYOUTS", "Layout", "because", "choose", "draw", "layout_names"]

_MODULES = (
    "sub_items",
    "matrix",
    "series",
    "side_by_side",
    "blocks",
    "column_groups",
    "results_framework",
    "level_columns",
    "outline",
    "one_cell",
    "headings",
    "typed_rows",
    "interleaved",
    "filled_down",
    "flat",
    "objectives_only",
    "key_results_only",
)
"""The modules of the layouts. Of two that fit a sheet equally well, the earlier one is used."""

LAYOUTS: Mapping[str, Layout] = {
    name.replace("_", "-"): import_module(f"{__name__}.{name}").LAYOUT for name in _MODULES
}
"""The layouts okrsync reads, by the name a mapping file uses."""

_BY_HEADER: Mapping[str, str] = {
    "joined": "its rows belong to rows of another table",
    "period-blocks": "columns repeat for several periods",
    "transposed": "field names stand below one another, and each column is a record",
}
"""Layouts that depend on the header or on another table, and the sentence that explains each. The
rows themselves are read by one of the other layouts.
"""


def layout_names() -> tuple[str, ...]:
    """All layouts that a mapping file may name; with `auto`, words and content decide."""
    return ("auto", *LAYOUTS, *_BY_HEADER)


def because(name: str) -> str | None:
    """The sentence that explains a layout to the owner of a sheet; None for an unknown layout."""
    layout = LAYOUTS.get(name)
    return _BY_HEADER.get(name) if layout is None else layout.because


def draw(table: Table, wanted: str, owned: Iterable[str] = ()) -> tuple[str, Drawn] | None:
    """The name of the layout that reads a table without a header of columns, and what it finds
    there; None where no layout does.

    `owned` are the headers of okrsync's own columns, which are never read.
    """
    owned_headers = {header.strip().casefold() for header in owned}
    for name, layout in LAYOUTS.items():
        if (
            layout.detect is not None
            and wanted in ("auto", name)
            and (drawn := layout.detect(table)) is not None
        ):
            headers = {
                text_of(drawn.head.value(column)).strip().casefold() for column in drawn.columns
            }
            if owned_headers.isdisjoint(headers):
                return name, drawn
    return None


def choose(sheet: Sheet, wanted: str) -> str:
    """The name of the layout for a sheet: the wanted one, otherwise the one that fits best."""
    if wanted in LAYOUTS:
        return wanted
    return max(LAYOUTS, key=lambda name: LAYOUTS[name].fits(sheet))
