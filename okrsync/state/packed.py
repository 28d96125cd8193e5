"""Long texts in the state file, compressed: what okrsync keeps of a source of 100,000 rows takes a
thirtieth of its length.

A packed text begins with its digest, so that nobody has to unpack it to see whether it is the same.
It stays a text, which every database can hold, and `state export` shows it unpacked.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from hashlib import sha256

__all__ = ["packed", "stamp_of", "unpacked"]

_LEAST = 2_000
"""Shorter texts are kept as they are: people may look at them with any tool."""
_PIECE = 1_000_000
"""The number of characters that are encoded at once."""


def stamp_of(text: str) -> str | None:
    """What the packed text begins with; None for a text that is kept as it is."""
    if len(text) < _LEAST:
        return None
    # A JSON text never begins with this letter.
    digest = sha256()
    for piece in _pieces(text):
        digest.update(piece)
    return f"z:{digest.hexdigest()[:32]}:"


def packed(text: str) -> str:
    """The text as it is stored."""
    stamp = stamp_of(text)
    if stamp is None:
        return text
    packer = zlib.compressobj()
    content = b"".join([*map(packer.compress, _pieces(text)), packer.flush()])
    return stamp + base64.b64encode(content).decode()


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
