"""What can stop okrsync or one of its sources.

Trouble in a team's content is a `Warning_` (see `okrsync.model.okrs`) and never an exception. An
exception is for what stops a whole source or the whole command. Every one of them descends from
`OkrsyncError`, writes its own sentence, and carries `hint`: what the reader can do next, in words.
The command line prints both; nobody sees a traceback.
"""

from __future__ import annotations

from okrsync.model.secret import masked


class OkrsyncError(Exception):
    """Anything okrsync knows how to say. `hint` is the next step for a person, or None where there
    is none. Secrets are masked in both: part of them may be a service's own words.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(masked(message))
        self.hint = None if hint is None else masked(hint)

    @property
    def message(self) -> str:
        """The sentence, without the hint."""
        return str(self.args[0])


class ConfigError(OkrsyncError):
    """The configuration, a mapping file or a command line cannot be used. Ends the command with
    exit code 2.
    """


class MappingError(ConfigError):
    """A mapping does not fit the table it is meant for, or cannot be read."""


class SourceError(OkrsyncError):
    """One source cannot be read or written. The others go on."""


class AccessError(SourceError):
    """The source refused us: credentials, permission, sharing. All sources failing so ends with
    exit code 4.
    """


class UnreadableSource(SourceError):
    """The source answered, and what it holds cannot be read: not a workbook, encrypted, cut
    short.
    """


class SourceBusy(SourceError):
    """Somebody else holds the source open in a way that writing would hurt."""


class SourceChanged(SourceError):
    """The source moved between reading and writing, and nothing has been written yet. The caller
    plans again.
    """


class LostAnswer(SourceError):
    """A write was sent and its answer never came. Whether it took effect must be looked up before
    anything is repeated.
    """


class StateError(OkrsyncError):
    """The state file (journal, history, memory) cannot be used."""


class LockHeld(OkrsyncError):
    """Another run holds the lock. Ends with exit code 11."""


class UnknownRun(OkrsyncError):
    """`undo` or `history` was asked for a run that the journal does not have."""


def exit_code_of(error: OkrsyncError) -> int:
    """The exit code for an error that ends a command."""
    if isinstance(error, LockHeld):
        return 11
    if isinstance(error, ConfigError | UnknownRun) or type(error).__name__ == "UnknownItem":
        return 2
    return 4 if isinstance(error, AccessError) else 1
