"""How okrsync keeps to Notion's limits: one pace a token, waits that all keep, and questions made
smaller where Notion asks for it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import stamina

from notion_bench import NotionBench
from okrsync.connector import Calls, Secret
from okrsync.model.errors import SourceError
from okrsync_notion.api import NotionApi
from okrsync_notion.pace import Pace, shared_pace, wait_asked_for
from okrsync_sandbox import Fault


class Watch:
    """A clock that goes when told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def spent(pace: Pace, watch: Watch, requests: int) -> float:
    """The seconds that so many requests take, none of them refused."""
    begun = watch.now
    for _ in range(requests):
        watch.now += max(0.0, pace.left(pace.take()))
        pace.went_well()
    return watch.now - begun


def test_it_begins_with_three_a_second() -> None:
    watch = Watch()
    assert spent(Pace(clock=watch), watch, 31) == pytest.approx(10.0)


def test_a_minutes_worth_without_a_refusal_makes_it_a_fifth_faster_up_to_a_limit() -> None:
    watch = Watch()
    pace = Pace(clock=watch)
    spent(pace, watch, 180)
    assert pace.per_second == pytest.approx(3.6)
    spent(pace, watch, 10_000)
    assert pace.per_second == 10


def test_a_refusal_halves_it_and_what_was_refused_is_not_tried_again() -> None:
    watch = Watch()
    pace = Pace(clock=watch)
    spent(pace, watch, 180)
    pace.hold(10, is_too_fast=True)
    assert pace.per_second == pytest.approx(1.8)
    pace.hold(10, is_too_fast=True)
    assert pace.per_second == pytest.approx(1.8), (
        "requests that were on their way together are refused together"
    )
    assert pace.left(pace.take()) == pytest.approx(10)
    spent(pace, watch, 5000)
    assert pace.per_second == pytest.approx(3.24)


def test_trouble_of_notions_own_is_waited_for_and_does_not_slow_down() -> None:
    watch = Watch()
    pace = Pace(clock=watch)
    pace.hold(5, is_too_fast=False)
    assert pace.per_second == 3
    assert pace.left(pace.take()) == pytest.approx(5)


def test_who_has_a_turn_already_waits_with_the_others() -> None:
    watch = Watch()
    pace = Pace(clock=watch)
    turn = pace.take()
    assert pace.left(turn) == 0
    pace.hold(30, is_too_fast=True)
    assert pace.left(turn) == 30


def test_a_pace_that_the_config_names_is_never_passed() -> None:
    watch = Watch()
    pace = Pace(2.0, watch)
    spent(pace, watch, 5000)
    assert pace.per_second == 2
    pace.keep_to(5)
    assert pace.per_second == 2
    pace.keep_to(1)
    assert pace.per_second == 1


def test_one_token_is_one_pace_whoever_asks_with_it() -> None:
    token = Secret("ntn_one", "env A")
    source, board = (
        shared_pace(token, None, None),
        shared_pace(Secret("ntn_one", "file b"), None, None),
    )
    assert source is board
    assert shared_pace(Secret("ntn_two", "env A"), None, None) is not source
    assert shared_pace(token, "http://127.0.0.1:1", None) is not source


def test_a_wait_is_told_in_seconds_or_as_a_moment() -> None:
    assert (wait_asked_for("12"), wait_asked_for(" 0 "), wait_asked_for("1.5")) == (12, 0, 1.5)
    assert (wait_asked_for(None), wait_asked_for(""), wait_asked_for("soon")) == (None, None, None)
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 80 < (wait_asked_for(moment) or 0) <= 90
    assert wait_asked_for("Wed, 21 Oct 2015 07:28:00 GMT") == 0


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[NotionBench]:
    stamina.set_testing(True, attempts=6)
    made = NotionBench(tmp_path)
    yield made
    made.close()
    stamina.set_testing(False)


def api(bench: NotionBench, give_up: float = 5.0) -> NotionApi:
    token = Secret(bench.bot.token, "env NOTION_TOKEN")
    return NotionApi(token, bench.sandbox.endpoint, pace=1000, timeout=5, give_up=give_up)


def test_the_limit_that_was_hit_is_told_and_waited_for(
    bench: NotionBench, caplog: pytest.LogCaptureFixture
) -> None:
    reason = json.dumps(
        {"additional_data": {"rate_limit_reason": "public_api_space_request_rate_limit"}}
    ).encode()
    bench.notion.traffic.fail(Fault(status=429, headers={"Retry-After": "2"}, body=reason))
    asking = api(bench)
    with caplog.at_level(logging.INFO, "okrsync.notion"):
        asking.read(Calls(), "the token", lambda client: client.users.me())
    assert "Notion answered 429 (public_api_space_request_rate_limit); trying again" in caplog.text
    pace = shared_pace(Secret(bench.bot.token, "env X"), bench.sandbox.endpoint, None)
    assert pace.per_second == pytest.approx(500)
    assert 1 < pace.left(pace.take()) <= 2.1
    asking.close()


def test_a_wait_beyond_what_the_config_puts_up_with_is_told_at_once(bench: NotionBench) -> None:
    bench.notion.traffic.fail(Fault(times=99, status=429, headers={"Retry-After": "3600"}))
    asking, calls = api(bench), Calls()
    with pytest.raises(SourceError, match=r"asks to wait for 3600 s, and `give_up_seconds` is 5"):
        asking.read(calls, "the token", lambda client: client.users.me())
    assert calls.read == 1
    asking.close()


def test_a_query_that_is_too_much_is_asked_for_in_smaller_pages(bench: NotionBench) -> None:
    for number in range(120):
        bench.ada.new_row(bench.source, {"Objective": f"O{number}"})
    heavy = json.dumps({"additional_data": {"retry_guidance": "Use a smaller page_size."}}).encode()
    bench.notion.traffic.fail(
        Fault(lambda call: call.path.endswith("/query"), times=2, status=503, body=heavy)
    )
    bench.notion.traffic.forget()
    assert len(bench.connector().read().tables[0].rows) == 120
    queries = [call for call in bench.notion.traffic.calls if call.path.endswith("/query")]
    assert len(queries) == 2 + 5, "two that were refused, then pages of 25"


def test_a_conflict_while_adding_is_looked_at_before_it_is_repeated(bench: NotionBench) -> None:
    added: list[str] = []
    bench.notion.traffic.fail(Fault(lambda call: call.kind == "write", status=409, after=True))
    asking, calls = api(bench), Calls()
    parent = {"type": "data_source_id", "data_source_id": bench.source}
    for attempt in asking.tries():
        with attempt:
            added = bench.ada.rows(bench.source)
            if not added:
                asking.add(
                    calls, "a row", lambda client: client.pages.create(parent=parent, properties={})
                )
    assert (len(added), calls.write) == (1, 1)
    asking.close()
