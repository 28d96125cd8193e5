"""Plans of all samples stay as they are, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from layout_samples import Grid
from same_plans import digest, read_golden, samples


@pytest.mark.parametrize(("name", "tabs"), tuple(samples()))
def test_what_is_said_of_a_sample_is_what_was_said(name: str, tabs: Mapping[str, Grid]) -> None:
    assert digest(tabs) == read_golden().get(name), "see tests/same_plans.py"


def test_every_digest_has_its_sample() -> None:
    assert list(read_golden()) == [name for name, _ in samples()]
