"""The names of people and teams as cells hold them, and when two of them are the same."""

from __future__ import annotations

__all__ = ["folded", "named_owners", "owners_of"]


def owners_of(text: str | None) -> tuple[str, ...]:
    """The owners named in a cell: `Mia, Jon` are two."""
    several = (text or "").replace(";", ",").replace("&", ",").replace("\n", ",").split(",")
    return tuple(" ".join(each.split()) for each in several if each.strip())


def named_owners(text: str | None) -> frozenset[str]:
    """The owners named in a cell, and the cell as it stands, each as `folded` compares them."""
    return frozenset(map(folded, (*owners_of(text), *([text] if text else []))))


def folded(text: str | None) -> str:
    """A name without regard to case and spaces; empty for none."""
    return " ".join((text or "").split()).casefold()
