"""Objectives of all sources joined into one tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from okrsync.model import Objective, Warning_

__all__ = ["Tree"]


@dataclass(frozen=True, slots=True)
class Tree:
    """Who hangs under whom.

    `objectives` is by id, in reading order, over all sources. `parents` leads from an objective's id to its parent's;
    `children` the other way, in reading order; `roots` are those without a parent.
    """

    objectives: Mapping[str, Objective]
    parents: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]]
    roots: tuple[str, ...]
    warnings: tuple[Warning_, ...] = ()
