"""What is withheld of the items of private sources: they count, and their words stay out of what
others read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from msgspec.structs import replace

from okrsync.measures.picture import Picture
from okrsync.measures.reasons import below_words
from okrsync.measures.result import Measure
from okrsync.model.okrs import Objective
from okrsync.model.tree import Shared, Tree

__all__ = ["PRIVATE", "without_private"]

PRIVATE = "private"
"""What stands in place of a title that is withheld."""


def without_private(picture: Picture, sources: Collection[str]) -> Picture:
    """The picture as others read it: without titles, comments, reasons and warnings of the items of
    these sources. Numbers, statuses, owners and addresses stay.
    """
    if not sources:
        return picture
    trees = (picture.tree, picture.closed, picture.others)
    ids = {
        id_
        for tree in trees
        for objective in tree.objectives.values()
        if objective.source in sources
        for id_ in (objective.id, *(kr.id for kr in objective.key_results))
    }
    tree, closed, others = (_withheld_tree(each, ids) for each in trees)
    measures, closed_measures, other_measures = (
        {id_: _withheld_measure(id_, measure, ids) for id_, measure in each.items()}
        for each in (picture.measures, picture.closed_measures, picture.other_measures)
    )
    return dataclasses.replace(
        picture,
        tree=tree,
        closed=closed,
        others=others,
        measures=measures,
        closed_measures=closed_measures,
        other_measures=other_measures,
        movements=tuple(
            dataclasses.replace(each, title=PRIVATE) if each.id in ids else each
            for each in picture.movements
        ),
        warnings=tuple(each for each in picture.warnings if each.source not in sources),
    )


def _withheld_tree(tree: Tree, ids: Collection[str]) -> Tree:
    shared = {
        id_: tuple(
            Shared(replace(kr, title=PRIVATE, comment=None), share) if kr.id in ids else each
            for each in results
            for kr, share in (each,)
        )
        for id_, results in tree.shared.items()
    }
    return dataclasses.replace(
        tree,
        objectives={
            id_: _withheld(objective) if id_ in ids else objective
            for id_, objective in tree.objectives.items()
        },
        shared=shared,
        warnings=(),
    )


def _withheld(objective: Objective) -> Objective:
    key_results = tuple(replace(kr, title=PRIVATE, comment=None) for kr in objective.key_results)
    return replace(objective, title=PRIVATE, comment=None, key_results=key_results)


def _withheld_measure(id_: str, measure: Measure, ids: Collection[str]) -> Measure:
    below = measure.worst_below
    if below is not None and below.id in ids:
        told = below_words(below.status, below.title)
        reason = measure.reason.replace(told, below_words(below.status, PRIVATE))
        measure = measure._replace(reason=reason, worst_below=below._replace(title=PRIVATE))
    return measure._replace(reason="") if id_ in ids else measure
