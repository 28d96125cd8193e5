"""Recognises tables in which a key result takes several rows, one for each of its numbers:
`Sign-ups, Target` above `Sign-ups, Actual`, with a column for each month.

okrsync reads one row for each key result. Read so, each number would be a key result, and the
actual value of a month the target of another.
"""

from __future__ import annotations

from collections.abc import Sequence

from okrsync.mapping.words import normal, roles_of, table
from okrsync.model.table import Row, column_letters

__all__ = ["rows_of_measures"]

_SAMPLE = 200
_LABEL_COLUMNS = 6
_MEASURES = ("baseline", "target", "current")
_BOTH = frozenset({"target", "current"})


def rows_of_measures(rows: Sequence[Row]) -> str | None:
    """A sentence that says where rows are numbers of key results, and not key results; None where
    they are not.
    """
    rows = rows[:_SAMPLE]
    for column in range(_LABEL_COLUMNS):
        texts = [value for row in rows if isinstance(value := row.value(column), str)]
        texts = [text for text in texts if text.strip()]
        labels = _bare(texts) or _behind_or_before_names(texts)
        if labels:
            words = ", ".join(map(repr, list(dict.fromkeys(labels))[:2]))
            return (
                f"its rows hold one number each ({words} in column {column_letters(column)}), so a"
                " key result takes several of them; okrsync reads one row for each key result, with"
                " a column for the target and one for the current value"
            )
    return None


def _bare(texts: Sequence[str]) -> list[str]:
    """The texts of a column, where nearly all are the names of numbers: `Target`, `Actual`."""
    roles = {text: _measure(text) for text in set(texts)}
    if not {*roles.values()} >= _BOTH:
        return []
    labels = [text for text in texts if roles[text] is not None]
    return labels if len(labels) * 5 >= len(texts) * 4 else []


def _behind_or_before_names(texts: Sequence[str]) -> list[str]:
    """The texts in which the name of a number stands behind or before a name that comes with both
    numbers: `KR1 target`, `KR1 actual`; none where these are fewer than half.
    """
    names = {text: words for text in texts if len(words := normal(text).split()) > 1}
    ends = {word for words in names.values() for word in (words[0], words[-1])}
    roles = {word: _measure(word) for word in ends}
    if not {*roles.values()} >= _BOTH:
        return []
    by_name: dict[tuple[str, ...], dict[str, str]] = {}
    for text, words in names.items():
        for name, label in ((words[:-1], words[-1]), (words[1:], words[0])):
            role = roles[label]
            if role is not None:
                by_name.setdefault(tuple(name), {}).setdefault(role, text)
    labels = [
        text for by_role in by_name.values() if by_role.keys() >= _BOTH for text in by_role.values()
    ]
    return labels if len(labels) * 2 >= len(texts) else []


def _measure(text: str) -> str | None:
    role = next(iter(roles_of(text)), None)
    if role == "objective" and normal(text) in table("aimed"):
        return "target"
    return role if role in _MEASURES else None
