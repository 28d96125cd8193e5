"""The parts of a workbook, as its zip file holds them, and changing one as a program might."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

__all__ = ["change_part", "parts"]


def parts(data: bytes) -> dict[str, bytes]:
    """What each part holds, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def change_part(path: Path, part: str, old: bytes, new: bytes) -> None:
    """Exchange some bytes of a part, wherever they stand in it."""
    held = parts(path.read_bytes())
    assert old in held[part], held[part]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content.replace(old, new) if name == part else content)
