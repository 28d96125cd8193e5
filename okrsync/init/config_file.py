"""The config as text: a new one with a comment at every line that matters, or one people keep with
a section more.

What is there stays as it is, byte for byte: a section is put at the end. What comes out is read
again and compared.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from okrsync.init.toml_text import assign, one_line, schema_line
from okrsync.init.words import headers_for
from okrsync.model.errors import ConfigError

__all__ = ["NewSource", "new_config", "with_source"]


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source as it goes into the config. `about` is a remark on what was found; `columns` are
    okrsync's own by field, none where the place is only read, and `why_none` then says why.
    `summary` says what a summary is put into; `parent` is a title that its top objectives could
    hang under, as the config would name it.
    """

    name: str
    connector: str
    settings: Mapping[str, Any]
    about: str
    mapping: str = "auto"
    mapping_remark: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    why_none: str = ""
    summary: str = ""
    parent: str = ""


def new_config(
    sources: list[NewSource], *, cycle: str | Mapping[str, date], cycle_remark: str, timezone: str
) -> str:
    """The text of a config that there was none of."""
    head = [
        schema_line("config"),
        (
            "# Written by `okrsync init`. Change anything: running it again adds sources and keeps"
            " what you changed."
        ),
        (
            "# `okrsync check` says whether all is well. Lines that are commented out show the"
            " default."
        ),
        "",
        assign("cycle", cycle, cycle_remark),
        assign("timezone", timezone, "where a day begins and ends"),
        "# " + assign("fiscal_year_start", 1, "the month your year starts in", indent=2),
        "# " + assign("state", "okrsync.db", "journal, history, what okrsync remembers", indent=2),
        "",
    ]
    return "\n".join(head) + "".join(f"\n{_section(source)}" for source in sources)


def with_source(text: str, source: NewSource) -> str:
    """A config with one section more at its end. Raises `ConfigError` where its form leaves no
    place for one.
    """
    line_end = "\r\n" if "\r\n" in text else "\n"
    ends = "" if text.endswith("\n") or not text else line_end
    section = _section(source)
    after = text + ends + f"\n{section}".replace("\n", line_end)
    wanted = tomllib.loads(text)
    wanted.setdefault("sources", {})
    try:
        now = tomllib.loads(after)
        if isinstance(wanted["sources"], dict):
            wanted["sources"][source.name] = tomllib.loads(section)["sources"][source.name]
        is_good = now == wanted
    except tomllib.TOMLDecodeError:
        is_good = False
    if not is_good:
        raise ConfigError(
            "the config keeps its sources in a form that no section can be added to",
            hint=f"Add this yourself:\n\n{section}",
        )
    return after


def _section(source: NewSource) -> str:
    """The section of a source, as text."""
    lines = [
        f"# {one_line(source.about)}",
        f"[sources.{source.name}]",
        assign("connector", source.connector),
        *(assign(name, value) for name, value in source.settings.items()),
        assign("mapping", source.mapping, source.mapping_remark),
        "# "
        + assign(
            "parent",
            source.parent or "company/Grow revenue",
            "where its top objectives hang, if anywhere",
            indent=2,
        ),
        "",
        *(_write_lines(source) if source.columns else _no_write_lines(source)),
        "",
    ]
    return "\n".join(lines)


def _write_lines(source: NewSource) -> list[str]:
    return [
        (
            f"[sources.{source.name}.write]   # all that okrsync writes to; leave the section out"
            " to read only"
        ),
        assign("columns", source.columns),
        "# " + assign("create", True, "missing columns are made at the right edge", indent=2),
        "# " + assign("summary", "OKR summary", source.summary, indent=2),
        "# "
        + assign(
            "notify",
            "none",
            'overdue check-ins: "none", or "note" or "comment" at the row',
            indent=2,
        ),
    ]


def _no_write_lines(source: NewSource) -> list[str]:
    reason = [f"# {one_line(source.why_none)}"] if source.why_none else []
    columns = headers_for("en", ())
    return [*reason, f"# [sources.{source.name}.write]", "# " + assign("columns", columns)]
