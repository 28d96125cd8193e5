"""The mappings that come with okrsync, in a wheel and in a checkout alike."""

from __future__ import annotations

from pathlib import Path

import okrsync

__all__ = ["about", "folder", "names"]

_DATA = {"synonyms"}


def folder() -> Path:
    """Where the shipped mapping files lie."""
    package = Path(okrsync.__file__).parent
    packed = package / "_mappings"
    return packed if packed.is_dir() else package.parent / "mappings"


def names() -> tuple[str, ...]:
    """The names of the shipped mappings."""
    return tuple(sorted(path.stem for path in folder().glob("*.toml") if path.stem not in _DATA))


def about(name: str) -> str:
    """What a shipped mapping is for: the first line of its file."""
    with (folder() / f"{name}.toml").open(encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip()
