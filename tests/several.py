"""A company whose teams keep their OKRs in places of memory, for tests of what a run makes of
several sources.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from okrsync.config import (
    CheckIns,
    Config,
    Guards,
    History,
    Limits,
    RunSettings,
    SourceConfig,
    WatchSettings,
    Write,
)
from okrsync.connector import Batch, Connector, Context, Looks, Misfit, Receipt, Settings
from okrsync.mapping.file import Mapping_
from okrsync.measures.picture import Picture
from okrsync.measures.rules import Rules
from okrsync.model.cycles import resolve_cycle
from okrsync.model.table import CellValue, Snapshot, Table
from okrsync.plan.plan import Plan
from okrsync.state.journal import Journal, JournalEntry
from okrsync.state.memory import Memory
from okrsync.state.store import Store
from okrsync.steps.job import Job, JobOptions
from okrsync.steps.side_by_side import AtOnce
from okrsync.sync import run
from okrsync.testing import MemoryConnector, MemoryPlace

__all__ = ["Company", "Watched"]

TODAY = date(2026, 11, 23)
HEADER: list[CellValue] = ["Objective", "Key result", "Baseline", "Current", "Target"]


class Watched(MemoryConnector):
    """A connector at which something happens when it is read or written to."""

    def __init__(self, at: MemoryPlace, context: Context, company: Company) -> None:
        super().__init__(at, context)
        self._company = company

    def read(self) -> Snapshot:
        self._company.on_read(self.context.source)
        return super().read()

    def write(self, batch: Batch) -> Receipt:
        self._company.on_write(self.context.source)
        return self._company.receipt(self.context.source, super().write(batch))

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        self._company.on_fit(self.context.source)
        return super().fit(table, column, looks, value)


def _nothing(_name: str) -> None:
    return


def _unchanged(_name: str, receipt: Receipt) -> Receipt:
    return receipt


@dataclass
class Company:
    """Teams by name, each with a place of its own; `parents` says where their top objectives
    hang.
    """

    base: Path
    teams: Mapping[str, MemoryPlace]
    parents: Mapping[str, str] = field(default_factory=dict)
    summaries: Mapping[str, str] = field(default_factory=dict)
    on_read: Callable[[str], object] = _nothing
    on_write: Callable[[str], object] = _nothing
    on_fit: Callable[[str], object] = _nothing
    receipt: Callable[[str, Receipt], Receipt] = _unchanged
    """What becomes of the receipt that a place gives."""
    rules: Rules = field(default_factory=Rules)
    source_rules: Mapping[str, Rules] = field(default_factory=dict)
    say: Callable[[str], None] = _nothing
    guards: Guards = field(default_factory=Guards)

    @classmethod
    def of(cls, base: Path, *names: str, **more: object) -> Company:
        """Teams with one key result each, standing at 10, 20, 30 ... of 100."""
        teams = {
            name: MemoryPlace(
                {"Q4": [list(HEADER), [f"Grow {name}", f"KR of {name}", 0, 10 * number, 100]]}
            )
            for number, name in enumerate(names, start=1)
        }
        return cls(base, teams, **more)  # type: ignore[arg-type]

    def sync(
        self,
        executor: Executor | None = None,
        workers: int = 1,
        allow: Collection[str] = (),
        only: Collection[str] = (),
    ) -> Plan:
        """One run over all teams."""
        with Store.open(self.base / "okrsync.db") as state:
            return run(self.job(state, executor, workers, allow, only))

    def job(
        self,
        state: Store,
        executor: Executor | None = None,
        workers: int = 1,
        allow: Collection[str] = (),
        only: Collection[str] = (),
    ) -> Job:
        """What a run works with."""
        memory = Memory(state)
        connectors: dict[str, Connector[Settings]] = {
            name: Watched(
                place,
                Context(
                    name, self.base, ZoneInfo("UTC"), lambda: datetime.now(UTC), memory.of(name)
                ),
                self,
            )
            for name, place in self.teams.items()
        }
        return Job(
            config=self._config(),
            connectors=connectors,
            mappings={name: Mapping_() for name in self.teams},
            journal=Journal(state),
            memory=memory,
            today=TODAY,
            cycle=resolve_cycle("2026-Q4", TODAY),
            options=JobOptions(only=only, allow=allow, say=self.say),
            executor=executor or AtOnce(),
            workers=workers,
        )

    def picture(self) -> Picture:
        """How everything stands, without writing."""
        from okrsync.steps.measure import measure
        from okrsync.steps.read import read
        from okrsync.steps.understand import understand

        with Store.open(self.base / "okrsync.db", readonly=True) as state:
            job = self.job(state)
            return measure(job, understand(job, read(job))).picture

    def entries(self, run_: str) -> list[JournalEntry]:
        """What the journal says of a run."""
        with Store.open(self.base / "okrsync.db", readonly=True) as state:
            return Journal(state).entries(run_)

    def beside(self, name: str) -> list[float]:
        """The progress that stands in the first row behind what the team typed."""
        return [float(str(value)) for value in self.teams[name].tabs["Q4"][1][len(HEADER) :]]

    def _config(self) -> Config:
        sources = {
            name: SourceConfig(
                name=name,
                connector="memory",
                mapping="auto",
                parent=self.parents.get(name),
                write=Write(columns={"progress": "Progress"}, summary=self.summaries.get(name)),
                checkins=CheckIns(),
                limits=Limits(),
                settings=Settings(),
                scoring=self.source_rules.get(name, self.rules),
            )
            for name in self.teams
        }
        return Config(
            path=self.base / "okrsync.toml",
            base=self.base,
            cycle="2026-Q4",
            timezone=ZoneInfo("UTC"),
            fiscal_year_start=1,
            state=self.base / "okrsync.db",
            sources=MappingProxyType(sources),
            publish=MappingProxyType({}),
            scoring=self.rules,
            checkins=CheckIns(),
            guards=self.guards,
            watch=WatchSettings(),
            history=History(),
            run=RunSettings(),
        )
