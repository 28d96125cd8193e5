"""The sections `[digest.NAME]`."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from okrsync.config import Config, load
from okrsync.config.problems import Problems
from okrsync.model.secret import masked

SOURCE = '[sources.growth]\nconnector = "workbook"\npath = "growth.xlsx"\n'
SLACK = "https://hooks.slack.com/services/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"
TEAMS = (
    "https://prod-42.westeurope.logic.azure.com:443/workflows/0a1b2c3d/triggers/manual/paths/"
    "invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0"
    "&sig=Zx8NqKf3m2Lw7TtB5rVhYd0cGpJeUiOa9sXbCvQnMkE"
)
SMTP = '[digest.team.smtp]\nhost = "smtp.acme.example"\nsender = "okrsync@acme.example"\n'
LOGIN = SMTP + 'user = "okrsync"\npassword = "wet paint"\n'


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK", SLACK)
    monkeypatch.setenv("TEAMS_WEBHOOK", TEAMS)
    monkeypatch.setenv("SMTP_PASSWORD", "wet paint")
    monkeypatch.delenv("NO_SUCH_WEBHOOK", raising=False)


def read(folder: Path, section: str) -> Config:
    path = folder / "okrsync.toml"
    path.write_text(SOURCE + section, encoding="utf-8")
    return load(path)


def wrong(folder: Path, section: str) -> str:
    with pytest.raises(Problems) as caught:
        read(folder, section)
    return str(caught.value).replace(f"{folder}/", "")


def test_a_digest_is_read_with_its_moment(tmp_path: Path) -> None:
    section = (
        '[digest.team]\nevery = "Friday 16:30"\nto = {slack = {env = "SLACK_WEBHOOK"}}\n'
        'sources = ["growth"]\nteam = "Sales"\nescalate = false\n'
    )
    digest = read(tmp_path, section).digests["team"]
    assert (digest.weekday, digest.time_of_day) == (4, time(16, 30))
    assert digest.keys.to.slack is not None
    assert digest.keys.to.slack.reveal() == SLACK
    assert (digest.keys.sources, digest.keys.team) == (("growth",), "Sales")
    assert not digest.keys.escalate


def test_what_is_left_out_has_the_usual_value(tmp_path: Path) -> None:
    digest = read(tmp_path, '[digest.team]\nto = {teams = {env = "TEAMS_WEBHOOK"}}\n')
    keys = digest.digests["team"].keys
    assert (keys.every, keys.escalate, keys.sources) == ("monday 08:00", True, ())


@pytest.mark.parametrize(
    ("keys", "port"),
    [("", 587), ('tls = "tls"\n', 465), ('tls = "none"\n', 25), ("port = 2525\n", 2525)],
)
def test_the_port_follows_from_how_the_connection_is_encrypted(
    tmp_path: Path, keys: str, port: int
) -> None:
    section = f'[digest.team]\nto = {{email = ["lead@acme.example"]}}\n{SMTP}{keys}'
    smtp = read(tmp_path, section).digests["team"].keys.smtp
    assert smtp is not None
    assert smtp.used_port == port


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ("[digest.team]\n", "okrsync.toml:4: digest.team.to: is missing"),
        (
            '[digest.team]\nevry = "monday 08:00"\nto = {slack = {env = "SLACK_WEBHOOK"}}\n',
            "okrsync.toml:5: digest.team.evry: unknown key; did you mean 'every'?",
        ),
        (
            '[digest.team]\nevery = "moonday 08:00"\nto = {slack = {env = "SLACK_WEBHOOK"}}\n',
            "digest.team.every: 'moonday 08:00' is not a weekday and a time of day",
        ),
        (
            '[digest.team]\nevery = "monday 24:00"\nto = {slack = {env = "SLACK_WEBHOOK"}}\n',
            'write "monday 08:00"',
        ),
        (
            "[digest.team]\nto = {}\n",
            "digest.team.to: expected one of `slack`, `teams` and `email`",
        ),
        (
            '[digest.team.to]\nslack = {env = "SLACK_WEBHOOK"}\nteams = {env = "TEAMS_WEBHOOK"}\n',
            "a second address is a digest of its own",
        ),
        (
            '[digest.team]\nto = {email = ["lead@acme.example"]}\n',
            "digest.team: e-mail needs a section `smtp` with `host` and `sender`",
        ),
        (
            f'[digest.team]\nto = {{email = ["lead@acme.example\\nBcc: x@y.example"]}}\n{SMTP}',
            "is not an e-mail address",
        ),
        (
            f'[digest.team]\nto = {{email = ["lead@acme.example"]}}\n{SMTP}user = "okrsync"\n',
            "digest.team.smtp: `user` and `password` belong together",
        ),
        (
            f'[digest.a.to]\nemail = ["a@b.c"]\n{LOGIN.replace("team", "a")}',
            "digest.a.smtp.password: expected the name of a secret",
        ),
        (
            '[digest.team]\nto = {slack = {env = "SLACK_WEBHOOK"}}\nsources = ["growht"]\n',
            "there is no source 'growht'; did you mean 'growth'?",
        ),
        ('[digest."a b"]\nto = {slack = {env = "SLACK_WEBHOOK"}}\n', "letters, digits, - and _"),
        ("digest = 5\n", "digest: "),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, section: str, problem: str) -> None:
    if section.startswith("digest"):
        (tmp_path / "okrsync.toml").write_text(section + SOURCE, encoding="utf-8")
        with pytest.raises(Problems, match=problem):
            load(tmp_path / "okrsync.toml")
        return
    told = wrong(tmp_path, section)
    assert problem in told
    assert "wet paint" not in told


@pytest.mark.parametrize("key", ["slack", "teams"])
def test_an_address_that_is_written_out_is_refused_and_not_repeated(
    tmp_path: Path, key: str
) -> None:
    told = wrong(tmp_path, f'[digest.team]\nto = {{{key} = "{SLACK}"}}\n')
    assert f"digest.team.to.{key}: whoever knows this address can post to it" in told
    assert SLACK not in told


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("http://127.0.0.1:8000/hook", True),
        ("http://localhost/hook", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000/hook", True),
        ("https://hooks.acme.example/hook", True),
        ("http://hooks.acme.example/hook", False),
        ("http://127.0.0.1.acme.example/hook", False),
        ("http://localhost:80@acme.example/hook", False),
        ("ftp://acme.example/hook", False),
        ("hooks.acme.example/hook", False),
    ],
)
def test_webhooks_are_https_or_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, is_taken: bool
) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK", address)
    section = '[digest.team]\nto = {slack = {env = "SLACK_WEBHOOK"}}\n'
    if is_taken:
        assert read(tmp_path, section).digests["team"].missing_secret is None
        return
    told = wrong(tmp_path, section)
    assert "SLACK_WEBHOOK does not hold an address that begins with https://" in told
    assert "acme.example" not in told


def test_a_missing_secret_is_named_and_is_no_fault_of_the_file(tmp_path: Path) -> None:
    config = read(tmp_path, '[digest.team]\nto = {slack = {env = "NO_SUCH_WEBHOOK"}}\n')
    (reason,) = config.missing_secrets
    assert "okrsync.toml:5: digest.team.to.slack: the environment variable NO_SUCH" in reason
    assert config.digests["team"].missing_secret == reason


def test_every_part_that_opens_an_address_is_masked(tmp_path: Path) -> None:
    read(
        tmp_path,
        '[digest.a]\nto = {slack = {env = "SLACK_WEBHOOK"}}\n'
        '[digest.b]\nto = {teams = {env = "TEAMS_WEBHOOK"}}\n',
    )
    told = masked(
        f"POST {SLACK} failed; {TEAMS.partition('?')[2]}; sig=Zx8NqKf3m2Lw7TtB5rVhYd0cGpJeUiOa9s"
        "XbCvQnMkE, token x5NfYJmQxT4gqzLrW8h2kPvd, on 2016-06-01"
    )
    assert told == "POST **** failed; ****; sig=****, token ****, on 2016-06-01"
