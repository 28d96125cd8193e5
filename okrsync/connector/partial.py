"""A write that gets through in part: what fails for good costs itself, and nothing beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

from okrsync.connector.entries import Outcome, State
from okrsync.connector.network import Network
from okrsync.model.errors import SourceChanged, SourceError

__all__ = ["PartialWrite"]

_MOST_FAILURES = 3
"""A service that fails so often is asked no more in this run."""


@dataclass(slots=True)
class PartialWrite:
    """Carries the steps of one write out, each with its own share of the entries, and keeps what
    became of them in `outcomes`.

    A step that fails for good makes its entries `failed`, and the next one is tried. After a
    failure each request has the time of one answer; after three, what is left is not tried.
    """

    network: Network
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _errors: list[SourceError] = field(default_factory=list)
    _lost_cells: list[SourceError] = field(default_factory=list)

    def carry_out(
        self,
        ids: Iterable[str],
        step: Callable[[], Mapping[str, Outcome]],
        *,
        is_extra: bool = False,
    ) -> None:
        """Call `step`, which answers with what became of its entries, `ids`. `is_extra` says that
        they go with the cells: a note, a view, the summary.

        Raises `SourceChanged` where the step does, which it may only while nothing is written.
        """
        if len(self._errors) >= _MOST_FAILURES:
            self._fail(ids, f"not tried: {self._errors[-1].message}")
            return
        try:
            with self.network.impatient() if self._errors else nullcontext():
                self.outcomes.update(step())
        except SourceChanged:
            raise
        except SourceError as error:
            self._errors.append(error)
            if not is_extra:
                self._lost_cells.append(error)
            self._fail(ids, error.message)

    def settled(self) -> dict[str, Outcome]:
        """What became of everything. Raises what went wrong first with the cells where nothing
        went through at all: then it is the source that failed.
        """
        if self._lost_cells and not self._is_through:
            raise self._lost_cells[0]
        return self.outcomes

    @property
    def _is_through(self) -> bool:
        return any(
            outcome.state in (State.WRITTEN, State.UNCHANGED) for outcome in self.outcomes.values()
        )

    def _fail(self, ids: Iterable[str], reason: str) -> None:
        for id_ in ids:
            self.outcomes.setdefault(id_, Outcome(State.FAILED, reason))
