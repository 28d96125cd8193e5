"""The last good OKRs of a source as text, for a day on which it cannot be read."""

from __future__ import annotations

from functools import cache

import msgspec

from okrsync.model.okrs import Objective
from okrsync.model.source_okrs import Okrs

__all__ = ["okrs_from_text", "okrs_to_text"]

_Kept = tuple[str, tuple[Objective, ...]]


@cache
def _decoder() -> msgspec.json.Decoder[_Kept]:
    return msgspec.json.Decoder(_Kept)


def okrs_to_text(okrs: Okrs) -> str:
    """The source's objectives with everything in them, but not where answers would go: a kept
    source is not written to.
    """
    return msgspec.json.encode((okrs.source, okrs.objectives)).decode()


def okrs_from_text(text: str) -> Okrs:
    """The OKRs that `okrs_to_text` wrote. Raises `ValueError` for any other text."""
    try:
        source, objectives = _decoder().decode(text)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    return Okrs(source, objectives, (), (), (), ())
