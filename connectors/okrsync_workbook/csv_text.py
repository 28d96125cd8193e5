"""CSV files as text in which the position of every field is known, so that one field can change
while every other byte stays.

Encoding, byte order mark, delimiter, quoting and line ends stay as the file has them. A file in
which every line was quoted a second time is read as meant, and written back in the same form.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from okrsync.connector import UnreadableSource
from okrsync_workbook.encodings import NAMES, encoding_of, fitted

__all__ = ["CsvText", "Field", "NewLine"]

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED = 200_000
"""Characters that are examined to detect how a file is written."""
_LARGEST_FIELD = 1_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """The position of a field in the text, its quotes included; whether it is quoted, and the quote
    closed; and the number of blanks before it.
    """

    start: int
    end: int
    is_quoted: bool
    is_closed: bool = True
    indent: int = 0


@dataclass(frozen=True, slots=True)
class NewLine:
    """The fields of a line to be inserted, and the number of the row that it is written like."""

    texts: tuple[str, ...]
    like: int


_QUOTED = re.compile(r'"(?:[^"]|"")*"')
# Excel reads and writes a first line such as `sep=;`, which no other program expects.
_STATED = re.compile(r'("?)sep=(?P<sign>[^\r\n])\1(?:\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Style:
    """How a file is written: its byte order mark, its encoding, a first line that only states the
    delimiter, the delimiter, whether each line was quoted a second time, and whether blanks stand
    between a delimiter and a quote.
    """

    mark: bytes
    encoding: str
    lead: str
    delimiter: str
    is_requoted: bool
    is_spaced: bool


class CsvText:
    """One CSV file. Raises `UnreadableSource`, with `name` in the message, for anything else."""

    def __init__(
        self, data: bytes, name: str, *, delimiter: str | None = None, encoding: str | None = None
    ) -> None:
        self.data = data
        self.name = name
        mark, self.encoding = encoding_of(data, name, encoding)
        self.note = None
        if encoding is None and self.encoding in NAMES:
            self.note = (
                f"read as {NAMES[self.encoding]} text, since it is not UTF-8; if letters look"
                " wrong, name its `encoding` in the config"
            )
        try:
            text = data[len(mark) :].decode(self.encoding)
        except UnicodeDecodeError as error:
            raise UnreadableSource(
                f"{name}: not {self.encoding} text (byte {error.start + len(mark)})",
                hint="Save it as CSV UTF-8.",
            ) from error
        stated = _STATED.match(text)
        lead = stated[0] if stated is not None else ""
        self.text = text[len(lead) :]
        if stated is not None:
            delimiter = delimiter or stated["sign"]
        chosen = delimiter or _delimiter(self.text, "\t" if name.lower().endswith(".tsv") else ",")
        self._style = _Style(
            mark, self.encoding, lead, chosen, False, _is_spaced(self.text, chosen)
        )
        if delimiter is None and (inner := _requoted(self.text)) is not None:
            self._style = _Style(mark, self.encoding, lead, _delimiter(inner, ","), True, False)

    @property
    def delimiter(self) -> str:
        """The character between fields."""
        return self._style.delimiter

    def fitted(self, text: str) -> str:
        """The text as this file's encoding can hold it."""
        return fitted(text, self.encoding)

    def rows(self) -> list[list[str]]:
        """The fields of every row, without the zero characters that some programs leave in them.

        Raises `UnreadableSource` for a file that is no table: a field of a million characters, or a
        quote that is never closed.
        """
        style = self._style
        try:
            if style.is_requoted:
                return [self._inner_row(self.text, fields) for fields in self._outer]
            rows = list(self._read(self.text, style.delimiter, is_spaced=style.is_spaced))
        except csv.Error as error:
            raise UnreadableSource(
                f"{self.name}: cannot be read as a table ({error})",
                hint="Look for a quote that is opened and never closed.",
            ) from error
        self._refuse_open_quote(rows)
        return (
            [[value.replace("\0", "") for value in row] for row in rows]
            if "\0" in self.text
            else rows
        )

    def _refuse_open_quote(self, rows: list[list[str]]) -> None:
        """Raise `UnreadableSource` where the last field swallowed lines because its quote is never
        closed: their rows would be lost in silence.
        """
        last = rows[-1][-1] if rows and rows[-1] else ""
        if "\n" not in last and "\r" not in last:
            return
        field = self._outer[-1][-1]
        if field.is_quoted and not field.is_closed:
            line = self._style.lead.count("\n") + self.text[: field.start].count("\n") + 1
            raise UnreadableSource(
                f"{self.name}: a quote is opened in line {line} and never closed",
                hint=f"Close it, or double it where it belongs to the text: line {line}.",
            )

    def _inner_row(self, text: str, fields: list[Field]) -> list[str]:
        """The row that an outer line holds: in its one quoted field, or as it is where nothing had
        to be quoted.
        """
        if not fields:
            return []
        line = (
            _plain(text, fields[0])
            if fields[0].is_quoted
            else text[fields[0].start : fields[-1].end]
        )
        return [value.replace("\0", "") for value in next(self._read(line, self.delimiter), [])]

    @cached_property
    def _outer(self) -> list[list[Field]]:
        return _records(
            self.text,
            "," if self._style.is_requoted else self.delimiter,
            is_spaced=self._style.is_spaced,
        )

    @staticmethod
    def _read(text: str, delimiter: str, *, is_spaced: bool = False) -> Iterator[list[str]]:
        # The limit holds for the whole process and is checked while rows are read, after this
        # function returns: it is only ever raised
        # (https://docs.python.org/3/library/csv.html#csv.field_size_limit).
        before = csv.field_size_limit(_LARGEST_FIELD)
        try:
            return csv.reader(
                io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=is_spaced
            )
        finally:
            csv.field_size_limit(max(before, _LARGEST_FIELD))

    def with_changes(
        self,
        changes: Mapping[tuple[int, int], str],
        *,
        removed: frozenset[int] = frozenset(),
        inserted: Mapping[int, Sequence[NewLine]] = MappingProxyType({}),
        removed_rows: frozenset[int] = frozenset(),
    ) -> bytes:
        """The file with some fields changed, by row number (from 1) and column (from 0).

        A field beyond the end of its row is added, with empty ones before it as needed. `removed`
        holds the columns to remove from every row that reaches so far, `removed_rows` the numbers
        of rows to remove, and `inserted` the new lines behind a row, by its number. Returns the
        very bytes of the file where nothing changes.
        """
        by_row: dict[int, dict[int, str]] = {}
        for (number, column), value in changes.items():
            by_row.setdefault(number, {})[column] = value
        pieces: list[str] = []
        position = 0
        for number, fields in enumerate(self._outer, start=1):
            wanted = by_row.get(number, {})
            if number in removed_rows and fields:
                start = fields[0].start - fields[0].indent
                pieces.append(self.text[position:start])
                position = fields[-1].end + len(self._line_end(fields[-1].end))
                continue
            if not fields or not (wanted or removed or number in inserted):
                continue
            start, end = fields[0].start, fields[-1].end
            before = self.text[start:end]
            if self._style.is_requoted and fields[0].is_quoted:
                end = fields[0].end
                before = self.text[start:end]
                line = _plain(self.text, fields[0])
                inner = next(iter(_records(line, self.delimiter)), [])
                new = _quoted(self._changed_row(line, inner, wanted, removed))
            elif self._style.is_requoted:
                inner = next(iter(_records(before, self.delimiter)), [])
                new = self._changed_row(before, inner, wanted, removed)
                new = _quoted(new) if self.delimiter in new or '"' in new else new
            else:
                new = self._changed_row(self.text, fields, wanted, removed)
            if new != before:
                pieces += [self.text[position:start], new]
                position = end
            for new_line in inserted.get(number, ()):
                pieces += [self.text[position:end], self._usual_line_end, self._line(new_line)]
                position = end
        if not pieces:
            return self.data
        pieces.append(self.text[position:])
        return self._style.mark + (self._style.lead + "".join(pieces)).encode(self.encoding)

    @cached_property
    def _usual_line_end(self) -> str:
        """How lines end: as the first one does."""
        ends = (self._line_end(fields[-1].end) for fields in self._outer if fields)
        return next((end for end in ends if end), "\r\n")

    def _line_end(self, position: int) -> str:
        """The line end at a position; empty at the end of the file."""
        if self.text.startswith("\r\n", position):
            return "\r\n"
        return self.text[position : position + 1]

    def _line(self, line: NewLine) -> str:
        """A new line as the file writes the row that it is like."""
        fields = self._outer[line.like - 1]
        if self._style.is_requoted:
            inner = self.delimiter.join(self._field(text, quoted=False) for text in line.texts)
            is_quoted = bool(fields) and fields[0].is_quoted
            return _quoted(inner) if is_quoted or self.delimiter in inner else inner
        quoted = bool(fields) and all(field.is_quoted for field in fields)
        blanks = " " if self._style.is_spaced else ""
        written = [self._field(text, quoted=quoted) for text in line.texts]
        return self.delimiter.join(
            f"{blanks}{text}" if index and text.startswith('"') else text
            for index, text in enumerate(written)
        )

    def _changed_row(
        self, text: str, fields: list[Field], wanted: Mapping[int, str], removed: frozenset[int]
    ) -> str:
        written: list[str] = []
        last = max([len(fields) - 1, *wanted])
        for column in range(last + 1):
            field = fields[column] if column < len(fields) else None
            if column in removed:
                continue
            if column in wanted and (
                field is None or _plain(text, field).replace("\0", "") != wanted[column]
            ):
                quoted = (
                    field.is_quoted
                    if field is not None
                    else all(known.is_quoted for known in fields)
                )
                indent = text[field.start - field.indent : field.start] if field is not None else ""
                written.append(indent + self._field(wanted[column], quoted=quoted))
            elif field is not None:
                written.append(text[field.start - field.indent : field.end])
            else:
                written.append('""' if all(known.is_quoted for known in fields) else "")
        return self.delimiter.join(written)

    def _field(self, value: str, *, quoted: bool) -> str:
        needs = (
            any(sign in value for sign in (self.delimiter, '"', "\n", "\r"))
            or value != value.strip()
        )
        return _quoted(value) if quoted or needs else value


def _delimiter(text: str, usual: str) -> str:
    """The delimiter with which most rows have the same number of fields, and more than one; else
    `usual`.
    """
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
        # The sample may end within a row.
        counts = counts[:-1] if len(text) > _SNIFFED and len(counts) > 1 else counts
        if not counts:
            continue
        common = max(set(counts), key=lambda count: (counts.count(count), count))
        if common < 2:
            continue
        # How even the rows are decides; more fields only decide between equals.
        score = counts.count(common) / len(counts) + min(common, 20) / 100
        if score > best_score + 1e-9:
            best, best_score = delimiter, score
    return best


def _is_spaced(text: str, delimiter: str) -> bool:
    """Whether blanks stand between delimiters and quotes (`a, "b, c"`). They are then not part of
    the fields.
    """
    sample, sign = text[:_SNIFFED], re.escape(delimiter)
    if delimiter.isspace():
        return False
    spaced = len(re.findall(rf'{sign} +"(?=[^"])', sample))
    return spaced > 0 and len(re.findall(rf'{sign}"', sample)) == 0


def _requoted(text: str) -> str | None:
    """The beginning of the file without its second quoting. None for a file that is not written so:
    each line one quoted field that holds a whole row, followed by delimiters at most.

    A line in which nothing had to be quoted again may have no quotes.
    """
    sample = text[:_SNIFFED]
    lines: list[str] = []
    quoted = 0
    for fields in _records(sample, ","):
        if not fields:
            continue
        first = fields[0]
        whole = (
            first.is_quoted
            and first.is_closed
            and _QUOTED.fullmatch(sample, first.start, first.end) is not None
        )
        if any(field.end > field.start for field in fields[1:]) or first.is_quoted != whole:
            return None
        quoted += first.is_quoted
        lines.append(_plain(sample, first))
        if len(lines) == 50:
            break
    if not lines or quoted * 2 < len(lines) or quoted == 0:
        return None
    inner = "\n".join(lines)
    delimiter = _delimiter(inner, ",")
    return inner if delimiter in lines[0] else None


def _records(text: str, delimiter: str, *, is_spaced: bool = False) -> list[list[Field]]:
    """The rows of a text as positions of their fields; an empty line is a row without fields."""
    sign = re.escape(delimiter)
    blanks = "(?P<indent> *)" if is_spaced else "(?P<indent>)"
    pattern = re.compile(rf'{blanks}(?P<quoted>"(?:[^"]|"")*(?P<closed>"|\Z))?[^{sign}\r\n]*')
    records: list[list[Field]] = []
    position, length = 0, len(text)
    while position < length:
        fields: list[Field] = []
        while True:
            match = pattern.match(text, position)
            assert match is not None
            indent = len(match["indent"])
            fields.append(
                Field(
                    position + indent,
                    match.end(),
                    match["quoted"] is not None,
                    match["closed"] != "",
                    indent,
                )
            )
            position = match.end()
            if position < length and text[position] == delimiter:
                position += 1
                continue
            break
        if text.startswith("\r\n", position):
            position += 2
        elif position < length:
            position += 1
        records.append([] if len(fields) == 1 and fields[0].start == fields[0].end else fields)
    return records


def _plain(text: str, field: Field) -> str:
    """The text of a field without its quotes."""
    raw = text[field.start : field.end]
    if not field.is_quoted:
        return raw
    match = re.match(r'"((?:[^"]|"")*)(?:"|\Z)', raw)
    assert match is not None
    return match[1].replace('""', '"') + raw[match.end() :]


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
