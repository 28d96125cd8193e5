"""Smart chips: people and files in the text of a cell.

https://developers.google.com/workspace/sheets/api/guides/chips
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.model import Cell, Json

__all__ = ["address_of", "chip_cell", "without_chips"]

_LONGEST_URI = 2000
_DRIVE = ("https://docs.google.com/", "https://drive.google.com/")


def without_chips(cell: Cell) -> Cell:
    """The cell as a new value leaves it: chips are part of the value before."""
    if cell.extra is None or "chipRuns" not in cell.extra:
        return cell
    extra = {name: value for name, value in cell.extra.items() if name != "chipRuns"}
    return replace(cell, extra=extra or None)


def chip_cell(cell: Cell, runs: Sequence[Json], words: Callable[[Json], str]) -> Cell:
    """The cell with chips in place of the characters `@` of its text, one for each run that has a
    chip. `words` tells what a chip shows. Answers also have the runs without chips between them.
    """
    text = cell.value if isinstance(cell.value, str) else ""
    chips = [run for run in runs if "chip" in run]
    placeholders = {_units(text[:index]): index for index, sign in enumerate(text) if sign == "@"}
    for run in chips:
        _check(run["chip"])
        if run.get("startIndex", 0) not in placeholders:
            raise invalid("Each chip run must start at a placeholder (@) of the userEnteredValue.")
    shown, answered, position = "", list[Json](), 0
    for run in sorted(chips, key=lambda run: int(run.get("startIndex", 0))):
        start = placeholders[run.get("startIndex", 0)]
        if start > position:
            # A run holds until the next one begins: this text is in none of the chips.
            answered.append(_run(_units(shown), {}))
        shown += text[position:start]
        answered.append(_run(_units(shown), {"chip": run["chip"]}))
        shown, position = shown + words(run["chip"]), start + 1
    if position < len(text):
        answered.append(_run(_units(shown), {}))
        shown += text[position:]
    extra = {**(cell.extra or {}), "chipRuns": answered}
    return replace(cell, value=shown, formula=None, extra=extra)


def _units(text: str) -> int:
    """The length of a text in UTF-16 code units, in which indexes count."""
    return len(text.encode("utf-16-le")) // 2


def address_of(chip: Json) -> str:
    """The address of the person or the file that a chip stands for."""
    person = chip.get("personProperties")
    return str(person["email"] if person else chip["richLinkProperties"]["uri"])


def _run(start: int, content: Json) -> Json:
    # A field that is 0 is left out of JSON.
    return {**({"startIndex": start} if start else {}), **content}


def _check(chip: Json) -> None:
    person, link = chip.get("personProperties"), chip.get("richLinkProperties")
    if person is not None and not person.get("email"):
        raise invalid("Invalid chipRuns: personProperties must have an email.")
    if link is not None:
        uri = link.get("uri", "")
        if not uri.startswith(_DRIVE) or len(uri.encode()) > _LONGEST_URI:
            raise invalid("Invalid chipRuns: only links to Drive files can be written as chips.")
