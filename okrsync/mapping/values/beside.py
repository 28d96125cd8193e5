"""Periods in two columns: the year beside its quarter, half or month."""

from __future__ import annotations

from okrsync.mapping.sheet import Sheet
from okrsync.mapping.words import lookup, normal
from okrsync.model.frozen import Frozen

__all__ = ["Beside", "beside_cycle"]


class Beside(Frozen, frozen=True):
    """The column with the rest of a period: the year, or the part of the year. `part` is `quarter`,
    `half` or `month`; `is_year` says that the column holds the year.
    """

    column: int
    part: str
    is_year: bool

    def joined(self, text: str, beside: str) -> str:
        """The period in one text: `2025` and `3` in a column of quarters are `quarter 3 2025`."""
        year, part = (beside, text) if self.is_year else (text, beside)
        if part.isdigit() or normal(part) in ("i", "ii", "iii", "iv"):
            return f"{year}-{part:0>2}" if self.part == "month" else f"{self.part} {part} {year}"
        return f"{part} {year}"


def beside_cycle(sheet: Sheet, names: tuple[str, ...]) -> Beside | None:
    """The column of the year, where the cycle is a quarter, half or month, or the other way round;
    None where one column holds the whole period.
    """
    cycle_column = sheet.roles.get("cycle")
    cycle_part = (
        lookup("period_columns", names[cycle_column])
        if cycle_column is not None and cycle_column < len(names)
        else None
    )
    taken = set(sheet.roles.values())
    for column, name in enumerate(names):
        part = (
            lookup("period_columns", name)
            if cycle_part is not None and column not in taken
            else None
        )
        if (
            cycle_part is not None
            and part is not None
            and (cycle_part == "year") != (part == "year")
        ):
            return Beside(column, part if cycle_part == "year" else cycle_part, part == "year")
    return None
