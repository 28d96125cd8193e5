"""What can be checked about a spreadsheet without writing: which account okrsync uses, what the
account sees, and whether it may edit.
"""

from __future__ import annotations

from collections.abc import Iterator

from gspread.urls import SPREADSHEET_URL

from okrsync.connector import Calls, Finding, OkrsyncError, SourceError
from okrsync_google_sheets.account import Account
from okrsync_google_sheets.settings import GoogleSheetsSettings

__all__ = ["check_access", "tab_title", "trash_state"]

_TITLES = "sheets/properties/title"
_FILES = "https://www.googleapis.com/drive/v3/files"


def check_access(
    account: Account, settings: GoogleSheetsSettings, calls: Calls, location: str
) -> Iterator[Finding]:
    """Check the account, reading, the named tabs and editing; each finding that fails says how to
    repair it.
    """
    if account.address is not None:
        yield Finding(None, f"the account to share spreadsheets with is {account.address}")
    try:
        url = SPREADSHEET_URL % settings.spreadsheet
        answer = account.ask(
            "read", calls, "get", url, location, "sheets", params={"fields": _TITLES}
        )
    except OkrsyncError as error:
        yield Finding(False, error.message, error.hint)
        return
    titles = [sheet["properties"]["title"] for sheet in answer.get("sheets", ())]
    count = len(titles)
    yield Finding(
        True, f"{location}: readable, {count} tab{'' if count == 1 else 's'}: {', '.join(titles)}"
    )
    for name in settings.tabs or ():
        try:
            tab_title(name, titles, location)
        except SourceError as error:
            yield Finding(False, error.message, error.hint)
    yield _editing(account, settings, calls, location)


def _editing(
    account: Account, settings: GoogleSheetsSettings, calls: Calls, location: str
) -> Finding:
    # Without `supportsAllDrives`, Drive does not find a file on a shared drive.
    query = {"fields": "capabilities/canEdit", "supportsAllDrives": "true"}
    try:
        answer = account.ask(
            "drive",
            calls,
            "get",
            f"{_FILES}/{settings.spreadsheet}",
            location,
            "capabilities",
            params=query,
        )
    except SourceError as error:
        return Finding(
            None,
            f"whether it may be edited cannot be checked in advance: {error.message}",
            error.hint,
        )
    if answer.get("capabilities", {}).get("canEdit"):
        return Finding(True, f"{location}: may be edited")
    account_name = account.address or "the account okrsync uses"
    return Finding(
        False,
        f"{location}: {account_name} may look but not edit",
        f"Share the spreadsheet with {account_name} as Editor.",
    )


def trash_state(account: Account, file_id: str, calls: Calls, location: str) -> bool | None:
    """Whether a spreadsheet is in the trash; None if Drive does not say."""
    query = {"fields": "trashed", "supportsAllDrives": "true"}
    try:
        answer = account.ask(
            "drive", calls, "get", f"{_FILES}/{file_id}", location, "trashed", params=query
        )
    except SourceError:
        # The Drive API may be disabled where the Sheets API is not. That must not stop a write.
        return None
    return bool(answer["trashed"])


def tab_title(name: str, titles: list[str], location: str) -> str:
    """The title of the tab that the config names: the same title, or else the only one that differs
    by no more than spaces and case. Raises `SourceError` if there is none, or more than one.
    """
    if name in titles:
        return name
    similar = [title for title in titles if title.strip().casefold() == name.strip().casefold()]
    if len(similar) == 1:
        return similar[0]
    if similar:
        raise SourceError(
            f"{location}: {len(similar)} tabs are called {name.strip()!r},"
            " apart from spaces and case",
            hint="Rename one of them, or write its exact title under `tabs`.",
        )
    raise SourceError(
        f"{location}: there is no tab {name!r}", hint=f"Its tabs are: {', '.join(titles)}."
    )
