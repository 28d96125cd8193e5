"""Another tool's numbers beside okrsync's, for people at a terminal."""

from __future__ import annotations

from rich.console import Console

from okrsync.measures.compare import Comparison
from okrsync.measures.reasons import percent
from okrsync.model.plain import clean, plural

__all__ = ["print_comparison"]

_SHOWN = 10


def print_comparison(out: Console, comparison: Comparison) -> None:
    """Each difference with what explains it, then the switches that explain most."""
    for difference in comparison.differences:
        # Many switches give the same number for a simple item; three are enough to try.
        why = " or ".join(difference.explained_by[:3]) or "no switch explains it"
        out.print(
            f"{difference.id}  theirs {percent(difference.theirs)}, ours"
            f" {percent(difference.ours)}: {why}  ({clean(difference.title, 60)},"
            f" {clean(difference.at, 40)})",
            markup=False,
            highlight=False,
        )
    if comparison.only_there:
        names = "; ".join(clean(entry.title, 40) for entry in comparison.only_there[:_SHOWN])
        more = len(comparison.only_there) - _SHOWN
        rest = f"; and {more} more" if more > 0 else ""
        out.print(f"Only in the export: {names}{rest}", markup=False, highlight=False)
    compared = plural(comparison.compared, "number")
    verb = "differs" if len(comparison.differences) == 1 else "differ"
    count = len(comparison.differences) or "none"
    out.print(f"{compared} compared, {count} {verb}.", markup=False, highlight=False)
    if comparison.explanations:
        # Only the best one: switches do not add up, and people change one at a time.
        switch, count = comparison.explanations[0]
        out.print(
            f"Under [scoring], {switch} explains {plural(count, 'difference')}.",
            markup=False,
            highlight=False,
        )
