"""One cell: an objective and its key results share one cell, or several key results do, each on a
line of its own, after a mark such as `KR1:`, or separated by bars.
"""

from __future__ import annotations

import re

from okrsync.mapping.layouts.layout import Layout
from okrsync.mapping.sheet import Record, Sheet
from okrsync.model.patterns import lazy_pattern
from okrsync.model.table import CellError, is_blank

__all__ = ["LAYOUT", "parts_of"]

_MARK = lazy_pattern(
    r"(?:^|[\n;|•·])\s*(?:[-*•]\s*)?((?:kr|key results?|schlüsselergebnisse?|resultados?"
    r" claves?|resultados? chaves?|résultats? clés?|risultat[oi] chiave|ключевой"
    r" результат|关键结果|成果指標|핵심 ?결과)\s*[-_#]?\s*\d*(?:\.\d+)?\s*[:：.)\-–]|(?:key"
    r" )?targets?\s*:|meta\s*:|cible\s*:)",
    re.IGNORECASE,
)
_OBJECTIVE = lazy_pattern(
    r"^\s*(?:(?:objective|goal|objetivo|objectif|obiettivo|doel|ziel|目标|目標|목표|цель)\s*\d*|o\d+)\s*[:：.)\-–]\s*",
    re.IGNORECASE,
)
_LINE = lazy_pattern(r"^\s*(?:[-*•·‣▪]|\d{1,2}[.)]|kr\s*\d*\s*[:.)\-–])\s*", re.IGNORECASE)
# The first rows decide; a large sheet need not be read twice.
_SAMPLE = 200
_BLANKS = " \t\r\n;|•·-*"
_MEASURES = ("baseline", "current", "target")


def _fits(sheet: Sheet) -> float:
    """1.15 where most titles hold a mark of a key result after the objective, or where most cells
    of key results hold several; otherwise 0.
    """
    if _have_several(sheet):
        return 1.15
    texts = [text for text in sheet.texts(_role(sheet))[:_SAMPLE] if text]
    marked = sum(len(parts_of(text)) > 1 for text in texts)
    _, _, key_result_only = sheet.filled
    return (
        1.15
        if texts
        and marked * 2 > len(texts)
        and (not key_result_only or "objective" not in sheet.roles)
        else 0.0
    )


def _records(sheet: Sheet) -> list[Record]:
    """The text before the first mark is the objective, and the text after each mark is a key
    result. In a cell of key results, each line is one.
    """
    if _have_several(sheet):
        return _several(sheet)
    records: list[Record] = []
    column = sheet.roles[_role(sheet)]
    for row in sheet.rows:
        text = sheet.text_in(row, column)
        if not text:
            continue
        objective, *key_results = parts_of(text)
        objective_index = len(records)
        records.append(Record("objective", row, column, title=objective or text))
        records.extend(
            Record("key_result", row, column, objective_index, title=part) for part in key_results
        )
    return records


def _several(sheet: Sheet) -> list[Record]:
    records: list[Record] = []
    objective_index: int | None = None
    for row, objective, text in zip(
        sheet.rows, sheet.texts("objective"), sheet.texts("key_result"), strict=True
    ):
        if objective:
            objective_index = len(records)
            records.append(Record("objective", row, sheet.roles["objective"]))
        elif not sheet.has_order:
            objective_index = None
        records.extend(
            Record("key_result", row, sheet.roles["key_result"], objective_index, title=part)
            for part in _lines(text)
        )
    return records


def _have_several(sheet: Sheet) -> bool:
    """Whether most cells of key results hold several of them, and no row has numbers, which could
    only belong to one.
    """
    if "key_result" not in sheet.roles or "objective" not in sheet.roles or sheet.shares_a_column:
        return False
    measures = [sheet.roles[role] for role in _MEASURES if role in sheet.roles]
    values = (row.value(column) for column in measures for row in sheet.rows)
    if any(not is_blank(value) and not isinstance(value, CellError) for value in values):
        return False
    texts = [text for text in sheet.texts("key_result")[:_SAMPLE] if text]
    return sum(len(_lines(text)) > 1 for text in texts) * 2 > len(texts)


def _lines(text: str) -> list[str]:
    """The key results of one cell: its lines, or its parts between bars."""
    parts = (
        text.split("\n")
        if "\n" in text
        else re.split(r"\s*\|\s*|\s*;\s+(?=kr)", text, flags=re.IGNORECASE)
    )
    return [bare for part in parts if (bare := _LINE.sub("", part).strip())]


def _role(sheet: Sheet) -> str:
    return "objective" if "objective" in sheet.roles else "key_result"


def parts_of(text: str) -> list[str]:
    """The objective of a text, followed by the key results that are marked as such; only the text
    itself where none is marked.
    """
    marks = list(_MARK.finditer(text))
    if not marks or not text[: marks[0].start()].strip(_BLANKS):
        return [text]
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    parts = [text[mark.end() : end].strip(_BLANKS) for mark, end in zip(marks, ends, strict=True)]
    # One mark above a list (`Key results:` and a line for each) applies to all of its lines.
    listed = [line for part in parts for line in (_lines(part) if "\n" in part else [part])]
    return [
        _OBJECTIVE.sub("", text[: marks[0].start()]).strip(_BLANKS),
        *[part for part in listed if part],
    ]


LAYOUT = Layout(
    because="an objective and its key results share one cell",
    fits=_fits,
    records=_records,
)
