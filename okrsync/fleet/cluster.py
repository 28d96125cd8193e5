"""Syncs many configurations on a Dask cluster, one task each.

Dask gives the task of a worker that died to another one. The state, which must be in PostgreSQL
for that, tells the new task what the old one did. Configurations that share a credential keep one
pace over all workers: their turns stand in the database of the first of them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import okrsync
from okrsync import ConfigError, OkrsyncError, exit_code_of
from okrsync.fleet import ATTEMPTS, groups, sync_one
from okrsync.report.documents.fleet import FleetRunEntry
from okrsync.state.lock import lease_standing
from okrsync.state.postgresql_pace import TurnTable

__all__ = ["run_on_cluster", "sync_task"]

_LOG = logging.getLogger("okrsync.fleet")
_HELD = 11
_LOOK_AGAIN_SECONDS = 1.0


def run_on_cluster(
    paths: Sequence[Path], scheduler: str, as_of: date | None = None
) -> Iterator[FleetRunEntry]:
    """Sync every configuration on the workers of a scheduler; each result as soon as it is there.

    A configuration with its state in a file is refused: other machines cannot use it. Raises
    `ConfigError` where Dask is not installed, and `OkrsyncError` where no scheduler answers.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise ConfigError(
            f"a Dask cluster needs distributed, which is not installed ({error})",
            hint="pip install 'okrsync[fleet]', here and on every worker",
        ) from error
    usable: list[Path] = []
    for path in paths:
        refusal = _refusal(path)
        if refusal is None:
            usable.append(path)
        else:
            yield refusal
    if not usable:
        return
    try:
        client = distributed.Client(scheduler, set_as_default=False)
    except (OSError, ValueError) as error:
        raise OkrsyncError(
            f"{scheduler}: no Dask scheduler answers ({error})",
            hint="Start one with `dask scheduler`, or correct --scheduler.",
        ) from error
    with client:
        if not client.scheduler_info()["workers"]:
            _LOG.warning("%s: no worker has joined it yet; the tasks wait for one", scheduler)
        tasks = {
            _submitted(client, task, as_of): task
            for group in groups(usable)
            for task in _tasks(group)
        }
        results = distributed.as_completed(list(tasks), loop=client.loop)
        for future in results:
            task = tasks.pop(future)
            try:
                yield FleetRunEntry(**future.result())
            except distributed.KilledWorker:
                # Dask gives up a task that was at several workers that died.
                if task.attempt == ATTEMPTS:
                    message = f"the workers that had it died {ATTEMPTS} times over"
                    yield FleetRunEntry(config=task.path, exit_code=1, message=message)
                    continue
                task = replace(task, attempt=task.attempt + 1)
                again = _submitted(client, task, as_of)
                tasks[again] = task
                results.add(again)


@dataclass(frozen=True, slots=True)
class _Task:
    """The sync of one configuration. `pacing` is the configuration whose database has the turns of
    its credentials; None where it shares none.
    """

    path: str
    pacing: str | None
    priority: int
    attempt: int = 1


def _tasks(group: Sequence[Path]) -> Iterator[_Task]:
    pacing = str(group[0]) if len(group) > 1 else None
    for number, path in enumerate(group):
        # The first ones of all groups before the second ones: those of one group mostly wait.
        yield _Task(str(path), pacing, -number)


def _submitted(client: Any, task: _Task, as_of: date | None) -> Any:
    day = None if as_of is None else as_of.isoformat()
    return client.submit(
        sync_task,
        task.path,
        task.pacing,
        day,
        priority=task.priority,
        # Dask keeps tasks of one name back until a worker is free, and blames the death of a worker
        # on those only that were there already.
        key=f"okrsync-sync-{uuid4().hex}",
        pure=False,
    )


def _refusal(path: Path) -> FleetRunEntry | None:
    """Why a configuration cannot run elsewhere; None where it can."""
    try:
        with okrsync.open(path) as company:
            state = company.config.state
    except OkrsyncError as error:
        return FleetRunEntry(config=str(path), exit_code=exit_code_of(error), message=error.message)
    if not isinstance(state, Path):
        return None
    return FleetRunEntry(
        config=str(path),
        exit_code=2,
        message=(
            f"its state is a file, {state.name}, which other machines cannot use; keep it in"
            ' PostgreSQL, such as state = {env = "OKRSYNC_STATE"} and name = "'
            f'{path.resolve().parent.name}"'
        ),
    )


def sync_task(path: str, pacing: str | None, day: str | None) -> dict[str, Any]:
    """What a worker does: sync one configuration. Answers with the fields of a `FleetRunEntry`."""
    as_of = None if day is None else date.fromisoformat(day)
    # Held until the end: a pace lasts for as long as somebody holds its network.
    networks = () if pacing is None else _shared_networks(path, pacing)
    result = sync_one(path, as_of)
    while result.exit_code == _HELD and _is_left_by_the_dead(path):
        result = sync_one(path, as_of)
    del networks
    return result.model_dump(mode="json")


def _shared_networks(path: str, pacing: str) -> tuple[Any, ...]:
    """The networks of a configuration, whose turns come from the database of another one. Empty
    where either cannot be used, which its run then says.
    """
    try:
        table = _turn_table(pacing)
        with okrsync.open(path) as company:
            networks = company.networks()
        for network in networks:
            network.share_turns(partial(table.turns, network.credential))
    except OkrsyncError:
        return ()
    return networks


@cache
def _turn_table(pacing: str) -> TurnTable:
    with okrsync.open(pacing) as company:
        return TurnTable(company.config.state)


def _is_left_by_the_dead(path: str) -> bool:
    """Wait until a lease is over whose holder gives no sign of life; False as soon as it gives one.

    A worker that died on another machine cannot be seen, and its lease lasts a while longer.
    """
    try:
        with okrsync.open(path) as company:
            address = company.config.state
        first = standing = lease_standing(address)
        while standing is not None and not standing.is_over:
            assert first is not None
            is_renewed = standing.stamp != first.stamp or standing.holder != first.holder
            if is_renewed or standing.is_alive_here:
                return False
            time.sleep(_LOOK_AGAIN_SECONDS)
            standing = lease_standing(address)
    except OkrsyncError:
        return False
    return True
