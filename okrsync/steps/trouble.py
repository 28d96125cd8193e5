"""The one place that handles trouble with a source: whatever is wrong with one source or board, the
others go on.

Every step that works source by source calls the part that may fail through `attempt`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TypeVar

from okrsync.model.errors import LockHeld, OkrsyncError, SourceError, StateError

__all__ = ["attempt"]

_log = logging.getLogger("okrsync.sources")
_Answer = TypeVar("_Answer")


def attempt(name: str, work: Callable[[], _Answer]) -> _Answer | OkrsyncError:
    """What some work on the source or board `name` comes to, or why it cannot be done, in words.

    Trouble with the state file or the lock is raised: it concerns every source. So is what okrsync
    has no words for where OKRSYNC_DEBUG asks for it.
    """
    try:
        return work()
    except (StateError, LockHeld):
        raise
    except OkrsyncError as error:
        return error
    except OSError as error:
        return SourceError(f"{name}: {error.strerror or error}", hint="Try again.")
    except Exception as error:
        if os.environ.get("OKRSYNC_DEBUG"):
            raise
        _log.info("%s: %s, which nobody foresaw", name, type(error).__name__, exc_info=error)
        return SourceError(
            f"{name}: this should not have happened ({type(error).__name__})",
            hint="Run it again with OKRSYNC_DEBUG=1 to see where, and report that, please.",
        )
