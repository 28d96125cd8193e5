"""What must hold after people and okrsync have worked in one spreadsheet."""

from __future__ import annotations

from typing import Any

from interleaving_place import (
    BESIDE,
    HEADER,
    NAMELESS,
    OURS,
    SUMMARY,
    Workplace,
    column_of,
    is_ours,
    main_tab,
    opened,
)
from okrsync.connector import (
    Batch,
    CellWrite,
    Outcome,
    Receipt,
    State,
)

__all__ = ["check", "check_marks", "check_next_read", "check_summary"]


def check(
    place: Workplace,
    file_id: str,
    twin: str,
    batch: Batch,
    receipt: Receipt,
    *,
    is_copied: bool,
) -> None:
    mine, theirs = _without_ours(place, file_id), _without_ours(place, twin)
    assert mine == theirs, f"people's cells differ: {mine} where they left {theirs}"
    sheet, other = main_tab(place, file_id), main_tab(place, twin)
    if sheet is None or other is None:
        assert sheet is other, "the tab is there again"
        return
    tab = sheet.title
    assert tab == other.title, "the tab has another name"
    grid = place.anna.grid(file_id, tab)
    header = grid[0] if grid else []
    for name in OURS:
        ours = [value for value in header if value == name or str(value).startswith(f"{name} ")]
        assert len(ours) <= 1, f"the column stands there twice: {header}"
        if ours and column_of(header, "Key result") is not None:
            cells = [cell for cell in batch.cells if cell.column.header == name]
            _check_column(grid, name, cells, receipt, is_copied=is_copied)


def _check_column(
    grid: list[list[Any]],
    name: str,
    cells: list[CellWrite],
    receipt: Receipt,
    *,
    is_copied: bool,
) -> None:
    ours, key_column = column_of(grid[0], name), column_of(grid[0], "Key result")
    assert ours is not None
    assert key_column is not None
    beside: dict[Any, list[Any]] = {}
    for row in grid[1:]:
        if len(row) > key_column and row[key_column]:
            beside.setdefault(row[key_column], []).append(row[ours] if len(row) > ours else None)
    known = {cell.row.identity[1].value: cell for cell in cells}
    # Beside a wrong row, and protected before it could be put right: it is reported.
    told = {
        cell.after
        for cell in cells
        if cell.id in receipt.outcomes and "by hand" in (receipt.outcomes[cell.id].reason or "")
    }
    for key, values in beside.items():
        cell = known.get(key)
        if cell is None:
            renamed = str(key).startswith("KR renamed")
            allowed = {
                None,
                *told,
                *[one.before for one in cells],
                *([one.after for one in cells] if renamed else []),
            }
            assert _unlike_typed(values) <= allowed, (
                f"{key!r} was never answered and holds {values!r}"
            )
            continue
        outcome: Outcome | None = receipt.outcomes.get(cell.id)
        if outcome is not None and "by hand" in (outcome.reason or ""):
            # Hit beside the wrong row and protected before it could be put right: it is told.
            continue
        assert _unlike_typed(values) <= {cell.before, cell.after, *told}, (
            f"{key!r} holds {values!r}, which is not its own"
        )
        if outcome is not None and outcome.state is State.WRITTEN and not is_copied:
            was_typed = _unlike_typed(values) != set(values)
            assert cell.after in values or was_typed, (
                f"{key!r} is said to be written and holds {values!r}"
            )


def _unlike_typed(values: list[Any]) -> set[Any]:
    """The values that nobody typed over an answer."""
    return {value for value in values if not str(value).startswith("typed ")}


def check_marks(place: Workplace, file_id: str, seen: set[Any]) -> None:
    """A mark that counts stands at the column it was made for."""
    book = place.anna.book(file_id)
    tab = main_tab(place, file_id)
    header = [] if tab is None else (place.anna.grid(file_id, tab.title) or [[]])[0]
    merged = set() if tab is None else _columns_without_a_name(tab)
    for entry in book.metadata:
        if entry["metadataId"] in seen and tab is not None:
            name = HEADER[int(entry["metadataValue"].removeprefix("="), 16)]
            index = entry["location"]["dimensionRange"]["startIndex"]
            marked = header[index] if index < len(header) else None
            is_at_home = column_of([marked], name) == 0 or (marked is None and index in merged)
            assert is_at_home, f"the mark of {name!r} counts at {marked!r}"


def _columns_without_a_name(tab: Any) -> set[int]:
    """The columns whose names a merge in the header took: all but the first one of it."""
    return {
        column
        for merge in tab.merges
        if merge.row == 0
        for column in range(merge.column + 1, merge.end_column or 40)
    }


def check_summary(place: Workplace, file_id: str, twin: str) -> None:
    """What people wrote beside the summary stands where they left it, and what they wrote below
    stands there still.
    """
    beside, below = [], []
    for one in (file_id, twin):
        sheet = next(
            sheet for sheet in place.anna.book(one).sheets if sheet.title.startswith(SUMMARY)
        )
        size = range(len(sheet.rows))
        beside.append(
            {
                (row, column): (sheet.cell(row, column).value, sheet.cell(row, column).note)
                for row in size
                for column in range(BESIDE, BESIDE + 4)
                if sheet.cell(row, column).value or sheet.cell(row, column).note
            }
        )
        below.append(
            sorted(
                str(sheet.cell(row, 0).value)
                for row in size
                if str(sheet.cell(row, 0).value).startswith("below ")
            )
        )
    assert beside[0] == beside[1], f"beside the summary: {beside[0]} where they left {beside[1]}"
    assert below[0] == below[1], f"below the summary: {below[0]} where they left {below[1]}"


def check_next_read(place: Workplace, memory: dict[str, Any]) -> None:
    """The next run reads what stands there, whatever okrsync keeps of its last answer."""
    tables = []
    for known in (memory, {}):
        connector = opened(place, known, "large")
        tables.append({table.name: (table.merges, table.rows) for table in connector.read().tables})
        connector.close()
    assert tables[0] == tables[1], f"the next run reads {tables[0]}, where {tables[1]} stands"


def _without_ours(place: Workplace, file_id: str) -> list[tuple[Any, ...]]:
    """Everything people wrote: names, values, formulas and notes, without okrsync's column."""
    sheet = main_tab(place, file_id)
    if sheet is None:
        sheet = next(tab for tab in place.anna.book(file_id).sheets if tab.title == "Other")
    grid = place.anna.grid(file_id, sheet.title)
    header = [*(grid[0] if grid else []), *[None] * 40]
    nameless = {
        entry["location"]["dimensionRange"]["startIndex"]
        for entry in place.anna.book(file_id).metadata
        if entry["metadataKey"] == NAMELESS
        and entry["location"]["dimensionRange"]["sheetId"] == sheet.id
    }
    filled = {
        column
        for column in range(40)
        for row in range(len(sheet.rows))
        if sheet.cell(row, column).value is not None or sheet.cell(row, column).note
    }
    made = []
    for row in range(max(len(grid), len(sheet.rows))):
        cells = [
            (
                sheet.cell(row, column).value,
                sheet.cell(row, column).formula,
                sheet.cell(row, column).note,
            )
            for column in range(40)
            # Columns in which nothing stands are where okrsync's new ones were inserted, or not.
            if not is_ours(header[column]) and column in filled and column not in nameless
        ]
        while cells and cells[-1] == (None, None, None):
            cells.pop()
        made.append(tuple(cells))
    while made and not made[-1]:
        made.pop()
    return made
