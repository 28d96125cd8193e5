"""The content of a file before okrsync wrote to it. With it, an undo right after a run restores
every byte: the formats of empty cells, needless quotes, the habits of the program that wrote it.

The journal holds every value, and undo depends on it alone. This only chooses between two files
with the same values. It keeps the pieces of the earlier file that the later one lacks.
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

__all__ = ["Originals"]

_WRITES = 5
"""The number of last writes that are kept for a file."""
_LARGEST = 1 << 20
"""Bytes to keep for one write at most. Nothing is kept for a larger one, and undo restores only its
values.
"""


class Originals:
    """The earlier contents of one file, in the memory that a connector keeps between runs."""

    def __init__(self, memory: MutableMapping[str, Any], path: Path) -> None:
        self._memory = memory
        self._name = f"before {path.name} {_digest(os.path.realpath(path).encode())[:16]}"

    def keep(self, before: Sequence[bytes], after: Sequence[bytes]) -> None:
        """Remember the content before a write. Both contents are given in pieces, most of which
        they share.
        """
        packed = b64encode(zlib.compress(json.dumps(_pieces(before, after)).encode(), 9)).decode()
        entry = {"after": _digest(b"".join(after)), "before": packed}
        kept = [known for known in self._remembered() if known != entry]
        if len(packed) <= _LARGEST:
            kept.append(entry)
        self._memory[self._name] = kept[-_WRITES:]

    def before(self, now: bytes) -> Iterator[bytes]:
        """The contents before the writes that led to the content `now`, the latest first. None are
        known where okrsync did not write it, or too long ago.
        """
        digest = _digest(now)
        for entry in reversed(self._remembered()):
            if entry["after"] == digest:
                pieces = json.loads(zlib.decompress(b64decode(entry["before"])))
                yield b"".join(
                    b64decode(piece) if isinstance(piece, str) else now[piece[0] : piece[1]]
                    for piece in pieces
                )

    def _remembered(self) -> list[Mapping[str, str]]:
        return list(self._memory.get(self._name, []))


def _pieces(before: Sequence[bytes], after: Sequence[bytes]) -> list[str | list[int]]:
    """The earlier content as spans of the later one, and, in base64, what the later one lacks."""
    starts: dict[bytes, int] = {}
    position = 0
    for piece in after:
        starts.setdefault(piece, position)
        position += len(piece)
    pieces: list[str | list[int]] = []
    for piece in before:
        start = starts.get(piece)
        last = pieces[-1] if pieces else None
        if start is None:
            pieces.append(b64encode(piece).decode())
        elif isinstance(last, list) and last[1] == start:
            last[1] = start + len(piece)
        else:
            pieces.append([start, start + len(piece)])
    return pieces


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
