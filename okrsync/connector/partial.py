"""Partial writes: a permanent failure affects its own entries, and none beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec import field as struct_field

from okrsync.connector.entries import Outcome, State
from okrsync.model.errors import SourceChanged, SourceError

if TYPE_CHECKING:
    from okrsync.connector.network import Network

__all__ = ["PartialWrite"]

_MOST_FAILURES = 3
"""After this many failures the rest of a batch is not tried."""


class PartialWrite(Struct):
    """Carries out the steps of one write, each with its own entries, and collects their `outcomes`.

    If a step fails permanently, its entries are `failed` and the next step is tried. After one
    failure each request has only the time of one answer; after three, the rest is not tried.
    """

    network: Network
    outcomes: dict[str, Outcome] = struct_field(default_factory=dict)
    _errors: list[SourceError] = struct_field(default_factory=list)
    _lost_cells: list[SourceError] = struct_field(default_factory=list)

    def carry_out(
        self,
        ids: Iterable[str],
        step: Callable[[], Mapping[str, Outcome]],
        *,
        is_extra: bool = False,
    ) -> None:
        """Call `step`, which returns the outcomes of its entries, `ids`. `is_extra` means that they
        accompany the cells: a note, a view, the summary.

        Raises `SourceChanged` if the step does, which is allowed only while nothing is written.
        """
        if len(self._errors) >= _MOST_FAILURES:
            self._fail(ids, f"not tried: {self._errors[-1].message}")
            return
        try:
            # After one failure the service is likely down; a hundred more full waits would take
            # hours.
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
        """The outcomes of all entries. If nothing was written at all, the source itself failed:
        raises the first error of its cells.
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
