"""Updates of filter views, banding and tables: objects with an id and a range."""

from __future__ import annotations

from copy import deepcopy

from okrsync_sandbox.google.a1 import block_of
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formats import tidy
from okrsync_sandbox.google.mask import updated
from okrsync_sandbox.google.model import Json
from okrsync_sandbox.google.ranges import resolve_grid_range
from okrsync_sandbox.google.requests.context import Update, Work, required
from okrsync_sandbox.google.requests.kept import find_object, own_id, range_sheet
from okrsync_sandbox.google.resource import bare_ranges

__all__ = ["UPDATES"]


def _add_filter_view(work: Work, args: Json) -> Json:
    given = args.get("filter", {})
    sheet = range_sheet(work, given.get("range", {}))
    made = {"title": f"Filter {len(sheet.list_of('filterViews')) + 1}", **given}
    made["filterViewId"] = own_id(work, "filterViews", "filterViewId", given.get("filterViewId"))
    sheet.list_of("filterViews").append(made)
    return {"addFilterView": {"filter": bare_ranges(made)}}


def _update_filter_view(work: Work, args: Json) -> Json:
    mask = required(args, message="FilterView")
    given = args.get("filter", {})
    _, one = find_object(work, "filterViews", "filterViewId", given.get("filterViewId"))
    made = updated(one, given, mask)
    one.clear()
    one.update({**made, "filterViewId": given["filterViewId"]})
    return {}


def _delete_filter_view(work: Work, args: Json) -> Json:
    sheet, one = find_object(work, "filterViews", "filterViewId", args.get("filterId"))
    sheet.objects["filterViews"].remove(one)
    return {}


def _duplicate_filter_view(work: Work, args: Json) -> Json:
    sheet, one = find_object(work, "filterViews", "filterViewId", args.get("filterId"))
    made = {
        **deepcopy(one),
        "filterViewId": work.new_id(),
        "title": f"Copy of {one.get('title', '')}",
    }
    sheet.list_of("filterViews").append(made)
    return {"duplicateFilterView": {"filter": bare_ranges(made)}}


def _add_banding(work: Work, args: Json) -> Json:
    given = tidy(args.get("bandedRange", {}))
    sheet = range_sheet(work, given.get("range", {}))
    made = {
        **given,
        "bandedRangeId": own_id(work, "bandedRanges", "bandedRangeId", given.get("bandedRangeId")),
    }
    sheet.list_of("bandedRanges").append(made)
    return {"addBanding": {"bandedRange": bare_ranges(made)}}


def _update_banding(work: Work, args: Json) -> Json:
    mask = required(args, message="BandedRange")
    given = tidy(args.get("bandedRange", {}))
    _, one = find_object(work, "bandedRanges", "bandedRangeId", given.get("bandedRangeId"))
    one.update(updated(one, given, mask))
    return {}


def _delete_banding(work: Work, args: Json) -> Json:
    sheet, one = find_object(work, "bandedRanges", "bandedRangeId", args.get("bandedRangeId"))
    sheet.objects["bandedRanges"].remove(one)
    return {}


def _add_table(work: Work, args: Json) -> Json:
    given = tidy(args.get("table", {}))
    sheet, block = resolve_grid_range(work.spreadsheet, given.get("range", {}))
    if not given.get("name"):
        raise invalid("A table must have a name.")
    for one in sheet.list_of("tables"):
        if block_of(one["range"]).meets(block):
            raise invalid("A table cannot overlap another table.")
    made = {**given, "tableId": str(own_id(work, "tables", "tableId", given.get("tableId")))}
    width = (block.end_column or sheet.column_count) - block.column
    named = {
        one.get("columnIndex", place): one
        for place, one in enumerate(given.get("columnProperties", ()))
    }
    made["columnProperties"] = [
        {
            "columnName": str(sheet.cell(block.row, block.column + at).value or f"Column {at + 1}"),
            **named.get(at, {}),
            **({"columnIndex": at} if at else {}),
        }
        for at in range(width)
    ]
    sheet.list_of("tables").append(made)
    return {"addTable": {"table": bare_ranges(made)}}


def _update_table(work: Work, args: Json) -> Json:
    mask = required(args, message="Table")
    given = tidy(args.get("table", {}))
    _, one = find_object(work, "tables", "tableId", given.get("tableId"))
    one.update(updated(one, given, mask))
    return {}


def _delete_table(work: Work, args: Json) -> Json:
    sheet, one = find_object(work, "tables", "tableId", args.get("tableId"))
    sheet.objects["tables"].remove(one)
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
