"""What tests of `okrsync init` share: keys pressed at a terminal, and what was written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from okrsync.cli import asking

__all__ = ["DOWN", "ENTER", "OPEN_ROWS", "SPACE", "UP", "data", "files", "keys"]

UP, DOWN, ENTER, SPACE = "\x1b[A", "\x1b[B", "\r", " "

OPEN_ROWS: list[list[Any]] = [
    ["Title", "Owner", "Expected", "Actual"],
    ["Make customers happy", "Mia", 100, 62],
    ["Sell more", "Jon", 50, 34],
]
"""Nothing says whether these are objectives or key results."""


@contextmanager
def keys(monkeypatch: pytest.MonkeyPatch, text: str) -> Iterator[None]:
    """Somebody at a terminal who presses these keys."""
    monkeypatch.setattr(asking, "on_terminal", lambda: True)
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(text)
        pipe.close()  # whoever is asked more than this has gone away
        yield


def data(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
