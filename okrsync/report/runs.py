"""Prints past runs, what moved since one of them, and the state file's condition on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from okrsync.connector import Finding
from okrsync.measures.fields import STATUS_WORDS
from okrsync.model.plain import clean, plural
from okrsync.report.cells import printed_value
from okrsync.report.endings import ending
from okrsync.report.lines import Line, Printer
from okrsync.state.history import ItemMove, Since, SourceRun, Stand
from okrsync.state.journal import JournalEntry, RunRecord
from okrsync.state.retention import Pruned

__all__ = ["print_entries", "print_pruned", "print_runs", "print_since", "print_state"]

_STATES = {"kept": "failed, its last good numbers are used", "refused": "stopped"}


def print_runs(out: Printer, runs: Sequence[RunRecord], at_work: str | None = None) -> None:
    """Print past runs, newest first: when, how long, how they ended, and time and result of each
    source. `at_work` is the run that is under way.
    """
    if not runs:
        out.print(Line("No run yet. `okrsync sync` makes the first."))
        return
    for record in runs:
        out.print(_run_line(record, is_at_work=record.id == at_work))
        for part in record.parts:
            out.print(_part_line(part))


def _run_line(record: RunRecord, *, is_at_work: bool) -> Line:
    line = Line.assemble(
        (f"{record.id:<15}", "bold"),
        f" {record.kind:<5} {record.started.astimezone():%d %b %Y %H:%M}",
    )
    if record.seconds is None:
        line.append(
            f"  {ending(None, is_at_work=is_at_work)}", style="cyan" if is_at_work else "red"
        )
    else:
        line.append(
            f"  {record.seconds:5.1f} s  {plural(record.counts.get('written', 0), 'change')}"
            " written"
        )
        conflicts = record.counts.get("conflict", 0)
        if conflicts:
            line.append(f", {plural(conflicts, 'conflict')}", style="yellow")
        if record.exit_code:
            line.append(f", {ending(record.exit_code)} (exit code {record.exit_code})", style="red")
    if record.sources and not record.parts:
        line.append(f"  {', '.join(record.sources)}", style="bright_black")
    if record.undoes:
        line.append(f"  put back {record.undoes}", style="bright_black")
    if record.undone_by:
        line.append(f"  put back by {record.undone_by}", style="bright_black")
    return line


def _part_line(part: SourceRun) -> Line:
    line = Line(f"    {part.source:<20} {part.seconds:5.1f} s  ", style="bright_black")
    if part.state != "ok":
        line.append(
            f"{_STATES.get(part.state, part.state)}:"
            f" {clean(part.reason or 'no reason known', 160)}",
            style="red",
        )
        return line
    written, conflicts, skips = (
        part.counts.get(name, 0) for name in ("written", "conflicts", "skips")
    )
    facts = [f"{written} written" if part.counts.get("changes") else "nothing to change"]
    facts += [plural(conflicts, "conflict")] if conflicts else []
    facts += [plural(skips, "skip")] if skips else []
    facts.append(plural(part.reads + part.writes, "call"))
    line.append(", ".join(facts))
    return line


def print_entries(out: Printer, record: RunRecord, entries: Sequence[JournalEntry]) -> None:
    """Everything one run wrote."""
    print_runs(out, [record])
    for entry in entries:
        state = entry.state.value if entry.state is not None else "not known yet"
        line = Line(f"  {entry.source}: {clean(entry.at)}  {entry.field}  ")
        if entry.kind == "summary":
            line.append("the summary")
        else:
            before, after = (
                printed_value(each, entry.field) for each in (entry.before, entry.after)
            )
            line.append(f"{before} -> {after}")
        line.append(f"  {state}", style="bright_black")
        if entry.why:
            line.append(f"  {clean(entry.why, 400)}", style="bright_black")
        out.print(line)


def print_since(out: Printer, since: Since) -> None:
    """What moved since a run, a line an item."""
    out.print(Line(f"Since run {since.run}", style="bold"))
    for sign, colour, moves in (
        ("~", "yellow", since.moved),
        ("+", "green", since.new),
        ("-", "red", since.vanished),
    ):
        for move in moves:
            out.print(_move_line(move, sign, colour))
    counts = (
        f"{len(since.moved)} moved",
        f"{len(since.new)} new",
        f"{len(since.vanished)} vanished",
    )
    nothing = not (since.moved or since.new or since.vanished)
    out.print(Line("Nothing moved." if nothing else f"{', '.join(counts)}.", style="bold"))
    out.print()


def _move_line(move: ItemMove, sign: str, colour: str) -> Line:
    line = Line(f"  {sign} ", style=colour)
    line.append(f"{clean(move.item.title, 70)}  ")
    line.append(
        " -> ".join(_stand(stand, move) for stand in (move.before, move.after) if stand is not None)
    )
    line.append(f"  {move.item.id}", style="bright_black")
    return line


def _stand(stand: Stand, move: ItemMove) -> str:
    """Progress and status; with a decimal where whole percents would look alike."""
    shares = [
        shown_stand.progress
        for shown_stand in (move.before, move.after)
        if shown_stand is not None and shown_stand.progress is not None
    ]
    alike = (
        len(shares) == 2
        and shares[0] != shares[1]
        and round(shares[0] * 100) == round(shares[1] * 100)
    )
    progress = "-" if stand.progress is None else f"{stand.progress * 100:.{1 if alike else 0}f} %"
    return f"{progress} {STATUS_WORDS[stand.status]}"


def print_state(out: Printer, findings: Sequence[Finding]) -> None:
    """What `state check` found, each problem with its repair."""
    for finding in findings:
        sign, colour = {
            True: ("ok", "green"),
            False: ("problem", "red"),
            None: ("remark", "yellow"),
        }[finding.ok]
        out.print(Line.assemble((f"{sign:<8}", colour), clean(finding.message)))
        if finding.repair:
            out.print(Line(f"        {clean(finding.repair)}"))
    out.print()
    problems = sum(finding.ok is False for finding in findings)
    out.print(Line(f"{plural(problems, 'problem').capitalize()} with the state.", style="bold"))


def print_pruned(out: Printer, pruned: Pruned, *, dry_run: bool) -> None:
    """Print what was deleted, or would be."""
    if not (pruned.runs or pruned.entries or pruned.moves):
        out.print(
            Line(
                f"Nothing to delete: no run is older than {pruned.before:%d %b %Y}, except for what"
                " is still needed."
            )
        )
        return
    verb = "would be deleted" if dry_run else "deleted"
    out.print(
        Line(
            f"{plural(pruned.runs, 'run').capitalize()} from before {pruned.before:%d %b %Y}"
            f" {verb}, with {plural(pruned.entries, 'entry', 'entries')} of the journal and"
            f" {plural(pruned.moves, 'move')} of items."
        )
    )
