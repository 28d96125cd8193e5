"""What the suites of the contract try in several ways is tried so with connectors in turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from okrsync.testing import ConnectorContract, RunContract

_SUITES = (ConnectorContract, RunContract)
_MOST_TURNS = 5
_FOLDER = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark as trials all but some of the ways in which a test of a suite is tried: of up to five
    ways in a row another one is left to each connector of a module.
    """
    counts = Counter(_family(item) for item in items if _is_of_a_suite(item))
    met = Counter[tuple[object, str]]()
    for item in items:
        if not _is_of_a_suite(item):
            continue
        assert isinstance(item, pytest.Function)
        family = _family(item)
        turns = min(counts[family], _MOST_TURNS)
        if met[family] % turns != _place(item) % turns:
            item.add_marker(pytest.mark.trial)
        met[family] += 1


def _is_of_a_suite(item: pytest.Item) -> bool:
    return (
        isinstance(item, pytest.Function)
        and item.path.parent == _FOLDER
        and hasattr(item, "callspec")
        and item.cls is not None
        and issubclass(item.cls, _SUITES)
    )


def _family(item: pytest.Item) -> tuple[object, str]:
    assert isinstance(item, pytest.Function)
    return item.cls, item.originalname


def _place(item: pytest.Function) -> int:
    """The place of the connector among those of its module."""
    connectors = [
        each
        for each in vars(item.module).values()
        if isinstance(each, type) and issubclass(each, _SUITES) and each not in _SUITES
    ]
    return connectors.index(item.cls)
