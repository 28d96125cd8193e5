"""Long texts in the state file, compressed: what okrsync keeps of a source of 100,000 rows takes a
thirtieth of its length.

A packed text begins with its digest, so that nobody has to unpack it to see whether it is the same.
It stays a text, which every database can hold, and `state export` shows it unpacked.
"""

from __future__ import annotations

import base64
import itertools
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

__all__ = [
    "packed",
    "packed_columns",
    "packed_string",
    "stamp_of",
    "stamp_of_string",
    "unpacked",
    "unpacked_columns",
]

_LEAST = 2_000
"""Shorter texts are kept as they are: people may look at them with any tool."""
_PIECE = 1_000_000
"""The number of characters that are encoded at once."""
_VALUES = 10_000
"""The number of values of a column that become JSON at once."""


def stamp_of(text: str) -> str | None:
    """What the packed text begins with; None for a text that is kept as it is."""
    return None if len(text) < _LEAST else _stamp(_pieces(text))


def packed(text: str) -> str:
    """The text as it is stored."""
    return text if len(text) < _LEAST else _packed(_pieces(text))


def stamp_of_string(pieces: Iterable[str]) -> str | None:
    """What the packed JSON of a string in pieces begins with; None for a short one."""
    size = 0

    def counted() -> Iterator[str]:
        nonlocal size
        for piece in pieces:
            size += len(piece)
            yield piece

    stamp = _stamp(_as_json(counted()))
    return None if size < _LEAST else stamp


def packed_string(pieces: Iterable[str]) -> str:
    """The JSON of a long string in pieces as it is stored."""
    return _packed(_as_json(pieces))


def _stamp(pieces: Iterable[bytes]) -> str:
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
    # A JSON text never begins with this letter.
    return f"z:{digest.hexdigest()[:32]}:"


def _packed(pieces: Iterable[bytes]) -> str:
    digest, packer, content = sha256(), zlib.compressobj(), []
    for piece in pieces:
        digest.update(piece)
        content.append(packer.compress(piece))
    content.append(packer.flush())
    return f"z:{digest.hexdigest()[:32]}:{base64.b64encode(b''.join(content)).decode()}"


def _as_json(pieces: Iterable[str]) -> Iterator[bytes]:
    """The JSON of the string that the pieces are together."""
    yield b'"'
    for piece in pieces:
        yield json.dumps(piece, ensure_ascii=False)[1:-1].encode()
    yield b'"'


def _pieces(text: str) -> Iterator[bytes]:
    """A text of perhaps 100 MB in pieces: encoding it at once would hold it twice."""
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE].encode()


def unpacked(stored: str) -> str:
    """The text that `packed` stored, or that an earlier okrsync did. Raises `ValueError` if it
    cannot be unpacked.
    """
    if not stored.startswith("z:"):
        return stored
    try:
        return zlib.decompress(
            base64.b64decode(stored.partition(":")[2].partition(":")[2])
        ).decode()
    except zlib.error as error:
        raise ValueError(f"a packed text is damaged: {error}") from error


def packed_columns(columns: Iterable[Sequence[object]]) -> str:
    """The columns of a table as JSON, as it is stored. Made at once, the JSON of 100,000 items
    takes a hundred megabytes on its way.
    """
    pieces, begin = _json_of(columns), ""
    while len(begin) < _LEAST:
        piece = next(pieces, None)
        if piece is None:
            return begin
        begin += piece
    return _packed(each.encode() for each in itertools.chain([begin], pieces))


def _json_of(columns: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "["
    for number, column in enumerate(columns):
        yield ", [" if number else "["
        for start in range(0, len(column), _VALUES):
            piece = json.dumps(column[start : start + _VALUES], ensure_ascii=False)[1:-1]
            yield f", {piece}" if start else piece
        yield "]"
    yield "]"


def unpacked_columns(stored: str) -> list[list[Any]]:
    """The columns of a table that was stored as JSON. Of texts that are alike, a column holds one:
    those of 100,000 items would take a hundred megabytes.
    """
    text = unpacked(stored)
    decode = json.JSONDecoder().raw_decode
    columns: list[list[Any]] = []
    end = 0
    # Behind each column stands a comma with a space, or the end.
    while text[end : end + 2] not in ("]", "[]"):
        column, end = decode(text, end + 1 if not columns else end + 2)
        held: dict[str, str] = {}
        columns.append(
            [held.setdefault(each, each) if type(each) is str else each for each in column]
        )
    return columns
