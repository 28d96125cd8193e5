"""The conversation of `okrsync init`: look, show, ask what matters, write, check, and show the
first plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from okrsync.cli.asking import Asker
from okrsync.cli.init_dialogue.agreement import agree_and_write
from okrsync.cli.init_dialogue.places import PlaceReader
from okrsync.cli.init_dialogue.questions import understood_place
from okrsync.cli.init_dialogue.session import InitOptions, InitSession
from okrsync.steps.job import Say

__all__ = ["InitOptions", "run_dialogue"]


def run_dialogue(
    out: Console,
    ask: Asker | None,
    path: Path,
    options: InitOptions,
    say: Say,
    places: Sequence[str],
) -> int:
    """Run the whole conversation and return the exit code. `ask` is None where nobody can be asked;
    `path` is the config.

    Raises `ConfigError` for a text that is no place, and for an existing config with errors.
    """
    session = InitSession.open(out, ask, path, options, say)
    reader = PlaceReader(session)
    looks = reader.looks(reader.given(places))
    ready = [source for look in looks if (source := understood_place(session, look)) is not None]
    if not ready:
        return session.exit_code(0, went_through=False)
    return agree_and_write(session, ready)
