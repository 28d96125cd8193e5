"""Distinguishes the header of a check-in log from that of a list of key results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from okrsync.mapping.header.check_ins import days_in_words
from okrsync.mapping.header.content import Contents
from okrsync.mapping.words import normal, roles_of, table
from okrsync.model.table import text_of

__all__ = ["NAMING_ROLES", "is_log", "with_day_column"]

NAMING_ROLES = ("id", "objective_id", "key_result", "parent", "objective")
"""The roles by which a row of a log names its key result."""

_VALUES = ("current", "progress")
_NUMBER_WORDS = frozenset({"no", "nr", "number", "num", "nummer", "numero", "#", "№", "номер"})


def with_day_column(
    roles: Mapping[str, int], names: Sequence[str], contents: Contents
) -> Mapping[str, int]:
    """The columns of a log with the one that says when each check-in was: in days, or in weeks,
    months or numbers of check-ins (`KW 44`, `Oct`, `3`).
    """
    if "checked_in" in roles or not any(role in roles for role in _VALUES):
        return roles
    if "due" in roles and contents.of(roles["due"]).are_days and _repeats(roles, contents):
        # `When` beside values of the same key results again and again.
        others = {role: column for role, column in roles.items() if role != "due"}
        return {**others, "checked_in": roles["due"]}
    taken = {column for role, column in roles.items() if role != "cycle"}
    for column, name in enumerate(names):
        if column in taken or not name or not contents.of(column).filled:
            continue
        texts = [text_of(value) for value in contents.values(column)]
        if _counts_check_ins(name) and days_in_words(texts, name) is not None:
            others = {role: each for role, each in roles.items() if each != column}
            return {**others, "checked_in": column}
    return roles


def _repeats(roles: Mapping[str, int], contents: Contents) -> bool:
    """Whether a row is not the only one for its key result, and none has a target."""
    names = [contents.of(roles[role]) for role in ("id", "key_result") if role in roles]
    are_again = bool(names) and all(each.distinct < each.filled for each in names)
    return are_again and not {"target", "baseline"} & roles.keys()


def _counts_check_ins(name: str) -> bool:
    word = " ".join(each for each in normal(name).split() if each not in _NUMBER_WORDS)
    words = {word, *word.split()} if len(word.split()) < 3 else {word}
    return roles_of(name)[:1] in (("cycle",), ("checked_in",)) or any(
        each in table("check_in_columns") for each in words
    )


def is_log(roles: Mapping[str, int], contents: Contents) -> bool:
    """Whether the columns of a table are those of a log: a day, a value and the name of a key
    result, without a target or baseline. A table that also names the objective of each key result
    is a list with its last check-ins, unless it repeats its key results.
    """
    # Only a log has several rows for one key result; a list names each once.
    titles = roles.get("objective"), roles.get("key_result")
    if None not in titles and titles[0] != titles[1] and not contents.repeat(roles["key_result"]):
        return False
    return (
        "checked_in" in roles
        and any(role in roles for role in _VALUES)
        and any(role in roles for role in NAMING_ROLES)
        and not {"target", "baseline"} & roles.keys()
    )
