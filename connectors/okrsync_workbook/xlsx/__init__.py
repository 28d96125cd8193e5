"""Changing an Excel workbook (.xlsx, .xlsm) cell by cell, with every other byte of its content as
it was.

    package = Package.open(path.read_bytes())
    path.write_bytes(patch(package, Edits(cells=(CellEdit("KRs", 7, 5, Decimal("0.37"),
    Looks.SHARE),))))

`Package` says what has to be known of a workbook beside its values; `patch.patch` makes the new
file. An `EditRefused` names the edit in the way, so that the rest can be tried without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from okrsync_workbook.xlsx.edits import (
        CellEdit,
        ColumnEdit,
        EditRefused,
        Edits,
        NoteEdit,
        RemovedColumnEdit,
        SummaryEdit,
    )
    from okrsync_workbook.xlsx.package import Package
    from okrsync_workbook.xlsx.summary_sheet import summary_is_current

__all__ = [
    "CellEdit",
    "ColumnEdit",
    "EditRefused",
    "Edits",
    "NoteEdit",
    "Package",
    "RemovedColumnEdit",
    "SummaryEdit",
    "summary_is_current",
]


def __getattr__(name: str) -> Any:
    # A plan imports modules of this package, and has no use for what only a write needs.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    homes = {"Package": "package", "summary_is_current": "summary_sheet"}
    return getattr(import_module(f"{__name__}.{homes.get(name, 'edits')}"), name)
