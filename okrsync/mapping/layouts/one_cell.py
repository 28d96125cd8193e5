"""One cell: an objective and its key results written into one cell, each on a line of its own or behind a mark such as `KR1:`."""

from __future__ import annotations

import re

from okrsync.mapping.sheet import Record, Sheet

__all__ = ["fits", "records"]

_MARK = re.compile(
    r"(?:^|[\n;|•·])\s*(?:[-*•]\s*)?((?:kr|key result|schlüsselergebnis|resultado clave|resultado chave|résultat clé|关键结果)\s*[-_#]?\d*\s*[:.)\-–]|target\s*:|ziel\s*:)",
    re.IGNORECASE,
)
_OBJECTIVE = re.compile(r"^\s*(?:objective|goal|objetivo|objectif|ziel|目标)\s*\d*\s*[:.)\-–]\s*", re.IGNORECASE)
_BLANKS = " \t\r\n;|•·-*"


def fits(sheet: Sheet) -> float:
    """Well, when most titles hold a mark of a key result behind the objective's own words."""
    texts = [text for text in sheet.texts(_role(sheet)) if text]
    told = sum(len(_parts(text)) > 1 for text in texts)
    _, _, key_result_only = sheet.filled
    return 1.15 if texts and told * 2 > len(texts) and (not key_result_only or "objective" not in sheet.roles) else 0.0


def records(sheet: Sheet) -> list[Record]:
    """What stands before the first mark is the objective, each part behind a mark a key result."""
    found: list[Record] = []
    column = sheet.roles[_role(sheet)]
    for row in sheet.rows:
        text = sheet.text_in(row, column)
        if not text:
            continue
        objective, *key_results = _parts(text)
        at = len(found)
        found.append(Record("objective", row, column, title=objective or text))
        found.extend(Record("key_result", row, column, at, title=part) for part in key_results)
    return found


def _role(sheet: Sheet) -> str:
    return "objective" if "objective" in sheet.roles else "key_result"


def _parts(text: str) -> list[str]:
    marks = list(_MARK.finditer(text))
    if not marks or not text[: marks[0].start()].strip(_BLANKS):
        return [text]
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    parts = [text[mark.end() : end].strip(_BLANKS) for mark, end in zip(marks, ends, strict=True)]
    return [_OBJECTIVE.sub("", text[: marks[0].start()]).strip(_BLANKS), *[part for part in parts if part]]
