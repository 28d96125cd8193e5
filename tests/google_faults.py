"""Whole runs over a Google Sheet with one thing going wrong at one call: columns with their looks,
comments, the summary, the review and the history, and the close of a cycle.

Whatever goes wrong, and whether or not the call had taken effect by then, the spreadsheet ends as
if nothing had. `benchmarks/google_faults.py` tries every fault at every call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from google_sandbox import ANNA
from okrsync.config import Config, load
from okrsync.plan.plan import Plan
from okrsync.state.journal import Journal
from okrsync.state.store import Store
from okrsync.steps.close import Wishes, close
from okrsync.sync import sync
from okrsync.testing import fake_time
from okrsync_google_sheets import GoogleSheetsConnector
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.google.model import GridSheet

__all__ = [
    "FAULTS",
    "FORMS",
    "JOBS",
    "Accounts",
    "Form",
    "Job",
    "differences",
    "end_of",
]

Job = Literal["first", "notes", "later", "close"]
JOBS: tuple[Job, ...] = ("first", "notes", "later", "close")
"""The first sync, with comments or with notes; one a week later, when people have checked in; and
the close of the cycle.
"""
Form = Literal["small", "large"]
FORMS: tuple[Form, ...] = ("small", "large")
"""A spreadsheet as it is, and one that okrsync takes for a large one: it reads what was entered
only, asks the feed who changed it, and keeps the answer for its next run.
"""
FAULTS: tuple[Mapping[str, Any], ...] = (
    *({"status": status} for status in (400, 401, 403, 404, 408, 429, 500, 502, 503, 504)),
    *({"status": status, "after": True} for status in (500, 502, 503, 504)),
    {"drop": "before"},
    {"drop": "after"},
    {"delay": 0.5},
    {"keep": 0},
    {"keep": 20},
    {"body": b"{}"},
    {"body": b"<html>Sign in to continue</html>"},
)
"""What goes wrong at a call, told to the sandbox. A delay is longer than okrsync waits for it."""
_IMPATIENT = 0.25
"""Seconds that okrsync waits for an answer that comes too late."""
_REFUSALS = frozenset({400, 401, 403, 404})
_TODAY = date(2026, 11, 24)
_DAYS: Mapping[Job, date] = {
    "first": _TODAY,
    "notes": _TODAY,
    "later": date(2026, 12, 1),
    "close": date(2027, 1, 2),
}
_ROWS: list[list[Any]] = [
    ["Objective", "Key result", "Cycle", "Owner", "Start", "Current", "Target", "Last check-in"],
    ["Grow", "Sign-ups", "Q4 2026", "Jon", 0, 50, 100, "2026-11-23"],
    ["Grow", "Revenue", "Q4 2026", "Jon", 0, 20, 100, "2026-10-01"],
    ["Keep", "Churn", "Q4 2026", "Mia", 0, 80, 100, "2026-11-20"],
]
_CONFIG = """\
[people]
Jon = {{email = "jon@acme.example", lead = "Ada"}}
Ada = {{email = "ada@acme.example"}}
[sources.team]
connector = "google-sheets"
spreadsheet = "{spreadsheet}"
credentials = {{file = "key.json"}}
api_endpoint = "{endpoint}"
[sources.team.limits]
reads_per_minute = 1000000
writes_per_minute = 1000000
timeout_seconds = {timeout}
give_up_seconds = 20
[sources.team.write]
columns = {{progress = "Progress", status = "Status", score = "Score", note = "Note"}}
summary = "OKR summary"
review = "Weekly review"
history = "OKR history"
retrospective = "OKR"
notify = "{notify}"
"""


class Accounts:
    """A spreadsheet of Anna's with one stale key result of Jon's, and a config that asks for all
    that okrsync can write into it.
    """

    def __init__(self, sandbox: Sandbox, folder: Path, job: Job, form: Form) -> None:
        self.google, self._folder, self._endpoint = sandbox.google, folder, sandbox.endpoint
        self._anna = sandbox.google.person(ANNA)
        address = sandbox.key_file(folder / "key.json")
        total = "=SUM(F2:F4)" if form == "small" else 150
        rows = [*_ROWS, [], [None, None, None, "Total", None, total]]
        self._file = self._anna.new_spreadsheet("OKRs", {"OKRs": rows})
        self._anna.share(self._file, address)
        # A small grid: the service answers with every row of it, and there are many answers.
        tab = self._anna.tab(self._file, "OKRs")
        tab.row_count, tab.column_count = 40, 16
        self._job = job
        self.wait_for(20)
        if job in ("later", "close"):
            sync(self._config, as_of=_TODAY)
            for cell, value in (("F2", 60), ("H2", "2026-12-01"), ("H3", "2026-11-30")):
                self._anna.put(self._file, "OKRs", cell, value)
        self.google.traffic.forget()

    def wait_for(self, timeout_seconds: float) -> None:
        """Have okrsync wait so long for each answer."""
        text = _CONFIG.format(
            spreadsheet=self._file,
            endpoint=self._endpoint,
            timeout=timeout_seconds,
            notify="note" if self._job == "notes" else "comment",
        )
        (self._folder / "okrsync.toml").write_text(text, encoding="utf-8")

    @property
    def _config(self) -> Config:
        return load(self._folder / "okrsync.toml")

    def run(self) -> Plan:
        """The job itself."""
        if self._job != "close":
            return self.run_after()
        wishes = Wishes("2026-Q4", carries_over=True)
        return close(self._config, wishes, as_of=_DAYS["close"], is_confirmed=True).plan

    def run_after(self) -> Plan:
        """A sync on the day of the job."""
        return sync(self._config, as_of=_DAYS[self._job])

    @property
    def open_entries(self) -> int:
        """How many entries of the journal nobody knows the end of."""
        with Store.open(self._config.state, readonly=True) as state:
            return len(Journal(state).unsettled())

    def everything(self) -> dict[str, Any]:
        """All that people see, and the marks that okrsync finds its way by."""
        book = self._anna.book(self._file)
        titles = {sheet.id: sheet.title for sheet in book.sheets}
        contents = {
            sheet.title: value
            for sheet in book.sheets
            for value in [(list(_cells(sheet)), _looks(sheet))]
        }
        comments = sorted(
            (
                place,
                comment["content"],
                comment.get("assigneeEmailAddress"),
                [reply["content"] for reply in comment["replies"]],
                comment["resolved"],
            )
            for place, threads in self._anna.comments(self._file).items()
            for comment in threads
        )
        # Columns that are only read are marked in a request that is sent anyway, in this run or a
        # later one. An asterisk remembers that a format was refused. The mark of a batch whose
        # answer was lost stays for an hour.
        marks = sorted(
            (str(mark.get("metadataValue")).rstrip("*"), _place(mark["location"], titles))
            for mark in book.metadata
            if not str(mark.get("metadataValue")).startswith(("=", "batch"))
        )
        return {
            "tabs": sorted(sheet.title for sheet in book.sheets),
            **contents,
            "comments": comments,
            "marks": marks,
        }


def _cells(sheet: GridSheet) -> Iterator[tuple[int, int, Any]]:
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            if not cell.is_nothing:
                yield row, column, cell


def _looks(sheet: GridSheet) -> dict[str, Any]:
    """What hangs on a tab beside its cells: its size, widths, rules, charts, merges and filter."""
    return {
        "size": (sheet.row_count, sheet.column_count),
        "widths": dict(sheet.column_info),
        "merges": list(sheet.merges),
        "filter": sheet.basic_filter,
        **{
            name: sorted(str({key: each[key] for key in each if key != "id"}) for each in things)
            for name, things in sheet.objects.items()
            if things
        },
    }


def _place(location: Mapping[str, Any], titles: Mapping[int, str]) -> tuple[Any, ...]:
    span = location.get("dimensionRange")
    if span is None:
        return (titles.get(location.get("sheetId", -1)),)
    return titles.get(span["sheetId"]), span["dimension"], span["startIndex"]


@dataclass(frozen=True, slots=True)
class End:
    """How it ended: what people see, how many calls were made until the job was done, whether it
    went through, how many writes the run after it made, and how many entries of the journal are
    left open.
    """

    everything: dict[str, Any]
    calls: int
    is_through: bool
    writes: int
    open_entries: int


@contextmanager
def _opened(folder: Path, job: Job, form: Form) -> Iterator[Accounts]:
    many_cells = GoogleSheetsConnector.many_cells
    try:
        GoogleSheetsConnector.many_cells = many_cells if form == "small" else 1
        with fake_time(), Sandbox() as sandbox:
            yield Accounts(sandbox, folder, job, form)
    finally:
        GoogleSheetsConnector.many_cells = many_cells


def end_of(
    folder: Path,
    job: Job,
    fault: Mapping[str, Any] | None,
    number: int = 0,
    *,
    lasts: bool = False,
    form: Form = "small",
) -> End:
    """One job with a fault at one call, or from that call on, once more without, and the run after
    it.
    """
    with _opened(folder, job, form) as accounts:
        traffic = accounts.google.traffic
        if fault is not None:
            meets = (
                (lambda call: call.number >= number)
                if lasts
                else (lambda call: call.number == number)
            )
            traffic.fail(Fault(meets, times=10**6 if lasts else 1, **fault))
            if "delay" in fault:
                accounts.wait_for(_IMPATIENT)
            accounts.run()
            traffic.faults.clear()
            accounts.wait_for(20)
        done = accounts.run()
        calls = len(traffic.calls)
        is_through = done.exit_code == 0 and all(
            part.state == "ok" and not part.conflicts for part in done.parts
        )
        if job == "close":
            accounts.run_after()
        traffic.forget()
        accounts.run_after()
        return End(
            accounts.everything(), calls, is_through, traffic.count("write"), accounts.open_entries
        )


def differences(end: End, wanted: End, fault: Mapping[str, Any]) -> Iterator[str]:
    """In what an end differs from that of a run without faults. A refused comment becomes another
    kind of comment or none, and is not made again; so comments are not compared after a refusal.
    """
    without = {"comments"} if fault.get("status") in _REFUSALS and "after" not in fault else set()
    for name in ("is_through", "writes", "open_entries"):
        if getattr(end, name) != getattr(wanted, name):
            yield f"{name}: {getattr(end, name)}, not {getattr(wanted, name)}"
    for name in dict.fromkeys((*wanted.everything, *end.everything)):
        ours, theirs = end.everything.get(name), wanted.everything.get(name)
        if name not in without and ours != theirs:
            yield f"{name}: {_unlike(ours, theirs)}"


def _unlike(ours: Any, theirs: Any) -> str:
    """Only what differs of two things, as deep inside as that can be said."""
    if isinstance(ours, tuple) and isinstance(theirs, tuple) and len(ours) == len(theirs):
        pairs = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
        return ", ".join(_unlike(*pair) for pair in pairs)
    if isinstance(ours, list) and isinstance(theirs, list):
        more = [each for each in ours if each not in theirs]
        less = [each for each in theirs if each not in ours]
        return f"{more[:4]} instead of {less[:4]}"
    if isinstance(ours, dict) and isinstance(theirs, dict):
        names = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
        return ", ".join(f"{name} {_unlike(ours.get(name), theirs.get(name))}" for name in names)
    return f"{ours!r} instead of {theirs!r}"
