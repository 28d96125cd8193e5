"""What a layout is: how well a sheet fits it, the records it makes of one, and how it is explained
to the person who keeps the sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from okrsync.mapping.sheet import Drawn, Record, Sheet
from okrsync.model.table import Table

__all__ = ["Layout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way in which people lay out a table of OKRs.

    `because` is the sentence that tells the keeper of a sheet why it was read so. `fits` says how
    well a sheet speaks for the layout, from 0 (not at all) up. `records` are the OKRs of a sheet in
    normal form. `detect` is for tables that have no header of columns: what stands where, or None
    where the table is none of these.
    """

    because: str
    fits: Callable[[Sheet], float]
    records: Callable[[Sheet], list[Record]]
    detect: Callable[[Table], Drawn | None] | None = None
    needs: tuple[str, ...] = ()
    """The roles of titles that must have a column."""
    why_no_answers: str | None = None
    """Why no answer has a place beside a row; None where each row speaks of one item."""
    names_columns: bool = False
    """Whether what `detect` found has a row that names the columns below it."""
