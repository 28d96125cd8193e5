"""The one module that handles errors of a source: whatever is wrong with one source or board, the
others continue.

Every step that works source by source calls the part that may fail through `attempt`. A step that
works on all of them at once finds the source of an error itself, and describes it with `error_of`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TypeVar

from okrsync.model.errors import LockHeld, OkrsyncError, SourceError, StateError

__all__ = ["attempt", "error_of"]

_log = logging.getLogger("okrsync.sources")
_Answer = TypeVar("_Answer")


def attempt(name: str, work: Callable[[], _Answer]) -> _Answer | OkrsyncError:
    """The result of some work on the source or board `name`, or the error that prevented it.

    Raises as `error_of` does.
    """
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - `error_of` decides what becomes of it
        return error_of(name, error)


def error_of(name: str, error: Exception) -> OkrsyncError:
    """What the report says about an error in the work on the source or board `name`, which may be
    followed by a cell: `growth: Q4!B3`.

    Trouble with the state file or the lock is raised: it concerns every source. An unforeseen error
    is raised if OKRSYNC_DEBUG is set.
    """
    if isinstance(error, StateError | LockHeld):
        raise error
    if isinstance(error, OkrsyncError):
        return error
    if isinstance(error, OSError):
        return SourceError(f"{name}: {error.strerror or error}", hint="Try again.")
    if os.environ.get("OKRSYNC_DEBUG"):
        raise error
    _log.info("%s: unexpected %s", name, type(error).__name__, exc_info=error)
    return SourceError(
        f"{name}: this should not have happened ({type(error).__name__})",
        hint="Run it again with OKRSYNC_DEBUG=1 to see the traceback, and please report it.",
    )
