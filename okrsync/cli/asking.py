"""Questions with arrow keys, on a terminal; elsewhere nobody is asked."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from okrsync.cli.progress import stop_progress
from okrsync.model.plain import clean

if TYPE_CHECKING:
    from questionary import Question

__all__ = ["Asker", "asker", "on_terminal"]

_T = TypeVar("_T")


def on_terminal() -> bool:
    """Whether somebody sits there who can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def asker(*, yes: bool) -> Asker | None:
    """An Asker; None with `--yes`, or where nobody can answer."""
    return None if yes or not on_terminal() else Asker()


class Asker:
    """Asks one question after the other. Control-C raises KeyboardInterrupt and ends the
    command.
    """

    def choose(self, question: str, answers: Sequence[tuple[str, _T]], default: int = 0) -> _T:
        """One of several answers, each with its words."""
        import questionary

        # The values are indexes: questionary takes a value of None to mean the title.
        # https://questionary.readthedocs.io/en/stable/pages/api_reference.html
        choices = [
            questionary.Choice(clean(words), value=index)
            for index, (words, _) in enumerate(answers)
        ]
        prompt = questionary.select(
            clean(question), choices, default=choices[default], instruction="(arrow keys, Enter)"
        )
        index: int = _answer(prompt)
        return answers[index][1]

    def several(self, question: str, answers: Sequence[tuple[str, _T]]) -> list[_T]:
        """Any number of several answers."""
        import questionary

        choices = [
            questionary.Choice(clean(words), value=index)
            for index, (words, _) in enumerate(answers)
        ]
        prompt = questionary.checkbox(
            clean(question), choices, instruction="(arrow keys, Space chooses, Enter when done)"
        )
        chosen: list[int] = _answer(prompt)
        return [answers[index][1] for index in chosen]

    def text(self, question: str, default: str = "") -> str:
        """A line of text."""
        import questionary

        answer: str = _answer(questionary.text(clean(question), default=default))
        return answer.strip()


def _answer(question: Question) -> Any:
    """The answer. The end of input counts as an interruption."""
    stop_progress()
    try:
        # `ask()` would swallow Control-C, print its own message and answer None.
        return question.unsafe_ask()
    except EOFError:
        raise KeyboardInterrupt from None
