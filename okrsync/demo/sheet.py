"""Writes a small workbook from plain rows: enough for the demo, so that okrsync needs no
library that writes whole workbooks.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from okrsync.model.table import column_letters

__all__ = ["workbook"]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BOLD, _PERCENT, _DATE = 1, 2, 3

Value = str | int | float | date | None


def workbook(
    tab: str, rows: Sequence[Sequence[Value]], widths: Sequence[int], *, header: int = 1
) -> bytes:
    """A workbook with one tab. The header row is bold and stays in view; a share such as 0.35 under
    a header with % is shown as percent.
    """
    names = [str(value or "") for value in rows[header - 1]]
    lines = "".join(_row(number, row, names, header) for number, row in enumerate(rows, start=1))
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    pane = (
        f'<pane ySplit="{header}" topLeftCell="A{header + 1}" activePane="bottomLeft"'
        ' state="frozen"/>'
    )
    parts = {
        "[Content_Types].xml": (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override'
            f' PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/><Override'
            f' PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/><Override'
            f' PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
            f' Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
            f'<sheets><sheet name="{escape(tab)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
            f' Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship'
            f' Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
        ),
        # Excel reserves the first two fills for none and gray125, whatever the file says:
        # https://msdn.microsoft.com/en-us/library/ff532241(v=office.12).aspx
        "xl/styles.xml": (
            f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name'
            ' val="Calibri"/></font><font><b/><sz val="11"/><name'
            ' val="Calibri"/></font></fonts><fills count="3"><fill><patternFill'
            ' patternType="none"/></fill><fill><patternFill'
            ' patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor'
            ' rgb="FFDDEBF7"/></patternFill></fill></fills><borders'
            ' count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
            "<cellStyleXfs"
            ' count="1"><xf numFmtId="0" fontId="0" fillId="0"'
            ' borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0"'
            ' fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="2"'
            ' borderId="0" xfId="0" applyFont="1" applyFill="1"/><xf numFmtId="9" fontId="0"'
            ' fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="14" fontId="0"'
            ' fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles'
            ' count="1"><cellStyle name="Normal" xfId="0"'
            ' builtinId="0"/></cellStyles></styleSheet>'
        ),
        "xl/worksheets/sheet1.xml": (
            f'{_HEAD}<worksheet xmlns="{_MAIN}">'
            f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
            f"<cols>{columns}</cols><sheetData>{lines}</sheetData></worksheet>"
        ),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(
                # The earliest date that a ZIP entry can have: the same rows give the same bytes on
                # every day.
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)),
                content.encode(),
                zipfile.ZIP_DEFLATED,
            )
    return out.getvalue()


def _row(number: int, values: Sequence[Value], names: Sequence[str], header: int) -> str:
    cells = "".join(
        _cell(
            f"{column_letters(column)}{number}",
            value,
            names[column] if column < len(names) else "",
            number == header,
        )
        for column, value in enumerate(values)
        if value is not None
    )
    return f'<row r="{number}">{cells}</row>' if cells else ""


def _cell(address: str, value: Value, name: str, is_header: bool) -> str:
    if isinstance(value, date):
        # Days are counted from here because Excel, like Lotus 1-2-3, has a 29 February 1900:
        # https://learn.microsoft.com/en-us/troubleshoot/microsoft-365-apps/excel/wrongly-assumes-1900-is-leap-year
        return f'<c r="{address}" s="{_DATE}"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, str):
        style = f' s="{_BOLD}"' if is_header else ""
        return f'<c r="{address}"{style} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    style = f' s="{_PERCENT}"' if isinstance(value, float) and "%" in name else ""
    return f'<c r="{address}"{style}><v>{value}</v></c>'
