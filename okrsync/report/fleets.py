"""Many configurations at the terminal, a line each."""

from __future__ import annotations

from collections.abc import Sequence

from okrsync.model.plain import clean, plural
from okrsync.report.documents.fleet import FleetRunDocument, FleetRunEntry, FleetStandingEntry
from okrsync.report.endings import ending
from okrsync.report.lines import Line, Printer

__all__ = ["print_result", "print_standings", "print_total"]

_STYLES = {"well": "green", "at work": "cyan", "never ran": "bright_black"}


def print_result(out: Printer, entry: FleetRunEntry) -> None:
    """What the sync of one configuration came to."""
    style = "green" if entry.exit_code == 0 else "red"
    text = Line.assemble(
        (entry.config, "bold"),
        "  ",
        (_ending(entry.exit_code), style),
        f", {plural(entry.written, 'change')} written",
    )
    if entry.message:
        text.append(f"\n  {clean(entry.message)}", style="yellow")
    out.print(text)


def print_total(out: Printer, document: FleetRunDocument) -> None:
    """How many configurations went through."""
    good = sum(entry.exit_code == 0 for entry in document.configs)
    total = plural(len(document.configs), "configuration")
    out.print(Line(f"\n{good} of {total} went through."))


def print_standings(out: Printer, entries: Sequence[FleetStandingEntry]) -> None:
    """How each configuration stands."""
    for entry in entries:
        last = (
            "no run went through yet"
            if entry.last_good is None
            else (f"last went through {entry.last_good:%d %b %Y %H:%M}")
        )
        text = Line.assemble(
            (entry.config, "bold"),
            "  ",
            (entry.state, _STYLES.get(entry.state, "yellow")),
            f", {last}",
        )
        if entry.waits_for:
            text.append(f"\n  {clean(entry.waits_for)}", style="yellow")
        out.print(text)


def _ending(exit_code: int) -> str:
    if exit_code == 2:
        return "the configuration cannot be used"
    return "another run is at work" if exit_code == 11 else ending(exit_code)
