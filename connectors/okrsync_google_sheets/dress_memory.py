"""Which columns have their values and not their formatting yet, remembered from run to run."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import asdict, replace
from typing import Any

from okrsync.connector import Batch, Looks
from okrsync_google_sheets.looks import Dress, undressed, wanted
from okrsync_google_sheets.tab import Book

__all__ = ["DressMemory"]

_NAME = "undressed"
_REFUSALS = 3
"""After this many refusals okrsync stops trying to format a column: the sheet does not allow it."""


class DressMemory:
    """The part of a connector's memory about formatting."""

    def __init__(self, memory: MutableMapping[str, Any]) -> None:
        self._memory = memory

    def left(self, book: Book) -> tuple[Dress, ...]:
        """The columns that earlier runs did not get to format."""
        return undressed(self._known(), book)

    def _known(self) -> tuple[Dress, ...]:
        return tuple(
            Dress(
                **{
                    **remembered,
                    "looks": Looks(remembered["looks"]),
                    "words": tuple(remembered["words"]),
                }
            )
            for remembered in self._memory.get(_NAME, ())
        )

    def pending(self, batch: Batch, read: Book) -> tuple[Dress, ...]:
        """The columns to format in this run. They are remembered before anything is sent, so that
        the next run knows of them if this one is interrupted.
        """
        known = {(dress.table_key, dress.field): dress for dress in self._known()}
        pending = undressed(
            {
                **{(dress.table_key, dress.field): dress for dress in wanted(batch)},
                **known,
            }.values(),
            read,
        )
        self._remember(pending)
        return pending

    def settle(self, pending: tuple[Dress, ...], dressed: bool | None) -> None:
        """Remember what became of them: None if that is unknown."""
        if dressed is None:
            return
        refused = (
            ()
            if dressed
            else tuple(replace(dress, refusals=dress.refusals + 1) for dress in pending)
        )
        self._remember(tuple(dress for dress in refused if dress.refusals < _REFUSALS))

    def _remember(self, pending: tuple[Dress, ...]) -> None:
        if pending or _NAME in self._memory:
            self._memory[_NAME] = [asdict(dress) for dress in pending]
