"""Spreadsheets as a person sees them, on a page: values as shown, colours, merges, notes, charts,
comments. Everything people wrote is escaped.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from okrsync_sandbox.google.a1 import block_of, cell_name, letters
from okrsync_sandbox.google.cells import Looker
from okrsync_sandbox.google.chart_svg import chart_svg
from okrsync_sandbox.google.conditions import conditional_format
from okrsync_sandbox.google.files import SHEET_TYPE, File
from okrsync_sandbox.google.formats import DEFAULT_FORMAT, merged
from okrsync_sandbox.google.formula_values import CellFault
from okrsync_sandbox.google.model import GridSheet, Json, Spreadsheet
from okrsync_sandbox.google.service import Google

__all__ = ["list_page", "spreadsheet_page"]

_STYLE = """
:root{color-scheme:light}body{font:13px/1.4 system-ui,sans-serif;margin:0;background:#f8f9fa;
color:#202124}
header{padding:14px 22px;background:#fff;border-bottom:1px solid #dadce0}h1{font-size:18px;
margin:0 0 2px}p{margin:2px 0;color:#5f6368}
a{color:#1a73e8;text-decoration:none}nav{padding:10px 22px}nav a,nav b{display:inline-block;
padding:5px 14px;border:1px solid #dadce0;border-radius:6px;
margin-right:6px;background:#fff}nav b{background:#e8f0fe;border-color:#aecbfa}
main{position:relative;margin:6px 22px 30px;overflow:auto}
table{border-collapse:collapse;background:#fff}th{background:#f1f3f4;color:#5f6368;
font-weight:400;border:1px solid #dadce0;padding:2px 6px;min-width:26px}
td{border:1px solid #e0e0e0;padding:2px 6px;height:19px;white-space:pre;max-width:420px;
overflow:hidden;text-overflow:ellipsis;position:relative}
td.note::after{content:"";position:absolute;right:0;top:0;border:4px solid;
border-color:#f29900 #f29900 transparent transparent}
ul{list-style:none;padding:0 22px}li{background:#fff;border:1px solid #dadce0;border-radius:8px;
padding:10px 14px;margin:8px 0}
.chart{display:inline-block;background:#fff;border:1px solid #dadce0;border-radius:8px;
margin:12px 12px 0 0}aside{margin:12px 22px}
aside div{background:#fff;border:1px solid #dadce0;border-radius:8px;padding:8px 12px;
margin:6px 0}.mute{color:#80868b}
"""


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta'
        f' charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>{body}</html>'
    )


def list_page(google: Google) -> str:
    """All spreadsheets, with links."""
    items = [
        "<li><a"
        f' href="/spreadsheets/d/{file.id}/edit">{escape(file.name)}</a>'
        f"<p>{_plural(len(file.book.sheets), 'tab')},"
        f" kept by {escape(file.owner)}</p></li>"
        for file in google.files.files.values()
        if file.mime == SHEET_TYPE and file.book is not None
    ]
    list_items = "".join(items) or "<li>No spreadsheets yet.</li>"
    counts = google.traffic
    notice = (
        f"{_plural(counts.count('read'), 'read')} and {_plural(counts.count('write'), 'write')}"
        " so far"
    )
    return _document(
        "Spreadsheets",
        f"<header><h1>Spreadsheets</h1><p>{notice}</p></header><ul>{list_items}</ul>",
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def spreadsheet_page(google: Google, file: File, sheet_id: int | None) -> str:
    """One tab of a spreadsheet, with links to the others."""
    book = file.book
    assert book is not None
    shown = [sheet for sheet in book.sheets if not sheet.is_hidden]
    # A spreadsheet has at least one visible tab.
    sheet = next((tab for tab in shown if tab.id == sheet_id), shown[0])
    tabs = "".join(
        (
            f"<b>{escape(tab.title)}</b>"
            if tab is sheet
            else f'<a href="?gid={tab.id}">{escape(tab.title)}</a>'
        )
        for tab in shown
    )
    looker = google.sheets.looker(book)
    charts = "".join(
        f'<div class="chart">{chart_svg(looker, tab)}</div>'
        for tab in sheet.objects.get("charts", ())
    )
    title = (
        f"<header><h1>{escape(file.name)}</h1><p>{escape(book.locale)},"
        f" {escape(str(book.properties.get('timeZone')))} · <a href='/'>all"
        " spreadsheets</a></p></header>"
    )
    comments = _comments(file, book)
    body = f"{title}<nav>{tabs}</nav><main>{_table(looker, sheet)}{charts}</main>{comments}"
    return _document(f"{sheet.title} – {file.name}", body)


def _comments(file: File, book: Spreadsheet) -> str:
    blocks, places = [], _places(book)
    for comment in file.comments:
        if comment["deleted"]:
            continue
        place = places.get(comment.get("anchor", ""), "")
        assignee = comment.get("assigneeEmailAddress")
        where = f" {escape(place)}" if place else ""
        whose = f" → {escape(assignee)}" if assignee else ""
        state = ' <span class="mute">(resolved)</span>' if comment.get("resolved") else ""
        replies = "".join(
            f"<p>{escape(reply['content'] or reply.get('action', ''))}</p>"
            for reply in comment["replies"]
            if not reply["deleted"]
        )
        blocks.append(
            f"<div><b>{escape(comment['by'].partition('@')[0])}</b>{where}{whose}{state}<br>"
            f"{escape(comment['content'])}{replies}</div>"
        )
    return f"<aside>{''.join(blocks)}</aside>" if blocks else ""


def _places(book: Spreadsheet) -> dict[str, str]:
    """By anchor, the cell that it is at."""
    places = {}
    for anchor in book.anchors:
        sheet, block = book.sheet(anchor["range"]["sheetId"]), block_of(anchor["range"])
        if sheet is not None:
            places[anchor["anchorId"]] = f"{sheet.title}!{cell_name(block.row, block.column)}"
    return places


def _table(looker: Looker, sheet: GridSheet) -> str:
    rows, columns = sheet.used
    rows, columns = (
        # A page is for looking; a sheet of ten thousand rows would take a browser minutes.
        min(max(rows + 2, 8), sheet.row_count, 400),
        min(max(columns + 1, 6), sheet.column_count, 60),
    )
    head = "".join(
        f"<th>{letters(column)}</th>"
        for column in range(columns)
        if not sheet.column_info.get(column, {}).get("hiddenByUser")
    )
    lines = []
    for row in range(rows):
        if sheet.row_info.get(row, {}).get("hiddenByUser"):
            continue
        cells = "".join(
            _cell(looker, sheet, row, column)
            for column in range(columns)
            if not sheet.column_info.get(column, {}).get("hiddenByUser")
        )
        lines.append(f"<tr><th>{row + 1}</th>{cells}</tr>")
    return f"<table><tr><th></th>{head}</tr>{''.join(lines)}</table>"


def _cell(looker: Looker, sheet: GridSheet, row: int, column: int) -> str:
    if sheet.covered_by(row, column) is not None:
        return ""
    span = ""
    for merge in sheet.merges:
        if (merge.row, merge.column) == (row, column):
            span = (
                f' rowspan="{(merge.end_row or row + 1) - row}"'
                f' colspan="{(merge.end_column or column + 1) - column}"'
            )
    cell, value = sheet.cell(row, column), looker.value(sheet, row, column)
    look = merged(
        merged(DEFAULT_FORMAT, cell.format or {}), conditional_format(looker, sheet, row, column)
    )
    text = _content(looker, sheet, row, column, cell.validation, value)
    note = f' class="note" title="{escape(cell.note)}"' if cell.note else ""
    return f'<td{span}{note} style="{_css(look, value)}">{text}</td>'


def _content(
    looker: Looker, sheet: GridSheet, row: int, column: int, validation: Json | None, value: Any
) -> str:
    if (
        isinstance(value, bool)
        and validation
        and validation.get("condition", {}).get("type") == "BOOLEAN"
    ):
        return "☑" if value else "☐"
    formula = sheet.cell(row, column).formula or ""
    if formula.upper().startswith("=SPARKLINE("):
        return _bar(looker, sheet, row, column)
    text = escape(looker.text(sheet, row, column))
    if isinstance(value, CellFault):
        return f'<span style="color:#d93025" title="{escape(value.message)}">{text}</span>'
    link = (
        (sheet.cell(row, column).format or {}).get("textFormat", {}).get("link", {}).get("uri", "")
    )
    match = re.match(r"#gid=(\d+)", link)
    return f'<a href="?gid={match[1]}">{text}</a>' if match else text


def _bar(looker: Looker, sheet: GridSheet, row: int, column: int) -> str:
    """A sparkline bar: of the number in the cell it points at, which in the sheets here is the
    nearest share to the left.
    """
    for across in range(column - 1, -1, -1):
        value = looker.value(sheet, row, across)
        if isinstance(value, float):
            share = max(0.0, min(1.0, value))
            return (
                '<span style="display:inline-block;width:100px;background:#eee"><i'
                f' style="display:block;height:12px;width:{share:.0%};background:#1a73e8"></i>'
                f"</span>"
            )
    return ""


def _css(look: Json, value: Any) -> str:
    text = look.get("textFormat", {})
    background, foreground = (
        _hex(look.get("backgroundColor", {})),
        _hex(text.get("foregroundColor", {})),
    )
    side = look.get("horizontalAlignment") or (
        "RIGHT" if isinstance(value, float) and not isinstance(value, bool) else "LEFT"
    )
    parts = [
        f"background:{background}" if background != "#ffffff" else "",
        f"color:{foreground}",
        f"text-align:{side.lower()}",
    ]
    parts += [
        "font-weight:700" if text.get("bold") else "",
        "font-style:italic" if text.get("italic") else "",
    ]
    parts += ["white-space:normal" if look.get("wrapStrategy") == "WRAP" else ""]
    parts += [f"font-size:{int(text['fontSize']) + 3}px" if text.get("fontSize", 10) != 10 else ""]
    return ";".join(part for part in parts if part)


def _hex(colour: Json) -> str:
    return "#" + "".join(
        f"{round(float(colour.get(name, 0)) * 255):02x}" for name in ("red", "green", "blue")
    )
