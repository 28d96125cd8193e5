"""Grids of cases that are too many for every run of the tests: `make test` plays some of each kind,
`make trials` the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import pytest
from _pytest.mark import ParameterSet

__all__ = ["in_part", "in_turns"]


def in_part(
    cases: Iterable[Any], *, every: int, kind: Callable[[Any], Hashable] = lambda _case: None
) -> list[ParameterSet]:
    """The cases for `pytest.mark.parametrize`: of each kind the first and every nth after it are
    played always, the others are marked as trials. A tuple holds the values of several arguments.

    A product of two lists has no kinds where `every` shares no factor with the length of the
    second: then each value of the one meets others of the second.
    """
    met = Counter[Hashable]()
    parameters = []
    for case in cases:
        is_played = met[kind(case)] % every == 0
        met[kind(case)] += 1
        values = case if isinstance(case, tuple) else (case,)
        parameters.append(pytest.param(*values, marks=() if is_played else pytest.mark.trial))
    return parameters


def in_turns(first: Iterable[Any], second: Sequence[Any]) -> list[ParameterSet]:
    """Each of the first with each of the second, for `pytest.mark.parametrize`. Each of the first
    is always played with one of the second, which take turns; the other pairs are trials.
    """
    return [
        pytest.param(one, other, marks=() if turn % len(second) == place else pytest.mark.trial)
        for turn, one in enumerate(first)
        for place, other in enumerate(second)
    ]
