"""What the shell can complete: ids, sources, runs, guards and files.

It asks nobody: names come from the configuration file, ids and runs from the state file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from okrsync.state.store import Store

__all__ = [
    "complete_files",
    "complete_guards",
    "complete_items",
    "complete_runs",
    "complete_sources",
]

_MOST_RUNS = 50


def complete_files(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Files, which the shell itself knows best."""
    return [CompletionItem(incomplete, type="file")]


def _quietly(
    names: Callable[[click.Context], Iterable[tuple[str, str]]],
) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """A completion from pairs of a name and its help. Trouble means no proposals: a message would
    land in the middle of the line that somebody types.
    """

    def complete(
        ctx: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        try:
            return [
                CompletionItem(name, help=about)
                for name, about in names(ctx)
                if name.startswith(incomplete)
            ]
        except Exception:  # noqa: BLE001 - see above
            return []

    return complete


def _data(ctx: click.Context) -> tuple[Path, dict[str, Any]]:
    """The configuration as it stands in the file; secrets are not looked up."""
    from okrsync.cli.common import config_path
    from okrsync.config.toml_lines import read_toml

    named = ctx.params.get("config") or ctx.find_root().params.get("config")
    path = config_path(ctx, named)
    return path, read_toml(path, "the configuration").data


@contextmanager
def _state(ctx: click.Context) -> Iterator[Store]:
    from okrsync.state.store import Store

    path, data = _data(ctx)
    file = path.resolve().parent / Path(data.get("state", "okrsync.db")).expanduser()
    with Store.open(file, readonly=True) as state:
        yield state


def _sources(ctx: click.Context) -> Iterator[tuple[str, str]]:
    _, data = _data(ctx)
    for name, source in data.get("sources", {}).items():
        yield name, str(source.get("connector", ""))
    for name, board in data.get("publish", {}).items():
        yield f"publish.{name}", str(board.get("connector", ""))


def _runs(ctx: click.Context) -> Iterator[tuple[str, str]]:
    from okrsync.state.journal import Journal

    yield "last", "the newest run that wrote something"
    with _state(ctx) as state:
        for run in Journal(state).runs(_MOST_RUNS):
            yield run.id, f"{run.kind}, {run.started.astimezone():%Y-%m-%d %H:%M}"


def _items(ctx: click.Context) -> Iterator[tuple[str, str]]:
    from okrsync.state.history import known_titles

    with _state(ctx) as state:
        yield from known_titles(state).items()


def _guards(_ctx: click.Context) -> Iterator[tuple[str, str]]:
    from okrsync.plan.guards import GUARDS

    for guard in GUARDS:
        yield guard, ""


complete_sources = _quietly(_sources)
"""Sources and boards by their names."""
complete_runs = _quietly(_runs)
"""Runs by their ids, newest first, and `last`."""
complete_items = _quietly(_items)
"""Objectives and key results by their ids, as they were last seen."""
complete_guards = _quietly(_guards)
"""Guards by their names."""
