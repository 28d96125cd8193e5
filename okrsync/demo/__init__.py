"""The whole job on a made-up company: a Notion database, a Google Sheet and a workbook, read,
measured, written, published, explained and put back; then a quarter of a team, in a minute.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

import okrsync
from okrsync import Company
from okrsync.connector import State
from okrsync.demo.company import Addresses, config, files
from okrsync.demo.quarter import play_quarter
from okrsync.model.plain import clean, plural
from okrsync.model.table import PERCENT, Row, is_blank, text_of
from okrsync.plan.plan import Plan
from okrsync.report.terminal import print_picture, print_steps
from okrsync_sandbox import Sandbox
from okrsync_sandbox.seed import company_board, growth_sheet

__all__ = ["make_company", "run"]

_EXPLAINED = "growth/O1/KR3"
_STEPS = 7


def run(out: Console, keep: Path | None, as_of: date | None) -> int:
    """Play the demo in a temporary folder, or in the folder `keep`, which stays. Returns the exit
    code.
    """
    today = as_of or date.today()
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        # The demo would write over files of the same names.
        if any(keep.iterdir()):
            out.print(
                Text(f"{keep} is not empty; name a new folder, such as {keep}-2.", style="red")
            )
            return 2
        sandbox_file = keep / "google.json"
        with Sandbox(kept=sandbox_file) as sandbox:
            _play(out, keep, today, sandbox)
            play_quarter(out, keep / "quarter", today, _STEPS + 1)
            # The config that stays names this port, so the services must start on it again.
            port = sandbox.endpoint.rpartition(":")[2]
        out.print(
            Text(
                f"\nEverything is still in {keep}. Start its Google and Notion with: okrsync"
                f" sandbox --file {sandbox_file} --port {port}"
            )
        )
        out.print(
            Text(f"Then try it: okrsync show --config {keep / 'okrsync.toml'} --as-of {today}")
        )
        return 0
    with tempfile.TemporaryDirectory(prefix="okrsync-demo-") as folder, Sandbox() as sandbox:
        _play(out, Path(folder), today, sandbox)
        play_quarter(out, Path(folder) / "quarter", today, _STEPS + 1)
    out.print(
        Text(
            "\nThe folder is gone again. Keep it with `okrsync demo --keep acme`, or begin with"
            " your own file: see the README."
        )
    )
    return 0


def make_company(folder: Path, today: date, sandbox: Sandbox) -> Path:
    """Write the company's files and its config into a folder, and fill the local services with its
    sheet and databases. Returns the path of the config.
    """
    for name, data in files(today).items():
        (folder / name).write_bytes(data)
    address = sandbox.key_file(folder / "service-account.json")
    sheet = growth_sheet(sandbox.google.person("mia@acme.example"), today, address)
    reader, ada = (
        sandbox.notion.connect("okrsync"),
        sandbox.notion.person("ada@acme.example", "Ada Ferro"),
    )
    home, database = company_board(ada, today, reader)
    for name in ("Noor Haddad", "Mia", "Jon", "Lea", "Sam", "Kim", "Ola"):
        sandbox.notion.person(f"{name.split()[0].lower()}@acme.example", name)
    board, _ = ada.new_database("OKR board", {"Name": "title"}, home)
    token = folder / "notion-token"
    # Made readable for its owner only before the token is in it.
    token.touch(0o600)
    token.write_text(reader.token, encoding="utf-8")
    addresses = Addresses(
        sandbox.endpoint,
        sandbox.spreadsheet_url(sheet),
        sandbox.notion_url(database),
        sandbox.notion_url(home),
        sandbox.notion_url(board),
    )
    path = folder / "okrsync.toml"
    path.write_text(config(addresses), encoding="utf-8")
    return path


def _play(out: Console, folder: Path, today: date, sandbox: Sandbox) -> None:
    with okrsync.open(make_company(folder, today, sandbox), as_of=today) as acme:
        _play_company(out, folder, acme, sandbox)


def _play_company(out: Console, folder: Path, acme: Company, sandbox: Sandbox) -> None:
    _say(
        out,
        1,
        "Acme keeps its OKRs in a Notion database, a Google Sheet (here on a local Notion and"
        f" Google at {sandbox.endpoint}) and a workbook in {folder}.",
    )
    _print_sheet(out, acme, "growth", "as the growth team left it")

    plan = acme.plan()
    changes = sum(len(part.changes) for part in plan.parts)
    _say(
        out,
        2,
        f"okrsync plan: {plural(changes, 'change')} in {plural(len(plan.sources), 'source')}, and"
        " nothing written yet.",
    )
    for warning in plan.warnings:
        out.print(Text(f"   {warning.location}  {clean(warning.message)}", style="yellow"))

    synced = acme.sync()
    _say(
        out,
        3,
        f"okrsync sync: {plural(_written_count(synced), 'change')} written, each beside its row."
        " The same sheet now:",
    )
    _print_sheet(out, acme, "growth", "with the columns okrsync keeps")
    out.print(
        Text(
            "   The sheet has a tab 'OKR summary' as well, Acme's page in Notion a summary of its"
            " own, and managers the board:"
        )
    )
    _print_board(out, acme)

    repeated = acme.sync()
    writes = sum(part.calls.write for part in repeated.parts)
    _say(
        out,
        4,
        f"okrsync sync, once more: {plural(_written_count(repeated), 'change')},"
        f" {plural(writes, 'write')} sent.",
    )

    _say(out, 5, "okrsync show: one tree over all three.")
    print_picture(out, acme.picture())

    _say(out, 6, f"okrsync explain {_EXPLAINED}: how a number came about.")
    print_steps(out, acme.explain(_EXPLAINED))

    undone = acme.undo()
    _say(
        out,
        7,
        f"okrsync undo last: {plural(_written_count(undone), 'change')} put back; columns, tab,"
        " summary and board rows removed again.",
    )
    _print_sheet(out, acme, "growth", "as the growth team left it")


def _say(out: Console, number: int, line: str) -> None:
    out.print()
    out.print(Text.assemble((f"{number}. ", "bold cyan"), (line, "bold")))


def _written_count(plan: Plan) -> int:
    return sum(change.outcome is State.WRITTEN for part in plan.parts for change in part.changes)


def _print_sheet(out: Console, acme: Company, source: str, caption: str) -> None:
    """One tab as a table, headers and all."""
    table = acme.read(source).tables[0]
    rows = [row for row in table.rows if not row.is_empty]
    out.print(
        Text(
            f"   {acme.config.sources[source].name}: {table.name}, {caption}", style="bright_black"
        )
    )
    grid = Grid(box=box.SIMPLE, show_edge=False, pad_edge=False)
    # Headers of people can be whole sentences; the table has to fit a terminal.
    names = [clean(text_of(value), 16) for value in rows[0].values]
    lines = [[_shown(row, column) for column in range(len(names))] for row in rows[1:]]
    for column, name in enumerate(names):
        width = max(len(name), *(len(line[column]) for line in lines))
        grid.add_column(
            Text(name), overflow="ellipsis", min_width=min(width, 14), max_width=32, no_wrap=True
        )
    for line in lines:
        grid.add_row(*[Text(cell) for cell in line])
    out.print(grid)


def _print_board(out: Console, acme: Company) -> None:
    """The board as managers see it: each row is followed by those under it, indented."""
    table = acme.read("publish.board").tables[0]
    column_of = {name: index for index, name in enumerate(table.header or ())}
    below: dict[str, list[Row]] = {}
    # Notion gives rows in no order that one can rely on.
    for row in sorted(table.rows, key=lambda row: text_of(row.value(column_of["okrsync ID"]))):
        below.setdefault(text_of(row.value(column_of["Parent"])), []).append(row)
    grid = Grid(box=box.SIMPLE, show_edge=False, pad_edge=False)
    names = ("Name", "Kind", "Progress", "Status", "Owner", "Source")
    for name in names:
        grid.add_column(Text(name), overflow="ellipsis", no_wrap=True)
    # Reversed, because the last one is taken first.
    waiting = [(row, 0) for row in reversed(below.get("", []))]
    while waiting:
        row, depth = waiting.pop()
        cells = [_shown(row, column_of[name]) for name in names]
        grid.add_row(Text("  " * depth + cells[0]), *[Text(cell) for cell in cells[1:]])
        waiting.extend((child, depth + 1) for child in reversed(below.get(row.anchor or "", [])))
    out.print(grid)


def _shown(row: Row, column: int) -> str:
    value = row.value(column)
    if row.mark(column) & PERCENT and isinstance(value, int | float):
        return f"{value * 100:.3g} %"
    return "" if is_blank(value) else clean(text_of(value), 60)
