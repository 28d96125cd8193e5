"""The network floor: one pace a credential, one limit on total time, one way to try again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from okrsync.connector import AccessError, Calls, LostAnswer, Secret, SourceError
from okrsync.connector.network import (
    Network,
    Pace,
    Rate,
    TransientError,
    answer_seconds,
    network_for,
    read_whole,
    retry_after,
)
from okrsync.testing import FakeClock, fake_time

SIXTY = Rate(60, limit="reads_per_minute")
THREE = Rate(3, seconds=1, limit="requests_per_second", fastest=10)


@pytest.fixture
def clock() -> Iterator[FakeClock]:
    with fake_time() as made:
        yield made


def way(name: str = "one", rate: Rate = SIXTY, **limits: float) -> Network:
    return network_for("acme", Secret(name, "env X"), None, limits, {"read": rate})


def spent(pace: Pace, clock: FakeClock, requests: int) -> float:
    """The seconds that so many requests take, none of them refused."""
    begun = clock.now()
    for _ in range(requests):
        pace.take(float("inf"))
        pace.went_well()
    return clock.now() - begun


# Pace


@pytest.mark.parametrize(
    ("rate", "requests", "seconds"),
    [
        (Rate(60), 60, 0),
        (Rate(60), 61, 60),
        (Rate(3, seconds=1), 31, 10),
        (Rate(3.6, seconds=1), 37, 10),
        (Rate(0.5, seconds=1), 3, 4),
    ],
)
def test_so_many_begin_within_any_span(
    clock: FakeClock, rate: Rate, requests: int, seconds: float
) -> None:
    assert spent(Pace(rate), clock, requests) == pytest.approx(seconds)


def test_a_burst_of_eight_refusals_is_one_lesson_and_the_pace_recovers(clock: FakeClock) -> None:
    network, calls = way(), Calls()
    at_the_door = threading.Barrier(8)
    refusals = [8]
    lock = threading.Lock()

    def send() -> str:
        with lock:
            is_refused, refusals[0] = refusals[0] > 0, refusals[0] - 1
        if is_refused:
            at_the_door.wait(timeout=10)
            raise TransientError("too fast (429)", is_too_fast=True)
        return "answer"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(network.request, "read", calls, "here", send) for _ in range(8)]
        assert [one.result() for one in asked] == ["answer"] * 8
    pace = network.paces["read"]
    assert pace.share == 0.5
    clock.go(61)
    assert pace.share == pytest.approx(0.6)
    clock.go(600)
    assert pace.share == 1


def test_refusals_that_last_slow_down_once_a_minute_and_not_for_ever(clock: FakeClock) -> None:
    pace = Pace(SIXTY)
    for _ in range(20):
        pace.refused(pace.take(float("inf")))
        pace.hold(61)
    assert pace.share == pytest.approx(1 / 6)


def test_beyond_the_usual_rate_only_minutes_that_were_used_make_it_faster(clock: FakeClock) -> None:
    pace = Pace(THREE)
    clock.go(3600)
    assert pace.share == 1
    spent(pace, clock, 400)
    assert pace.share > 1
    for _ in range(30):
        spent(pace, clock, 700)
    assert pace.per_minute == pytest.approx(600)


def test_a_pace_that_the_config_sets_is_never_passed_and_the_slowest_counts(
    clock: FakeClock,
) -> None:
    slow = way("two", THREE, requests_per_second=2)
    way("two", THREE, requests_per_second=5)
    way("two", THREE)
    pace = slow.paces["read"]
    spent(pace, clock, 5000)
    assert pace.per_minute == pytest.approx(120)


def test_one_credential_is_one_pace_whoever_asks_with_it() -> None:
    one = way("three")
    assert way("three").paces["read"] is one.paces["read"]
    assert way("three").credential == one.credential
    assert way("four").paces["read"] is not one.paces["read"]
    other = network_for("acme", Secret("three", "x"), "http://127.0.0.1", {}, {"read": SIXTY})
    assert other.paces["read"] is not one.paces["read"]
    assert "three" not in repr(one)


def test_who_has_a_turn_already_waits_with_the_others(clock: FakeClock) -> None:
    pace = Pace(Rate(1))
    pace.take(float("inf"))
    sleep = clock.sleep
    begun = clock.now()

    def held_meanwhile(seconds: float) -> None:
        clock.sleep = sleep  # type: ignore[method-assign]
        pace.hold(90)
        sleep(seconds)

    clock.sleep = held_meanwhile  # type: ignore[method-assign]
    assert pace.take(float("inf")) - begun == pytest.approx(90)


# Time


@pytest.mark.parametrize("as_date", [False, True])
def test_a_wait_beyond_the_limit_is_told_at_once(clock: FakeClock, *, as_date: bool) -> None:
    header = (
        format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True) if as_date else "3600"
    )
    network, calls = way(f"five {as_date}"), Calls()

    def send() -> None:
        raise TransientError("acme answered 503", retry_after(header))

    begun = clock.now()
    with pytest.raises(SourceError, match=r"asks to wait for 3[56]\d\d.* `give_up_seconds` is 180"):
        network.request("read", calls, "here", send)
    assert (clock.now() - begun, calls.read) == (0, 1)
    # Who comes later need not ask to learn the same.
    with pytest.raises(SourceError, match=r"acme asked to wait for 3[56]\d\d s more"):
        network.request("read", calls, "there", send)
    assert (clock.now() - begun, calls.read) == (0, 1)


def test_turns_pauses_and_answers_count_against_one_limit(clock: FakeClock) -> None:
    """Three answers of 50 seconds, and what lies between them: a fourth is cut off."""
    network, left = way("six", give_up_seconds=180, timeout_seconds=60), []

    def send() -> None:
        left.append(answer_seconds())
        clock.go(min(50, answer_seconds()))
        raise TransientError("acme answered 503")

    begun = clock.now()
    with pytest.raises(SourceError, match="acme answered 503; gave up after 180 s"):
        network.request("read", Calls(), "here", send)
    assert 150 < clock.now() - begun < 180.001
    assert left[:3] == pytest.approx([60, 60, 60])
    assert left[-1] < 59


def test_time_that_is_used_up_is_not_told_as_a_number_below_zero(clock: FakeClock) -> None:
    network = way("used up", give_up_seconds=30)
    losses = network.losses()
    clock.go(40)
    with (
        losses.within(),
        pytest.raises(SourceError, match="nothing is left of `give_up_seconds`"),
    ):
        network.request("read", Calls(), "here", lambda: 1)


def test_no_turn_in_time_is_told_at_once(clock: FakeClock) -> None:
    network = way("seven", reads_per_minute=1, give_up_seconds=30)
    assert network.request("read", Calls(), "here", lambda: 1) == 1
    begun, calls = clock.now(), Calls()
    with pytest.raises(SourceError, match="at 1 requests a minute the next turn comes in 60 s"):
        network.request("read", calls, "here", lambda: 1)
    assert (clock.now() - begun, calls.read) == (0, 0)


def test_a_body_that_drips_ends_with_the_time() -> None:
    with pytest.raises(TimeoutError):
        read_whole(iter([b"a", b"b"]), ends=0.0)
    assert read_whole(iter([b"a", b"b"]), ends=float("inf")) == b"ab"


def test_a_wait_is_told_in_seconds_or_as_a_moment() -> None:
    assert (retry_after("12"), retry_after(" 0 "), retry_after("1.5")) == (12, 0, 1.5)
    assert (retry_after(None), retry_after(""), retry_after("soon")) == (None, None, None)
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 80 < (retry_after(moment) or 0) <= 90
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0


# Retries


def test_passing_trouble_is_repeated_and_counted(clock: FakeClock) -> None:
    network, calls = way("eight"), Calls()
    troubles = [TransientError("busy"), TransientError("busy", 7.0)]

    def send() -> int:
        if troubles:
            raise troubles.pop()
        return 1

    begun = clock.now()
    assert network.request("read", calls, "here", send, is_write=True) == 1
    assert (calls.read, calls.write, calls.retries) == (0, 3, 2)
    assert 8 <= clock.now() - begun < 12


@pytest.mark.parametrize("error", [AccessError("no"), LostAnswer("where"), ZeroDivisionError()])
def test_what_does_not_pass_goes_through_at_once(clock: FakeClock, error: Exception) -> None:
    calls = Calls()

    def send() -> None:
        raise error

    with pytest.raises(type(error)):
        way("nine").request("read", calls, "here", send)
    assert (calls.read, clock.sleeps) == (1, [])


def test_what_adds_is_tried_again_with_a_look_first(clock: FakeClock) -> None:
    seen = []

    def add(attempt: int) -> str:
        seen.append(attempt)
        if attempt < 3:
            raise LostAnswer("lost")
        return "there"

    assert way("ten").repeat_lost(add) == "there"
    assert seen == [1, 2, 3]


def test_repeats_of_what_adds_end_with_the_time_of_the_first(clock: FakeClock) -> None:
    network = way("eleven", give_up_seconds=60)
    begun = clock.now()

    def add(attempt: int) -> None:
        def send() -> None:
            clock.go(min(20, answer_seconds()))
            raise LostAnswer("lost")

        network.request("read", Calls(), "here", send)

    with pytest.raises(LostAnswer):
        network.repeat_lost(add)
    assert clock.now() - begun < 60.001


def test_the_first_look_and_what_it_adds_share_the_time_of_one_request(clock: FakeClock) -> None:
    network = way("twelve", give_up_seconds=60)
    begun = clock.now()

    def slow(seconds: float) -> None:
        clock.go(min(seconds, answer_seconds()))

    def refused() -> None:
        slow(25)
        raise TransientError("busy (503)")

    def add(_attempt: int) -> None:
        network.request("read", Calls(), "look", lambda: slow(25))
        network.request("read", Calls(), "add", refused)

    with pytest.raises(SourceError, match="add: busy"):
        network.repeat_lost(add)
    assert clock.now() - begun < 60.001
