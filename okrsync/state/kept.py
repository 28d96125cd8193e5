"""The last good OKRs of a source as text, for a day on which it cannot be read."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter

from okrsync.mapping import Okrs
from okrsync.model.okrs import Objective

__all__ = ["okrs_from_text", "okrs_to_text"]


@cache
# Built on first use, not on import: pydantic takes noticeable time to build it.
def _adapter() -> TypeAdapter[tuple[str, tuple[Objective, ...]]]:
    return TypeAdapter(tuple[str, tuple[Objective, ...]])


def okrs_to_text(okrs: Okrs) -> str:
    """The source's objectives with everything in them, but not where answers would go: a kept
    source is not written to.
    """
    return _adapter().dump_json((okrs.source, okrs.objectives)).decode()


def okrs_from_text(text: str) -> Okrs:
    """The OKRs that `okrs_to_text` wrote. Raises `ValueError` for any other text."""
    source, objectives = _adapter().validate_json(text)
    return Okrs(source, objectives, (), (), (), ())
