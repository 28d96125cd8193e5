"""What only a state in PostgreSQL can meet: schemas, older versions, leases in a row."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from okrsync.model.errors import LockHeld, StateDenied, StateError
from okrsync.model.secret import Secret
from okrsync.model.state_address import PostgresAddress
from okrsync.state.journal import Journal
from okrsync.state.lease import LASTS_SECONDS, Holder
from okrsync.state.lock import lease_standing, run_lock, unlock
from okrsync.state.memory import Memory
from okrsync.state.schema import SCHEMA_VERSION, STEPS
from okrsync.state.store import Store
from okrsync.steps.upkeep import export
from postgres_server import PostgresServer
from state.racing import at_once
from state.test_older_schemas import fill, state_of

ELSEWHERE = Holder(
    "t1",
    "sync",
    "ops",
    "other-host",
    7,
    "2026-11-28T10:15:00+00:00",
    "another-boot",
    "pid:[1]",
    "9",
)


@pytest.fixture
def address(postgres: PostgresServer) -> PostgresAddress:
    return postgres.address()


def hold(
    postgres: PostgresServer, address: PostgresAddress, age: float = 0, holder: Holder = ELSEWHERE
) -> None:
    """A lease that somebody took in a state that is there."""
    text = json.dumps(asdict(holder)).replace("'", "''")
    postgres.sql(
        f"UPDATE \"{address.schema}\".meta SET token = '{holder.token}', holder = '{text}',"
        f" renewed = clock_timestamp() - interval '{age} seconds'"
    )


def made(address: PostgresAddress) -> PostgresAddress:
    with Store.open(address):
        return address


def test_a_missing_psycopg_or_secret_is_no_mystery() -> None:
    with pytest.raises(StateDenied, match="OKRSYNC_STATE is not set"):
        Store.open(PostgresAddress("acme", None, "OKRSYNC_STATE is not set"))
    with pytest.raises(StateError, match="cannot be read") as error:
        Store.open(PostgresAddress("acme", Secret("postgresql://a:pw@[h/", "env X")))
    assert "pw" not in str(error.value)


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_an_older_schema_becomes_what_an_older_file_becomes(
    postgres: PostgresServer,
    address: PostgresAddress,
    version: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from okrsync.state.postgresql import bring_up_schema, connect, make_schema

    database = connect(address, readonly=False)
    make_schema(database)
    bring_up_schema(database, to=version)
    file = tmp_path_factory.mktemp("file") / "okrsync.db"
    if version > 1:
        fill(database.rows, version)
    database.close()
    state_of(file, version, filled=version > 1)
    wanted = export(file)
    # Looking brings nothing up.
    assert export(address) == wanted
    assert lease_standing(address) is None
    with Store.open(address, readonly=True) as state:
        assert [record.id for record in Journal(state).runs()] == [
            str(run["id"]) for run in reversed(wanted["runs"])
        ]
    made(address)
    assert export(address) == wanted
    with Store.open(address) as state:
        assert state.rows("SELECT version FROM meta") == [(SCHEMA_VERSION,)]


def test_an_upgrade_that_fails_leaves_the_schema_as_it_was(
    address: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okrsync.state import postgresql

    made(address)
    before = export(address)
    with monkeypatch.context() as later:
        later.setattr(postgresql, "STEPS", (*STEPS, "CREATE TABLE news (x TEXT); SELECT broken"))
        later.setattr(postgresql, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
        with pytest.raises(Exception, match="broken"):
            Store.open(address)
    assert export(address) == before
    with Store.open(address) as state:
        assert state.columns("news") == []


def test_a_schema_of_somebody_else_and_of_a_later_okrsync_are_refused(
    postgres: PostgresServer, address: PostgresAddress
) -> None:
    postgres.sql(f'CREATE SCHEMA "{address.schema}" CREATE TABLE x (y TEXT)')
    for readonly in (True, False):
        with pytest.raises(StateError, match="is not okrsync's") as error:
            Store.open(address, readonly=readonly)
        assert error.value.hint
    later = made(postgres.address())
    postgres.sql(f'UPDATE "{later.schema}".meta SET version = 99')
    for readonly in (True, False):
        with pytest.raises(StateError, match="later okrsync"):
            Store.open(later, readonly=readonly)


def test_who_may_not_make_a_schema_is_told_what_to_grant(
    postgres: PostgresServer, address: PostgresAddress
) -> None:
    postgres.sql("DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
    url = postgres.url.replace("okrsync@", "guest@")
    guest = PostgresAddress(address.name, Secret(url, "test"))
    with pytest.raises(StateDenied, match="permission denied") as error:
        Store.open(guest)
    assert guest.schema in str(error.value.hint)
    # A schema that was made for the role is enough.
    postgres.sql(f'CREATE SCHEMA "{guest.schema}" AUTHORIZATION guest')
    with Store.open(guest) as state:
        Memory(state).remember_items("growth", 3)
    with Store.open(guest, readonly=True) as looked:
        assert Memory(looked).items("growth") == 3
        with pytest.raises(StateError, match="can be read but not written"):
            Memory(looked).remember_items("growth", 4)


def test_every_text_comes_back_as_it_was(address: PostgresAddress) -> None:
    texts = [
        "",
        "NUL \0 inside",
        "ünïcödé 🎯",
        "'; DROP TABLE facts; --",
        "%s ? $1 \\",
        "x" * 9_000,
    ]
    with Store.open(address) as state:
        for number, text in enumerate(texts):
            Memory(state).remember_warning("growth", str(number), "a", text)
        kept = Memory(state).warned("growth")
    assert [kept[str(number)][1] for number in range(len(texts))] == texts


def test_another_machine_at_work_is_named_and_over_once_it_is_silent(
    postgres: PostgresServer, address: PostgresAddress
) -> None:
    hold(postgres, made(address), age=40)
    with pytest.raises(LockHeld, match="process 7 of ops on other-host") as error:
        with run_lock(address, "sync"):
            pass
    assert "2 min" in str(error.value.hint)
    assert "Two machines" not in str(error.value.hint)
    with Store.open(address, readonly=True) as looked:
        assert Journal(looked).runs() == []
    hold(postgres, address, age=LASTS_SECONDS + 1)
    with run_lock(address, "sync"):
        standing = lease_standing(address)
        assert standing is not None
        assert standing.is_alive_here
        with pytest.raises(LockHeld, match="is alive"):
            unlock(address)
    hold(postgres, address)
    assert "other-host" in str(unlock(address))
    assert unlock(address) is None


def test_of_many_that_see_a_lease_that_is_over_one_gets_it(
    postgres: PostgresServer, address: PostgresAddress
) -> None:
    hold(postgres, made(address), age=LASTS_SECONDS + 1)
    code = (
        "import sys; from okrsync.model.errors import LockHeld;"
        " from okrsync.model.secret import Secret;"
        " from okrsync.model.state_address import PostgresAddress;"
        " from okrsync.state.lease import take;"
        " from okrsync.state.postgresql_lease import LeaseRow\nsys.stdin.readline()\n"
        "try: lease = take(LeaseRow(PostgresAddress(sys.argv[1], Secret(sys.argv[2], 'test'))),"
        " 'sync'); print('got', flush=True)\nexcept LockHeld: print('refused', flush=True)\n"
        "sys.stdin.readline()"
    )
    said = at_once(code, address.name, postgres.url)
    assert sorted(said) == ["got", "refused", "refused", "refused"]


def test_a_run_that_was_asleep_too_long_commits_nothing_any_more(
    postgres: PostgresServer, address: PostgresAddress
) -> None:
    with run_lock(address, "sync") as held, Store.open(address, lease=held) as state:
        with state.transaction():
            Memory(state).remember_items("growth", 1)
        hold(postgres, address)
        with pytest.raises(LockHeld, match=r"taken over by `okrsync sync`, process 7 "):
            with state.transaction():
                Memory(state).remember_items("growth", 2)
        assert Memory(state).items("growth") == 1
    standing = lease_standing(address)
    assert standing is not None
    assert standing.holder == ELSEWHERE


def test_nobody_takes_over_inside_a_transaction(
    postgres: PostgresServer, address: PostgresAddress
) -> None:
    """The row of the lease is locked as long as something is being written."""
    import psycopg

    with run_lock(address, "sync") as held, Store.open(address, lease=held) as state:
        with state.transaction():
            Memory(state).remember_items("growth", 1)
            with psycopg.connect(postgres.url, autocommit=True) as other:
                other.execute("SET lock_timeout = '50ms'")
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    other.execute(f'UPDATE "{address.schema}".meta SET token = NULL')


def test_a_lease_that_was_taken_away_and_not_taken_over_is_taken_again(
    postgres: PostgresServer, address: PostgresAddress
) -> None:
    with run_lock(address, "sync") as held, Store.open(address, lease=held) as state:
        postgres.sql(f'UPDATE "{address.schema}".meta SET token = NULL, holder = NULL')
        with state.transaction():
            Memory(state).remember_items("growth", 2)
        standing = lease_standing(address)
        assert standing is not None
        assert standing.holder == held.holder
    assert lease_standing(address) is None


def test_many_that_make_the_schema_at_once_all_have_it(postgres: PostgresServer) -> None:
    from concurrent.futures import ThreadPoolExecutor

    address = postgres.address()
    with ThreadPoolExecutor(6) as pool:
        assert [*pool.map(lambda _: made(address), range(6))] == [address] * 6


def test_a_server_elsewhere_must_prove_who_it_is(postgres: PostgresServer) -> None:
    from okrsync.state.postgresql import options_of

    elsewhere = options_of("postgresql://job@db.example/okrsync")
    assert elsewhere["sslmode"] == "verify-full"
    for address in (postgres.url, "postgresql:///okrsync", "postgresql://127.0.0.1/okrsync"):
        assert "sslmode" not in options_of(address)
    assert options_of("postgresql://db.example/okrsync?sslmode=require")["sslmode"] == "require"
