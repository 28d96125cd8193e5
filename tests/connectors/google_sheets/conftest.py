"""A local Google for each test, and a team whose spreadsheet is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from google_team import Team
from okrsync_sandbox import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def team(sandbox: Sandbox, tmp_path: Path) -> Team:
    return Team(sandbox, tmp_path)
