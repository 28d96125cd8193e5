"""`plan --show-requests` shows what the following sync really sends, to every service, and sends
nothing itself.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from build import row as row_of
from google_bench import GoogleBench
from okrsync.config import Config, RunSettings, load
from okrsync.connector import Batch, NoteWrite, RequestPreview
from okrsync.demo import make_company
from okrsync.report.documents.plan import plan_document
from okrsync.steps.upkeep import export
from okrsync.sync import make_plan, sync
from okrsync.testing import MemoryConnector
from okrsync_sandbox import Sandbox
from okrsync_sandbox.wire import Request, Response
from team import AS_OF, Team, edit, write_csv

TODAY = date(2026, 11, 23)


class Witness(Sandbox):
    """A sandbox that remembers every request that was to change something, as it came over the
    wire.
    """

    def __init__(self) -> None:
        self.met: list[tuple[str, str, Any]] = []
        super().__init__()

    def _handle(self, request: Request) -> Response:
        is_question = request.method == "GET" or request.path.endswith(
            ("/token", "/query", "/search")
        )
        if not is_question:
            query = "&".join(f"{name}={value}" for name, value in request.query)
            is_zipped = request.body[:2] == b"\x1f\x8b"
            text = gzip.decompress(request.body) if is_zipped else request.body
            body = json.loads(text) if text else None
            self.met.append((request.method, request.path + (f"?{query}" if query else ""), body))
        return super()._handle(request)


@pytest.fixture
def witness() -> Iterator[Witness]:
    with Witness() as sandbox:
        yield sandbox


def in_turn(folder: Path, sandbox: Sandbox) -> Config:
    """The company of the demo, its sources written one after the other, so that it can be told
    whose request is whose.
    """
    return replace(load(make_company(folder, TODAY, sandbox)), run=RunSettings(workers=1))


BATCH = "<id of the batch>"


def alike(shown: Any, sent: Any, known: dict[str, Any]) -> bool:
    """Whether what was shown is what was sent. A place held open by `<id of ...>` fits one id, the
    same one each time; that of a batch is another in each.
    """
    if shown == BATCH:
        return isinstance(sent, int)
    if isinstance(shown, str) and shown.startswith("<id of"):
        return isinstance(sent, str) and known.setdefault(shown, sent) == sent
    if isinstance(shown, dict):
        same_keys = isinstance(sent, dict) and len(shown) == len(sent)
        return same_keys and all(
            alike(one, other, known) and alike(shown[one], sent[other], known)
            for one, other in zip(shown, sent, strict=True)
        )
    if isinstance(shown, list):
        same_length = isinstance(sent, list) and len(shown) == len(sent)
        return same_length and all(
            alike(one, other, known) for one, other in zip(shown, sent, strict=True)
        )
    return bool(shown == sent)


def paths(
    shown: list[RequestPreview], sandbox: Sandbox, known: dict[str, Any]
) -> list[tuple[str, str]]:
    """Where the shown requests would go, with the ids that are known by now."""
    found = []
    for one in shown:
        path = one.url.removeprefix(sandbox.endpoint)
        for name, id_ in known.items():
            path = path.replace(name, str(id_))
        found.append((one.method, unquote(path)))
    return found


def web(plan: Any) -> list[RequestPreview]:
    return [one for part in plan.parts for one in part.requests or () if one.method != "REPLACE"]


def test_what_is_shown_is_what_is_sent(tmp_path: Path, witness: Witness) -> None:
    acme = in_turn(tmp_path, witness)
    witness.met.clear()
    plan = make_plan(acme, as_of=TODAY, with_requests=True)
    assert witness.met == []
    sync(acme, as_of=TODAY)

    sent = iter(witness.met)
    for part in plan.parts:
        known: dict[str, Any] = {}
        shown = [one for one in part.requests or () if one.method != "REPLACE"]
        mine = [next(sent) for _ in shown]
        for one, (_, _, body) in zip(shown, mine, strict=True):
            assert alike(one.body, body, known), (one, body)
        assert paths(shown, witness, known) == [(method, unquote(path)) for method, path, _ in mine]
    assert list(sent) == []
    assert len(web(plan)) > 10
    assert {one.headers["Authorization"] for one in web(plan)} == {"Bearer ****"}


def test_no_secret_is_shown_or_kept(tmp_path: Path, witness: Witness) -> None:
    acme = in_turn(tmp_path, witness)
    shown = plan_document(make_plan(acme, as_of=TODAY, with_requests=True)).to_text()
    sync(acme, as_of=TODAY)
    key = json.loads((tmp_path / "service-account.json").read_text(encoding="utf-8"))
    token = (tmp_path / "notion-token").read_text(encoding="utf-8")
    (tmp_path / "notion-token").write_text("ntn_canaryCanaryCanaryCanary", encoding="utf-8")
    sync(load(acme.path), as_of=TODAY)
    assert isinstance(acme.state, Path)
    kept = json.dumps(export(acme.state)) + acme.state.read_bytes().decode("latin-1")
    for secret in (
        token,
        key["private_key"],
        key["private_key"].splitlines()[1],
        key["private_key_id"],
        "ntn_canary",
    ):
        assert secret not in shown
        assert secret not in kept
    assert "ya29." not in shown + kept


def test_later_nothing_is_held_open_and_every_byte_is_as_shown(
    tmp_path: Path, witness: Witness
) -> None:
    acme = in_turn(tmp_path, witness)
    sync(acme, as_of=TODAY)
    later = date(2026, 12, 4)
    witness.met.clear()
    shown = web(make_plan(acme, as_of=later, with_requests=True))
    assert witness.met == []
    sync(acme, as_of=later)
    known: dict[str, Any] = {}
    assert alike([one.body for one in shown], [body for _, _, body in witness.met], known)
    assert known == {}
    assert paths(shown, witness, {}) == [(method, unquote(path)) for method, path, _ in witness.met]
    assert shown

    assert web(make_plan(acme, as_of=later, with_requests=True)) == []


def test_of_a_workbook_the_parts_that_would_change_are_named(team: Team) -> None:
    path = team.folder / "growth.xlsx"
    before = path.read_bytes()
    shown = team.json("plan", "--as-of", AS_OF, "--show-requests")["sources"][0]["requests"]
    assert path.read_bytes() == before
    assert [(one["method"], Path(one["url"]).name) for one in shown] == [("REPLACE", "growth.xlsx")]
    with zipfile.ZipFile(path) as package:
        old = {name: package.read(name) for name in package.namelist()}
    team.sync()
    with zipfile.ZipFile(path) as package:
        new = {name: package.read(name) for name in package.namelist()}
    body = shown[0]["body"]
    assert body["changed"] == sorted(
        name for name in old.keys() & new.keys() if old[name] != new[name]
    )
    assert body["added"] == sorted(new.keys() - old.keys())
    assert body["bytes_after"] == path.stat().st_size
    assert team.json("plan", "--as-of", AS_OF, "--show-requests")["sources"][0]["requests"] == []


def test_of_a_csv_file_the_lines_that_would_change_are_named(team: Team) -> None:
    write_csv(
        team.folder / "a.csv",
        [["Key result", "Current", "Target"], ["Rate", 5, 10], ["Old", None, None]],
    )
    team.config(
        '[sources.a]\nconnector = "workbook"\npath = "a.csv"\n[sources.a.write]\ncolumns ='
        ' {progress = "Done"}\n'
    )
    out = team.run("plan", "--as-of", AS_OF, "--show-requests")[1]
    assert "1 request would be sent." in out
    shown = team.json("plan", "--as-of", AS_OF, "--show-requests")["sources"][0]["requests"]
    before = (team.folder / "a.csv").read_text().splitlines()
    team.sync()
    after = (team.folder / "a.csv").read_text().splitlines()
    assert shown[0]["body"]["changed"] == [
        number for number, (one, two) in enumerate(zip(before, after, strict=True), 1) if one != two
    ]


def test_requests_are_only_told_when_asked_for(team: Team) -> None:
    assert "requests" not in team.json("plan", "--as-of", AS_OF)["sources"][0]


def test_a_source_that_a_guard_stops_is_sent_nothing(team: Team) -> None:
    team.sync()

    def typed_over(tab: Any) -> None:
        for row in tab.iter_rows(min_row=2, min_col=8, max_col=10):
            for one in row:
                one.value = "mine"

    edit(team.folder / "growth.xlsx", typed_over)
    plan = team.json("plan", "--as-of", AS_OF, "--show-requests", code=5)
    assert plan["sources"][0]["requests"] == []


def test_a_connector_that_cannot_tell_says_so(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    from okrsync_workbook import WorkbookConnector

    monkeypatch.setattr(WorkbookConnector, "requests", MemoryConnector.requests)
    plan = team.json("plan", "--as-of", AS_OF, "--show-requests")
    assert "requests" not in plan["sources"][0]
    assert [skip["code"] for skip in plan["sources"][0]["skips"]] == ["no-preview"]


def test_a_comment_is_shown_as_it_is_made_and_as_it_is_resolved(tmp_path: Path) -> None:
    bench = GoogleBench(tmp_path)
    try:
        bench.fill([["Objective", "Key result", "Progress"], ["Grow", "Sign-ups", 5]])
        connector = bench.connector()
        snapshot = connector.read()
        row = row_of(2, "Sign-ups")
        comments = bench.anna.file(bench.file_id).comments
        late = NoteWrite(
            "n", snapshot.tables[0].key, row, 1, "late", None, "mia@acme.example", "comment"
        )
        for note in (late, dataclasses.replace(late, text=None, before="late")):
            batch = Batch(snapshot, notes=(note,))
            bench.google.traffic.forget()
            (shown,) = list(connector.requests(batch) or ())
            assert bench.google.traffic.count("write") == 0
            connector.write(batch)
            (sent,) = [call for call in bench.google.traffic.calls if call.kind == "write"]
            assert (
                shown.method,
                unquote(shown.url).split("?")[0].removeprefix(bench.sandbox.endpoint),
            ) == (
                sent.method,
                sent.path,
            )
            text = json.dumps(shown.body, separators=(",", ":"))
            held_open = text.count(BATCH)
            assert held_open == 2
            # An id has one to ten digits, and what holds its place is quoted.
            shortest = len(text) - held_open * (len(BATCH) + 1)
            assert shortest <= sent.sent <= shortest + held_open * 9
        assert [
            (one["content"], one["assigneeEmailAddress"], one["resolved"]) for one in comments
        ] == [('"Sign-ups": late', "mia@acme.example", True)]
    finally:
        bench.close()
