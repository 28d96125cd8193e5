"""The mappings that come with okrsync, in a wheel and in a checkout: one for each layout, and one
for each tool whose columns are documented.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["about", "folder", "names", "path", "schema_file", "source", "tools"]

_DATA = {"lint", "synonyms"}
_SOURCE = "# Source: "


def folder() -> Path:
    """The folder of the shipped mapping files; those of tools are in its folder `tools`."""
    package = Path(__file__).parents[1]
    packed = package / "_mappings"
    return packed if packed.is_dir() else package.parent / "mappings"


def schema_file(name: str) -> Path:
    """The JSON Schema of `config` or `mapping` files, for editors."""
    package = Path(__file__).parents[1]
    packed = package / "_schemas"
    return (packed if packed.is_dir() else package.parent / "docs") / f"{name}.schema.json"


def names() -> tuple[str, ...]:
    """The names of the mappings for layouts."""
    return tuple(sorted(file.stem for file in folder().glob("*.toml") if file.stem not in _DATA))


def tools() -> tuple[str, ...]:
    """The names of the mappings for the imports and exports of other tools."""
    return tuple(sorted(file.stem for file in (folder() / "tools").glob("*.toml")))


def path(name: str) -> Path | None:
    """The file of a shipped mapping, or None where none has that name."""
    if name in names():
        return folder() / f"{name}.toml"
    return folder() / "tools" / f"{name}.toml" if name in tools() else None


def about(name: str) -> str:
    """The purpose of a shipped mapping: the first line of its file."""
    return _lines(name)[0].lstrip("# ").strip()


def source(name: str) -> str | None:
    """Where the columns of a tool are documented, or None for a layout."""
    return next(
        (line.removeprefix(_SOURCE).strip() for line in _lines(name) if line.startswith(_SOURCE)),
        None,
    )


def _lines(name: str) -> list[str]:
    file = path(name)
    return [""] if file is None else file.read_text(encoding="utf-8").splitlines() or [""]
