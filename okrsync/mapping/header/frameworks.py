"""Recognises a results framework by its columns: statements of several levels, and indicators
beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.judgement import MEASURES, Judged, Judgement
from okrsync.mapping.values.kinds import depth_of, split_level
from okrsync.mapping.words import normal, table

__all__ = ["settle_framework", "unnamed_statements"]

_STATEMENT = "Statement"


def unnamed_statements(names: Sequence[str], contents: Contents) -> dict[int, str]:
    """The column left of a header that has no name and holds statements which begin with their
    level (`Outcome 1: Incomes grow`), with a name for it.
    """
    first = next((column for column, name in enumerate(names) if name), 0)
    return {
        column: _STATEMENT for column in range(first) if _are_levels(_prefixes(contents, column))
    }


def settle_framework(
    judgement: Judgement, names: Mapping[int, str], contents: Contents, settled: Mapping[str, int]
) -> bool:
    """Take the statements of a results framework for objectives and the indicators beside them for
    key results, and say whether the table is one.
    """
    roles, judged = judgement.roles, judgement.judged
    if {"objective", "key_result"} & settled.keys():
        return False
    if _settle_commitments(judgement, names, contents):
        return True
    indicators = [
        column
        for column, each in judged.items()
        if "metric" in (each.role, *each.others) or each.role == "key_result"
        if contents.of(column).may_be_titles() and normal(names[column]) not in table("levels")
    ]
    levels = next((roles[role] for role in ("kind", "level") if role in roles), -1)
    has_levels = levels >= 0 and _are_levels(contents.of(levels).different)
    statements = [
        column
        for column in names
        if column not in (*indicators, levels)
        and (normal(names[column]) in table("statements") or _is_title(judged.get(column)))
        and contents.of(column).may_be_titles()
        and (has_levels or _are_levels(_prefixes(contents, column)))
    ]
    if len(indicators) != 1 or not statements or not {*MEASURES} & roles.keys():
        return False
    statement = max(statements, key=lambda column: (contents.of(column).length, -column))
    for role in [role for role, column in roles.items() if column in (statement, indicators[0])]:
        del roles[role]
    roles["objective"], roles["key_result"] = statement, indicators[0]
    why = f"{names[statement]!r} holds statements of several levels, and indicators stand beside"
    judged[statement] = Judged("objective", 0.85, f"{why}: {contents.of(statement).words()}")
    why = f"{names[indicators[0]]!r} holds the indicators of statements"
    judged[indicators[0]] = Judged("key_result", 0.85, why)
    if has_levels:
        roles.pop("level", None)
        roles["kind"] = levels
        why = f"{judged[levels].because}; its words are levels of a results framework"
        judged[levels] = Judged("kind", 0.9, why, ("level",))
    return True


def _settle_commitments(judgement: Judgement, names: Mapping[int, str], contents: Contents) -> bool:
    """Take narratives for objectives and the commitments beside them for key results, and say
    whether the table has both.
    """
    columns: dict[str, int] = {}
    for column, name in names.items():
        kind = _OF_NARRATIVES.get(normal(name))
        if kind is not None and contents.of(column).may_be_titles():
            columns.setdefault(kind, column)
    if len(columns) < len({*_OF_NARRATIVES.values()}):
        return False
    for role, column in columns.items():
        for other in [each for each, taken in judgement.roles.items() if taken == column]:
            del judgement.roles[other]
        judgement.roles[role] = column
        why = f"{names[column]!r} is one of narratives and commitments"
        judgement.judged[column] = Judged(role, 0.85, why)
    return True


_OF_NARRATIVES = {
    "narrative": "objective",
    "narratives": "objective",
    "strategic narrative": "objective",
    "commitment": "key_result",
    "commitments": "key_result",
}


def _is_title(each: Judged | None) -> bool:
    return each is not None and each.role in ("objective", "title")


def _prefixes(contents: Contents, column: int) -> list[str]:
    """The levels that the texts of a column begin with, where most of them do."""
    texts = [value for value in contents.values(column) if isinstance(value, str)]
    levels = [level for text in texts if (level := split_level(text)[0])]
    return levels if len(levels) * 2 > sum(bool(text.strip()) for text in texts) else []


def _are_levels(words: Iterable[str]) -> bool:
    """Whether words are levels of a framework: two of them at least, one below the goals."""
    depths = {depth for word in words if (depth := depth_of(word)) is not None}
    return len(depths) > 1 and max(depths) > 0
