"""Tests everything about each source that can be tested without writing: the findings of its
connector, then how its tabs and columns are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial

from okrsync.connector import Ability, Connector, Finding, Looks, Misfit, Settings
from okrsync.mapping import Okrs, TabReading
from okrsync.measures.fields import FIELDS
from okrsync.model.errors import OkrsyncError
from okrsync.model.okrs import Status
from okrsync.model.table import CellValue, RowRef, Table, column_letters
from okrsync.model.tree import join
from okrsync.plan.boards.planning import look_at_board
from okrsync.steps.job import Job
from okrsync.steps.measure import default_parents
from okrsync.steps.read import Read, read, read_source
from okrsync.steps.side_by_side import in_fair_turns
from okrsync.steps.trouble import attempt
from okrsync.steps.understand import Understood, understand_source

__all__ = ["Findings", "check_sources", "repair_sources"]

Findings = dict[str, tuple[Finding, ...]]
"""What was proved about each source, in the order of the config."""


def check_sources(job: Job) -> Findings:
    """Everything that was found about each source, in the order of the config."""
    # Imported here: the story of a run has no use for it.
    from okrsync.steps.people import faults_of, unaddressed

    findings: dict[str, tuple[Finding, ...]] = {}
    sources: dict[str, Understood] = {}
    queues = [_checks(job, group) for group in job.by_credential(job.all_connectors)]
    for name, (own_findings, reading) in in_fair_turns(job.executor, queues, job.workers):
        if reading is None:
            findings[name] = tuple(own_findings)
        elif name in job.boards:
            findings[name] = (
                *own_findings,
                *_findings_or_trouble(name, partial(_board_findings, job, own_findings, reading)),
            )
        else:
            sources[name] = understand_source(job, reading, with_evidence=True)
            findings[name] = (
                *own_findings,
                *_findings_or_trouble(name, partial(_findings, job, own_findings, sources[name])),
            )
    in_order = {name: sources[name] for name in job.connectors if name in sources}
    for name in in_order:
        findings[name] = (
            *findings[name],
            *_findings_or_trouble(name, partial(unaddressed, job, in_order, name)),
        )
    parents = _parents(job, sources)
    whole = {name: (*findings[name], *parents.get(name, ())) for name in job.all_connectors}
    of_config = [*faults_of(job, in_order)]
    if job.config.digests:
        from okrsync.steps.digest import check_digests

        whole |= dict(check_digests(job))
    if (missing := job.config.missing_heartbeat) is not None:
        repair = "Until then no ping is sent; everything else runs."
        of_config.append(Finding(False, missing, repair))
    if of_config:
        whole[job.config.path.name] = tuple(of_config)
    return whole


def _parents(job: Job, sources: Mapping[str, Understood]) -> dict[str, list[Finding]]:
    """By source, what is wrong with the parents that its rows and the config name."""
    objectives = [
        objective
        for name in job.connectors
        if name in sources and (okrs := sources[name].okrs) is not None
        for objective in okrs.objectives
    ]
    # A parent in a source that could not be read now is not missing.
    unread = [name for name in job.connectors if name not in sources or not sources[name].okrs]
    tree = join(objectives, default_parents(job), unread)
    findings: dict[str, list[Finding]] = {}
    for warning in tree.warnings:
        is_of_config = warning.at is None
        is_problem = is_of_config and warning.code in ("unknown-parent", "ambiguous-parent")
        findings.setdefault(warning.source, []).append(
            Finding(
                False if is_problem else None,
                warning.message if is_of_config else f"{warning.at}: {warning.message}",
                _PARENT_REPAIR if is_problem else None,
            )
        )
    return findings


_PARENT_REPAIR = (
    "Set `parent` to the id, the exact title, or SOURCE/title of an existing objective;"
    " `okrsync show` lists them."
)


def _checks(
    job: Job, names: Iterable[str]
) -> Iterator[tuple[str, Callable[[], tuple[list[Finding], Read | None]]]]:
    for name in names:
        job.say(f"checking {name}")
        yield name, partial(_look, name, job.all_connectors[name])


def _look(name: str, connector: Connector[Settings]) -> tuple[list[Finding], Read | None]:
    """The connector's own findings, and what it reads; no reading where it cannot even look."""
    own_findings = attempt(name, lambda: list(connector.check()))
    if isinstance(own_findings, OkrsyncError):
        return [Finding(False, own_findings.message, own_findings.hint)], None
    return own_findings, read_source(name, connector)


def _findings_or_trouble(name: str, findings: Callable[[], Iterator[Finding]]) -> list[Finding]:
    answer = attempt(name, lambda: list(findings()))
    return (
        [Finding(False, answer.message, answer.hint)]
        if isinstance(answer, OkrsyncError)
        else answer
    )


def _board_findings(job: Job, own_findings: Collection[Finding], read: Read) -> Iterator[Finding]:
    """What a board has of its columns already, and whether they can hold what is published."""
    if read.snapshot is None:
        if all(finding.ok is not False for finding in own_findings) and read.error is not None:
            yield Finding(False, read.error.message, read.error.hint)
        return
    yield from look_at_board(read.snapshot, job.boards[read.source])


def repair_sources(job: Job) -> Findings:
    """Let each connector repair the marks of rows that okrsync keeps, and return what it did."""
    findings = {}
    for source in read(job):
        job.say(f"repairing {source.source}")
        findings[source.source] = tuple(
            _findings_or_trouble(source.source, partial(_repaired, job, source))
        )
    return {name: findings[name] for name in job.connectors}


def _repaired(job: Job, read: Read) -> Iterator[Finding]:
    source = understand_source(job, read)
    if source.state != "ok" or source.okrs is None:
        reason = source.error or OkrsyncError("could not be read")
        yield Finding(False, reason.message, reason.hint)
        return
    rows: dict[str, dict[int, RowRef]] = {}
    for objective in source.okrs.objectives:
        origins = [item.origin for item in objective.key_results]
        if not objective.implied:
            origins.append(objective.origin)
        for origin in origins:
            rows.setdefault(origin.table_key, {})[origin.row.number] = origin.row
    repairs = list(
        job.connectors[read.source].repair(
            {key: tuple(refs.values()) for key, refs in rows.items()}
        )
    )
    yield from repairs or [Finding(None, "this kind of source has nothing to repair")]


def _findings(job: Job, own_findings: Collection[Finding], source: Understood) -> Iterator[Finding]:
    """How a source's tabs and columns are understood."""
    if source.state != "ok" or source.okrs is None:
        if all(finding.ok is not False for finding in own_findings):
            reason = source.error or OkrsyncError("could not be read")
            yield Finding(False, reason.message, reason.hint)
        return
    names = (
        {table.name: table.header for table in source.snapshot.tables} if source.snapshot else {}
    )
    for tab in source.okrs.tabs:
        field_names = tab.field_names or names.get(tab.table)
        yield _tab(source.okrs, tab, field_names)
        yield from _unread_columns(job, tab, field_names)
    if not source.okrs.objectives:
        yield Finding(
            False,
            "no OKRs were found",
            "Name the columns in a mapping file; `okrsync mappings` lists examples.",
        )
    yield from _columns(job, source.source, source, source.okrs)
    for warning in source.okrs.warnings:
        yield Finding(
            None, f"{warning.at}: {warning.message}" if warning.at is not None else warning.message
        )


def _tab(okrs: Okrs, tab: TabReading, names: tuple[str, ...] | None) -> Finding:
    if tab.layout is None:
        return Finding(None, f"{tab.table}: left out: {tab.reason}")
    objectives = sum(objective.origin.table == tab.table for objective in okrs.objectives)
    below = sum(
        item.origin.table == tab.table
        for objective in okrs.objectives
        for item in objective.key_results
    )
    count = f"{_counted(objectives, 'objective')} and {_counted(below, 'key result')}"
    roles = ", ".join(
        f"{role} in {_column(column, names)}"
        for role, column in sorted(tab.roles.items(), key=lambda item: item[1])
    )
    row = "" if tab.header_row is None else f", header in row {tab.header_row}"
    return Finding(True, f"{tab.table}: {count}, read as {tab.layout}{row}: {roles}")


def _unread_columns(job: Job, tab: TabReading, names: tuple[str, ...] | None) -> Iterator[Finding]:
    """The columns of a tab that mean nothing to okrsync, so that nobody waits for them to count."""
    owned_headers = {
        header.strip().casefold()
        for source in job.config.sources.values()
        for header in source.write.columns.values()
    }
    unread = [
        column
        for column in tab.columns
        if column.role is None
        # A property without a name repeats what another one says.
        and (column.header or (column.samples and names is None))
        and column.header.strip().casefold() not in owned_headers
    ]
    if tab.layout is None or not unread:
        return
    listed = ", ".join(
        f"{column.header!r}"
        if names is not None
        else f"{column.header!r} ({letters})"
        if column.header
        else f"{letters} (without a header)"
        for column in unread
        for letters in [column_letters(column.column)]
    )
    columns_are = "column is" if len(unread) == 1 else "columns are"
    yield Finding(
        None,
        f"{tab.table}: {len(unread)} {columns_are} not read: {listed}",
        "If one of them counts, name its role under [columns] in the mapping.",
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _column(column: int, names: tuple[str, ...] | None) -> str:
    """What people call a column: its letters, or its name where the place declares names."""
    return column_letters(column) if names is None or column >= len(names) else repr(names[column])


def _misfit(job: Job, name: str, table: Table, column: int, field: str) -> Finding | None:
    """Why a column cannot hold what goes into it, or some of it; None where it can."""
    samples: Mapping[Looks, tuple[CellValue, ...]] = {
        Looks.SHARE: (0.5,),
        Looks.NUMBER: (1,),
        Looks.STATUS: tuple(job.mappings[name].status_words[status] for status in Status),
    }
    looks = FIELDS[field].looks
    fits = [
        job.connectors[name].fit(table, column, looks, value)
        for value in samples.get(looks, ("words",))
    ]
    reasons = list(dict.fromkeys(fitted.reason for fitted in fits if isinstance(fitted, Misfit)))
    if not reasons:
        return None
    more = f" (and {len(reasons) - 1} more like it)" if len(reasons) > 1 else ""
    # A select that lacks one of eight words can still hold the other seven.
    is_lost = all(isinstance(fitted, Misfit) for fitted in fits)
    message = (
        f"{table.name}: the column for {field} cannot {'' if is_lost else 'always '}hold it:"
        f" {reasons[0]}{more}"
    )
    return Finding(
        False if is_lost else None,
        message,
        "Change the column, or name another one under `write.columns`.",
    )


def _columns(job: Job, name: str, source: Understood, okrs: Okrs) -> Iterator[Finding]:
    """Where each owned field goes in each tab."""
    write, abilities = job.config.sources[name].write, job.connectors[name].abilities
    if not write.columns:
        yield Finding(
            None, "only read, because the config names no columns to write (`write.columns`)"
        )
    elif Ability.WRITE not in abilities:
        yield Finding(
            False,
            "this kind of file is only read",
            "Save it in another format, or remove `write`.",
        )
        return
    for owned in okrs.owned:
        for field, column in owned.columns.items():
            header = owned.headers[field]
            table = source.snapshot.table(owned.table_key) if source.snapshot is not None else None
            if column is not None:
                misfit = _misfit(job, name, table, column, field) if table is not None else None
                if misfit is not None:
                    yield misfit
                    continue
                letters = (
                    ""
                    if table is not None and table.header is not None
                    else f" column {column_letters(column)},"
                )
                yield Finding(True, f"{owned.table}: {field} goes into{letters} {header!r}")
            elif write.create and Ability.CREATE_COLUMNS in abilities:
                edge = (
                    "" if table is not None and table.header is not None else " at the right edge"
                )
                yield Finding(
                    True, f"{owned.table}: {field} goes into a new column {header!r}{edge}"
                )
            else:
                repair = (
                    "Add the column, or set `create = true`."
                    if not write.create
                    else "Add the column yourself."
                )
                yield Finding(
                    False, f"{owned.table}: there is no column {header!r} for {field}", repair
                )
    if write.summary is not None and Ability.SUMMARY not in abilities:
        yield Finding(
            False,
            "this kind of file cannot have a summary",
            "Use a workbook (.xlsx), or remove `summary`.",
        )
    if write.review is not None and Ability.REVIEW not in abilities:
        yield Finding(
            False,
            "this kind of file cannot have a review",
            "Use a workbook (.xlsx), or remove `review`.",
        )
