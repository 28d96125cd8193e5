"""The quota of a minute: reads and writes are counted separately for each account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from okrsync_sandbox.google.errors import too_fast

__all__ = ["MinuteQuota"]


@dataclass(slots=True)
class MinuteQuota:
    """Requests a minute for each account; None is no limit. `clock` returns seconds."""

    clock: Callable[[], float]
    reads: int | None = None
    writes: int | None = None
    _used: dict[tuple[str, bool, int], int] = field(default_factory=dict)

    def take(self, email: str, *, is_write: bool) -> None:
        """Count one request. Raises `ApiError` 429 if none is left in this minute."""
        limit = self.writes if is_write else self.reads
        if limit is None:
            return
        # Google refills the quota each minute:
        # https://developers.google.com/workspace/sheets/api/limits
        key = (email, is_write, int(self.clock() // 60))
        if self._used.get(key, 0) >= limit:
            raise too_fast("Write" if is_write else "Read", limit)
        self._used = {
            used_key: count for used_key, count in self._used.items() if used_key[2] == key[2]
        }
        self._used[key] = self._used.get(key, 0) + 1
