"""Whether two workbooks have the same content, however their parts are written."""

from __future__ import annotations

from pathlib import Path

from okrsync_workbook.sheets import trimmed
from okrsync_workbook.xlsx.grids import grids
from okrsync_workbook.xlsx.package import Package
from okrsync_workbook.xlsx.rows import rich_text

__all__ = ["same_content"]

_HOW_IT_IS_PUT_TOGETHER = (".rels", ".vml", "[content_types].xml")


def same_content(first_data: bytes, second_data: bytes) -> bool:
    """Whether two workbooks have the same tabs with the same values, the same notes, and otherwise
    the same parts. Formats and the request to calculate on opening may differ.
    """
    first, second = Package.open(first_data), Package.open(second_data)
    names = {name.casefold(): name for name in second.archive.names}
    if {name.casefold() for name in first.archive.names} != names.keys():
        return False
    compared_by_value = {
        name
        for sheet in first.sheets
        if (name := first.name_of(sheet.part)) is not None and sheet.kind == "worksheet"
    } | {first.name_of(first.workbook_part), _styles_name(first)}
    for name in first.archive.names:
        first_content, second_content = (
            first.archive.read(name),
            second.archive.read(names[name.casefold()]),
        )
        if (
            name in compared_by_value
            or first_content == second_content
            or name.casefold().endswith(_HOW_IT_IS_PUT_TOGETHER)
        ):
            continue
        if b"<comments" not in first_content[:2_000] or rich_text(first_content) != rich_text(
            second_content
        ):
            return False
    return _values(first) == _values(second)


def _styles_name(package: Package) -> str | None:
    part = package.part_of_kind(package.workbook_part, "styles")
    return package.name_of(part) if part is not None else None


def _values(package: Package) -> dict[str, list[tuple[int, list[object]]]]:
    names = [sheet.name for sheet in package.sheets if sheet.kind == "worksheet"]
    return {
        name: [(number, line) for number, values in rows if (line := trimmed(values))]
        for name, rows in grids(Path("workbook"), package, names).items()
    }
