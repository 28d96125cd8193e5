"""Names the sources behind each number, and says so when one of them could not be read: unknown is
not empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from okrsync.measures.parts import parts_of
from okrsync.measures.reasons import day
from okrsync.measures.result import Measure, Measured, Sources
from okrsync.measures.rules import Rules
from okrsync.model.frozen import Frozen
from okrsync.model.okrs import Objective
from okrsync.model.tree import Tree, children_first

__all__ = ["Unread", "add_sources"]


class Unread(Frozen, frozen=True):
    """A source that could not be read.

    `numbers_of` is the day on which its last good numbers were read, which count meanwhile; None if
    none count. `parent_ids` holds the ids of the objectives that are parents of its objectives.
    """

    numbers_of: date | None
    parent_ids: tuple[str, ...] = ()


def add_sources(
    tree: Tree,
    measured: Measured,
    rules: Rules,
    unread: Mapping[str, Unread],
    source_rules: Mapping[str, Rules] | None = None,
) -> Measured:
    """The measures with the sources behind each objective. If one of them could not be read, the
    reason says so.

    An objective over five sources, of which `ops` did not answer: "4 of 5 sources read; ops as of
    21 Nov 2026."
    """
    names = {objective.source for objective in tree.objectives.values()}
    if len(names) < 2 and not unread:
        return measured
    items: dict[str, Measure] = {}
    sources_by_objective = _sources_of_objectives(tree, rules, unread, source_rules or {})
    shared: dict[frozenset[str], Sources] = {}
    for objective in tree.objectives.values():
        source_names = sources_by_objective[objective.id]
        if source_names not in shared:
            shared[source_names] = Sources(
                tuple(sorted(source_names - unread.keys())),
                tuple(sorted(source_names & unread.keys())),
            )
        sources = shared[source_names]
        measure = measured.items[objective.id]
        items[objective.id] = measure._replace(
            sources=sources, reason=_with_age(measure.reason, sources, unread)
        )
        if objective.source in unread:
            own_source = Sources((), (objective.source,))
            for key_result in objective.key_results:
                measure = measured.items[key_result.id]
                items[key_result.id] = measure._replace(
                    sources=own_source, reason=_with_age(measure.reason, own_source, unread)
                )
    return Measured(
        {id_: items.get(id_, measure) for id_, measure in measured.items.items()}, measured.warnings
    )


def _sources_of_objectives(
    tree: Tree, rules: Rules, unread: Mapping[str, Unread], source_rules: Mapping[str, Rules]
) -> dict[str, frozenset[str]]:
    """The sources behind each objective's numbers, by its id: its own source if it has numbers
    there, and the sources of the children that count.
    """
    absent: dict[str, set[str]] = {}
    for name, source in unread.items():
        for id_ in source.parent_ids:
            absent.setdefault(id_, set()).add(name)
    sources_by_objective: dict[str, frozenset[str]] = {}
    for objective in children_first(tree):
        below = [tree.objectives[id_] for id_ in tree.children.get(objective.id, ())]
        own_rules = source_rules.get(objective.source, rules)
        sources_by_objective[objective.id] = frozenset(
            _part_sources(
                objective, below, absent.get(objective.id, set()), own_rules, sources_by_objective
            )
        )
    return sources_by_objective


def _part_sources(
    objective: Objective,
    below: Sequence[Objective],
    absent: set[str],
    rules: Rules,
    sources_by_objective: Mapping[str, frozenset[str]],
) -> Iterator[str]:
    # Children in an unread source count too. `parts_of` only asks whether there are children, so
    # the objective itself stands in for one that nobody could read.
    from_key_results, from_children = parts_of(
        objective, below or [objective] * bool(absent), rules
    )
    if from_children:
        yield from absent
        for child in below:
            yield from sources_by_objective[child.id]
    is_typed = objective.given_progress is not None or objective.given_status is not None
    if from_key_results or not from_children or (is_typed and not below):
        yield objective.source


def _with_age(reason: str, sources: Sources, unread: Mapping[str, Unread]) -> str:
    if not sources.unread:
        return reason
    if len(sources) == 1:
        numbers_of = unread[sources.unread[0]].numbers_of
        return reason if numbers_of is None else f"{reason} As of {day(numbers_of)}."
    unread_words = ", ".join(_unread_words(name, unread[name]) for name in sources.unread)
    return f"{reason} {sources.words} read; {unread_words}."


def _unread_words(name: str, source: Unread) -> str:
    return (
        f"{name} not counted"
        if source.numbers_of is None
        else f"{name} as of {day(source.numbers_of)}"
    )
