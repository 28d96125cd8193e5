"""Logs: one line for each thing a person on duty may want to know, as text on a terminal and as
JSON anywhere else.

Whatever is logged goes through here, okrsync's own events and what libraries say through `logging`
alike. Two things never come out: secrets, wherever in an event they stand, and, unless `[logs]
contents` asks for them, what stands in cells. For that reason an unforeseen
exception is logged with its type and location, without its message, and the text of a library
without what it quotes.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Literal, TextIO

from okrsync.model.errors import ConfigError
from okrsync.model.frozen import Frozen
from okrsync.model.plain import clean
from okrsync.model.secret import masked

__all__ = ["CONTENTS", "Form", "chosen", "in_run", "log", "rendered", "set_up"]

Form = Literal["text", "json"]
CONTENTS = frozenset({"before", "after", "reason", "words"})
"""The parts of an event that hold what stands in cells."""
LEVELS = ("debug", "info", "warning", "error")
_QUOTED = re.compile(
    r"'[^']*'|\"[^\"]*\"|`[^`]*`|[“„«][^”“»]*[”“»]|(?<=[:=] )\{.*\}|(?<=[:=] )\[.*\]"
)
_OURS = "okrsync"
# The innermost ones: the outer ones are the same in every run.
_FRAMES = 12


class _EventLog:
    """Logs events by `logging`: the record carries the name and the facts of each as `okrsync`."""

    def debug(self, name: str, **facts: Any) -> None:
        self._log(logging.DEBUG, name, facts)

    def info(self, name: str, **facts: Any) -> None:
        self._log(logging.INFO, name, facts)

    def warning(self, name: str, **facts: Any) -> None:
        self._log(logging.WARNING, name, facts)

    def error(self, name: str, **facts: Any) -> None:
        self._log(logging.ERROR, name, facts)

    def tells(self, level: str) -> bool:
        """Whether events of this level go anywhere."""
        return logging.getLogger(_OURS).isEnabledFor(logging.getLevelNamesMapping()[level.upper()])

    def _log(self, level: int, name: str, facts: dict[str, Any]) -> None:
        event = {"event": name, **facts}
        logging.getLogger(_OURS).log(level, "%s", facts.get("message", name), extra={_OURS: event})


log = _EventLog()
"""Okrsync's own voice: `log.info("run finished", message="...", run=...)`. `message` is the
sentence for people.
"""


class _Setting(Frozen, frozen=True):
    form: Form
    contents: bool
    zone: tzinfo | None


_setting = _Setting("text", contents=False, zone=None)
# A plain dict, not a context variable: worker threads do not inherit the context of the run.
_run: dict[str, str] = {}


def chosen(
    form: str, level: str, option: str | None, stream: TextIO | None = None
) -> tuple[Form, str]:
    """Format and level, from the config's, then `$OKRSYNC_LOG` (`json`, `text`, `debug` or two of
    them with a comma), then `--log-format`.

    `auto` is text on a terminal and JSON elsewhere. Raises `ConfigError` for a word that is none of
    these.
    """
    for word in os.environ.get("OKRSYNC_LOG", "").replace(",", " ").casefold().split():
        if word in ("auto", "text", "json"):
            form = word
        elif word in LEVELS:
            level = word
        else:
            raise ConfigError(
                f"OKRSYNC_LOG: {word!r} is not known",
                hint=f"Use auto, text or json, and {', '.join(LEVELS)}.",
            )
    form = option or form
    if form == "auto":
        form = "text" if (stream or sys.stderr).isatty() else "json"
    return ("json" if form == "json" else "text"), level


def set_up(
    form: Form,
    level: str,
    *,
    contents: bool = False,
    zone: tzinfo | None = None,
    stream: TextIO | None = None,
) -> None:
    """Configure logging, to `stream` or standard error. Libraries are logged from WARNING on. May
    be called again.
    """
    global _setting
    _setting = _Setting(form, contents, zone)
    handler = _Out(stream or sys.stderr)
    handler.setFormatter(_Formatter())
    root = logging.getLogger()
    # `watch` sets logging up again with every new configuration; each line must appear once.
    root.handlers = [
        existing for existing in root.handlers if not isinstance(existing.formatter, _Formatter)
    ]
    root.addHandler(handler)
    # At INFO urllib3 and google-auth log addresses and headers of every request.
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(level.upper())


@contextmanager
def in_run() -> Iterator[dict[str, str]]:
    """Whatever is logged inside carries the run's id, on every thread, once `named["run"]` has been
    set.
    """
    try:
        yield _run
    finally:
        _run.clear()


def rendered(level: str, name: str, **facts: Any) -> str:
    """The line for an event, ready to be written where logging is no longer safe: inside a
    signal.
    """
    return _line({"level": level, "event": name, **_run, **facts})


class _Out(logging.StreamHandler[TextIO]):
    """Writes lines. For a line that cannot be written it says only that: Python would print the
    whole record, with its secrets.
    """

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        error = sys.exc_info()[0]
        with suppress(OSError, ValueError):
            self.stream.write(
                "okrsync: a log line could not be written"
                f" ({error.__name__ if error else 'unknown'})\n"
            )


class _Formatter(logging.Formatter):
    """The one way out: every record, okrsync's or a library's, leaves as a line made here."""

    def format(self, record: logging.LogRecord) -> str:
        event = getattr(record, _OURS, None) or _only_the_gist(record)
        return _line({"level": record.levelname.lower(), **event, **_run, **event})


def _only_the_gist(record: logging.LogRecord) -> dict[str, Any]:
    """The event of a library's record: its text without what it quotes. okrsync's own connectors
    use `logging` too, and their text stays whole.
    """
    crash = {"exc_info": record.exc_info} if record.exc_info else {}
    # A connector of ours logs as okrsync.NAME; the event of all these lines is `note`.
    if record.name.split(".")[0] == _OURS:
        return {"event": "note", "message": record.getMessage(), **crash}
    text = record.getMessage() if _setting.contents else _without_values(record)
    return {"event": "library", "message": text, "library": record.name, **crash}


def _without_values(record: logging.LogRecord) -> str:
    try:
        values = (
            record.args
            if isinstance(record.args, Mapping)
            else tuple(map(_hidden, record.args or ()))
        )
        text = (
            str(record.msg) % values
            if values and not isinstance(values, Mapping)
            else str(record.msg)
        )
    # A library whose format does not fit its arguments; the format alone holds no values.
    except (TypeError, ValueError):
        text = str(record.msg)
    return _QUOTED.sub("'...'", text)


def _hidden(value: object) -> object:
    return value if isinstance(value, int | float) else "..."


def _line(event: Mapping[str, Any]) -> str:
    now = datetime.now(_setting.zone).astimezone(_setting.zone)
    facts = {key: value for key, value in event.items() if key not in ("level", "event", "message")}
    facts |= _crash(facts.pop("exc_info", None))
    if not _setting.contents:
        facts = {key: value for key, value in facts.items() if key not in CONTENTS}
    level, name = str(event.get("level", "info")), str(event.get("event", ""))
    message = event.get("message")
    fields = {"event": name, **({} if message is None else {"message": message}), **facts}
    safe = _safe(fields)
    if _setting.form == "json":
        document = {"time": now.isoformat(timespec="milliseconds"), "level": level, **safe}
        return json.dumps(document, ensure_ascii=False)
    shown = safe.pop("message", None) or safe["event"]
    safe.pop("event")
    rest = " ".join(
        f"{key}={_word(value)}" for key, value in safe.items() if value not in (None, 0, "", [])
    )
    mark = "" if level == "info" else f"{level}: "
    return f"{now:%Y-%m-%d %H:%M:%S} {mark}{shown}{f'  [{rest}]' if rest else ''}"


def _word(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return json.dumps(text, ensure_ascii=False) if " " in text and isinstance(value, str) else text


def _safe(value: Any) -> Any:
    """The value with secrets masked at every depth, and without control characters."""
    if isinstance(value, Mapping):
        return {str(_safe(str(key))): _safe(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, BaseException):
        return _kind(value)
    # Masked before and after: cleaning may join a secret that a line break had split.
    return masked(clean(masked(str(value))))


def _crash(exc_info: Any) -> dict[str, Any]:
    """An unforeseen exception: its type, the types of its causes, and where it was raised. Its
    message and the values of variables are left out.
    """
    if exc_info is True:
        exc_info = sys.exc_info()
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if not isinstance(error, BaseException):
        return {}
    kinds: list[str] = []
    where: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    # Two exceptions can name each other as their cause.
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        kinds.append(_kind(cause))
        where = [
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(cause.__traceback__)
        ][-_FRAMES:] or where
        # As Python's own traceback does, whether raised `from` or while another was handled.
        cause = cause.__cause__ or cause.__context__
    facts: dict[str, Any] = {"error": " from ".join(kinds), "where": where}
    return {**facts, "words": str(error)} if _setting.contents else facts


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _short(path: str) -> str:
    parts = Path(path).parts
    start = next(
        (
            index
            for index in range(len(parts) - 1, 0, -1)
            if parts[index] in ("site-packages", "connectors")
        ),
        None,
    )
    if start is None:
        start = next(
            (index - 1 for index, part in enumerate(parts) if part == _OURS and index),
            len(parts) - 2,
        )
    return "/".join(parts[start + 1 :])
