"""Text from sheets, made harmless for a terminal."""

from __future__ import annotations

import unicodedata

__all__ = ["clean", "plural"]

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: object, most: int | None = None) -> str:
    """A text without control characters and direction overrides, its line breaks made spaces, cut
    to `most` characters.

    A terminal takes control characters for orders; nothing that stands in a sheet may give any.
    """
    plain = "".join(_harmless(sign) for sign in str(text))
    plain = " ".join(plain.split())
    return plain if most is None or len(plain) <= most else f"{plain[: most - 1]}…"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 change`, `2 changes`, `no changes`."""
    word = one if count == 1 else many or f"{one}s"
    return f"{count or 'no'} {word}"


def _harmless(sign: str) -> str:
    if sign in "\n\r\t":
        return " "
    return "" if sign in _BIDI or unicodedata.category(sign) in ("Cc", "Cs") else sign
