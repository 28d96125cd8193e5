"""The cell formats of the summary sheet, added to the workbook's own when they are first needed."""

from __future__ import annotations

import re

from okrsync.connector import Look
from okrsync_workbook.xlsx.styles import GENERAL, PERCENT_WHOLE, Styles

__all__ = ["SummaryLooks"]

_NAVY, _GREY, _BLUE = "FF1F3864", "FF7F7F7F", "FF0563C1"
_TOP = '<alignment vertical="top"/>'
_WRAPPED = '<alignment vertical="top" wrapText="1"/>'


class SummaryLooks:
    """The numbers of the cell formats of all looks in one workbook, in its default font."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._known: dict[Look, int] = {}
        name = re.search(rb"<(?:[\w.\-]+:)?name val=\"([^\"]+)\"", styles.first_font)
        self._face = name[1].decode() if name is not None else "Calibri"

    def __getitem__(self, look: Look) -> int:
        if look not in self._known:
            self._known[look] = self._make(look)
        return self._known[look]

    def _make(self, look: Look) -> int:
        match look:
            case "title":
                return self._format(self._font(16, _NAVY, "<b/>"))
            case "subtle" | "end":
                return self._format(self._font(10, _GREY, "<i/>"))
            case "heading":
                return self._format(self._font(12, _NAVY, "<b/>"))
            case "header":
                fill = self._styles.add(
                    "fills",
                    f'<fill><patternFill patternType="solid"><fgColor rgb="{_NAVY}"/><bgColor'
                    ' indexed="64"/></patternFill></fill>'.encode(),
                )
                return self._format(self._font(10, "FFFFFFFF", "<b/>"), fill=fill)
            case "label":
                return self._format(self._font(11))
            case "figure":
                return self._format(
                    self._font(11, None, "<b/>"), alignment='<alignment horizontal="left"/>'
                )
            case "figure-share":
                font = self._font(11, None, "<b/>")
                return self._format(
                    font, number=PERCENT_WHOLE, alignment='<alignment horizontal="left"/>'
                )
            case "level-1" | "level-2" | "level-3":
                indent = (
                    f'<alignment vertical="top" wrapText="1" indent="{2 * int(look[-1])}"'
                    ' horizontal="left"/>'
                )
                return self._format(self._font(11), border=self._line(), alignment=indent)
            case "share":
                return self._format(
                    self._font(11), border=self._line(), number=PERCENT_WHOLE, alignment=_TOP
                )
            case "status":
                centred = '<alignment horizontal="center" vertical="top"/>'
                return self._format(self._font(11), border=self._line(), alignment=centred)
            case "link":
                return self._format(
                    self._font(11, _BLUE, "<u/>"), border=self._line(), alignment=_TOP
                )
            case "text" | "words":
                return self._format(self._font(11), border=self._line(), alignment=_WRAPPED)

    def _font(self, size: int, colour: str | None = None, traits: str = "") -> int:
        ink = f'<color rgb="{colour}"/>' if colour is not None else ""
        return self._styles.add(
            "fonts",
            f'<font>{traits}<sz val="{size}"/>{ink}<name val="{self._face}"/></font>'.encode(),
        )

    def _line(self) -> int:
        """A thin grey line below."""
        line = (
            '<border><left/><right/><top/><bottom style="thin"><color'
            ' rgb="FFD9D9D9"/></bottom><diagonal/></border>'
        )
        return self._styles.add("borders", line.encode())

    def _format(
        self,
        font: int,
        *,
        fill: int = 0,
        border: int = 0,
        number: int = GENERAL,
        alignment: str = "",
    ) -> int:
        markup = (
            f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
            ' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"'
        )
        markup += f' applyAlignment="1">{alignment}</xf>' if alignment else "/>"
        return self._styles.add("cellXfs", markup.encode())
