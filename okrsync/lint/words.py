"""Finds words that indicate weak key results; the words are data in `mappings/lint.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache

from okrsync.mapping import shipped
from okrsync.mapping.words import normal

__all__ = ["activity", "vague"]

_NUMBERING = re.compile(r"^(?:(?:kr|key result)? ?\d+(?:[ .]\d+)* )")


def activity(title: str) -> str | None:
    """The first words of a title if they name an activity; numbering before them is ignored. None
    for any other title.
    """
    words = _words("activity")
    parts = _NUMBERING.sub("", normal(title)).split()
    return next(
        (words[start] for count in (3, 2, 1) if (start := " ".join(parts[:count])) in words), None
    )


def vague(title: str) -> str | None:
    """A word of a title that does not say how much; None where there is none."""
    padded = f" {normal(title)} "
    return next((word for plain, word in _words("vague").items() if f" {plain} " in padded), None)


@cache
def _words(kind: str) -> Mapping[str, str]:
    with (shipped.folder() / "lint.toml").open("rb") as file:
        return {normal(word): word for word in tomllib.load(file)[kind]["words"]}
