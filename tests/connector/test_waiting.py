"""While a service does not answer, a line says what is waited for, since when, and for how long
yet.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time

import pytest

from okrsync.connector.waiting import Wait, waiting

SLOW = """
import time
from okrsync.connector.entries import Calls
from okrsync.connector.network import Rate, network_for

network = network_for("notion", None, None, {"give_up_seconds": 90}, {"read": Rate(60)})
network.request("read", Calls(), "company: OKRs", lambda: time.sleep(2.2))
"""


def test_a_line_comes_within_two_seconds_on_standard_error() -> None:
    done = subprocess.run([sys.executable, "-c", SLOW], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert re.fullmatch(
        r"company: OKRs: waiting for notion to answer since \d\d:\d\d:\d\d, for 8\d s more at"
        r" most\n",
        done.stderr,
    )


def test_nothing_is_said_of_a_short_wait_and_a_long_one_is_told_again() -> None:
    now = [100.0]
    wait = Wait("growth", "notion to answer", 100.0, 280.0, lambda: now[0])
    assert wait.line() is None
    now[0] += 1.4
    assert wait.line() is None
    now[0] += 0.2
    assert wait.line() is not None
    now[0] += 5
    assert wait.line() is None
    now[0] += 30
    assert str(wait.line()).endswith("for 143 s more at most")


def test_a_wait_that_is_over_is_not_told_of(caplog: pytest.LogCaptureFixture) -> None:
    with waiting(Wait("growth", "notion", time.monotonic(), time.monotonic() + 9, time.monotonic)):
        pass
    threading.Event().wait(0.4)
    assert caplog.text == ""
