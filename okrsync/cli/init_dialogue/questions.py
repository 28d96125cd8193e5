"""The questions that words and content of a place leave open, with the answers that were given
beforehand or are asked for now.
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
from okrsync.init.draft import Ready, proposed_columns
from okrsync.init.looking import Look
from okrsync.init.pinning import answered, mapping_of, plain_data
from okrsync.init.places import Given
from okrsync.mapping.evidence import Question
from okrsync.model.errors import ConfigError, SourceError
from okrsync.report.proposal import print_look, print_questions, text_of_answer

__all__ = ["understood_place"]


def understood_place(session: InitSession, look: Look) -> Ready | None:
    """Show how a place is understood, and have answered what is open; None where it holds no OKRs,
    which is said.
    """
    answers = _given_beforehand(session, look)
    first = now = _under(look, answers)
    print_look(session.out, now, explain=session.options.explain)
    if session.ask is not None:
        answers, now = _asked(session.ask, look, answers, now)
        if not now.is_understood and (named := ask_for_columns(session.ask, look)):
            answers |= named
            now = _under(look, answers)
    if now is not first:
        session.out.print(Text("With your answers", style="bold underline"))
        print_look(session.out, now, explain=session.options.explain)
    if not now.is_understood:
        if now.okrs.questions:
            print_questions(session.out, now.okrs.questions)
        session.fail(_Open(now) if now.okrs.questions else _NothingFound(now))
        return None
    is_known = session.config is not None and look.name in session.config.sources
    if is_known:
        return Ready(now, answers, known=True, changed=_changed_settings(session, look))
    return Ready(now, answers, proposed_columns(now))


class _NothingFound(SourceError):
    """A place was read and no OKR found in it."""

    def __init__(self, look: Look) -> None:
        super().__init__(
            f"no OKRs were found in {look.seen.given.text}",
            hint=(
                "If they are there, say where: --answer header=3 names the row of the column names,"
                " --answer 'columns.objective=NAME' and --answer 'columns.key_result=NAME' the"
                " columns. On a terminal init asks for them."
            ),
        )


class _Open(ConfigError):
    """Nothing of a place can be read before a question about it is answered."""

    def __init__(self, look: Look) -> None:
        super().__init__(
            f"{look.seen.given.text} is not read before that is answered",
            hint="Run init again with one of these options, or on a terminal, where it asks.",
        )


def _asked(
    ask: Asker, look: Look, answers: dict[str, object], now: Look
) -> tuple[dict[str, object], Look]:
    """Ask one question after the other, those that an answer raises as well; nothing is asked
    twice.
    """
    asked_keys: set[tuple[str, str]] = set()
    while (question := _next(now, asked_keys)) is not None:
        asked_keys.add((question.table, question.key))
        answer = _ask(ask, question)
        if answer:
            answers = {**answers, **answer}
            now = _under(look, answers)
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


def _under(look: Look, answers: Mapping[str, object]) -> Look:
    """The place under its mapping with the answers put in. Raises `ConfigError` for an answer that
    does not fit the key.
    """
    if not answers:
        return look
    return look.under(mapping_of(answered(plain_data(look.mapping), answers)))


def _given_beforehand(session: InitSession, look: Look) -> dict[str, object]:
    """The answers of the command line: by the question each answers, else as values of the
    mapping.
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
        values[key] = match[0] if match else _typed(text)
    if values:
        try:
            mapping_of(answered({}, values))
        except ConfigError as error:
            raise ConfigError(f"--answer: {error.message}", hint=error.hint) from error
    return values


def _typed(text: str) -> object:
    """A value as TOML would have it: a number, a list, else the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _changed_settings(session: InitSession, look: Look) -> dict[str, Any]:
    """The settings of a source in the config that the command line says otherwise."""
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
