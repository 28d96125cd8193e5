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

from okrsync.config import load
from okrsync.plan.plan import Plan
from okrsync.sync import sync
from okrsync_sandbox import Sandbox
from okrsync_sandbox.traffic import Traffic

AS_OF = date(2026, 11, 23)
COUNT = 1_000
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
        "first": Cost(4, 1, 458_000, 1_946_000, 17_600, 80_300, COUNT),
        "changed": Cost(3, 1, 5_700, 2_297_000, 5_700, 109_500, CHANGED),
        "idle": Cost(1, 0, 0, 100, 0, 100, 0),
    },
    # Beside a PATCH for each page whose answer differs: one query for edits (two where more than a
    # hundred pages were edited), one for the trash, which is no edit, and one look before writing.
    "notion": {
        "first": Cost(23, COUNT + 1, 88_900, 4_779_000, 88_900, 4_779_000, COUNT),
        "changed": Cost(3, CHANGED, 1_850, 146_500, 1_850, 146_500, CHANGED),
        "idle": Cost(2, 0, 310, 36_600, 310, 36_600, 0),
    },
}

Change = Callable[[int], None]


def key_results() -> list[list[Any]]:
    """46349 is 23 November 2026 to a spreadsheet."""
    return [
        [f"Objective {number // 5}", f"Key result {number}", 10, 10 + number % 90, 100, 46349]
        for number in range(COUNT)
    ]


def changed_rows(start: int) -> range:
    return range(start, COUNT, COUNT // CHANGED)


@contextmanager
def sheet(folder: Path) -> Iterator[tuple[Traffic, Change]]:
    """A spreadsheet of its own, and what changes it."""
    with Sandbox() as sandbox:
        anna = sandbox.google.person("anna@acme.example")
        address = sandbox.key_file(folder / "key.json")
        file_id = anna.new_spreadsheet("OKRs", {"Q4": [HEADER, *key_results()]})
        anna.share(file_id, address)
        settings = f'spreadsheet = "{file_id}"\ncredentials = {{file = "key.json"}}'
        write_config(folder, "google-sheets", settings, sandbox.endpoint, "reads_per_minute")

        def change(start: int) -> None:
            for number in changed_rows(start):
                anna.put(file_id, "Q4", f"D{number + 2}", 95 - number % 50)

        yield sandbox.google.traffic, change


@contextmanager
def database(folder: Path) -> Iterator[tuple[Traffic, Change]]:
    """A database whose pages were made a month ago. Every run comes an hour after the last, and
    people work half an hour before it.
    """
    with Sandbox() as sandbox:
        notion = sandbox.notion
        # Times of edits are cut to the minute, so that the second of the first call counts.
        moments = [notion.clock() // 3_600 * 3_600 - 30 * 86_400]
        # Notion takes three requests a second.
        notion.clock = lambda: moments[-1] + len(notion.traffic.calls) / 3
        ada, bot = notion.person("ada@acme.example"), notion.connect("okrsync")
        home = ada.new_page("Acme")
        kinds = ("rich_text", "title", "number", "number", "number", "date")
        names, source = ada.new_database("OKRs", dict(zip(HEADER, kinds, strict=True)), home)
        pages = []
        for row in key_results():
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
            for number in changed_rows(start):
                ada.edit(pages[number], {"Current": 95 - number % 50})
            moments.append(moments[-1] + 1_800)

        yield notion.traffic, change


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


@pytest.mark.parametrize("service", ["google", "notion"])
def test_calls_bytes_and_rows_stay_within_their_bounds(tmp_path: Path, service: str) -> None:
    with {"google": sheet, "notion": database}[service](tmp_path) as (traffic, change):
        costs = {"first": cost_of(tmp_path, traffic)}
        # Pages that okrsync wrote to in the last two minutes before the last edit are read once
        # more: somebody may have edited them in the same minute.
        for start in (7, 23):
            change(start)
            costs["changed"] = cost_of(tmp_path, traffic)
        run(tmp_path)
        costs["idle"] = cost_of(tmp_path, traffic)
    broken = {
        f"{what}: {name}": (getattr(cost, name), getattr(MOST[service][what], name))
        for what, cost in costs.items()
        for name in Cost._fields
        if getattr(cost, name) > getattr(MOST[service][what], name)
    }
    assert broken == {}
