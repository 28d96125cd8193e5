"""A local Google and a local Notion in a process of their own, filled for a benchmark.

What okrsync takes is then okrsync's alone. The process prints the folder's config, and answers each
line on its standard input with a line of JSON.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from line_process import LineProcess

AS_OF = date(2026, 11, 23)
HEADER = ["ID", "Objective", "Key result", "Owner", "Start", "Current", "Target", "Last check-in"]
NO_LIMITS = (
    "limits = {reads_per_minute = 1000000, writes_per_minute = 1000000, timeout_seconds = 300,"
    " give_up_seconds = 1800}"
)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went over the wire since it was last asked, by service in calls, and in bytes before and
    after compression.
    """

    reads: int
    writes: int
    sent: int
    received: int
    sent_packed: int
    received_packed: int


class LocalServices(LineProcess):
    """The process, as its user sees it: `with LocalServices("sheet", folder, 10_000) as local:`."""

    def __init__(self, kind: str, folder: Path, size: int) -> None:
        super().__init__(Path(__file__), kind, str(folder), str(size))
        self.facts: Json = json.loads(self.answer())

    def change(self, count: int) -> None:
        """Let people change so many rows."""
        self.send(f"change {count}")
        self.answer()

    def traffic(self) -> Traffic:
        """What went over the wire since the last call."""
        self.send("traffic")
        return Traffic(**json.loads(self.answer()))


def key_results(count: int, checked_in: object = 46349) -> list[list[Any]]:
    """So many rows, five to an objective. 46349 is 23 November 2026 to a spreadsheet."""
    return [
        [
            f"KR-{number}",
            f"Objective {number // 5}",
            f"Key result {number}",
            f"Owner {number % 50}",
            10,
            10 + number % 90,
            100,
            checked_in,
        ]
        for number in range(count)
    ]


def changed_value(number: int) -> int:
    """What somebody types as the current value of a row: another one."""
    return 10 + (number + 7 + number % 50) % 90


_rounds = itertools.count()


def _chosen(size: int, count: int) -> list[int]:
    """Other rows in each round."""
    return random.Random(next(_rounds)).sample(range(size), count)


def _sheet_source(name: str, file_id: str, endpoint: str) -> str:
    return (
        f'[sources.{name}]\nconnector = "google-sheets"\nspreadsheet = "{file_id}"\ncredentials ='
        f' {{file = "key.json"}}\napi_endpoint = "{endpoint}"\n{NO_LIMITS}\n'
        f'[sources.{name}.write]\ncolumns = {{progress = "Progress", status = "Status"}}\n'
    )


def sheet(sandbox: Any, folder: Path, size: int) -> tuple[Json, Callable[[int], None]]:
    """One large spreadsheet."""
    anna, address = (
        sandbox.google.person("anna@acme.example"),
        sandbox.key_file(folder / "key.json"),
    )
    file_id = anna.new_spreadsheet("OKRs", {"Q4": [HEADER, *key_results(size)]})
    anna.share(file_id, address)
    config = 'cycle = "2026-Q4"\n' + _sheet_source("team", file_id, sandbox.endpoint)
    (folder / "okrsync.toml").write_text(config, encoding="utf-8")

    def change(count: int) -> None:
        for number in _chosen(size, count):
            anna.put(file_id, "Q4", f"F{number + 2}", changed_value(number))

    return {"endpoint": sandbox.endpoint, "files": [file_id]}, change


def sheets(sandbox: Any, folder: Path, size: int) -> tuple[Json, Callable[[int], None]]:
    """So many small spreadsheets of one credential."""
    anna, address = (
        sandbox.google.person("anna@acme.example"),
        sandbox.key_file(folder / "key.json"),
    )
    files, config = [], 'cycle = "2026-Q4"\n'
    for number in range(size):
        file_id = anna.new_spreadsheet(f"OKRs {number}", {"Q4": [HEADER, *key_results(10)]})
        anna.share(file_id, address)
        files.append(file_id)
        config += _sheet_source(f"team{number}", file_id, sandbox.endpoint)
    (folder / "okrsync.toml").write_text(config, encoding="utf-8")

    def change(count: int) -> None:
        for number, file_id in enumerate(files[:count]):
            anna.put(file_id, "Q4", "F2", changed_value(number))

    return {"endpoint": sandbox.endpoint, "files": files}, change


def notion(sandbox: Any, folder: Path, size: int) -> tuple[Json, Callable[[int], None]]:
    """A database of so many pages, made over a month. What people change, they change over the last
    three hours.
    """
    space = sandbox.notion
    start, requests = space.clock() - 40 * 86_400, space.traffic.calls
    moments = [start]
    # Notion takes three requests a second.
    space.clock = lambda: moments[-1] + len(requests) / 3
    ada, bot = space.person("ada@acme.example"), space.connect("okrsync")
    home = ada.new_page("Acme")
    columns = {
        "Key result": "title",
        "Objective": "rich_text",
        "Start": "number",
        "Current": "number",
        "Target": "number",
        "Last check-in": "date",
    }
    database, source = ada.new_database("OKRs", columns, home)
    pages = []
    for number, (_, objective, title, _, start, current, target, _) in enumerate(key_results(size)):
        moments.append(start + number * 600)
        values = {"Key result": title, "Objective": objective, "Start": start, "Current": current}
        more = {"Target": target, "Last check-in": AS_OF.isoformat()}
        pages.append(ada.new_row(source, {**values, **more}))
    ada.share(home, bot)
    moments.append(start + 39 * 86_400)
    config = (
        f'cycle = "2026-Q4"\n[sources.team]\nconnector = "notion"\ndatabase = "{database}"\n'
        f'token = {{file = "token.txt"}}\napi_endpoint = "{sandbox.endpoint}"\n'
        "limits = {requests_per_second = 1000000, timeout_seconds = 300, give_up_seconds = 1800}\n"
        '[sources.team.write]\ncolumns = {progress = "Progress", status = "Status"}\n'
    )
    (folder / "okrsync.toml").write_text(config, encoding="utf-8")
    (folder / "token.txt").write_text(bot.token, encoding="utf-8")

    def change(count: int) -> None:
        begin = space.clock() + 3_600
        for place, number in enumerate(_chosen(size, count)):
            moments.append(begin + place * 10_000 / count)
            ada.edit(pages[number], {"Current": changed_value(number)})
        moments.append(begin + 14_400)

    return {"endpoint": sandbox.endpoint, "source": source, "token": bot.token}, change


_seen = {"google": 0, "notion": 0}


def _traffic(sandbox: Any) -> Json:
    calls = []
    for name in _seen:
        made = getattr(sandbox, name).traffic.calls
        calls += [call for call in made[_seen[name] :] if call.kind in ("read", "write")]
        _seen[name] = len(made)
    return {
        "reads": sum(call.kind == "read" for call in calls),
        "writes": sum(call.kind == "write" for call in calls),
        "sent": sum(call.said for call in calls),
        "received": sum(call.told for call in calls),
        "sent_packed": sum(call.sent for call in calls),
        "received_packed": sum(call.answered for call in calls),
    }


def main() -> None:
    """Serve until the standard input ends."""
    from okrsync_sandbox import Sandbox

    kind, folder, size = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    with Sandbox() as sandbox:
        facts, change = {"sheet": sheet, "sheets": sheets, "notion": notion}[kind](
            sandbox, folder, size
        )
        print(json.dumps(facts), flush=True)
        for line in sys.stdin:
            word, _, count = line.strip().partition(" ")
            if word == "change":
                change(int(count))
            print(json.dumps(_traffic(sandbox)), flush=True)


if __name__ == "__main__":
    main()
