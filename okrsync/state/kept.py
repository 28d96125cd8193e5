"""The last good OKRs of a source as text, for the day it cannot be read."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter

from okrsync.mapping import Okrs
from okrsync.model.okrs import Objective

__all__ = ["okrs_from_text", "okrs_to_text"]


@cache
def _adapter() -> TypeAdapter[tuple[str, tuple[Objective, ...]]]:
    return TypeAdapter(tuple[str, tuple[Objective, ...]])


def okrs_to_text(okrs: Okrs) -> str:
    """The source's objectives with all they hold. Where answers would go is left out: a kept source
    is not written to.
    """
    return _adapter().dump_json((okrs.source, okrs.objectives)).decode()


def okrs_from_text(text: str) -> Okrs:
    """What `okrs_to_text` put into words. ValueError when it is something else."""
    source, objectives = _adapter().validate_json(text)
    return Okrs(source, objectives, (), (), (), ())
