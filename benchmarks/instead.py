"""What people would use instead of okrsync, for the rows of the table: short scripts as they are
written, on pandas, openpyxl, gspread and notion-client. `python benchmarks/instead.py NAME FOLDER`.

They do the arithmetic and no more: no layout is recognised, no unit, no address, no status with a
reason, no journal, no undo. They write by row number, without a look, and trust the answer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def pandas_plan(folder: Path, engine: str = "openpyxl") -> None:
    """Progress and its mean by objective; what is no plain number is left out."""
    import pandas as pd

    for path in sorted(folder.glob("*.xlsx")):
        frame = pd.read_excel(path, engine=engine)
        start, current, target = (
            pd.to_numeric(frame[name], errors="coerce") for name in ("Start", "Current", "Target")
        )
        progress = (current - start) / (target - start)
        progress.groupby(frame["Objective"]).mean()


def calamine_plan(folder: Path) -> None:
    """The same with the fastest reader that pandas has."""
    pandas_plan(folder, "calamine")


def openpyxl_write(folder: Path) -> None:
    """Two more columns by loading and saving the workbook, which drops charts and cached values."""
    import openpyxl

    (path,) = folder.glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    sheet: Any = book["Q4"]
    for number, row in enumerate(sheet.iter_rows(min_row=2, values_only=True), start=2):
        share = (row[5] - row[4]) / (row[6] - row[4])
        sheet.cell(number, 9, round(share, 2))
        sheet.cell(number, 10, "On track" if share > 0.5 else "Off track")
    book.save(path)


def gspread_rows(folder: Path) -> None:
    """Every value of each sheet, and the cells that differ, by row number."""
    for worksheet in _worksheets(folder):
        header, *rows = worksheet.get_all_values(value_render_option="UNFORMATTED_VALUE")
        cells = []
        for number, row in enumerate(rows, start=2):
            share = round((row[5] - row[4]) / (row[6] - row[4]), 2)
            answer = [share, "On track" if share > 0.5 else "Off track"]
            if row[8:10] != answer:
                cells.append({"range": f"I{number}:J{number}", "values": [answer]})
        if len(header) == 8:
            cells.insert(0, {"range": "I1:J1", "values": [["Progress", "Status"]]})
        if cells:
            worksheet.batch_update(cells)


def _worksheets(folder: Path) -> Iterator[Any]:
    import gspread
    from gspread.http_client import HTTPClient

    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))

    class LocalClient(HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
            for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
                endpoint = endpoint.replace(host, facts["endpoint"])
            return super().request(method, endpoint, *args, **kwargs)

    client = gspread.service_account(folder / "key.json", http_client=LocalClient)
    for file_id in facts["files"]:
        yield client.open_by_key(file_id).worksheet("Q4")


def notion_pages(folder: Path) -> None:
    """Every page, and a PATCH for each that differs."""
    from notion_client import Client
    from notion_client.helpers import collect_paginated_api

    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    client = Client(auth=facts["token"], base_url=facts["endpoint"])
    source = facts["source"]
    properties: Json = client.data_sources.retrieve(source)["properties"]  # type: ignore[index]
    if "Progress" not in properties:
        new = {"Progress": {"number": {"format": "percent"}}, "Status": {"rich_text": {}}}
        client.data_sources.update(source, properties=new)
    for page in collect_paginated_api(client.data_sources.query, data_source_id=source):
        held = page["properties"]
        start, current, target = (held[name]["number"] for name in ("Start", "Current", "Target"))
        share = round((current - start) / (target - start), 2)
        word = "On track" if share > 0.5 else "Off track"
        said = [piece["plain_text"] for piece in held.get("Status", {}).get("rich_text", ())]
        if held.get("Progress", {}).get("number") != share or said != [word]:
            answer = {"number": share}, {"rich_text": [{"text": {"content": word}}]}
            client.pages.update(
                page["id"], properties=dict(zip(("Progress", "Status"), answer, strict=True))
            )


JOBS: dict[str, Callable[[Path], None]] = {
    "pandas": pandas_plan,
    "calamine": calamine_plan,
    "openpyxl": openpyxl_write,
    "gspread": gspread_rows,
    "notion": notion_pages,
}

if __name__ == "__main__":
    JOBS[sys.argv[1]](Path(sys.argv[2]))
