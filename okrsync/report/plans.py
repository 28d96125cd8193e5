"""Plans for people at a terminal, row by row: the words of the row once, its cells with their
values before and after under them, and the reason once.

Everything that comes from a sheet is printed as plain text, never as markup or as a control
sequence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from okrsync.connector import State
from okrsync.measures.reasons import day
from okrsync.model.okrs import Skip
from okrsync.model.plain import clean, plural
from okrsync.model.table import text_of
from okrsync.plan.plan import REPLACES, Change, Plan, SourcePlan
from okrsync.report.cells import printed_value
from okrsync.report.lines import Line, Printer, print_lines

__all__ = ["print_plan"]

# More would scroll off a terminal; whoever needs every line takes --json.
_MOST_CHANGES = 200
_WORDS = {"inserted-row": "row", "copied-tab": "tab"}
"""What people call the fields of changes that are named otherwise in JSON."""
_MOST_ADDRESSES = 3
"""The skips of one reason are one line, with at most so many addresses."""


def print_plan(out: Printer, plan: Plan, *, most: int = _MOST_CHANGES) -> None:
    """Print a plan, or its outcome, row by row, with at most `most` changes of each source, and a
    count last.
    """
    for source in plan.parts:
        lines = _Lines()
        _print_source_plan(lines, source, most)
        # A write for each line of a thousand sources would take as long as all else here.
        print_lines(out, lines)
    for warning in plan.warnings:
        out.print(
            Line.assemble(
                ("warning ", "yellow"), clean(warning.location), "  ", clean(warning.message)
            )
        )
    if plan.warnings:
        out.print()
    out.print(Line(_count_line(plan), style="bold"))


class _Lines(list[Line]):
    """Lines that are printed together."""

    def print(self, *objects: Line) -> None:
        self.extend(objects or (Line(),))


def _print_source_plan(out: _Lines, source: SourcePlan, most: int) -> None:
    has_news = source.changes or source.skips or source.conflicts or source.refusals or source.error
    if not has_news:
        out.print(Line.assemble((source.name, "bold"), "  nothing to change"))
        out.print()
        return
    out.print(Line(source.name, style="bold"))
    if source.error is not None:
        out.print(Line.assemble("  ", ("failed ", "red"), clean(source.error)))
        if source.hint:
            out.print(Line(f"         {clean(source.hint)}"))
    for refusal in source.refusals:
        out.print(Line.assemble("  ", ("stopped ", "red"), clean(refusal.message)))
        out.print(Line(f"         to let it pass once: --allow {refusal.guard}"))
    if source.failing is not None and source.state != "ok" and source.failing.runs > 1:
        since = f"{source.failing.since.astimezone():%Y-%m-%d %H:%M}"
        out.print(Line(f"         since {since}, {source.failing.runs} runs in a row"))
    if source.kept_from is not None:
        last = (
            f"its last good numbers, of {day(source.kept_from)}, are used meanwhile, and nothing is"
            " written to it"
        )
        out.print(Line(f"         {last}"))
    _print_changes(out, source, most)
    for change in source.failures:
        failed = f"{clean(change.at)}  failed: {clean(change.why or 'no reason known')}"
        out.print(Line.assemble("  ", ("! ", "red"), failed))
    for addresses, reason in _by_reason(source.conflicts):
        conflict = f"{addresses or clean(source.name)}  conflict: {reason}"
        out.print(Line.assemble("  ", ("! ", "red"), conflict))
    for addresses, reason in _by_reason(source.skips):
        address = f"{addresses}  " if addresses else ""
        out.print(Line.assemble("  ", ("- ", "bright_black"), f"{address}skipped: {reason}"))
    out.print()


def _print_changes(out: _Lines, source: SourcePlan, most: int) -> None:
    style = "bright_black" if source.state == "refused" else None
    printed = 0
    for row in _by_row(source.changes):
        # A row is printed whole: half of its cells would not say how it stands.
        if printed and printed + len(row) > most:
            break
        printed += len(row)
        _print_row(out, row, style)
    if len(source.changes) > printed:
        which = "--json has" if most == _MOST_CHANGES else "`okrsync plan` shows"
        out.print(Line(f"    ... and {len(source.changes) - printed} more; {which} them all"))


def _by_row(changes: Iterable[Change]) -> list[list[Change]]:
    """The changes of each row together, in the order of their first ones. A change that is about no
    row, such as a new column, stands by itself.
    """
    rows: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        row = (change.key, change.title) if change.title else ("", f"\0{change.id}")
        rows.setdefault(row, []).append(change)
    # New columns first: the cells below go into them.
    return sorted(rows.values(), key=lambda row: row[0].field != "column")


def _print_row(out: _Lines, row: Sequence[Change], style: str | None) -> None:
    title = clean(row[0].title, 100)
    indent = 2
    if title:
        out.print(Line(f"  {title}", style=style or "bold"))
        indent = 4
    # Addresses in Notion are page titles; beyond 40 they no longer line up.
    width = min(max(len(clean(change.at)) for change in row), 40)
    for change in row:
        out.print(_change_line(change, indent, width, style))
    for reason in _reasons(row):
        out.print(Line(f"{' ' * (indent + 2)}{clean(reason, 140)}", style="bright_black"))
    for change in row:
        # What was done beside the change itself: words of people's were moved or replaced.
        if change.outcome is State.WRITTEN and change.why:
            out.print(Line(f"{' ' * (indent + 2)}{clean(change.why)}", style="yellow"))


def _reasons(row: Iterable[Change]) -> Iterator[str]:
    """The reasons of a row's changes, each once; none that a note or the title says already."""
    row = list(row)
    printed = {row[0].title, *(text_of(item.after) for item in row if item.field == "note")}
    for change in row:
        # A warning is its own reason too.
        reason = change.reason.removesuffix(REPLACES)
        is_own = change.field in ("note", "column", "view", "warning")
        # Whom a warning calls does not stand in its words.
        is_own = is_own and not reason.startswith("calls ")
        if reason and reason not in printed and not is_own:
            printed.add(reason)
            yield reason


def _change_line(change: Change, indent: int, width: int, style: str | None) -> Line:
    sign, colour = ("~", "yellow")
    if change.before is None:
        sign, colour = ("+", "green")
    elif change.after is None:
        sign, colour = ("-", "red")
    if change.outcome in (State.CONFLICT, State.SKIPPED, State.FAILED):
        sign, colour = ("x", "red")
    line = Line(f"{' ' * indent}{sign} ", style=style or colour)
    line.append(f"{clean(change.at):<{width}}  ", style=style or "")
    field = _WORDS.get(change.field, change.field)
    line.append(f"{field:<9} ", style=style or "cyan")
    if change.field == "note":
        # What the note said before is in the journal; both would fill the screen.
        line.append(clean(change.after or "(emptied)", 110), style=style or "")
    elif field in ("column", "row", "view", "tab"):
        is_new = change.after is not None
        words = f"{change.after!r} is new" if is_new else f"{change.before!r} is removed"
        line.append(clean(words), style=style or "")
    else:
        before = "" if change.before is None else f"{printed_value(change.before, field)} -> "
        line.append(f"{before}{printed_value(change.after, field)}", style=style or "")
    if change.reason.endswith(REPLACES):
        line.append(REPLACES, style="yellow")
    if change.outcome is State.UNCHANGED:
        line.append("  (stood there already)", style="bright_black")
    return line


def _by_reason(skips: Iterable[Skip]) -> Iterator[tuple[str, str]]:
    """The addresses and the reason of skips, those of one reason together. The addresses are empty
    where there is none.
    """
    by_reason: dict[str, list[str]] = {}
    for skip in skips:
        addresses = by_reason.setdefault(clean(skip.reason), [])
        addresses.extend([clean(skip.at)] if skip.at is not None else [])
    for reason, addresses in by_reason.items():
        words = ", ".join(addresses[:_MOST_ADDRESSES])
        if len(addresses) > _MOST_ADDRESSES:
            words += f" and {len(addresses) - _MOST_ADDRESSES} more"
        yield words, reason


def _count_line(plan: Plan) -> str:
    changes = [
        change for source in plan.parts for change in source.changes if source.state != "refused"
    ]
    skips = sum(len(source.skips) for source in plan.parts)
    conflicts = sum(len(source.conflicts) for source in plan.parts)
    refused = sum(source.state == "refused" for source in plan.parts)
    failed = sum(source.state in ("failed", "kept") for source in plan.parts)
    if plan.run is not None:
        written = sum(change.outcome is State.WRITTEN for change in changes)
        touched = sum(
            any(change.outcome is State.WRITTEN for change in source.changes)
            for source in plan.parts
        )
        head = f"Run {plan.run}: {plural(written, 'change')} written"
    else:
        touched = sum(bool(source.changes) and source.state != "refused" for source in plan.parts)
        head = plural(len(changes), "change").capitalize()
    parts = [
        f"{head} in {plural(touched, 'source')}" if touched else head,
        plural(skips, "skip"),
        plural(conflicts, "conflict"),
    ]
    failures = sum(len(source.failures) for source in plan.parts)
    if failures:
        parts.append(f"{plural(failures, 'change')} failed")
    if refused:
        parts.append(f"{plural(refused, 'source')} stopped by a guard")
    if failed:
        parts.append(f"{plural(failed, 'source')} failed")
    if plan.warnings:
        parts.append(plural(len(plan.warnings), "warning"))
    return ", ".join(parts) + "."
