"""A connector of your own: OKRs kept in one table of a Grist document.

A whole connector: it reads and writes through Grist's REST API, finds each row by the id that Grist
gives it, and makes missing columns. Everything else (retries, pace, time limits, how rows and cells
are judged) is okrsync's. Install it beside okrsync, and a source says:

    [sources.team]
    connector = "grist"
    server = "https://docs.getgrist.com"
    document = "bvJ2xUqmB3sF"
    table = "OKRs"
    token = {env = "GRIST_API_KEY"}
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from ssl import SSLContext
from typing import Any

import httpx

from okrsync.connector import (
    FORMULA,
    Ability,
    AccessError,
    Batch,
    CellError,
    CellValue,
    CellWrite,
    Connector,
    Context,
    Endpoint,
    Finding,
    Looks,
    LostAnswer,
    Misfit,
    NewColumn,
    Outcome,
    Receipt,
    RemovedColumn,
    Row,
    RowFinder,
    Secret,
    Settings,
    Snapshot,
    SourceError,
    State,
    Table,
    UnreadableSource,
    cell_verdict,
    is_blank,
)
from okrsync.connector.network import (
    Network,
    Rate,
    TransientError,
    answer_seconds,
    network_for,
    read_whole,
    retry_after,
)

__all__ = ["GristConnector", "GristSettings"]

Json = dict[str, Any]
_RATE = Rate(5, seconds=1, limit="requests_per_second")
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_EPOCH = date(1970, 1, 1)


class GristSettings(Settings):
    """One table of one document; `token` is the API key of a person who may edit it."""

    server: Endpoint = "https://docs.getgrist.com"
    document: str
    table: str
    token: Secret


@cache
def _certificates() -> SSLContext:
    """Loading them takes a noticeable time, so that all sources share them."""
    return httpx.create_ssl_context()


class GristConnector(Connector[GristSettings]):
    """One table of a Grist document."""

    name = "grist"
    about = "a table of a Grist document"
    settings_type = GristSettings
    knows_rows = True
    usual_secrets = ({"env": "GRIST_API_KEY"},)

    def __init__(self, settings: GristSettings, context: Context) -> None:
        super().__init__(settings, context)
        self._client = httpx.Client(
            base_url=f"{settings.server}/api/docs/{settings.document}/tables/{settings.table}/",
            headers={"Authorization": f"Bearer {settings.token.reveal()}"},
            verify=_certificates(),
        )
        self._network = network_for(
            "grist", settings.token, settings.server, context.limits, {"request": _RATE}
        )

    @property
    def place(self) -> str:
        return f"{self.settings.server}/{self.settings.document}, table {self.settings.table}"

    @property
    def network(self) -> Network:
        return self._network

    abilities = frozenset({Ability.WRITE, Ability.CREATE_COLUMNS})

    def close(self) -> None:
        self._client.close()

    def check(self) -> Iterator[Finding]:
        try:
            table = self._table()
        except SourceError as error:
            yield Finding(False, error.message, error.hint)
        else:
            yield Finding(True, f"{self.place}: readable, {len(table.rows)} rows")

    def read(self) -> Snapshot:
        table = self._table()
        version = sha256(repr((table.header, table.column_ids, table.rows)).encode()).hexdigest()
        return Snapshot(self.context.source, (table,), version, self.context.now())

    def fit(
        self, table: Table, column: int | None, looks: Looks, value: CellValue
    ) -> CellValue | Misfit:
        return float(value) if isinstance(value, Decimal) else value

    def write(self, batch: Batch) -> Receipt:
        outcomes: dict[str, Outcome] = {}
        if not batch.entries:
            return Receipt(outcomes)
        # Grist has no preconditions: the table is read once more, right before it is written.
        table = self._table()
        for entry in batch.new_columns:
            outcomes[entry.id] = self._make_column(entry, table)
        if any(outcome.state is State.WRITTEN for outcome in outcomes.values()):
            table = self._table()
        self._write_cells(batch, table, outcomes)
        for removed in batch.removed_columns:
            outcomes[removed.id] = self._remove_column(removed)
        return Receipt(outcomes)

    def _make_column(self, entry: NewColumn, table: Table) -> Outcome:
        name = entry.header
        if name in (table.header or ()):
            return Outcome(State.UNCHANGED)
        column: Json = {"id": name.replace(" ", "_"), "fields": {"label": name, "type": "Any"}}
        self._network.repeat_lost(lambda attempt: self._add_column(column, attempt))
        return Outcome(State.WRITTEN)

    def _add_column(self, column: Json, attempt: int) -> None:
        # A lost answer leaves it open whether the column was made: look before adding it again.
        if attempt > 1 and column["fields"]["label"] in (self._table().header or ()):
            return
        self._send("POST", "columns", "columns", {"columns": [column]}, is_adding=True)

    def _write_cells(self, batch: Batch, table: Table, outcomes: dict[str, Outcome]) -> None:
        finder = RowFinder(table, batch.rows(table.key))
        is_unmoved = batch.snapshot.table(table.key) == table
        # In one request all records change the same fields.
        by_fields: dict[tuple[str, ...], list[tuple[list[CellWrite], Json]]] = {}
        by_row: dict[int, list[tuple[CellWrite, int]]] = {}
        for cell in batch.cells:
            verdict = cell_verdict(cell, table, finder, is_unmoved=is_unmoved)
            if isinstance(verdict, Outcome):
                outcomes[cell.id] = verdict
                continue
            row, index = verdict
            column = (table.header or ()).index(cell.column.header) if index is None else index
            if index is None and not is_blank(row.value(column)):
                outcomes[cell.id] = Outcome(State.CONFLICT, "somebody typed into the new column")
                continue
            by_row.setdefault(row.number, []).append((cell, column))
        for number, cells in by_row.items():
            row = table.rows[number - 1]
            fields = {table.column_ids[column]: _sent(cell.after) for cell, column in cells}
            record = {"id": int(row.anchor or 0), "fields": fields}
            part = ([cell for cell, _ in cells], record)
            by_fields.setdefault(tuple(sorted(fields)), []).append(part)
        for parts in by_fields.values():
            self._send("PATCH", "records", None, {"records": [record for _, record in parts]})
            for cells_of_row, _ in parts:
                outcomes.update((cell.id, Outcome(State.WRITTEN)) for cell in cells_of_row)

    def _remove_column(self, entry: RemovedColumn) -> Outcome:
        table = self._table()
        index = RowFinder(table).column(entry.column)
        if index is None:
            return Outcome(State.UNCHANGED, "it is gone already")
        if any(not is_blank(row.value(index)) for row in table.rows):
            return Outcome(State.CONFLICT, "the column is in use")
        self._send("DELETE", f"columns/{table.column_ids[index]}", None)
        return Outcome(State.WRITTEN)

    def _table(self) -> Table:
        columns: list[Json] = self._send("GET", "columns", "columns")
        records: list[Json] = self._send("GET", "records", "records")
        types = {column["id"]: column["fields"]["type"] for column in columns}
        marks = bytes(FORMULA * bool(column["fields"].get("isFormula")) for column in columns)
        rows = []
        for number, record in enumerate(records, start=1):
            values = (_read(record["fields"].get(id_), type_) for id_, type_ in types.items())
            rows.append(Row(number, tuple(values), str(record["id"]), marks))
        header = tuple(str(column["fields"]["label"]) for column in columns)
        name = self.settings.table
        return Table(name, name, tuple(rows), header, column_ids=dict(enumerate(types)))

    def _send(
        self,
        method: str,
        path: str,
        answer_key: str | None,
        body: Json | None = None,
        *,
        is_adding: bool = False,
    ) -> Any:
        """Send a request, and again while trouble may pass. `answer_key` names what its answer
        must hold; None where it holds nothing of interest.
        """

        def once() -> Any:
            try:
                answer = self._answer(method, path, body)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                raise TransientError(f"Grist cannot be reached ({type(error).__name__})") from error
            except (httpx.HTTPError, TimeoutError) as error:
                raise _cut(self.place, "no whole answer came", is_adding=is_adding) from error
            _refuse(answer, self.place, is_adding=is_adding)
            if answer_key is None:
                return None
            try:
                return answer.json()[answer_key]
            except (ValueError, KeyError, TypeError) as error:
                # A proxy or a login page in between answers with something of its own.
                trouble = "the answer was not one of Grist's"
                raise _cut(self.place, trouble, is_adding=is_adding) from error

        return self._network.request(
            "request", self.calls, self.place, once, is_write=method != "GET"
        )

    def _answer(self, method: str, path: str, body: Json | None) -> httpx.Response:
        seconds = answer_seconds()
        ends = time.monotonic() + seconds
        with self._client.stream(method, path, json=body, timeout=seconds) as response:
            data = read_whole(response.iter_bytes(), ends)
            return httpx.Response(
                response.status_code,
                headers={"Retry-After": response.headers.get("Retry-After", "")},
                content=data,
            )


def _cut(place: str, trouble: str, *, is_adding: bool) -> Exception:
    if is_adding:
        return LostAnswer(f"{place}: {trouble}", hint="The next run checks what took effect.")
    return TransientError(trouble)


def _refuse(answer: httpx.Response, place: str, *, is_adding: bool) -> None:
    """Raise what a refusal means, in okrsync's terms."""
    status = answer.status_code
    if status in (401, 403):
        raise AccessError(
            f"{place}: Grist refuses this API key", hint="Share the document with it."
        )
    if status == 404:
        raise UnreadableSource(f"{place}: there is no such document or table")
    if status in _AGAIN:
        if is_adding and status not in (408, 429):
            raise _cut(place, f"Grist answered {status}", is_adding=True)
        wait = retry_after(answer.headers.get("Retry-After"))
        raise TransientError(f"Grist answered {status}", wait, is_too_fast=status == 429)
    if status >= 400:
        raise SourceError(f"{place}: Grist refused the request ({status})")


def _read(value: Any, type_: str) -> CellValue:
    """A cell as Grist encodes it: a list begins with the letter of its type."""
    if isinstance(value, list):
        letter, parts = value[:1], value[1:]
        if letter == ["E"]:
            return CellError(str(parts[0]) if parts else "error")
        return ", ".join(str(part) for part in parts)
    if type_ == "Date" and isinstance(value, int | float):
        return _EPOCH + timedelta(days=value // 86400)
    return None if value == "" or value is None else value


def _sent(value: CellValue) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return (value - _EPOCH).days * 86400
    return float(value) if isinstance(value, Decimal) else value
