"""A run as events for the log: what happened, where, since when, and what to do about it.

`events` decides what to say and returns values; `log_events` writes them to the log.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from typing import Any, Literal

from msgspec import field as struct_field

from okrsync.config import Config
from okrsync.connector import State
from okrsync.model.errors import OkrsyncError, exit_code_of
from okrsync.model.frozen import Frozen
from okrsync.model.plain import plural
from okrsync.model.table import CellRef, text_of
from okrsync.plan.plan import LEFT, Failing, Plan, SourcePlan
from okrsync.report.logs import in_run, log

__all__ = [
    "RESULTS",
    "Event",
    "events",
    "failed",
    "log_events",
    "logged",
    "on_one_line",
    "outcome_line",
    "result_of",
    "trouble_text",
]

Level = Literal["debug", "info", "warning", "error"]
_LEVELS: Mapping[str, Level] = {"ok": "info", "stopped": "warning"}
RESULTS = {
    0: "ok",
    1: "failed",
    2: "config",
    3: "partial",
    4: "denied",
    5: "refused",
    11: "locked",
    130: "stopped",
}
"""What each exit code is called in logs and metrics."""
_MOST_ADDRESSES = 5


class Event(Frozen, frozen=True):
    """One thing to log: its name for machines, a sentence for people, and the facts."""

    level: Level
    name: str
    message: str
    facts: Mapping[str, Any] = struct_field(default_factory=dict)


def log_events(run_events: Iterator[Event]) -> None:
    """Write events to the log."""
    for event in run_events:
        getattr(log, event.level)(event.name, message=event.message, **event.facts)


def events(
    done: Plan, *, seconds: float, zone: tzinfo | None = None, contents: bool = False
) -> Iterator[Event]:
    """The events of a run, source by source, and the run as a whole last; those of single cells,
    of which there may be hundreds of thousands, only if the log tells them.
    """
    tells_cells = log.tells("debug")
    for part in done.parts:
        if tells_cells:
            yield from _cells(part, contents=contents)
        yield _source(part, zone, contents=contents)
    result = result_of(done)
    message = f"{outcome_line(done)} in {seconds:.1f} s"
    yield Event(
        _LEVELS.get(result, "error"),
        "run finished",
        message,
        {
            "run": done.run,
            "result": result,
            "exit_code": done.exit_code,
            "duration_seconds": round(seconds, 3),
            "sources": len(done.sources),
            "changes": sum(map(_written_count, done.parts)),
            "conflicts": sum(len(part.conflicts) for part in done.parts),
            "skips": sum(len(part.skips) for part in done.parts),
            "reads": sum(part.calls.read for part in done.parts),
            "writes": sum(part.calls.write for part in done.parts),
            "retries": sum(part.calls.retries for part in done.parts),
        },
    )


def logged(run: Callable[..., Plan], config: Config) -> Plan:
    """Carry out a run and log it from beginning to end. `run` takes `begun`, as `okrsync.sync.sync`
    does.
    """
    started = time.monotonic()
    with in_run() as named:
        # The id is given only once the run holds the state, so that earlier lines have none.
        def begun(id_: str) -> None:
            named["run"] = id_
            log.info("run begins", message=f"run {id_} begins")

        done = run(begun=begun)
        seconds = time.monotonic() - started
        log_events(
            events(done, seconds=seconds, zone=config.timezone, contents=config.logs.contents)
        )
    return done


def failed(error: OkrsyncError, when: str = "", **facts: Any) -> tuple[int, str]:
    """Log a run that failed before it reached its sources. Returns its exit code and the message.
    `when` says since when it has failed.
    """
    code = exit_code_of(error)
    message = f"the run failed{when}: {on_one_line(error)}"
    log.error("run failed", message=message, exit_code=code, result=RESULTS[code], **facts)
    return code, message


def on_one_line(error: OkrsyncError) -> str:
    """The message and hint of an error as one line: the first of several problems in full, the
    others as a count.
    """
    first, *others = error.message.splitlines()
    whole = first + (f" (and {len(others)} more)" if others else "")
    end = "" if whole.endswith(("?", ".")) else "."
    return f"{whole}{end}{f' {error.hint}' if error.hint else ''}"


def result_of(done: Plan) -> str:
    """One word for how a run ended: `ok`, `partial`, `failed`, `denied`, `refused`, or `stopped`
    by a signal.
    """
    if any(part.error == LEFT for part in done.parts):
        return "stopped"
    return RESULTS.get(done.exit_code, "failed")


def outcome_line(done: Plan) -> str:
    """How a run ended, in a line: `run 2026-11-24-1: 3 changes written; growth failed: ...`."""
    line = f"run {done.run}: {plural(sum(map(_written_count, done.parts)), 'change')} written"
    postponed = [part.name for part in done.parts if part.error == LEFT]
    failed = [
        part.name for part in done.parts if part.state in ("failed", "kept") and part.error != LEFT
    ]
    refused = [part.name for part in done.parts if part.state == "refused"]
    conflicts = sum(len(part.conflicts) for part in done.parts)
    for names, outcome in (
        (failed, "failed"),
        (refused, "stopped by a guard"),
        (postponed, "left for the next run"),
    ):
        if names:
            line += (
                f", {_of(names, len(done.parts))} {outcome}"
                f" ({', '.join(names[:3])}{', ...' if len(names) > 3 else ''})"
            )
    failures = sum(len(part.failures) for part in done.parts)
    line += f", {plural(failures, 'change')} failed" if failures else ""
    return line + (f", {plural(conflicts, 'conflict')}" if conflicts else "")


def trouble_text(part: SourcePlan, zone: tzinfo | None = None) -> str:
    """What is wrong with a source, where, since when, and what to do; empty when nothing is."""
    since = _since(part.failing, zone)
    if part.error == LEFT:
        return f"{part.name}: {LEFT}"
    if part.state == "refused":
        why = "; ".join(f"{refusal.guard}: {refusal.message}" for refusal in part.refusals)
        allow = " ".join(f"--allow {refusal.guard}" for refusal in part.refusals)
        return (
            f"{_named(part, f'stopped by a guard, nothing was written: {why}')}{since}. If that is"
            f" right, `okrsync sync --source {part.name} {allow}` lets it pass once."
        )
    if part.state in ("failed", "kept"):
        kept = "; its last good numbers are used meanwhile" if part.state == "kept" else ""
        hint = f" {part.hint}" if part.hint else ""
        return (
            f"{_named(part, (part.error or 'could not be read').rstrip('.'))}{kept}{since}.{hint}"
        )
    return ""


def _address(address: CellRef | str, *, contents: bool) -> str:
    """An address. A title in it, as in Notion, is replaced by dots: it is content."""
    if contents or (
        # `Q4!D7` is an address and nothing else; in Notion the page title takes its place.
        isinstance(address, CellRef) and re.fullmatch(r"[A-Z]{1,3}\d+", address.address)
    ):
        return str(address)
    if isinstance(address, str):
        # The address of a summary or a page is a URL, and may hold a title.
        return "..."
    return (
        f"{address.table}: ... · {address.address.rpartition(' · ')[2]}"
        if " · " in address.address
        else f"{address.table}: ..."
    )


def _named(part: SourcePlan, text: str) -> str:
    return text if text.startswith(f"{part.name}:") else f"{part.name}: {text}"


def _since(failing: Failing | None, zone: tzinfo | None) -> str:
    if failing is None:
        return ""
    if failing.runs == 1:
        return " (for the first time)"
    return (
        f" (since {failing.since.astimezone(zone):%Y-%m-%d %H:%M}, {plural(failing.runs, 'run')})"
    )


def _source(part: SourcePlan, zone: tzinfo | None, *, contents: bool) -> Event:
    facts: dict[str, Any] = {
        "source": part.name,
        "state": part.state,
        "changes": _written_count(part),
        "conflicts": len(part.conflicts),
        "skips": len(part.skips),
        "reads": part.calls.read,
        "writes": part.calls.write,
        "retries": part.calls.retries,
    }
    if part.failing is not None:
        facts |= {
            "failing_since": part.failing.since.isoformat(timespec="seconds"),
            "failing_runs": part.failing.runs,
        }
    if part.error == LEFT:
        return Event("info", "source left", trouble_text(part, zone), facts)
    if part.state == "refused":
        return Event("error", "source stopped", trouble_text(part, zone), facts)
    if part.state != "ok":
        return Event("error", "source failed", trouble_text(part, zone), facts)
    message = f"{part.name}: {plural(_written_count(part), 'change')} written"
    if part.calls.retries:
        message += f", {plural(part.calls.retries, 'request')} repeated"
    if part.failing is not None:
        message += (
            "; it goes through again after"
            f" {plural(part.failing.runs, 'failed run')}{_began(part.failing, zone)}"
        )
    if part.failures:
        # The reasons come from the service, and may quote what stands in cells.
        reasons = [change.why for change in part.failures] if contents else None
        addresses = [_address(change.at, contents=contents) for change in part.failures]
        message += f"; {plural(len(part.failures), 'change')} failed, the rest is done"
        return Event(
            "warning", "source done in part", message, facts | {"at": addresses, "reason": reasons}
        )
    if part.conflicts:
        addresses = [
            _address(conflict.at, contents=contents)
            for conflict in part.conflicts
            if conflict.at is not None
        ]
        more = ", ..." if len(addresses) > _MOST_ADDRESSES else ""
        shown = f" at {', '.join(addresses[:_MOST_ADDRESSES])}{more}"
        message += (
            f"; {plural(len(part.conflicts), 'conflict')}{shown if addresses else ''} left alone"
        )
        reasons = [conflict.reason for conflict in part.conflicts] if contents else None
        return Event(
            "warning", "source has conflicts", message, facts | {"at": addresses, "reason": reasons}
        )
    # Hundreds of sources that had nothing to do would bury the one that did.
    quiet = not (_written_count(part) or part.calls.retries or part.failing)
    return Event("debug" if quiet else "info", "source done", message, facts)


def _began(failing: Failing, zone: tzinfo | None) -> str:
    return f" (the first at {failing.since.astimezone(zone):%Y-%m-%d %H:%M})"


def _cells(part: SourcePlan, *, contents: bool) -> Iterator[Event]:
    for change in part.changes:
        if change.outcome is not None:
            address = _address(change.at, contents=contents)
            facts = {
                "source": part.name,
                "at": address,
                "field": change.field,
                "outcome": change.outcome.value,
                "before": text_of(change.before),
                "after": text_of(change.after),
            }
            yield Event("debug", "cell", f"{address}: {change.field} {change.outcome.value}", facts)


def _written_count(part: SourcePlan) -> int:
    return sum(change.outcome is State.WRITTEN for change in part.changes)


def _of(names: list[str], total: int) -> str:
    return f"{len(names)} of {plural(total, 'source')}"
