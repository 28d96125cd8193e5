"""What long trials share: what was tried and survived, and in which order faults are tried."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count, product
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

__all__ = ["Tally", "fault_cases", "new_folder"]

FaultT = TypeVar("FaultT", bound=Mapping[str, object])


class Tally:
    """How many trials of each name there were, and how many survived."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._tried, self._survived = Counter[str](), Counter[str]()

    @property
    def all_survived(self) -> bool:
        """Whether every trial did."""
        return self._survived == self._tried

    def attempt(self, name: str, trial: Callable[[], bool | None]) -> bool:
        """Carry out a trial, which fails with an `AssertionError`. Returns whether there was
        anything to try.
        """
        try:
            if trial() is False:
                return False
        except AssertionError as error:
            print(f"NOT SURVIVED  {name}: {str(error)[:300]}")
        else:
            self._survived[name] += 1
        self._tried[name] += 1
        return True

    def attempt_each(
        self, name: str, trial: Callable[[int], bool | None], *, step: int = 1
    ) -> None:
        """The same for the numbers from 1 on, until there is nothing to try."""
        for number in count(1, step):
            if not self.attempt(name, lambda number=number: trial(number)):  # type: ignore[misc]
                return

    def print(self, first: Iterable[str] = ()) -> None:
        """Print the table, with some names first."""
        print(f"| {'what went wrong':44} | tried | survived |\n| {'-' * 44} | ----: | -------: |")
        for name in dict.fromkeys([*first, *self._tried]):
            if self._tried[name]:
                print(f"| {name:44} | {self._tried[name]:5} | {self._survived[name]:8} |")
        print(f"| {'all':44} | {self._tried.total():5} | {self._survived.total():8} |")
        print(f"\n{time.monotonic() - self._started:.0f} s")


def fault_cases(
    faults: Sequence[FaultT], calls: int, *, step: int = 1, first: int = 0
) -> Iterator[tuple[FaultT, int, bool]]:
    """Each fault at each call, once and lasting: every nth of them, from the `first` on."""
    return iter(list(product(faults, range(1, calls + 1), (False, True)))[first::step])


def new_folder(parent: str) -> Path:
    """A fresh folder within another."""
    return Path(mkdtemp(dir=parent))
