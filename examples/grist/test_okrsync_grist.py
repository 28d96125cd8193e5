"""The example passes the suites that every connector has to pass, over HTTP, against a small local
Grist.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from okrsync.connector import CellValue, Connector, Secret, Settings
from okrsync.testing import Bench, ConnectorContract, Grid, RunContract, context_for, trimmed
from okrsync.testing.runs import BenchRuns
from okrsync_grist import GristConnector, GristSettings
from okrsync_sandbox.wire import Broken, Request, Response, Server, json_response

KEY = "a key of Mia's"
TABLES = "/api/docs/doc/tables/OKRs/"


@dataclass
class LocalGrist:
    """One document with one table, as Grist's API reference describes the requests."""

    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: dict[int, dict[str, Any]] = field(default_factory=dict)
    refusals: int = 0
    retry_after: float | None = None
    gather: threading.Barrier | None = None
    lost: int = 0
    """So many answers to writes are lost after they took effect."""
    last: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> Response:
        with self.lock:
            self.refusals -= 1
            is_refused = self.refusals >= 0
        if is_refused:
            if self.gather is not None:
                self.gather.wait(timeout=60)
            wait = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
            return json_response(429, {"error": "Too many requests"}, wait)
        if request.header("authorization") != f"Bearer {KEY}":
            return json_response(403, {"error": "No view access"})
        if not request.path.startswith(TABLES):
            return json_response(404, {"error": "Table not found"})
        body = json.loads(request.body or b"null")
        with self.lock:
            response = self._carried_out(request.method, request.path[len(TABLES) :], body)
            if request.method != "GET" and self.lost:
                self.lost -= 1
                raise Broken
        return response

    def _carried_out(self, method: str, path: str, body: Any) -> Response:
        match method, path.partition("/")[0]:
            case "GET", "columns":
                columns = [{"id": id_, "fields": held} for id_, held in self.columns.items()]
                return json_response(200, {"columns": columns})
            case "GET", "records":
                rows = [
                    {"id": id_, "fields": {name: held.get(name, "") for name in self.columns}}
                    for id_, held in self.records.items()
                ]
                return json_response(200, {"records": rows})
            case "PATCH", "records":
                wanted = [set(record["fields"]) for record in body["records"]]
                if any(names != wanted[0] or names - set(self.columns) for names in wanted):
                    return json_response(400, {"error": "records differ in their fields"})
                for record in body["records"]:
                    self.records[record["id"]].update(record["fields"])
                return json_response(200, None)
            case "POST", "columns":
                made = []
                for column in body["columns"]:
                    # Grist gives a column whose id is taken the next free one.
                    id_ = column["id"]
                    while id_ in self.columns:
                        id_ += "2"
                    self.columns[id_] = dict(column["fields"])
                    made.append({"id": id_})
                return json_response(200, {"columns": made})
            case "DELETE", "columns":
                self.columns.pop(path.partition("/")[2])
                return json_response(200, None)
        return json_response(404, {"error": "not found"})


class GristBench(Bench):
    """The table as a person sees it. Rows that read alike are the same records from one filling to
    the next.
    """

    tab = "OKRs"
    orders_rows = False
    knows_columns = True

    def __init__(self, base: Path) -> None:
        self._base = base
        self.grist = LocalGrist()
        self.server = Server(self.grist.answer)
        self._made: list[GristConnector] = []

    def close(self) -> None:
        for connector in self._made:
            connector.close()
        self.server.stop()

    def fill(self, rows: Grid) -> None:
        header = [str(name) for name in rows[0]]
        ids = {held["label"]: id_ for id_, held in self.grist.columns.items()}
        self.grist.columns = {
            ids.get(name, name.replace(" ", "_")): {"label": name, "type": "Any"} for name in header
        }
        left: dict[tuple[Any, ...], list[int]] = {}
        for id_, held in self.grist.records.items():
            left.setdefault(self._words(held), []).append(id_)
        records = {}
        for row in rows[1:]:
            held = {
                id_: "" if value is None else value
                for id_, value in zip(
                    self.grist.columns, [*row, *[None] * len(header)], strict=False
                )
            }
            known = left.get(self._words(held))
            if not known:
                self.grist.last += 1
            records[known.pop(0) if known else self.grist.last] = held
        self.grist.records = records

    @staticmethod
    def _words(held: dict[str, Any]) -> tuple[Any, ...]:
        return held.get("ID"), held.get("Objective"), held.get("Key_result")

    def connector(self) -> Connector[Settings]:
        settings = GristSettings(
            server=self.server.url, document="doc", table="OKRs", token=Secret(KEY, "test")
        )
        context = context_for(self._base)
        context.limits.update(requests_per_second=1e6)
        self._made.append(GristConnector(settings, context))
        return self._made[-1]

    def grid(self) -> Grid:
        labels: list[CellValue] = [held["label"] for held in self.grist.columns.values()]
        rows = [
            [None if (value := held.get(id_, "")) == "" else value for id_ in self.grist.columns]
            for held in self.grist.records.values()
        ]
        return trimmed([labels, *rows])

    def put_formula(self, row: int, column: int) -> bool:
        """In Grist a formula is a whole column."""
        id_ = list(self.grist.columns)[column]
        self.grist.columns[id_].update(isFormula=True, formula='"worked out"')
        for held in self.grist.records.values():
            held[id_] = "worked out"
        return True

    def insert_column(self, column: int, values: Sequence[CellValue]) -> bool:
        return False

    def move_column(self, column: int, before: int) -> bool:
        return False

    def rename_column(self, column: int, header: str) -> bool:
        list(self.grist.columns.values())[column]["label"] = header
        return True

    def remove_column(self, column: int) -> bool:
        del self.grist.columns[list(self.grist.columns)[column]]
        return True

    def refuse(
        self, times: int, *, retry_after: float | None = None, at_once: bool = False
    ) -> bool:
        self.grist.refusals, self.grist.retry_after = times, retry_after
        self.grist.gather = threading.Barrier(times) if at_once else None
        return True


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[GristBench]:
    made = GristBench(tmp_path)
    yield made
    made.close()


class TestGristContract(ConnectorContract):
    """Every promise of a connector, tried against the example."""


class TestGristRuns(RunContract):
    """Whole runs over the example."""


def test_a_column_whose_answer_was_lost_is_made_once(bench: GristBench, tmp_path: Path) -> None:
    bench.fill([["Objective", "Key result", "Current", "Target"], ["Grow", "Sign-ups", 10, 100]])
    bench.grist.lost = 1
    BenchRuns(bench, tmp_path).sync()
    labels = [held["label"] for held in bench.grist.columns.values()]
    assert len(labels) == len(set(labels)) == 5


def test_values_keep_the_types_that_grist_gives_them(bench: GristBench) -> None:
    bench.grist.columns = {
        "Due": {"label": "Due", "type": "Date"},
        "Tags": {"label": "Tags", "type": "ChoiceList"},
        "Sum": {"label": "Sum", "type": "Numeric", "isFormula": True},
    }
    bench.grist.records = {
        7: {"Due": 1795392000, "Tags": ["L", "a", "b"], "Sum": ["E", "NameError"]}
    }
    (row,) = bench.connector().read().tables[0].rows
    assert row.anchor == "7"
    assert row.values[:2] == (date(2026, 11, 23), "a, b")
    assert str(row.values[2]) == "NameError"
