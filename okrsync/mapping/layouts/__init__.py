"""Layouts: how a table of OKRs is laid out, each a small module that turns a sheet into the same
records.

Adding a layout is one module with a `LAYOUT` (see `okrsync.mapping.layouts.layout`) and one line in
`_MODULES`. What a mapping file may say, the schema, `okrsync init`, the documentation and the words
of the evidence follow from these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Drawn, Sheet
from okrsync.model.table import Table, text_of

__all__ = ["LAYOUTS", "Layout", "because", "choose", "draw", "layout_names"]

_MODULES = (
    "matrix",
    "series",
    "side_by_side",
    "blocks",
    "column_groups",
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
"""The modules of the layouts. Of two that fit a sheet equally well the earlier one is taken."""

LAYOUTS: Mapping[str, Layout] = {
    name.replace("_", "-"): import_module(f"{__name__}.{name}").LAYOUT for name in _MODULES
}
"""The layouts okrsync reads, by the name a mapping file uses."""

_BY_HEADER: Mapping[str, str] = {
    "joined": "its rows belong to those of another table",
    "period-blocks": "columns repeat for several periods",
}
"""Layouts that the header or another table decides, and the sentence that explains each. What
stands in the rows is read as one of the others.
"""


def layout_names() -> tuple[str, ...]:
    """Every layout a mapping file may name; `auto` leaves the choice to words and content."""
    return ("auto", *LAYOUTS, *_BY_HEADER)


def because(name: str) -> str | None:
    """The sentence that explains a layout to the keeper of a sheet; None for no layout."""
    layout = LAYOUTS.get(name)
    return _BY_HEADER.get(name) if layout is None else layout.because


def draw(table: Table, wanted: str, owned: Iterable[str] = ()) -> tuple[str, Drawn] | None:
    """The layout and what it finds in a table that needs no header of columns; None where there is
    none such.

    `owned` are the headers of okrsync's own columns, which hold nothing to be read.
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
    """The name of the layout for a sheet: the one that is wanted, or the one that fits best."""
    if wanted in LAYOUTS:
        return wanted
    return max(LAYOUTS, key=lambda name: LAYOUTS[name].fits(sheet))
