"""Fills empty weights beside percents: they share what remains of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from msgspec.structs import replace

from okrsync.mapping.sheet import Record, Sheet
from okrsync.model.okrs import KeyResult, Objective, Warning_

__all__ = ["may_state_weights", "with_shared_weights"]

_ZERO, _ONE, _HUNDRED = Decimal(0), Decimal(1), Decimal(100)
_STATING = frozenset({"weight", "parent"})
_LEAST_POINTS = 5
"""Whole numbers from 5 up are percents; smaller ones are relative weights, such as 1, 2 and 3."""


def may_state_weights(sheet: Sheet, records: Iterable[Record]) -> bool:
    """Whether a record of a table may state a weight, by itself or beside its parent. Where none of
    a source does, there is nothing to share.
    """
    return not _STATING.isdisjoint((*sheet.roles, *sheet.labels)) or any(
        not _STATING.isdisjoint((*(record.roles or ()), *record.values))
        for record in records
        if record.roles is not None or record.values
    )


def with_shared_weights(
    objectives: Sequence[Objective],
) -> tuple[list[Objective], list[Warning_]]:
    """The objectives with the empty weights of their key results filled, whichever tables these
    stand in, and a warning about each.
    """
    weighted: list[Objective] = []
    warnings: list[Warning_] = []
    for objective in objectives:
        key_results = objective.key_results
        are_empty = all("weight" in kr.inferred for kr in key_results)
        for change in () if are_empty else (_on_one_scale, _share_weights):
            changed = change(key_results)
            if changed is not None:
                key_results, first, what = changed
                cell = first.origin.cell("weight") or first.origin.title_cell
                warnings.append(Warning_("weights-shared", objective.source, cell, what))
        if not any(kr.weight != 1 for kr in key_results):
            key_results = _without_mark(key_results)
        is_changed = key_results is not objective.key_results
        weighted.append(replace(objective, key_results=key_results) if is_changed else objective)
    return weighted, warnings


Changed = tuple[tuple[KeyResult, ...], KeyResult, str]
"""Key results with other weights, the first that got one, and a sentence about it."""


def _share_weights(key_results: tuple[KeyResult, ...]) -> Changed | None:
    """The key results of one objective with their empty weights filled; None where no weight is
    empty, all are empty, or the others are no percents.

    Beside 40 % and 30 %, two empty weights get 15 % each.
    """
    given = [kr.weight for kr in key_results if "weight" not in kr.inferred]
    empty = [kr for kr in key_results if "weight" in kr.inferred]
    whole = _whole(given)
    if not empty or whole is None:
        return None
    rest = max(whole - sum(given, _ZERO), _ZERO)
    percent = f"{(rest * 100 / whole).normalize():f} %"
    what = (
        f"{len(empty)} of {len(key_results)} weights are empty, so they share the remaining"
        f" {percent}"
    )
    filled = tuple(
        replace(kr, weight=rest / len(empty)) if "weight" in kr.inferred else kr
        for kr in key_results
    )
    return filled, empty[0], what


def _without_mark(key_results: tuple[KeyResult, ...]) -> tuple[KeyResult, ...]:
    """Key results that all have the weight 1, where an empty weight says nothing."""
    if not any("weight" in kr.inferred for kr in key_results):
        return key_results
    return tuple([replace(kr, inferred=_without_weight(kr.inferred)) for kr in key_results])


@lru_cache(maxsize=64)
def _without_weight(inferred: frozenset[str]) -> frozenset[str]:
    # One set for all key results that have the same, instead of a set for each.
    return inferred - {"weight"}


def _on_one_scale(key_results: tuple[KeyResult, ...]) -> Changed | None:
    """Weights on one scale where some are percents (`40 %`) and others bare numbers (`40`), and all
    of them make up one whole; None where they are on one already.
    """
    given = [kr for kr in key_results if "weight" not in kr.inferred and kr.weight]
    shares = [kr for kr in given if 0 < kr.weight < 1]
    points = [kr for kr in given if kr.weight >= _LEAST_POINTS]
    if not shares or not points or len(shares) + len(points) < len(given):
        return None
    total = sum((kr.weight * 100 for kr in shares), _ZERO) + sum(kr.weight for kr in points)
    if total > _HUNDRED + 1:
        return None
    texts = " and ".join(f"{kr.weight.normalize():f}" for kr in (shares[0], points[0]))
    what = f"weights such as {texts} stand beside each other; all are taken for percents"
    ids = {kr.id for kr in shares}
    scaled = tuple(
        replace(kr, weight=kr.weight * 100) if kr.id in ids else kr for kr in key_results
    )
    return scaled, shares[0], what


def _whole(given: Sequence[Decimal]) -> Decimal | None:
    """The sum that the weights are parts of: 1 or 100; None where they are no percents."""
    if not given or not any(given) or min(given) < 0:
        return None
    if max(given) <= 1 and any(weight % 1 for weight in given):
        return _ONE
    if min(weight for weight in given if weight) >= _LEAST_POINTS and sum(given) <= _HUNDRED:
        return _HUNDRED
    return None
