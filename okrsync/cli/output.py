"""Guards standard output and standard error: secrets are masked, and characters that the terminal's
encoding lacks are replaced.
"""

from __future__ import annotations

import codecs
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from okrsync.model.secret import masked

__all__ = ["guarded_output", "is_unicode", "is_writable", "openly"]

_PLAIN = str.maketrans(
    {
        "→": "->",
        "←": "<-",
        "…": "...",
        "·": ".",
        "•": "*",
        "█": "#",
        "▓": "#",
        "▒": ".",
        "░": ".",
        "–": "-",
        "—": "--",
        "−": "-",
        "×": "x",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "±": "+/-",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "€": "EUR",
        "ß": "ss",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "✓": "+",
        "✗": "x",
    }
)
"""Replacements for characters that the output's encoding lacks."""


class _Door:
    """A text stream that masks secrets and never fails on a character. Whole lines pass at once;
    part of a line waits for the rest or for `flush`.

    It has no `buffer`, so that nothing gets past it as bytes.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._waiting = ""

    def write(self, text: str | bytes) -> int:
        # click prints completions as bytes, and to a stream without a `buffer` all the same.
        self._waiting += text if isinstance(text, str) else text.decode()
        # A secret that two writes split would be masked in neither half.
        whole, newline, rest = self._waiting.rpartition("\n")
        if newline:
            self._waiting = rest
            self._send(whole + newline)
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        text, self._waiting = self._waiting, ""
        if text:
            self._send(text)
        with _numberless_broken_pipe():
            self.stream.flush()

    def _send(self, text: str) -> None:
        safe = masked(text)
        if not is_writable(safe, self.stream):
            safe = _in_plain_letters(safe, _encoding(self.stream))
        with _numberless_broken_pipe():
            self.stream.write(safe)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            # click writes bytes to `buffer` where it finds one, past the mask.
            raise AttributeError(name)
        return getattr(self.stream, name)


@contextmanager
def guarded_output() -> Iterator[None]:
    """Guard everything that is printed inside."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_behind_a_door(stream) for stream in before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


@contextmanager
def _numberless_broken_pipe() -> Iterator[None]:
    """Leave a closed pipe to the command line: at its error number click exits with code 1 itself,
    and `okrsync plan | head` is no failure.
    """
    try:
        yield
    except BrokenPipeError as error:
        raise BrokenPipeError from error


@contextmanager
def openly() -> Iterator[None]:
    """Print without masking inside: the sandbox shows the token that it made itself."""
    before = sys.stdout
    before.flush()
    if isinstance(before, _Door):
        sys.stdout = before.stream
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stdout = before


def is_unicode(stream: TextIO) -> bool:
    """Whether the stream's encoding is UTF-8, which has all that is UTF-8."""
    return codecs.lookup(_encoding(stream)).name == "utf-8"


def is_writable(text: str, stream: TextIO) -> bool:
    """Whether the stream's encoding has every character of a text."""
    if text.isascii():
        return True
    try:
        text.encode(_encoding(stream))
    except UnicodeEncodeError:
        return False
    return True


def _behind_a_door(stream: TextIO) -> TextIO:
    return stream if isinstance(stream, _Door) else cast("TextIO", _Door(stream))


def _encoding(stream: TextIO) -> str:
    return getattr(stream, "encoding", None) or "utf-8"


def _in_plain_letters(text: str, encoding: str) -> str:
    """The text in an encoding: characters it lacks are replaced by similar ones, or else by `?`."""
    return "".join(_plain(sign, encoding) for sign in text)


def _plain(sign: str, encoding: str) -> str:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        plain = sign.translate(_PLAIN)
        if plain == sign:
            # NFKD splits a letter from its accents, so that the letter can stand alone.
            plain = unicodedata.normalize("NFKD", sign)
            plain = "".join(
                character for character in plain if not unicodedata.combining(character)
            )
        return plain.encode(encoding, "replace").decode(encoding)
    return sign
