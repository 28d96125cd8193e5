"""The logs: a person on duty reads one line and knows; nobody ever reads a secret or, unasked, what
stands in a cell.
"""

from __future__ import annotations

import io
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from google_bench import GoogleBench
from notion_bench import NotionBench
from okrsync.config import load
from okrsync.config.secrets import find_secret
from okrsync.connector import Calls
from okrsync.model.errors import ConfigError
from okrsync.model.secret import Secret, keep_out_of_sight, masked
from okrsync.report.logs import LEVELS, Form, chosen, in_run, log, set_up
from okrsync.report.run_events import events, log_events, logged
from okrsync.state.lock import run_lock
from okrsync.steps.read import read_source
from okrsync.sync import sync
from okrsync.watch import watch
from okrsync_sandbox import Fault
from team import Team

TOKEN = "canary-token-7c1f0e"
CELL = "canary words of a cell"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    found = io.StringIO()
    yield found
    set_up("json", "error", stream=io.StringIO())


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:  # noqa: BLE001 - it is our own
        return caught


def test_text_reads_as_a_sentence_and_json_holds_the_same(stream: io.StringIO) -> None:
    set_up("text", "info", zone=ZoneInfo("Europe/Berlin"), stream=stream)
    log.error(
        "source failed",
        message="growth: cannot be reached (since 2026-11-20 06:30, 14 runs).",
        source="growth",
        retries=0,
        at=["a b", "c"],
    )
    line = stream.getvalue().rstrip()
    assert (
        line[19:]
        == " error: growth: cannot be reached (since 2026-11-20 06:30, 14 runs).  [source=growth"
        ' at=["a b", "c"]]'
    )
    set_up("json", "info", zone=ZoneInfo("Europe/Berlin"), stream=stream)
    log.info("run finished", message="done", retries=0)
    found = json.loads(stream.getvalue().splitlines()[-1])
    assert list(found) == ["time", "level", "event", "message", "retries"]
    assert found["time"].endswith(("+01:00", "+02:00"))


def test_whatever_is_logged_in_a_run_carries_its_id(stream: io.StringIO) -> None:
    set_up("json", "info", stream=stream)
    with in_run() as named:
        named["run"] = "2026-11-24-1"
        logging.getLogger("okrsync.google").info(
            "%s: %s; trying again", "growth", "Google answered 503"
        )
        logging.getLogger("urllib3").warning("odd")
    log.info("after", message="after")
    first, second, third = lines(stream)
    assert (first["run"], first["message"]) == (
        "2026-11-24-1",
        "growth: Google answered 503; trying again",
    )
    assert (second["run"], second["library"]) == ("2026-11-24-1", "urllib3")
    assert "run" not in third


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("contents", [False, True])
def test_no_secret_comes_out_wherever_it_stands(
    form: Form, level: str, contents: bool, stream: io.StringIO
) -> None:
    keep_out_of_sight(Secret(TOKEN, "env TOKEN"))
    set_up(form, level, contents=contents, stream=stream)
    nested = {
        "a": [TOKEN, {"b": (f"x{TOKEN}y", {TOKEN: 1})}],
        "error": ValueError(TOKEN),
        "object": Path(f"/{TOKEN}"),
    }
    for say in (log.debug, log.info, log.warning, log.error):
        say(
            f"event {TOKEN}",
            message=f"Bearer {TOKEN}",
            nested=nested,
            before=TOKEN,
            exc_info=raised(RuntimeError(f"it was {TOKEN}")),
        )
    for name in (
        "httpx",
        "urllib3.connectionpool",
        "gspread",
        "notion_client",
        "google.auth.transport",
        "okrsync.notion",
    ):
        for number in (10, 20, 30, 40):
            logging.getLogger(name).log(
                number,
                "%s with %r",
                f"said {TOKEN}",
                {"t": TOKEN},
                exc_info=raised(ValueError(TOKEN)),
            )
            logging.getLogger(name).log(number, f"body: {TOKEN}")
    said = stream.getvalue()
    assert said
    assert TOKEN not in said
    assert "****" in said


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("level", LEVELS)
def test_what_stands_in_cells_comes_out_only_when_asked_for(
    form: Form, level: str, stream: io.StringIO
) -> None:
    def speak() -> str:
        start = len(stream.getvalue())
        for say in (log.debug, log.info, log.warning, log.error):
            say(
                "cell",
                message="Q4!B2: progress written",
                before=CELL,
                after=CELL,
                exc_info=raised(ValueError(CELL)),
            )
        for name in ("httpx", "gspread", "notion_client", "google.auth"):
            logging.getLogger(name).warning("no: %s in %r", CELL, {"title": CELL})
            logging.getLogger(name).warning(f'body "{CELL}" refused')
            logging.getLogger(name).warning("body", exc_info=raised(KeyError(CELL)))
        return stream.getvalue()[start:]

    set_up(form, level, stream=stream)
    assert CELL not in speak()
    set_up(form, level, contents=True, stream=stream)
    assert CELL in speak()


@pytest.mark.parametrize("level", LEVELS)
def test_single_cells_are_events_only_where_the_log_tells_them(
    level: str, team: Team, stream: io.StringIO
) -> None:
    set_up("json", level, stream=stream)
    config = load(team.folder / "okrsync.toml")
    done = sync(config, as_of=date(2026, 11, 23))
    names = Counter(event.name for event in events(done, seconds=1.0))
    written = len(done.sources[0].changes) if level == "debug" else 0
    assert names == Counter({"cell": written, "source done": 1, "run finished": 1})
    log_events(events(done, seconds=1.0))
    assert sum(line["event"] == "cell" for line in lines(stream)) == written


def test_a_crash_is_told_by_kind_and_place_never_by_what_variables_held(
    stream: io.StringIO,
) -> None:
    set_up("json", "info", stream=stream)

    def inner() -> None:
        kept = CELL
        raise ValueError(kept)

    try:
        try:
            inner()
        except ValueError as error:
            raise RuntimeError("outer") from error
    except RuntimeError:
        log.error("broke", message="broke", exc_info=True)
    (line,) = lines(stream)
    assert line["error"] == "RuntimeError from ValueError"
    assert line["where"][-1].endswith(" inner")
    assert CELL not in stream.getvalue()


def test_what_nobody_foresaw_at_a_source_is_logged_with_its_place(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OKRSYNC_DEBUG")

    class Broken:
        calls = Calls()

        def read(self) -> None:
            raise ZeroDivisionError(CELL)

    set_up("json", "info", stream=stream)
    found = read_source("growth", cast("Any", Broken()))
    (line,) = lines(stream)
    assert found.error is not None
    assert line["message"] == "growth: unexpected ZeroDivisionError"
    assert line["error"] == "ZeroDivisionError"
    assert line["where"][-1].endswith(" read")
    assert CELL not in stream.getvalue()


def test_a_line_that_cannot_be_written_is_not_printed_raw(stream: io.StringIO) -> None:
    class Bad:
        def __str__(self) -> str:
            raise ValueError(CELL)

    set_up("json", "info", stream=stream)
    log.info("event", thing=Bad())
    assert stream.getvalue() == "okrsync: a log line could not be written (ValueError)\n"


def test_a_line_is_one_line_and_gives_a_terminal_no_orders(stream: io.StringIO) -> None:
    set_up("text", "info", stream=stream)
    log.info("odd", message="a\nb\x1b[31mc\u202ed")
    assert stream.getvalue()[20:] == "a b[31mcd\n"


def test_the_secret_parts_of_a_key_file_are_masked_one_by_one(tmp_path: Path) -> None:
    key = {
        "client_email": "okrsync@acme.iam.gserviceaccount.com",
        "private_key": (
            "-----BEGIN PRIVATE KEY-----\nMIIcanaryline1\nMIIcanaryline2\n-----END PRIVATE"
            " KEY-----\n"
        ),
        "private_key_id": "0a1b2c3d4e5f",
    }
    (tmp_path / "key.json").write_text(json.dumps(key), encoding="utf-8")
    find_secret({"file": "key.json"}, tmp_path)
    told = masked(
        f"{key['client_email']} MIIcanaryline1 / {json.dumps(key['private_key'])} / id=0a1b2c3d4e5f"
    )
    assert told == 'okrsync@acme.iam.gserviceaccount.com **** / "****" / id=****'


@given(
    st.text(min_size=4, max_size=40).filter(lambda text: text.strip() == text and "*" not in text)
)
def test_any_secret_is_masked_in_any_text(value: str) -> None:
    keep_out_of_sight(Secret(value, "env X"))
    assert value not in masked(f"before {value} after {json.dumps(value)}")


@pytest.mark.parametrize(
    "text",
    [
        *(f"{begin}{'a1' * 20}" for begin in ("ntn_", "secret_", "ghp_", "ghr_", "xoxb-", "AIza")),
        f"ya29.{'a' * 20}",
        f"eyJ{'a' * 10}.eyJ{'b' * 10}.c",
        "-----BEGIN RSA PRIVATE KEY-----abc",
        "BeaRer abcdefg1",
        "ba\u017f\u0131c abcdefg1",
    ],
)
@pytest.mark.parametrize("around", ["", "\u2026", "\udcff"])
def test_a_secret_is_masked_in_a_document_as_in_a_message(text: str, around: str) -> None:
    told = masked(f"{around} {text}")
    assert text not in told
    assert masked(f"{around * 20_000}{' ' * 20_000}{around} {text}").endswith(told)


def test_the_format_is_chosen_by_option_environment_and_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("OKRSYNC_LOG", raising=False)
    assert chosen("auto", "info", None, Terminal()) == ("text", "info")
    assert chosen("auto", "info", None, io.StringIO()) == ("json", "info")
    assert chosen("text", "info", None, io.StringIO()) == ("text", "info")
    monkeypatch.setenv("OKRSYNC_LOG", "json,debug")
    assert chosen("auto", "info", None, Terminal()) == ("json", "debug")
    assert chosen("auto", "info", "text", Terminal()) == ("text", "debug")
    monkeypatch.setenv("OKRSYNC_LOG", "loud")
    with pytest.raises(ConfigError, match="OKRSYNC_LOG: 'loud' is not known"):
        chosen("auto", "info", None)


def test_a_run_off_a_terminal_is_told_on_standard_error_and_the_answer_stays_on_standard_output(
    team: Team,
) -> None:
    _, out = team.run("sync", "--as-of", "2026-11-23")
    assert "Sign-ups" not in team.err
    events = [json.loads(line) for line in team.err.splitlines()]
    assert [event["event"] for event in events] == ["run begins", "source done", "run finished"]
    assert {event["run"] for event in events} == {events[0]["run"]}
    assert "growth" in out
    assert "run begins" not in out
    team.run("sync", "--as-of", "2026-11-23", "--log-format", "text")
    assert "run finished" not in team.err
    assert "no changes written" in team.err


def whole_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[GoogleBench], None]
) -> GoogleBench:
    """A company in the local Google, whose token and cells are canaries."""
    bench = GoogleBench(folder)
    bench.fill([["Objective", "Key result", "Current", "Target"], [CELL, f"{CELL} too", 50, 100]])
    monkeypatch.setenv("KEY", json.dumps(bench.key))
    (folder / "okrsync.toml").write_text(
        '[sources.growth]\nconnector = "google-sheets"\nspreadsheet ='
        f' "{bench.file_id}"\ncredentials = {{env = "KEY"}}\napi_endpoint ='
        f' "{bench.sandbox.endpoint}"\n[sources.growth.write]\ncolumns = {{progress = "Progress",'
        ' note = "Note"}\n[sources.growth.limits]\ntimeout_seconds = 5\ngive_up_seconds = 5\n',
        encoding="utf-8",
    )
    spoil(bench)
    return bench


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "fault",
    [
        None,
        {"status": 503, "headers": {"Retry-After": "0"}, "times": 2},
        {"status": 403},
        {"status": 400, "times": 50},
        {"keep": 40, "times": 1},
    ],
)
def test_a_whole_run_shows_neither_token_nor_cell(
    fault: dict[str, Any] | None,
    form: Form,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stream: io.StringIO,
) -> None:
    def spoil(bench: GoogleBench) -> None:
        if fault is not None:
            bench.google.traffic.fail(Fault(lambda call: call.service == "sheets", **fault))

    bench = whole_run(tmp_path, monkeypatch, spoil)
    try:
        set_up(form, "debug", stream=stream)
        config = load(tmp_path / "okrsync.toml")
        logged(lambda begun: sync(config, begun=begun), config)
        watch(config, once=True)
    finally:
        bench.close()
    said = stream.getvalue()
    assert "growth" in said
    assert CELL not in said
    for line in bench.key["private_key"].splitlines():
        assert len(line) < 8 or "-----" in line or line not in said
    assert bench.key["private_key_id"] not in said


def test_retries_are_counted_and_told_per_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO
) -> None:
    fault = Fault(
        lambda call: call.service == "sheets", status=503, headers={"Retry-After": "0"}, times=2
    )
    bench = whole_run(tmp_path, monkeypatch, lambda bench: bench.google.traffic.fail(fault))
    try:
        set_up("json", "info", stream=stream)
        config = load(tmp_path / "okrsync.toml")
        done = logged(lambda begun: sync(config, begun=begun), config)
    finally:
        bench.close()
    assert done.sources[0].calls.retries == 2
    events = lines(stream)
    again = [event["message"] for event in events if event["event"] == "note"]
    assert len(again) == 2
    assert all(
        bench.file_id in text and text.endswith("Google answered 503; trying again")
        for text in again
    )
    done_line = next(event for event in events if event["event"] == "source done")
    assert done_line["retries"] == 2
    assert "2 requests repeated" in done_line["message"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_titles_of_pages_by_which_rows_are_called_stay_out(
    form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO
) -> None:
    bench = NotionBench(tmp_path)
    try:
        columns = {
            "Name": "title",
            "Key result": "rich_text",
            "Current": "number",
            "Target": "number",
            "Progress": "number",
        }
        database, source = bench.ada.new_database("OKRs", columns, bench.home)
        row = {"Name": CELL, "Key result": f"{CELL} too", "Current": 50, "Target": 100}
        bench.ada.new_row(source, row)
        monkeypatch.setenv("NOTION", bench.bot.token)
        (tmp_path / "okrsync.toml").write_text(
            f'[sources.company]\nconnector = "notion"\ndatabase = "{database}"\ntoken = {{env ='
            ' "NOTION"}\napi_endpoint ='
            f' "{bench.sandbox.endpoint}"\n[sources.company.write]\ncolumns = {{progress ='
            ' "Progress"}\n',
            encoding="utf-8",
        )
        set_up(form, "debug", stream=stream)
        config = load(tmp_path / "okrsync.toml")
        done = logged(lambda begun: sync(config, begun=begun), config)
        assert [CELL in str(change.at) for change in done.sources[0].changes] == [True]
        assert "OKRs: ... · Progress: progress written" in stream.getvalue()
        assert CELL not in stream.getvalue()
        assert bench.bot.token not in stream.getvalue()
    finally:
        bench.close()


def test_a_run_that_cannot_begin_off_a_terminal_is_told_like_any_other(
    team: Team,
) -> None:
    with run_lock(team.folder / "okrsync.db", "sync"):
        code, out = team.run("sync")
    (event,) = [json.loads(line) for line in team.err.splitlines()]
    assert (code, out, event["event"], event["exit_code"]) == (11, "", "run failed", 11)
    assert event["message"].startswith("the run failed: another run holds ")
