"""What comes back of the ledger once the state is lost, counted: a company in a workbook, a Google
Sheet and a Notion database, after five weeks of check-ins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from okrsync.state.ledger import Ledger
from okrsync.state.store import Store
from sync.test_turn_of_a_company import Company
from team import Team

SHARE = 0.99
"""The least share of the observations that comes back."""


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    made = Company(tmp_path)
    yield made
    made.sandbox.stop()


def observations(company: Company) -> dict[str, Counter[tuple[object, ...]]]:
    """What the ledger holds, by source: the day, value and numbers of each observation."""
    counts: dict[str, Counter[tuple[object, ...]]] = {}
    with Store.open(company.folder / "okrsync.db", readonly=True) as state:
        for (source, key), _, _, entry in Ledger(state).everything():
            seen = (key, entry.day, entry.current, entry.baseline, entry.target, entry.checked_in)
            counts.setdefault(source, Counter())[seen] += 1
    return counts


def test_a_lost_state_gets_its_observations_back(company: Company) -> None:
    day = date(2026, 10, 5)
    for week in range(5):
        company.on_day(day)
        for source in ("ops", "growth", "company"):
            for index, title in enumerate(("Sign-ups", "Churn")):
                company.check_in(source, title, 10 + week * 3 + index, day)
        company.on_day(day + timedelta(days=1))
        day += timedelta(days=7)
    before = observations(company)
    assert set(before) == {"ops", "growth", "company"}
    for path in company.folder.glob("okrsync.db*"):
        path.unlink()
    company.on_day(day)
    after = observations(company)
    for source, known in before.items():
        assert known.total() >= 10
        back = (known & after.get(source, Counter())).total()
        assert back >= SHARE * known.total(), f"{source}: {back} of {known.total()}"
        # Nothing came back twice.
        assert max(after[source].values()) == 1


def test_a_lost_state_knows_since_when_a_row_is_silent(team: Team) -> None:
    """There is no column of check-ins: a value that changed is one."""
    (team.folder / "okrsync.toml").write_text(
        'timezone = "UTC"\n[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\n'
        '[sources.ops.write]\ncolumns = {status = "Status", score = "Score"}\n'
        'history = "history.csv"\n',
        encoding="utf-8",
    )
    path = team.folder / "ops.csv"
    rows = ["Objective,Key result,From,Current,Target", "Grow,Sign-ups,0,90,100"]
    rows += [",Keep uptime above 99,,99.5,99", ",Interviews,,3 of 4,"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    for day in ("2026-11-20", "2026-12-20"):
        team.json("sync", "--as-of", day)
    silent = path.read_bytes()
    assert silent.count(b"Stale") == 3
    for day in ("2026-12-20", "2026-12-21"):
        for file in team.folder.glob("okrsync.db*"):
            file.unlink()
        for _ in range(2):
            team.json("sync", "--as-of", day)
            assert path.read_bytes() == silent
    team.json("sync", "--as-of", "2027-01-02")
    for file in team.folder.glob("okrsync.db*"):
        file.unlink()
    ended = path.read_bytes()
    assert b"Keep uptime above 99,,99.5,99,Stale," in ended
    team.json("sync", "--as-of", "2027-01-03")
    assert path.read_bytes() == ended


CHANGES = {
    "another owner": ("Sign-ups,Mia", "Sign-ups,Noor"),
    "other words": ("Sign-ups,Mia", "New sign-ups,Mia"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_lost_state_knows_an_item_that_people_have_changed(team: Team, change: str) -> None:
    (team.folder / "okrsync.toml").write_text(
        '[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\n'
        '[sources.ops.write]\nhistory = "history.csv"\n',
        encoding="utf-8",
    )
    path = team.folder / "ops.csv"
    header = "Objective,Key result,Owner,Cycle,From,Current,Target,Last check-in\n"
    text = f"{header}Grow,Sign-ups,Mia,2026-Q4,0,{{}},100,{{}}\n"
    text += "Grow,Sales,Lea,2026-Q4,0,1,10,2026-11-02\nNext,Sign-ups,Mia,2027-Q1,0,,9,\n"

    def check_in(value: int, day: str) -> None:
        before, after = CHANGES[change] if value > 20 else ("", "")
        path.write_text(text.format(value, day).replace(before, after, 1), encoding="utf-8")
        team.json("sync", "--as-of", day)

    for value, day in ((10, "2026-11-02"), (20, "2026-11-09"), (30, "2026-11-16")):
        check_in(value, day)
    known = team.json("show", "--history", "--as-of", "2026-11-17")
    for file in team.folder.glob("okrsync.db*"):
        file.unlink()
    for _ in range(2):
        team.json("sync", "--as-of", "2026-11-17")
        again = team.json("show", "--history", "--as-of", "2026-11-17")
        for before, after in zip(known["objectives"], again["objectives"], strict=True):
            for one, other in zip(before["key_results"], after["key_results"], strict=True):
                assert other["history"] == one["history"]
                assert other["outlook"] == one["outlook"]
    assert len(known["objectives"][0]["key_results"][0]["history"]) == 3
    # A second loss finds what stands there under both keys.
    for file in team.folder.glob("okrsync.db*"):
        file.unlink()
    team.json("sync", "--as-of", "2026-11-18")
    last = team.json("show", "--history", "--as-of", "2026-11-18")
    (sign_ups, _) = last["objectives"][0]["key_results"]
    assert [each["current"] for each in sign_ups["history"]] == [10, 20, 30]
