"""Recognises the exports of other tools by the columns of the mappings that come with okrsync."""

from __future__ import annotations

from dataclasses import replace

from okrsync.init.looking import Look
from okrsync.mapping import shipped
from okrsync.mapping.file import Mapping_, shipped_mapping
from okrsync.model.errors import MappingError

__all__ = ["exported_by"]

_FEWEST = 5
"""The fewest columns that a mapping must name: fewer are found in many sheets by chance."""


def exported_by(look: Look) -> Look | None:
    """The place as read with the mapping of the tool that exported it; None where no mapping fits.

    A mapping fits if a table has every column that it names, and reads no worse with it than by its
    words and content.
    """
    headers = [
        {column.header.strip().casefold() for column in tab.columns} for tab in look.okrs.tabs
    ]
    fitting = []
    for name in shipped.tools():
        mapping = shipped_mapping(name)
        count = _named(mapping)
        if count >= _FEWEST and any(_has_all(mapping, names) for names in headers):
            fitting.append((count, name, mapping))
    for _, name, mapping in sorted(fitting, key=lambda match: -match[0]):
        try:
            tool_look = look.under(mapping)
        except MappingError:
            continue
        if sum(tool_look.items) >= max(sum(look.items), 1):
            return replace(tool_look, tool=name)
    return None


def _named(mapping: Mapping_) -> int:
    """The number of columns that a mapping names."""
    return len({mapping.names(role) for role in mapping.columns if mapping.names(role)})


def _has_all(mapping: Mapping_, headers: set[str]) -> bool:
    wanted = [mapping.names(role) for role in mapping.columns if mapping.names(role)]
    return all(any(name.strip().casefold() in headers for name in names) for names in wanted)
