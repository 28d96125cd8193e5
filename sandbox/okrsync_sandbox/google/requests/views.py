"""Updates of filter views, banding and tables: objects with an id and a range."""

from __future__ import annotations

from copy import deepcopy

from okrsync_sandbox.google.a1 import block_of
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formats import tidy
from okrsync_sandbox.google.mask import updated
from okrsync_sandbox.google.model import Json
from okrsync_sandbox.google.ranges import closed_range, resolve_grid_range
from okrsync_sandbox.google.requests.context import Update, Work, required
from okrsync_sandbox.google.requests.kept import find_object, own_id, range_sheet
from okrsync_sandbox.google.resource import bare_ranges

__all__ = ["UPDATES"]


def _add_filter_view(work: Work, args: Json) -> Json:
    given = args.get("filter", {})
    sheet = range_sheet(work, given.get("range", {}))
    filter_view = {"title": f"Filter {len(sheet.list_of('filterViews')) + 1}", **given}
    if "range" in given:
        filter_view["range"] = closed_range(work.spreadsheet, given["range"])
    filter_view["filterViewId"] = own_id(
        work, "filterViews", "filterViewId", given.get("filterViewId")
    )
    sheet.list_of("filterViews").append(filter_view)
    return {"addFilterView": {"filter": bare_ranges(filter_view)}}


def _update_filter_view(work: Work, args: Json) -> Json:
    mask = required(args, message="FilterView")
    given = args.get("filter", {})
    _, filter_view = find_object(work, "filterViews", "filterViewId", given.get("filterViewId"))
    changed = updated(filter_view, given, mask)
    filter_view.clear()
    filter_view.update({**changed, "filterViewId": given["filterViewId"]})
    return {}


def _delete_filter_view(work: Work, args: Json) -> Json:
    sheet, filter_view = find_object(work, "filterViews", "filterViewId", args.get("filterId"))
    sheet.objects["filterViews"].remove(filter_view)
    return {}


def _duplicate_filter_view(work: Work, args: Json) -> Json:
    sheet, filter_view = find_object(work, "filterViews", "filterViewId", args.get("filterId"))
    copy = {
        **deepcopy(filter_view),
        "filterViewId": work.new_id(),
        "title": f"Copy of {filter_view.get('title', '')}",
    }
    sheet.list_of("filterViews").append(copy)
    return {"duplicateFilterView": {"filter": bare_ranges(copy)}}


def _add_banding(work: Work, args: Json) -> Json:
    given = tidy(args.get("bandedRange", {}))
    sheet = range_sheet(work, given.get("range", {}))
    banding = {
        **given,
        "bandedRangeId": own_id(work, "bandedRanges", "bandedRangeId", given.get("bandedRangeId")),
    }
    sheet.list_of("bandedRanges").append(banding)
    return {"addBanding": {"bandedRange": bare_ranges(banding)}}


def _update_banding(work: Work, args: Json) -> Json:
    mask = required(args, message="BandedRange")
    given = tidy(args.get("bandedRange", {}))
    _, banding = find_object(work, "bandedRanges", "bandedRangeId", given.get("bandedRangeId"))
    banding.update(updated(banding, given, mask))
    return {}


def _delete_banding(work: Work, args: Json) -> Json:
    sheet, banding = find_object(work, "bandedRanges", "bandedRangeId", args.get("bandedRangeId"))
    sheet.objects["bandedRanges"].remove(banding)
    return {}


def _add_table(work: Work, args: Json) -> Json:
    given = tidy(args.get("table", {}))
    sheet, block = resolve_grid_range(work.spreadsheet, given.get("range", {}))
    if not given.get("name"):
        raise invalid("A table must have a name.")
    for present in sheet.list_of("tables"):
        # https://developers.google.com/workspace/sheets/api/guides/tables
        if block_of(present["range"]).meets(block):
            raise invalid("A table cannot overlap another table.")
    table = {**given, "tableId": str(own_id(work, "tables", "tableId", given.get("tableId")))}
    width = (block.end_column or sheet.column_count) - block.column
    named = {
        column_properties.get("columnIndex", index): column_properties
        for index, column_properties in enumerate(given.get("columnProperties", ()))
    }
    table["columnProperties"] = [
        {
            "columnName": str(
                sheet.cell(block.row, block.column + column_index).value
                or f"Column {column_index + 1}"
            ),
            **named.get(column_index, {}),
            # An index of 0 is left out, as JSON of protocol buffers leaves out defaults.
            **({"columnIndex": column_index} if column_index else {}),
        }
        for column_index in range(width)
    ]
    sheet.list_of("tables").append(table)
    return {"addTable": {"table": bare_ranges(table)}}


def _update_table(work: Work, args: Json) -> Json:
    mask = required(args, message="Table")
    given = tidy(args.get("table", {}))
    _, table = find_object(work, "tables", "tableId", given.get("tableId"))
    table.update(updated(table, given, mask))
    return {}


def _delete_table(work: Work, args: Json) -> Json:
    sheet, table = find_object(work, "tables", "tableId", args.get("tableId"))
    sheet.objects["tables"].remove(table)
    return {}


UPDATES: dict[str, Update] = {
    "addFilterView": _add_filter_view,
    "updateFilterView": _update_filter_view,
    "deleteFilterView": _delete_filter_view,
    "duplicateFilterView": _duplicate_filter_view,
    "addBanding": _add_banding,
    "updateBanding": _update_banding,
    "deleteBanding": _delete_banding,
    "addTable": _add_table,
    "updateTable": _update_table,
    "deleteTable": _delete_table,
}
