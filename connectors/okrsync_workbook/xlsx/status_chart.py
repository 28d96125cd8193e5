"""The chart of the summary: a bar for each objective, made of its key results by status, in the
colours that these have everywhere.

A sheet has one drawing for everything that floats over it. The chart is added to that of people
where there is one, and is found again by its name, which Excel and LibreOffice keep, or its title.
What people do to its place and its look stays; it is written again only when it shows other cells
or numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from okrsync.connector import (
    BY_OBJECTIVE,
    PALETTE,
    ManagedPage,
    StatusColours,
    Summary,
    SummaryRow,
    column_letters,
    status_columns,
)
from okrsync_workbook.xlsx.markup import (
    Element,
    attributes,
    children,
    escaped,
    masked,
    root_of,
    spliced,
)
from okrsync_workbook.xlsx.parts import Parts
from okrsync_workbook.xlsx.sheet import SheetXml
from okrsync_workbook.xlsx.tables import Range
from okrsync_workbook.xlsx.workbook import names_of_relations

__all__ = ["StatusChart", "chart_is_current", "has_guests", "remove_chart", "row_of", "write_chart"]

_NAME = b"okrsync: key results by status"
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
_LOOSE = "http://schemas.openxmlformats.org/drawingml/2006"
_STRICT = "http://purl.oclc.org/ooxml/drawingml"
# The place of the chart beside the headline numbers, in columns of the block: C to H.
_FIRST_COLUMN, _LAST_COLUMN = 2, 7
_FIRST_ROW = 2
_REACH = 1_900_000
"""How far the chart reaches into its last column, in English Metric Units."""
_FORMULA = re.compile(rb"<(?:[\w.\-]+:)?f>([^<]*)</")
# openpyxl keeps no name of a chart, but its title.
_TITLE = re.compile(rb"<(?:[\w.\-]+:)?t>" + BY_OBJECTIVE.encode() + rb"</")
_VALUE = re.compile(rb"<(?:[\w.\-]+:)?v>([^<]*)</")
_CHART_REFERENCE = re.compile(rb"<(?:[\w.\-]+:)?chart\s[^>]*?:id=[\"']([^\"']+)[\"']")


@dataclass(frozen=True, slots=True)
class StatusSeries:
    """One status in the chart: its name and colours, and how many key results of each objective
    have it, in a column of the sheet.
    """

    name: str
    colours: StatusColours
    column: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StatusChart:
    """What the chart shows: the cells of a sheet, and what they hold. `first_row` is the row of the
    headers, `column` that of the titles; `place` are the cells it stands over.
    """

    sheet: str
    first_row: int
    column: int
    titles: tuple[str, ...]
    series: tuple[StatusSeries, ...]
    place: Range

    @classmethod
    def of(
        cls, page: ManagedPage | None, rows: Sequence[SummaryRow], block: Range, sheet: str
    ) -> StatusChart | None:
        """The chart of a summary whose rows stand in a block; None where there is nothing to
        show.
        """
        heading = None if not isinstance(page, Summary) else row_of(rows, BY_OBJECTIVE)
        objectives = row_of(rows, "Objectives")
        if not isinstance(page, Summary) or heading is None or objectives is None:
            return None
        series = tuple(
            StatusSeries(
                header,
                PALETTE[statuses[0]],
                block.first_column + number,
                tuple(
                    sum(dict(line.counts).get(status, 0) for status in statuses)
                    for line in page.by_objective
                ),
            )
            for number, (header, statuses) in enumerate(status_columns(page), start=1)
        )
        place = Range(
            block.first_row + _FIRST_ROW,
            block.first_column + _FIRST_COLUMN,
            block.first_row + objectives - 1,
            block.first_column + _LAST_COLUMN,
        )
        titles = tuple(line.title for line in page.by_objective)
        return cls(sheet, block.first_row + heading + 1, block.first_column, titles, series, place)

    @property
    def references(self) -> frozenset[str]:
        """The cells it shows, as formulas."""
        cells = [self.reference(self.column)]
        for each in self.series:
            cells += [self.reference(each.column), self.header(each.column)]
        return frozenset(cells)

    def header(self, column: int) -> str:
        """The cell with the name of a series."""
        return f"{self._quoted}!${column_letters(column)}${self.first_row}"

    def reference(self, column: int) -> str:
        """The cells of a column of the numbers."""
        first, last = self.first_row + 1, self.first_row + len(self.titles)
        letters = column_letters(column)
        return f"{self._quoted}!${letters}${first}:${letters}${last}"

    @property
    def _quoted(self) -> str:
        return "'" + self.sheet.replace("'", "''") + "'"


def chart_is_current(parts: Parts, part: str, wanted: StatusChart | None) -> bool:
    """Whether the sheet of a part has this chart over these cells; for None, whether it has
    none.
    """
    anchor = _own_anchor(parts, SheetXml.parse(parts.read(part)), part)
    if wanted is None or anchor is None:
        return wanted is None and anchor is None
    chart = anchor.chart
    return chart is not None and _plain_references(parts.read(chart)) == {
        _plain(reference) for reference in wanted.references
    }


def write_chart(parts: Parts, part: str, sheet: SheetXml, wanted: StatusChart | None) -> None:
    """Make the sheet show this chart, or none. What people have put into its drawing stays."""
    if wanted is None:
        remove_chart(parts, part, sheet)
        return
    is_strict = parts.package.is_strict
    content = _chart_markup(wanted, is_strict)
    anchor = _own_anchor(parts, sheet, part)
    if anchor is not None and anchor.chart is not None:
        if not _shows(parts.read(anchor.chart), wanted):
            parts.write(anchor.chart, content)
        return
    if anchor is not None:
        remove_chart(parts, part, sheet)
    drawing = _drawing_of(parts, sheet, part) or _new_drawing(parts, part, sheet)
    chart = parts.free_name("xl/charts/chart{}.xml")
    parts.write(chart, content)
    parts.declare(chart, _CHART_TYPE)
    id_ = parts.relate(drawing, "chart", chart)
    present = parts.read(drawing)
    root = root_of(masked(present))
    number = max((int(each) for each in re.findall(rb'cNvPr id="(\d+)"', present)), default=1) + 1
    markup = _anchor_markup(wanted.place, id_, number, is_strict)
    if root.is_closed:
        opened = root.open_tag(present)[:-2].rstrip() + b">"
        whole = opened + markup + b"</" + root.prefix + root.name.encode() + b">"
        parts.write(drawing, spliced(present, [(root.start, root.end, whole)]))
    else:
        parts.write(drawing, spliced(present, [(root.inner_end, root.inner_end, markup)]))


def remove_chart(parts: Parts, part: str, sheet: SheetXml) -> None:
    """Remove the chart, and the drawing with its last guest."""
    drawing, anchor = _drawing_of(parts, sheet, part), _own_anchor(parts, sheet, part)
    if drawing is None or anchor is None:
        return
    content = parts.read(drawing)
    if anchor.chart is not None:
        parts.remove(anchor.chart)
        parts.unrelate(drawing, anchor.relation)
    content = spliced(content, [(anchor.element.start, anchor.element.end, b"")])
    root = root_of(masked(content))
    if children(masked(content), root.open_end, root.inner_end):
        parts.write(drawing, content)
        return
    element = sheet.tail_part("drawing")
    if element is not None:
        sheet.replace_in_tail(element, b"")
    parts.remove_related(part, drawing)


def has_guests(parts: Parts, part: str, sheet: SheetXml) -> bool:
    """Whether something of people's floats over the sheet."""
    drawing = _drawing_of(parts, sheet, part)
    if drawing is None:
        return sheet.tail_part("drawing") is not None
    return len(_anchors(parts.read(drawing))) > (_own_anchor(parts, sheet, part) is not None)


@dataclass(frozen=True, slots=True)
class _Anchor:
    """The chart's own element in a drawing, the id of its relationship, and the chart part, None
    where that is missing.
    """

    element: Element
    relation: str
    chart: str | None


def _own_anchor(parts: Parts, sheet: SheetXml, part: str) -> _Anchor | None:
    drawing = _drawing_of(parts, sheet, part)
    if drawing is None:
        return None
    content = parts.read(drawing)
    for element in _anchors(content):
        markup = content[element.start : element.end]
        reference = _CHART_REFERENCE.search(markup)
        id_ = "" if reference is None else reference[1].decode()
        charts = (each.target for each in parts.relations(drawing) if each.id == id_)
        chart = next(filter(parts.has, charts), None)
        is_titled = chart is not None and _TITLE.search(parts.read(chart)) is not None
        if is_titled or b'name="' + _NAME + b'"' in markup:
            return _Anchor(element, id_, chart)
    return None


def _anchors(content: bytes) -> list[Element]:
    data = masked(content)
    root = root_of(data)
    return children(data, root.open_end, root.inner_end)


def _drawing_of(parts: Parts, sheet: SheetXml, part: str) -> str | None:
    element = sheet.tail_part("drawing")
    if element is None:
        return None
    facts = attributes(element, sheet.tail)
    id_ = next((value for key, value in facts.items() if key.endswith(":id")), None)
    targets = (each.target for each in parts.relations(part) if each.id == id_)
    return next(filter(parts.has, targets), None)


def _new_drawing(parts: Parts, part: str, sheet: SheetXml) -> str:
    is_strict = parts.package.is_strict
    drawing = parts.free_name("xl/drawings/drawing{}.xml")
    base = _STRICT if is_strict else _LOOSE
    parts.write(
        drawing,
        _HEAD
        + f'<xdr:wsDr xmlns:xdr="{base}/spreadsheetDrawing" xmlns:a="{base}/main">'
        "</xdr:wsDr>".encode(),
    )
    parts.declare(drawing, _DRAWING_TYPE)
    id_ = parts.relate(part, "drawing", drawing)
    prefix, declaration = names_of_relations(sheet.start, is_strict)
    sheet.add_to_tail(
        "drawing",
        b'<%sdrawing%s %s:id="%s"/>' % (sheet.prefix, declaration, prefix, id_.encode()),
    )
    return drawing


def _plain_references(content: bytes) -> set[str]:
    return {_plain(unescape(each.decode())) for each in _FORMULA.findall(content)}


def _plain(reference: str) -> str:
    # Excel leaves quotes out where a name needs none.
    return reference.replace("'", "").replace("$", "")


def _shows(content: bytes, wanted: StatusChart) -> bool:
    """Whether a chart shows these cells with these contents."""
    values = sorted(unescape(each.decode()) for each in _VALUE.findall(content))
    own = _chart_markup(wanted, is_strict=False)
    return _plain_references(content) == {_plain(each) for each in wanted.references} and (
        values == sorted(unescape(each.decode()) for each in _VALUE.findall(own))
    )


def row_of(rows: Sequence[SummaryRow], heading: str) -> int | None:
    """The index of the row with a heading; None where there is none."""
    for number, row in enumerate(rows):
        if row and row[0] is not None and row[0].look == "heading" and row[0].value == heading:
            return number
    return None


def _chart_markup(chart: StatusChart, is_strict: bool) -> bytes:
    base = _STRICT if is_strict else _LOOSE
    series = "".join(_series_markup(chart))
    small = '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900"/></a:pPr></a:p></c:txPr>'
    return (
        _HEAD.decode() + f'<c:chartSpace xmlns:c="{base}/chart" xmlns:a="{base}/main">'
        '<c:roundedCorners val="0"/><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr>'
        '<a:defRPr sz="1100" b="1"/></a:pPr><a:r><a:rPr lang="en-GB" sz="1100" b="1"/>'
        f"<a:t>{BY_OBJECTIVE}</a:t></a:r></a:p></c:rich></c:tx>"
        '<c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="bar"/><c:grouping val="stacked"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="40"/><c:overlap val="100"/><c:axId val="1"/><c:axId val="2"/>'
        "</c:barChart>"
        # From the top down, as in the table.
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling>'
        '<c:delete val="0"/><c:axPos val="l"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f'{small}<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="1"/>'
        '<c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/>'
        '</c:scaling><c:delete val="1"/><c:axPos val="b"/><c:numFmt formatCode="0"'
        ' sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        '<c:tickLblPos val="nextTo"/><c:crossAx val="1"/><c:crosses val="max"/>'
        '<c:crossBetween val="between"/></c:valAx></c:plotArea><c:legend>'
        f'<c:legendPos val="b"/><c:overlay val="0"/>{small}</c:legend>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>'
    ).encode()


def _series_markup(chart: StatusChart) -> Iterator[str]:
    titles = _cache("str", chart.titles)
    for number, each in enumerate(chart.series):
        # Counts that are 0 would stand as "0" over the edge of the next part.
        labels = (
            '<c:dLbls><c:numFmt formatCode="0;;" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
            '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900" b="1"><a:solidFill>'
            f'<a:srgbClr val="{each.colours.on_bar[1:]}"/></a:solidFill></a:defRPr></a:pPr></a:p>'
            "</c:txPr>"
            '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
            '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        )
        yield (
            f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:strRef>'
            f"<c:f>{_text(chart.header(each.column))}</c:f>{_cache('str', (each.name,))}"
            "</c:strRef></c:tx><c:spPr><a:solidFill>"
            f'<a:srgbClr val="{each.colours.bar[1:].upper()}"/></a:solidFill>'
            '<a:ln w="9525"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln></c:spPr>'
            f'<c:invertIfNegative val="0"/>{labels}<c:cat><c:strRef>'
            f"<c:f>{_text(chart.reference(chart.column))}</c:f>{titles}</c:strRef></c:cat>"
            f"<c:val><c:numRef><c:f>{_text(chart.reference(each.column))}</c:f>"
            f"{_cache('num', each.counts)}</c:numRef></c:val></c:ser>"
        )


def _cache(kind: str, values: Sequence[str | int]) -> str:
    points = "".join(
        f'<c:pt idx="{number}"><c:v>{_text(str(value))}</c:v></c:pt>'
        for number, value in enumerate(values)
    )
    form = "<c:formatCode>General</c:formatCode>" if kind == "num" else ""
    return f'<c:{kind}Cache>{form}<c:ptCount val="{len(values)}"/>{points}</c:{kind}Cache>'


def _text(text: str) -> str:
    return escaped(text).decode()


def _anchor_markup(place: Range, relation: str, number: int, is_strict: bool) -> bytes:
    base = _STRICT if is_strict else _LOOSE
    relations = names_of_relations(b"", is_strict)[1].decode()
    return (
        f'<xdr:twoCellAnchor xmlns:xdr="{base}/spreadsheetDrawing" xmlns:a="{base}/main"'
        f' editAs="oneCell"><xdr:from><xdr:col>{place.first_column}</xdr:col>'
        f"<xdr:colOff>0</xdr:colOff><xdr:row>{place.first_row - 1}</xdr:row>"
        "<xdr:rowOff>0</xdr:rowOff></xdr:from>"
        f"<xdr:to><xdr:col>{place.last_column}</xdr:col><xdr:colOff>{_REACH}</xdr:colOff>"
        f"<xdr:row>{place.last_row - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>'
        f'<xdr:cNvPr id="{number}" name="{_NAME.decode()}" descr="How the key results of each'
        ' objective stand"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{base}/chart"><c:chart xmlns:c="{base}/chart"{relations}'
        f' r:id="{relation}"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/>'
        "</xdr:twoCellAnchor>"
    ).encode()
