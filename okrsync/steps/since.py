"""The run that `--since` names."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from okrsync.config import Config
from okrsync.config.watch import interval
from okrsync.model.errors import UnknownRun
from okrsync.state.history import first_run, run_before, run_before_last_move
from okrsync.state.journal import Journal
from okrsync.state.store import Store

__all__ = ["run_since"]


def run_since(config: Config, since: str, as_of: date | None) -> str:
    """The id of the run that `--since` names: its id, `last`, a day or a span. Raises
    `UnknownRun`.
    """
    with Store.open(config.state, readonly=True) as state:
        minutes = interval(since)
        if since == "last":
            run = run_before_last_move(state)
        elif minutes is not None:
            today = as_of or datetime.now(config.timezone).date()
            # As in a summary, the first run stands in for all that was before it.
            run = run_before(state, today - timedelta(minutes=minutes)) or first_run(state)
        else:
            try:
                run = run_before(state, date.fromisoformat(since))
            except ValueError:
                return Journal(state).find(since).id
        if run is None:
            when = "yet" if since == "last" or minutes is not None else f"up to {since}"
            raise UnknownRun(f"there is no run {when}", hint="`okrsync history` lists all runs.")
        return run
