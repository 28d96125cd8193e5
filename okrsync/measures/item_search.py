"""Finds an objective or key result by its id or by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from okrsync.model.errors import AmbiguousItem, UnknownItem
from okrsync.model.plain import clean
from okrsync.model.tree import Tree

__all__ = ["find_id"]

_MOST_LISTED = 5
_SIMILAR = 0.6
"""From this share of equal letters on, a title is worth naming as a guess."""
_NEAREST = 0.75
"""From this share on, a title is taken for what was meant, if it leads by `_LEAD`."""
_LEAD = 0.1


def find_id(tree: Tree, text: str) -> str:
    """The id of the item that a text names: by its id, the end of its id (`O1/KR2`), its title, the
    words in its title, or, where only one title is near, by similarity.

    Raises `UnknownItem`, which lists the items that are meant equally well, or the nearest ones.
    """
    titles = {}
    for objective in tree.objectives.values():
        titles[objective.id] = objective.title
        titles.update({key_result.id: key_result.title for key_result in objective.key_results})
    if text in titles:
        return text
    wanted = _folded(text)
    words = wanted.split()
    folded = {id_: _folded(title) for id_, title in titles.items()}
    steps: tuple[Iterable[str], ...] = (
        (id_ for id_ in titles if id_.casefold() == text.strip().casefold()),
        (id_ for id_ in titles if id_.casefold().endswith(f"/{text.strip().casefold()}")),
        (id_ for id_, title in folded.items() if title == wanted),
        (id_ for id_, title in folded.items() if wanted and wanted in title),
        (id_ for id_, title in folded.items() if words and _has_words(title, words)),
    )
    for matches in map(list, steps):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise AmbiguousItem(
                f"{clean(text)!r} may be any of {len(matches)} items",
                hint=f"Name one by its id: {_listed(matches, titles)}.",
            )
    return _nearest(text, wanted, titles, folded)


def _nearest(text: str, wanted: str, titles: Mapping[str, str], folded: Mapping[str, str]) -> str:
    similar = []
    for id_, title in folded.items():
        share = max(_similarity(wanted, title), _similarity(text.casefold(), id_.casefold()))
        if share >= _SIMILAR:
            similar.append((share, id_))
    # Items of the same share stay in reading order.
    similar.sort(key=lambda each: -each[0])
    # An id is typed exactly or not at all: `growth/O1/KR2` is near `growth/O1/KR3`, and means
    # another item.
    if similar and "/" not in text:
        share, id_ = similar[0]
        second = similar[1][0] if len(similar) > 1 else 0.0
        if share >= _NEAREST and share - second >= _LEAD:
            return id_
    hint = "`okrsync show` lists every item with its id."
    if similar:
        near = [id_ for _, id_ in similar[:_MOST_LISTED]]
        hint = f"Did you mean {_listed(near, titles)}?"
    raise UnknownItem(f"there is no objective or key result {clean(text)!r}", hint=hint)


def _similarity(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other)
    # The two quick answers are upper limits, and spare most titles the costly one.
    if matcher.real_quick_ratio() < _SIMILAR or matcher.quick_ratio() < _SIMILAR:
        return 0.0
    return matcher.ratio()


def _has_words(title: str, words: Iterable[str]) -> bool:
    """Whether each of the words begins a word of the title, in any order."""
    present = title.split()
    return all(any(word.startswith(wanted) for word in present) for wanted in words)


def _listed(ids: list[str], titles: Mapping[str, str]) -> str:
    names = [f"{id_} ({clean(titles[id_], 60)})" for id_ in ids[:_MOST_LISTED]]
    more = f" and {len(ids) - _MOST_LISTED} more" if len(ids) > _MOST_LISTED else ""
    return f"{', '.join(names)}{more}"


def _folded(text: str) -> str:
    """The words of a text, without case and punctuation."""
    return " ".join(re.findall(r"\w+", text.casefold()))
