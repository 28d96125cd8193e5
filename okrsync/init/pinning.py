"""Pins the reading of a place in a mapping file, so that it is read tomorrow as it was shown today:
layout and columns, with the reason for each.

A pinned mapping is used only if the place reads the same with it, to the last number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from okrsync.init.looking import Look
from okrsync.mapping import TabReading
from okrsync.mapping.file import Mapping_
from okrsync.model.errors import ConfigError
from okrsync.model.table import column_letters

__all__ = ["Pinned", "answered", "mapping_of", "pin", "plain_data"]

_AT_MOST = 3
"""Parts of a dotted key: the last one may hold dots itself, as a status word may."""
_LASTING = frozenset(
    {
        "objective",
        "key_result",
        "id",
        "objective_id",
        "parent",
        "owner",
        "team",
        "level",
        "unit",
        "direction",
        "kind",
        "weight",
    }
)
"""Roles that keep their column from cycle to cycle; the others may have one column per cycle."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """The contents of a mapping file in order, remarks by dotted key, and `because`, the reasons
    for the reading as a whole.
    """

    data: Mapping[str, Any]
    remarks: Mapping[str, str] = field(default_factory=dict)
    because: tuple[str, ...] = ()


def pin(look: Look, answers: Mapping[str, object]) -> Pinned | None:
    """The mapping that preserves the reading of a place; None where only `auto` reads it this way.

    `answers` are people's answers by dotted key; they are always part of the mapping.
    """
    remarks = _remarks(look)
    base = plain_data(look.mapping)
    for data in _candidates(look):
        full = answered(_merged(data, base), answers)
        if _reads_the_same(look, full):
            return Pinned(full, remarks, _because(look))
    full = answered(base, answers)
    return Pinned(full, remarks, _because(look)) if full else None


def answered(data: Mapping[str, Any], answers: Mapping[str, object]) -> dict[str, Any]:
    """The contents of a mapping with answers, each at its dotted key (`values.date_order`)."""
    full: dict[str, Any] = {
        key: dict(value) if isinstance(value, Mapping) else value for key, value in data.items()
    }
    for key, value in answers.items():
        *above, last = key.split(".", _AT_MOST - 1)
        section = full
        for part in above:
            section = section.setdefault(part, {})
        section[last] = value
    return full


def plain_data(mapping: Mapping_) -> dict[str, Any]:
    """The contents of a mapping, as in its file."""
    data = mapping.model_dump(exclude_unset=True, mode="json")
    return {key: value for key, value in data.items() if value not in ("auto", {})}


def mapping_of(data: Mapping[str, Any]) -> Mapping_:
    """The mapping with these contents. Raises `ConfigError` with the key that is not valid."""
    try:
        return Mapping_.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{key}: {str(first['msg']).removeprefix('Value error, ')}") from error


def _merged(data: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Both contents merged section by section; `over` takes precedence."""
    merged = dict(data)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = {**below, **value}
        else:
            merged[key] = value
    return merged


def _candidates(look: Look) -> Iterator[dict[str, Any]]:
    """The contents that might be pinned, the most complete first. The row of the header is pinned
    only if needed, so that a row inserted above does no harm.
    """
    tabs = [tab for tab in look.okrs.tabs if tab.layout is not None]
    layouts = {tab.layout for tab in tabs}
    rows = {tab.header_row for tab in tabs}
    layout = {"layout": next(iter(layouts))} if len(layouts) == 1 else {}
    header = {"header": next(iter(rows))} if len(rows) == 1 and None not in rows else {}
    columns = _columns(tabs)
    named = {"columns": columns} if columns else {}
    for data in (
        {**layout, **named},
        {**layout, **header, **named},
        named,
        layout,
        {**layout, **header},
    ):
        if data:
            yield data


def _columns(tabs: list[TabReading]) -> dict[str, Any]:
    """By role, the header of its column, or the headers in several tabs."""
    headers: dict[str, list[str]] = {}
    for tab in tabs:
        for column in tab.columns:
            name = column.header.strip()
            if tab.layout == "period-blocks" and column.role not in _LASTING:
                continue  # The next cycle has columns of its own.
            if column.role is not None and name and name not in headers.setdefault(column.role, []):
                headers[column.role].append(name)
        _name_shared_titles(headers, tab)
    return {
        role: names[0] if len(names) == 1 else names for role, names in headers.items() if names
    }


def _name_shared_titles(headers: dict[str, list[str]], tab: TabReading) -> None:
    """Where objectives and key results share a column, add its name to both roles."""
    column_index = tab.roles.get("objective")
    if column_index is None or column_index != tab.roles.get("key_result"):
        return
    name = next(
        (column.header.strip() for column in tab.columns if column.column == column_index), ""
    )
    for role in ("objective", "key_result"):
        if name and name not in headers.setdefault(role, []):
            headers[role].append(name)


def _reads_the_same(look: Look, data: Mapping[str, Any]) -> bool:
    try:
        pinned = look.under(mapping_of(data)).okrs
    except ConfigError:
        return False
    plain = look.okrs
    return (
        pinned.objectives == plain.objectives
        and {(warning.code, warning.at) for warning in pinned.warnings}
        <= {(warning.code, warning.at) for warning in plain.warnings}
        and [tab.layout for tab in pinned.tabs] == [tab.layout for tab in plain.tabs]
    )


def _because(look: Look) -> tuple[str, ...]:
    """The reasons, tab by tab."""
    taken = [tab for tab in look.okrs.tabs if tab.layout is not None]
    return tuple(f"{tab.table}: {reason}" for tab in taken for reason in tab.because)


def _remarks(look: Look) -> dict[str, str]:
    """The remarks by dotted key; if several tabs have one, that of the first tab."""
    remarks = {
        "layout": "`auto` detects it at each run",
        "header": "detected by its names; or the number of its row",
    }
    for tab in look.okrs.tabs:
        if tab.layout is None:
            continue
        for column in tab.columns:
            if column.role is not None:
                column_words = (
                    "" if tab.header_row is None else f"column {column_letters(column.column)}, "
                )
                sure = round(column.confidence * 100)
                remarks.setdefault(
                    f"columns.{column.role}", f"{column_words}{sure} % sure: {column.because}"
                )
    return remarks
