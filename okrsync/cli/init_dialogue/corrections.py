"""The "no" to "Is this right?": another column, another header row, another choice of tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text

from okrsync.cli.asking import Asker
from okrsync.cli.init_dialogue.columns import ask_row
from okrsync.cli.init_dialogue.questions import ask_open, header_by_tab, reading_under
from okrsync.cli.init_dialogue.session import InitSession
from okrsync.init.concerned import rows_of_column, rows_of_table
from okrsync.init.draft import Ready, proposed_columns
from okrsync.init.looking import Look
from okrsync.mapping import TabReading
from okrsync.mapping.file import ROLES
from okrsync.mapping.words import normal
from okrsync.model.errors import ConfigError
from okrsync.model.evidence import ColumnReading
from okrsync.model.plain import clean
from okrsync.model.table import Table, column_letters
from okrsync.report.proposal import print_look, print_rows

__all__ = ["corrected", "corrections"]


def corrections(source: Ready) -> list[tuple[str, str]]:
    """The possible corrections of a source: the text of a choice and its name for `corrected`."""
    look = source.look
    name = look.name
    choices = []
    if _tabs_with_columns(look):
        choices.append((f"a column of {name} means something else, or nothing", "column"))
    if _tables_without_declared_header(look):
        choices.append((f"the column names of {name} are in another row", "header"))
    if _tab_choices(look):
        choices.append((f"leave a tab of {name} out, or read it again", "tab"))
    return choices


def corrected(session: InitSession, ask: Asker, source: Ready, correction: str) -> Ready:
    """Ask for a correction, and show and return the source as it is then read; the same object
    where nothing was corrected, or where nothing would be left to read.
    """
    answer = _answer(session, ask, source.look, correction)
    if not answer:
        return source
    try:
        look = reading_under(source.look, answer)
        answers, look = ask_open(session, ask, source.look, {**source.answers, **answer}, look)
    except ConfigError as error:
        session.show_error(error)
        return source
    session.out.print(Text("With your answers", style="bold underline"))
    if not look.is_understood:
        session.show_error(_NothingLeft(look))
        return source
    print_look(session.out, look, explain=True)
    is_proposed = not source.known and source.columns == proposed_columns(source.look)
    columns = proposed_columns(look) if is_proposed else source.columns
    return replace(source, look=look, answers=answers, columns=columns)


def _answer(session: InitSession, ask: Asker, look: Look, correction: str) -> dict[str, object]:
    if correction == "column":
        return _ask_column(session, ask, look)
    return _ask_header(ask, look) if correction == "header" else _ask_tab(ask, look)


class _NothingLeft(ConfigError):
    """A correction would leave nothing to read."""

    def __init__(self, look: Look) -> None:
        reasons = [f"{tab.table}: {tab.reason}" for tab in look.okrs.tabs if tab.reason]
        super().__init__(
            "\n".join([f"nothing of {look.name} would be left to read", *reasons]),
            hint="The correction was not applied.",
        )


def _ask_column(session: InitSession, ask: Asker, look: Look) -> dict[str, object]:
    """Ask what a column means. Empty where its role stays the same."""
    tabs = _tabs_with_columns(look)
    tab: TabReading | None = (
        tabs[0]
        if len(tabs) == 1
        else ask.choose(
            "Which tab is the column in?",
            [*((clean(tab.table), tab) for tab in tabs), ("none of these", None)],
        )
    )
    if tab is None:
        return {}
    named = [column for column in tab.columns if column.header.strip()]
    choices: list[tuple[str, ColumnReading | None]] = [
        (_column_words(column, has_letters=tab.header_row is not None), column) for column in named
    ]
    column = ask.choose("Which column?", [*choices, ("none of these", None)])
    if column is None:
        return {}
    print_rows(session.out, rows_of_column(look, tab.table, column.column))
    roles: list[tuple[str, str | None]] = [(role.replace("_", " "), role) for role in ROLES]
    roles.append(("nothing: it is not read", None))
    role = ask.choose(
        f"What does {clean(column.header)!r} mean?",
        roles,
        default=len(ROLES) if column.role is None else ROLES.index(column.role),
    )
    if role == column.role:
        return {}
    return _column_answers(look, tab, column, role)


def _column_answers(
    look: Look, tab: TabReading, column: ColumnReading, role: str | None
) -> dict[str, object]:
    """The answers that give a column another role, or none: no other role names it any more, and
    other tabs keep their column for the role.
    """
    mapping, name = look.mapping, _unique_name(tab, column)
    answers: dict[str, object] = {}
    for other in mapping.columns:
        names = mapping.names(other)
        remaining = _without(names, name, column.header)
        if other != role and len(remaining) < len(names):
            answers[f"columns.{other}"] = _one_or_several(remaining)
    if role is None:
        answers["ignore_columns"] = [*mapping.ignore_columns, name]
        return answers
    read = _without(mapping.ignore_columns, name, column.header)
    if len(read) < len(mapping.ignore_columns):
        answers["ignore_columns"] = read
    elsewhere = [
        _unique_name(other_tab, other)
        for other_tab in look.okrs.tabs
        if other_tab is not tab
        for other in other_tab.columns
        if other.role == role and other.header.strip()
    ]
    answers[f"columns.{role}"] = _one_or_several(list(dict.fromkeys([name, *elsewhere])))
    return answers


def _ask_header(ask: Asker, look: Look) -> dict[str, object]:
    """Ask for the row of the column names. Empty where it stays the same."""
    tables = _tables_without_declared_header(look)
    table: Table | None = (
        tables[0]
        if len(tables) == 1
        else ask.choose(
            "Which tab is it?",
            [*((clean(table.name), table) for table in tables), ("none of these", None)],
        )
    )
    if table is None:
        return {}
    row = ask_row(ask, table)
    taken = next((tab.header_row for tab in look.okrs.tabs if tab.table == table.name), None)
    if row is None or row.number == taken:
        return {}
    if len(look.seen.snapshot.tables) == 1:
        return {"header": row.number}
    return {"header": {**header_by_tab(look), table.name: row.number}}


def _ask_tab(ask: Asker, look: Look) -> dict[str, object]:
    """Ask for a tab to leave out, or to read again."""
    name = ask.choose("Which tab?", [*_tab_choices(look), ("none of these", None)])
    if name is None:
        return {}
    if not look.mapping.ignores_tab(name):
        return {"ignore_tabs": [*look.mapping.ignore_tabs, name]}
    remaining = [
        ignored
        for ignored in look.mapping.ignore_tabs
        if ignored.strip().casefold() != name.strip().casefold()
    ]
    return {"ignore_tabs": remaining}


def _tabs_with_columns(look: Look) -> list[TabReading]:
    return [
        tab
        for tab in look.okrs.tabs
        if tab.layout is not None and any(column.header.strip() for column in tab.columns)
    ]


def _tables_without_declared_header(look: Look) -> list[Table]:
    return [
        table
        for table in look.seen.snapshot.tables
        if table.header is None
        and not look.mapping.ignores_tab(table.name)
        and any(not row.is_empty for row in table.rows)
    ]


def _tab_choices(look: Look) -> list[tuple[str, str | None]]:
    """The tabs that can be left out, with their first rows, and those that can be read again."""
    choices: list[tuple[str, str | None]] = []
    for tab in look.okrs.tabs:
        if tab.layout is not None:
            rows = "; ".join(" | ".join(row.texts) for row in rows_of_table(look, tab.table))
            choices.append((clean(f"leave {tab.table} out: {rows}", 120), tab.table))
    # The last tab cannot be left out: a source needs at least one.
    if len(choices) == 1:
        choices = []
    choices += [
        (clean(f"read {tab.table} again"), tab.table)
        for tab in look.okrs.tabs
        if look.mapping.ignores_tab(tab.table)
    ]
    return choices


def _column_words(column: ColumnReading, *, has_letters: bool) -> str:
    role = "not read" if column.role is None else column.role.replace("_", " ")
    samples = " | ".join(clean(sample, 25) for sample in column.samples)
    # Properties of a database and fields of a transposed table have no letters.
    letters = f"{column_letters(column.column)}  " if has_letters else ""
    return clean(f"{letters}{column.header}: {role}  ({samples})", 100)


def _unique_name(tab: TabReading, column: ColumnReading) -> str:
    """The name of a column in the mapping: its header, with a number if several have the same."""
    header = column.header.strip()
    alike = [other.column for other in tab.columns if normal(other.header) == normal(header)]
    return header if len(alike) == 1 else f"{header} #{alike.index(column.column) + 1}"


def _without(names: Sequence[str], *removed: str) -> list[str]:
    plain = {normal(name) for name in removed}
    return [name for name in names if normal(name) not in plain]


def _one_or_several(names: list[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else names
