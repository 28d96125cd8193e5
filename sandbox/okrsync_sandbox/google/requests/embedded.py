"""Updates of charts and slicers: objects that float over the cells."""

from __future__ import annotations

from typing import Any

from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formats import tidy
from okrsync_sandbox.google.mask import updated
from okrsync_sandbox.google.model import GridSheet, Json
from okrsync_sandbox.google.ranges import resolve_grid_range
from okrsync_sandbox.google.requests.context import Update, Work, required
from okrsync_sandbox.google.requests.kept import find_object, own_id
from okrsync_sandbox.google.resource import bare_ranges

__all__ = ["UPDATES"]


def _placed(work: Work, position: Json) -> tuple[GridSheet, Json]:
    """The sheet of an embedded object, and its position as answers show it."""
    # A chart may have a tab of its own, which has no grid.
    if position.get("newSheet") or "sheetId" in position:
        sheet_id = position.get("sheetId") or work.new_id()
        if work.spreadsheet.sheet(sheet_id) is not None:
            raise invalid(f"A sheet with the id {sheet_id} already exists.")
        sheet = GridSheet(
            sheet_id, f"Chart{len(work.spreadsheet.sheets)}", properties={"sheetType": "OBJECT"}
        )
        work.spreadsheet.sheets.append(sheet)
        return sheet, {"sheetId": sheet_id}
    overlay = position.get("overlayPosition", {})
    anchor = overlay.get("anchorCell", {})
    sheet = work.sheet(anchor.get("sheetId", 0), "grid")
    row, column = anchor.get("rowIndex", 0), anchor.get("columnIndex", 0)
    if row >= sheet.row_count:
        raise invalid(
            f"GridCoordinate.rowIndex[{row}] is after last row in grid[{sheet.row_count}]"
        )
    if column >= sheet.column_count:
        raise invalid(
            f"GridCoordinate.columnIndex[{column}] is after last column in"
            f" grid[{sheet.column_count}]"
        )
    # The defaults that answers show for a chart without a size.
    size = {"widthPixels": 600, "heightPixels": 371}
    return sheet, {
        "overlayPosition": {**size, **overlay, "anchorCell": {**anchor, "sheetId": sheet.id}}
    }


def _check_chart(work: Work, spec: Json) -> None:
    """Raise `ApiError` 400 unless each source range is one row or one column, on an existing
    sheet.
    """
    for source in _sources(spec):
        for cell_range in source:
            _, block = resolve_grid_range(work.spreadsheet, cell_range)
            width = None if block.end_column is None else block.end_column - block.column
            height = None if block.end_row is None else block.end_row - block.row
            # https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/charts#ChartSourceRange
            if width != 1 and height != 1:
                raise invalid("Chart source ranges must be one row or one column wide.")


def _sources(item: Any) -> list[list[Json]]:
    sources: list[list[Json]] = []
    if isinstance(item, dict):
        if "sourceRange" in item and isinstance(item["sourceRange"], dict):
            sources.append(item["sourceRange"].get("sources", []))
        for value in item.values():
            sources += _sources(value)
    elif isinstance(item, list):
        for value in item:
            sources += _sources(value)
    return sources


def _dressed(spec: Json) -> Json:
    """A chart's specification with the defaults that answers add."""
    return {
        "fontName": "Roboto",
        "hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS",
        **tidy(spec),
    }


def _add_chart(work: Work, args: Json) -> Json:
    given = args.get("chart", {})
    if not given.get("spec"):
        raise invalid("A chart must have a spec.")
    _check_chart(work, given["spec"])
    chart_id = own_id(work, "charts", "chartId", given.get("chartId"))
    sheet, position = _placed(work, given.get("position", {}))
    chart = {"chartId": chart_id, "spec": _dressed(given["spec"]), "position": position}
    if "border" in given:
        chart["border"] = tidy(given["border"])
    sheet.list_of("charts").append(chart)
    return {"addChart": {"chart": bare_ranges(chart)}}


def _update_chart(work: Work, args: Json) -> Json:
    _, chart = find_object(work, "charts", "chartId", args.get("chartId"))
    _check_chart(work, args.get("spec", {}))
    chart["spec"] = _dressed(args.get("spec", {}))
    return {}


def _embedded(work: Work, object_id: Any) -> tuple[GridSheet, Json, str]:
    for kind, name in (("charts", "chartId"), ("slicers", "slicerId")):
        for sheet in work.spreadsheet.sheets:
            for embedded in sheet.objects.get(kind, ()):
                if embedded.get(name) == object_id:
                    return sheet, embedded, kind
    raise invalid(f"No embedded object with id: {object_id}")


def _delete_embedded(work: Work, args: Json) -> Json:
    sheet, embedded, kind = _embedded(work, args.get("objectId"))
    sheet.objects[kind].remove(embedded)
    return {}


def _move_embedded(work: Work, args: Json) -> Json:
    sheet, embedded, kind = _embedded(work, args.get("objectId"))
    target, position = _placed(work, args.get("newPosition", {}))
    fields = args.get("fields", "*")
    if (
        "overlayPosition" in embedded["position"]
        and "overlayPosition" in position
        and fields not in ("*", "")
    ):
        position = {
            "overlayPosition": {
                **embedded["position"]["overlayPosition"],
                **{
                    name: value
                    for name, value in position["overlayPosition"].items()
                    if name in fields or fields in (None,)
                },
            }
        }
    embedded["position"] = position
    if target is not sheet:
        sheet.objects[kind].remove(embedded)
        target.list_of(kind).append(embedded)
    return {"updateEmbeddedObjectPosition": {"position": bare_ranges(position)}}


def _border_embedded(work: Work, args: Json) -> Json:
    _, embedded, _ = _embedded(work, args.get("objectId"))
    embedded["border"] = updated(
        embedded.get("border", {}), tidy(args.get("border", {})), required(args)
    )
    return {}


def _add_slicer(work: Work, args: Json) -> Json:
    given = args.get("slicer", {})
    sheet, position = _placed(work, given.get("position", {}))
    slicer_id = own_id(work, "slicers", "slicerId", given.get("slicerId"))
    slicer = {"slicerId": slicer_id, "spec": tidy(given.get("spec", {})), "position": position}
    sheet.list_of("slicers").append(slicer)
    return {"addSlicer": {"slicer": bare_ranges(slicer)}}


def _update_slicer(work: Work, args: Json) -> Json:
    mask = required(args, message="SlicerSpec")
    _, slicer = find_object(work, "slicers", "slicerId", args.get("slicerId"))
    slicer["spec"] = updated(slicer["spec"], tidy(args.get("spec", {})), mask)
    return {}


UPDATES: dict[str, Update] = {
    "addChart": _add_chart,
    "updateChartSpec": _update_chart,
    "deleteEmbeddedObject": _delete_embedded,
    "updateEmbeddedObjectPosition": _move_embedded,
    "updateEmbeddedObjectBorder": _border_embedded,
    "addSlicer": _add_slicer,
    "updateSlicerSpec": _update_slicer,
}
