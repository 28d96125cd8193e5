"""One whole sync of a Notion workspace, with one thing going wrong at one call: properties, pages,
summary, comments and the board.

Whatever goes wrong, and whether or not the call had taken effect by then, the workspace ends as if
nothing had. `benchmarks/notion_faults.py` tries every fault at every call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from okrsync.config import load
from okrsync.plan.plan import Plan
from okrsync.sync import sync
from okrsync.testing import fake_time
from okrsync_sandbox import Fault, Sandbox
from okrsync_sandbox.notion.model import Page
from okrsync_sandbox.notion.richtext import plain, shown_text
from okrsync_sandbox.notion.users import shown_user

__all__ = ["FAULTS", "Office", "calls_of_a_sync", "end_of"]

TODAY = date(2026, 11, 24)
FAULTS: tuple[Mapping[str, Any], ...] = (
    *({"status": status} for status in (409, 429, 500, 502, 503, 504, 529)),
    *({"status": status, "after": True} for status in (409, 500, 502, 504, 529)),
    {"drop": "before"},
    {"drop": "after"},
    {"keep": 0},
    {"keep": 20},
    {"body": b"<html>Bad gateway</html>", "status": 502},
)
_COLUMNS: dict[str, Any] = {
    "Objective": "title",
    "Key result": "rich_text",
    "Owner": "people",
    "Start": "number",
    "Current": "number",
    "Target": "number",
    "Last check-in": "date",
}
_ROWS = [
    ("Grow", "Sign-ups", 50, "2026-11-23"),
    ("Grow", "Revenue", 20, "2026-10-01"),
    ("Keep", "Churn", 80, "2026-11-20"),
]


class Office:
    """A database of Ada's with one stale key result of Jon's, a page for the summary, an empty
    board, and a config for all of it.
    """

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.notion, self.folder = sandbox.notion, folder
        self.ada, self.jon = (
            self.notion.person(f"{name}@acme.example", name.title()) for name in ("ada", "jon")
        )
        self.bot = self.notion.connect("okrsync")
        self.home = self.ada.new_page("Home")
        self.ada.write(self.home, [{"type": "paragraph", "paragraph": {"rich_text": []}}])
        database, self.source = self.ada.new_database("OKRs", _COLUMNS, self.home)
        board, self.board = self.ada.new_database("Board", {"Name": "title"}, self.home)
        for objective, title, current, day in _ROWS:
            values = {
                "Objective": objective,
                "Key result": title,
                "Owner": [self.jon.id],
                "Last check-in": day,
            }
            self.ada.new_row(self.source, {**values, "Start": 0, "Current": current, "Target": 100})
        self.ada.share(self.home, self.bot)
        (folder / "token").write_text(self.bot.token)
        (folder / "token").chmod(0o600)
        place = (
            f'token = {{file = "token"}}\napi_endpoint = "{sandbox.endpoint}"\nlimits ='
            " {requests_per_second = 1000000, timeout_seconds = 5, give_up_seconds = 5}"
        )
        (folder / "okrsync.toml").write_text(
            'cycle = "2026-Q4"\n[sources.team]\nconnector = "notion"\ndatabase ='
            f' "{sandbox.notion_url(database)}"\n{place}\n[sources.team.write]\ncolumns ='
            ' {progress = "Progress", status = "Status", note = "okrsync note"}\nsummary ='
            f' "{sandbox.notion_url(self.home)}"\nnotify = "comment"\n[publish.board]\nconnector ='
            f' "notion"\ndatabase = "{sandbox.notion_url(board)}"\n{place}\n'
        )

    def run(self) -> Plan:
        return sync(load(self.folder / "okrsync.toml"), as_of=TODAY)

    def everything(self) -> dict[str, Any]:
        """All that people see: properties, rows, what stands on the page, comments, who was called,
        views.
        """
        space = self.notion.space
        made = list(space.comments.values())
        return {
            "rows": list(self._rows(self.source)),
            "board": sorted(self._rows(self.board), key=str),
            "page": self.ada.outline(self.home),
            "comments": [
                (self._title(one.parent.id), plain(shown_text(one.rich_text, space, self.bot)))
                for one in made
            ],
            "called": [shown_user(one, space, None).get("name") for one, _ in space.notified],
            "views": sorted((one.name, one.type) for one in space.views.values()),
        }

    def _rows(self, source: str) -> Iterator[list[tuple[str, Any]]]:
        for row in self.ada.rows(source):
            yield sorted(
                (one.name, self._shown(one.type, self.ada.read(row, one.name)))
                for one in self.ada.source(source).properties.values()
            )

    def _shown(self, kind: str, value: Any) -> Any:
        if kind == "relation":
            return sorted(self._title(one) for one in value)
        return bool(value) if kind == "url" else str(value)

    def _title(self, page: str | None) -> str:
        """The title of a page, by whose id nothing can be compared."""
        found = self.notion.space.objects.get(page or "")
        if not isinstance(found, Page) or found.parent.kind != "data_source_id":
            return "?"
        columns = {one.name for one in self.ada.source(found.parent.id or "").properties.values()}
        return str(self.ada.read(found.id, "Key result" if "Key result" in columns else "Name"))


@dataclass(frozen=True, slots=True)
class End:
    """How it ended: what people see, whether the last run but one went through, and how many writes
    the last one made.
    """

    everything: dict[str, Any]
    is_through: bool
    writes: int


def end_of(
    folder: Path, fault: Mapping[str, Any] | None, number: int = 0, *, lasts: bool = False
) -> End:
    """One sync with a fault at one call, or from that call on, and two more without."""
    with fake_time(), Sandbox() as sandbox:
        office = Office(sandbox, folder)
        if fault is not None:
            meets = (
                (lambda call: call.number >= number)
                if lasts
                else (lambda call: call.number == number)
            )
            office.notion.traffic.fail(Fault(meets, times=10**6 if lasts else 1, **fault))
            office.run()
            office.notion.traffic.faults.clear()
        done = office.run()
        is_through = all(part.state == "ok" and not part.conflicts for part in done.parts)
        office.notion.traffic.forget()
        office.run()
        return End(office.everything(), is_through, office.notion.traffic.count("write"))


def calls_of_a_sync(folder: Path) -> int:
    """How many calls the first sync makes when nothing goes wrong."""
    with Sandbox() as sandbox:
        office = Office(sandbox, folder)
        office.run()
        return office.notion.traffic.count()
