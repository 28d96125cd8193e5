"""Which sources each number is made of, and what is said where one of them could not be read:
unknown is not empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from okrsync.measures.parts import parts_of
from okrsync.measures.reasons import day
from okrsync.measures.result import Measure, Measured, Sources
from okrsync.measures.rules import Rules
from okrsync.model.okrs import Objective
from okrsync.model.tree import Tree, children_first

__all__ = ["Unread", "tell_sources"]


@dataclass(frozen=True, slots=True)
class Unread:
    """A source that could not be read. `numbers_of` is the day its last good numbers were read,
    which count meanwhile; None where none count.

    `under` are the objectives under which its own would then hang.
    """

    numbers_of: date | None
    under: tuple[str, ...] = ()


def tell_sources(
    tree: Tree,
    measured: Measured,
    rules: Rules,
    unread: Mapping[str, Unread],
    source_rules: Mapping[str, Rules] | None = None,
) -> Measured:
    """The measures with the sources that each objective is made of. Where one of them could not be
    read, the reason says so.

    An objective over five sources, of which `ops` did not answer: "4 of 5 sources read; ops as of
    21 Nov 2026."
    """
    names = {objective.source for objective in tree.objectives.values()}
    if len(names) < 2 and not unread:
        return measured
    items: dict[str, Measure] = {}
    made_of = _made_of(tree, rules, unread, source_rules or {})
    shared: dict[frozenset[str], Sources] = {}
    for objective in tree.objectives.values():
        of = made_of[objective.id]
        if of not in shared:
            shared[of] = Sources(
                tuple(sorted(of - unread.keys())), tuple(sorted(of & unread.keys()))
            )
        sources = shared[of]
        measure = measured.items[objective.id]
        items[objective.id] = measure._replace(
            sources=sources, reason=_with_age(measure.reason, sources, unread)
        )
        if objective.source in unread:
            alone = Sources((), (objective.source,))
            for key_result in objective.key_results:
                measure = measured.items[key_result.id]
                items[key_result.id] = measure._replace(
                    sources=alone, reason=_with_age(measure.reason, alone, unread)
                )
    return Measured(
        {id_: items.get(id_, measure) for id_, measure in measured.items.items()}, measured.warnings
    )


def _made_of(
    tree: Tree, rules: Rules, unread: Mapping[str, Unread], source_rules: Mapping[str, Rules]
) -> dict[str, frozenset[str]]:
    """By objective, the sources its numbers come from: its own, where it has numbers there, and
    those of the children that it takes.
    """
    absent: dict[str, set[str]] = {}
    for name, source in unread.items():
        for id_ in source.under:
            absent.setdefault(id_, set()).add(name)
    found: dict[str, frozenset[str]] = {}
    for objective in children_first(tree):
        below = [tree.objectives[id_] for id_ in tree.children.get(objective.id, ())]
        own = source_rules.get(objective.source, rules)
        found[objective.id] = frozenset(
            _parts(objective, below, absent.get(objective.id, set()), own, found)
        )
    return found


def _parts(
    objective: Objective,
    below: Sequence[Objective],
    absent: set[str],
    rules: Rules,
    found: Mapping[str, frozenset[str]],
) -> Iterator[str]:
    # What could not be read would be a child as well: any will do to ask whether children count.
    from_key_results, from_children = parts_of(
        objective, below or [objective] * bool(absent), rules
    )
    if from_children:
        yield from absent
        for child in below:
            yield from found[child.id]
    is_typed = objective.given_progress is not None or objective.given_status is not None
    if from_key_results or not from_children or (is_typed and not below):
        yield objective.source


def _with_age(reason: str, sources: Sources, unread: Mapping[str, Unread]) -> str:
    if not sources.unread:
        return reason
    if len(sources) == 1:
        numbers_of = unread[sources.unread[0]].numbers_of
        return reason if numbers_of is None else f"{reason} As of {day(numbers_of)}."
    told = ", ".join(_standing(name, unread[name]) for name in sources.unread)
    return f"{reason} {sources.words} read; {told}."


def _standing(name: str, source: Unread) -> str:
    return (
        f"{name} not counted"
        if source.numbers_of is None
        else f"{name} as of {day(source.numbers_of)}"
    )
