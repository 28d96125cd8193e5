"""The config as text: a new one with comments, or an existing one with one more section.

Existing text stays as it is, byte for byte: a new section is added at the end. The result is parsed
and compared with what was intended.
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
    """A source as it goes into the config. `about` is a remark on its contents; `columns` are
    okrsync's own by field, empty where the source is only read, and `why_none` then says why.
    `summary` explains where a summary is written; `parent` is an objective that its top objectives
    could support, as the config would name it.
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
    """The text of a new config."""
    head = [
        schema_line("config"),
        (
            "# Written by `okrsync init`. You can edit everything: running it again adds sources"
            " and keeps your changes."
        ),
        (
            "# `okrsync check` tests this file and the access to its sources. Commented-out lines"
            " show the defaults."
        ),
        "",
        assign("cycle", cycle, cycle_remark),
        assign("timezone", timezone, "decides when a day begins"),
        "# " + assign("fiscal_year_start", 1, "the first month of your fiscal year", indent=2),
        "# " + assign("state", "okrsync.db", "journal, history and last good numbers", indent=2),
        "",
    ]
    return "\n".join(head) + "".join(f"\n{_section(source)}" for source in sources)


def with_source(text: str, source: NewSource) -> str:
    """The config with one more section at its end. Raises `ConfigError` where its form does not
    allow that.
    """
    line_end = "\r\n" if "\r\n" in text else "\n"
    ends = "" if text.endswith("\n") or not text else line_end
    section = _section(source)
    # Windows editors write CRLF; one file must not mix both line ends.
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
            "the config lists its sources in a form that init cannot add to",
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
            "the objective that its top objectives support",
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
            f"[sources.{source.name}.write]   # the only columns that okrsync writes; without this"
            " section it only reads"
        ),
        assign("columns", source.columns),
        "# " + assign("create", True, "add missing columns at the right edge", indent=2),
        "# " + assign("summary", "OKR summary", source.summary, indent=2),
        "# "
        + assign(
            "notify",
            "none",
            'reminders of overdue check-ins: "none", "note" or "comment"',
            indent=2,
        ),
    ]


def _no_write_lines(source: NewSource) -> list[str]:
    reason = [f"# {one_line(source.why_none)}"] if source.why_none else []
    columns = headers_for("en", ())
    return [*reason, f"# [sources.{source.name}.write]", "# " + assign("columns", columns)]
