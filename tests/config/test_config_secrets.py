"""Secrets are named in the configuration, found, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from configuring import SOURCE, read, wrong
from okrsync.config.secrets import SecretMisnamed, SecretMissing, find_secret
from okrsync.model.secret import Secret, masked
from okrsync.model.state_address import PostgresAddress


class TestSecrets:
    def test_come_from_environment_file_or_command(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MY_TOKEN", "hush")
        (tmp_path / "token").write_text("hush\n", encoding="utf-8")
        for named in (
            {"env": "MY_TOKEN"},
            {"file": "token"},
            {"command": ["printf", "hush\nlogin: me"]},
        ):
            assert find_secret(named, tmp_path).reveal() == "hush"

    @pytest.mark.parametrize(
        "named",
        [
            {"env": "NOT_SET_ANYWHERE"},
            {"env": ""},
            {"file": "nowhere"},
            {"command": ["false"]},
            {"command": ["no-such-command-here"]},
            {"command": "echo x"},
        ],
    )
    def test_that_cannot_be_had_are_named(self, named: dict[str, object], tmp_path: Path) -> None:
        with pytest.raises((SecretMissing, SecretMisnamed)):
            find_secret(named, tmp_path)

    def test_are_never_shown(self) -> None:
        secret = Secret("hush-hush", "env MY_TOKEN")
        for text in (repr(secret), str(secret), f"{secret}", f"{secret!r:>40}"):
            assert "hush" not in text
        with pytest.raises(TypeError, match="not to be stored"):
            secret.__reduce__()

    def test_that_are_written_into_the_file_are_refused_and_not_repeated(
        self, tmp_path: Path
    ) -> None:
        token = "ntn_" + "A1b2C3d4" * 5
        found = wrong(tmp_path, SOURCE + f'encoding = "{token}"\n')
        assert "a secret is written here" in found[0]
        assert token not in "\n".join(found)


def test_a_state_in_postgresql_has_a_name_and_no_password(tmp_path: Path) -> None:
    plain = 'state = "postgresql://db.example/okrsync"\n'
    (told,) = wrong(tmp_path, plain + SOURCE)
    assert told.startswith("okrsync.toml:1: state: ")
    assert 'name = "acme"' in told
    (told,) = wrong(
        tmp_path, 'name = "acme"\nstate = "postgresql://job:hunter-two@db/okrsync"\n' + SOURCE
    )
    assert 'state = {env = "OKRSYNC_STATE"}' in told
    assert "hunter-two" not in told
    (told,) = wrong(tmp_path, 'name = "acme"\nstate = "mysql://db/okrsync"\n' + SOURCE)
    assert "begins with postgresql://" in told
    (told,) = wrong(tmp_path, f'name = "a b/c"\n{plain}' + SOURCE)
    assert "name" in told
    state = read(tmp_path, f'name = "acme"\n{plain}' + SOURCE).state
    assert isinstance(state, PostgresAddress)
    assert (str(state), state.schema) == (
        "postgresql://db.example/okrsync (acme)",
        "okrsync_acme",
    )


def test_the_address_of_a_state_is_a_secret_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'state = {env = "OKRSYNC_STATE"}\nname = "acme"\n' + SOURCE
    monkeypatch.delenv("OKRSYNC_STATE", raising=False)
    missing = read(tmp_path, text).state
    assert isinstance(missing, PostgresAddress)
    assert missing.secret is None
    assert "OKRSYNC_STATE is not set" in str(missing.missing)
    monkeypatch.setenv("OKRSYNC_STATE", "postgresql://job:hunter%2Dtwo@db.example:6432/okrsync")
    state = read(tmp_path, text).state
    assert str(state) == "postgresql://db.example:6432/okrsync (acme)"
    assert masked("hunter-two said the server") == "**** said the server"
    (told,) = wrong(tmp_path, 'state = {env = ""}\nname = "acme"\n' + SOURCE)
    assert "takes the name of an environment variable" in told
