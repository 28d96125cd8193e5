"""Updates of what hangs on sheets: named and protected ranges, conditional formats, filter views, banding, charts, slicers, tables."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.formats import tidy
from okrsync_sandbox.google.mask import updated
from okrsync_sandbox.google.model import Json, Sheet
from okrsync_sandbox.google.ranges import resolve_grid_range
from okrsync_sandbox.google.requests.context import Update, Work, required
from okrsync_sandbox.google.resource import bare_ranges

__all__ = ["UPDATES"]


def _find(work: Work, kind: str, name: str, value: Any) -> tuple[Sheet, Json]:
    for sheet in work.spreadsheet.sheets:
        for one in sheet.objects.get(kind, ()):
            if one.get(name) == value:
                return sheet, one
    what = {
        "protectedRanges": "protected range",
        "filterViews": "filter view",
        "bandedRanges": "banded range",
        "charts": "embedded object",
        "slicers": "slicer",
        "tables": "table",
    }[kind]
    raise invalid(f"No {what} with id: {value}")


def _range_sheet(work: Work, spot: Json) -> Sheet:
    return resolve_grid_range(work.spreadsheet, spot)[0]


def _own_id(work: Work, kind: str, name: str, given: Any) -> Any:
    if given is None:
        return work.new_id()
    if any(one.get(name) == given for sheet in work.spreadsheet.sheets for one in sheet.objects.get(kind, ())):
        raise invalid(f"An object with the id {given} already exists.")
    return given


# Named ranges


def _add_named(work: Work, args: Json) -> Json:
    given = args.get("namedRange", {})
    name = given.get("name", "")
    _range_sheet(work, given.get("range", {}))
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,249}", name):
        raise invalid(f"The name '{name}' is not a valid range name.")
    if any(one["name"].casefold() == name.casefold() for one in work.spreadsheet.named_ranges):
        raise invalid(f"A named range with the name '{name}' already exists.")
    made = {**given, "namedRangeId": given.get("namedRangeId") or str(work.new_id())}
    if any(one["namedRangeId"] == made["namedRangeId"] for one in work.spreadsheet.named_ranges):
        raise invalid(f"A named range with the id {made['namedRangeId']} already exists.")
    work.spreadsheet.named_ranges.append(made)
    return {"addNamedRange": {"namedRange": bare_ranges(made)}}


def _named(work: Work, named_id: str) -> Json:
    for one in work.spreadsheet.named_ranges:
        if one["namedRangeId"] == named_id:
            return one
    raise invalid(f"No named range with id: {named_id}")


def _update_named(work: Work, args: Json) -> Json:
    mask = required(args, message="NamedRange")
    given = args.get("namedRange", {})
    one = _named(work, given.get("namedRangeId", ""))
    one.update(updated(one, given, mask))
    return {}


def _delete_named(work: Work, args: Json) -> Json:
    work.spreadsheet.named_ranges.remove(_named(work, args.get("namedRangeId", "")))
    return {}


# Protected ranges


def _add_protection(work: Work, args: Json) -> Json:
    given = args.get("protectedRange", {})
    made = {
        name: value
        for name, value in given.items()
        if name not in ("requestingUserCanEdit",) and value not in ("", None)
    }
    if "namedRangeId" in given:
        sheet = work.sheet(_named(work, given["namedRangeId"])["range"].get("sheetId", 0))
    else:
        sheet = _range_sheet(work, given.get("range", {}))
        if given.get("range", {}).keys() <= {"sheetId"} and any(
            one.get("range", {}).keys() <= {"sheetId"} for one in sheet.objects.get("protectedRanges", ())
        ):
            raise invalid(f"Sheet '{sheet.title}' already has sheet protection.")
    made["protectedRangeId"] = _own_id(work, "protectedRanges", "protectedRangeId", given.get("protectedRangeId"))
    reply = bare_ranges({**made, "requestingUserCanEdit": True, "editors": made.get("editors", {})})
    users = list(made.get("editors", {}).get("users", ()))
    made["editors"] = {**made.get("editors", {}), "users": list(dict.fromkeys([*users, work.caller]))}
    sheet.list_of("protectedRanges").append(made)
    return {"addProtectedRange": {"protectedRange": reply}}


def _update_protection(work: Work, args: Json) -> Json:
    mask = required(args, message="ProtectedRange")
    given = args.get("protectedRange", {})
    sheet, one = _find(work, "protectedRanges", "protectedRangeId", given.get("protectedRangeId"))
    work.refuse_protected(sheet, work.protected_block(one))
    made = updated(one, given, mask)
    one.clear()
    one.update({**made, "protectedRangeId": given["protectedRangeId"]})
    return {}


def _delete_protection(work: Work, args: Json) -> Json:
    sheet, one = _find(work, "protectedRanges", "protectedRangeId", args.get("protectedRangeId"))
    work.refuse_protected(sheet, work.protected_block(one))
    sheet.objects["protectedRanges"].remove(one)
    return {}


# Conditional formats, which are told apart by their place


def _rules(work: Work, sheet_id: int) -> list[Json]:
    return work.sheet(sheet_id, "grid").list_of("conditionalFormats")


def _add_rule(work: Work, args: Json) -> Json:
    rule = tidy(args.get("rule", {}))
    if not rule.get("ranges"):
        raise invalid("ConditionalFormatRule must have at least one range.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise invalid("Exactly one of booleanRule and gradientRule must be specified.")
    sheets = {_range_sheet(work, spot).id for spot in rule["ranges"]}
    if len(sheets) != 1:
        raise invalid("All ranges of a rule must be on the same sheet.")
    rules = _rules(work, sheets.pop())
    index = args.get("index", 0)
    if not 0 <= index <= len(rules):
        raise invalid(f"index[{index}] is out of bounds.")
    rules.insert(index, rule)
    return {}


def _update_rule(work: Work, args: Json) -> Json:
    index = args.get("index", 0)
    if "newIndex" in args:
        rules = _rules(work, args.get("sheetId", 0))
        old = _at(rules, index)
        rules.remove(old)
        rules.insert(args["newIndex"], old)
        return {
            "updateConditionalFormatRule": {
                "newRule": bare_ranges(old),
                "oldIndex": index,
                "newIndex": args["newIndex"],
            }
        }
    rule = tidy(args.get("rule", {}))
    rules = _rules(work, rule.get("ranges", [{}])[0].get("sheetId", 0))
    old = _at(rules, index)
    rules[index] = rule
    return {
        "updateConditionalFormatRule": {"newRule": bare_ranges(rule), "newIndex": index, "oldRule": bare_ranges(old)}
    }


def _at(rules: list[Json], index: int) -> Json:
    if not 0 <= index < len(rules):
        raise invalid(f"No conditional format on sheet at index: {index}")
    return rules[index]


def _delete_rule(work: Work, args: Json) -> Json:
    rules = _rules(work, args.get("sheetId", 0))
    rule = _at(rules, args.get("index", 0))
    del rules[args.get("index", 0)]
    return {"deleteConditionalFormatRule": {"rule": bare_ranges(rule)}}


# Filter views, banding, tables: objects with an id and a range


def _add_filter_view(work: Work, args: Json) -> Json:
    given = args.get("filter", {})
    sheet = _range_sheet(work, given.get("range", {}))
    made = {"title": f"Filter {len(sheet.list_of('filterViews')) + 1}", **given}
    made["filterViewId"] = _own_id(work, "filterViews", "filterViewId", given.get("filterViewId"))
    sheet.list_of("filterViews").append(made)
    return {"addFilterView": {"filter": bare_ranges(made)}}


def _update_filter_view(work: Work, args: Json) -> Json:
    mask = required(args, message="FilterView")
    given = args.get("filter", {})
    _, one = _find(work, "filterViews", "filterViewId", given.get("filterViewId"))
    made = updated(one, given, mask)
    one.clear()
    one.update({**made, "filterViewId": given["filterViewId"]})
    return {}


def _delete_filter_view(work: Work, args: Json) -> Json:
    sheet, one = _find(work, "filterViews", "filterViewId", args.get("filterId"))
    sheet.objects["filterViews"].remove(one)
    return {}


def _duplicate_filter_view(work: Work, args: Json) -> Json:
    sheet, one = _find(work, "filterViews", "filterViewId", args.get("filterId"))
    made = {**deepcopy(one), "filterViewId": work.new_id(), "title": f"Copy of {one.get('title', '')}"}
    sheet.list_of("filterViews").append(made)
    return {"duplicateFilterView": {"filter": bare_ranges(made)}}


def _add_banding(work: Work, args: Json) -> Json:
    given = tidy(args.get("bandedRange", {}))
    sheet = _range_sheet(work, given.get("range", {}))
    made = {**given, "bandedRangeId": _own_id(work, "bandedRanges", "bandedRangeId", given.get("bandedRangeId"))}
    sheet.list_of("bandedRanges").append(made)
    return {"addBanding": {"bandedRange": bare_ranges(made)}}


def _update_banding(work: Work, args: Json) -> Json:
    mask = required(args, message="BandedRange")
    given = tidy(args.get("bandedRange", {}))
    _, one = _find(work, "bandedRanges", "bandedRangeId", given.get("bandedRangeId"))
    one.update(updated(one, given, mask))
    return {}


def _delete_banding(work: Work, args: Json) -> Json:
    sheet, one = _find(work, "bandedRanges", "bandedRangeId", args.get("bandedRangeId"))
    sheet.objects["bandedRanges"].remove(one)
    return {}


def _add_table(work: Work, args: Json) -> Json:
    given = tidy(args.get("table", {}))
    sheet, block = resolve_grid_range(work.spreadsheet, given.get("range", {}))
    if not given.get("name"):
        raise invalid("A table must have a name.")
    for one in sheet.list_of("tables"):
        from okrsync_sandbox.google.a1 import block_of

        if block_of(one["range"]).meets(block):
            raise invalid("A table cannot overlap another table.")
    made = {**given, "tableId": str(_own_id(work, "tables", "tableId", given.get("tableId")))}
    width = (block.end_column or sheet.column_count) - block.column
    named = {one.get("columnIndex", place): one for place, one in enumerate(given.get("columnProperties", ()))}
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
    _, one = _find(work, "tables", "tableId", given.get("tableId"))
    one.update(updated(one, given, mask))
    return {}


def _delete_table(work: Work, args: Json) -> Json:
    sheet, one = _find(work, "tables", "tableId", args.get("tableId"))
    sheet.objects["tables"].remove(one)
    return {}


# Charts and slicers: objects that float over the cells


def _placed(work: Work, position: Json) -> tuple[Sheet, Json]:
    """The sheet an embedded object goes to, and its position as answers give it."""
    if position.get("newSheet") or "sheetId" in position:
        sheet_id = position.get("sheetId") or work.new_id()
        if work.spreadsheet.sheet(sheet_id) is not None:
            raise invalid(f"A sheet with the id {sheet_id} already exists.")
        sheet = Sheet(sheet_id, f"Chart{len(work.spreadsheet.sheets)}", properties={"sheetType": "OBJECT"})
        work.spreadsheet.sheets.append(sheet)
        return sheet, {"sheetId": sheet_id}
    overlay = position.get("overlayPosition", {})
    anchor = overlay.get("anchorCell", {})
    sheet = work.sheet(anchor.get("sheetId", 0), "grid")
    row, column = anchor.get("rowIndex", 0), anchor.get("columnIndex", 0)
    if row >= sheet.row_count:
        raise invalid(f"GridCoordinate.rowIndex[{row}] is after last row in grid[{sheet.row_count}]")
    if column >= sheet.column_count:
        raise invalid(f"GridCoordinate.columnIndex[{column}] is after last column in grid[{sheet.column_count}]")
    size = {"widthPixels": 600, "heightPixels": 371}
    return sheet, {"overlayPosition": {**size, **overlay, "anchorCell": {**anchor, "sheetId": sheet.id}}}


def _check_chart(work: Work, spec: Json) -> None:
    """All source ranges of a chart are one row or one column wide, and on sheets that are there."""
    for source in _sources(spec):
        for spot in source:
            _, block = resolve_grid_range(work.spreadsheet, spot)
            wide = None if block.end_column is None else block.end_column - block.column
            tall = None if block.end_row is None else block.end_row - block.row
            if wide != 1 and tall != 1:
                raise invalid("Chart source ranges must be one row or one column wide.")


def _sources(item: Any) -> list[list[Json]]:
    found: list[list[Json]] = []
    if isinstance(item, dict):
        if "sourceRange" in item and isinstance(item["sourceRange"], dict):
            found.append(item["sourceRange"].get("sources", []))
        for value in item.values():
            found += _sources(value)
    elif isinstance(item, list):
        for value in item:
            found += _sources(value)
    return found


def _dressed(spec: Json) -> Json:
    """A chart's spec with what answers fill in."""
    return {"fontName": "Roboto", "hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS", **tidy(spec)}


def _add_chart(work: Work, args: Json) -> Json:
    given = args.get("chart", {})
    if not given.get("spec"):
        raise invalid("A chart must have a spec.")
    _check_chart(work, given["spec"])
    chart_id = _own_id(work, "charts", "chartId", given.get("chartId"))
    sheet, position = _placed(work, given.get("position", {}))
    made = {"chartId": chart_id, "spec": _dressed(given["spec"]), "position": position}
    if "border" in given:
        made["border"] = tidy(given["border"])
    sheet.list_of("charts").append(made)
    return {"addChart": {"chart": bare_ranges(made)}}


def _update_chart(work: Work, args: Json) -> Json:
    _, one = _find(work, "charts", "chartId", args.get("chartId"))
    _check_chart(work, args.get("spec", {}))
    one["spec"] = _dressed(args.get("spec", {}))
    return {}


def _embedded(work: Work, object_id: Any) -> tuple[Sheet, Json, str]:
    for kind, name in (("charts", "chartId"), ("slicers", "slicerId")):
        for sheet in work.spreadsheet.sheets:
            for one in sheet.objects.get(kind, ()):
                if one.get(name) == object_id:
                    return sheet, one, kind
    raise invalid(f"No embedded object with id: {object_id}")


def _delete_embedded(work: Work, args: Json) -> Json:
    sheet, one, kind = _embedded(work, args.get("objectId"))
    sheet.objects[kind].remove(one)
    return {}


def _move_embedded(work: Work, args: Json) -> Json:
    sheet, one, kind = _embedded(work, args.get("objectId"))
    target, position = _placed(work, args.get("newPosition", {}))
    fields = args.get("fields", "*")
    if "overlayPosition" in one["position"] and "overlayPosition" in position and fields not in ("*", ""):
        position = {
            "overlayPosition": {
                **one["position"]["overlayPosition"],
                **{
                    name: value
                    for name, value in position["overlayPosition"].items()
                    if name in fields or fields in (None,)
                },
            }
        }
    one["position"] = position
    if target is not sheet:
        sheet.objects[kind].remove(one)
        target.list_of(kind).append(one)
    return {"updateEmbeddedObjectPosition": {"position": bare_ranges(position)}}


def _border_embedded(work: Work, args: Json) -> Json:
    _, one, _ = _embedded(work, args.get("objectId"))
    one["border"] = updated(one.get("border", {}), tidy(args.get("border", {})), required(args))
    return {}


def _add_slicer(work: Work, args: Json) -> Json:
    given = args.get("slicer", {})
    sheet, position = _placed(work, given.get("position", {}))
    slicer_id = _own_id(work, "slicers", "slicerId", given.get("slicerId"))
    made = {"slicerId": slicer_id, "spec": tidy(given.get("spec", {})), "position": position}
    sheet.list_of("slicers").append(made)
    return {"addSlicer": {"slicer": bare_ranges(made)}}


def _update_slicer(work: Work, args: Json) -> Json:
    mask = required(args, message="SlicerSpec")
    _, one = _find(work, "slicers", "slicerId", args.get("slicerId"))
    one["spec"] = updated(one["spec"], tidy(args.get("spec", {})), mask)
    return {}


UPDATES: dict[str, Update] = {
    "addNamedRange": _add_named,
    "updateNamedRange": _update_named,
    "deleteNamedRange": _delete_named,
    "addProtectedRange": _add_protection,
    "updateProtectedRange": _update_protection,
    "deleteProtectedRange": _delete_protection,
    "addConditionalFormatRule": _add_rule,
    "updateConditionalFormatRule": _update_rule,
    "deleteConditionalFormatRule": _delete_rule,
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
    "addChart": _add_chart,
    "updateChartSpec": _update_chart,
    "deleteEmbeddedObject": _delete_embedded,
    "updateEmbeddedObjectPosition": _move_embedded,
    "updateEmbeddedObjectBorder": _border_embedded,
    "addSlicer": _add_slicer,
    "updateSlicerSpec": _update_slicer,
}
