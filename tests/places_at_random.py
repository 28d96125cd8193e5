"""Where the teams at random keep their sheet: a CSV file, a tab of a workbook, a Google Sheet or a
Notion database, each edited the way people edit it there.
"""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from okrsync.model.table import text_of
from okrsync_sandbox import Sandbox

__all__ = ["FORMS", "Place", "Row", "place_of"]

FORMS = ("csv", "workbook", "tab", "sheet", "notion")
Row = dict[str, str]
_DAYS = ("Last check-in", "Begins", "Due")
_NUMBERS = ("Start", "Current", "Target", "okr progress", "okr score")


@dataclass
class Place(ABC):
    """A table as the team keeps it: rows by what people call them, top to bottom."""

    folder: Path
    tab: str
    header: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    @abstractmethod
    def source(self) -> str:
        """What the configuration says of it, in TOML."""

    @abstractmethod
    def content(self) -> Any:
        """All that stands there, to be compared."""

    @abstractmethod
    def read(self) -> None:
        """People look: `header` and `rows` are what they see."""

    @abstractmethod
    def write(self) -> None:
        """People type what differs from what stands there."""

    def stop(self) -> None:
        """Stop what serves it."""


@dataclass
class _File(Place):
    """A CSV file, or a tab of a workbook."""

    is_workbook: bool = False

    @property
    def path(self) -> Path:
        return self.folder / ("team.xlsx" if self.is_workbook else "team.csv")

    @property
    def source(self) -> str:
        return f'connector = "workbook"\npath = "{self.path.name}"'

    def content(self) -> Any:
        """Of a CSV file each byte, of a workbook each cell."""
        return self._grids() if self.is_workbook else self.path.read_bytes()

    def _grids(self) -> dict[str, list[list[str]]]:
        if not self.is_workbook:
            with self.path.open(encoding="utf-8", newline="") as file:
                return {self.tab: list(csv.reader(file))}
        book = openpyxl.load_workbook(self.path)
        return {
            tab.title: [[_said(cell.value) for cell in row] for row in tab.iter_rows()]
            for tab in book.worksheets
        }

    def read(self) -> None:
        self.header, *rows = self._grids()[self.tab]
        self.rows = [dict(zip(self.header, row, strict=False)) for row in rows]

    def write(self) -> None:
        lines = [self.header, *_lines(self)]
        if not self.is_workbook:
            with self.path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(lines)
            return
        if not self.path.exists():
            book = openpyxl.Workbook()
            book.worksheets[0].title = self.tab
            book.save(self.path)
        book = openpyxl.load_workbook(self.path)
        tab = book[self.tab]
        tab.delete_rows(len(lines) + 1, tab.max_row)
        for number, line in enumerate(lines, start=1):
            for column, text in enumerate(line, start=1):
                if _said(tab.cell(number, column).value) != text:
                    tab.cell(number, column).value = _typed(text, self.header[column - 1])
        book.save(self.path)


def _lines(place: Place) -> list[list[str]]:
    return [[row.get(name, "") for name in place.header] for row in place.rows]


def _typed(text: str, header: str) -> Any:
    """What a workbook holds where somebody types a text into the column of that header."""
    if text == header:
        return text
    if header in _DAYS and text:
        return date.fromisoformat(text[:10])
    if header in _NUMBERS:
        with suppress(ValueError):
            return float(text)
    return text or None


@dataclass
class _Sheet(Place):
    """A tab of a Google Sheet. Rows are inserted, deleted and moved as such, so that what okrsync
    attached to them goes with them.
    """

    _stood: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sandbox = Sandbox()
        self._mia = self._sandbox.google.person("mia@acme.example")
        self._file = self._mia.new_spreadsheet("Team", {self.tab: []})
        self._mia.share(self._file, self._sandbox.key_file(self.folder / "service-account.json"))

    def stop(self) -> None:
        self._sandbox.stop()

    @property
    def source(self) -> str:
        return (
            f'connector = "google-sheets"\nspreadsheet = "{self._file}"\n'
            'credentials = {file = "service-account.json"}\n'
            f'api_endpoint = "{self._sandbox.endpoint}"\n'
            "limits = {reads_per_minute = 1000000, writes_per_minute = 1000000}"
        )

    def content(self) -> dict[str, list[list[str]]]:
        return {
            sheet.title: self._shown(sheet.title) for sheet in self._mia.book(self._file).sheets
        }

    def _shown(self, tab: str) -> list[list[str]]:
        across = [len(row) for row in self._mia.grid(self._file, tab)]
        return [
            [self._text(tab, row, column) for column in range(max(across, default=0))]
            for row in range(len(across))
        ]

    def _text(self, tab: str, row: int, column: int) -> str:
        return self._mia.text(self._file, tab, _cell(row, column))

    def read(self) -> None:
        self.header, *rows = self._shown(self.tab)
        self.rows = [dict(zip(self.header, row, strict=False)) for row in rows]
        self._stood = [*self.rows]

    def write(self) -> None:
        self._move_rows()
        for number, line in enumerate([self.header, *_lines(self)]):
            for column, text in enumerate(line):
                if self._text(self.tab, number, column) != text:
                    self._mia.type(self._file, self.tab, _cell(number, column), text)

    def _move_rows(self) -> None:
        """Until the rows that stood there stand where they are now, with room for new ones."""
        kept = {id(row) for row in self.rows}
        for number in reversed(range(len(self._stood))):
            if id(self._stood[number]) not in kept:
                self._mia.delete_rows(self._file, self.tab, number + 2)
                del self._stood[number]
        for number, row in enumerate(self.rows):
            at = next((at for at, each in enumerate(self._stood) if each is row), None)
            if at is None:
                self._mia.insert_rows(self._file, self.tab, number + 2)
                self._stood.insert(number, row)
            elif at != number:
                self._mia.move_row(self._file, self.tab, at + 2, number + 2)
                self._stood.insert(number, self._stood.pop(at))


def _cell(row: int, column: int) -> str:
    return f"{get_column_letter(column + 1)}{row + 1}"


@dataclass
class _Database(Place):
    """A Notion database. A row is a page; the order of rows is that in which they were made."""

    _pages: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sandbox = Sandbox()
        notion = self._sandbox.notion
        self._bot = notion.connect("okrsync")
        self._ada = notion.person("ada@acme.example", "Ada Ferro")
        self._home = self._ada.new_page("Home")
        self._database, self._source = self._ada.new_database(
            "OKRs", {"Key result": "title"}, self._home
        )
        self._ada.share(self._home, self._bot)
        token = self.folder / "notion-token"
        token.touch(0o600)
        token.write_text(self._bot.token, encoding="utf-8")

    def stop(self) -> None:
        self._sandbox.stop()

    @property
    def source(self) -> str:
        return (
            f'connector = "notion"\ndatabase = "{self._database}"\n'
            'token = {file = "notion-token"}\n'
            f'api_endpoint = "{self._sandbox.endpoint}"\n'
            "limits = {requests_per_second = 1000000}"
        )

    def content(self) -> list[Row]:
        return [self._cells(page) for page in self._ada.rows(self._source)]

    def _columns(self) -> list[str]:
        return [each.name for each in self._ada.source(self._source).properties.values()]

    def _cells(self, page: str) -> Row:
        return {name: _said(self._ada.read(page, name)) for name in self._columns()}

    def read(self) -> None:
        self.header = self._columns()
        self._pages, self.rows = {}, []
        for page in self._ada.rows(self._source):
            row = self._cells(page)
            self.rows.append(row)
            self._pages[id(row)] = page

    def write(self) -> None:
        for name in self.header:
            if name not in self._columns():
                kind = "date" if name in _DAYS else "rich_text"
                self._ada.new_column(self._source, name, kind)
        kept = {id(row) for row in self.rows}
        for row_id in [each for each in self._pages if each not in kept]:
            self._ada.trash(self._pages.pop(row_id))
        for row in self.rows:
            page = self._pages.get(id(row)) or self._ada.new_row(self._source)
            self._pages[id(row)] = page
            was = self._cells(page)
            typed = {name: text for name, text in row.items() if was[name] != text}
            if typed:
                self._ada.edit(page, _in_kinds(typed))


def _said(value: Any) -> str:
    if isinstance(value, Mapping):  # a date
        return text_of(value.get("start"))
    return text_of(value)


def _in_kinds(typed: Mapping[str, str]) -> dict[str, Any]:
    return {name: (text[:10] or None) if name in _DAYS else text for name, text in typed.items()}


def place_of(form: str, folder: Path, tab: str) -> Place:
    """A new place of that form, of which nobody has written anything yet."""
    if form == "sheet":
        return _Sheet(folder, tab)
    if form == "notion":
        return _Database(folder, tab)
    return _File(folder, tab, is_workbook=form != "csv")
