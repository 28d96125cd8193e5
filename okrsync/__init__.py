"""okrsync reads OKRs where teams keep them, measures how they stand, and writes the answer back
beside each row.

The Python API is one function, `open`, and what it returns:

    with okrsync.open("okrsync.toml") as okrs:
        print(okrs.frame()[["id", "title", "progress", "status"]])
        plan = okrs.plan()
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from okrsync.model.errors import ConfigError, OkrsyncError, exit_code_of

if TYPE_CHECKING:
    from okrsync.config import Config
    from okrsync.connector.network import Network
    from okrsync.connector.summary import Summary
    from okrsync.lint import Remark
    from okrsync.measures.explain import Step
    from okrsync.measures.picture import Picture
    from okrsync.model.okrs import LedgerEntry
    from okrsync.model.table import Snapshot
    from okrsync.plan.plan import Plan
    from okrsync.steps.close import Closing
    from okrsync.steps.side_by_side import Workers

__all__ = ["Company", "ConfigError", "OkrsyncError", "__version__", "exit_code_of", "open"]

__version__ = "0.1.0"


def open(  # noqa: A001 - reads well as okrsync.open, and nobody imports it by star
    config: str | Path = "okrsync.toml", *, as_of: date | str | None = None
) -> Company:
    """Open a configuration file. Nothing is read or written until a method of the result is called.

    `as_of` is the day to measure for, as a date or as "2026-11-23"; None is today in the time zone
    of the configuration. Raises `ConfigError` if the file cannot be used or the day is none.
    """
    from okrsync.config import load

    if isinstance(as_of, str):
        try:
            as_of = date.fromisoformat(as_of)
        except ValueError as error:
            raise ConfigError(
                f"as_of: {as_of!r} is not a date", hint="Write it as 2026-11-23."
            ) from error
    return Company(load(Path(config).expanduser()), as_of)


class Company:
    """The OKRs of a company, as one configuration names them.

    Each method reads the sources anew and answers with a value; nothing is kept between two calls
    but the threads that talk to the services. Use it as a context manager, or call `close`.
    Whatever a method raises is an `OkrsyncError`. Trouble with one source raises nothing: it is
    part of the answer, as it is on the command line.
    """

    def __init__(self, config: Config, as_of: date | None = None) -> None:
        self.config = config
        self.as_of = as_of
        self._workers: Workers | None = None
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the threads that talk to the services. Every later call raises `OkrsyncError`."""
        self._is_closed = True
        if self._workers is not None:
            self._workers.shutdown(wait=False, cancel_futures=True)

    def read(self, name: str) -> Snapshot:
        """The tables of one source, or of a board under a name such as `publish.board`, as they are
        now. Raises `ConfigError` for an unknown name, and the error of a source that cannot be
        read.
        """
        from okrsync.sync import tables

        self._check_open()
        return tables(self.config, name)

    def networks(self) -> tuple[Network, ...]:
        """The ways out of the sources and boards that are reached over a network. Nobody is asked.

        `credential` of each is the same for those that share one, and for no others.
        """
        from okrsync.state.store import Store
        from okrsync.steps.job import open_job

        self._check_open()
        with Store.open(self.config.state, readonly=True) as state:
            with open_job(self.config, state) as job:
                networks = (connector.network for connector in job.all_connectors.values())
                return tuple(network for network in networks if network is not None)

    def picture(self, id_: str | None = None, *, for_others: bool = False) -> Picture:
        """How everything stands: `tree`, `items` by id, `measures` by id, and warnings. With an id,
        only that objective (or the one of that key result) and everything below it. With
        `for_others`, private items count and their words are left out.

        Raises `UnknownItem`.
        """
        from okrsync.measures.picture import narrowed
        from okrsync.sync import look

        whole = look(self.config, as_of=self.as_of, executor=self._executor())
        if for_others:
            whole = self._for_others(whole)
        return whole if id_ is None else narrowed(whole, id_)

    def history(
        self, id_: str | None = None, *, for_others: bool = False
    ) -> dict[str, tuple[LedgerEntry, ...]]:
        """What was seen of every item, day by day, by item id; with an id and `for_others` as in
        `picture`.
        """
        from okrsync.measures.picture import narrowed
        from okrsync.measures.private import without_private_words
        from okrsync.state.ledger import histories
        from okrsync.state.store import Store

        whole = self.picture()
        shown = self._for_others(whole) if for_others else whole
        with Store.open(self.config.state, readonly=True) as state:
            entries = histories(state, whole, shown if id_ is None else narrowed(shown, id_))
        return without_private_words(entries, whole, shown) if for_others else entries

    def summary(self, picture: Picture | None = None) -> Summary:
        """The headline numbers of all sources, what needs attention, what moved and what was
        achieved; of a picture that was taken before, or of one that is taken now. It is for others
        to read: private items count, and their words are left out.
        """
        from okrsync.plan.summarise import summarise

        return summarise(self._for_others(picture or self.picture()), None)

    def lint(self, *, for_others: bool = False) -> tuple[Remark, ...]:
        """What is weak about the OKRs themselves: remarks, each with its cell, reason and repair;
        with `for_others`, none about private items.
        """
        from okrsync.lint import lint
        from okrsync.measures.private import PRIVATE

        remarks = lint(self.picture(for_others=for_others))
        return tuple(each for each in remarks if not for_others or each.title != PRIVATE)

    def explain(self, id_: str, *, for_others: bool = False) -> tuple[Step, ...]:
        """How the numbers of one item came about, step by step; `for_others` as in `picture`.
        Raises `UnknownItem`.
        """
        from okrsync.sync import explain

        self._check_open()
        return explain(self.config, id_, as_of=self.as_of, for_others=for_others)

    def plan(self, *, only: Sequence[str] = (), allow: Collection[str] = ()) -> Plan:
        """Every change that `sync` would make now. Writes nothing. `only` and `allow` as in
        `sync`.
        """
        from okrsync.sync import make_plan

        return make_plan(
            self.config, as_of=self.as_of, only=only, allow=allow, executor=self._executor()
        )

    def sync(self, *, only: Sequence[str] = (), allow: Collection[str] = ()) -> Plan:
        """Write every change, and report the outcome of each.

        `only` limits what is written to the named sources; `allow` names guards that may pass this
        once. Raises `LockHeld` while another run is at work on the same state.
        """
        from okrsync.sync import sync

        return sync(
            self.config, as_of=self.as_of, only=only, allow=allow, executor=self._executor()
        )

    def close_cycle(
        self,
        cycle: str | None = None,
        *,
        carry_over: bool = False,
        targets: Literal["keep", "clear"] = "keep",
        confirm: bool = False,
    ) -> Closing:
        """What `okrsync close` would do; with `confirm`, it is done. Without a name, the last cycle
        that ended and is not closed.

        Raises `ConfigError` where no cycle, or more than one, is meant, and as `sync` does.
        """
        from okrsync.steps.close import Wishes, close

        self._check_open()
        wishes = Wishes(cycle, carry_over, targets)
        return close(self.config, wishes, as_of=self.as_of, is_confirmed=confirm)

    def undo(self, run: str = "last") -> Plan:
        """Put a run back, and report the outcome of each value. `last` is the newest run that wrote
        something. Raises `UnknownRun` or `NothingToUndo`.
        """
        from okrsync.steps.undo import undo

        self._check_open()
        return undo(self.config, run)

    def frame(self) -> Any:
        """A row for each objective and key result, in reading order, with the columns of `okrsync
        export`: a pandas DataFrame, or a polars one where only polars is installed or imported.

        Raises `OkrsyncError` if neither is installed.
        """
        from okrsync.report.documents.show import show_document
        from okrsync.report.export import ITEM_FIELDS, item_rows

        library = _frame_library()
        rows = item_rows(show_document(self.picture()))
        columns = {name: [row[name] for row in rows] for name in ITEM_FIELDS}
        if library == "pandas":
            import pandas as pd

            return pd.DataFrame(columns)
        import polars as pl

        # Without a look at every row, a column whose first hundred cells are empty has no type.
        return pl.DataFrame(columns, strict=False, infer_schema_length=None)

    def _for_others(self, picture: Picture) -> Picture:
        from okrsync.config import private_sources
        from okrsync.measures.private import without_private

        return without_private(picture, private_sources(self.config))

    def _executor(self) -> Workers:
        from okrsync.steps.side_by_side import Workers

        self._check_open()
        if self._workers is None:
            self._workers = Workers(self.config.run.workers)
        return self._workers

    def _check_open(self) -> None:
        if self._is_closed:
            raise OkrsyncError("the configuration is closed", hint="Call okrsync.open again.")


def _frame_library() -> str:
    """The library that `frame` answers with: the one that the program uses already, else the one
    that is installed.
    """
    libraries = ("pandas", "polars")
    for is_there in (sys.modules.__contains__, lambda name: find_spec(name) is not None):
        for name in libraries:
            if is_there(name):
                return name
    raise OkrsyncError(
        "frame() needs pandas or polars, and neither is installed",
        hint="Install one of them, or write a file with `okrsync export okrs.csv`.",
    )
