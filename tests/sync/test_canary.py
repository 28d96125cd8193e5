"""No secret is anywhere but where it belongs: not in an output, a log, the journal, a report or a
traceback, whatever is asked for and whatever fails.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import forked
from company import TODAY, Company
from faults import at_once
from grids import in_part
from okrsync.cli import COMMANDS, okrsync
from okrsync.cli.errors import run
from okrsync.config import load
from okrsync.sync import check, make_plan
from okrsync_sandbox.traffic import Fault

SILENT = {"demo", "watch", "sandbox", "init", "mcp", "fleet"}
"""Commands that make companies of their own, or do not end by themselves; `watch` is tried in a
process of its own below.
"""
ARGUMENTS: dict[str, list[list[str]]] = {
    "explain": [["company/O1"], ["no/such"]],
    "undo": [["no-such-run"], ["last"]],
    "completion": [["bash"]],
    "show": [[], ["--json"], ["company/O1"]],
    "plan": [[], ["--json"], ["--show-requests"]],
    "sync": [[], ["--json"]],
    "check": [[], ["--repair"], ["--json"]],
    "history": [[], ["--json"]],
    "lint": [[], ["--json"]],
    "report": [["--html", "-"]],
    "retry": [[], ["--json"]],
    "state": [["check"], ["export"], ["prune", "--dry-run"], ["check", "--json"]],
}
FAILURES: dict[str, Fault | None] = {
    "nothing": None,
    "refused": Fault(times=10**6, status=401),
    "forbidden": Fault(times=10**6, status=403),
    "broken": Fault(times=10**6, drop="before"),
    "not JSON": Fault(times=10**6, body=b"<html>"),
    "server error": Fault(times=10**6, status=500),
}


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    monkeypatch.chdir(tmp_path)
    with Company(tmp_path) as made, at_once():
        yield made


def _secrets(acme: Company) -> dict[str, str]:
    key = json.loads((acme.folder / "service-account.json").read_text(encoding="utf-8"))
    made = {
        "the Notion token": acme.bot.token,
        "the private key": key["private_key"],
        "its id": key["private_key_id"],
    }
    # A key is told by any line of it.
    made |= {
        f"line {number} of the key": line
        for number, line in enumerate(key["private_key"].splitlines()[1:-1])
    }
    tokens = {
        f"access token {number}": token for number, token in enumerate(acme.google.accounts.tokens)
    }
    return made | tokens


def _repeating(acme: Company, **more: Any) -> None:
    """Both services refuse, and repeat every secret in their words, keys in other lines too."""
    secrets = _secrets(acme)
    rewrapped = "".join(secrets["the private key"].splitlines()[1:-1])
    lines = [rewrapped[at : at + 76] for at in range(10, len(rewrapped), 76)]
    words = f"not with {' '.join(secrets.values())} nor with {' '.join(lines)}"
    google = {"error": {"code": 400, "message": words, "status": "INVALID_ARGUMENT"}}
    notion = {"object": "error", "status": 400, "code": "validation_error", "message": words}
    for traffic, body in ((acme.google.traffic, google), (acme.notion.traffic, notion)):
        traffic.fail(Fault(times=10**6, status=400, body=json.dumps(body).encode(), **more))


def _everything_said(capfd: pytest.CaptureFixture[str], turn: int | None = None) -> str:
    """What all commands say, or every second one from that on."""
    said = ""
    commands = [command for command in COMMANDS if command not in SILENT]
    for command in commands if turn is None else commands[turn::2]:
        for arguments in ARGUMENTS.get(command, [[]]):
            run(okrsync, [command, *arguments])
            out, err = capfd.readouterr()
            said += out + err
    return said


def _files(acme: Company) -> str:
    """All that lies in the folder, but for the secrets themselves."""
    secrets = ("notion-token", "service-account.json")
    paths = [path for path in acme.folder.rglob("*") if path.is_file() and path.name not in secrets]
    return "".join(path.read_bytes().decode("latin-1") for path in paths)


def _leaks(text: str, acme: Company) -> list[str]:
    return [name for name, secret in _secrets(acme).items() if len(secret) > 8 and secret in text]


def _pieces(text: str, acme: Company) -> list[str]:
    """Pieces of the private key that are somewhere in a text, however its lines were broken."""
    key = "".join(_secrets(acme)["the private key"].splitlines()[1:-1])
    return [piece for at in range(0, len(key) - 24, 8) if (piece := key[at : at + 24]) in text]


@pytest.mark.parametrize(("failure", "turn"), in_part(product(FAILURES, [0, 1]), every=7))
def test_no_command_shows_a_secret_whatever_fails(
    acme: Company,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    failure: str,
    turn: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    acme.sync()
    fault = FAILURES[failure]
    if fault is not None:
        for traffic in (acme.google.traffic, acme.notion.traffic):
            traffic.fail(fault)
    said = _everything_said(capfd, turn)
    said += caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert len(said) > 1000
    assert _leaks(said, acme) == []


@pytest.mark.parametrize("kind", ["read", "write"])
def test_a_secret_that_a_service_repeats_is_masked_wherever_it_goes(
    acme: Company, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    """Refused from the first read on, or only where something is written: then the reason goes
    into the journal and every output.
    """
    caplog.set_level(logging.DEBUG)
    assert acme.google.accounts.tokens or run(okrsync, ["plan"]) is not None
    _repeating(acme, meets=lambda call: call.kind == kind)
    said = _everything_said(capfd)
    said += caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert said.count("not with ****") > 5
    assert _leaks(said, acme) == []
    assert _leaks(_files(acme), acme) == []
    assert _pieces(said + _files(acme), acme) == []


def test_a_secret_that_a_service_repeats_is_in_no_error_of_the_library(acme: Company) -> None:
    """Who calls the functions gets masked words as well."""
    _repeating(acme, meets=lambda call: call.kind == "read")
    config = load(acme.folder / "okrsync.toml")
    plan = make_plan(config, as_of=TODAY)
    assert _leaks(repr(plan), acme) == []
    assert _leaks(repr(check(config)), acme) == []


def test_no_file_holds_a_secret_but_those_that_are_named_for_it(acme: Company) -> None:
    acme.sync()
    acme.mia.put(acme.growth, "Q4", "E2", 95)
    acme.sync()
    for path in acme.folder.rglob("*"):
        if path.is_file() and path.name not in ("notion-token", "service-account.json"):
            assert _leaks(path.read_bytes().decode("latin-1"), acme) == [], path


def test_what_is_written_into_sheets_and_pages_holds_no_secret(acme: Company) -> None:
    acme.sync()
    assert _leaks(repr(acme.world()), acme) == []


@pytest.mark.parametrize("is_traced", [False, True], ids=["in words", "with a traceback"])
def test_a_crash_shows_no_secret(acme: Company, is_traced: bool) -> None:
    """Not even with a traceback asked for, with an error nobody thought of in the middle of a
    request.
    """
    script = (
        "import httpx, requests\n"
        "def broken(*args, **kwargs): raise ZeroDivisionError('in the middle')\n"
        "httpx.Client.send = broken; requests.Session.send = broken\n"
        "from okrsync.cli import main\n"
        f"main(['sync', '--as-of', '{TODAY}'])\n"
    )
    done = forked.python(
        acme.folder, script, environment={"OKRSYNC_DEBUG": "1" if is_traced else ""}
    )
    assert ("ZeroDivisionError" in done.stderr) if is_traced else ("sales" in done.stdout)
    assert _leaks(done.stdout + done.stderr, acme) == []


@pytest.mark.parametrize(
    "text",
    [
        'token = "ntn_abcdefghijklmnopqrstuvwxyz0123456789"',
        'token = {env = "THERE_IS_NO_SUCH_VARIABLE"}',
        'token = {file = "service-account.json", more = 1}',
        'token = {command = ["sh", "-c", "cat service-account.json; exit 3"]}',
        'token = ["{env}"]',
    ],
)
def test_a_config_that_is_wrong_about_secrets_shows_none(
    acme: Company, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    (acme.folder / "okrsync.toml").write_text(
        f'[sources.company]\nconnector = "notion"\ndatabase = "{acme.database}"\n{text}\n',
        encoding="utf-8",
    )
    # A secret that cannot be had is a problem of its source, anything else one of the file.
    assert run(okrsync, ["check"]) in (1, 2)
    out, err = capfd.readouterr()
    assert "sources.company.token" in out + err
    assert _leaks(out + err, acme) == []
    assert "ntn_abc" not in out + err


def test_a_secret_that_comes_with_an_address_is_not_repeated(
    acme: Company, capfd: pytest.CaptureFixture[str]
) -> None:
    """Somebody may write a user and a password into an address."""
    acme.write_config(endpoint="http://ada:hunter2secret@127.0.0.1:9")
    run(okrsync, ["sync"])
    out, err = capfd.readouterr()
    assert "hunter2secret" not in out + err
