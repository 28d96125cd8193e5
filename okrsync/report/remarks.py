"""What `lint` found, for people."""

from __future__ import annotations

from collections.abc import Sequence

from okrsync.lint import Level, Remark
from okrsync.model.plain import clean, place_words, plural
from okrsync.report.lines import Line, Printer

__all__ = ["print_remarks"]

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.HINT: "bright_black"}


def print_remarks(out: Printer, remarks: Sequence[Remark], *, left_out: int = 0) -> None:
    """Print the remarks item by item, each with its cell, why it matters and what to do; a count
    last.
    """
    last = None
    for remark in remarks:
        if remark.id != last:
            if last is not None:
                out.print()
            out.print(
                Line.assemble(
                    (clean(remark.title, 90), "bold"), (f"  {clean(remark.id)}", "bright_black")
                )
            )
            last = remark.id
        out.print(
            Line.assemble(
                "  ",
                (f"{remark.level:<8}", _COLOURS[remark.level]),
                f"{remark.code:<21}",
                (place_words(remark.source, clean(remark.at)), "bright_black"),
            )
        )
        out.print(Line(f"          {clean(remark.why)}"))
        out.print(Line(f"          {clean(remark.repair)}"))
    if remarks:
        out.print()
    out.print(Line(_count_line(remarks, left_out), style="bold"))


def _count_line(remarks: Sequence[Remark], left_out: int) -> str:
    left_out_words = (
        f"; {plural(left_out, 'lighter one', 'lighter ones')} left out by --level"
        if left_out
        else ""
    )
    if not remarks:
        return f"No remarks{left_out_words}."
    counted = [
        plural(count, level.value)
        for level in Level
        if (count := sum(remark.level is level for remark in remarks))
    ]
    return f"{', '.join(counted)}{left_out_words}."
