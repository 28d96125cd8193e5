"""What the words in a column of kinds mean: which rows are objectives, which are key results, and
which are neither.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from okrsync.mapping.words import lookup, normal, roles_of, table
from okrsync.model.patterns import lazy_pattern

__all__ = [
    "are_ways_of_measuring",
    "bare_kind",
    "depth_of",
    "is_measured_plainly",
    "row_kinds",
    "says_key_result",
    "split_level",
]

_NUMBER = lazy_pattern(r"[\s#._-]*\d[\d.]*\s*\Z")
_PREFIX = lazy_pattern(r"\s*([^\W\d_][^\d:.–—-]{1,40}?)\s*(\d+(?:\.\d+)*)?\s*[:：.)–—-]\s*(?=\S)")
_END_OF_LEVEL = lazy_pattern(r"[:：.)–—-]")
"""What stands behind a level; most statements have none of it, and need no slower search."""
_DEPTHS = {"impact": 1, "outcome": 2, "output": 3}
_LONGEST = 80
"""Characters in which a word for a kind, or the level before a statement, stands."""
_LEVELS = ("impact", "outcome", "output")
"""The levels of a results framework, the highest first."""
_NARRATIVE = frozenset({"narrative", "narratives"})
_NARRATIVES = {
    **dict.fromkeys(_NARRATIVE, "objective"),
    **dict.fromkeys(("commitment", "commitments"), "key_result"),
}
"""The kinds of narratives, commitments and tasks. A commitment alone is a sort of goal."""
_MEASURED = frozenset({"boolean", "milestones", "guard_rail", "metric"})


def bare_kind(word: str) -> str:
    """A word for a kind without the number behind it: `Outcome 1.2` is `Outcome`."""
    return word if len(word) > _LONGEST else _NUMBER.sub("", word) or word


def row_kinds(
    words: Collection[str], own: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str | None]:
    """By word of a column, what it means: `objective`, `key_result`, `other`, or a kind of measure
    such as `boolean`; None where it is not known. `own` are the mapping's words in compared form.

    Levels of a results framework are objectives where other rows are their indicators; where there
    are none, those of the lowest level are the key results.
    """
    kinds = {word: own.get(normal(word)) or lookup("kinds", bare_kind(word)) for word in words}
    if any(kind is None and normal(bare_kind(word)) in _NARRATIVE for word, kind in kinds.items()):
        kinds = {
            word: _NARRATIVES.get(normal(bare_kind(word)), each) for word, each in kinds.items()
        }
    indicators = {word for word, kind in kinds.items() if kind == "key_result" and _is_metric(word)}
    if indicators and any(
        kind == "key_result" and word not in indicators for word, kind in kinds.items()
    ):
        # Beside key results, an indicator is something else, or nobody would tell them apart.
        kinds.update((word, own.get(normal(word))) for word in indicators)
    levels = {
        word: level
        for word, kind in kinds.items()
        if kind is None and (level := lookup("levels", bare_kind(word))) is not None
    }
    # `Outcome` and `Output` alone may well be two sorts of key results.
    is_framework = (
        ("impact" in levels.values() and len({*levels.values()}) > 1)
        or any(kind in ("objective", "key_result") for kind in kinds.values())
        or any(bare_kind(word) != word for word in levels)
    )
    if levels and is_framework:
        has_indicators = "key_result" in kinds.values()
        has_upper = "objective" in kinds.values() or len({*levels.values()}) > 1
        lowest = max(levels.values(), key=_LEVELS.index)
        for word, level in levels.items():
            is_key_result = level == lowest and has_upper and not has_indicators
            kinds[word] = "key_result" if is_key_result else "objective"
    if "objective" in kinds.values() and "key_result" not in kinds.values():
        # What is measured in a way of its own beside objectives is their key results.
        kinds = {word: "key_result" if kind in _MEASURED else kind for word, kind in kinds.items()}
    return kinds


def _is_metric(word: str) -> bool:
    return roles_of(bare_kind(word))[:1] == ("metric",)


def are_ways_of_measuring(words: Collection[str]) -> bool:
    """Whether all words say how something is measured (`Number`, `Currency`), and none names it."""
    return bool(words) and all(
        not _MEASURED.isdisjoint(table("kinds").get(normal(word), ())) for word in words
    )


def is_measured_plainly(word: str) -> bool:
    """Whether a word says how something is measured, and nothing of a limit: `% tracked`."""
    return bool({"metric", "boolean", "milestones"} & {*table("kinds").get(normal(word), ())})


def says_key_result(word: str) -> bool:
    """Whether a word says of a row that it is a key result, and is none for a kind of measure."""
    return table("kinds").get(normal(bare_kind(word)), ()) == ("key_result",)


def depth_of(word: str) -> int | None:
    """How deep the level with this word stands in a framework; 0 is the goal, None no level."""
    bare = bare_kind(word)
    level = lookup("levels", bare)
    if level is not None:
        return _DEPTHS[level]
    return 0 if lookup("kinds", bare) == "objective" else None


def split_level(text: str) -> tuple[str, str, str]:
    """The level that a statement begins with, its number, and the statement: `Outcome 1: Incomes
    grow` is Outcome, 1 and the rest. The first two are empty where it begins with none.
    """
    if _END_OF_LEVEL.search(text, 0, _LONGEST) is None:
        return "", "", text
    prefix = _PREFIX.match(text, 0, _LONGEST)
    if prefix is None or depth_of(prefix[1]) is None:
        return "", "", text
    return prefix[1].strip(), prefix[2] or "", text[prefix.end() :].strip()
