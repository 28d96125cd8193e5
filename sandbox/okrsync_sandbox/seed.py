"""Sample content: a growth team's OKRs in a Google Sheet and a company's in a Notion database, as
people keep them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from okrsync_sandbox.google.a1 import cell_name
from okrsync_sandbox.google.person import SheetEditor
from okrsync_sandbox.notion.model import Integration
from okrsync_sandbox.notion.person import NotionEditor

__all__ = ["company_board", "growth_sheet"]


def growth_sheet(person: SheetEditor, today: date, share_with: str) -> str:
    """Make a spreadsheet with one tab of OKRs, with check-ins some days before `today`, and return
    its id.
    """

    def ago(days: int) -> str:
        return (today - timedelta(days=days)).isoformat()

    rows: Sequence[Sequence[str]] = [
        ["Objective", "Key result", "Owner", "Start", "Current", "Target", "Last check-in"],
        ["Win new teams", "Sign-ups a week", "Mia", "40", "88", "100", ago(2)],
        ["", "Trial to paid", "Jon", "12%", "14%", "20%", ago(5)],
        ["", "Demo requests", "Mia", "10", "34", "50", ago(26)],
        ["Keep the teams we have", "Monthly churn", "Lea", "4.0%", "2.6%", "2.5%", ago(1)],
        ["", "Keep support answers below 4 hours", "Sam", "", "3 hours", "4 hours", ago(3)],
        ["", "Customer stories", "Lea", "0", "3", "some good ones", ago(4)],
    ]
    file_id = person.new_spreadsheet("Growth OKRs", {"Q4": [[]]}, time_zone="Europe/Berlin")
    for row, values in enumerate(rows):
        for column, text in enumerate(values):
            if text:
                person.type(file_id, "Q4", cell_name(row, column), text)
    header = {
        "sheetId": 0,
        "startRowIndex": 0,
        "endRowIndex": 1,
        "startColumnIndex": 0,
        "endColumnIndex": 7,
    }
    look = {
        "textFormat": {"bold": True},
        "backgroundColor": {"red": 0.91, "green": 0.94, "blue": 0.99},
    }
    person.do(
        file_id,
        repeatCell={
            "range": header,
            "cell": {"userEnteredFormat": look},
            "fields": "userEnteredFormat",
        },
    )
    for column, size in ((0, 190), (1, 260), (6, 110)):
        column_range = {
            "sheetId": 0,
            "dimension": "COLUMNS",
            "startIndex": column,
            "endIndex": column + 1,
        }
        update = {"range": column_range, "properties": {"pixelSize": size}, "fields": "pixelSize"}
        person.do(file_id, updateDimensionProperties=update)
    person.share(file_id, share_with)
    return file_id


def company_board(person: NotionEditor, today: date, reader: Integration) -> tuple[str, str]:
    """Make a page with a database of the company's objectives, shared with an integration, and
    return the ids of the page and the database.
    """
    home = person.new_page("Acme")
    columns: dict[str, str | dict[str, Any]] = {
        "Objective": "title",
        "Key result": "rich_text",
        "Owner": "rich_text",
        "Start": "number",
        "Current": "number",
        "Target": "number",
        "Last check-in": "date",
    }
    database, source = person.new_database("Company OKRs", columns, home)
    rows: Sequence[tuple[str, str, str, float, float, float, int]] = [
        (
            "Become the first choice of small teams",
            "Teams that recommend us (%)",
            "Ada Ferro",
            40,
            52,
            60,
            3,
        ),
        ("Become the first choice of small teams", "Reviews a month", "Ada Ferro", 12, 30, 40, 30),
        ("Run a company people rely on", "Incidents a month", "Noor Haddad", 9, 5, 3, 2),
    ]
    now = person.space.clock
    for number, (objective, key_result, owner, start, current, target, days) in enumerate(rows):
        # A minute apart, so that sorting by creation time keeps their order.
        moment = now() - 60 * (len(rows) - number)
        person.space.clock = partial(float, moment)
        checked = (today - timedelta(days=days)).isoformat()
        values = {"Objective": objective, "Key result": key_result, "Owner": owner, "Start": start}
        person.new_row(
            source, {**values, "Current": current, "Target": target, "Last check-in": checked}
        )
    person.space.clock = now
    person.share(home, reader)
    return home, database
