"""Whole runs over a bench: sync, undo and the journal, with people and failures in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from okrsync.config import (
    CheckIns,
    Config,
    Guards,
    History,
    Limits,
    Rules,
    RunSettings,
    SourceConfig,
    WatchSettings,
    Write,
)
from okrsync.connector import (
    Ability,
    Batch,
    Connector,
    Finding,
    HistoryWrite,
    Looks,
    ManagedPage,
    Misfit,
    Receipt,
    Settings,
    SummaryWrite,
)
from okrsync.connector.summary import Summary
from okrsync.mapping.file import Mapping_
from okrsync.model.cycles import resolve_cycle
from okrsync.model.errors import LostAnswer, SourceError
from okrsync.model.table import CellValue, Snapshot, Table
from okrsync.plan.plan import Plan
from okrsync.state.journal import Journal, JournalEntry
from okrsync.state.memory import Memory
from okrsync.state.store import Store
from okrsync.steps.job import Job, JobOptions
from okrsync.steps.undo import put_back
from okrsync.sync import run
from okrsync.testing.bench import Bench

__all__ = ["BenchRuns", "Meddled"]

_TODAY = date(2026, 11, 23)


class Meddled(Connector[Settings]):
    """A connector somebody meddles with: a person edits right before a write, or the write fails,
    without or with effect.
    """

    name = "meddled"
    about = "another connector, with trouble"
    settings_type = Settings

    def __init__(
        self, inner: Connector[Settings], meanwhile: Callable[[], None] | None, fail: str | None
    ) -> None:
        super().__init__(inner.settings, inner.context)
        self._inner = inner
        self._meanwhile = meanwhile
        self._fail = fail
        self.calls = inner.calls

    @property
    def abilities(self) -> frozenset[Ability]:
        return self._inner.abilities

    @property
    def place(self) -> str:
        return self._inner.place

    def check(self) -> Iterator[Finding]:
        return self._inner.check()

    def read(self) -> Snapshot:
        return self._inner.read()

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        return self._inner.fit(table, column, looks, value)

    def shows(self, place: str, summary: ManagedPage) -> bool:
        return self._inner.shows(place, summary)

    def obstacle(self, summary: SummaryWrite) -> str | None:
        return self._inner.obstacle(summary)

    def history_obstacle(self, history: HistoryWrite) -> str | None:
        return self._inner.history_obstacle(history)

    def decisions(self, place: str) -> Sequence[str]:
        return self._inner.decisions(place)

    def has_history(self, place: str) -> bool:
        return self._inner.has_history(place)

    def history(self, place: str) -> Sequence[Sequence[CellValue]]:
        return self._inner.history(place)

    def shows_closed(self, place: str, cycle: str, summary: Summary) -> bool:
        return self._inner.shows_closed(place, cycle, summary)

    def write(self, batch: Batch) -> Receipt:
        # Once only: a batch that is planned again must meet a quiet table.
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()
        fail, self._fail = self._fail, None
        if fail == "before":
            raise SourceError("the connection broke before anything was written")
        receipt = self._inner.write(batch)
        if fail == "after":
            raise LostAnswer("the connection broke after everything was written")
        return receipt


class BenchRuns:
    """Runs over one bench, with a state file of their own. The guards in `allow` stop nothing."""

    def __init__(self, bench: Bench, base: Path, allow: frozenset[str] = frozenset()) -> None:
        self.bench = bench
        self.base = base
        self.allow = allow

    def sync(self, meanwhile: Callable[[], None] | None = None, fail: str | None = None) -> Plan:
        """A run; `meanwhile` happens right before its first write, which fails `before` or `after`
        it took effect.
        """
        with Store.open(self.base / "okrsync.db") as state:
            return run(self._job(state, Meddled(self.bench.connector(), meanwhile, fail)))

    def undo(self, run_id: str = "last") -> Plan:
        """A run put back. Raises `NothingToUndo` and `UnknownRun`."""
        with Store.open(self.base / "okrsync.db") as state:
            return put_back(self._job(state, self.bench.connector()), run_id)

    def entries(self, run_id: str) -> list[JournalEntry]:
        """What the journal holds of a run."""
        with Store.open(self.base / "okrsync.db", readonly=True) as state:
            return Journal(state).entries(run_id)

    def _job(self, state: Store, connector: Connector[Settings]) -> Job:
        return Job(
            config=_config(self.base),
            connectors={"team": connector},
            mappings={"team": Mapping_()},
            journal=Journal(state),
            memory=Memory(state),
            today=_TODAY,
            cycle=resolve_cycle("2026-Q4", _TODAY),
            options=JobOptions(allow=self.allow),
        )


def _config(base: Path) -> Config:
    source = SourceConfig(
        name="team",
        connector="meddled",
        mapping="auto",
        parent=None,
        write=Write(columns={"progress": "Progress"}),
        checkins=CheckIns(),
        limits=Limits(),
        settings=Settings(),
    )
    return Config(
        path=base / "okrsync.toml",
        base=base,
        cycle="2026-Q4",
        timezone=ZoneInfo("UTC"),
        fiscal_year_start=1,
        state=base / "okrsync.db",
        sources=MappingProxyType({"team": source}),
        publish=MappingProxyType({}),
        scoring=Rules(),
        checkins=CheckIns(),
        guards=Guards(),
        watch=WatchSettings(),
        run=RunSettings(),
        history=History(),
    )
