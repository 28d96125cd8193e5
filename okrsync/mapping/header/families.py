"""Whose the columns are: those named after the noun that a tool has for key results (`Milestone
Name`, `Milestone Target`, `Milestone Current`) are read as those of key results, and some that key
results of one objective share are those of the objective.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from okrsync.mapping.header.content import Contents
from okrsync.mapping.header.judgement import MEASURES, Judged, Judgement
from okrsync.mapping.words import lookup, meaning_of, normal, roles_of, table
from okrsync.model.table import is_blank

__all__ = [
    "OF_EITHER",
    "in_their_own_words",
    "named_after_their_noun",
    "settle_merged",
    "settle_of_objectives",
    "settle_twins",
    "settle_weights",
]

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
    for noun, members in families.items():
        has_name = any(rest in table("scopes") and _is_name(rest) for rest in members.values())
        measures = sum(roles_of(rest)[:1] in _OF_MEASURES for rest in members.values())
        if roles_of(noun)[:1] == ("target",):  # `Target Name` beside `Start` and `Current`.
            measures += sum(roles_of(name)[:1] in _OF_MEASURES for name in names.values())
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


OF_EITHER = frozenset(
    {
        "owner",
        "status",
        "progress",
        "score",
        "confidence",
        "weight",
        "comment",
        "due",
        "start_date",
        "checked_in",
        "baseline",
        "current",
        "target",
        "commitment",
    }
)
"""Roles that an objective and its key results in the same row have each of their own."""


def settle_twins(judgement: Judgement, names: Mapping[int, str]) -> None:
    """Of two columns with the same name, such as `Weight`, the one between the objectives and the
    key results belongs to the objective.
    """
    objective, key_result = (judgement.roles.get(role, -1) for role in ("objective", "key_result"))
    if not 0 <= objective < key_result:
        return
    for role in OF_EITHER & judgement.roles.keys() - judgement.of_objectives.keys():
        alike = [
            column
            for column in names
            if normal(names[column]) == normal(names[judgement.roles[role]])
        ]
        if len(alike) == 2 and objective < alike[0] < key_result < alike[1]:
            each = judgement.judged[judgement.roles[role]]
            judgement.roles[role], judgement.of_objectives[role] = alike[1], alike[0]
            why = f"{names[alike[0]]!r} occurs twice; this one is beside the"
            judgement.judged[alike[0]] = replace(each, role=role, because=f"{why} objectives")
            judgement.judged[alike[1]] = replace(each, role=role, because=f"{why} key results")


def settle_of_objectives(
    judgement: Judgement, names: Mapping[int, str], contents: Contents
) -> None:
    """A progress or status that stands before the key results where columns have an order, and that
    those of one objective share, is the objective's, where other columns are named after key
    results: `Progress, Key result, Key result start, Key result target`.
    """
    objective, key_result = (judgement.roles.get(role, -1) for role in ("objective", "key_result"))
    named = [
        role
        for role, column in judgement.roles.items()
        if role in MEASURES and meaning_of(names.get(column, "")).of == "key_result"
    ]
    in_order = contents.has_order
    is_before = 0 <= objective < key_result or (not in_order and -1 not in (objective, key_result))
    if not is_before or len(named) < _NAMED_AFTER_KEY_RESULTS:
        return
    for role in ("progress", "status", "score", "confidence"):
        column = judgement.roles.get(role, -1)
        is_between = objective < column < key_result or (not in_order and column >= 0)
        if not is_between or meaning_of(names[column]).of is not None:
            continue
        if contents.depends_on(column, objective):
            judgement.of_objectives[role] = judgement.roles.pop(role)
            each = judgement.judged[column]
            why = f"{each.because}; key results of one objective share it, so it is the objective's"
            judgement.judged[column] = replace(each, because=why)


_NAMED_AFTER_KEY_RESULTS = 2


def settle_weights(judgement: Judgement, contents: Contents) -> None:
    """Of two columns of weights, the one that the key results of each objective share is the
    objective's: `Weight` beside `Measure weight`.
    """
    objective, weight = (judgement.roles.get(role, -1) for role in ("objective", "weight"))
    columns = [
        column
        for column, each in judgement.judged.items()
        if "weight" in (each.role, *each.others) and contents.of(column).are_numbers
    ]
    if min(objective, weight) < 0 or len(columns) != 2 or "weight" in judgement.of_objectives:
        return
    shared = [column for column in columns if contents.depends_on(column, objective)]
    if shared != [weight]:
        return
    other = next(column for column in columns if column != weight)
    judgement.roles["weight"], judgement.of_objectives["weight"] = other, weight
    because = judgement.judged[weight].because
    why = f"{because}; key results of one objective share it, so it is the objective's"
    judgement.judged[weight] = Judged("weight", 0.8, why)
    judgement.judged[other] = Judged("weight", 0.8, "its numbers are weights of key results")


def settle_merged(judgement: Judgement, contents: Contents) -> None:
    """A column between objectives and key results that is filled where an objective is, and nowhere
    else, as in merged cells, is the objective's: its progress is not that of the first key result.
    """
    objective, key_result = (judgement.roles.get(role, -1) for role in ("objective", "key_result"))
    for role in OF_EITHER & judgement.roles.keys() - judgement.of_objectives.keys():
        column = judgement.roles[role]
        if column in judgement.judged and _is_filled_with(column, objective, key_result, contents):
            judgement.of_objectives[role] = judgement.roles.pop(role)
            each = judgement.judged[column]
            why = f"{each.because}; it is filled where an objective is, so it is the objective's"
            judgement.judged[column] = replace(each, because=why)


def _is_filled_with(column: int, objective: int, key_result: int, contents: Contents) -> bool:
    """Whether a column between objectives and key results is filled in the first row of each
    objective, and in no other.
    """
    if not 0 <= objective < column < key_result:
        return False
    filled = [
        (is_blank(row.value(objective)), is_blank(row.value(column)))
        for row in contents.rows
        if not is_blank(row.value(key_result))
    ]
    return (True, True) in filled and all(one == other for one, other in filled)
