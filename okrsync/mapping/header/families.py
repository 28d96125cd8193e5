"""Columns named after the noun that a tool has for key results: `Milestone Name`, `Milestone
Target`, `Milestone Current`. They are read as those of key results.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from okrsync.mapping.header.judgement import Judged
from okrsync.mapping.words import lookup, normal, roles_of, table

__all__ = ["in_their_own_words", "named_after_their_noun"]

_MEASURES = frozenset({"baseline", "target", "current", "progress", "due", "start_date"})
_LEAST = 2
"""A name and so many measures make a family."""


def named_after_their_noun(names: Mapping[int, str]) -> dict[int, str]:
    """The names with `Key result` in place of such a noun, by column; only those that change.

    `Milestone Name` and `Milestone Target` are `Key result Name` and `Key result Target`, if there
    are objectives beside them and no column is named after key results.
    """
    if any("key_result" in roles_of(name) for name in names.values()):
        return {}
    if not any(roles_of(name)[:1] == ("objective",) for name in names.values()):
        return {}
    families: dict[str, dict[int, str]] = {}
    for column, name in names.items():
        noun, _, rest = normal(name).partition(" ")
        if rest and noun.isalpha() and lookup("scopes", noun) is None:
            families.setdefault(noun, {})[column] = rest
    for members in families.values():
        has_name = any(rest in table("scopes") and _is_name(rest) for rest in members.values())
        measures = sum(roles_of(rest)[:1] in _OF_MEASURES for rest in members.values())
        if has_name and measures >= _LEAST:
            return {column: f"Key result {rest}" for column, rest in members.items()}
    return {}


_OF_MEASURES = frozenset((role,) for role in _MEASURES)


def _is_name(word: str) -> bool:
    return "names" in table("scopes")[word]


def in_their_own_words(judged: Mapping[int, Judged], names: Mapping[int, str]) -> dict[int, Judged]:
    """What was judged of columns, with the names that these really have in the evidence."""
    read_as = named_after_their_noun(names)
    return {
        column: replace(
            each, because=each.because.replace(repr(read_as[column]), repr(names[column]))
        )
        if column in read_as
        else each
        for column, each in judged.items()
    }
