"""The last good OKRs of a source as text, for a day on which it cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import msgspec

from okrsync.model.okrs import Objective
from okrsync.model.source_okrs import Okrs

__all__ = ["okrs_from_text", "okrs_in_pieces"]

_AT_ONCE = 100
"""The number of objectives in a piece of the text."""
_Kept = tuple[str, tuple[Objective, ...]]


@cache
def _decoder() -> msgspec.json.Decoder[_Kept]:
    return msgspec.json.Decoder(_Kept)


def okrs_in_pieces(source: str, objectives: Sequence[Objective]) -> Iterator[str]:
    """The objectives of a source with everything in them, but not where answers would go: a kept
    source is not written to. As a whole, the text of a large one takes a hundred megabytes.
    """
    encode = msgspec.json.Encoder().encode
    yield encode((source, ()))[:-2].decode()
    for start in range(0, len(objectives), _AT_ONCE):
        piece = encode(objectives[start : start + _AT_ONCE])[1:-1].decode()
        yield f",{piece}" if start else piece
    yield "]]"


def okrs_from_text(text: str) -> Okrs:
    """The OKRs of a text that `okrs_in_pieces` made. Raises `ValueError` for any other text."""
    try:
        source, objectives = _decoder().decode(text)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    return Okrs(source, objectives, (), (), (), ())
