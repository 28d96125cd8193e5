"""The configuration of a watch: read again when it changes, and kept as it was when the new one
cannot be used.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from okrsync.config import Config, load
from okrsync.steps.job import Mappings, load_mappings

__all__ = ["Loaded", "Reloader"]

_Marks = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration with the mappings it names: all that a run needs to start. When `mappings`
    is None, the run loads them.
    """

    config: Config
    mappings: Mappings | None


class Reloader:
    """Knows when the files of a configuration change."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self._files = loaded.config.files
        self._marks = self._seen = _marks(self._files)

    def has_changed(self) -> bool:
        """Whether a file has changed and is at rest: one that changes between two looks is still
        being written.
        """
        # Equal to the last look, and different from what was loaded.
        before, self._seen = self._seen, _marks(self._files)
        return self._seen == before != self._marks

    def reload(self) -> Loaded:
        """The configuration as it is now. Raises `ConfigError`; `loaded` then stays as it was."""
        # Marked before reading, so that a file that cannot be used is reported once and not again
        # at every look; and after, because the new configuration may name other files.
        self._marks = self._seen = _marks(self._files)
        config = load(self.loaded.config.path)
        self.loaded = Loaded(config, load_mappings(config))
        self._files = config.files
        self._marks = self._seen = _marks(self._files)
        return self.loaded


def _marks(files: tuple[Path, ...]) -> _Marks:
    marks = []
    for path in files:
        try:
            stat = path.stat()
            marks.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
        except OSError:
            marks.append((str(path), 0, 0, 0))
    return tuple(marks)
