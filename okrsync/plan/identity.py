"""What stays the same item when its words change: a reworded key result keeps the key it is
remembered by, and with it its history.

A row's natural key is made of its words (`rows.identity`), so that rewording makes one
item vanish and another appear. Here the two are brought together again where only one pair fits: by
the anchor of the row; by the same words, when ids were added; by the same place or target under the
same objective with close wording. Where two fit none is guessed, and it is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from okrsync.mapping import Okrs
from okrsync.mapping.rows.identity import bare_title
from okrsync.mapping.sheet import folded
from okrsync.model.okrs import KeyResult, Objective, Warning_

__all__ = ["Aliases", "Lasting", "keys_of", "lasting"]

Aliases = Mapping[str, str]
"""By natural key, the key an item is remembered by, where that is another."""

_CLOSE = 0.6
"""Wordings that are this much alike may be of the same key result."""
_MANY = 400
"""With more candidates than these on either side, wordings are not compared pair by pair: a sheet
was exchanged, not reworded.
"""


@dataclass(frozen=True, slots=True)
class Lasting:
    """OKRs with the keys they are remembered by, the aliases that led there, and what could not be
    told apart.
    """

    okrs: Okrs
    aliases: Aliases = field(default_factory=dict)


def keys_of(objectives: Iterable[Objective]) -> Iterator[str]:
    """The keys of all items, objectives before their key results."""
    for objective in objectives:
        yield objective.key
        for item in objective.key_results:
            yield item.key


def lasting(
    okrs: Okrs, aliases: Aliases, before: Callable[[], Sequence[Objective]], known: frozenset[str]
) -> Lasting:
    """The OKRs with every key that was known before kept.

    `aliases` are those of the last run; `known` the keys that were remembered then (empty at
    first), and `before` gives the items they stood for, which is asked only when one of them is
    gone. Nothing is given away twice: an item with the words that another one once had gets a key
    of its own.
    """
    natural = list(keys_of(okrs.objectives))
    found = {key: aliases[key] for key in natural if key in aliases}
    taken = set(found.values()) | {key for key in natural if key in known and key not in found}
    fresh = {key for key in natural if key not in found and key not in known}
    vanished = known - taken
    warnings: tuple[Warning_, ...] = ()
    if fresh and vanished:
        matching = _ItemMatcher(
            okrs, [one for one in before() if one.source == okrs.source], fresh, vanished
        )
        found.update(matching.pairs())
        warnings = tuple(matching.warnings)
    held = set(found.values())
    for key in natural:
        if key not in found and key in held:
            found[key] = _free(key, held | set(natural))
            held.add(found[key])
    found = {key: last for key, last in found.items() if key != last}
    if not found:
        return Lasting(replace(okrs, warnings=(*okrs.warnings, *warnings)) if warnings else okrs)
    objectives = tuple(_with_keys(one, found) for one in okrs.objectives)
    return Lasting(
        replace(okrs, objectives=objectives, warnings=(*okrs.warnings, *warnings)), found
    )


def _free(key: str, held: set[str]) -> str:
    number = 2
    while f"{key}~{number}" in held:
        number += 1
    return f"{key}~{number}"


def _with_keys(objective: Objective, found: Aliases) -> Objective:
    items = tuple(
        replace(item, key=found[item.key]) if item.key in found else item
        for item in objective.key_results
    )
    key, own = found.get(objective.key, objective.key), objective.numbers
    return replace(
        objective,
        key=key,
        key_results=items,
        numbers=None if own is None else replace(own, key=key),
    )


@dataclass(frozen=True, slots=True)
class _Item:
    """An objective or key result with what tells it from others. `words` is its title without
    number, `above` the key of its objective as it lasts.
    """

    item: Objective | KeyResult
    above: str
    above_words: str

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def words(self) -> str:
        return bare_title(self.item.title)

    @property
    def whole_words(self) -> str:
        return folded(self.item.title)

    @property
    def cycle(self) -> str:
        return self.item.cycle.name if self.item.cycle is not None else ""

    @property
    def who(self) -> str:
        return folded(self.item.owner or self.item.team or "")

    @property
    def place(self) -> tuple[str, int]:
        return self.item.origin.table_key, self.item.origin.row.number

    @property
    def target(self) -> Hashable:
        return (
            (self.item.target, self.item.target_high) if isinstance(self.item, KeyResult) else None
        )


class _ItemMatcher:
    """Brings together what is new and what is gone."""

    def __init__(
        self,
        okrs: Okrs,
        before: Sequence[Objective],
        fresh: set[str],
        vanished: frozenset[str] | set[str],
    ) -> None:
        self.source = okrs.source
        self.warnings: list[Warning_] = []
        self._now, self._then = okrs.objectives, before
        self._fresh, self._vanished = fresh, vanished
        self._found: dict[str, str] = {}

    def pairs(self) -> Mapping[str, str]:
        """By the natural key of what is new, the key of what it was."""
        new, old = (
            self._objectives(self._now, self._fresh),
            self._objectives(self._then, self._vanished),
        )
        self._surely(new, old)
        self._likely(new, old, _is_same_objective)
        new, old = (
            self._key_results(self._now, self._fresh),
            self._key_results(self._then, self._vanished),
        )
        self._surely(new, old)
        self._likely(new, old, _is_same_key_result)
        return self._found

    def _objectives(self, objectives: Iterable[Objective], keys: Iterable[str]) -> list[_Item]:
        wanted = frozenset(keys)
        return [_Item(one, "", "") for one in objectives if one.key in wanted]

    def _key_results(self, objectives: Iterable[Objective], keys: Iterable[str]) -> list[_Item]:
        wanted = frozenset(keys)
        return [
            _Item(item, self._found.get(one.key, one.key), bare_title(one.title))
            for one in objectives
            for item in one.key_results
            if item.key in wanted
        ]

    def _surely(self, new: list[_Item], old: list[_Item]) -> None:
        """By the anchor of their rows, then by the same words in the same place of the tree."""
        self._by(new, old, lambda one: one.item.origin.row.anchor)
        self._by(new, old, lambda one: (one.cycle, one.who, one.above, one.whole_words))
        self._by(new, old, lambda one: (one.cycle, one.who, one.above, one.above_words, one.words))
        self._by(new, old, lambda one: (one.cycle, one.above, one.words))

    def _by(self, new: list[_Item], old: list[_Item], mark: Callable[[_Item], Hashable]) -> None:
        """Bring together what has a mark that only one on either side has."""
        ahead, behind = self._open(new), self._past(old)
        counts = Counter(mark(one) for one in ahead), Counter(mark(one) for one in behind)
        last = {mark(one): one for one in behind}
        for one in ahead:
            its = mark(one)
            if (
                its is not None
                and counts[0][its] == counts[1][its] == 1
                and _may_be(one, last[its])
            ):
                self._found[one.key] = last[its].key

    def _likely(
        self, new: list[_Item], old: list[_Item], fits: Callable[[_Item, _Item], bool]
    ) -> None:
        """Bring together what fits, where nothing else fits either of the two."""
        ahead, behind = self._open(new), self._past(old)
        if max(len(ahead), len(behind)) > _MANY:
            return
        could = {
            one.key: [other for other in behind if _may_be(one, other) and fits(one, other)]
            for one in ahead
        }
        claims = Counter(other.key for others in could.values() for other in others)
        for one in ahead:
            others = could[one.key]
            if len(others) == 1 and claims[others[0].key] == 1:
                self._found[one.key] = others[0].key
            elif others:
                self._name(one, others)

    def _open(self, new: list[_Item]) -> list[_Item]:
        return [one for one in new if one.key not in self._found]

    def _past(self, old: list[_Item]) -> list[_Item]:
        given = set(self._found.values())
        return [one for one in old if one.key not in given]

    def _name(self, one: _Item, others: list[_Item]) -> None:
        were = " or ".join(
            f"{other.item.title!r:.60}, once at {other.item.origin.title_cell}"
            for other in others[:3]
        )
        what = (
            f"{one.item.title!r:.60} may be what was {were}: it counts as new, since nothing tells"
            " which. Give the rows an id column, and rewording keeps their history"
        )
        self.warnings.append(
            Warning_("unclear-identity", self.source, one.item.origin.title_cell, what)
        )


def _may_be(one: _Item, other: _Item) -> bool:
    """Whether nothing speaks against two being the same: an item of another cycle is another one,
    whatever its words.
    """
    return one.cycle == other.cycle and isinstance(one.item, Objective) == isinstance(
        other.item, Objective
    )


def _is_same_objective(one: _Item, other: _Item) -> bool:
    assert isinstance(one.item, Objective)
    assert isinstance(other.item, Objective)
    below = ({bare_title(kr.title) for kr in item.key_results} for item in (one.item, other.item))
    mine, its = below
    if mine and its and len(mine & its) * 2 >= max(len(mine), len(its)):
        return True
    return _are_close(one, other) and (one.place == other.place or one.who == other.who)


def _is_same_key_result(one: _Item, other: _Item) -> bool:
    """The same objective, and two of three: the same place, the same target, close wording."""
    if one.above != other.above:
        return False
    same_target = one.target == other.target and one.target != (None, None)
    same_place = one.place == other.place
    if same_place and same_target and one.who == other.who:
        return True
    return (same_place or (same_target and one.who == other.who)) and _are_close(one, other)


def _are_close(one: _Item, other: _Item) -> bool:
    mine, its = one.words[:200], other.words[:200]
    compared = SequenceMatcher(None, mine, its, autojunk=False)
    return (
        compared.real_quick_ratio() >= _CLOSE
        and compared.quick_ratio() >= _CLOSE
        and compared.ratio() >= _CLOSE
    )
