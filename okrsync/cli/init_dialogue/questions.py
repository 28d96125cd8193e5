"""The questions that words and content of a place leave open, and their answers, from the command
line or from a person.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from rich.text import Text

from okrsync.cli.asking import Asker
from okrsync.cli.init_dialogue.columns import ask_for_columns
from okrsync.cli.init_dialogue.session import InitSession
from okrsync.init.access import with_access
from okrsync.init.concerned import rows_of_question
from okrsync.init.draft import Ready, proposed_columns
from okrsync.init.looking import Look
from okrsync.init.pinning import answered, mapping_of, plain_data
from okrsync.init.places import Given
from okrsync.model.errors import ConfigError, SourceError
from okrsync.model.evidence import Question
from okrsync.report.proposal import (
    print_keys,
    print_look,
    print_questions,
    print_rows,
    text_of_answer,
)

__all__ = ["ask_open", "header_by_tab", "reading_under", "understood_place"]


def understood_place(session: InitSession, look: Look) -> Ready | None:
    """Show how a place is read, and ask the open questions. None where it holds no OKRs; the error
    is shown.
    """
    answers = _given_beforehand(session, look)
    first = now = reading_under(look, answers)
    print_look(session.out, now, explain=session.options.explain)
    if session.options.explain:
        print_keys(session.out, now)
    if session.ask is not None:
        answers, now = ask_open(session, session.ask, look, answers, now)
        if not now.is_understood and (named := ask_for_columns(session.ask, look)):
            answers |= named
            now = reading_under(look, answers)
    if now is not first:
        session.out.print(Text("With your answers", style="bold underline"))
        print_look(session.out, now, explain=session.options.explain)
    if not now.is_understood:
        if now.okrs.questions:
            print_questions(session.out, now)
        session.fail(_Open(now) if now.okrs.questions else _NothingFound(now))
        return None
    is_known = session.config is not None and look.name in session.config.sources
    if is_known:
        return Ready(now, answers, known=True, changed=_changed_settings(session, look))
    return Ready(now, answers, proposed_columns(now))


class _NothingFound(SourceError):
    """A place holds no OKRs that okrsync can find."""

    def __init__(self, look: Look) -> None:
        super().__init__(
            f"no OKRs were found in {look.seen.given.text}",
            hint=(
                "If it holds some, say where: --answer header=3 names the row of the column names,"
                " --answer 'columns.objective=NAME' and --answer 'columns.key_result=NAME' name the"
                " columns. On a terminal, init asks for them."
            ),
        )


class _Open(ConfigError):
    """A place cannot be read until a question about it is answered."""

    def __init__(self, look: Look) -> None:
        super().__init__(
            f"{look.seen.given.text} cannot be read until the question is answered",
            hint="Run init again with one of these options, or on a terminal, where it asks.",
        )


def ask_open(
    session: InitSession, ask: Asker, look: Look, answers: dict[str, object], now: Look
) -> tuple[dict[str, object], Look]:
    """Ask all open questions one by one, including new ones that an answer raises. None is asked
    twice.
    """
    asked_keys: set[tuple[str, str]] = set()
    while (question := _next(now, asked_keys)) is not None:
        asked_keys.add((question.table, question.key))
        print_rows(session.out, rows_of_question(now, question))
        answer = _ask(ask, question)
        if answer:
            answers = {**answers, **answer}
            now = reading_under(look, answers)
    return answers, now


def _next(look: Look, asked_keys: set[tuple[str, str]]) -> Question | None:
    return next(
        (
            question
            for question in look.okrs.questions
            if (question.table, question.key) not in asked_keys
        ),
        None,
    )


def _ask(ask: Asker, question: Question) -> dict[str, object]:
    choices: list[tuple[str, dict[str, object]]] = [
        (answer.words, {question.key: answer.value}) for answer in question.answers
    ]
    return ask.choose(
        f"{question.at}: {question.text}", [*choices, ("leave it open; it is not read", {})]
    )


def reading_under(look: Look, answers: Mapping[str, object]) -> Look:
    """The place as read with its mapping and the answers. Raises `ConfigError` for an answer that
    does not fit its key.
    """
    if not answers:
        return look
    return look.under(mapping_of(answered(plain_data(look.mapping), answers)))


def _given_beforehand(session: InitSession, look: Look) -> dict[str, object]:
    """The answers of the command line: as an answer that its question offers, otherwise as a value
    of the mapping.
    """
    values: dict[str, object] = {}
    for key, text in session.options.answers.items():
        offered = [
            answer
            for question in look.okrs.questions
            if question.key == key
            for answer in question.answers
        ]
        match = [
            answer.value
            for answer in offered
            if text in (text_of_answer(answer.value), answer.words)
        ]
        if key.startswith("header."):
            # The name of a tab may hold dots, so it is no part of a dotted key.
            rows = values.setdefault("header", header_by_tab(look))
            assert isinstance(rows, dict)
            rows[key.removeprefix("header.")] = _typed(text)
            continue
        values[key] = match[0] if match else _typed_for(key, text)
    if values:
        try:
            mapping_of(answered({}, values))
        except ConfigError as error:
            raise ConfigError(f"--answer: {error.message}", hint=error.hint) from error
    return values


def header_by_tab(look: Look) -> dict[str, int]:
    """The row of the column names by tab, where the mapping names it."""
    stated = {
        table.name: look.mapping.header_row(table.name) for table in look.seen.snapshot.tables
    }
    return {name: row for name, row in stated.items() if row is not None}


def _typed_for(key: str, text: str) -> object:
    """A value as in TOML, except that names are text: a column may be called 2026."""
    value = _typed(text)
    if not key.startswith(("columns.", "ignore_")) or isinstance(value, list):
        return value
    name = value if isinstance(value, str) else text
    return [name] if key.startswith("ignore_") else name


def _typed(text: str) -> object:
    """A value as in TOML: a number or a list, otherwise the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _changed_settings(session: InitSession, look: Look) -> dict[str, Any]:
    """The settings of a source in the config that the command line changes."""
    access, before = session.access(), look.seen.given.settings
    option_values = {access.token_env, access.credentials, access.api_endpoint} - {None}
    wanted = (
        with_access(Given(look.name, look.seen.given.connector, {}), access, session.base).settings
        if option_values
        else {}
    )
    return {
        key: value
        for key, value in wanted.items()
        if before.get(key) != value
        and option_values & ({*value.values()} if isinstance(value, Mapping) else {value})
    }
