"""What runs cost in figures that do not depend on the machine: calls, bytes, and rows touched.

`benchmarks/` measures the same at full size, in seconds as well. A bound that is broken here is not
raised: what made the run dearer is found first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from grids import in_part
from okrsync.config import load
from okrsync.plan.plan import Plan
from okrsync.sync import sync
from okrsync_sandbox import Sandbox
from okrsync_sandbox.traffic import Traffic

AS_OF = date(2026, 11, 23)
COUNT = 400
PAGES = 400
"""Notion takes three a second, so that a first run goes on for more than two minutes."""
CHANGED = 20
HEADER = ["Objective", "Key result", "Start", "Current", "Target", "Last check-in"]


class Cost(NamedTuple):
    """Calls and bytes of one run: before they are compressed, and on the wire. `rows` are those
    that it writes to.
    """

    reads: int
    writes: int
    said: int
    told: int
    sent: int
    received: int
    rows: int


# The figures of 30 November 2026 and a tenth more.
MOST = {
    "google": {
        "first": Cost(4, 1, 187_800, 798_300, 8_100, 33_900, COUNT),
        "changed": Cost(3, 1, 5_700, 965_700, 5_700, 47_100, CHANGED),
        "idle": Cost(1, 0, 0, 100, 0, 100, 0),
    },
    # Beside a PATCH for each page whose answer differs: a query for every hundred pages that were
    # edited, by okrsync's last run as well; one for the trash, which is no edit; one look before
    # writing, and one more each minute.
    "notion": {
        "first": Cost(10, PAGES + 1, 36_300, 1_404_000, 36_300, 1_404_000, PAGES),
        "after the first": Cost(5, 0, 1_100, 725_000, 1_100, 725_000, 0),
        "changed": Cost(3, CHANGED, 1_990, 110_300, 1_990, 110_300, CHANGED),
        "after the change": Cost(2, 0, 310, 36_600, 310, 36_600, 0),
        "idle": Cost(2, 0, 310, 380, 310, 380, 0),
    },
}

Change = Callable[[int], None]


def key_results(count: int) -> list[list[Any]]:
    """46349 is 23 November 2026 to a spreadsheet."""
    return [
        [f"Objective {number // 5}", f"Key result {number}", 10, 10 + number % 90, 100, 46349]
        for number in range(count)
    ]


def changed_rows(start: int, count: int) -> range:
    return range(start, count, count // CHANGED)


@contextmanager
def sheet(folder: Path) -> Iterator[tuple[Traffic, Change]]:
    """A spreadsheet of its own, and what changes it."""
    with Sandbox() as sandbox:
        anna = sandbox.google.person("anna@acme.example")
        address = sandbox.key_file(folder / "key.json")
        file_id = anna.new_spreadsheet("OKRs", {"Q4": [HEADER, *key_results(COUNT)]})
        anna.share(file_id, address)
        settings = f'spreadsheet = "{file_id}"\ncredentials = {{file = "key.json"}}'
        write_config(folder, "google-sheets", settings, sandbox.endpoint, "reads_per_minute")

        def change(start: int) -> None:
            for number in changed_rows(start, COUNT):
                anna.put(file_id, "Q4", f"D{number + 2}", 95 - number % 50)

        yield sandbox.google.traffic, change


@contextmanager
def database(folder: Path, second: int) -> Iterator[tuple[Traffic, Change, Callable[[], None]]]:
    """A database whose pages were made a month ago. Every run comes an hour after the last, and
    people work half an hour before it. The first call comes at a second of its minute. What is
    yielded last lets an hour go by.
    """
    with Sandbox() as sandbox:
        notion = sandbox.notion
        moments = [notion.clock() // 3_600 * 3_600 - 30 * 86_400 + second]
        # Notion takes three requests a second.
        notion.clock = lambda: moments[-1] + len(notion.traffic.calls) / 3
        ada, bot = notion.person("ada@acme.example"), notion.connect("okrsync")
        home = ada.new_page("Acme")
        kinds = ("rich_text", "title", "number", "number", "number", "date")
        names, source = ada.new_database("OKRs", dict(zip(HEADER, kinds, strict=True)), home)
        pages = []
        for row in key_results(PAGES):
            moments.append(moments[-1] + 600)
            values = dict(zip(HEADER, [*row[:5], AS_OF.isoformat()], strict=True))
            pages.append(ada.new_row(source, values))
        ada.share(home, bot)
        (folder / "token.txt").write_text(bot.token, encoding="utf-8")
        settings = f'database = "{names}"\ntoken = {{file = "token.txt"}}'
        write_config(folder, "notion", settings, sandbox.endpoint, "requests_per_second")
        moments.append(moments[-1] + 3_600)

        def change(start: int) -> None:
            moments.append(moments[-1] + 1_800)
            for number in changed_rows(start, PAGES):
                ada.edit(pages[number], {"Current": 95 - number % 50})
            moments.append(moments[-1] + 1_800)

        yield notion.traffic, change, lambda: moments.append(moments[-1] + 3_600)


def write_config(folder: Path, connector: str, settings: str, endpoint: str, limit: str) -> None:
    limits = f"{limit} = 1000000, timeout_seconds = 60, give_up_seconds = 300"
    more = ", writes_per_minute = 1000000" if connector == "google-sheets" else ""
    (folder / "okrsync.toml").write_text(
        f'cycle = "2026-Q4"\n[sources.team]\nconnector = "{connector}"\n{settings}\n'
        f'api_endpoint = "{endpoint}"\nlimits = {{{limits}{more}}}\n'
        '[sources.team.write]\ncolumns = {progress = "Progress", status = "Status"}\n',
        encoding="utf-8",
    )


def run(folder: Path) -> Plan:
    done = sync(load(folder / "okrsync.toml"), as_of=AS_OF)
    assert done.exit_code == 0, done.sources[0].error
    return done


def cost_of(folder: Path, traffic: Traffic) -> Cost:
    """What a run costs, by what the service sees of it."""
    start = len(traffic.calls)
    done = run(folder)
    calls = [call for call in traffic.calls[start:] if call.kind in ("read", "write")]
    return Cost(
        sum(call.kind == "read" for call in calls),
        sum(call.kind == "write" for call in calls),
        sum(call.said for call in calls),
        sum(call.told for call in calls),
        sum(call.sent for call in calls),
        sum(call.answered for call in calls),
        len({change.key for change in done.sources[0].changes if change.key}),
    )


def test_calls_bytes_and_rows_of_a_sheet_stay_within_their_bounds(tmp_path: Path) -> None:
    with sheet(tmp_path) as (traffic, change):
        costs = [("first", cost_of(tmp_path, traffic))]
        for start in (7, 23):
            change(start)
            costs.append(("changed", cost_of(tmp_path, traffic)))
        run(tmp_path)
        costs.append(("idle", cost_of(tmp_path, traffic)))
    assert beyond_bounds("google", costs) == {}


@pytest.mark.parametrize("second", in_part([30, 0, 15, 45], every=4))
def test_calls_bytes_and_rows_of_a_database_stay_within_their_bounds(
    tmp_path: Path, second: int
) -> None:
    """Times of edits are cut to the minute: the second at which a run begins changes nothing."""
    with database(tmp_path, second) as (traffic, change, an_hour_later):
        costs = [("first", cost_of(tmp_path, traffic))]
        an_hour_later()
        # What okrsync wrote is read once more: somebody may have edited it in the same minute.
        costs.append(("after the first", cost_of(tmp_path, traffic)))
        for start in (7, 13):
            change(start)
            costs.append(("changed", cost_of(tmp_path, traffic)))
        for what in ("after the change", "idle"):
            an_hour_later()
            costs.append((what, cost_of(tmp_path, traffic)))
    assert beyond_bounds("notion", costs) == {}


def beyond_bounds(service: str, costs: list[tuple[str, Cost]]) -> dict[str, tuple[int, int]]:
    """What each run cost beyond its bound, beside the bound."""
    return {
        f"{what}: {name}": (getattr(cost, name), getattr(MOST[service][what], name))
        for what, cost in costs
        for name in Cost._fields
        if getattr(cost, name) > getattr(MOST[service][what], name)
    }
