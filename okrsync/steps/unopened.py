"""Stands in for a connector that cannot be opened, so that the other sources of a run go on."""

from __future__ import annotations

from collections.abc import Iterator

from okrsync.connector import (
    Ability,
    Batch,
    Connector,
    Context,
    Finding,
    Looks,
    Misfit,
    Receipt,
    Settings,
)
from okrsync.model.errors import OkrsyncError
from okrsync.model.table import CellValue, Snapshot, Table

__all__ = ["Unopened"]


class Unopened(Connector[Settings]):
    """A connector of which nothing is known but why it could not be opened."""

    name = "unopened"
    about = "a connector that could not be opened"
    settings_type = Settings

    def __init__(self, settings: Settings, context: Context, error: OkrsyncError) -> None:
        super().__init__(settings, context)
        self._error = error

    @property
    def place(self) -> str:
        return ""

    @property
    def abilities(self) -> frozenset[Ability]:
        return frozenset()

    def check(self) -> Iterator[Finding]:
        yield Finding(False, self._error.message, self._error.hint)

    def read(self) -> Snapshot:
        raise self._error

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        return Misfit(self._error.message)

    def write(self, batch: Batch) -> Receipt:
        raise self._error
