"""Text from sheets as people read it: safe for a terminal, counted, with its place."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["clean", "joined_percents", "place_words", "plural"]

# These marks reorder the text around them: a title could hide what a message says about it.
# https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: object, most: int | None = None) -> str:
    """A text without control characters and direction overrides, with spaces for line breaks, cut
    to `most` characters.

    A terminal executes control sequences, so no text from a sheet may contain any.
    """
    plain = str(text)
    # Most texts are plain words, and a large page has a hundred thousand of them.
    if not (plain.isascii() and plain.isprintable()):
        plain = "".join(_harmless(sign) for sign in plain)
    plain = " ".join(plain.split())
    return plain if most is None or len(plain) <= most else f"{plain[: most - 1]}…"


def place_words(source: str, address: object) -> str:
    """`growth: Q4!B2`, a cell with its source; the source once where its tab has the same name, as
    that of a CSV file has: `company!A2`.
    """
    words = str(address)
    is_named = words.partition("!")[0].casefold() == source.casefold()
    return words if is_named else f"{source}: {words}"


def joined_percents(value: object) -> object:
    """A value of a page, where no line ends between a number and its percent sign. Works as
    `finalize` of jinja2; what is no text stays as it is.
    """
    return _PERCENT.sub("\u00a0%", value) if type(value) is str else value


_PERCENT = re.compile(r"(?<=\d) %")


def plural(count: int, singular: str, plural_form: str | None = None) -> str:
    """`1 change`, `2 changes`, `no changes`."""
    word = singular if count == 1 else plural_form or f"{singular}s"
    return f"{count or 'no'} {word}"


def _harmless(sign: str) -> str:
    if sign in "\n\r\t":
        return " "
    return "" if sign in _BIDI or unicodedata.category(sign) in ("Cc", "Cs") else sign
