"""What can be proved about a spreadsheet without writing: who okrsync is there, what it sees, and
whether it may edit.
"""

from __future__ import annotations

from collections.abc import Iterator

from gspread.urls import SPREADSHEET_URL

from okrsync.connector import Calls, Finding, OkrsyncError, SourceError
from okrsync_google_sheets.account import Account
from okrsync_google_sheets.settings import GoogleSheetsSettings

__all__ = ["check_access", "the_tab", "trash_state"]

_TITLES = "sheets/properties/title"
_FILES = "https://www.googleapis.com/drive/v3/files"


def check_access(
    account: Account, settings: GoogleSheetsSettings, calls: Calls, place: str
) -> Iterator[Finding]:
    """The account to share with, reading, the named tabs, and editing, each with the repair where
    it is missing.
    """
    if account.address is not None:
        yield Finding(None, f"the account to share spreadsheets with is {account.address}")
    try:
        url = SPREADSHEET_URL % settings.spreadsheet
        answer = account.ask("read", calls, "get", url, place, "sheets", params={"fields": _TITLES})
    except OkrsyncError as error:
        yield Finding(False, error.message, error.hint)
        return
    titles = [one["properties"]["title"] for one in answer.get("sheets", ())]
    count = len(titles)
    yield Finding(
        True, f"{place}: readable, {count} tab{'' if count == 1 else 's'}: {', '.join(titles)}"
    )
    for name in settings.tabs or ():
        try:
            the_tab(name, titles, place)
        except SourceError as error:
            yield Finding(False, error.message, error.hint)
    yield _editing(account, settings, calls, place)


def _editing(account: Account, settings: GoogleSheetsSettings, calls: Calls, place: str) -> Finding:
    query = {"fields": "capabilities/canEdit", "supportsAllDrives": "true"}
    try:
        answer = account.ask(
            "drive",
            calls,
            "get",
            f"{_FILES}/{settings.spreadsheet}",
            place,
            "capabilities",
            params=query,
        )
    except SourceError as error:
        return Finding(
            None, f"whether it may be edited cannot be told in advance: {error.message}", error.hint
        )
    if answer.get("capabilities", {}).get("canEdit"):
        return Finding(True, f"{place}: may be edited")
    who = account.address or "the account okrsync uses"
    return Finding(
        False,
        f"{place}: {who} may look but not edit",
        f"Share the spreadsheet with {who} as Editor.",
    )


def trash_state(account: Account, file_id: str, calls: Calls, place: str) -> bool | None:
    """Whether a spreadsheet is in the trash; None where Drive does not say."""
    query = {"fields": "trashed", "supportsAllDrives": "true"}
    try:
        answer = account.ask(
            "drive", calls, "get", f"{_FILES}/{file_id}", place, "trashed", params=query
        )
    except SourceError:
        # Without Drive's word the spreadsheet is written to, as it would be if nobody had asked.
        return None
    return bool(answer["trashed"])


def the_tab(name: str, titles: list[str], place: str) -> str:
    """The tab a config means: the one with that title, else the only one that differs from it by
    spaces or case.
    """
    if name in titles:
        return name
    near = [title for title in titles if title.strip().casefold() == name.strip().casefold()]
    if len(near) == 1:
        return near[0]
    if near:
        raise SourceError(
            f"{place}: {len(near)} tabs are called {name.strip()!r}, apart from spaces and case",
            hint="Rename one of them, or write its exact title under `tabs`.",
        )
    raise SourceError(
        f"{place}: there is no tab {name!r}", hint=f"Its tabs are: {', '.join(titles)}."
    )
