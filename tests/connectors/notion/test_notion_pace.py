"""How okrsync keeps to Notion's limits: one pace a token, waits that all keep, and questions made
smaller where Notion asks for it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from notion_bench import NotionBench
from okrsync.connector import Calls, Secret
from okrsync.model.errors import SourceError
from okrsync.testing import FakeClock, fake_time
from okrsync_notion.api import NotionApi, notion_network
from okrsync_sandbox import Fault


@pytest.fixture
def clock() -> Iterator[FakeClock]:
    with fake_time() as made:
        yield made


@pytest.fixture
def bench(tmp_path: Path, clock: FakeClock) -> Iterator[NotionBench]:
    made = NotionBench(tmp_path)
    yield made
    made.close()


def api(bench: NotionBench) -> NotionApi:
    token, endpoint = Secret(bench.bot.token, "env NOTION_TOKEN"), bench.sandbox.endpoint
    limits = {"timeout_seconds": 5.0, "give_up_seconds": 5.0}
    return NotionApi(token, endpoint, notion_network(token, endpoint, limits))


def test_it_begins_with_three_a_second(bench: NotionBench, clock: FakeClock) -> None:
    asking, begun = api(bench), clock.now()
    for _ in range(10):
        asking.read(Calls(), "the token", lambda client: client.users.me())
    assert clock.now() - begun == pytest.approx(3)
    asking.close()


def test_the_limit_that_was_hit_is_told_and_waited_for(
    bench: NotionBench, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    reason = json.dumps(
        {"additional_data": {"rate_limit_reason": "public_api_space_request_rate_limit"}}
    ).encode()
    bench.notion.traffic.fail(Fault(status=429, headers={"Retry-After": "2"}, body=reason))
    asking, begun = api(bench), clock.now()
    with caplog.at_level(logging.INFO, "okrsync.notion"):
        asking.read(Calls(), "the token", lambda client: client.users.me())
    assert "Notion answered 429 (public_api_space_request_rate_limit); trying again" in caplog.text
    assert clock.now() - begun == pytest.approx(2)
    assert asking.network.paces["request"].share == 0.5
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

    def add(_attempt: int) -> None:
        added.extend(bench.ada.rows(bench.source))
        if not added:
            asking.add(
                calls, "a row", lambda client: client.pages.create(parent=parent, properties={})
            )

    asking.repeat_lost(add)
    assert (len(added), calls.write) == (1, 1)
    asking.close()
