"""Finds weaknesses of the OKRs themselves, independent of their numbers.

A remark names the cell, says what was found and why it matters, and what to do about it. It is
advice: nothing here changes a number.
"""

from __future__ import annotations

from okrsync.lint.remark import Level, Remark
from okrsync.lint.rules import RULES, items
from okrsync.measures.picture import Picture

__all__ = ["Level", "Remark", "lint"]


def lint(picture: Picture) -> tuple[Remark, ...]:
    """All remarks about the items of the configured cycle, in the order of the items; the most
    serious remark of an item comes first.
    """
    order = {item.id: number for number, item in enumerate(items(picture))}
    levels = list(Level)
    remarks = [remark for rule in RULES for remark in rule(picture)]
    return tuple(sorted(remarks, key=lambda remark: (order[remark.id], levels.index(remark.level))))
