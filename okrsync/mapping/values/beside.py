"""Periods told in two columns: the year beside its quarter, half or month."""

from __future__ import annotations

from dataclasses import dataclass

from okrsync.mapping.sheet import Sheet
from okrsync.mapping.words import lookup, normal

__all__ = ["Beside", "beside_cycle"]


@dataclass(frozen=True, slots=True)
class Beside:
    """The column that tells the other half of a period, the year or the part of one, and what part
    that is: `quarter`, `half` or `month`.
    """

    column: int
    part: str
    is_year: bool

    def joined(self, text: str, beside: str) -> str:
        """The period in one text: `2025` and `3` are `q3 2025` where quarters are told."""
        year, part = (beside, text) if self.is_year else (text, beside)
        if part.isdigit() or normal(part) in ("i", "ii", "iii", "iv"):
            return f"{year}-{part:0>2}" if self.part == "month" else f"{self.part} {part} {year}"
        return f"{part} {year}"


def beside_cycle(sheet: Sheet, names: tuple[str, ...]) -> Beside | None:
    """The year's column beside that of its part, or the other way round; None where one column says
    it all.
    """
    place = sheet.roles.get("cycle")
    own = (
        lookup("period_columns", names[place]) if place is not None and place < len(names) else None
    )
    taken = set(sheet.roles.values())
    for column, name in enumerate(names):
        other = lookup("period_columns", name) if own is not None and column not in taken else None
        if own is not None and other is not None and (own == "year") != (other == "year"):
            return Beside(column, other if own == "year" else own, other == "year")
    return None
