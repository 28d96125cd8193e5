"""Rows inserted into a tab, rows taken out again, and copied tabs.

Each is sent in a batch of its own, which Google applies whole or not at all. A batch that inserts
or deletes beside a row is held by that row's mark: if the row moved in that moment, nothing
happens, and the spreadsheet is looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any, Protocol

from msgspec.structs import replace

from okrsync.connector import (
    Batch,
    ColumnRef,
    CopiedTab,
    FormulaReach,
    InsertedRow,
    LostAnswer,
    Outcome,
    PlacedRow,
    RemovedTab,
    Row,
    RowFinder,
    RowRef,
    State,
    Table,
    TakenRow,
    copied_table,
    is_as_copied,
    place_rows,
    tab_verdict,
    taken_verdict,
)
from okrsync.connector.network import LossBudget
from okrsync_google_sheets.account import GoogleRefused
from okrsync_google_sheets.anchors import anchor_request, hold_requests, location_of, row_mark
from okrsync_google_sheets.edits import entered_value
from okrsync_google_sheets.hiding import line_visibility, tab_visibility
from okrsync_google_sheets.tab import KEY, Book, GoogleTab

__all__ = ["CarryClient", "Carrying", "formula_reach"]

Json = dict[str, Any]
_ROUNDS = 8
_REFUSALS = 3
_NO_TAB = "its tab is no longer there"
_FASTER = "somebody keeps changing the tab while okrsync writes; left for the next run"
_CELLS = re.compile(
    r"\"[^\"]*\"|(?P<sheet>'(?:[^']|'')*'!|[^\W\d][\w.]*!)?"
    r"(?P<cells>\$?[A-Za-z]{1,3}(?:\$?[0-9]+)(?::\$?[A-Za-z]{1,3}(?:\$?[0-9]+)?)?)(?![\w.(!])"
    r"|[\w.$]+"
)
_ELSEWHERE = re.compile(r"\b(?:INDIRECT|OFFSET|ROW|ARRAYFORMULA|QUERY)\s*\(", re.IGNORECASE)


class CarryClient(Protocol):
    """What carrying needs of the spreadsheet service."""

    def look(self) -> Book:
        """The spreadsheet as it stands now."""

    def look_at_frames(self) -> Json:
        """The filters, tables and bandings of all tabs."""

    def send_carried(self, requests: list[Json]) -> Book:
        """Carry out all requests or none, and return the spreadsheet as it stands right after."""


@dataclass(slots=True)
class Carrying:
    """Carries out a batch's rows and tabs. `read` is the spreadsheet as it was when the batch was
    decided.
    """

    client: CarryClient
    batch: Batch
    read: Book
    losses: LossBudget
    is_rehearsal: bool = False
    now: Book | None = None
    """The spreadsheet as it was last seen."""
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _hidden: set[str] = field(default_factory=set)
    """The entries whose row or tab is hidden by now, to be deleted after one more look."""

    def copy_tabs(self) -> None:
        """Copy tabs, as they stand before anything is written into them."""
        for entry in self.batch.copied_tabs:
            self._carry_out([entry.id], partial(self._copy, entry))

    def take_back(self) -> None:
        """Take rows out and remove tabs."""
        for row in self.batch.taken_rows:
            self._carry_out([row.id], partial(self._take, row))
        for tab in self.batch.removed_tabs:
            self._carry_out([tab.id], partial(self._remove, tab))

    def insert_rows(self) -> None:
        """Insert rows, all those of a tab at once."""
        for key in dict.fromkeys(row.table_key for row in self.batch.inserted_rows):
            rows = [row for row in self.batch.inserted_rows if row.table_key == key]
            self._carry_out([row.id for row in rows], partial(self._insert, rows, key))

    def _carry_out(self, ids: Sequence[str], decide: Callable[[Book], list[Json]]) -> None:
        """Look, decide and send, until there is nothing left to send. `decide` notes the outcomes
        of what needs nothing.
        """
        now = self.now if self.now is not None and not self.is_rehearsal else self.client.look()
        is_sent, refusals = False, 0
        refused: list[Json] | None = None
        for _ in range(_ROUNDS):
            self.now = now
            requests = decide(now)
            if not requests:
                self._settle(ids, is_sent=is_sent)
                return
            try:
                with self.losses.within():
                    now = self.client.send_carried(requests)
                is_sent, refused = True, None
            except LostAnswer as error:
                self.losses.wait(error)
                with self.losses.within():
                    now = self.client.look()
                is_sent = True
            except GoogleRefused as error:
                refusals = refusals + 1 if requests == refused else 1
                if refusals == _REFUSALS:
                    for id_ in ids:
                        self.outcomes[id_] = Outcome(State.CONFLICT, error.message)
                    return
                refused, now = requests, self.client.look()
            if self.is_rehearsal:
                self._settle(ids, is_sent=True)
                return
        for id_ in ids:
            self.outcomes[id_] = Outcome(State.CONFLICT, _FASTER)

    def _settle(self, ids: Iterable[str], *, is_sent: bool) -> None:
        """What was sent and is there now is written."""
        for id_ in ids:
            outcome = self.outcomes.get(id_, Outcome(State.UNCHANGED))
            if is_sent and outcome.state is State.UNCHANGED:
                outcome = Outcome(State.WRITTEN, None, outcome.at)
            self.outcomes[id_] = outcome

    # rows

    def _insert(self, rows: Sequence[InsertedRow], key: str, now: Book) -> list[Json]:
        tab, before = now.tab(key), self.read.tab(key)
        if tab is None or before is None:
            self.outcomes.update({row.id: Outcome(State.CONFLICT, _NO_TAB) for row in rows})
            return []
        # The marks that this run gave rows move nothing.
        is_unmoved = _unmarked(before.table) == _unmarked(tab.table)
        finder = RowFinder(tab.table, self.batch.rows(key))
        placed, outcomes = place_rows(rows, tab.table, finder, is_unmoved=is_unmoved)
        self.outcomes.update(outcomes)
        if not is_unmoved and any(map(_has_nameless_column, (row.entry for row in placed))):
            moved = Outcome(State.CONFLICT, "the tab has changed, and its columns have no names")
            self.outcomes.update({row.entry.id: moved for row in placed})
            return []
        requests: list[Json] = []
        groups: dict[int, list[PlacedRow]] = {}
        for row in placed:
            groups.setdefault(row.behind.number - 1, []).append(row)
        # From the bottom up, so that the rows above keep their indexes.
        for index in sorted(groups, reverse=True):
            held = _held(tab, index, groups[index][0].entry.behind)
            if held is None:
                # A row gets its mark first, in a request that touches no cell.
                mark = row_mark(cell.value for cell in groups[index][0].entry.behind.identity)
                return [anchor_request(mark, location_of(tab.id, "ROWS", index))]
            requests += [*held, *_insertion(tab, index + 1, groups[index])]
        if placed:
            requests += _grown_frames(self.client.look_at_frames(), tab.id, groups)
        return requests

    def _take(self, entry: TakenRow, now: Book) -> list[Json]:
        tab = now.tab(entry.table_key)
        if tab is None:
            self.outcomes[entry.id] = Outcome(State.CONFLICT, _NO_TAB)
            return []
        finder = RowFinder(tab.table, self.batch.rows(entry.table_key))
        if finder.find(entry.row) is None and not finder.matching(entry.row):
            self.outcomes[entry.id] = Outcome(State.UNCHANGED, "it is gone already")
            return []
        verdict = taken_verdict(entry, tab.table, finder)
        if isinstance(verdict, Outcome):
            self.outcomes[entry.id] = verdict
            row = finder.find(entry.row) if self._is_shown_again(entry.id) else None
            if row is None:
                return []
            return [line_visibility(tab.id, "ROWS", row.number - 1, hidden=False)]
        index = verdict.number - 1
        held = _held(tab, index, entry.row)
        if held is None:
            mark = row_mark(cell.value for cell in entry.row.identity)
            return [anchor_request(mark, location_of(tab.id, "ROWS", index))]
        if self._is_to_hide(entry.id):
            return [*held, line_visibility(tab.id, "ROWS", index, hidden=True)]
        rows = {"sheetId": tab.id, "dimension": "ROWS", "startIndex": index, "endIndex": index + 1}
        return [*held, {"deleteDimension": {"range": rows}}]

    # tabs

    def _copy(self, entry: CopiedTab, now: Book) -> list[Json]:
        source, present = now.tab(entry.table_key), now.titled(entry.name)
        new_id = _new_tab_id(entry, self.read)
        if present is not None and present.id == new_id:
            if is_as_copied(entry, present.table):
                self.outcomes[entry.id] = Outcome(State.UNCHANGED)
                return []
            # Somebody edited the tab in the moment in which it was copied: it is copied again.
            return [{"deleteSheet": {"sheetId": new_id}}]
        verdict = tab_verdict(entry, present.table if present is not None else None)
        if verdict is not None or source is None:
            self.outcomes[entry.id] = verdict or Outcome(State.CONFLICT, _NO_TAB)
            return []
        copy = copied_table(entry, source.table)
        if copy is None or not is_as_copied(entry, copy):
            self.outcomes[entry.id] = Outcome(
                State.CONFLICT, "the tab was edited meanwhile; close the cycle again"
            )
            return []
        return _copying(entry, source, new_id, self.batch)

    def _remove(self, entry: RemovedTab, now: Book) -> list[Json]:
        tab = now.tab(entry.table_key) or now.titled(entry.name)
        verdict = tab_verdict(entry, tab.table if tab is not None else None)
        if verdict is not None or tab is None:
            self.outcomes[entry.id] = verdict or Outcome(State.UNCHANGED, "it is gone already")
            if tab is None or not self._is_shown_again(entry.id):
                return []
            return [tab_visibility(tab.id, hidden=False)]
        if self._is_to_hide(entry.id):
            return [tab_visibility(tab.id, hidden=True)]
        return [{"deleteSheet": {"sheetId": tab.id}}]

    def _is_to_hide(self, id_: str) -> bool:
        """Whether the row or tab of an entry is to be hidden first; from then on it is not."""
        if self.is_rehearsal or id_ in self._hidden:
            return False
        self._hidden.add(id_)
        return True

    def _is_shown_again(self, id_: str) -> bool:
        """Whether the row or tab of an entry is hidden and shall stay after all."""
        is_hidden = id_ in self._hidden
        self._hidden.discard(id_)
        return is_hidden


def _unmarked(table: Table) -> list[Row]:
    return [replace(row, anchor=None) for row in table.rows]


def _has_nameless_column(entry: InsertedRow) -> bool:
    columns: list[ColumnRef] = [*entry.kept, *(cell.column for cell in entry.cells)]
    return any(not column.header for column in columns)


def _held(tab: GoogleTab, index: int, ref: RowRef) -> list[Json] | None:
    """Requests that void the batch unless a row is where it was seen; None where the row has no
    mark yet.
    """
    marks = tab.row_anchors.get(index)
    if not marks:
        return None
    mark = next((each for each in marks if str(each.id) == ref.anchor), marks[0])
    return hold_requests(mark.id, mark.value, location_of(tab.id, "ROWS", index))


def _block(tab: GoogleTab, row: int, column: int = 0, width: int | None = None) -> Json:
    return {
        "sheetId": tab.id,
        "startRowIndex": row,
        "endRowIndex": row + 1,
        "startColumnIndex": column,
        "endColumnIndex": tab.column_count if width is None else column + width,
    }


def _insertion(tab: GoogleTab, start: int, rows: Sequence[PlacedRow]) -> list[Json]:
    """Requests that insert rows at an index, each in the form of the row that it is like."""
    new_rows = {
        "sheetId": tab.id,
        "dimension": "ROWS",
        "startIndex": start,
        "endIndex": start + len(rows),
    }
    requests: list[Json] = [{"insertDimension": {"range": new_rows, "inheritFromBefore": True}}]
    for index, row in enumerate(rows, start=start):
        like = row.like.number - 1
        for kind in ("PASTE_FORMAT", "PASTE_DATA_VALIDATION", "PASTE_CONDITIONAL_FORMATTING"):
            paste = {"source": _block(tab, like), "destination": _block(tab, index)}
            requests.append({"copyPaste": {**paste, "pasteType": kind}})
        values: dict[int, Json] = {}
        for column in row.kept:
            entered = tab.entered_at(like, column)
            if entered is not None and "formulaValue" in entered:
                paste = {
                    "source": _block(tab, like, column, 1),
                    "destination": _block(tab, index, column, 1),
                }
                # Google shifts the references of a formula that it copies.
                requests.append({"copyPaste": {**paste, "pasteType": "PASTE_FORMULA"}})
            elif entered is not None:
                values[column] = entered
        for column, value in row.values.items():
            content = entered_value(value)
            if content is not None:
                values[column] = content
        requests += _cell_updates(tab.id, index, values)
    return requests


def _cell_updates(tab_id: int, row: int, values: Mapping[int, Json | None]) -> list[Json]:
    """Requests that write cells of a row; None empties one."""
    return [
        {
            "updateCells": {
                "start": {"sheetId": tab_id, "rowIndex": row, "columnIndex": column},
                "rows": [{"values": [{} if value is None else {"userEnteredValue": value}]}],
                "fields": "userEnteredValue",
            }
        }
        for column, value in sorted(values.items())
    ]


def _grown_frames(
    answer: Json, tab_id: int, groups: Mapping[int, Sequence[PlacedRow]]
) -> list[Json]:
    """Requests by which filters, tables and bandings that end at a row hold the rows inserted
    behind it. Those that reach further grow by themselves.
    """

    def grown(block: Json) -> Json | None:
        end: int = block.get("endRowIndex", 0)
        rows = groups.get(end - 1)
        if not rows:
            return None
        above = sum(len(group) for index, group in groups.items() if index < end - 1)
        start = block.get("startRowIndex", 0)
        shift = sum(len(group) for index, group in groups.items() if index < start)
        return {
            **block,
            "sheetId": tab_id,
            "startRowIndex": start + shift,
            "endRowIndex": end + above + len(rows),
        }

    requests: list[Json] = []
    for sheet in answer.get("sheets", ()):
        if sheet["properties"].get("sheetId", 0) != tab_id:
            continue
        basic = sheet.get("basicFilter")
        if basic is not None and (block := grown(basic.get("range", {}))) is not None:
            requests.append({"setBasicFilter": {"filter": {**basic, "range": block}}})
        for table in sheet.get("tables", ()):
            if (block := grown(table.get("range", {}))) is not None:
                change = {"tableId": table["tableId"], "range": block}
                requests.append({"updateTable": {"table": change, "fields": "range"}})
        for banding in sheet.get("bandedRanges", ()):
            if (block := grown(banding.get("range", {}))) is not None:
                change = {"bandedRangeId": banding["bandedRangeId"], "range": block}
                requests.append({"updateBanding": {"bandedRange": change, "fields": "range"}})
    return requests


def _new_tab_id(entry: CopiedTab, read: Book) -> int:
    """The id of a copy: always the same, so that a copy whose answer was lost is known again."""
    text = f"{entry.table_key}\x1f{entry.name}\x1f{entry.digest}"
    id_ = int.from_bytes(blake2b(text.encode(), digest_size=4).digest()) & 0x7FFFFFFF
    while read.tab(str(id_)) is not None:
        id_ += 1
    return id_


def _copying(entry: CopiedTab, source: GoogleTab, new_id: int, batch: Batch) -> list[Json]:
    """Requests that copy a tab, correct its cells, and leave rows out."""
    finder = RowFinder(source.table, batch.rows(entry.table_key))

    def index(ref: RowRef) -> int:
        row = finder.find(ref) or finder.in_place(ref)
        return (ref.number if row is None else row.number) - 1

    copy = {
        "sourceSheetId": source.id,
        "newSheetId": new_id,
        "newSheetName": entry.name,
        "insertSheetIndex": source.index + 1,
    }
    requests: list[Json] = [{"duplicateSheet": copy}, _forget_marks(new_id)]
    by_row: dict[int, dict[int, Json | None]] = {}
    for cell in entry.cells:
        column = finder.column(cell.column) if cell.column.header else cell.column.index
        by_row.setdefault(index(cell.row), {})[column or 0] = entered_value(cell.after)
    for row, values in sorted(by_row.items()):
        requests += _cell_updates(new_id, row, values)
    for row in sorted((index(ref) for ref in entry.left_out), reverse=True):
        rows = {"sheetId": new_id, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
        requests.append({"deleteDimension": {"range": rows}})
    return requests


def _forget_marks(tab_id: int) -> Json:
    """A request that deletes okrsync's marks in a tab: a copy may carry those of its source along,
    and they would name rows and columns that are not theirs.
    """
    lookup = {
        "metadataKey": KEY,
        "metadataLocation": {"sheetId": tab_id},
        "locationMatchingStrategy": "INTERSECTING_LOCATION",
    }
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def formula_reach(tab: GoogleTab, row: int, column: int) -> FormulaReach | None:
    """How far the formula of a cell looks, by row and column from 0; None where it cannot be
    carried: it is spilled here, or looks where no copy follows it.
    """
    entered = tab.entered_at(row, column)
    formula = None if entered is None else entered.get("formulaValue")
    if formula is None or _ELSEWHERE.search(formula) is not None:
        return None
    offsets = [0]
    for match in _CELLS.finditer(formula):
        if match["cells"] is None:
            continue
        for cell in match["cells"].split(":"):
            number = re.search(r"(\$?)([0-9]+)$", cell)
            if number is None or number[1]:
                continue
            if match["sheet"] is not None:
                return None
            offsets.append(int(number[2]) - 1 - row)
    return FormulaReach(min(offsets), max(offsets))
