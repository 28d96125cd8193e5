"""Tells rows that are no OKRs from those that are: totals, examples, separators, placeholders, headers that are repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from okrsync.mapping.values import is_placeholder
from okrsync.mapping.words import normal, table
from okrsync.table import CellValue, Row, is_blank

__all__ = ["reason_against"]

_EXAMPLE = re.compile(
    r"\W*(example|e\.g\.|beispiel|exemple|ejemplo|exemplo|esempio|voorbeeld|例|示例|пример)\W*(:|-|–|—|\Z|\brow\b)",
    re.IGNORECASE,
)


def reason_against(row: Row, roles: Mapping[str, int], names: Sequence[str]) -> str | None:
    """Why a row is no OKR, in words for a person, or None when it may be one."""
    titles = [value for role in ("objective", "key_result") if not is_blank(value := row.value(roles.get(role, 10**6)))]
    if not titles:
        return None
    texts = [value for value in titles if isinstance(value, str)]
    if texts and len(texts) == len(titles) and all(is_placeholder(text) for text in texts):
        return "a placeholder stands where a title belongs"
    short = [text for text in texts if len(text) <= 60]
    if not short:
        return None
    if any(_EXAMPLE.match(text) for text in short):
        return "an example row"
    if len(short) != len(titles):
        return None
    plain = [normal(text) for text in short]
    if all(text == normal(names[roles[role]]) for text, role in zip(plain, _filled(row, roles), strict=False)) and _few(
        row, names
    ):
        return "the header once more"
    meanings = [table("rows").get(text, ()) for text in plain]
    if any("total" in meaning for meaning in meanings) and len(plain) == 1:
        return "a total"
    if any("separator" in meaning for meaning in meanings) and sum(not is_blank(value) for value in row.values) == 1:
        return "a separator between parts of the table"
    return None


def _filled(row: Row, roles: Mapping[str, int]) -> list[str]:
    return [role for role in ("objective", "key_result") if not is_blank(row.value(roles.get(role, 10**6)))]


def _few(row: Row, names: Sequence[str]) -> bool:
    """Whether everything in the row is what stands in the header."""
    filled: list[tuple[int, CellValue]] = [(at, value) for at, value in enumerate(row.values) if not is_blank(value)]
    return all(
        at < len(names) and isinstance(value, str) and normal(value) == normal(names[at]) for at, value in filled
    )
