"""TOML with the line of every key, so that a message can say where to look.

The standard library reads TOML but does not report positions. This module scans the text once more,
for the line numbers only; tomllib alone decides the values.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from okrsync.model.errors import ConfigError
from okrsync.model.patterns import lazy_pattern
from okrsync.model.regular_file import read_regular

__all__ = ["KeyPath", "TomlFile", "read_toml"]

KeyPath = tuple[str | int, ...]

_KEY = lazy_pattern(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_STRINGS = ('"""', "'''", '"', "'")
_POSITION = lazy_pattern(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")


class TomlFile:
    """A TOML file that has been read: its data, and where each key of its text stands."""

    def __init__(self, path: Path, data: dict[str, Any], text: str) -> None:
        self.path = path
        self.data = data
        self._text = text

    @cached_property
    def _lines(self) -> Mapping[KeyPath, int]:
        # Most files are right, and nobody asks where something stands.
        return _lines(self._text)

    def line(self, path: KeyPath) -> int | None:
        """The line of a key, from 1; that of the nearest key around it where it has none of its
        own; None for the file as a whole.
        """
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return None


def read_toml(path: Path, what: str) -> TomlFile:
    """Read a TOML file; `what` names it in messages ("the configuration").

    Raises `ConfigError` when there is no such file, it is a folder, is not UTF-8 or is no TOML,
    with the line where that is known.
    """
    try:
        # Editors on Windows put a byte order mark first, which tomllib takes for part of a key.
        text = read_regular(path).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file for {what}") from error
    except IsADirectoryError as error:
        raise ConfigError(f"{path}: a folder, where {what} should be a file") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text", hint="Save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"{path}: {what} cannot be read ({error.strerror})") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _POSITION.search(str(error))
        line, column = (match[1], match[2]) if match is not None else (None, None)
        if line is None:
            # tomllib says "at end of document" for what is still open there.
            line = str(text.count("\n") + 1)
            column = str(len(text) - text.rfind("\n"))
        # The form that terminals and editors open by a click.
        location = f"{path}:{line}:{column}"
        message = _POSITION.sub("", str(error)).strip()
        raise ConfigError(
            f"{location}: not valid TOML: {message}",
            hint="Texts need quotes; lists need [brackets].",
        ) from error
    return TomlFile(path, data, text)


def _lines(text: str) -> dict[KeyPath, int]:
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    offset, number = 0, 1
    while offset < len(text):
        end = text.find("\n", offset)
        end = len(text) if end < 0 else end
        line = text[offset:end].strip()
        if not line or line.startswith("#"):
            offset, number = end + 1, number + 1
            continue
        if line.startswith("[["):
            path, _ = _keys(text, text.index("[[", offset) + 2)
            # Tables of one list are numbered in the order they appear, as pydantic counts them.
            counts[path] = counts.get(path, -1) + 1
            table = (*path, counts[path])
            lines[path] = lines.get(path, number)
            lines[table] = number
            offset, number = end + 1, number + 1
        elif line.startswith("["):
            path, _ = _keys(text, text.index("[", offset) + 1)
            table = path
            for length in range(1, len(path) + 1):
                lines.setdefault(path[:length], number)
            offset, number = end + 1, number + 1
        else:
            path, value_at = _keys(text, offset)
            for length in range(1, len(path) + 1):
                lines.setdefault((*table, *path[:length]), number)
            stop = _value_end(text, text.index("=", value_at) + 1, (*table, *path), lines, number)
            number += text.count("\n", offset, stop) + 1
            offset = stop + 1
    return lines


def _keys(text: str, offset: int) -> tuple[KeyPath, int]:
    """The dotted key that begins at `offset`, and the offset of its end."""
    keys: list[str] = []
    while True:
        match = _KEY.match(text, offset)
        if match is None:
            return tuple(keys), offset
        keys.append(next(group for group in match.groups() if group is not None))
        offset = match.end()
        if offset >= len(text) or text[offset] != ".":
            return tuple(keys), offset
        offset += 1


def _value_end(
    text: str, offset: int, path: KeyPath, lines: dict[KeyPath, int], number: int
) -> int:
    """Where the value that begins here ends: the end of its last line. Keys of inline tables are
    noted on the way.
    """
    depth, first = 0, offset
    paths: list[KeyPath] = [path]
    expects_key: list[bool] = [False]
    while offset < len(text):
        character = text[offset]
        if expects_key[-1] and not character.isspace() and character not in "},#":
            keys, after = _keys(text, offset)
            if keys and after < len(text) and text[after] == "=":
                lines.setdefault((*paths[-1], *keys), number + text.count("\n", first, offset))
                expects_key[-1] = False
                paths.append((*paths[-1], *keys))
                expects_key.append(False)
                offset = after + 1
                continue
        quote = next((quote for quote in _STRINGS if text.startswith(quote, offset)), None)
        if quote is not None:
            offset = _string_end(text, offset, quote)
            continue
        if character == "#":
            offset = text.find("\n", offset)
            if offset < 0:
                return len(text)
            continue
        if character == "\n" and depth == 0:
            return offset
        if character in "[{":
            depth += 1
            paths.append(paths[-1])
            expects_key.append(character == "{")
        elif character in "]}":
            depth -= 1
            if character == "}" and len(paths) > 2 and paths[-1] != paths[-2]:
                paths.pop()
                expects_key.pop()
            paths.pop()
            expects_key.pop()
        elif character == "," and len(paths) > 2 and paths[-1] != paths[-2]:
            paths.pop()
            expects_key.pop()
            expects_key[-1] = True
        offset += 1
    return len(text)


def _string_end(text: str, offset: int, quote: str) -> int:
    offset += len(quote)
    while offset < len(text) and not text.startswith(quote, offset):
        # Only double quotes know escapes: https://toml.io/en/v1.0.0#string
        offset += 2 if quote[0] == '"' and text[offset] == "\\" else 1
    return offset + len(quote)
