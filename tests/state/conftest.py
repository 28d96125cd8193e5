"""States in PostgreSQL cost a server's time: what both kinds of place promise alike is played over
it every second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark every second test of a team with its state in PostgreSQL as a trial; with its state in
    a file each is played.
    """
    over_postgresql = [item for item in items if _is_over_postgresql(item)]
    for item in over_postgresql[1::2]:
        item.add_marker(pytest.mark.trial)


def _is_over_postgresql(item: pytest.Item) -> bool:
    return (
        isinstance(item, pytest.Function)
        and item.path.parent == _FOLDER
        and "either_store" in item.fixturenames
        and hasattr(item, "callspec")
        and item.callspec.params.get("address") == "postgresql"
    )
