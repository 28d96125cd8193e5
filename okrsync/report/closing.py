"""The close of a cycle for people at a terminal."""

from __future__ import annotations

from okrsync.measures.reasons import day
from okrsync.model.plain import clean, plural
from okrsync.report.lines import Line, Printer
from okrsync.report.plans import print_plan
from okrsync.report.retrospective import markdown
from okrsync.steps.close import Closing

__all__ = ["print_closing"]


def print_closing(out: Printer, closing: Closing) -> None:
    """Print what closing a cycle would do, or what became of it."""
    cycle = closing.cycle
    if cycle is None:
        for each in closing.closed_before:
            name = clean(each.cycle.name)
            out.print(Line(f"{name} was closed on {day(each.day)} (run {each.run})."))
        out.print(Line("Nothing else has ended. To look at a cycle again, name it."))
        return
    if closing.retrospective is not None:
        out.print(Line(markdown(closing.retrospective).rstrip()))
        out.print()
    for each in closing.closed_before:
        out.print(Line(f"It was closed on {day(each.day)} already (run {each.run})."))
    if closing.is_running:
        out.print(Line(f"{clean(cycle.name)} still runs, until {day(cycle.end)}.", "yellow"))
    if closing.carries_over and not closing.carried and closing.following is not None:
        out.print(Line(f"Nothing is carried over into {clean(closing.following.name)}."))
    if closing.carried and closing.following is not None:
        count = plural(len(closing.carried), "item", "items")
        out.print(Line(f"Carried over into {clean(closing.following.name)}: {count}"))
        for item in closing.carried:
            title = item.objective if item.title is None else f"  {item.title}"
            out.print(Line(f"  {clean(title)}  ({clean(item.source)}: {clean(item.into)})"))
    out.print()
    print_plan(out, closing.plan)
    if closing.plan.run is None:
        out.print(Line("Nothing was written. To do it: the same command with --yes."))
