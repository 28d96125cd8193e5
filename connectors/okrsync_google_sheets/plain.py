"""Spreadsheets without formulas, read at half the cost: what somebody entered is what a cell shows.

An answer has both for each cell. Where an answer with both showed that they are the same in every
cell, later requests leave out what the cells show. They name what else could fill a cell: formulas,
pivot tables, connected data and smart chips. If any turns up, both are requested again.
https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/cells#CellData
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okrsync_google_sheets.edits import is_sparkline
from okrsync_google_sheets.kept import DAY
from okrsync_google_sheets.tab import FIELDS

__all__ = ["PLAIN_FIELDS", "FormulaMemory", "completed", "enters_formulas"]

Json = dict[str, Any]
_FILLS_CELLS = ("pivotTable", "dataSourceTable", "dataSourceFormula", "chipRuns")
_FEATURES = (
    "pivotTable(source,dataSourceId),dataSourceTable(dataSourceId),"
    "dataSourceFormula(dataSourceId),chipRuns(startIndex)"
)
PLAIN_FIELDS = FIELDS.replace("effectiveValue", _FEATURES)
"""The fields of an answer without what the cells show."""
_NAME = "plain_at"
# A trend of okrsync's own: a picture, and no value. The blank is that of `json.dumps`.
_FORMULA = re.compile(r'"formulaValue": "(?!=SPARKLINE\(\{)')


@dataclass(frozen=True, slots=True)
class FormulaMemory:
    """What is remembered from run to run about the formulas of one spreadsheet. With fewer filled
    cells than `many_cells`, a first formula would cost more in calls than is saved in bytes: the
    spreadsheet is then requested a second time.
    """

    memory: MutableMapping[str, Any]
    now: Callable[[], datetime]
    many_cells: int

    @property
    def are_absent(self) -> bool:
        """Whether an answer of the last day showed that a large spreadsheet has none."""
        seen_at = self.memory.get(_NAME)
        return seen_at is not None and self.now() - datetime.fromisoformat(seen_at) <= DAY

    def learn(self, answer: Json) -> None:
        """Remember what an answer to `FIELDS` shows."""
        if _is_plain(answer, self.many_cells):
            self.memory[_NAME] = self.now().isoformat()
        else:
            self.memory.pop(_NAME, None)


def _is_plain(answer: Json, many_cells: int) -> bool:
    """Whether so many cells are filled that it matters, and each shows what was entered."""
    # Most spreadsheets are small: their cells need not be looked at.
    if sum(1 for _ in _cells(answer)) < many_cells:
        return False
    count = 0
    for cell in _cells(answer):
        if any(name in cell for name in _FILLS_CELLS):
            return False
        if "userEnteredValue" in cell or "effectiveValue" in cell:
            count += 1
            entered = cell.get("userEnteredValue", {})
            if entered != cell.get("effectiveValue") and not is_sparkline(
                entered.get("formulaValue")
            ):
                return False
    return count >= many_cells


def completed(answer: Json) -> Json | None:
    """An answer to `PLAIN_FIELDS` with what the cells show; None if not every cell can be known to
    show what was entered. The answer is changed.
    """
    for cell in _cells(answer):
        if any(name in cell for name in _FILLS_CELLS):
            return None
        entered = cell.get("userEnteredValue")
        if entered is None:
            continue
        if "formulaValue" not in entered:
            cell["effectiveValue"] = entered
        elif not is_sparkline(entered["formulaValue"]):
            return None
    return answer


def enters_formulas(requests: Sequence[Json]) -> bool:
    """Whether requests put a formula into a cell that is no trend of okrsync's own."""
    return _FORMULA.search(json.dumps(requests)) is not None


def _cells(answer: Json) -> Iterator[Json]:
    for sheet in answer.get("sheets", ()):
        for data in sheet.get("data", ()):
            for row in data.get("rowData", ()):
                yield from row.get("values", ())
