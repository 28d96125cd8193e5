"""Plans, pictures and histories for people at a terminal.

Everything that comes from a sheet is printed as plain text, never as markup or as a control
sequence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from rich.console import Console
from rich.text import Text

from okrsync.connector import Finding, State
from okrsync.measures.explain import Step
from okrsync.measures.fields import FRESHNESS_WORDS, status_text, whole_percent
from okrsync.measures.picture import Picture, SourceView
from okrsync.measures.reasons import day
from okrsync.measures.result import Measure
from okrsync.measures.row_words import disagreement
from okrsync.model.okrs import Freshness, KeyResult, Objective, Status
from okrsync.model.plain import clean, plural
from okrsync.model.table import CellValue, text_of
from okrsync.model.tree import Tree
from okrsync.plan.plan import Change, Plan, SourcePlan

__all__ = ["print_findings", "print_picture", "print_plan", "print_steps"]

# More would scroll off a terminal; whoever needs every line takes --json.
_MOST_LINES = 200
_BAR = 10
_COLOURS = {
    Status.ACHIEVED: "green",
    Status.ON_TRACK: "green",
    Status.AT_RISK: "yellow",
    Status.STALE: "yellow",
    Status.OFF_TRACK: "red",
    Status.MISSED: "red",
    Status.NO_DATA: "bright_black",
    Status.NOT_STARTED: "bright_black",
}


def print_plan(out: Console, plan: Plan, *, most: int = _MOST_LINES) -> None:
    """Print a plan, or its outcome, like a diff: one line for each change with address and reason,
    at most `most` for each source, and a count last.
    """
    for source in plan.parts:
        _print_source_plan(out, source, most)
    for warning in plan.warnings:
        out.print(
            Text.assemble(
                ("warning ", "yellow"), clean(warning.location), "  ", clean(warning.message)
            )
        )
    if plan.warnings:
        out.print()
    out.print(Text(_count_line(plan), style="bold"))


def _print_source_plan(out: Console, source: SourcePlan, most: int) -> None:
    has_news = source.changes or source.skips or source.conflicts or source.refusals or source.error
    if not has_news:
        out.print(Text.assemble((source.name, "bold"), "  nothing to change"))
        out.print()
        return
    out.print(Text(source.name, style="bold"))
    if source.error is not None:
        out.print(Text.assemble("  ", ("failed ", "red"), clean(source.error)))
        if source.hint:
            out.print(Text(f"         {clean(source.hint)}"))
    for refusal in source.refusals:
        out.print(Text.assemble("  ", ("stopped ", "red"), clean(refusal.message)))
        out.print(Text(f"         to let it pass once: --allow {refusal.guard}"))
    if source.failing is not None and source.state != "ok" and source.failing.runs > 1:
        since = f"{source.failing.since.astimezone():%Y-%m-%d %H:%M}"
        out.print(Text(f"         since {since}, {source.failing.runs} runs in a row"))
    if source.kept_from is not None:
        last = (
            f"its last good numbers, of {day(source.kept_from)}, are used meanwhile, and nothing is"
            " written to it"
        )
        out.print(Text(f"         {last}"))
    style = "bright_black" if source.state == "refused" else None
    # Addresses in Notion are page titles; beyond 40 they no longer line up.
    width = min(max((len(clean(change.at)) for change in source.changes[:most]), default=0), 40)
    for change in source.changes[:most]:
        out.print(_change_line(change, width, style))
    if len(source.changes) > most:
        which = "--json has" if most == _MOST_LINES else "`okrsync plan` shows"
        out.print(Text(f"    ... and {len(source.changes) - most} more; {which} them all"))
    for change in source.failures:
        failed = f"{clean(change.at)}  failed: {clean(change.why or 'no reason known')}"
        out.print(Text.assemble("  ", ("! ", "red"), failed))
    for skip in source.conflicts:
        out.print(
            Text.assemble(
                "  ",
                ("! ", "red"),
                f"{clean(skip.at or source.name)}  conflict: {clean(skip.reason)}",
            )
        )
    for skip in source.skips:
        address = f"{clean(skip.at)}  " if skip.at is not None else ""
        out.print(
            Text.assemble("  ", ("- ", "bright_black"), f"{address}skipped: {clean(skip.reason)}")
        )
    out.print()


def _change_line(change: Change, width: int, style: str | None) -> Text:
    sign, colour = ("~", "yellow")
    if change.before is None:
        sign, colour = ("+", "green")
    elif change.after is None:
        sign, colour = ("-", "red")
    if change.outcome in (State.CONFLICT, State.SKIPPED, State.FAILED):
        sign, colour = ("x", "red")
    line = Text(f"  {sign} ", style=style or colour)
    line.append(f"{clean(change.at):<{width}}  ", style=style or "")
    line.append(f"{change.field:<9} ", style=style or "cyan")
    if change.field == "note":
        # A note is its own reason; what it said before is in the journal.
        line.append(clean(change.after or "(emptied)", 110), style=style or "")
        return line
    if change.field in ("column", "row", "view"):
        is_new = change.after is not None
        line.append(
            clean(f"{change.after!r} is new" if is_new else f"{change.before!r} is removed"),
            style=style or "",
        )
        return line
    before = "" if change.before is None else f"{_value(change.before)} -> "
    line.append(f"{before}{_value(change.after)}", style=style or "")
    if change.field != "warning":
        line.append(f"  {clean(change.reason, 100)}", style="bright_black")
    return line


def _value(value: CellValue) -> str:
    if value is None:
        return "(empty)"
    # okrsync writes shares as floats and everything else as text, dates or integers.
    if isinstance(value, float) and 0 <= value <= 2:
        return f"{value:.0%}"
    return clean(text_of(value), 60)


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


def print_picture(out: Console, picture: Picture, *, all_cycles: bool = False) -> None:
    """Print the tree: one line for each item, with bar, progress, status, title, id and remarks."""
    cycle = picture.cycle
    out.print(
        Text.assemble(
            (cycle.name, "bold"),
            f"  {cycle.start:%d %b %Y} to {cycle.end:%d %b %Y}, as of {picture.as_of:%d %b %Y}",
        )
    )
    if picture.is_closed:
        out.print("This cycle is over, and nothing is planned for the next one yet.")
    out.print()
    _print_tree(out, picture.tree, picture.measures)
    if picture.closed.objectives:
        out.print(Text("The cycle before", style="bold"))
        _print_tree(out, picture.closed, picture.closed_measures)
    if all_cycles and picture.others.objectives:
        out.print(Text("Other cycles", style="bold"))
        _print_tree(out, picture.others, picture.other_measures)
    for view in picture.sources:
        _print_source(out, view, all_cycles=all_cycles)
    for warning in picture.warnings:
        out.print(
            Text.assemble(
                ("warning ", "yellow"), clean(warning.location), "  ", clean(warning.message)
            )
        )


def _print_tree(out: Console, tree: Tree, measures: Mapping[str, Measure]) -> None:
    # A stack instead of recursion: parents can be chained a thousand deep in a sheet.
    waiting = [(id_, 0) for id_ in reversed(tree.roots)]
    while waiting:
        id_, depth = waiting.pop()
        objective = tree.objectives[id_]
        waiting.extend((child, depth + 1) for child in reversed(tree.children.get(id_, ())))
        if id_ not in measures:
            continue
        _print_item(out, objective, measures[id_], depth)
        for key_result in objective.key_results:
            _print_item(out, key_result, measures[key_result.id], depth + 1)
        # An empty line between top objectives only, not between the branches of one.
        if depth == 0 or not waiting or waiting[-1][1] == 0:
            out.print()


def _print_item(out: Console, item: KeyResult | Objective, measure: Measure, depth: int) -> None:
    is_objective = isinstance(item, Objective)
    line = Text("  " * depth)
    line.append(_bar(measure.progress), style=_COLOURS[measure.status])
    line.append(f" {_percent(measure.progress):>5} ")
    line.append(f"{status_text(measure):<12}", style=_COLOURS[measure.status])
    line.append(clean(item.title, 70), style="bold" if is_objective else "")
    facts = [item.id]
    if item.owner:
        facts.append(clean(item.owner, 30))
    if is_objective and measure.reported[0] != measure.reported[1]:
        facts.append(f"{measure.reported[0]} of {measure.reported[1]} reported")
    if is_objective and measure.sources.unread and len(measure.sources) > 1:
        facts.append(measure.sources.words)
    if measure.freshness in (Freshness.DUE, Freshness.NEVER):
        facts.append(f"check-in {FRESHNESS_WORDS[measure.freshness].lower()}")
    typed = disagreement(item, measure)
    if typed is not None:
        facts.append(clean(typed[:1].lower() + typed[1:-1]))
    if item.commitment is not None:
        facts.append(item.commitment.value)
    if measure.passes is not None:
        facts.append("passes" if measure.passes else "does not pass")
    line.append(f"  {', '.join(facts)}", style="bright_black")
    out.print(line)


def _print_source(out: Console, view: SourceView, *, all_cycles: bool) -> None:
    counts = f"{plural(view.objectives, 'objective')}, {plural(view.key_results, 'key result')}"
    line = Text.assemble((view.name, "bold"), f"  {counts}")
    if view.other_cycles and not all_cycles:
        line.append(
            f"; {plural(view.other_cycles, 'objective')} of other cycles, shown with --all-cycles"
        )
    if view.state != "ok":
        line = Text.assemble(
            (view.name, "bold"), "  ", (view.state, "red"), f"  {clean(view.error or '')}"
        )
        if view.state == "kept" and view.read_at is not None:
            line.append(
                f"; the numbers shown are those of {day(view.read_at)}, {_age(view.age)} old"
            )
        elif view.read_at is not None:
            line.append(
                f"; its last numbers, of {day(view.read_at)}, are older than guards.max_age and"
                " no longer count"
            )
        if view.hint:
            line.append(f"\n  {clean(view.hint)}")
    out.print(line)


def _age(age: timedelta | None) -> str:
    return plural(age.days, "day") if age is not None and age.days > 0 else "less than a day"


def print_steps(out: Console, steps: Sequence[Step]) -> None:
    """Print an explanation: a line for each step, indented, with cells, rule and result."""
    for step in steps:
        line = Text("  " * step.level)
        line.append(clean(step.text), style="bold" if not step.rule and step.result else "")
        if step.result is not None:
            line.append(f"  = {step.result}", style="cyan")
        if step.cells:
            line.append(
                f"  [{', '.join(clean(cell) for cell in step.cells)}]", style="bright_black"
            )
        if step.rule:
            line.append(f"  rule: {step.rule}", style="bright_black")
        out.print(line)


def print_findings(out: Console, findings: Mapping[str, Sequence[Finding]]) -> None:
    """What `check` found, each problem with its repair."""
    for name, source_findings in findings.items():
        out.print(Text(name, style="bold"))
        for finding in source_findings:
            sign, colour = {
                True: ("ok", "green"),
                False: ("problem", "red"),
                None: ("remark", "yellow"),
            }[finding.ok]
            out.print(Text.assemble("  ", (f"{sign:<8}", colour), clean(finding.message)))
            if finding.repair:
                out.print(Text(f"          {clean(finding.repair)}"))
        out.print()
    problems = sum(
        finding.ok is False for source_findings in findings.values() for finding in source_findings
    )
    out.print(
        Text(
            f"{plural(problems, 'problem').capitalize()} in {plural(len(findings), 'source')}.",
            style="bold",
        )
    )


def _bar(progress: Decimal | None) -> str:
    """A bar that is full only at 100 % and empty only at 0 %."""
    if progress is None:
        return "·" * _BAR
    filled = max(0, min(_BAR, int(progress * _BAR + Decimal("0.5"))))
    # Rounding would show 97 % as done and 3 % as nothing.
    if 0 < progress < 1:
        filled = min(max(filled, 1), _BAR - 1)
    return "█" * filled + "░" * (_BAR - filled)


def _percent(progress: Decimal | None) -> str:
    rounded = whole_percent(progress)
    return "-" if rounded is None else f"{int(rounded * 100)} %"
