"""A short part of what `benchmarks/digests.py` tries at length."""

from __future__ import annotations

import pytest

from digest_trials import (
    cases,
    first_statement_of,
    killed_at_a_message,
    killed_at_a_statement,
    one_answer,
)
from kills import Killer


@pytest.mark.parametrize(("name", "lasting"), cases(seed=3, count=8))
def test_whatever_a_webhook_answers_a_message_arrives_once(name: str, lasting: bool) -> None:
    one_answer(name, lasting=lasting)


@pytest.mark.parametrize("digest", ["chat", "mail"])
def test_a_run_killed_at_the_record_of_a_message_is_made_up_for(
    killer: Killer, digest: str
) -> None:
    # Around its record, its sending, and the record of what became of it.
    first = first_statement_of(digest)
    for number in range(first - 1, first + 4):
        assert killed_at_a_statement(killer, number, when="after")


@pytest.mark.parametrize("takes", [True, False])
@pytest.mark.parametrize("runs", [1, 2])
def test_a_run_killed_while_a_message_is_under_way(killer: Killer, takes: bool, runs: int) -> None:
    killed_at_a_message(killer, takes=takes, runs=runs)
