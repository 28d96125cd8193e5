"""Prints for people on a terminal how a source is read: tabs, columns, three rows, and what could
not be understood.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from rich.console import Console
from rich.text import Text

from okrsync.init.concerned import ConcernedRow, rows_of_question
from okrsync.init.cycle import Fit
from okrsync.init.looking import Look
from okrsync.init.samples import Sample, samples
from okrsync.mapping import TabReading, shipped
from okrsync.mapping.file import ROLES, Values
from okrsync.measures.fields import whole_percent
from okrsync.model.evidence import ColumnReading
from okrsync.model.okrs import KeyResult
from okrsync.model.plain import clean, plural
from okrsync.model.table import column_letters, text_of

__all__ = ["counted", "cycle_text", "print_keys", "print_look", "print_questions", "print_rows"]

_MOST_ALIKE = 3
_MOST_REASONS = 8
# Below this share a column is shown in yellow: look at it before you agree.
_DOUBTFUL = 0.7
_WIDEST_HEADER = 20
_VALUE_KEYS = tuple(f"values.{name}" for name in Values.model_fields)
_ROLE = max(len(role) for role in ROLES)


def print_look(out: Console, look: Look, *, explain: bool = False) -> None:
    """Print everything, the verdict on each tab first. `explain` adds the evidence."""
    title = look.seen.snapshot.title or look.seen.given.text
    out.print(
        Text.assemble(
            (clean(title), "bold"), f"  {look.seen.given.connector}, {counted(*look.items)}"
        )
    )
    if look.tool is not None:
        _hang(
            out,
            Text(f"  read with a mapping that comes with okrsync: {shipped.about(look.tool)}"),
            4,
        )
    for tab in look.okrs.tabs:
        _hang(out, _verdict(tab, look), 4)
        if explain:
            for reason in tab.because:
                _hang(out, Text(f"      {clean(reason)}", style="bright_black"), 6)
    out.print()
    _print_columns(out, look, explain=explain)
    _print_samples(out, samples(look))
    _print_left_out(out, look)


def print_questions(out: Console, look: Look) -> None:
    """Print the open questions, each with its rows, its answers, and the option for each answer."""
    for question in look.okrs.questions:
        _hang(
            out, Text.assemble(("? ", "yellow"), f"{clean(question.at)}  {clean(question.text)}"), 2
        )
        print_rows(out, rows_of_question(look, question))
        for answer in question.answers:
            out.print(
                Text(
                    f"    --answer '{clean(question.key)}={clean(text_of_answer(answer.value))}' "
                    f" {clean(answer.words)}"
                )
            )


def print_keys(out: Console, look: Look) -> None:
    """Print the keys that change how the source is read, with values that fit it."""
    tabs = [tab for tab in look.okrs.tabs if tab.columns] or list(look.okrs.tabs)
    if not tabs:
        return
    names = [column.header for tab in tabs for column in tab.columns if column.header]
    name = clean(names[-1]) if names else "NAME"
    tab_name = clean(tabs[-1].table)
    keys = [
        (f"columns.ROLE={name}", "the column of a role; [] for no column"),
        (f"ignore_columns={text_of_answer((name,))}", "columns to ignore"),
        (f"ignore_tabs={text_of_answer((tab_name,))}", "tabs to leave out"),
    ]
    if all(table.header is None for table in look.seen.snapshot.tables):
        row = tabs[-1].header_row or 1
        keys.append((f"header={row}", "the row with the column names"))
        if len(look.okrs.tabs) > 1:
            keys.append((f"header.{tab_name}={row}", "the same for one tab"))
    out.print(Text("To change how it is read", style="bold"))
    for key, words in keys:
        out.print(Text(f"  --answer '{key}'  {words}"))
    _hang(out, Text(f"  Roles: {', '.join(ROLES)}", style="bright_black"), 4)
    _hang(out, Text(f"  Also: {', '.join(_VALUE_KEYS)}", style="bright_black"), 4)
    out.print()


def print_rows(out: Console, rows: Sequence[ConcernedRow]) -> None:
    """Print the rows that a question is about, a line each, with the cell in question in bold."""
    for row in rows:
        line = Text.assemble("    ", (f"{clean(row.label, 40)}:", "bright_black"))
        for index, text in enumerate(row.texts):
            line.append(" " if index == 0 else " | ")
            line.append(clean(text, 40), style="bold" if index == row.asked else "")
        line.truncate(_width(out), overflow="ellipsis")
        out.print(line)


def text_of_answer(value: object) -> str:
    """An answer's value as the command line takes it."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(f'"{part}"' for part in value) + "]"
    return str(value)


def counted(objectives: int, key_results: int) -> str:
    """`3 objectives and 9 key results`."""
    return f"{plural(objectives, 'objective')} and {plural(key_results, 'key result')}"


def cycle_text(fit: Fit) -> str | None:
    """A sentence about items of other cycles; None if there are none."""
    if not fit.outside:
        return None
    which = f", most of them to {fit.others.name}" if fit.others is not None else ""
    if fit.is_mostly_outside:
        all_ = fit.inside + fit.outside
        subject = "The only item belongs" if all_ == 1 else f"{fit.outside} of {all_} items belong"
        return (
            f"{subject} to other cycles than {fit.cycle.name}{which}: okrsync neither measures them"
            " nor writes beside them."
        )
    return (
        f"{plural(fit.outside, 'item belongs', 'items belong')} to other cycles than"
        f" {fit.cycle.name}{which}, and stay as they are."
    )


def _verdict(tab: TabReading, look: Look) -> Text:
    if tab.layout is None:
        is_asked = any(question.table == tab.table for question in look.okrs.questions)
        reason = (
            "not read until a question about it is answered"
            if is_asked
            else f"left out: {clean(tab.reason)}"
        )
        return Text.assemble(("  - ", "bright_black"), (clean(tab.table), "bold"), f"  {reason}")
    header_words = "" if tab.header_row is None else f", column names in row {tab.header_row}"
    objectives = [
        objective
        for objective in look.okrs.objectives
        if objective.origin.table == tab.table and not objective.implied
    ]
    results = [
        kr
        for objective in look.okrs.objectives
        for kr in objective.key_results
        if kr.origin.table == tab.table
    ]
    return Text.assemble(
        ("  + ", "green"),
        (clean(tab.table), "bold"),
        f"  taken: {tab.layout}{header_words}; {counted(len(objectives), len(results))}",
    )


def _print_columns(out: Console, look: Look, *, explain: bool) -> None:
    shown: dict[tuple[tuple[str, str | None], ...], str] = {}
    for tab in look.okrs.tabs:
        if not tab.columns or (tab.layout is None and look.is_understood):
            continue
        names = tuple((column.header, column.role) for column in tab.columns)
        # A workbook with a tab per team repeats one set of columns; once is enough to read.
        if names in shown:
            out.print(f"Columns of {clean(tab.table)}: as in {clean(shown[names])}", markup=False)
            out.print()
            continue
        shown[names] = tab.table
        out.print(Text(f"Columns of {clean(tab.table)}", style="bold"))
        headers = min(max(len(clean(column.header)) for column in tab.columns), _WIDEST_HEADER)
        for column in tab.columns:
            out.print(_column_line(column, headers, tab.header_row is not None, _width(out)))
            if explain:
                _hang(
                    out,
                    Text(f"      {clean(column.because)}{_others(column)}", style="bright_black"),
                    6,
                )
        out.print()


def _column_line(column: ColumnReading, headers: int, has_letters: bool, width: int) -> Text:
    """A column in one line: letters, header, role, confidence, and as many values as fit."""
    line = Text("  ")
    if has_letters:
        line.append(f"{column_letters(column.column):<3}")
    line.append_text(_cell(clean(column.header) or "(no name)", headers))
    role = (
        Text("not read", style="bright_black")
        if column.role is None
        else Text(column.role, style="cyan")
    )
    role.truncate(_ROLE, pad=True)
    line.append("  ").append_text(role)
    sure = "" if column.role is None else f"{round(column.confidence * 100)} %"
    is_doubtful = column.role is not None and column.confidence < _DOUBTFUL
    line.append(f"  {sure:>5}  ", style="yellow" if is_doubtful else "")
    line.append(" | ".join(clean(sample, 40) for sample in column.samples), style="bright_black")
    line.rstrip()
    line.truncate(width, overflow="ellipsis")
    return line


def _cell(text: str, width: int) -> Text:
    """A text padded or cut to a width on screen, where East Asian characters take two cells."""
    cell = Text(text)
    cell.truncate(width, overflow="ellipsis", pad=True)
    return cell


def _hang(out: Console, text: Text, indent: int) -> None:
    """Print a text with a hanging indent. Off a terminal it is one line."""
    if not out.is_terminal:
        out.print(text)
        return
    first, *rest = text.wrap(out, out.width - indent)
    out.print(first)
    for line in rest:
        out.print(Text(" " * indent).append_text(line))


def _width(out: Console) -> int:
    # A line of the full width wraps on terminals that break after the last column.
    return out.width - 1


def _others(column: ColumnReading) -> str:
    return f"; could be {' or '.join(column.others)} as well" if column.others else ""


def _print_samples(out: Console, rows: Sequence[Sample]) -> None:
    if not rows:
        return
    words = {1: "One row", 2: "Two rows", 3: "Three rows"}.get(len(rows), f"{len(rows)} rows")
    out.print(Text(f"{words} as understood", style="bold"))
    for sample in rows:
        item = sample.item
        out.print(
            Text.assemble(
                "  ",
                (f"{clean(item.origin.title_cell)}  ", "bright_black"),
                (clean(item.title, 120), "bold"),
            )
        )
        if sample.above is not None and not sample.above.implied:
            _hang(out, Text(f"    objective: {clean(sample.above.title, 120)}"), 6)
        for line in _lines(_facts(sample), out.width - 6 if out.is_terminal else None):
            out.print(Text(f"    {line}"))
        _hang(out, Text(f"    {clean(sample.measure.reason)}", style="cyan"), 6)
    out.print()


def _lines(facts: Sequence[str], width: int | None) -> list[str]:
    """Facts joined into lines of a width; into one line if the width is None."""
    lines: list[str] = []
    for fact in facts:
        if lines and (width is None or len(lines[-1]) + len(fact) + 2 <= width):
            lines[-1] += f"; {fact}"
        else:
            lines.append(fact)
    return lines


def _facts(sample: Sample) -> list[str]:
    item, facts = sample.item, []
    if isinstance(item, KeyResult):
        for name, value in (
            ("baseline", item.baseline),
            ("current", item.current),
            ("target", item.target),
        ):
            if value is not None:
                facts.append(f"{name} {_amount(value, item.unit)}")
        if item.target_high is not None:
            facts.append(f"up to {_amount(item.target_high, item.unit)}")
        if item.direction is not None:
            facts.append(
                f"{item.direction.value}{' (concluded)' if 'direction' in item.inferred else ''}"
            )
    progress = whole_percent(sample.measure.progress)
    if progress is not None:
        typed = ", as typed" if item.given_progress is not None else ""
        facts.append(f"progress {int(progress * 100)} %{typed}")
    for name, day in (("checked in", item.checked_in), ("starts", item.start), ("due", item.due)):
        if day is not None:
            facts.append(f"{name} {_day(day)}")
    if item.cycle is not None:
        facts.append(f"cycle {clean(item.cycle.name)}")
    for name, text in (("owner", item.owner), ("team", item.team)):
        if text is not None:
            source = " (from the name of the tab)" if name in item.inferred else ""
            facts.append(f"{name} {clean(text, 40)}{source}")
    return facts


def _amount(value: Decimal, unit: str | None) -> str:
    return f"{text_of(value)} {clean(unit, 12)}" if unit else text_of(value)


def _day(day: date) -> str:
    return f"{day:%d %b %Y}"


def _print_left_out(out: Console, look: Look) -> None:
    """Print what is not read and what is odd: a few of each kind, and a count of the rest."""
    skips = [
        (str(entry.at or look.name), entry.reason)
        for entry in look.okrs.skips
        if entry.code != "no-okrs"
    ]
    warnings = [(str(entry.at or look.name), entry.message) for entry in look.okrs.warnings]
    for heading, entries, colour in (
        ("Not read as OKRs", skips, "bright_black"),
        ("Odd", warnings, "yellow"),
    ):
        if not entries:
            continue
        out.print(Text(heading, style="bold"))
        by_reason: dict[str, list[str]] = {}
        for address, reason in entries:
            by_reason.setdefault(reason, []).append(address)
        for reason, addresses in list(by_reason.items())[:_MOST_REASONS]:
            where = ", ".join(clean(address) for address in addresses[:_MOST_ALIKE])
            more = (
                f" and {len(addresses) - _MOST_ALIKE} more" if len(addresses) > _MOST_ALIKE else ""
            )
            _hang(out, Text.assemble("  ", (f"{where}{more}", colour), f"  {clean(reason)}"), 4)
        if len(by_reason) > _MOST_REASONS:
            out.print(
                f"  ... and {len(by_reason) - _MOST_REASONS} more; `okrsync plan` shows them all"
            )
        out.print()
