"""The errors that stop okrsync or one of its sources.

Trouble in a team's content is a `Warning_` (see `okrsync.model.okrs`), never an exception. An
exception stops a whole source or the whole command. All of them descend from `OkrsyncError`, write
their own sentence, and carry a `hint`: what the reader can do next. The command line prints both;
nobody sees a traceback.
"""

from __future__ import annotations

from okrsync.model.secret import masked


class OkrsyncError(Exception):
    """Any error that okrsync can explain. `hint` is the next step for a person, None without one.
    Secrets are masked in both: a service's own words may repeat a token.
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
    """The source denied access: credentials, permission, sharing. If all sources do, the exit code
    is 4.
    """


class UnreadableSource(SourceError):
    """The source answered, but its content cannot be read: not a workbook, encrypted, truncated."""


class SourceBusy(SourceError):
    """Somebody else has the source open, and writing would damage their work."""


class SourceChanged(SourceError):
    """The source changed between reading and writing, and nothing is written yet. The caller plans
    again.
    """


class LostAnswer(SourceError):
    """A write was sent and its answer never came. Look up whether it took effect before repeating
    anything.
    """


class StateError(OkrsyncError):
    """The state file (journal, history, memory) cannot be used."""


class StateDenied(StateError):
    """The database of the state denied access, or its address cannot be had. Exit code 4: no source
    can go through.
    """


class LockHeld(OkrsyncError):
    """Another run holds the lock. Ends with exit code 11."""


class UnknownRun(OkrsyncError):
    """`undo` or `history` names a run that is not in the journal."""


class UnknownItem(OkrsyncError):
    """No objective or key result has the requested id or words."""


class AmbiguousItem(UnknownItem):
    """Several objectives or key results have the requested words."""


def exit_code_of(error: OkrsyncError) -> int:
    """The exit code for an error that ends a command."""
    if isinstance(error, LockHeld):
        return 11
    if isinstance(error, ConfigError | UnknownRun | UnknownItem):
        return 2
    return 4 if isinstance(error, AccessError | StateDenied) else 1
