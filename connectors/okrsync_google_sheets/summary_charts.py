"""The charts of the managed summary tab. A colour means the same status everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from okrsync.connector import (
    BY_OBJECTIVE,
    PALETTE,
    ManagedPage,
    ReviewPage,
    Summary,
    SummaryCell,
    status_columns,
)
from okrsync_google_sheets.looks import colour

__all__ = ["ACTUAL", "chart_requests", "chart_specs"]

Json = dict[str, Any]
SheetRows = list[list[SummaryCell | None]]
ACTUAL, _EXPECTED = "#00798c", "#bdc1c6"
"""Progress and what was expected: neither is a colour of a status."""
_CHART_COLUMN = 10


def chart_requests(
    summary: ManagedPage,
    rows: SheetRows,
    sheet_id: int,
    present_ids: frozenset[int],
    id_by_name: Callable[[str], int],
) -> list[Json]:
    """Requests that make the charts of the tab those of the summary. `id_by_name` tells the id of a
    chart.
    """
    requests: list[Json] = []
    wanted = chart_specs(summary, rows, sheet_id, id_by_name)
    for chart_id, spec, row in wanted:
        if chart_id in present_ids:
            requests.append({"updateChartSpec": {"chartId": chart_id, "spec": spec}})
            continue
        anchor = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": _CHART_COLUMN}
        overlay = {"anchorCell": anchor, "widthPixels": 560, "heightPixels": 320}
        chart = {"chartId": chart_id, "spec": spec, "position": {"overlayPosition": overlay}}
        requests.append({"addChart": {"chart": chart}})
    own_ids = {id_by_name(name) for name in ("progress", "statuses", "expected")}
    gone_ids = sorted((own_ids & present_ids) - {chart_id for chart_id, _, _ in wanted})
    return [
        *requests,
        *({"deleteEmbeddedObject": {"objectId": chart_id}} for chart_id in gone_ids),
    ]


def chart_specs(
    summary: ManagedPage, rows: SheetRows, sheet_id: int, id_by_name: Callable[[str], int]
) -> list[tuple[int, Json, int]]:
    """The charts that have data: id, specification, and the row they are anchored at."""
    specs: list[tuple[int, Json, int]] = []
    if isinstance(summary, ReviewPage):
        return specs
    heading_row = _find(rows, "Objectives")
    if heading_row is not None and summary.objectives:
        first, count = heading_row + 1, len(summary.objectives) + 1
        specs.append((id_by_name("progress"), _progress_chart(sheet_id, first, count), 1))
        if any(line.expected is not None for line in summary.objectives):
            specs.append((id_by_name("expected"), _expected_chart(sheet_id, first, count), 35))
    heading_row = _find(rows, BY_OBJECTIVE)
    if heading_row is not None:
        count = len(summary.by_objective) + 1
        chart = _status_chart(sheet_id, heading_row + 1, count, summary)
        specs.append((id_by_name("statuses"), chart, 18))
    return specs


def _find(rows: SheetRows, heading: str) -> int | None:
    for row_index, row in enumerate(rows):
        if row[0] is not None and row[0].look == "heading" and row[0].value == heading:
            return row_index
    return None


def _source(sheet_id: int, row: int, count: int, column: int) -> Json:
    cell_range = {
        "sheetId": sheet_id,
        "startRowIndex": row,
        "endRowIndex": row + count,
        "startColumnIndex": column,
        "endColumnIndex": column + 1,
    }
    return {"sourceRange": {"sources": [cell_range]}}


def _progress_chart(sheet_id: int, row: int, count: int) -> Json:
    return {
        "title": "Progress by objective",
        "basicChart": {
            "chartType": "BAR",
            "legendPosition": "NO_LEGEND",
            "headerCount": 1,
            "domains": [{"domain": _source(sheet_id, row, count, 0)}],
            "series": [{"series": _source(sheet_id, row, count, 2), "color": colour(ACTUAL)}],
        },
    }


def _expected_chart(sheet_id: int, row: int, count: int) -> Json:
    return {
        "title": "Expected and actual progress",
        "basicChart": {
            "chartType": "COLUMN",
            "legendPosition": "BOTTOM_LEGEND",
            "headerCount": 1,
            "domains": [{"domain": _source(sheet_id, row, count, 0)}],
            "series": [
                {"series": _source(sheet_id, row, count, 3), "color": colour(_EXPECTED)},
                {"series": _source(sheet_id, row, count, 2), "color": colour(ACTUAL)},
            ],
        },
    }


def _status_chart(sheet_id: int, row: int, count: int, summary: Summary) -> Json:
    """A bar for each objective, made of its key results by status, in the colours that these have
    everywhere.
    """
    # https://developers.google.com/sheets/api/reference/rest/v4/spreadsheets/charts
    series = [
        {
            "series": _source(sheet_id, row, count, column),
            "color": colour(PALETTE[statuses[0]].bar),
        }
        for column, (_, statuses) in enumerate(status_columns(summary), start=1)
    ]
    return {
        "title": BY_OBJECTIVE,
        "basicChart": {
            "chartType": "BAR",
            "stackedType": "STACKED",
            "legendPosition": "BOTTOM_LEGEND",
            "headerCount": 1,
            "domains": [{"domain": _source(sheet_id, row, count, 0)}],
            "series": series,
        },
    }
