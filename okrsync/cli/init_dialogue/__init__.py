"""The conversation of `okrsync init`: look, show, ask what matters, write, check, and show the
first plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from okrsync.cli.asking import Asker
from okrsync.cli.setting_up.desk import Desk, Options
from okrsync.cli.setting_up.finishing import finish
from okrsync.cli.setting_up.scouting import Scout
from okrsync.cli.setting_up.settling import settle
from okrsync.steps.job import Say

__all__ = ["Options", "set_up"]


def set_up(
    out: Console, ask: Asker | None, path: Path, options: Options, say: Say, places: Sequence[str]
) -> int:
    """The whole of it; answers with the exit code. `ask` is None where nobody is to be asked;
    `path` is the config.

    Raises `ConfigError` for what was given and is no place, and for a config that is not right as
    it is.
    """
    desk = Desk.open(out, ask, path, options, say)
    scout = Scout(desk)
    looks = scout.looks(scout.given(places))
    ready = [settled for look in looks if (settled := settle(desk, look)) is not None]
    if not ready:
        return desk.exit_code(0, went_through=False)
    return finish(desk, ready)
