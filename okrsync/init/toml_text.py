"""TOML as text that people edit: new items with remarks, and keys set in existing text without
changing anything else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item

from okrsync.mapping.shipped import schema_file
from okrsync.model.errors import ConfigError
from okrsync.model.regular_file import read_regular

__all__ = ["assign", "one_line", "read_text", "schema_line", "with_keys"]


_REMARKS_AT = 33


def assign(key: str, value: object, remark: str = "", *, indent: int = 0) -> str:
    """A line with a key, its value and a remark. Remarks of short lines are aligned, `indent`
    characters further to the left.
    """
    line = f"{tomlkit.key(key).as_string()} = {_item(value).as_string()}"
    return f"{line:<{_REMARKS_AT - indent - 2}}  # {one_line(remark)}" if remark else line


def schema_line(name: str) -> str:
    """The first line of a file, which lets editors complete and check it: the installed schema of
    `config` or `mapping`.
    """
    # https://taplo.tamasfe.dev/configuration/directives.html
    return f"#:schema {schema_file(name).as_uri()}"


def one_line(text: str, most: int | None = None) -> str:
    """A text that is safe in a comment: texts from a sheet may hold line breaks and control
    characters.
    """
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return plain if most is None or len(plain) <= most else f"{plain[: most - 1]}…"


def read_text(path: Path) -> str:
    """The text of a file with its line ends unchanged. Raises `ConfigError` for a file that is not
    text.
    """
    try:
        return read_regular(path).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError(f"{path}: cannot be read ({reason})", hint="Save it as UTF-8.") from error


def with_keys(text: str, keys: Mapping[tuple[str, ...], object]) -> str:
    """A TOML text with some keys set and everything else unchanged, including comments and blanks.

    The result is parsed again to make sure that nothing else changed. Raises `ConfigError` where
    the form of the text does not allow that.
    """
    after = _set(text, keys)
    if after is None:
        names = ", ".join(".".join(path) for path in keys)
        raise ConfigError(
            f"{names}: cannot be set without changing other parts of the file",
            hint="Set it yourself.",
        )
    return after


def _set(text: str, keys: Mapping[tuple[str, ...], object]) -> str | None:
    """The text with the keys set; None where that fails, or changes anything else."""
    try:
        document = tomlkit.parse(text)
        wanted = tomllib.loads(text)
        for path, value in keys.items():
            table: Any = document
            plain: Any = wanted
            for part in path[:-1]:
                if part not in table:
                    table[part] = tomlkit.table()
                table, plain = table[part], plain.setdefault(part, {})
            _replace(table, path[-1], value)
            plain[path[-1]] = _listed(value)
        after = tomlkit.dumps(document)
        if "\r\n" in text and text.count("\n") == text.count("\r\n"):
            after = re.sub(r"(?<!\r)\n", "\r\n", after)
        return after if tomllib.loads(after) == wanted else None
    except (TOMLKitError, tomllib.TOMLDecodeError, TypeError, AttributeError):
        return None


def _replace(table: Any, key: str, value: object) -> None:
    """Set a key at its present position, and keep its comment and blanks."""
    item = _item(value)
    if key in table and isinstance(
        before := table.item(key) if hasattr(table, "item") else None, Item
    ):
        item.trivia.comment_ws, item.trivia.comment, item.trivia.trail = (
            before.trivia.comment_ws,
            before.trivia.comment,
            before.trivia.trail,
        )
    table[key] = item


def _item(value: object) -> Item:
    if isinstance(value, Item):
        return value
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for key, inner in value.items():
            table.append(key, inner)
        return table
    return tomlkit.item(list(value) if isinstance(value, tuple) else value)


def _listed(value: Any) -> Any:
    """Data as TOML reads it back: lists for tuples."""
    if isinstance(value, Mapping):
        return {key: _listed(inner) for key, inner in value.items()}
    return [_listed(inner) for inner in value] if isinstance(value, list | tuple) else value
