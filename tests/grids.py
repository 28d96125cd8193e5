"""Grids of cases that are too many for every run of the tests: `make test` plays some of each kind,
`make trials` the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import pytest
from _pytest.mark import ParameterSet

__all__ = ["in_part", "in_turns", "kind_of_fault", "leave_out_trials"]

_leaves_out_trials = False


def leave_out_trials(are_left_out: bool) -> None:
    """From now on make no tests that would be trials: to make thousands and then deselect them
    costs each worker half a second.
    """
    global _leaves_out_trials
    _leaves_out_trials = are_left_out


def _parameter(values: tuple[Any, ...], *, is_played: bool) -> list[ParameterSet]:
    if is_played:
        return [pytest.param(*values)]
    return [] if _leaves_out_trials else [pytest.param(*values, marks=pytest.mark.trial)]


def in_part(
    cases: Iterable[Any], *, every: int, kind: Callable[[Any], Hashable] = lambda _case: None
) -> list[ParameterSet]:
    """The cases for `pytest.mark.parametrize`: of each kind the first and every nth after it are
    played always, the others are marked as trials. A tuple holds the values of several arguments.

    A product of two lists has no kinds where `every` shares no factor with the length of the
    second: then each value of the one meets others of the second.
    """
    met = Counter[Hashable]()
    parameters: list[ParameterSet] = []
    for case in cases:
        is_played = met[kind(case)] % every == 0
        met[kind(case)] += 1
        values = case if isinstance(case, tuple) else (case,)
        parameters += _parameter(values, is_played=is_played)
    return parameters


def in_turns(
    first: Iterable[Any],
    second: Sequence[Any],
    *,
    kind: Callable[[Any], Hashable] | None = None,
) -> list[ParameterSet]:
    """Each of the first with each of the second, for `pytest.mark.parametrize`. Each of the first,
    or of each `kind` of it one, is always played with one of the second, which take turns; the
    other pairs are trials.
    """
    met = set[Hashable]()
    parameters: list[ParameterSet] = []
    for number, one in enumerate(first):
        its_kind = number if kind is None else kind(one)
        turn = None if its_kind in met else len(met) % len(second)
        met.add(its_kind)
        for place, other in enumerate(second):
            parameters += _parameter((one, other), is_played=turn == place)
    return parameters


def kind_of_fault(fault: Mapping[str, Any]) -> Hashable:
    """What a fault of a service is like: all errors of a server are alike, and so are answers that
    are cut short, wherever they are.
    """
    alike = {"status": min(fault.get("status", 0), 500), "keep": "keep" in fault}
    return repr(sorted({**fault, **alike}.items()))
