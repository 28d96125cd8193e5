"""How everything stands at one moment: what `show`, `explain` and reports look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from okrsync.measures.result import Measure
from okrsync.model import Cycle, Warning_
from okrsync.tree import Tree

__all__ = ["Picture", "SourceView"]


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source in the picture. `state` is `ok`, `kept` (its last good numbers, read at `read_at`) or `failed`; `error`
    and `hint` say why. `other_cycles` counts items that lie outside the configured cycle."""

    name: str
    connector: str
    state: Literal["ok", "kept", "failed"]
    read_at: datetime | None
    objectives: int = 0
    key_results: int = 0
    other_cycles: int = 0
    error: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The tree with its measures. Items outside the configured cycle are in `others`, with measures of their own."""

    as_of: date
    cycle: Cycle
    sources: tuple[SourceView, ...]
    tree: Tree
    measures: Mapping[str, Measure]
    others: Tree
    other_measures: Mapping[str, Measure]
    warnings: tuple[Warning_, ...]
