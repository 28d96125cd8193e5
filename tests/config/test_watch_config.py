"""The section `[watch]`."""

from __future__ import annotations

from pathlib import Path

import pytest

from configuring import SOURCE, read, wrong


class TestWatch:
    def test_lengths_addresses_and_levels_are_checked_with_their_place(
        self, tmp_path: Path
    ) -> None:
        found = wrong(
            tmp_path,
            SOURCE
            + '[watch]\nevery = "5 minutes"\njitter = "10 minutes"\nstop_within = "soon"\nlisten ='
            ' "0.0.0.0:9464"\nhartbeat = 1\n'
            + 'unhealthy_after = 0\n[logs]\nlevel = "loud"\nformt = "json"\n',
        )
        assert found == [
            "okrsync.toml:6: watch.jitter: '10 minutes' is not shorter than every = '5 minutes'",
            (
                "okrsync.toml:7: watch.stop_within: 'soon' is not a length of time; write \"30"
                ' seconds" or "2 minutes"'
            ),
            (
                "okrsync.toml:8: watch.listen: '0.0.0.0:9464' can be reached from other machines;"
                ' write "127.0.0.1:9464", or say that it is meant with listen_anywhere = true'
            ),
            "okrsync.toml:9: watch.hartbeat: unknown key; did you mean 'heartbeat'?",
            (
                "okrsync.toml:10: watch.unhealthy_after: input should be greater than or equal to"
                " 1, not 0"
            ),
            (
                "okrsync.toml:12: logs.level: 'loud' is not allowed; expected 'debug', 'info',"
                " 'warning' or 'error'"
            ),
            "okrsync.toml:13: logs.formt: unknown key; did you mean 'format'?",
        ]

    @pytest.mark.parametrize("listen", ["127.0.0.1:9464", "[::1]:0", "localhost:80"])
    def test_addresses_of_this_machine_are_taken(self, listen: str, tmp_path: Path) -> None:
        assert read(tmp_path, SOURCE + f'[watch]\nlisten = "{listen}"\n').watch.address is not None

    @pytest.mark.parametrize(
        "listen", ["9464", ":9464", "127.0.0.1", "127.0.0.1:99999", "example.org:80", ""]
    )
    def test_others_are_not(self, listen: str, tmp_path: Path) -> None:
        assert wrong(tmp_path, SOURCE + f'[watch]\nlisten = "{listen}"\n')[0].startswith(
            "okrsync.toml:5: watch.listen: "
        )

    def test_any_address_is_taken_where_that_is_meant(self, tmp_path: Path) -> None:
        watch = read(
            tmp_path, SOURCE + '[watch]\nlisten = "0.0.0.0:9464"\nlisten_anywhere = true\n'
        ).watch
        assert watch.address == ("0.0.0.0", 9464)

    def test_a_heartbeat_is_named_and_never_repeated(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PING", "https://hc.example/c0de")
        named = SOURCE + '[watch]\nheartbeat = {env = "PING"}\n'
        heartbeat = read(tmp_path, named).watch.heartbeat
        assert heartbeat is not None
        assert heartbeat.reveal() == "https://hc.example/c0de"
        written = wrong(tmp_path, SOURCE + '[watch]\nheartbeat = "https://hc.example/c0de"\n')
        assert written == [
            (
                "okrsync.toml:5: watch.heartbeat: whoever knows this address can ping it: name it,"
                ' such as {env = "HEALTHCHECK_URL"}'
            )
        ]
        monkeypatch.setenv("PING", "hc c0de")
        assert wrong(tmp_path, named) == [
            "okrsync.toml:5: watch.heartbeat: env PING does not hold an address that begins with https://"
        ]
        monkeypatch.delenv("PING")
        config = read(tmp_path, named)
        assert config.watch.heartbeat is None
        assert "watch.heartbeat: the environment variable PING" in str(config.missing_heartbeat)

    def test_the_files_a_configuration_is_made_of_are_known(self, tmp_path: Path) -> None:
        (tmp_path / "m.toml").write_text("", encoding="utf-8")
        (tmp_path / "ping").write_text("https://hc.example/c0de", encoding="utf-8")
        config = read(
            tmp_path, SOURCE + 'mapping = "m.toml"\n[watch]\nheartbeat = {file = "ping"}\n'
        )
        assert [path.name for path in config.files] == ["okrsync.toml", "ping", "m.toml"]
