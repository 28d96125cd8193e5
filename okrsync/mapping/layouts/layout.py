"""What a layout consists of: how well a sheet fits it, the records it reads from the sheet, and how
it is explained to the owner of the sheet.
"""

from __future__ import annotations

from collections.abc import Callable

from okrsync.mapping.sheet import Drawn, Record, Sheet
from okrsync.model.frozen import Frozen
from okrsync.model.table import Table

__all__ = ["Layout"]


class Layout(Frozen, frozen=True, kw_only=True):
    """One way in which people lay out a table of OKRs.

    `because` is the sentence that tells the owner of a sheet why it was read this way. `fits` says
    how well a sheet fits the layout, from 0 (not at all) up; values are comparable across layouts.
    `records` returns the OKRs of a sheet in the common form. `detect` is for tables without a
    header of columns: what it finds, or None where the table has another layout.
    """

    because: str
    fits: Callable[[Sheet], float]
    records: Callable[[Sheet], list[Record]]
    detect: Callable[[Table], Drawn | None] | None = None
    needs: tuple[str, ...] = ()
    """The roles of titles that must have a column."""
    why_no_answers: str | None = None
    """Why nothing can be written beside a row; None where each row belongs to one item."""
    names_columns: bool = False
    """Whether the table that `detect` found has a row that names the columns below it."""
