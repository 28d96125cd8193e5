"""Many companies on a Dask cluster, with workers killed at random: does every one end where an
undisturbed run ends, with nothing written, commented or sent twice? And how long do they take?

    python benchmarks/fleet.py [--companies 200] [--kills 50] [--workers 4] [--seed 1]
    python benchmarks/fleet.py --figures [--companies 200]

A company is a Google Sheet with a key result that is stale, whose owner gets a comment, and a
digest for a webhook. Four service accounts are shared by all of them, and their state is in
PostgreSQL. Scheduler, workers, server and sandbox are processes of this machine, so the figures
say what it can do, and nothing about the services' own speed. They are in docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from dask_cluster import DaskCluster
from ears import Hook
from okrsync.model.state_address import PostgresAddress
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync_sandbox import Sandbox
from okrsync_sandbox.seed import growth_sheet
from postgres_server import PostgresServer, running_server
from team import head_of

KINDS, KEYS = 8, 4
TODAY = date.today()
CONFIG = """
[sources.growth]
connector = "google-sheets"
spreadsheet = "{spreadsheet}"
credentials = {{file = "{key}"}}
api_endpoint = "{endpoint}"
limits = {{reads_per_minute = 1000000, writes_per_minute = 1000000}}
[sources.growth.write]
columns = {{progress = "Progress", status = "Status", note = "okrsync note"}}
notify = "comment"
[people]
"Mia" = {{email = "mia@acme.example"}}
[digest.chat]
to = {{slack = {{file = "webhook"}}}}
every = "monday 00:00"
"""


class Company:
    """One company: its sheet, its configuration, and the messages that it gets."""

    def __init__(self, fleet: Fleet, name: str, kind: int, address: PostgresAddress | None) -> None:
        self.folder = fleet.folder / name
        self.folder.mkdir(parents=True)
        self.address, self.kind, self._fleet = address, kind, fleet
        key = kind % KEYS
        self.hook = fleet.stack.enter_context(Hook())
        self.file_id = growth_sheet(fleet.mia, TODAY, fleet.accounts[key])
        fleet.mia.type(self.file_id, "Q4", "E2", str(50 + kind))
        tab = fleet.mia.tab(self.file_id, "Q4")
        tab.row_count, tab.column_count = 60, 16
        (self.folder / "webhook").write_text(self.hook.url, encoding="utf-8")
        text = CONFIG.format(
            spreadsheet=self.file_id,
            key=fleet.folder / f"key-{key}.json",
            endpoint=fleet.sandbox.endpoint,
        )
        head = "" if address is None else head_of(address)
        (self.folder / "okrsync.toml").write_text(head + text, encoding="utf-8")

    def edit(self, number: int) -> None:
        """What a person types between two runs."""
        self._fleet.mia.type(self.file_id, "Q4", "E2", str(60 + self.kind + 2 * number))
        self._fleet.mia.type(self.file_id, "Q4", "E4", str(35 + number))

    def world(self) -> tuple[Any, ...]:
        """What people see: the cells, and the comments by their cells."""
        comments = self._fleet.mia.comments(self.file_id)
        return (
            self._fleet.mia.grid(self.file_id, "Q4"),
            {cell: len(those) for cell, those in comments.items()},
        )

    def digests(self) -> list[str]:
        """The messages that arrived, without the address of the company's own sheet."""
        return [body.decode().replace(self.file_id, "FILE") for body in self.hook.messages]


class Fleet:
    """The companies and what they share. A context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stack = ExitStack()
        self.sandbox = self.stack.enter_context(Sandbox())
        self.mia = self.sandbox.google.person("mia@acme.example")
        self.accounts = [
            self.sandbox.key_file(folder / f"key-{number}.json", f"okrsync-{number}")
            for number in range(KEYS)
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def companies(
        self, name: str, count: int, postgres: PostgresServer | None = None
    ) -> list[Company]:
        """So many new companies, of eight kinds."""
        return [
            Company(
                self,
                f"{name}/c{number:03}",
                number % KINDS,
                None if postgres is None else postgres.address(),
            )
            for number in range(count)
        ]


def run(pattern: Path, *more: str) -> dict[str, Any]:
    """One run of a fleet, as people start it."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHOND")}
    command = [sys.executable, "-m", "okrsync", "fleet", "run", f"{pattern}/*", "--json", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.stdout, done.stderr[-3000:]
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@contextmanager
def killing(cluster: DaskCluster, dice: random.Random, most: int) -> Iterator[None]:
    """Kill a worker every now and then while the block runs."""
    done = threading.Event()

    def kill_some() -> None:
        while not done.wait(dice.uniform(1.0, 5.0)) and cluster.kills < most:
            cluster.kill_worker(dice.randrange(64))

    thread = threading.Thread(target=kill_some)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def trial(count: int, kills: int, workers: int, seed: int) -> int:
    """Run after run with edits between them, until enough workers were killed."""
    dice, started = random.Random(seed), time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(running_server())
        fleet = stack.enter_context(Fleet(folder))
        calm = fleet.companies("calm", KINDS)
        storm = fleet.companies("storm", count, postgres)
        cluster = stack.enter_context(DaskCluster(workers, folder))
        trouble: list[str] = []
        rounds, given_up = 0, 0
        while rounds == 0 or cluster.kills < kills:
            if rounds:
                for company in (*calm, *storm):
                    company.edit(rounds)
            rounds += 1
            assert run(folder / "calm")["exit_code"] == 0
            with killing(cluster, dice, kills):
                done = run(folder / "storm", "--scheduler", cluster.address)
            given_up += sum(entry["exit_code"] != 0 for entry in done["configs"])
            print(
                f"round {rounds}: {Counter(entry['exit_code'] for entry in done['configs'])},"
                f" {cluster.kills} kills so far, {time.monotonic() - started:.0f} s",
                flush=True,
            )
            for entry in done["configs"]:
                if entry["exit_code"]:
                    print(f"GIVEN UP  {entry['config']}: {entry['message']}", flush=True)
            trouble += _differences(rounds, calm, storm)
        fleet.sandbox.google.traffic.forget()
        quiet = run(folder / "storm", "--scheduler", cluster.address)
        writes = fleet.sandbox.google.traffic.count("write")
        repeated = sum(len(company.hook.messages) > 1 for company in storm)
        still_open = 0
        for company in storm:
            assert company.address is not None
            with Store.open(company.address, readonly=True) as state:
                still_open += len(Journal(state).unsettled())
    for line in trouble[:20]:
        print(f"DIFFERENT  {line}")
    print(
        f"\n{count} companies, {rounds} rounds, {cluster.kills} workers killed: {given_up} runs"
        f" given up, {len(trouble)} companies that ended otherwise, {repeated} digests repeated"
        f" after a lost answer, {still_open} open entries, {writes} writes of a run with nothing to"
        f" say (exit code {quiet['exit_code']}); {time.monotonic() - started:.0f} s"
    )
    return int(bool(trouble or given_up or still_open or writes or quiet["exit_code"]))


def _differences(rounds: int, calm: list[Company], storm: list[Company]) -> Iterator[str]:
    """Where a company of the storm is not as the calm one of its kind."""
    worlds = [company.world() for company in calm]
    messages = [company.digests() for company in calm]
    assert all(messages), "no digest was sent"
    assert all(comments for _, comments in worlds), "nobody got a comment"
    for company in storm:
        where = f"round {rounds}, {company.folder.name}"
        if company.world() != worlds[company.kind]:
            yield f"{where}: {company.world()!r}, not {worlds[company.kind]!r}"
        arrived = company.digests()
        # A message goes out once more only where its worker died before it heard the answer; it
        # then has the same words.
        if set(arrived) != set(messages[company.kind]) or len(arrived) > 2:
            yield f"{where}: {arrived!r}, not {messages[company.kind]!r}"


def figures(count: int) -> int:
    """How long a first and an idle run of all take, with one to four workers."""
    print(
        "| workers | run | seconds | companies a minute | processor seconds a company | reads |"
        " writes |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    )
    for workers in (1, 2, 3, 4):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            postgres = stack.enter_context(running_server())
            fleet = stack.enter_context(Fleet(folder))
            fleet.companies("all", count, postgres)
            cluster = stack.enter_context(DaskCluster(workers, folder))
            # The first task of a worker loads everything; that is not what is measured.
            fleet.companies("warm", 4 * workers, postgres)
            run(folder / "warm", "--scheduler", cluster.address)
            traffic = fleet.sandbox.google.traffic
            for name in ("first", "idle"):
                traffic.forget()
                begun, used = time.monotonic(), cluster.processor_seconds()
                done = run(folder / "all", "--scheduler", cluster.address)
                seconds = time.monotonic() - begun
                used = cluster.processor_seconds() - used
                assert done["exit_code"] == 0, done
                print(
                    f"| {workers} | {name} | {seconds:.1f} | {60 * count / seconds:.0f} |"
                    f" {used / count:.2f} | {traffic.count('read')} | {traffic.count('write')} |",
                    flush=True,
                )
    return 0


def main() -> int:
    asked = argparse.ArgumentParser(description="Many companies on a Dask cluster.")
    asked.add_argument("--companies", type=int, default=200)
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--workers", type=int, default=4)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--figures", action="store_true", help="measure, and kill nobody")
    given = asked.parse_args()
    if given.figures:
        return figures(given.companies)
    return trial(given.companies, given.kills, given.workers, given.seed)


if __name__ == "__main__":
    sys.exit(main())
