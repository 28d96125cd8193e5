"""What a file was before okrsync wrote to it, so that undo right after a run brings every byte
back: the formats of cells that were empty, quotes nobody needs, the way a program writes.

The journal knows every value and undo rests on that alone; this only decides between two files that
hold the same. It keeps the pieces of the earlier file that the later one lacks.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

__all__ = ["Originals"]

_WRITES = 5
"""So many of a file's last writes are kept."""
_LARGEST = 1 << 20
"""Bytes kept of one write; of a larger one nothing is, and only the values come back."""


class Originals:
    """The earlier contents of one file, in the memory a connector has between runs."""

    def __init__(self, memory: MutableMapping[str, Any], path: Path) -> None:
        self._memory = memory
        self._name = f"before {path.name} {_digest(str(path.resolve()).encode())[:16]}"

    def keep(self, before: Sequence[bytes], after: Sequence[bytes]) -> None:
        """Remember what a file was before a write; both contents come in pieces, of which most are
        in both.
        """
        packed = b64encode(zlib.compress(json.dumps(_pieces(before, after)).encode(), 9)).decode()
        entry = {"after": _digest(b"".join(after)), "before": packed}
        kept = [known for known in self._kept() if known != entry]
        if len(packed) <= _LARGEST:
            kept.append(entry)
        self._memory[self._name] = kept[-_WRITES:]

    def before(self, now: bytes) -> Iterator[bytes]:
        """What the file was before a write that made it what it is now, the latest first; nothing
        where that was no write of okrsync's, or is not known any more.
        """
        digest = _digest(now)
        for entry in reversed(self._kept()):
            if entry["after"] == digest:
                pieces = json.loads(zlib.decompress(b64decode(entry["before"])))
                yield b"".join(
                    b64decode(piece) if isinstance(piece, str) else now[piece[0] : piece[1]]
                    for piece in pieces
                )

    def _kept(self) -> list[Mapping[str, str]]:
        return list(self._memory.get(self._name, []))


def _pieces(before: Sequence[bytes], after: Sequence[bytes]) -> list[str | list[int]]:
    """The earlier content as spans of the later one, and, in base64, what that does not hold."""
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
