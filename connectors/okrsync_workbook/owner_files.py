"""Who has a file open, according to the owner files of Excel and LibreOffice.

Both programs put a small file beside the one they open, and delete it when they close it. After a
crash it stays for ever, so that an old owner file counts as left over.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from okrsync.connector import read_regular

__all__ = ["FileUser", "holder_of"]

_LARGEST = 1 << 16

_LEFT_OVER_AFTER = timedelta(days=7)
"""Nobody keeps a workbook open for longer without saving. The program warns whoever does that the
file has changed.
"""
_EDIT_TIME = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d{2}")


class FileUser(Struct, frozen=True):
    """Somebody who has a file open: the program, the person, since when (local time), and the owner
    file that says so.
    """

    program: str
    person: str
    since: datetime
    owner_file: Path

    @property
    def is_left_over(self) -> bool:
        """Whether the owner file is too old for anybody still to be there."""
        return datetime.now() - self.since > _LEFT_OVER_AFTER  # noqa: DTZ005 - as LibreOffice writes it

    def __str__(self) -> str:
        return f"in {self.program} by {self.person} since {self.since:%d %b %Y %H:%M}"


def holder_of(path: Path) -> FileUser | None:
    """Who has the file open, the latest of several; None where there is no owner file. Callers
    check `is_left_over` before they leave the file alone.
    """
    holders = []
    # Excel cuts two characters off the front of long names.
    for name, read in (
        (f"~${path.name}", _excel),
        (f"~${path.name[2:]}", _excel),
        (f".~lock.{path.name}#", _libre_office),
    ):
        owner_file = path.with_name(name)
        # A name that is too long for the disk raises an error as well: such a file cannot exist.
        with suppress(OSError):
            changed = datetime.fromtimestamp(owner_file.stat().st_mtime)  # noqa: DTZ006 - local
            holders.append(read(owner_file, changed))
    return max(holders, key=lambda holder: holder.since, default=None)


def _excel(owner_file: Path, changed: datetime) -> FileUser:
    """The user an owner file of Excel names: a length, then the name."""
    person = ""
    with suppress(OSError):
        raw = read_regular(owner_file, _LARGEST)
        # The name has 54 bytes at most; another length is not one that Excel wrote.
        if raw and 0 < raw[0] <= 54:
            person = raw[1 : 1 + raw[0]].decode("latin-1").strip("\0 ")
    return FileUser("Excel", person or "somebody", changed, owner_file)


def _libre_office(owner_file: Path, changed: datetime) -> FileUser:
    """The user whom a lock file of LibreOffice names. Its fields are the name of the person, the
    account, the machine, the time and the profile: `Mia,mia,laptop,29.11.2026
    18:45,file:///home/mia/...;`. This time counts before that of the file, which a copy or a
    checkout renews.
    """
    person, since = "somebody", changed
    with suppress(OSError):
        text = read_regular(owner_file, _LARGEST).decode("utf-8", "replace")
        fields = text.strip(";\n ").split(",")
        person = next((field.strip() for field in fields[:3] if field.strip()), person)
        for field in fields[3:4]:
            if _EDIT_TIME.fullmatch(field.strip()):
                with suppress(ValueError):
                    since = datetime.strptime(field.strip(), "%d.%m.%Y %H:%M")  # noqa: DTZ007 - local
    return FileUser("LibreOffice", person, since, owner_file)
