"""The ladder of a check-in that stays away: when a second one was missed, on which days people are
called, and who is above whom.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from okrsync.config import load
from okrsync.config.people import WorkingDays, calendar_of
from okrsync.config.problems import Problems
from okrsync.measures.result import Measure
from okrsync.measures.rules import CheckIns
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import Cycle, Freshness, KeyResult, Origin, Status
from okrsync.model.people import PersonDirectory
from okrsync.model.table import RowRef
from okrsync.plan.ladder import escalations, is_missed_twice
from okrsync.state.store import Store
from okrsync.steps.job import JobOptions, open_job
from okrsync.steps.measure import measure
from okrsync.steps.people import directory
from okrsync.steps.read import read
from okrsync.steps.understand import understand
from okrsync.sync import look
from team import CONFIG, ROWS, Team, write_workbook

SOURCE = '[sources.team]\nconnector = "workbook"\npath = "a.csv"\n'
Q4 = Cycle(date(2026, 10, 1), date(2026, 12, 31), "2026-Q4")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2026, 12, 26), False),
        (date(2026, 12, 28), True),
        (date(2026, 11, 29), False),
    ],
)
def test_nobody_works_on_weekends_and_holidays(day: date, works: bool) -> None:
    assert WorkingDays(("DE-BE",)).holds(day) is works
    # Without a calendar only the weekend is free.
    assert WorkingDays().holds(day) is (day.weekday() < 5)


def test_a_calendar_knows_the_weekend_of_its_country() -> None:
    friday, sunday = date(2026, 11, 27), date(2026, 11, 29)
    assert not WorkingDays(("IL",)).holds(friday)
    assert WorkingDays(("IL",)).holds(sunday)
    # A day off in one of several calendars is none on which people are called.
    assert not WorkingDays(("DE", "IL")).holds(sunday)


@pytest.mark.parametrize(
    ("holidays", "says"),
    [
        ('"Germany"', "there is no calendar of holidays for 'Germany'. Countries have two letters"),
        ('"DE-BX"', "DE has no part 'BX' with holidays of its own. DE has Augsburg, BB,"),
        ('["DE", "XX"]', "there is no calendar of holidays for 'XX'"),
    ],
)
def test_an_unknown_calendar_is_named(tmp_path: Path, holidays: str, says: str) -> None:
    (tmp_path / "okrsync.toml").write_text(f"holidays = {holidays}\n{SOURCE}")
    with pytest.raises(Problems) as error:
        load(tmp_path / "okrsync.toml")
    assert says in error.value.message
    assert "okrsync.toml:1: holidays" in error.value.message


def test_calendars_are_named_in_one_way_or_as_a_list(tmp_path: Path) -> None:
    for holidays, calendars in (('"de-be"', ("de-be",)), ('["DE", "US-CA"]', ("DE", "US-CA"))):
        (tmp_path / "okrsync.toml").write_text(f"holidays = {holidays}\n{SOURCE}")
        assert load(tmp_path / "okrsync.toml").working_days == WorkingDays(calendars)
    with pytest.raises(ConfigError):
        calendar_of("ZZ")


@pytest.mark.parametrize(
    ("rules", "last_quiet_day"),
    [
        ({}, 17),
        ({"grace_days": 0}, 14),
        ({"cadence": "daily", "grace_days": 1}, 3),
        ({"cadence": "biweekly"}, 31),
        ({"cadence": 10, "grace_days": 5}, 25),
    ],
)
@pytest.mark.parametrize("checked_in", [date(2026, 11, 2), None])
def test_a_second_miss_is_twice_the_cadence_and_the_grace(
    checked_in: date | None, rules: dict[str, Any], last_quiet_day: int
) -> None:
    measure, item = _silent(checked_in)
    since = checked_in or Q4.start
    checkins = CheckIns(**rules)
    quiet, missed = (since + timedelta(days=last_quiet_day + more) for more in (0, 1))
    assert not is_missed_twice(item, measure, Q4, quiet, checkins)
    assert is_missed_twice(item, measure, Q4, missed, checkins)


def test_with_a_due_day_the_second_one_counts() -> None:
    measure, item = _silent(date(2026, 11, 4))
    rules = CheckIns(due_on="friday", grace_days=2)
    # Due on Friday 6 November and then on Friday 13 November, with two days of grace.
    assert not is_missed_twice(item, measure, Q4, date(2026, 11, 15), rules)
    assert is_missed_twice(item, measure, Q4, date(2026, 11, 16), rules)


PEOPLE = """
[people]
Mia = {email = "mia@acme.example", lead = "Ada"}
Jon = {email = "jon@acme.example", lead = "Ada"}
Ada = {email = "ada@acme.example"}
"""


def told(team: Team, as_of: str, people: str = PEOPLE) -> list[tuple[str, str | None, list[str]]]:
    team.config(CONFIG + people)
    config = load(team.folder / "okrsync.toml")
    with (
        Store.open(config.state, readonly=True) as state,
        open_job(config, state, JobOptions(as_of=date.fromisoformat(as_of))) as job,
    ):
        measuring = measure(job, understand(job, read(job)))
        known = directory(job, measuring.understood)
        found = escalations(measuring.picture, known, job.checkins)
    return [
        (
            each.item.title,
            None if each.checked_in is None else each.checked_in.isoformat(),
            [lead.name for lead in each.leads],
        )
        for each in found
    ]


def test_escalations_are_the_items_whose_owners_missed_two(team: Team) -> None:
    rows = [list(row) for row in ROWS]
    rows[2][6] = date(2026, 11, 6)
    write_workbook(team.folder / "growth.xlsx", rows)
    # Everything else was checked in on 20 November.
    assert told(team, "2026-11-23") == []
    assert told(team, "2026-11-24") == [("Revenue", "2026-11-06", ["Ada"])]
    # Churn is Lea's, who has nobody above her; and it has reached its target.
    assert told(team, "2026-12-10") == [
        ("Sign-ups", "2026-11-20", ["Ada"]),
        ("Revenue", "2026-11-06", ["Ada"]),
    ]
    assert told(team, "2026-12-10", "") == []


def test_a_guard_rail_and_what_is_off_track_count_like_any(team: Team) -> None:
    rows = [
        [*ROWS[0][:6], "Direction", ROWS[0][6]],
        ["Grow", "Sign-ups", "Mia", 0, 5, 100, "increase", date(2026, 10, 2)],
        [None, "Complaints", "Jon", None, 3, 5, "stay below", date(2026, 10, 2)],
        [None, "Refunds", "Jon", None, 9, 5, "stay below", date(2026, 10, 2)],
    ]
    write_workbook(team.folder / "growth.xlsx", rows)
    assert [title for title, _, _ in told(team, "2026-11-23")] == [
        "Sign-ups",
        "Complaints",
        "Refunds",
    ]


def _silent(checked_in: date | None) -> tuple[Any, KeyResult]:

    age = Freshness.NEVER if checked_in is None else Freshness.STALE
    measure = Measure(None, None, None, None, Status.STALE, age, checked_in, None, (0, 1), "")
    origin = Origin("team", "Q4", "Q4", RowRef(2, None, ()), {})
    return measure, KeyResult(id="team/O1/KR1", key="k", title="Sign-ups", origin=origin)


def test_nothing_is_escalated_of_an_empty_picture(team: Team) -> None:

    team.config(CONFIG)
    picture = look(load(team.folder / "okrsync.toml"), as_of=date(2026, 11, 23))
    assert escalations(picture, PersonDirectory(), {}) == ()
