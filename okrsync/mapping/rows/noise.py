"""Recognises rows that are no OKRs: totals, examples, separators, placeholders, second headers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from okrsync.mapping.values.typed import is_placeholder, read_number
from okrsync.mapping.words import normal, roles_of, table
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellValue, Row, is_blank

__all__ = ["NO_WORDS", "is_suspect", "reason_against"]

NO_WORDS = "its title contains no words"
_TITLES = ("objective", "key_result")
_EXAMPLE = lazy_pattern(
    r"\W*(example|e\.g\.|beispiel|exemple|ejemplo|exemplo|esempio|voorbeeld|例|示例|пример)\W*(:|-|–|—|\Z|\brow\b)",
    re.IGNORECASE,
)
_EXAMPLE_INITIALS = "ebv例示п"
"""What a word for an example begins with."""
_NOTES = (
    *("note", "nb", "n.b.", "hinweis", "anmerkung", "remarque", "nota", "opmerking", "uwaga"),
    *("anmärkning", "注", "備考", "备注"),
)
"""What words for a note begin with."""
_NOTE = lazy_pattern(rf"\W*(?:{'|'.join(map(re.escape, _NOTES))})s?\s*[:：]", re.IGNORECASE)
# Blanks that templates leave in titles: `Grow by [X]%`, `from <number>`, `____`.
_BLANK = lazy_pattern(
    r"\[(?:x+|y+|z|n|#|number|metric|value|amount|date|name|\.{2,}|…|_+)\]|(?<!\w)x{1,3}\s?%|_{4,}|<(?:number|metric|value|x)>",
    re.IGNORECASE,
)


_INVITES = lazy_pattern(
    r"\b(?:your|insert|enter|type|fill in|here|hier|eintragen|votre|saisir|ici|escribe|aquí?)\b",
    re.IGNORECASE,
)


def reason_against(row: Row, roles: Mapping[str, int], names: Sequence[str]) -> str | None:
    """The reason why a row is no OKR, for people to read; None where it may be one."""
    titles = [
        value for role in _TITLES if role in roles and not is_blank(value := row.value(roles[role]))
    ]
    short = [text for text in titles if isinstance(text, str) and len(text) <= 60]
    if titles and not any(
        isinstance(title, str) and any(map(str.isalnum, title)) for title in titles
    ):
        return NO_WORDS
    if titles and len(short) == len(titles) and all(is_placeholder(text) for text in short):
        return "its title is a placeholder"
    key_result = row.value(roles["key_result"]) if "key_result" in roles else None
    if is_placeholder(key_result):
        return "its key result is a placeholder"
    if titles and all(map(_is_blank_to_fill, short)) and len(short) == len(titles):
        return "a template row: its title is not filled in yet"
    if any(_BLANK.search(text) for text in short) and not _is_filled_in(row, roles):
        return "a template row: part of its title is not filled in yet"
    if any(_EXAMPLE.match(text) for text in short):
        return "an example row"
    if any(_NOTE.match(text) for text in short) and _is_alone(row):
        return "a note"
    if len(short) != len(titles):
        return None
    plain = [normal(text) for text in short]
    if all(
        text == normal(names[roles[role]])
        for text, role in zip(plain, _filled(row, roles), strict=False)
    ) and _few(row, names):
        return "a repeated header"
    meanings = [table("rows").get(text, ()) for text in plain]
    if any("total" in meaning for meaning in meanings) and len(plain) == 1:
        return "a total"
    if any("separator" in meaning for meaning in meanings) and _is_alone(row):
        return "a separator between parts of the table"
    return None


def _is_blank_to_fill(title: str) -> bool:
    """Whether a title only names what belongs there: `[Objective]`, `<Your key result here>`."""
    text = title.strip()
    if text[:1] not in "[<{" or text[-1:] not in "]>}":
        return False
    inside = text.strip("[]<>{} ")
    return bool(roles_of(inside)) or _INVITES.search(inside) is not None


def _is_alone(row: Row) -> bool:
    """Whether only one cell of a row is filled."""
    return sum(not is_blank(value) for value in row.values) == 1


def _is_filled_in(row: Row, roles: Mapping[str, int]) -> bool:
    """Whether a row has an owner and two numbers: then it is in use, whatever its title says."""
    owner = row.value(roles["owner"]) if "owner" in roles else None
    numbers = sum(
        read_number(row.value(roles[role])) is not None
        for role in ("baseline", "current", "target", "progress")
        if role in roles
    )
    return not is_blank(owner) and not is_placeholder(owner) and numbers > 1


def is_suspect(title: str, names: frozenset[str]) -> bool:
    """Whether `reason_against` needs to look at a title. This cheap check rules out nearly all
    titles, of which there may be a hundred thousand.

    `names` are the texts of the header.
    """
    if len(title) > 60:
        return False
    bare = title.strip(" \t.:*-–—_#|").casefold()
    return (
        len(bare) <= 3
        or bare in table("rows")
        or title in names
        or not bare[0].isalnum()
        or bare.startswith(_NOTES)
        or (bare[0] in _EXAMPLE_INITIALS and _EXAMPLE.match(title) is not None)
        or (
            ("%" in title or "[" in title or "<" in title or "__" in title)
            and _BLANK.search(title) is not None
        )
    )


def _filled(row: Row, roles: Mapping[str, int]) -> list[str]:
    return [role for role in _TITLES if role in roles and not is_blank(row.value(roles[role]))]


def _few(row: Row, names: Sequence[str]) -> bool:
    """Whether every filled cell of the row repeats its header."""
    filled: list[tuple[int, CellValue]] = [
        (column, value) for column, value in enumerate(row.values) if not is_blank(value)
    ]
    return all(
        column < len(names) and isinstance(value, str) and normal(value) == normal(names[column])
        for column, value in filled
    )
