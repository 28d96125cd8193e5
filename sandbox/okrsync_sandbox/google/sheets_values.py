"""The methods of Sheets v4 that read, write and clear values, and the work on a spreadsheet that
they share with the others.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from okrsync_sandbox.google.a1 import CellBlock
from okrsync_sandbox.google.cells import Looker
from okrsync_sandbox.google.compute import Computed
from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.files import Files, stamp
from okrsync_sandbox.google.model import GridSheet, Json, Spreadsheet
from okrsync_sandbox.google.ranges import blocks_of_filter, resolve, shown_range
from okrsync_sandbox.google.requests import UPDATES, Switches, Work
from okrsync_sandbox.google.sheets_routes import SheetsCall
from okrsync_sandbox.google.values_api import append_at, clear, read, write

__all__ = ["ValuesMethods"]


@dataclass(slots=True)
class ValuesMethods:
    """Over the files of Drive. `now` gives the present as a serial number."""

    files: Files
    now: Callable[[], float]
    switches: Switches = field(default_factory=Switches)
    seed: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - ids, no secrets
    _lookers: dict[str, Looker] = field(default_factory=dict)

    def looker(self, book: Spreadsheet) -> Looker:
        """A reader of a spreadsheet's cells; results of formulas are cached while it does not
        change.
        """
        if book.id not in self._lookers or self._lookers[book.id].spreadsheet is not book:
            self._lookers[book.id] = Looker(book, Computed(book, self.now))
        looker = self._lookers[book.id]
        looker.locale = Looker(book, Computed(book, self.now)).locale
        return looker

    def _work(self, book: Spreadsheet, caller: str, owner: str) -> Work:
        copy = book.copied()
        looker = Looker(copy, Computed(copy, self.now))
        file = self.files.files[book.id]
        work = Work(
            copy,
            caller,
            owner,
            self.switches,
            self.seed,
            looker.value,
            looker.text,
            lambda email: self.switches.assigns_strangers or self.files.role_of(file, email) > 0,
            stamp(self.files.clock()),
        )
        work.taken.update(entry["metadataId"] for entry in copy.metadata)
        return work

    def _values_get(self, ask: SheetsCall) -> Json:
        sheet, block = resolve(ask.book, ask.parts["range"])
        return read(self.looker(ask.book), sheet, block, self._options(ask))

    def _options(self, ask: SheetsCall) -> Json:
        names = ("valueRenderOption", "dateTimeRenderOption", "majorDimension")
        given = {name: ask.option(name) or ask.body.get(name) for name in names}
        if given["majorDimension"] == "DIMENSION_UNSPECIFIED":
            given["majorDimension"] = "ROWS"
        return {name: value for name, value in given.items() if value}

    def _batch_get(self, ask: SheetsCall) -> Json:
        ranges = [resolve(ask.book, text) for text in ask.request.every("ranges")]
        looker = self.looker(ask.book)
        value_ranges = [read(looker, sheet, block, self._options(ask)) for sheet, block in ranges]
        return {
            "spreadsheetId": ask.book.id,
            **({"valueRanges": value_ranges} if value_ranges else {}),
        }

    def _batch_get_by_filter(self, ask: SheetsCall) -> Json:
        looker, value_ranges = self.looker(ask.book), []
        for data_filter in ask.body.get("dataFilters", []):
            for sheet, block in blocks_of_filter(ask.book, data_filter):
                value_ranges.append(
                    {
                        "valueRange": read(looker, sheet, block, self._options(ask)),
                        "dataFilters": [data_filter],
                    }
                )
        return {
            "spreadsheetId": ask.book.id,
            **({"valueRanges": value_ranges} if value_ranges else {}),
        }

    def _input_option(self, given: str | None) -> bool:
        if given in (None, "INPUT_VALUE_OPTION_UNSPECIFIED"):
            raise invalid("'valueInputOption' is required but not specified")
        return given == "USER_ENTERED"

    def _put(
        self,
        ask: SheetsCall,
        sheet_block: tuple[GridSheet, CellBlock],
        text: str,
        value_range: Json,
        *,
        as_typed: bool,
        work: Work,
    ) -> tuple[GridSheet, CellBlock, Json]:
        sheet, block = sheet_block
        values = value_range.get("values", [])
        work.refuse_protected(sheet, _touched(block, values))
        is_typed_range = ":" in text.rpartition("!")[2] or (block.end_row, block.end_column) != (
            block.row + 1,
            block.column + 1,
        )
        response = write(
            work.spreadsheet,
            sheet,
            block,
            values,
            dimension=value_range.get("majorDimension", "ROWS"),
            as_typed=as_typed,
            grows=self.switches.writing_past_grows,
            is_typed_range=is_typed_range,
        )
        return sheet, block, response

    def _commit(self, ask: SheetsCall, work: Work) -> None:
        assert ask.file is not None
        ask.book.take(work.spreadsheet)
        self.files.touch(ask.file, ask.caller.email)

    def _begin(self, ask: SheetsCall) -> Work:
        assert ask.file is not None
        return self._work(ask.book, ask.caller.email, ask.file.owner)

    def _values_update(self, ask: SheetsCall) -> Json:
        as_typed = self._input_option(ask.option("valueInputOption"))
        text = ask.parts["range"]
        named = ask.body.get("range")
        if named is not None and named.replace("'", "") != text.replace("'", ""):
            raise invalid(
                f"Requested writing within range [{text}], but the body names range [{named}]"
            )
        work = self._begin(ask)
        sheet, block, response = self._put(
            ask, resolve(work.spreadsheet, text), text, ask.body, as_typed=as_typed, work=work
        )
        self._commit(ask, work)
        if ask.flag("includeValuesInResponse"):
            response["updatedData"] = self._write_answer(ask, sheet, block, ask.body)
        return response

    def _write_answer(
        self, ask: SheetsCall, sheet: GridSheet, block: CellBlock, value_range: Json
    ) -> Json:
        values = value_range.get("values", [])
        options = {
            "valueRenderOption": (
                ask.option("responseValueRenderOption")
                or ask.body.get("responseValueRenderOption")
                or "FORMATTED_VALUE"
            ),
            "dateTimeRenderOption": (
                ask.option("responseDateTimeRenderOption")
                or ask.body.get("responseDateTimeRenderOption")
                or "SERIAL_NUMBER"
            ),
        }
        present_sheet = ask.book.sheet(sheet.id)
        assert present_sheet is not None
        return read(self.looker(ask.book), present_sheet, _touched(block, values), options)

    def _values_batch_update(self, ask: SheetsCall) -> Json:
        as_typed = self._input_option(ask.body.get("valueInputOption"))
        work = self._begin(ask)
        responses, sheets = [], set()
        for value_range in ask.body.get("data", []):
            text = value_range.get("range", "")
            sheet, block, response = self._put(
                ask,
                resolve(work.spreadsheet, text),
                text,
                value_range,
                as_typed=as_typed,
                work=work,
            )
            sheets.add(sheet.id)
            responses.append((sheet, block, value_range, response))
        self._commit(ask, work)
        if ask.body.get("includeValuesInResponse"):
            for sheet, block, value_range, response in responses:
                response["updatedData"] = self._write_answer(ask, sheet, block, value_range)
        return self._totals(ask, [response for _, _, _, response in responses], len(sheets))

    def _totals(self, ask: SheetsCall, responses: list[Json], sheets: int) -> Json:
        rows: set[int] = set()
        columns: set[int] = set()
        for response in responses:
            _, block = resolve(ask.book, response["updatedRange"])
            rows.update(range(block.row, block.end_row or block.row + 1))
            columns.update(range(block.column, block.end_column or block.column + 1))
        totals = {
            "totalUpdatedRows": len(rows),
            "totalUpdatedColumns": len(columns),
            "totalUpdatedCells": sum(response.get("updatedCells", 0) for response in responses),
            "totalUpdatedSheets": sheets,
        }
        non_zero = {name: count for name, count in totals.items() if count}
        return {
            "spreadsheetId": ask.book.id,
            **non_zero,
            **({"responses": responses} if responses else {}),
        }

    def _values_batch_update_by_filter(self, ask: SheetsCall) -> Json:
        as_typed = self._input_option(ask.body.get("valueInputOption"))
        work = self._begin(ask)
        responses, sheets = [], set()
        for value_range in ask.body.get("data", []):
            for sheet, block in blocks_of_filter(
                work.spreadsheet, value_range.get("dataFilter", {})
            ):
                _, _, response = self._put(
                    ask,
                    (sheet, block),
                    shown_range(sheet, block),
                    value_range,
                    as_typed=as_typed,
                    work=work,
                )
                response.pop("spreadsheetId", None)
                response["dataFilter"] = value_range.get("dataFilter", {})
                sheets.add(sheet.id)
                responses.append(response)
        self._commit(ask, work)
        return self._totals(ask, responses, len(sheets))

    def _values_append(self, ask: SheetsCall) -> Json:
        as_typed = self._input_option(ask.option("valueInputOption"))
        work = self._begin(ask)
        sheet, block = resolve(work.spreadsheet, ask.parts["range"])
        values = ask.body.get("values", [])
        start, table = append_at(sheet, block, values)
        if (
            ask.option("insertDataOption") == "INSERT_ROWS"
            and values
            and start.row < len(sheet.rows)
        ):
            UPDATES["insertDimension"](
                work,
                {
                    "range": {
                        "sheetId": sheet.id,
                        "dimension": "ROWS",
                        "startIndex": start.row,
                        "endIndex": start.row + len(values),
                    }
                },
            )
        text = shown_range(sheet, start)
        _, _, response = self._put(
            ask,
            (sheet, start),
            text,
            {**ask.body, "majorDimension": ask.body.get("majorDimension", "ROWS")},
            as_typed=as_typed,
            work=work,
        )
        self._commit(ask, work)
        if ask.flag("includeValuesInResponse"):
            response["updatedData"] = self._write_answer(ask, sheet, start, ask.body)
        answer: Json = {"spreadsheetId": ask.book.id}
        if table is not None:
            answer["tableRange"] = shown_range(sheet, table)
        return {**answer, "updates": response}

    def _values_clear(self, ask: SheetsCall) -> Json:
        return {
            "spreadsheetId": ask.book.id,
            "clearedRange": self._cleared(ask, [ask.parts["range"]])[0],
        }

    def _batch_clear(self, ask: SheetsCall) -> Json:
        return {
            "spreadsheetId": ask.book.id,
            "clearedRanges": self._cleared(ask, ask.body.get("ranges", [])),
        }

    def _cleared(self, ask: SheetsCall, texts: list[str]) -> list[str]:
        work = self._begin(ask)
        ranges = [resolve(work.spreadsheet, text) for text in texts]
        return self._clear_places(ask, work, ranges)

    def _batch_clear_by_filter(self, ask: SheetsCall) -> Json:
        work = self._begin(ask)
        ranges = [
            block
            for data_filter in ask.body.get("dataFilters", [])
            for block in blocks_of_filter(work.spreadsheet, data_filter)
        ]
        return {
            "spreadsheetId": ask.book.id,
            "clearedRanges": self._clear_places(ask, work, ranges),
        }

    def _clear_places(
        self, ask: SheetsCall, work: Work, ranges: list[tuple[GridSheet, CellBlock]]
    ) -> list[str]:
        for sheet, block in ranges:
            work.refuse_protected(sheet, block)
            clear(sheet, block)
        self._commit(ask, work)
        return [shown_range(sheet, block) for sheet, block in ranges]


def _touched(block: CellBlock, values: list[list[Any]]) -> CellBlock:
    width = max((len(row) for row in values), default=0)
    return CellBlock(
        block.row, block.column, block.row + max(len(values), 1), block.column + max(width, 1)
    )
