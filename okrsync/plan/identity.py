"""Keeps the identity of an item when its words change: a reworded key result keeps the key it is
remembered by, and with it its history.

A row's natural key is made of its words (`rows.identity`), so rewording makes one item vanish and
another appear. The two are matched again if only one pair fits: by the anchor of the row; by the
same words, when ids were added; or by the same row or target under the same objective with close
wording. If two fit, neither is guessed, and a warning names them.

A row that is used again, for another cycle or another key result, holds a new item. What stands
beside it was written to the one that vanished: its predecessor. So is what stands beside the copy
of a row or a tab, with which many a team begins a cycle: it was written to the row that was copied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType

from msgspec import field as struct_field
from msgspec.structs import replace

from okrsync.mapping.rows.identity import bare_title, with_keys
from okrsync.mapping.sheet import folded
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import KeyResult, Objective, Warning_
from okrsync.model.source_okrs import Okrs

__all__ = [
    "Aliases",
    "Lasting",
    "Predecessors",
    "copied_from",
    "keys_of",
    "lasting",
]

Aliases = Mapping[str, str]
"""The key by which an item is remembered, by its natural key, if the two differ."""

Predecessors = Mapping[str, Sequence[str]]
"""By the key of a new item, those of others beside which okrsync may have written what stands in
its row: vanished ones that stood there or read like it, and those whose copy it may be.
"""

_CLOSE = 0.6
"""Wordings with at least this similarity may name the same key result."""
_MOST = 0.5
"""A table that was renamed holds at least this share of the items that it held before."""
_SAME = 0.75
"""Tables that exchanged their names hold at least this share of what the other one held."""
_MOST_TWINS = 8
"""So many items that read like a new one are looked at as what it may be a copy of."""
_MANY = 400
"""With more candidates than these on either side, wordings are not compared pair by pair: a sheet
was exchanged, not reworded.
"""


class Lasting(Frozen, frozen=True):
    """OKRs with the keys by which they are remembered, the aliases that led there, and what stood
    in the rows of new items.
    """

    okrs: Okrs
    aliases: Aliases = struct_field(default_factory=dict)
    predecessors: Predecessors = struct_field(default_factory=dict)


def keys_of(objectives: Iterable[Objective]) -> Iterator[str]:
    """The keys of all items, objectives before their key results."""
    for objective in objectives:
        yield objective.key
        for item in objective.key_results:
            yield item.key


def lasting(
    okrs: Okrs,
    aliases: Aliases,
    before: Callable[[], Sequence[Objective]],
    known_keys: frozenset[str],
    predecessors: Predecessors = MappingProxyType({}),
) -> Lasting:
    """The OKRs with every key that was known before kept.

    `aliases` and `predecessors` are those of the last run, `known_keys` the keys remembered then
    (empty at first). `before` returns the items behind them, and is called only if one of them is
    gone. No key is given twice: an item with the words that another item once had gets a key of its
    own.
    """
    natural = list(keys_of(okrs.objectives))
    lasting_keys = {key: aliases[key] for key in natural if key in aliases}
    if known_keys and _have_boards_alike(okrs.objectives):
        lasting_keys |= _swapped(okrs.objectives, _of_source(before(), okrs.source))
    taken_keys = set(lasting_keys.values()) | {
        key for key in natural if key in known_keys and key not in lasting_keys
    }
    fresh = {key for key in natural if key not in lasting_keys and key not in known_keys}
    vanished = known_keys - taken_keys
    warnings: tuple[Warning_, ...] = ()
    new_predecessors: dict[str, Sequence[str]] = {}
    if fresh and vanished:
        matching = _ItemMatcher(
            okrs,
            _of_source(before(), okrs.source),
            fresh,
            vanished,
        )
        lasting_keys.update(matching.pairs())
        warnings = tuple(matching.warnings)
        new_predecessors = matching.predecessors()
    if fresh and known_keys:
        for key, twins in _copied(okrs.objectives, fresh - lasting_keys.keys()).items():
            known = [lasting_keys.get(twin, twin) for twin in twins]
            new_predecessors[key] = [*new_predecessors.get(key, ()), *known]
    used_keys = set(lasting_keys.values())
    for key in natural:
        if key not in lasting_keys and key in used_keys:
            # Somebody reused the old words of a row that was reworded and lives on under its old
            # key.
            lasting_keys[key] = _free(key, used_keys | set(natural))
            used_keys.add(lasting_keys[key])
    lasting_keys = {key: last for key, last in lasting_keys.items() if key != last}
    if warnings:
        okrs = replace(okrs, warnings=(*okrs.warnings, *warnings))
    if predecessors or new_predecessors:
        stay = {lasting_keys.get(key, key) for key in natural}
        new = {lasting_keys.get(key, key): gone for key, gone in new_predecessors.items()}
        predecessors = {key: gone for key, gone in predecessors.items() if key in stay} | new
    if not lasting_keys:
        return Lasting(okrs, {}, predecessors)
    objectives = tuple(
        with_keys(objective, lambda item: lasting_keys[item.key], lasting_keys)
        for objective in okrs.objectives
    )
    return Lasting(replace(okrs, objectives=objectives), lasting_keys, predecessors)


def _of_source(objectives: Iterable[Objective], source: str) -> list[Objective]:
    return [objective for objective in objectives if objective.source == source]


def _have_boards_alike(objectives: Sequence[Objective]) -> bool:
    """Whether items of several tables have the same words, so that only the table, whose name may
    change, tells them apart.
    """
    table_by_words: dict[str, str] = {}
    return any(
        table_by_words.setdefault(item.title, item.origin.table_key) != item.origin.table_key
        for objective in objectives
        for item in objective.key_results
    )


def _swapped(now: Sequence[Objective], then: Sequence[Objective]) -> dict[str, str]:
    """The keys by which items are remembered, by their natural keys, where tables have exchanged
    their names: each holds what another one held.
    """
    contents, old_contents = _contents_by_table(now), _contents_by_table(then)
    moved: dict[str, str] = {}
    for key in contents.keys() & old_contents.keys():
        shares = {old: _share(contents[key], old_contents[old]) for old in old_contents}
        best = max(shares.values())
        nearest = [old for old, share in shares.items() if share == best]
        if best >= _SAME and key not in nearest and len(nearest) == 1:
            moved[key] = nearest[0]
    if moved.keys() != {*moved.values()}:
        return {}
    marks = [(mark, key) for objective in then for mark, key in _marks(objective)]
    counts = Counter(mark for mark, _ in marks)
    last_keys = {mark: key for mark, key in marks if counts[mark] == 1}
    keys: dict[str, str] = {}
    for objective in now:
        for (table, *words), key in _marks(objective):
            last = last_keys.get((moved.get(table, ""), *words))
            if last is not None:
                keys[key] = last
    return keys


def _marks(objective: Objective) -> Iterator[tuple[tuple[str, ...], str]]:
    """For an objective and each of its key results, its table and words, and its key."""
    title = folded(objective.title)
    yield (objective.origin.table_key, "objective", title), objective.key
    for item in objective.key_results:
        yield (item.origin.table_key, "key result", title, folded(item.title)), item.key


def _copied(objectives: Sequence[Objective], new: Collection[str]) -> dict[str, list[str]]:
    """By the natural key of a new item, those of the items with the same words, in any table: it
    may be a copy of one of them.
    """
    marks = [(tuple(words), key) for each in objectives for (_, *words), key in _marks(each)]
    known: dict[tuple[str, ...], list[str]] = {}
    for words, key in marks:
        if key not in new:
            known.setdefault(words, []).append(key)
    return {
        key: known[words][-_MOST_TWINS:] for words, key in marks if key in new and words in known
    }


def copied_from(
    objectives: Sequence[Objective], others: Iterable[Objective]
) -> dict[str, list[tuple[str, str]]]:
    """By the key of an item of a new source, the source and key of the items of others with the
    same words: a file that was copied for the next cycle holds what was written beside them.
    """
    known: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for objective in others:
        for (_, *words), key in _marks(objective):
            known.setdefault(tuple(words), []).append((objective.source, key))
    marks = [(tuple(words), key) for each in objectives for (_, *words), key in _marks(each)]
    return {key: known[words][-_MOST_TWINS:] for words, key in marks if words in known}


def _share(some: Counter[Hashable], others: Counter[Hashable]) -> float:
    return (some & others).total() / max(some.total(), others.total())


def _free(key: str, used_keys: set[str]) -> str:
    number = 2
    while f"{key}~{number}" in used_keys:
        number += 1
    return f"{key}~{number}"


class _Item(Frozen, frozen=True):
    """An objective or key result with what distinguishes it. `words` is its title without number,
    `above` the lasting key of its objective.
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
    def owner(self) -> str:
        # The name of a tab may change, and its items are the same.
        team = None if "team" in self.item.inferred else self.item.team
        return folded(self.item.owner or team or "")

    @property
    def position(self) -> tuple[str, int]:
        return self.item.origin.table_key, self.item.origin.row.number

    @property
    def target(self) -> Hashable:
        return (
            (self.item.target, self.item.target_high) if isinstance(self.item, KeyResult) else None
        )


class _ItemMatcher:
    """Matches new items with vanished ones."""

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
        self._pairs: dict[str, str] = {}
        self._followed = _followed_tables(self._now, self._then)

    def pairs(self) -> Mapping[str, str]:
        """The key of the vanished item, by the natural key of the new one."""
        # Objectives first: key results are matched within the objective they belonged to.
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
        return self._pairs

    def predecessors(self) -> dict[str, Sequence[str]]:
        """The keys of the vanished items in whose rows the new ones stand, or whose words they
        have, by natural key. It takes the pairs to be found.
        """
        gone: dict[Hashable, list[str]] = {}
        known = self._vanished - set(self._pairs.values())
        for entry in (*self._objectives(self._then, known), *self._key_results(self._then, known)):
            for mark in self._places(entry):
                gone.setdefault(mark, []).append(entry.key)
        new = self._fresh - self._pairs.keys()
        found: dict[str, Sequence[str]] = {}
        for entry in (*self._objectives(self._now, new), *self._key_results(self._now, new)):
            keys = {key for mark in self._places(entry) for key in gone.get(mark, ())}
            if keys:
                found[entry.key] = sorted(keys)
        return found

    def _places(self, entry: _Item) -> Iterator[Hashable]:
        """Where an item stands, and where its words do."""
        kind, row = type(entry.item), entry.item.origin.row
        table = self._followed.get(entry.position[0], entry.position[0])
        if row.anchor is not None:
            yield kind, row.anchor
        yield kind, table, row.number
        yield kind, table, entry.above_words, entry.words

    def _objectives(self, objectives: Iterable[Objective], keys: Iterable[str]) -> list[_Item]:
        wanted_keys = frozenset(keys)
        return [
            _Item(objective, "", "") for objective in objectives if objective.key in wanted_keys
        ]

    def _key_results(self, objectives: Iterable[Objective], keys: Iterable[str]) -> list[_Item]:
        wanted_keys = frozenset(keys)
        return [
            _Item(item, self._pairs.get(objective.key, objective.key), bare_title(objective.title))
            for objective in objectives
            for item in objective.key_results
            if item.key in wanted_keys
        ]

    def _surely(self, new: list[_Item], old: list[_Item]) -> None:
        """Match by the anchor of the row, then by the same words in the same table and part of the
        tree, then in any table.
        """
        self._by(new, old, lambda entry: entry.item.origin.row.anchor)
        self._by(
            new,
            old,
            lambda entry: (
                self._followed.get(entry.position[0], entry.position[0]),
                entry.cycle,
                entry.owner,
                entry.above,
                entry.whole_words,
            ),
        )
        self._by(new, old, lambda entry: (entry.cycle, entry.owner, entry.above, entry.whole_words))
        self._by(
            new,
            old,
            lambda entry: (entry.cycle, entry.owner, entry.above, entry.above_words, entry.words),
        )
        self._by(new, old, lambda entry: (entry.cycle, entry.above, entry.words))

    def _by(self, new: list[_Item], old: list[_Item], mark: Callable[[_Item], Hashable]) -> None:
        """Match items by a mark that exactly one item on either side has."""
        ahead, behind = self._open(new), self._past(old)
        counts = Counter(mark(entry) for entry in ahead), Counter(mark(entry) for entry in behind)
        last = {mark(entry): entry for entry in behind}
        for entry in ahead:
            its = mark(entry)
            if (
                its is not None
                and counts[0][its] == counts[1][its] == 1
                and _may_be(entry, last[its])
            ):
                self._pairs[entry.key] = last[its].key

    def _likely(
        self, new: list[_Item], old: list[_Item], fits: Callable[[_Item, _Item], bool]
    ) -> None:
        """Match two items that fit, if nothing else fits either of them."""
        ahead, behind = self._open(new), self._past(old)
        # Comparing wordings takes time with the square of their number.
        if max(len(ahead), len(behind)) > _MANY:
            return
        could = {
            entry.key: [other for other in behind if _may_be(entry, other) and fits(entry, other)]
            for entry in ahead
        }
        claims = Counter(other.key for others in could.values() for other in others)
        for entry in ahead:
            others = could[entry.key]
            # Unique in both directions: two reworded rows may fit one that vanished.
            if len(others) == 1 and claims[others[0].key] == 1:
                self._pairs[entry.key] = others[0].key
            elif others:
                self._name(entry, others)

    def _open(self, new: list[_Item]) -> list[_Item]:
        return [entry for entry in new if entry.key not in self._pairs]

    def _past(self, old: list[_Item]) -> list[_Item]:
        paired_keys = set(self._pairs.values())
        return [entry for entry in old if entry.key not in paired_keys]

    def _name(self, entry: _Item, others: list[_Item]) -> None:
        were = " or ".join(
            f"{other.item.title!r:.60}, once at {other.item.origin.title_cell}"
            for other in others[:3]
        )
        message = (
            f"{entry.item.title!r:.60} may be what was {were}: it counts as new, because it is"
            " unclear which. With an id column, rows keep their history when they are reworded"
        )
        self.warnings.append(
            Warning_("unclear-identity", self.source, entry.item.origin.title_cell, message)
        )


def _followed_tables(
    objectives: Sequence[Objective], before: Sequence[Objective]
) -> Mapping[str, str]:
    """By the key of a table that is new, that of the one it was before it was renamed: the two are
    the only ones that hold most of the same items.
    """
    now, then = _contents_by_table(objectives), _contents_by_table(before)
    gone = {key: contents for key, contents in then.items() if key not in now}
    claims: dict[str, list[str]] = {}
    for key, contents in now.items():
        if key in then:
            continue
        shares = {old_key: _share(contents, old) for old_key, old in gone.items()}
        best = max(shares.values(), default=0.0)
        candidates = [old_key for old_key, share in shares.items() if share == best]
        if best >= _MOST and len(candidates) == 1:
            claims.setdefault(candidates[0], []).append(key)
    return {keys[0]: old_key for old_key, keys in claims.items() if len(keys) == 1}


def _contents_by_table(objectives: Sequence[Objective]) -> dict[str, Counter[Hashable]]:
    """By table key, how often each item stands there: its words, and apart from that its numbers,
    which tell boards with equal words apart.
    """
    contents: dict[str, Counter[Hashable]] = {}
    for objective in objectives:
        items: tuple[Objective | KeyResult, ...] = (objective, *objective.key_results)
        for item in items:
            entry = _Item(item, "", "")
            counts = contents.setdefault(entry.position[0], Counter())
            counts[entry.words, entry.owner, entry.target] += 1
            numbers = item if isinstance(item, KeyResult) else item.numbers
            if numbers is not None:
                counts[entry.words, numbers.baseline, numbers.current, numbers.target] += 1
    return contents


def _may_be(entry: _Item, other: _Item) -> bool:
    """Whether two items can be the same at all: items of different cycles never are."""
    return entry.cycle == other.cycle and isinstance(entry.item, Objective) == isinstance(
        other.item, Objective
    )


def _is_same_objective(entry: _Item, other: _Item) -> bool:
    assert isinstance(entry.item, Objective)
    assert isinstance(other.item, Objective)
    below = ({bare_title(kr.title) for kr in item.key_results} for item in (entry.item, other.item))
    titles, other_titles = below
    if (
        titles
        and other_titles
        and len(titles & other_titles) * 2 >= max(len(titles), len(other_titles))
    ):
        return True
    return _are_close(entry, other) and (
        entry.position == other.position or entry.owner == other.owner
    )


def _is_same_key_result(entry: _Item, other: _Item) -> bool:
    """Whether both have the same objective, and two of three: the same row, the same target and
    owner, close wording.
    """
    if entry.above != other.above:
        return False
    same_target = entry.target == other.target and entry.target != (None, None)
    same_place = entry.position == other.position
    if same_place and same_target and entry.owner == other.owner:
        return True
    return (same_place or (same_target and entry.owner == other.owner)) and _are_close(entry, other)


def _are_close(entry: _Item, other: _Item) -> bool:
    # ratio() takes time with the square of the length, and titles can be whole paragraphs.
    words, other_words = entry.words[:200], other.words[:200]
    # autojunk drops frequent letters of texts over 200 characters:
    # https://docs.python.org/3/library/difflib.html#difflib.SequenceMatcher
    compared = SequenceMatcher(None, words, other_words, autojunk=False)
    return (
        # Upper bounds first, the cheapest of them in front; most pairs fail there.
        compared.real_quick_ratio() >= _CLOSE
        and compared.quick_ratio() >= _CLOSE
        and compared.ratio() >= _CLOSE
    )
