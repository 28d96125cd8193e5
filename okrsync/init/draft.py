"""Drafts the files of init as text: sources of a new or an existing config, and their mapping
files. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from okrsync.config import Config
from okrsync.connector.registry import connector_type
from okrsync.init.config_file import NewSource, new_config, with_source
from okrsync.init.looking import Look
from okrsync.init.mapping_file import new_mapping, with_answers
from okrsync.init.pinning import Pinned, pin
from okrsync.init.toml_text import read_text, with_keys
from okrsync.init.words import headers_for, language_of
from okrsync.mapping import TabReading

__all__ = ["Draft", "Ready", "draft", "proposed_columns"]


@dataclass(frozen=True, slots=True)
class Ready:
    """A place ready to become a source, or an existing source (`known`) with the requested changes:
    answers for its mapping, and changed settings.
    """

    look: Look
    answers: Mapping[str, object] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    known: bool = False
    changed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """Every new or changed file by path. The config is last, because it names the others. `before`
    is the text of each file when it was read, None where it did not exist; `after` is the new text.
    """

    before: Mapping[Path, str | None]
    after: Mapping[Path, str]


def proposed_columns(look: Look) -> dict[str, str]:
    """Headers for okrsync's own columns, in the language of the sheet's headers and different from
    all of them and from the texts in its first rows, which may head another table or several
    columns; empty where the sheet is only read.
    """
    if not look.seen.is_writable:
        return {}
    headers = [
        column.header for tab in look.okrs.tabs if tab.layout is not None for column in tab.columns
    ]
    texts = {
        value
        for table in look.seen.snapshot.tables
        for row in table.rows[:_DEPTH]
        for value in row.values
        if isinstance(value, str) and len(value) <= _LONGEST
    }
    return headers_for(language_of(headers), texts.union(headers))


_DEPTH, _LONGEST = 200, 40
"""As many rows are searched for the headers of okrsync's columns; longer texts are none."""


def draft(
    ready: Sequence[Ready],
    path: Path,
    text: str | None,
    config: Config | None,
    *,
    cycle: str | Mapping[str, date] | None,
    cycle_remark: str,
    timezone: str | None,
    known_parent: str = "",
) -> Draft:
    """The files as they would be written. In an existing config, `cycle` and `timezone` are set
    unless they are None; `known_parent` is an objective of one of its sources.

    Raises `ConfigError` where the form of an existing file does not allow the change.
    """
    files: dict[Path, str] = {}
    base = path.parent
    new: list[NewSource] = []
    keys: dict[tuple[str, ...], object] = {}
    for source in ready:
        if source.known:
            keys.update(_changes(source, base, config, files))
        else:
            new.append(_new_source(source, ready, base, files, known_parent))
    if text is None:
        after = new_config(
            new, cycle=cycle or "auto", cycle_remark=cycle_remark, timezone=timezone or "UTC"
        )
    else:
        keys.update(
            {
                (name,): value
                for name, value in (("cycle", cycle), ("timezone", timezone))
                if value is not None
            }
        )
        after = with_keys(text, keys) if keys else text
        for new_source in new:
            after = with_source(after, new_source)
    if after != text:
        files[path] = after
    before = {
        file: text if file == path else read_text(file) if file.exists() else None for file in files
    }
    return Draft(before, files)


def _new_source(
    source: Ready,
    ready: Sequence[Ready],
    base: Path,
    files: dict[Path, str],
    known_parent: str,
) -> NewSource:
    look = source.look
    mapping, remark = "auto", "layout and columns are detected at each run"
    pinned = None
    if look.tool is not None and not source.answers:
        mapping, remark = look.tool, "comes with okrsync; `okrsync mappings` shows where it is"
    else:
        pinned = pin(look, source.answers)
    if pinned is not None:
        mapping = _add_mapping(look, pinned, source.answers, base, files)
        remark = "what each column means, and why"
    title = look.seen.snapshot.title or look.seen.given.text
    objectives, key_results = look.items
    return NewSource(
        name=look.name,
        connector=look.seen.given.connector,
        settings=look.seen.given.settings,
        about=(
            f"{title}: {objectives} objective{'s' * (objectives != 1)} and {key_results} key"
            f" result{'s' * (key_results != 1)}{_tabs_text(look.okrs.tabs)}"
        ),
        mapping=mapping,
        mapping_remark=remark,
        columns=source.columns,
        why_none="" if look.seen.is_writable else "This kind of file is only read.",
        summary=connector_type(look.seen.given.connector).summary_place,
        parent=known_parent or _parent_above(source, ready),
    )


def _parent_above(source: Ready, ready: Sequence[Ready]) -> str:
    """The objective that a source's objectives may support: the first of another source, by its
    title, which says more than an id; empty where there is none.
    """
    titles = (
        f"{other.look.name}/{objective.title}"
        for other in ready
        if other is not source
        for objective in other.look.okrs.objectives
        if not objective.implied
    )
    return next(titles, "")


def _tabs_text(tabs: Sequence[TabReading]) -> str:
    taken = [tab.table for tab in tabs if tab.layout is not None]
    left_out = [tab.table for tab in tabs if tab.layout is None]
    if not left_out:
        return ""
    return f" in {', '.join(taken)}; left out: {', '.join(left_out)}"


def _changes(
    source: Ready, base: Path, config: Config | None, files: dict[Path, str]
) -> dict[tuple[str, ...], object]:
    """The keys of an existing config that change for a source. Answers go into its mapping file, or
    into a new one that the config then names.
    """
    name = source.look.name
    keys: dict[tuple[str, ...], object] = {
        ("sources", name, key): value for key, value in source.changed.items()
    }
    if not source.answers or config is None:
        return keys
    spec = config.sources[name].mapping
    file = base / Path(spec).expanduser()
    if spec != "auto" and file.is_file():
        files[file] = with_answers(read_text(file), source.answers)
        return keys
    pinned = pin(source.look, source.answers)
    if pinned is not None:
        keys["sources", name, "mapping"] = _add_mapping(
            source.look, pinned, source.answers, base, files
        )
    return keys


def _add_mapping(
    look: Look, pinned: Pinned, answers: Mapping[str, object], base: Path, files: dict[Path, str]
) -> str:
    """Add a mapping file with an unused name, and return its name for the config."""
    name, number = f"mappings/{look.name}.toml", 1
    while (base / name).exists() or base / name in files:
        number += 1
        name = f"mappings/{look.name}-{number}.toml"
    files[base / name] = new_mapping(
        pinned, look.seen.snapshot.title or look.seen.given.text, answers
    )
    return name
