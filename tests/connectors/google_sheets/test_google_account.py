"""One credential's way to Google: how fast it asks, how long it waits, and who it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from google_bench import GoogleBench
from okrsync.connector import Secret
from okrsync.model.errors import AccessError, SourceError
from okrsync.testing import FakeClock, fake_time
from okrsync_google_sheets import GoogleSheetsConnector, GoogleSheetsSettings
from okrsync_google_sheets.account import account_for, google_network
from okrsync_sandbox import Fault
from okrsync_sandbox.traffic import Call


def _sheets(call: Call) -> bool:
    return call.service == "sheets"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[GoogleBench]:
    made = GoogleBench(tmp_path)
    made.fill([["Objective", "Key result"], ["Grow", "Sign-ups"]])
    yield made
    made.close()


@pytest.fixture
def clock() -> Iterator[FakeClock]:
    with fake_time() as made:
        yield made


def test_reads_and_writes_have_a_limit_each_and_sources_with_one_credential_share_it(
    bench: GoogleBench, clock: FakeClock
) -> None:
    secret, endpoint = Secret(json.dumps(bench.key), "file key.json"), bench.sandbox.endpoint
    one = google_network(secret, endpoint, {})
    two = google_network(secret, endpoint, {"timeout_seconds": 5.0})
    other = Secret(json.dumps(bench.google.accounts.service_account("other")), "file other.json")
    assert [pace.per_minute for pace in one.paces.values()] == [60, 60, 600]
    assert all(one.paces[kind] is two.paces[kind] for kind in one.paces)
    assert google_network(other, endpoint, {}).paces["read"] is not one.paces["read"]
    account = account_for(secret, endpoint, one, comments=False)
    again = google_network(Secret(json.dumps(bench.key), "env KEY"), endpoint, {})
    assert account_for(secret, endpoint, again, comments=False) is account
    assert account_for(secret, endpoint, two, comments=True) is not account


def test_retry_after_is_obeyed(bench: GoogleBench, clock: FakeClock) -> None:
    bench.google.traffic.fail(Fault(_sheets, status=429, headers={"Retry-After": "3"}))
    connector = GoogleSheetsConnector(bench.settings(), bench.context())
    begun = clock.now()
    connector.read()
    assert clock.now() - begun == pytest.approx(3, abs=0.01)
    assert connector.calls.read == 2


def test_waiting_grows_and_has_an_end(bench: GoogleBench, clock: FakeClock) -> None:
    bench.google.traffic.fail(Fault(_sheets, times=1000, status=503))
    connector = GoogleSheetsConnector(bench.settings(), bench.context(give_up_seconds=180))
    begun = clock.now()
    with pytest.raises(SourceError, match="Google answered 503; gave up after 180 s"):
        connector.read()
    assert clock.sleeps[:5] == sorted(clock.sleeps[:5])
    assert 120 < clock.now() - begun < 180.001


def test_a_token_that_expires_in_the_middle_is_told(bench: GoogleBench) -> None:
    connector = GoogleSheetsConnector(bench.settings(), bench.context())
    connector.read()
    bench.google.accounts.expire_tokens()
    connector.read()


def test_trouble_of_the_token_service_may_pass(bench: GoogleBench, clock: FakeClock) -> None:
    bench.google.traffic.fail(Fault(lambda call: call.kind == "token", times=4, status=502))
    GoogleSheetsConnector(bench.settings(), bench.context(give_up_seconds=60.0)).read()


@pytest.mark.parametrize(
    "body", [b"<html>Sign in to continue</html>", b"", b"[]", b'"x"', b"\xff", b"[" * 100_000]
)
@pytest.mark.parametrize("is_person", [False, True])
def test_what_is_no_answer_of_the_token_service_is_asked_for_again(
    bench: GoogleBench, clock: FakeClock, body: bytes, is_person: bool
) -> None:
    settings = bench.settings()
    if is_person:
        info = bench.google.accounts.authorised_user("anna@acme.example")
        secret = Secret(json.dumps(info), "file user.json")
        settings = settings.model_copy(update={"credentials": secret})
    bench.google.traffic.fail(Fault(lambda call: call.kind == "token", times=2, body=body))
    connector = GoogleSheetsConnector(settings, bench.context(give_up_seconds=60.0))
    assert [table.name for table in connector.read().tables] == ["Q4"]


def test_an_authorised_user_acts_as_that_person(bench: GoogleBench) -> None:
    info = bench.google.accounts.authorised_user("anna@acme.example")
    settings = GoogleSheetsSettings(
        spreadsheet=bench.file_id,
        credentials=Secret(json.dumps(info), "file user.json"),
        api_endpoint=bench.sandbox.endpoint,
    )
    connector = GoogleSheetsConnector(settings, bench.context())
    assert [table.name for table in connector.read().tables] == ["Q4"]
    bench.google.accounts.revoke_keys()
    late = GoogleSheetsConnector(settings.model_copy(), bench.context(timeout_seconds=4.0))
    with pytest.raises(AccessError, match="taken back or has expired"):
        late.read()


def test_the_machines_own_credentials_are_used_where_none_are_named(
    bench: GoogleBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "default.json"
    path.write_text(json.dumps(bench.key), encoding="utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    settings = GoogleSheetsSettings(spreadsheet=bench.file_id, api_endpoint=bench.sandbox.endpoint)
    assert len(GoogleSheetsConnector(settings, bench.context()).read().tables) == 1
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "nowhere.json"))
    with pytest.raises(AccessError, match="no application default credentials"):
        GoogleSheetsConnector(settings, bench.context(timeout_seconds=3.0)).read()


@pytest.mark.parametrize(
    "text",
    [
        "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz_-0123456789AbCd/edit#gid=0",
        "https://docs.google.com/spreadsheets/u/1/d/1AbCdEfGhIjKlMnOpQrStUvWxYz_-0123456789AbCd/edit",
        "1AbCdEfGhIjKlMnOpQrStUvWxYz_-0123456789AbCd",
    ],
)
def test_an_address_or_an_id_names_a_spreadsheet(text: str) -> None:
    assert (
        GoogleSheetsSettings(spreadsheet=text).spreadsheet
        == "1AbCdEfGhIjKlMnOpQrStUvWxYz_-0123456789AbCd"
    )


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(ValueError, match="neither the address of a spreadsheet"):
        GoogleSheetsSettings(spreadsheet="my sheet")


def test_no_secret_is_shown(bench: GoogleBench, capsys: Any) -> None:
    settings = bench.settings()
    connector = GoogleSheetsConnector(settings, bench.context())
    connector.read()
    bench.google.accounts.expire_tokens()
    bench.google.accounts.revoke_keys()
    late = GoogleSheetsConnector(bench.settings(), bench.context(timeout_seconds=2.0))
    with pytest.raises(AccessError) as error:
        late.read()
    shown = f"{settings!r} {error.value!r} {error.value.hint} {error.getrepr(showlocals=True)}"
    assert "PRIVATE KEY" not in shown
    assert "ya29." not in shown
