"""Pictures, explanations and findings for people at a terminal.

Everything that comes from a sheet is printed as plain text, never as markup or as a control
sequence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from okrsync.connector import Finding
from okrsync.measures.explain import Step
from okrsync.measures.fields import FRESHNESS_WORDS, status_text, whole_percent
from okrsync.measures.picture import Picture, SourceView
from okrsync.measures.reasons import day
from okrsync.measures.result import Measure
from okrsync.measures.row_words import disagreement
from okrsync.model.okrs import Freshness, KeyResult, Objective, Status
from okrsync.model.plain import clean, plural
from okrsync.model.tree import Tree
from okrsync.report.lines import Line, Printer, print_lines

__all__ = ["print_findings", "print_picture", "print_steps"]

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


def print_picture(out: Printer, picture: Picture, *, all_cycles: bool = False) -> None:
    """Print the tree: one line for each item, with bar, progress, status, title, id and remarks."""
    print_lines(out, _picture_lines(picture, all_cycles=all_cycles))


def _picture_lines(picture: Picture, *, all_cycles: bool) -> Iterator[Line]:
    cycle = picture.cycle
    yield Line.assemble(
        (cycle.name, "bold"),
        f"  {cycle.start:%d %b %Y} to {cycle.end:%d %b %Y}, as of {picture.as_of:%d %b %Y}",
    )
    if picture.over_words is not None:
        yield Line(picture.over_words)
    yield Line()
    yield from _tree_lines(picture.tree, picture.measures)
    if picture.closed.objectives:
        yield Line("The cycle before", style="bold")
        yield from _tree_lines(picture.closed, picture.closed_measures)
    if all_cycles and picture.others.objectives:
        yield Line("Other cycles", style="bold")
        yield from _tree_lines(picture.others, picture.other_measures)
    for view in picture.sources:
        yield _source_line(view, all_cycles=all_cycles)
    for warning in picture.warnings:
        yield Line.assemble(
            ("warning ", "yellow"), clean(warning.location), "  ", clean(warning.message)
        )


def _tree_lines(tree: Tree, measures: Mapping[str, Measure]) -> Iterator[Line]:
    # A stack instead of recursion: parents can be chained a thousand deep in a sheet.
    waiting = [(id_, 0) for id_ in reversed(tree.roots)]
    while waiting:
        id_, depth = waiting.pop()
        objective = tree.objectives[id_]
        waiting.extend((child, depth + 1) for child in reversed(tree.children.get(id_, ())))
        if id_ not in measures:
            continue
        yield _item_line(objective, measures[id_], depth)
        for key_result in objective.key_results:
            yield _item_line(key_result, measures[key_result.id], depth + 1)
        # An empty line between top objectives only, not between the branches of one.
        if depth == 0 or not waiting or waiting[-1][1] == 0:
            yield Line()


def _item_line(item: KeyResult | Objective, measure: Measure, depth: int) -> Line:
    is_objective = isinstance(item, Objective)
    line = Line("  " * depth)
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
    if measure.band is not None:
        facts.append(clean(measure.band, 30))
    line.append(f"  {', '.join(facts)}", style="bright_black")
    return line


def _source_line(view: SourceView, *, all_cycles: bool) -> Line:
    counts = f"{plural(view.objectives, 'objective')}, {plural(view.key_results, 'key result')}"
    line = Line.assemble((view.name, "bold"), f"  {counts}")
    if not (view.objectives or view.key_results):
        line.append("; `okrsync check` says why")
    if view.other_cycles and not all_cycles:
        line.append(
            f"; {plural(view.other_cycles, 'objective')} of other cycles, shown with --all-cycles"
        )
    if view.state != "ok":
        line = Line.assemble(
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
    return line


def _age(age: timedelta | None) -> str:
    return plural(age.days, "day") if age is not None and age.days > 0 else "less than a day"


def print_steps(out: Printer, steps: Sequence[Step]) -> None:
    """Print an explanation: a line for each step, indented, with cells, rule and result."""
    for step in steps:
        line = Line("  " * step.level)
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


def print_findings(out: Printer, findings: Mapping[str, Sequence[Finding]]) -> None:
    """What `check` found, each problem with its repair."""
    for name, source_findings in findings.items():
        out.print(Line(name, style="bold"))
        for finding in source_findings:
            sign, colour = {
                True: ("ok", "green"),
                False: ("problem", "red"),
                None: ("remark", "yellow"),
            }[finding.ok]
            out.print(Line.assemble("  ", (f"{sign:<8}", colour), clean(finding.message)))
            if finding.repair:
                out.print(Line(f"          {clean(finding.repair)}"))
        out.print()
    problems = sum(
        finding.ok is False for source_findings in findings.values() for finding in source_findings
    )
    out.print(
        Line(
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
