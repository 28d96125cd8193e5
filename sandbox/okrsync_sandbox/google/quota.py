"""The quota of a minute: so many reads and writes for each account, counted apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from okrsync_sandbox.google.errors import too_fast

__all__ = ["MinuteQuota"]


@dataclass(slots=True)
class MinuteQuota:
    """Requests a minute for each account; None is no limit. `clock` gives seconds."""

    clock: Callable[[], float]
    reads: int | None = None
    writes: int | None = None
    _used: dict[tuple[str, bool, int], int] = field(default_factory=dict)

    def take(self, email: str, *, is_write: bool) -> None:
        """Use one. Raises `ApiError` 429 where none is left in this minute."""
        limit = self.writes if is_write else self.reads
        if limit is None:
            return
        key = (email, is_write, int(self.clock() // 60))
        if self._used.get(key, 0) >= limit:
            raise too_fast("Write" if is_write else "Read", limit)
        self._used = {one: count for one, count in self._used.items() if one[2] == key[2]}
        self._used[key] = self._used.get(key, 0) + 1
