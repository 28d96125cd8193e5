"""Recognises what a person gave: its connector and its config keys."""

from __future__ import annotations

import glob
import os
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from okrsync.connector import Connector, Settings
from okrsync.connector.registry import BrokenConnector, connector_type, installed
from okrsync.model.errors import ConfigError

__all__ = [
    "Given",
    "UnknownPlace",
    "in_config",
    "name_for",
    "recognise",
    "spreadsheets_in",
    "together",
]

_LONGEST_NAME = 32


@dataclass(frozen=True, slots=True)
class Given:
    """One place as a person gave it: the text, the name of its connector, and its config keys, with
    secrets by name only.
    """

    text: str
    connector: str
    settings: Mapping[str, Any]


class UnknownPlace(ConfigError):
    """No connector knows what was given."""

    def __init__(self, text: str) -> None:
        description = (
            "this is a folder" if Path(text).is_dir() else "this is nothing that okrsync can read"
        )
        super().__init__(
            f"{text}: {description}",
            hint=(
                "Give a file (.xlsx, .xlsm, .csv, .tsv, .ods), a pattern of CSV files in quotes, or"
                " the address of a Google spreadsheet or a Notion database."
            ),
        )


def recognise(text: str, base: Path) -> Given:
    """The place that a text means. Paths are relative to the working directory; in the settings
    they become relative to `base`, the config's folder.

    Raises `UnknownPlace`.
    """
    text = text.strip()
    configured_text = in_config(text, base)
    for name, connector in _connectors():
        settings = connector.recognise(configured_text)
        if settings is not None:
            return Given(text, name, settings)
    raise UnknownPlace(text)


def together(given: Sequence[Given]) -> Given | None:
    """Several places as one, if their connector can read them as tables of one source; None where
    it cannot.
    """
    if len(given) < 2 or len({place.connector for place in given}) > 1:
        return None
    settings = connector_type(given[0].connector).together([place.settings for place in given])
    return (
        None
        if settings is None
        else Given(" ".join(place.text for place in given), given[0].connector, settings)
    )


def spreadsheets_in(folder: Path) -> list[str]:
    """The files in a folder that some connector would read, newest first."""
    paths = [
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith((".", "~$")) and _is_recognised(path.name)
    ]
    paths.sort(key=lambda path: (-path.stat().st_mtime, path.name))
    return [str(path) if folder != Path() else path.name for path in paths]


def in_config(text: str, base: Path) -> str:
    """A path as the config would name it; any other text unchanged."""
    path = Path(text).expanduser()
    if "://" in text or not (path.exists() or glob.glob(str(path), recursive=True)):  # noqa: PTH207 - the pattern may be absolute
        return text
    relative = os.path.relpath(path.absolute(), base.absolute())
    # A relative path still works after the whole folder is moved; a distant file gets an absolute
    # path.
    return (
        str(path.absolute())
        if relative.startswith(str(Path("..") / ".."))
        else Path(relative).as_posix()
    )


def name_for(title: str | None, taken: Collection[str]) -> str:
    """An unused source name made from a title, with only letters, digits, - and _: "Ziele für 2026"
    becomes `ziele-fur-2026`.
    """
    plain = unicodedata.normalize("NFKD", (title or "").replace("ß", "ss"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = re.findall(r"[A-Za-z0-9_]+", plain)
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word
        if name and len(longer) > _LONGEST_NAME:
            break
        name = longer
    name = name.lower().strip("_")[:_LONGEST_NAME] or "okrs"
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _is_recognised(name: str) -> bool:
    return any(connector.recognise(name) is not None for _, connector in _connectors())


def _connectors() -> Iterator[tuple[str, type[Connector[Settings]]]]:
    """Every connector that can be loaded; a broken third-party connector does not affect the
    others.
    """
    for name in installed():
        try:
            connector = connector_type(name)
        except BrokenConnector:
            continue
        yield name, connector
