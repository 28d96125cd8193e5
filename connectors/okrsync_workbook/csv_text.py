"""CSV files as text with every field's place known, so that one field can change and every other byte stays.

Encoding, byte order mark, delimiter, quoting and line ends are whatever the file has. A file whose every line was quoted once more is read for
what was meant, and written back in the same way.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from okrsync.errors import UnreadableSource

__all__ = ["CsvText", "Field"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED = 200_000
_LARGEST = 64 << 20
_LARGEST_FIELD = 1_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """Where a field lies in the text, its quotes included, and whether it has any."""

    start: int
    end: int
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class _Style:
    """How a file is written: what its bytes begin with, their encoding, the delimiter, whether each line was quoted once more."""

    mark: bytes
    encoding: str
    delimiter: str
    is_requoted: bool


class CsvText:
    """One CSV file. Raises `UnreadableSource` for what is none, named by `name`."""

    def __init__(self, data: bytes, name: str, *, delimiter: str | None = None, encoding: str | None = None) -> None:
        self.data = data
        self.name = name
        mark, self.encoding = _encoding(data, name, encoding)
        self.note = (
            "read as Windows-1252 text, since it is not UTF-8"
            if self.encoding == "cp1252" and encoding is None
            else None
        )
        try:
            self.text = data[len(mark) :].decode(self.encoding)
        except UnicodeDecodeError as error:
            raise UnreadableSource(
                f"{name}: not {self.encoding} text (byte {error.start + len(mark)})", hint="Save it as CSV UTF-8."
            ) from error
        if "\0" in self.text[:_SNIFFED]:
            raise UnreadableSource(
                f"{name}: not a text file",
                hint="If it is a workbook, give it the ending .xlsx; else save it as CSV UTF-8.",
            )
        chosen = delimiter or _delimiter(self.text, "\t" if name.lower().endswith(".tsv") else ",")
        self._style = _Style(mark, self.encoding, chosen, False)
        if delimiter is None and (inner := _requoted(self.text)) is not None:
            self._style = _Style(mark, self.encoding, _delimiter(inner, ","), True)

    @property
    def delimiter(self) -> str:
        """The sign between fields."""
        return self._style.delimiter

    def rows(self) -> list[list[str]]:
        """The fields of every row. Raises `UnreadableSource` for a file that is no table: a field of a million characters, for one."""
        try:
            if self._style.is_requoted:
                lines = (row[0] if row else "" for row in self._read(self.text, ","))
                return [next(self._read(line, self.delimiter), []) for line in lines]
            return list(self._read(self.text, self.delimiter))
        except csv.Error as error:
            raise UnreadableSource(
                f"{self.name}: cannot be read as a table ({error})",
                hint="Look for a quote that is opened and never closed.",
            ) from error

    @staticmethod
    def _read(text: str, delimiter: str) -> Iterator[list[str]]:
        before = csv.field_size_limit(_LARGEST_FIELD)
        try:
            return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        finally:
            csv.field_size_limit(max(before, _LARGEST_FIELD))

    def with_changes(self, changes: Mapping[tuple[int, int], str], *, removed: frozenset[int] = frozenset()) -> bytes:
        """The file with some fields, by row number (from 1) and column (from 0), saying something else.

        A field beyond the end of its row is added there, with empty ones before it where there are none. `removed` are last columns to be
        taken away from every row that reaches so far. The very bytes it had, where nothing changes.
        """
        outer = _records(self.text, "," if self._style.is_requoted else self.delimiter)
        by_row: dict[int, dict[int, str]] = {}
        for (number, column), value in changes.items():
            by_row.setdefault(number, {})[column] = value
        pieces: list[str] = []
        at = 0
        for number, fields in enumerate(outer, start=1):
            wanted = by_row.get(number, {})
            if not fields or not (wanted or removed):
                continue
            start, end = fields[0].start, fields[-1].end
            if self._style.is_requoted:
                line = _plain(self.text, fields[0])
                inner = next(iter(_records(line, self.delimiter)), [])
                new = _quoted(self._changed_row(line, inner, wanted, removed))
                before = self.text[start:end]
            else:
                before = self.text[start:end]
                new = self._changed_row(self.text, fields, wanted, removed)
            if new != before:
                pieces += [self.text[at:start], new]
                at = end
        if not pieces:
            return self.data
        pieces.append(self.text[at:])
        return self._style.mark + "".join(pieces).encode(self.encoding)

    def _changed_row(self, text: str, fields: list[Field], wanted: Mapping[int, str], removed: frozenset[int]) -> str:
        written: list[str] = []
        last = max([len(fields) - 1, *wanted])
        for column in range(last + 1):
            field = fields[column] if column < len(fields) else None
            if column in removed:
                continue
            if column in wanted and (field is None or _plain(text, field) != wanted[column]):
                quoted = field.is_quoted if field is not None else all(known.is_quoted for known in fields)
                written.append(self._field(wanted[column], quoted=quoted))
            elif field is not None:
                written.append(text[field.start : field.end])
            else:
                written.append('""' if all(known.is_quoted for known in fields) else "")
        return self.delimiter.join(written)

    def _field(self, value: str, *, quoted: bool) -> str:
        needs = any(sign in value for sign in (self.delimiter, '"', "\n", "\r")) or value != value.strip()
        return _quoted(value) if quoted or needs else value


def _encoding(data: bytes, name: str, stated: str | None) -> tuple[bytes, str]:
    """The byte order mark and the encoding of a file."""
    if len(data) > _LARGEST:
        raise UnreadableSource(
            f"{name}: {len(data) >> 20} MB, more than the {_LARGEST >> 20} MB a sheet of OKRs may have",
            hint="Look whether this is the file you mean, or split it.",
        )
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return mark, encoding
    if stated is not None:
        try:
            return b"", codecs.lookup(stated).name
        except LookupError as error:
            raise UnreadableSource(
                f"{name}: there is no encoding {stated!r}", hint='Write "utf-8" or "cp1252".'
            ) from error
    head = data[:4096]
    if b"\0" in head:
        zeros = (head[0::2].count(0), head[1::2].count(0))
        half = len(head) // 2
        if max(zeros) > half * 0.6 and min(zeros) < half * 0.2:
            return b"", "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
        raise UnreadableSource(
            f"{name}: not a text file", hint="If it is a workbook, give it the ending .xlsx; else save it as CSV UTF-8."
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            data.decode("cp1252")
        except UnicodeDecodeError as error:
            raise UnreadableSource(
                f"{name}: neither UTF-8 nor Windows-1252 text", hint="Save it as CSV UTF-8."
            ) from error
        return b"", "cp1252"
    return b"", "utf-8"


def _delimiter(text: str, usual: str) -> str:
    """The delimiter by which most rows have the same number of fields, and more than one; the usual one where none does."""
    best, best_score = usual, 0.0
    sample = text[:_SNIFFED]
    for delimiter in (usual, *(sign for sign in _DELIMITERS if sign != usual)):
        counts: list[int] = []
        try:
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
                if row:
                    counts.append(len(row))
                if len(counts) == 60:
                    break
        except csv.Error:
            continue
        counts = counts[:-1] if len(text) > _SNIFFED and len(counts) > 1 else counts
        if not counts:
            continue
        common = max(set(counts), key=lambda count: (counts.count(count), count))
        if common < 2:
            continue
        score = counts.count(common) / len(counts) + min(common, 20) / 100
        if score > best_score + 1e-9:
            best, best_score = delimiter, score
    return best


def _requoted(text: str) -> str | None:
    """What the file says without its second quoting, where every line is one quoted field that holds a whole row."""
    sample = text[:_SNIFFED]
    lines: list[str] = []
    for fields in _records(sample, ","):
        if not fields:
            continue
        if len(fields) != 1 or not fields[0].is_quoted:
            return None
        lines.append(_plain(sample, fields[0]))
        if len(lines) == 50:
            break
    if not lines:
        return None
    inner = "\n".join(lines)
    delimiter = _delimiter(inner, ",")
    return inner if lines[0].count(delimiter) >= 1 else None


def _records(text: str, delimiter: str) -> list[list[Field]]:
    """Every row of a text as the places of its fields; an empty line is a row without fields."""
    sign = re.escape(delimiter)
    pattern = re.compile(rf'(?P<quoted>"(?:[^"]|"")*(?:"|\Z))?[^{sign}\r\n]*')
    records: list[list[Field]] = []
    at, length = 0, len(text)
    while at < length:
        fields: list[Field] = []
        while True:
            found = pattern.match(text, at)
            assert found is not None
            fields.append(Field(at, found.end(), found["quoted"] is not None))
            at = found.end()
            if at < length and text[at] == delimiter:
                at += 1
                continue
            break
        if text.startswith("\r\n", at):
            at += 2
        elif at < length:
            at += 1
        records.append([] if len(fields) == 1 and fields[0].start == fields[0].end else fields)
    return records


def _plain(text: str, field: Field) -> str:
    """What a field says, without its quotes."""
    raw = text[field.start : field.end]
    if not field.is_quoted:
        return raw
    end = raw.rfind('"')
    if end <= 0:
        return raw[1:].replace('""', '"')
    return raw[1:end].replace('""', '"') + raw[end + 1 :]


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
