"""The close of a cycle for people at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from okrsync.measures.reasons import day
from okrsync.model.plain import clean, plural
from okrsync.report.plans import print_plan
from okrsync.report.retrospective import markdown
from okrsync.steps.close import Closing

__all__ = ["print_closing"]


def print_closing(out: Console, closing: Closing) -> None:
    """Print what closing a cycle would do, or what became of it."""
    cycle = closing.cycle
    if cycle is None:
        for each in closing.closed_before:
            name = clean(each.cycle.name)
            out.print(Text(f"{name} was closed on {day(each.day)} (run {each.run})."))
        out.print(Text("Nothing else has ended. To look at a cycle again, name it."))
        return
    if closing.retrospective is not None:
        out.print(Text(markdown(closing.retrospective).rstrip()))
        out.print()
    for each in closing.closed_before:
        out.print(Text(f"It was closed on {day(each.day)} already (run {each.run})."))
    if closing.is_running:
        out.print(Text(f"{clean(cycle.name)} still runs, until {day(cycle.end)}.", "yellow"))
    if closing.carries_over and not closing.carried and closing.following is not None:
        out.print(Text(f"Nothing is left to carry over into {clean(closing.following.name)}."))
    if closing.carried and closing.following is not None:
        count = plural(len(closing.carried), "item", "items")
        out.print(Text(f"Carried over into {clean(closing.following.name)}: {count}"))
        for item in closing.carried:
            title = item.objective if item.title is None else f"  {item.title}"
            out.print(Text(f"  {clean(title)}  ({clean(item.source)}: {clean(item.into)})"))
    out.print()
    print_plan(out, closing.plan)
    if closing.plan.run is None:
        out.print(Text("Nothing was written. To do it: the same command with --yes."))
