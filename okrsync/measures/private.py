"""What is withheld of private items: they count, and their words stay out of what others read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec.structs import replace

from okrsync.measures.picture import Picture
from okrsync.measures.reasons import below_words
from okrsync.measures.result import Measure
from okrsync.model.okrs import KeyResult, LedgerEntry, Objective, Observation, Origin, Warning_
from okrsync.model.table import CellRef
from okrsync.model.tree import Shared, Tree

__all__ = ["PRIVATE", "without_private", "without_private_words"]

PRIVATE = "private"
"""What stands in place of a title that is withheld."""


def without_private(
    picture: Picture, sources: Collection[str], reader: str | None = None
) -> Picture:
    """The picture as others read it: without titles, comments, reasons and warnings of the items of
    these sources, and of items that their own row calls private. Numbers, statuses and owners stay,
    and so do addresses, but for a title in them. `reader` is the source that reads: what its own
    rows call private stands there anyway.
    """

    def is_withheld(item: Objective | KeyResult) -> bool:
        source = item.origin.source
        return source in sources or (item.private and source != reader)

    trees = (picture.tree, picture.closed, picture.others)
    items: list[Objective | KeyResult] = []
    for each in trees:
        for objective in each.objectives.values():
            items += (objective, *objective.key_results)
    withheld = {item.id for item in items if is_withheld(item)}
    if not withheld:
        return picture
    tree, closed, others = (_withheld_tree(each, is_withheld) for each in trees)
    measures, closed_measures, other_measures = (
        {id_: _withheld_measure(id_, measure, withheld) for id_, measure in each.items()}
        for each in (picture.measures, picture.closed_measures, picture.other_measures)
    )
    return replace(
        picture,
        tree=tree,
        closed=closed,
        others=others,
        measures=measures,
        closed_measures=closed_measures,
        other_measures=other_measures,
        movements=tuple(
            replace(each, title=PRIVATE) if each.id in withheld else each
            for each in picture.movements
        ),
        warnings=tuple(_quoting_nothing_withheld(picture.warnings, items, withheld)),
    )


def without_private_words(
    histories: Mapping[str, tuple[LedgerEntry, ...]], whole: Picture, shown: Picture
) -> dict[str, tuple[LedgerEntry, ...]]:
    """What was seen of items, without the comments and addresses of those whose words `shown`
    withholds and `whole` does not.
    """
    items, withheld = whole.items, shown.items
    return {
        id_: (
            tuple(replace(each, comment=None, at=None) for each in entries)
            if id_ in items and items[id_].title != withheld[id_].title
            else entries
        )
        for id_, entries in histories.items()
    }


def _withheld_tree(tree: Tree, is_withheld: Callable[[Objective | KeyResult], bool]) -> Tree:
    def shown(key_result: KeyResult) -> KeyResult:
        return _withheld_key_result(key_result) if is_withheld(key_result) else key_result

    def shown_objective(objective: Objective) -> Objective:
        key_results = tuple(map(shown, objective.key_results))
        if is_withheld(objective):
            objective = _withheld_objective(objective)
        return replace(objective, key_results=key_results)

    return replace(
        tree,
        objectives={id_: shown_objective(objective) for id_, objective in tree.objectives.items()},
        shared={
            id_: tuple(Shared(shown(kr), share) for kr, share in results)
            for id_, results in tree.shared.items()
        },
        warnings=(),
    )


def _withheld_key_result(key_result: KeyResult) -> KeyResult:
    return replace(
        key_result,
        title=PRIVATE,
        comment=None,
        origin=_withheld_origin(key_result.origin),
        observations=tuple(map(_withheld_observation, key_result.observations)),
        plan_cells=(),
    )


def _withheld_objective(objective: Objective) -> Objective:
    numbers = objective.numbers
    return replace(
        objective,
        title=PRIVATE,
        comment=None,
        origin=_withheld_origin(objective.origin),
        numbers=None if numbers is None else _withheld_key_result(numbers),
    )


def _withheld_origin(origin: Origin) -> Origin:
    """The origin without the words of the row: where columns have no letters, its label is its
    title.
    """
    if origin.row.label is None:
        return origin
    return replace(origin, row=replace(origin.row, label=PRIVATE), beyond={})


def _withheld_observation(observation: Observation) -> Observation:
    address = observation.at.address
    label, dot, column = address.rpartition(" · ")
    cell = replace(observation.at, address=f"{PRIVATE}{dot}{column}") if label else observation.at
    return replace(observation, comment=None, at=cell)


def _withheld_measure(id_: str, measure: Measure, ids: Collection[str]) -> Measure:
    below = measure.worst_below
    if below is not None and below.id in ids:
        quoted = below_words(below.status, below.title)
        reason = measure.reason.replace(quoted, below_words(below.status, PRIVATE))
        measure = measure._replace(reason=reason, worst_below=below._replace(title=PRIVATE))
    return measure._replace(reason="") if id_ in ids else measure


def _quoting_nothing_withheld(
    warnings: Iterable[Warning_], items: Iterable[Objective | KeyResult], withheld: Collection[str]
) -> Iterable[Warning_]:
    """The warnings that quote no withheld item. Of a source that has one, only those about a cell
    of another item are known to quote none.
    """
    sources, cells = set[str](), set[tuple[str, CellRef]]()
    for item in items:
        source = item.origin.source
        if item.id in withheld:
            sources.add(source)
            continue
        for role in item.origin.columns:
            if (cell := item.origin.cell(role)) is not None:
                cells.add((source, cell))
    for warning in warnings:
        if warning.source not in sources or (
            warning.at is not None and (warning.source, warning.at) in cells
        ):
            yield warning
