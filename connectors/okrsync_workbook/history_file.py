"""The history of a source of files: a CSV file to which lines are appended. It is never read as a
source.

Nothing that stands in it is written again. A line that a killed run left torn is completed; one
that nobody can complete ends where it ends, and the next line stands below it.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from okrsync.connector import (
    AccessError,
    CellValue,
    HistoryWrite,
    Outcome,
    SourceError,
    State,
    as_text,
    missing_lines,
    read_regular,
    text_of,
    without_lines,
)
from okrsync_workbook.files import read_file, replace_file
from okrsync_workbook.owner_files import holder_of

__all__ = ["HistoryFile", "is_history_file"]

_LARGEST = 1 << 30
_ATTEMPTS = 20
"""How often the end of the file is read again because it has changed meanwhile."""
# Spreadsheets take a text that begins so for a formula and run it
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "'")


def is_history_file(place: str) -> bool:
    """Whether a place of a history is a file, and no tab."""
    return Path(place).suffix.lower() == ".csv"


class HistoryFile:
    """One file of lines, in UTF-8."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        return self.path.is_file()

    def rows(self) -> tuple[Sequence[CellValue], ...]:
        """All lines of the file, its header included; none where there is no file."""
        return _rows(self._data())

    def append(self, write: HistoryWrite) -> Outcome:
        """Append what is missing, in one step that is on the disk when this returns."""
        had_lines = False
        for _ in range(_ATTEMPTS):
            data = self._data()
            if had_lines and not data:
                return Outcome(State.SKIPPED, "deleted in this moment; the next run makes it anew")
            had_lines = bool(data)
            block = self._missing(data, write)
            if not block:
                return Outcome(State.UNCHANGED)
            holder = holder_of(self.path)
            if holder is not None and not holder.is_left_over:
                return Outcome(State.SKIPPED, f"open {holder}; the next run appends to it")
            # Somebody may have saved it just now, without a line end after the last line.
            if self._write(block, len(data)):
                return Outcome(State.WRITTEN, None, write.place)
        return Outcome(State.SKIPPED, "others write into it all the time; the next run appends")

    def _missing(self, data: bytes, write: HistoryWrite) -> bytes:
        """What a file that holds `data` lacks."""
        block = b"" if data else _bytes([write.columns])
        lines = missing_lines(_rows(data), write) if write.retried else write.lines
        torn = data.rpartition(b"\n")[2]
        if torn:
            candidates = lines if b"\n" in data else (write.columns, *lines)
            completion, lines = self._finished(torn, candidates)
            block += completion
            lines = tuple(line for line in lines if line is not write.columns)
        return block + _bytes(lines)

    def _finished(
        self, torn: bytes, lines: tuple[tuple[CellValue, ...], ...]
    ) -> tuple[bytes, tuple[tuple[CellValue, ...], ...]]:
        """What completes the torn last line, and the lines that are left to append."""
        for line in lines:
            whole = _bytes([line])
            if whole.startswith(torn):
                return whole[len(torn) :], tuple(one for one in lines if one is not line)
        # A line end in the middle of a quoted text would swallow all lines that follow.
        is_open = torn.count(b'"') % 2
        return (b'"\n' if is_open else b"\n"), lines

    def take_away(self, write: HistoryWrite) -> Outcome:
        """Take lines away again, and the file with the last of them. All others keep every byte."""
        if not self._data():
            return _gone(len(write.lines))
        before = read_file(self.path)
        lines = before.data.split(b"\n")
        rows = {
            index: as_text(_fields(line.decode("utf-8-sig", "replace")))
            for index, line in enumerate(lines)
        }
        missing = without_lines(rows.values(), write.lines).missing
        if missing:
            return _gone(missing)
        wanted = Counter(as_text(line) for line in write.lines)
        for index in sorted(rows, reverse=True):
            if wanted[rows[index]]:
                wanted[rows[index]] -= 1
                del rows[index]
        if {row for row in rows.values() if row} <= {as_text(write.columns)}:
            self.path.unlink()
            return Outcome(State.WRITTEN)
        kept = b"\n".join(lines[index] for index in sorted(rows))
        replace_file(self.path, before, kept)
        return Outcome(State.WRITTEN)

    def _data(self) -> bytes:
        try:
            return read_regular(self.path, _LARGEST)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise _trouble(self.path, error, "read") from error

    def _write(self, block: bytes, size: int) -> bool:
        """Append to a file of that size; False where it has another one by now."""
        try:
            # A single write at the end: another program that appends is not written over.
            create = 0 if size else os.O_CREAT
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | create, 0o644)
            try:
                if os.fstat(handle).st_size != size:
                    return False
                while block:
                    block = block[os.write(handle, block) :]
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            if size and isinstance(error, FileNotFoundError):
                return False
            raise _trouble(self.path, error, "written") from error
        return True


def _gone(count: int) -> Outcome:
    return Outcome(State.CONFLICT, f"{count} of its lines are no longer there; they stay")


def _rows(data: bytes) -> tuple[Sequence[CellValue], ...]:
    return tuple(_fields(line) for line in data.decode("utf-8-sig", "replace").split("\n"))


def _bytes(lines: Iterable[Sequence[CellValue]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(_texts(line) for line in lines)
    return text.getvalue().encode("utf-8", "replace")


def _texts(line: Sequence[CellValue]) -> tuple[str, ...]:
    texts = []
    for value in line:
        text = text_of(value)
        is_number = not isinstance(value, str)
        texts.append(text if is_number or not text.startswith(_FORMULA_SIGNS) else f"'{text}")
    return tuple(texts)


def _fields(line: str) -> tuple[str, ...]:
    fields = next(csv.reader([line.rstrip("\r")]), [])
    return tuple(
        field[1:] if field.startswith("'") and field[1:].startswith(_FORMULA_SIGNS) else field
        for field in fields
    )


def _trouble(path: Path, error: OSError, verb: str) -> SourceError:
    if isinstance(error, PermissionError):
        return AccessError(
            f"{path}: the history may not be {verb}",
            hint="Give the account okrsync runs under the right to it.",
        )
    return SourceError(
        f"{path}: the history cannot be {verb} ({error.strerror})",
        hint="Look whether its disk or share is there, and has room.",
    )
