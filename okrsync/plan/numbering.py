"""Keeps the ids that people see: `O1/KR2` stays with its item when rows are inserted above it,
sorted, or moved to another tab.

`understand` numbers items in reading order. Here each item gets back the id it was first shown
with, and a new item takes the next number that no item ever had. An id from a column of ids always
wins: people gave it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from okrsync.model.okrs import KeyResult, Objective

if TYPE_CHECKING:
    from okrsync.model.source_okrs import Okrs

__all__ = ["given_ids", "with_lasting_ids"]

# At most nine digits: people type ids such as O20261130123456, which must not raise the count.
_OBJECTIVE, _KEY_RESULT = re.compile(r"O(\d{1,9})"), re.compile(r"KR(\d{1,9})")


def given_ids(objectives: Iterable[Objective]) -> dict[str, str]:
    """By item key, the ids that okrsync gave, without the source's name: `O1`, `O1/KR2`. Items with
    an id of their own are left out.
    """
    return {
        item.key: item.id.removeprefix(f"{item.origin.source}/")
        for item in _items(objectives)
        if item.own_id is None
    }


def with_lasting_ids(okrs: Okrs, remembered: Mapping[str, str]) -> Okrs:
    """The OKRs with the ids they were first shown with. `remembered` holds, by item key, every id
    ever given in this source (see `given_ids`); if it is empty, the reading order stays.
    """
    # A first run, or a lost state: the reading order is the best there is.
    if not remembered:
        return okrs
    numbers = _Numbers(okrs, remembered)
    renamed: dict[str, str] = {}
    objectives = []
    for objective in okrs.objectives:
        id_ = objective.id if objective.own_id is not None else numbers.of_objective(objective)
        items = tuple(
            _called(item, numbers.of_key_result(item, objective.id, id_))
            for item in objective.key_results
        )
        renamed |= {old.id: new.id for old, new in zip(objective.key_results, items, strict=True)}
        renamed[objective.id] = id_
        if id_ != objective.id or any(
            new is not old for old, new in zip(objective.key_results, items, strict=True)
        ):
            own_numbers = objective.numbers
            objective = replace(
                objective,
                id=id_,
                key_results=items,
                numbers=None if own_numbers is None else replace(own_numbers, id=id_),
            )
        objectives.append(objective)
    return replace(
        okrs, objectives=tuple(_with_parent(objective, renamed) for objective in objectives)
    )


def _called(item: KeyResult, id_: str) -> KeyResult:
    return item if item.id == id_ else replace(item, id=id_)


def _with_parent(objective: Objective, renamed: Mapping[str, str]) -> Objective:
    """The objective with the lasting id of its parent. A parent that a person typed already is one;
    a parent that okrsync inferred is an id of this reading.
    """
    if objective.parent is None or "parent" not in objective.inferred:
        return objective
    parent = renamed.get(objective.parent, objective.parent)
    return objective if parent == objective.parent else replace(objective, parent=parent)


class _Numbers:
    """Hands out the ids of one source, each to one item only."""

    def __init__(self, okrs: Okrs, remembered: Mapping[str, str]) -> None:
        self._prefix = f"{okrs.source}/"
        self._remembered = remembered
        own_ids = {
            item.id.removeprefix(self._prefix) for item in _items(okrs.objectives) if item.own_id
        }
        self._peoples = frozenset(own_ids)
        # Ids of items that are gone stay taken: a number that came back would carry old comments.
        self._taken_ids = {*remembered.values(), *own_ids}
        self._highest: dict[str, int] = {}
        for id_ in self._taken_ids:
            above, _, last = id_.rpartition("/")
            number = (_KEY_RESULT if above else _OBJECTIVE).fullmatch(last)
            if number is not None:
                self._highest[above] = max(self._highest.get(above, 0), int(number[1]))

    def of_objective(self, objective: Objective) -> str:
        remembered_id = self._remembered.get(objective.key)
        if remembered_id is not None and remembered_id not in self._peoples:
            return self._prefix + remembered_id
        return self._prefix + self._next("", "O")

    def of_key_result(self, item: KeyResult, read_under: str, objective_id: str) -> str:
        """The id of a key result that was read under the id `read_under`, and whose objective is
        called `under`.
        """
        if item.own_id is not None:
            # Ids such as KR1 that begin anew under each objective are shown with the objective's.
            is_scoped = item.id == f"{read_under}/{item.own_id}"
            return f"{objective_id}/{item.own_id}" if is_scoped else item.id
        remembered_id = self._remembered.get(item.key)
        if remembered_id is not None and remembered_id not in self._peoples:
            return self._prefix + remembered_id
        above = objective_id.removeprefix(self._prefix)
        as_read = f"{above}/{item.id.rpartition('/')[2]}"
        if above not in self._highest and as_read not in self._taken_ids:
            return self._take(as_read)
        return self._prefix + self._next(above, "KR")

    def _next(self, above: str, letters: str) -> str:
        number = self._highest.get(above, 0) + 1
        while (id_ := f"{above}/{letters}{number}".lstrip("/")) in self._taken_ids:
            number += 1
        self._highest[above] = number
        self._taken_ids.add(id_)
        return id_

    def _take(self, id_: str) -> str:
        self._taken_ids.add(id_)
        return self._prefix + id_


def _items(objectives: Iterable[Objective]) -> Iterator[Objective | KeyResult]:
    for objective in objectives:
        yield objective
        yield from objective.key_results
