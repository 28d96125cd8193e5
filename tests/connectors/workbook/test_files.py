"""Replacing a file keeps who may open it, or is refused; only regular files are opened."""

from __future__ import annotations

import os
import socket
import stat
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from okrsync.connector import AccessError, SourceBusy, SourceError, UnreadableSource
from okrsync_workbook.files import read_file, replace_file
from okrsync_workbook.owner_files import holder_of
from team import CONFIG, Team, team

__all__ = ["team"]

ACL = "system.posix_acl_access"
DEFAULT_ACL = "system.posix_acl_default"
NOBODY = 65_534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")


def acl(user: int) -> bytes:
    """An access list, as Linux keeps it, by which one more user may read and write."""
    entries = [(1, 6, -1), (2, 6, user), (4, 4, -1), (16, 6, -1), (32, 0, -1)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)


def set_attribute(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        pytest.skip(f"this disk keeps no {name} ({error.strerror})")


def replace(path: Path, data: bytes = b"b,c\n") -> None:
    replace_file(path, read_file(path), data)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "okrs.csv"
    made.write_bytes(b"a,b\n")
    return made


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604, 0o2664])
def test_the_mode_stays(path: Path, mode: int) -> None:
    path.chmod(mode)
    replace(path)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"b,c\n", mode)


@needs_root
def test_owner_and_group_stay(path: Path) -> None:
    os.chown(path, 1234, 2345)
    path.chmod(0o4755)
    replace(path)
    now = path.stat()
    assert (now.st_uid, now.st_gid, stat.S_IMODE(now.st_mode)) == (1234, 2345, 0o4755)


def test_access_list_and_attributes_stay(path: Path) -> None:
    set_attribute(path, "user.colour", b"blue")
    set_attribute(path, ACL, acl(1234))
    before = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    replace(path)
    assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == before


def test_what_the_folder_gives_to_new_files_is_not_taken_on(path: Path) -> None:
    set_attribute(path.parent, DEFAULT_ACL, acl(1234))
    replace(path)
    assert ACL not in os.listxattr(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that every user of the machine may write to."""
    with tempfile.TemporaryDirectory(prefix="okrsync-test-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


@contextmanager
def as_user(user: int) -> Iterator[None]:
    """Be somebody who may not do everything."""
    os.setegid(user)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@needs_root
@pytest.mark.parametrize(("owner", "group"), [(0, NOBODY), (NOBODY, 0), (1234, 1234)])
def test_a_file_whose_owner_or_group_would_change_is_left_alone_and_the_reason_is_said(
    shared_folder: Path, owner: int, group: int
) -> None:
    path = shared_folder / "okrs.csv"
    path.write_bytes(b"a,b\n")
    path.chmod(0o666)
    os.chown(path, owner, group)
    groups = os.getgroups()
    os.setgroups([])
    try:
        with as_user(NOBODY), pytest.raises(AccessError, match="owner"):
            replace(path)
    finally:
        os.setgroups(groups)
    now = path.stat()
    assert (path.read_bytes(), now.st_uid, now.st_gid) == (b"a,b\n", owner, group)
    assert [child.name for child in shared_folder.iterdir()] == ["okrs.csv"]


def test_rights_that_cannot_be_kept_are_a_refusal(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.chmod(0o644)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchmod", refuse)
    with pytest.raises(AccessError, match="could not be given"):
        replace(path)
    assert path.read_bytes() == b"a,b\n"
    assert [child.name for child in path.parent.iterdir()] == ["okrs.csv"]


def test_a_file_with_several_names_is_left_alone(path: Path, team: Team) -> None:
    os.link(path, path.with_name("other.csv"))
    with pytest.raises(SourceError, match="2 names"):
        replace(path)
    assert path.read_bytes() == b"a,b\n"
    os.link("growth.xlsx", "archive.xlsx")
    before = Path("growth.xlsx").read_bytes()
    code, out = team.run("sync", "--as-of", "2026-11-23")
    assert code == 1
    assert "hard links" in team.err + out
    assert "hard links" in team.run("check")[1]
    assert (Path("growth.xlsx").read_bytes(), Path("archive.xlsx").read_bytes()) == (before, before)


def test_a_symbolic_link_stays_one(path: Path) -> None:
    link = path.with_name("link.csv")
    link.symlink_to(path)
    replace(link)
    assert link.is_symlink()
    assert path.read_bytes() == b"b,c\n"


@pytest.fixture(params=["pipe", "socket", "device", "endless"])
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Something that is no regular file."""
    made = tmp_path / "odd"
    if request.param == "pipe":
        os.mkfifo(made)
    elif request.param == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(made))
            yield made
        return
    else:
        made.symlink_to("/dev/zero" if request.param == "endless" else "/dev/null")
    yield made


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_links_that_lead_in_a_circle_cost_their_source_alone(team: Team, ending: str) -> None:
    path = team.folder / f"odd{ending}"
    path.symlink_to("loop")
    (team.folder / "loop").symlink_to(path.name)
    other = f'\n[sources.other]\nconnector = "workbook"\npath = "{path.name}"\n'
    team.config(CONFIG + other)
    code, out = team.run("sync", "--as-of", "2026-11-23")
    assert (code, "Too many levels of symbolic links" in out) == (3, True)
    assert team.run("--config", "loop", "check")[0] == 2


def at_once(team: Team, *arguments: str) -> tuple[int, str]:
    """A command that ends by itself; a hang fails the test instead of holding it up."""
    timer = threading.Timer(60, os._exit, [99])
    timer.start()
    try:
        code, out = team.run(*arguments)
    finally:
        timer.cancel()
    return code, out + team.err


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".ods"])
def test_a_source_that_is_no_regular_file_is_named_and_the_others_go_on(
    team: Team, odd: Path, ending: str
) -> None:
    path = odd.rename(odd.with_suffix(ending))
    other = f'\n[sources.other]\nconnector = "workbook"\npath = "{path.name}"\n'
    team.config(CONFIG + other)
    code, said = at_once(team, "sync", "--as-of", "2026-11-23")
    assert code == 3
    assert f"{path.name}: " in said
    assert "where a file is expected" in said
    with pytest.raises(UnreadableSource, match="where a file is expected"):
        read_file(path)


def test_a_config_that_is_no_regular_file_is_refused(team: Team, odd: Path) -> None:
    code, said = at_once(team, "plan", "--config", str(odd))
    assert code == 2
    assert "odd" in said


def test_a_mapping_that_is_no_regular_file_is_refused(team: Team, odd: Path) -> None:
    team.config(CONFIG.replace('path = "growth.xlsx"', 'path = "growth.xlsx"\nmapping = "odd"'))
    code, said = at_once(team, "plan")
    assert code == 2
    assert "odd" in said


def test_a_secret_that_is_no_regular_file_fails_its_source(team: Team, odd: Path) -> None:
    notion = (
        '\n[sources.notion]\nconnector = "notion"\ndatabase = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"'
    )
    team.config(CONFIG + notion + '\ntoken = {file = "odd"}\n')
    code, said = at_once(team, "plan")
    assert code != 0
    assert "where a file is expected" in said
    assert str(odd) in said


def test_a_file_that_is_far_too_large_is_refused_unread(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okrsync_workbook.files._LARGEST", 3)
    with pytest.raises(UnreadableSource, match="larger than"):
        read_file(path)


def excel_owner_file(person: str) -> bytes:
    """As Excel writes it: the name in 8-bit letters, then in 16-bit ones."""
    narrow = bytes([len(person)]) + person.encode("latin-1").ljust(54)
    return narrow + bytes([len(person), 0]) + person.ljust(54).encode("utf-16-le")


def libre_office_lock(moment: datetime) -> bytes:
    return f",mia,laptop,{moment:%d.%m.%Y %H:%M},file:///home/mia/libreoffice/4;".encode()


NOW = datetime(2026, 11, 23, 12)


@pytest.mark.parametrize("days", [0, 6, 8, 365 * 4])
@pytest.mark.parametrize("program", ["Excel", "LibreOffice"])
def test_a_file_somebody_has_open_is_left_alone_but_not_for_ever(
    program: str, days: int, team: Team
) -> None:
    since = NOW - timedelta(days=days)
    book = team.folder / "growth.xlsx"
    owner_file = team.folder / ("~$growth.xlsx" if program == "Excel" else ".~lock.growth.xlsx#")
    owner_file.write_bytes(
        excel_owner_file("mia") if program == "Excel" else libre_office_lock(since)
    )
    if program == "Excel":
        os.utime(owner_file, (since.timestamp(), since.timestamp()))
    before = book.read_bytes()
    said = f"open in {program} by mia since {since:%d %b %Y %H:%M}"
    with time_machine.travel(NOW.astimezone(UTC)):
        code, out = team.run("check")
        assert said in " ".join(out.split())
        assert owner_file.name in out
        if days < 7:
            assert code == 1
            done = team.sync(code=1)
            assert said in done["sources"][0]["error"]
            assert book.read_bytes() == before
        else:
            assert code == 0
            assert team.sync()["counts"]["written"] > 0
            assert team.sync()["counts"]["changes"] == 0
    assert owner_file.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b",,,", b",mia,laptop,yesterday,file:///;", b",mia,laptop,99.99.2026 99:99,;"],
)
def test_a_lock_file_that_says_no_moment_is_as_old_as_the_file(path: Path, content: bytes) -> None:
    lock = path.with_name(f".~lock.{path.name}#")
    lock.write_bytes(content)
    holder = holder_of(path)
    assert holder is not None
    assert not holder.is_left_over
    with pytest.raises(SourceBusy, match=r"open in LibreOffice by \w+ since"):
        replace(path)
    os.utime(lock, (0, 0))
    replace(path)
    assert path.read_bytes() == b"b,c\n"


def test_of_two_owner_files_the_younger_one_counts(path: Path) -> None:
    path.with_name(f"~${path.name}").write_bytes(excel_owner_file("old"))
    os.utime(path.with_name(f"~${path.name}"), (0, 0))
    path.with_name(f".~lock.{path.name}#").write_bytes(libre_office_lock(datetime.now()))
    with pytest.raises(SourceBusy, match="by mia"):
        replace(path)


def test_an_owner_file_that_is_none_holds_nothing_up(path: Path) -> None:
    os.mkfifo(path.with_name(f".~lock.{path.name}#"))
    holder = holder_of(path)
    assert holder is not None
    assert holder.person == "somebody"
