"""Simple drawings of charts: bars, columns, lines and pies from their source ranges."""

from __future__ import annotations

import math
from html import escape

from okrsync_sandbox.google.a1 import block_of
from okrsync_sandbox.google.cells import Looker
from okrsync_sandbox.google.model import Json

__all__ = ["chart_svg"]

_WIDTH, _HEIGHT = 480, 280
_COLOURS = ("#1a73e8", "#f9ab00", "#188038", "#d93025", "#9334e6", "#80868b", "#12b5cb", "#e8710a")
_Series = list[tuple[str, list[float], str]]


def chart_svg(looker: Looker, chart: Json) -> str:
    """A chart as SVG; only its title if its type is not supported."""
    spec = chart.get("spec", {})
    title = (
        '<text x="16" y="24" font-size="14"'
        f' font-weight="600">{escape(spec.get("title", ""))}</text>'
    )
    if "pieChart" in spec:
        body = _pie(looker, spec["pieChart"])
    elif "basicChart" in spec:
        body = _basic(looker, spec["basicChart"])
    else:
        body = ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}"'
        f' font-family="system-ui,sans-serif">{title}{body}</svg>'
    )


def _texts(looker: Looker, data: Json) -> list[str]:
    return [looker.text(sheet, row, column) for sheet, row, column in _cells(looker, data)]


def _numbers(looker: Looker, data: Json) -> list[float]:
    values = [looker.value(sheet, row, column) for sheet, row, column in _cells(looker, data)]
    return [value if isinstance(value, float) else math.nan for value in values]


def _cells(looker: Looker, data: Json) -> list[tuple]:  # type: ignore[type-arg]
    values = []
    for cell_range in data.get("sourceRange", {}).get("sources", ()):
        sheet = looker.spreadsheet.sheet(cell_range.get("sheetId", 0))
        if sheet is None:
            continue
        row, column, end_row, end_column = block_of(cell_range).within(
            min(sheet.row_count, len(sheet.rows)), sheet.column_count
        )
        values += [
            (sheet, row_index, across)
            for row_index in range(row, end_row)
            for across in range(column, end_column)
        ]
    return values


def _basic(looker: Looker, spec: Json) -> str:
    heads = spec.get("headerCount", 0)
    domains = spec.get("domains", [])
    labels = _texts(looker, domains[0].get("domain", {}))[heads:] if domains else []
    series: _Series = []
    for index, spec_series in enumerate(spec.get("series", ())):
        names = _texts(looker, spec_series.get("series", {}))
        name = names[0] if heads and names else f"Series {index + 1}"
        colour = _colour(spec_series) or _COLOURS[index % len(_COLOURS)]
        series.append((name, _numbers(looker, spec_series.get("series", {}))[heads:], colour))
    legend = _legend([(name, colour) for name, _, colour in series])
    if spec.get("chartType") == "BAR":
        is_stacked = spec.get("stackedType") == "STACKED"
        return _bars(labels, series, is_stacked=is_stacked) + legend
    return _columns(labels, series, lines=spec.get("chartType") in ("LINE", "AREA")) + legend


def _colour(spec: Json) -> str | None:
    colour = spec.get("color") or spec.get("colorStyle", {}).get("rgbColor")
    if colour is None:
        return None
    return "#" + "".join(
        f"{round(float(colour.get(name, 0)) * 255):02x}" for name in ("red", "green", "blue")
    )


def _legend(names: list[tuple[str, str]]) -> str:
    step = min(130, (_WIDTH - 20) // max(len(names), 1))
    return "".join(
        f'<rect x="{16 + index * step}" y="{_HEIGHT - 18}" width="10" height="10" fill="{colour}"/>'
        f'<text x="{30 + index * step}" y="{_HEIGHT - 9}" font-size="11">{escape(name)}</text>'
        for index, (name, colour) in enumerate(names)
    )


def _most(series: _Series) -> float:
    # NaN, which stands for a cell without a number, is the only value that differs from itself.
    return max([value for _, values, _ in series for value in values if value == value] + [1e-9])


def _bars(labels: list[str], series: _Series, *, is_stacked: bool) -> str:
    if not labels:
        return ""
    step, most, shapes = (_HEIGHT - 70) / len(labels), _most(series), list[str]()
    if is_stacked:
        rows = zip(*(values for _, values, _ in series), strict=False)
        most = max([*(sum(value for value in row if value == value) for row in rows), 1e-9])
    thick = step * 0.7 / (1 if is_stacked else max(len(series), 1))
    for label_index, label in enumerate(labels):
        y, left = 40 + label_index * step, 158.0
        shapes.append(
            f'<text x="150" y="{y + step / 2 + 4:.0f}" font-size="11"'
            f' text-anchor="end">{escape(_cut(label, 24))}</text>'
        )
        for series_index, (_, values, colour) in enumerate(series):
            value = (
                values[label_index]
                if label_index < len(values) and values[label_index] == values[label_index]
                else 0.0
            )
            top = y + step * 0.15 + (0 if is_stacked else series_index * thick)
            width = max(0.0, value / most) * 300
            shapes.append(
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{thick:.1f}"'
                f' fill="{colour}"/>'
            )
            left += width if is_stacked else 0
    return "".join(shapes)


def _cut(label: str, most: int) -> str:
    """A label of at most so many signs, with a mark where the rest is left out."""
    return label if len(label) <= most else f"{label[: max(most - 1, 1)].rstrip()}…"


def _columns(labels: list[str], series: _Series, *, lines: bool) -> str:
    count = max([len(values) for _, values, _ in series] + [len(labels), 1])
    step, most, shapes = (_WIDTH - 60) / count, _most(series), []
    width, bottom, tall = step * 0.7 / max(len(series), 1), _HEIGHT - 50, _HEIGHT - 100
    for nth, (_, values, colour) in enumerate(series):
        points = []
        for index, value in enumerate(values):
            if value != value:
                continue
            height = max(0.0, value / most) * tall
            points.append(f"{40 + (index + 0.5) * step:.1f},{bottom - height:.1f}")
            if not lines:
                shapes.append(
                    f'<rect x="{40 + index * step + step * 0.15 + nth * width:.1f}"'
                    f' y="{bottom - height:.1f}" width="{width:.1f}" height="{height:.1f}"'
                    f' fill="{colour}"/>'
                )
        if lines:
            shapes.append(
                f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}"'
                ' stroke-width="2"/>'
            )
    for index, label in enumerate(labels):
        shapes.append(
            f'<text x="{40 + (index + 0.5) * step:.0f}" y="{bottom + 14}" font-size="10"'
            f' text-anchor="middle">{escape(_cut(label, int(step / 6)))}</text>'
        )
    return "".join(shapes)


def _pie(looker: Looker, spec: Json) -> str:
    labels, values = (
        _texts(looker, spec.get("domain", {})),
        _numbers(looker, spec.get("series", {})),
    )
    parts = [
        (label, value)
        for label, value in zip(labels, values, strict=False)
        if value == value and value > 0
    ]
    # Slices begin at twelve o'clock.
    whole, angle, slices = sum(value for _, value in parts), -math.pi / 2, []
    x, y, radius = 150, 150, 95
    for index, (label, value) in enumerate(parts):
        colour, turn = _COLOURS[index % len(_COLOURS)], value / whole * 2 * math.pi
        slices.append(
            f'<rect x="290" y="{60 + index * 20}" width="10" height="10" fill="{colour}"/><text'
            f' x="306" y="{69 + index * 20}" font-size="11">{escape(label)} ({value:g})</text>'
        )
        # An SVG arc that ends where it begins draws nothing.
        if len(parts) == 1:
            slices.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>')
            break
        start = (x + radius * math.cos(angle), y + radius * math.sin(angle))
        angle += turn
        end = (x + radius * math.cos(angle), y + radius * math.sin(angle))
        slices.append(
            f'<path d="M{x} {y}L{start[0]:.1f} {start[1]:.1f}A{radius} {radius} 0'
            f' {int(turn > math.pi)} 1 {end[0]:.1f} {end[1]:.1f}Z" fill="{colour}"/>'
        )
    if spec.get("pieHole"):
        slices.append(
            f'<circle cx="{x}" cy="{y}" r="{radius * float(spec["pieHole"]):.0f}" fill="#fff"/>'
        )
    return "".join(slices)
