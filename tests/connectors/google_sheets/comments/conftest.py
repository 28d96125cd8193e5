"""A team whose owners are called by comments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from commenting import (
    ROWS,
    configure,
)
from google_team import Team
from okrsync_sandbox import Sandbox


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with Sandbox() as sandbox:
        made = Team(sandbox, tmp_path, ROWS)
        configure(made)
        yield made
