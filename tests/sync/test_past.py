"""What the ledger adds to every run: targets that moved, changes over a week, what moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from okrsync.config import load
from okrsync.plan.boards.rows import board_rows
from okrsync.state.ledger import Ledger
from okrsync.sync import look
from team import CONFIG, Team, edit, sheet, write_csv, write_workbook

HEADER = ["Objective", "Key result", "Owner", "Start", "Current", "Target"]
ROWS: list[list[Any]] = [
    HEADER,
    ["Grow", "Sign-ups", "Mia", 0, 40, 200],
    [None, "Revenue", "Jon", 10, 34, 50],
]
WITH_ALL = CONFIG.replace(
    'note = "okrsync note"}',
    'note = "okrsync note", delta = "Delta", trend = "Trend"}\nsummary = "OKR summary"',
)


@pytest.fixture
def growth(team: Team) -> Team:
    """A team without a column for check-ins, seen on 2 November for the first time."""
    team.config(WITH_ALL)
    write_workbook(team.folder / "growth.xlsx", ROWS)
    team.json("sync", "--as-of", "2026-11-02")
    return team


def set_cell(team: Team, address: str, value: object) -> None:
    def change(tab: Any) -> None:
        tab[address] = value

    edit(team.folder / "growth.xlsx", change)


def item(team: Team, day: str, number: int = 1, *more: str) -> Mapping[str, Any]:
    document = team.json("show", "--as-of", day, *more)
    found: Mapping[str, Any] = document["objectives"][0]["key_results"][number - 1]
    return found


def codes(team: Team, day: str) -> list[str]:
    return [
        one["code"]
        for one in team.json("show", "--as-of", day)["warnings"]
        if one["code"].endswith("-moved")
    ]


def beside(team: Team, column: str, row: int = 1) -> Any:
    lines = sheet(team.folder / "growth.xlsx")
    return lines[row][lines[0].index(column)]


def summary(team: Team) -> str:
    return "\n".join(
        str(value)
        for row in sheet(team.folder / "growth.xlsx", "OKR summary")
        for value in row
        if value is not None
    )


class TestEvents:
    def test_a_lowered_target_is_told_wherever_people_look(self, growth: Team) -> None:
        set_cell(growth, "F2", 150)
        assert codes(growth, "2026-11-05") == ["target-moved"], "before the run that stores it"
        growth.json("sync", "--as-of", "2026-11-05")
        words = "target lowered from 200 to 150 on 5 Nov; 20 % of the old one"
        assert item(growth, "2026-11-05")["moves"] == [
            {
                "day": "2026-11-05",
                "what": "target",
                "before": 200,
                "after": 150,
                "progress_before": 0.2,
                "progress_after": 0.2667,
                "after_end": False,
            }
        ]
        assert f"T{words[1:]}." in beside(growth, "okrsync note")
        assert f"Sign-ups: {words}." in summary(growth)
        explained = " ".join(
            growth.run("explain", "growth/O1/KR1", "--as-of", "2026-11-05")[1].split()
        )
        assert words in explained
        assert words in growth.run("show", "--as-of", "2026-11-05")[1]

    def test_the_terminal_tells_them_without_working_out_outlooks(self, growth: Team) -> None:
        for number, value in ((3, 44), (9, 50), (16, 58)):
            set_cell(growth, "E2", value)
            growth.json("sync", "--as-of", f"2026-11-{number:02}")
        set_cell(growth, "F2", 150)
        day = date(2026, 11, 18)
        config = load(growth.folder / "okrsync.toml")
        brief, whole = (
            look(config, as_of=day, shows_outlooks=is_whole) for is_whole in (False, True)
        )
        told = "target lowered from 200 to 150"
        assert told in growth.run("show", "--as-of", day.isoformat())[1]
        assert any(told in warning.message for warning in brief.warnings)
        assert brief.warnings == whole.warnings
        assert brief.movements == whole.movements
        assert all(measure.outlook is None for measure in brief.measures.values())
        assert any(measure.outlook is not None for measure in whole.measures.values())
        for id_, measure in whole.measures.items():
            same = brief.measures[id_]
            assert (same.progress, same.status, same.moves, same.score) == (
                measure.progress,
                measure.status,
                measure.moves,
                measure.score,
            )

    def test_the_warning_ends_and_the_move_stays(self, growth: Team) -> None:
        set_cell(growth, "F2", 150)
        growth.json("sync", "--as-of", "2026-11-05")
        note = beside(growth, "okrsync note")
        assert codes(growth, "2026-11-11") == ["target-moved"]
        assert codes(growth, "2026-11-12") == []
        assert len(item(growth, "2026-12-20")["moves"]) == 1
        plan = growth.json("plan", "--as-of", "2026-11-13")
        notes = [
            one["after"]
            for source in plan["sources"]
            for one in source["changes"]
            if one["field"] == "note" and "Sign-ups" in str(one)
        ]
        # Without news, a note changes with its status alone; the move stays in it.
        assert all("Target lowered" in one for one in notes)
        assert "Target lowered" in note

    def test_the_span_is_the_configs(self, growth: Team) -> None:
        growth.config(WITH_ALL + '\n[summary]\nsince = "2 days"\n')
        set_cell(growth, "F2", 150)
        growth.json("sync", "--as-of", "2026-11-05")
        assert codes(growth, "2026-11-06") == ["target-moved"]
        assert codes(growth, "2026-11-07") == []

    def test_baseline_and_owner_are_told_too(self, growth: Team) -> None:
        set_cell(growth, "D3", 20)
        set_cell(growth, "C3", "Ada")
        growth.json("sync", "--as-of", "2026-11-05")
        assert sorted(codes(growth, "2026-11-05")) == ["baseline-moved", "owner-moved"]
        note = beside(growth, "okrsync note", 2)
        assert "Baseline raised from 10 to 20 on 5 Nov; 60 % from the old one." in note
        assert "Owner changed from Jon to Ada on 5 Nov." in note

    def test_filled_for_the_first_time_is_no_change(self, team: Team) -> None:
        team.config(WITH_ALL)
        write_workbook(
            team.folder / "growth.xlsx", [HEADER, ["Grow", "Sign-ups", None, None, 40, None]]
        )
        team.json("sync", "--as-of", "2026-11-02")
        for address, value in (("C2", "Mia"), ("D2", 10), ("F2", 100)):
            set_cell(team, address, value)
        team.json("sync", "--as-of", "2026-11-05", "--allow", "max-losses")
        assert codes(team, "2026-11-05") == []
        assert item(team, "2026-11-05")["moves"] == []

    def test_emptied_and_typed_again_is_no_change(self, growth: Team) -> None:
        set_cell(growth, "C2", None)
        growth.json("sync", "--as-of", "2026-11-03")
        set_cell(growth, "C2", "mia ")
        growth.json("sync", "--as-of", "2026-11-04")
        assert item(growth, "2026-11-04")["moves"] == []

    def test_a_move_under_an_old_check_in_has_the_day_of_the_run(self, team: Team) -> None:
        team.config(WITH_ALL)
        rows: list[list[Any]] = [
            [*HEADER, "Last check-in"],
            ["Grow", "Sign-ups", "Mia", 0, 40, 200, "2026-11-02"],
        ]
        write_workbook(team.folder / "growth.xlsx", rows)
        team.json("sync", "--as-of", "2026-11-03")
        set_cell(team, "F2", 150)
        team.json("sync", "--as-of", "2026-11-05")
        assert [one["day"] for one in item(team, "2026-11-06")["moves"]] == ["2026-11-05"]

    def test_after_the_end_of_a_named_cycle_the_score_stays_with_the_old_target(
        self, team: Team
    ) -> None:
        team.config(WITH_ALL.replace('cycle = "2026-Q4"', 'cycle = "auto"'))
        rows: list[list[Any]] = [
            [*HEADER, "Quarter"],
            ["Grow", "Sign-ups", "Mia", 0, 120, 200, "2026-Q4"],
        ]
        write_workbook(team.folder / "growth.xlsx", rows)
        team.json("sync", "--as-of", "2026-12-30")
        team.json("sync", "--as-of", "2027-01-02")
        ended = item(team, "2027-01-02")
        assert (ended["status"], ended["score"], ended["progress"]) == ("missed", 0.6, 0.6)
        set_cell(team, "F2", 120)
        for day in ("2027-01-03", "2027-01-04", "2027-01-10"):
            team.json("sync", "--as-of", day)
            late = item(team, day)
            assert (late["status"], late["score"], late["progress"]) == ("missed", 0.6, 0.6)
            assert late["target"] == 120
            assert [one["after_end"] for one in late["moves"]] == [True]
        warned = [
            one["message"]
            for one in team.json("show", "--as-of", "2027-01-04")["warnings"]
            if one["code"] == "target-moved"
        ]
        assert len(warned) == 1
        assert "after the end" in warned[0]
        assert "after the end" in beside(team, "okrsync note")
        # A late value counts, against the target of then.
        set_cell(team, "E2", 160)
        team.json("sync", "--as-of", "2027-01-11")
        assert item(team, "2027-01-11")["score"] == 0.8


class TestDelta:
    def test_the_change_over_a_week_on_todays_target(self, growth: Team) -> None:
        assert item(growth, "2026-11-08")["delta"] is None, "the first week"
        set_cell(growth, "E2", 80)
        growth.json("sync", "--as-of", "2026-11-09")
        assert item(growth, "2026-11-09")["delta"] == 0.2
        assert beside(growth, "Delta") == 20
        set_cell(growth, "F2", 100)
        growth.json("sync", "--as-of", "2026-11-10")
        # 40 and 80 of 100: the lowered target itself is no change.
        assert item(growth, "2026-11-10")["delta"] == 0.4
        assert item(growth, "2026-11-20")["delta"] == 0

    def test_an_objective_has_that_of_its_parts(self, growth: Team) -> None:
        set_cell(growth, "E2", 80)
        document = growth.json("show", "--as-of", "2026-11-09")
        # 20 and 60 % were 40 %; 40 and 60 % are 50 %.
        assert document["objectives"][0]["delta"] == 0.1

    def test_what_is_new_moved_nothing(self, growth: Team) -> None:
        def append(tab: Any) -> None:
            for column, value in ((2, "New"), (3, "Lea"), (4, 0), (5, 9), (6, 10)):
                tab.cell(4, column, value)

        edit(growth.folder / "growth.xlsx", append)
        document = growth.json("show", "--as-of", "2026-11-09")
        assert document["objectives"][0]["delta"] == 0
        assert document["objectives"][0]["key_results"][2]["delta"] is None


class TestTrend:
    def test_a_line_of_blocks_that_nothing_but_news_rewrites(self, growth: Team) -> None:
        for day, value in (("2026-11-09", 100), ("2026-11-16", 200)):
            set_cell(growth, "E2", value)
            growth.json("sync", "--as-of", day)
        assert beside(growth, "Trend") == "▂▅█"
        for day in ("2026-11-17", "2026-11-20", "2026-11-24", "2026-12-09"):
            plan = growth.json("plan", "--as-of", day)
            fields = [one["field"] for one in plan["sources"][0]["changes"]]
            assert "trend" not in fields, day

    def test_a_long_silence_leaves_it_as_it_was(self, growth: Team) -> None:
        growth.config(WITH_ALL.replace('cycle = "2026-Q4"', 'cycle = "2026"'))
        write_workbook(growth.folder / "growth.xlsx", ROWS)
        (growth.folder / "okrsync.db").unlink()
        for week in range(10):
            set_cell(growth, "E2", 10 * week)
            growth.json("sync", "--as-of", f"2026-0{1 + week // 4}-{1 + 7 * (week % 4):02}")
        assert len(beside(growth, "Trend")) >= 10
        plan = growth.json("plan", "--as-of", "2026-09-30")
        trends = [one["after"] for one in plan["sources"][0]["changes"] if one["field"] == "trend"]
        assert trends == []

    def test_one_value_is_no_trend(self, growth: Team) -> None:
        assert "Trend" not in sheet(growth.folder / "growth.xlsx")[0]


class TestMoved:
    def test_it_compares_with_a_week_and_is_the_same_everywhere(self, growth: Team) -> None:
        growth.json("sync", "--as-of", "2026-11-09")
        set_cell(growth, "E2", 140)
        set_cell(growth, "E3", 34.2)
        growth.json("sync", "--as-of", "2026-11-16")
        for day in ("2026-11-17", "2026-11-18", "2026-11-22"):
            growth.json("sync", "--as-of", day)
            told = summary(growth)
            assert "What moved in the last 7 days" in told
            moved = told.partition("What moved in the last 7 days")[2]
            assert "Sign-ups" in moved
            assert "Grow" in moved
            assert "Revenue" not in moved, "half a point is no move"
            for since in ("7 days", "2026-11-11"):
                shown = growth.json("show", "--since", since, "--as-of", day)["since"]["moved"]
                assert [one["title"] for one in shown] == ["Grow", "Sign-ups"]
            page = growth.folder / "page.html"
            assert growth.run("report", "--html", str(page), "--as-of", day)[0] == 0
            text = page.read_text(encoding="utf-8").replace("\u00a0", " ")
            assert "What moved in the last 7 days" in text
            assert ": 20 % → 70 %" in text
        growth.json("sync", "--as-of", "2026-11-23")
        assert "What moved" not in summary(growth)

    def test_the_board_says_it_in_a_property(self, growth: Team) -> None:
        set_cell(growth, "E2", 140)
        growth.json("sync", "--as-of", "2026-11-09")
        config = load(growth.folder / "okrsync.toml")
        for day, moved in (
            (date(2026, 11, 14), "20 % → 70 %, at risk → on track in the last 7 days"),
            (date(2026, 11, 23), None),
        ):
            rows = {row.name: row.values for row in board_rows(look(config, as_of=day), {})}
            assert rows["Sign-ups"]["moved"] == moved
            assert rows["Revenue"]["moved"] is None

    def test_last_is_the_run_before_the_last_that_changed_anything(self, growth: Team) -> None:
        set_cell(growth, "E2", 140)
        growth.json("sync", "--as-of", "2026-11-09")
        for _ in range(2):
            since = growth.json("show", "--since", "last", "--as-of", "2026-11-09")["since"]
            assert [one["title"] for one in since["moved"]] == ["Grow", "Sign-ups"]
            growth.json("sync", "--as-of", "2026-11-09")

    def test_a_status_that_the_calendar_alone_changed_has_not_moved(self, growth: Team) -> None:
        growth.json("sync", "--as-of", "2026-11-09")
        before = item(growth, "2026-11-09")["status"]
        growth.json("sync", "--as-of", "2026-11-16")
        assert item(growth, "2026-11-16")["status"] != before
        since = growth.json("show", "--since", "2026-11-09", "--as-of", "2026-11-16")["since"]
        assert since["moved"] == []

    def test_a_status_that_a_check_in_changed_has_moved(self, team: Team) -> None:
        team.config(WITH_ALL)
        rows: list[list[Any]] = [
            [*HEADER, "Last check-in"],
            ["Grow", "Sign-ups", "Mia", 0, 120, 200, "2026-11-02"],
        ]
        write_workbook(team.folder / "growth.xlsx", rows)
        for day in ("2026-11-03", "2026-11-16"):
            team.json("sync", "--as-of", day)
        assert item(team, "2026-11-16")["status"] == "stale"
        set_cell(team, "G2", "2026-11-17")
        for day in ("2026-11-17", "2026-11-18"):
            since = team.json("show", "--since", "2026-11-16", "--as-of", day)["since"]
            assert [one["title"] for one in since["moved"]] == ["Grow", "Sign-ups"]
            team.json("sync", "--as-of", day)

    def test_in_the_first_week_the_first_run_stands_for_all_before(self, growth: Team) -> None:
        set_cell(growth, "E2", 140)
        growth.json("sync", "--as-of", "2026-11-04")
        assert "What moved in the last 7 days" in summary(growth)


def test_a_csv_has_the_same_columns(team: Team) -> None:
    team.config(
        WITH_ALL.replace("growth.xlsx", "growth.csv").replace('\nsummary = "OKR summary"', "")
    )
    write_csv(team.folder / "growth.csv", ROWS)
    team.json("sync", "--as-of", "2026-11-02")
    lines = (team.folder / "growth.csv").read_text(encoding="utf-8").replace(",40,", ",80,")
    (team.folder / "growth.csv").write_text(lines, encoding="utf-8")
    team.json("sync", "--as-of", "2026-11-09")
    first = (team.folder / "growth.csv").read_text(encoding="utf-8").splitlines()[1]
    assert ",20,▂▄" in first
    assert team.json("sync", "--as-of", "2026-11-09")["counts"]["changes"] == 0


class TestOutlook:
    @pytest.fixture
    def steady(self, team: Team) -> Team:
        """A team whose sign-ups grow by 12 a week, and whose revenue stands still."""
        fields = 'delta = "Delta", trend = "Trend"}'
        more = 'forecast = "Forecast", needed = "Needed a week"}'
        team.config(WITH_ALL.replace(fields, more))
        rows: list[list[Any]] = [
            [*HEADER, "Unit", "Last check-in"],
            ["Grow", "Sign-ups", "Mia", 0, 12, 200, "sign-ups", "2026-10-07"],
            [None, "Revenue", "Jon", 10, 34, 50, "k", "2026-10-07"],
        ]
        write_workbook(team.folder / "growth.xlsx", rows)
        for week in range(1, 7):
            day = f"2026-{10 + (week * 7) // 32}-{(week * 7) % 32 + (week > 4):02}"
            set_cell(team, "E2", 12 * week)
            set_cell(team, "H2", day)
            set_cell(team, "H3", day)
            team.json("sync", "--as-of", day)
        return team

    def test_it_stands_wherever_people_look(self, steady: Team) -> None:
        day = "2026-11-11"
        document = steady.json("show", "--as-of", day)
        objective = document["objectives"][0]
        signups, revenue = objective["key_results"]
        found = signups["outlook"]
        assert set(found) == {
            "value", "low", "high", "needed_per_week", "lately_per_week", "observations", "arrives"
        }  # fmt: skip
        assert found["observations"] == 6
        assert 0.7 < found["value"] < 0.85
        assert found["low"] <= found["value"] <= found["high"]
        assert signups["forecast"] == found["value"]
        assert abs(found["lately_per_week"] - 12) < 0.5
        assert (revenue["outlook"]["value"], revenue["outlook"]["arrives"]) == (0.6, None)
        mean = (found["value"] + 0.6) / 2
        assert abs(objective["outlook"]["value"] - mean) < 0.001
        note = beside(steady, "okrsync note")
        assert "At this pace" in note
        assert "sign-ups a week are needed, 12 came lately." in note
        assert "It stands still: 60 % by 31 Dec" in beside(steady, "okrsync note", 2)
        assert beside(steady, "Forecast") == round(found["value"], 2)
        assert beside(steady, "Needed a week") > 12
        assert "At this pace" in summary(steady)
        explained = " ".join(steady.run("explain", "growth/O1/KR1", "--as-of", day)[1].split())
        assert "From 6 observations; between" in explained
        page = steady.folder / "page.html"
        assert steady.run("report", "--html", str(page), "--as-of", day)[0] == 0
        assert "at this pace (" in page.read_text(encoding="utf-8")

    def test_a_note_changes_with_news_and_not_with_the_calendar(self, steady: Team) -> None:
        for day in ("2026-11-12", "2026-11-14", "2026-11-18", "2026-11-20"):
            plan = steady.json("plan", "--as-of", day)
            fields = [one["field"] for one in plan["sources"][0]["changes"]]
            assert "status" in fields or "note" not in fields, day

    def test_with_few_observations_nothing_is_claimed(self, growth: Team) -> None:
        found = item(growth, "2026-11-20")
        assert (found["outlook"], found["forecast"]) == (None, None)


def test_a_run_over_rows_with_check_ins_does_not_read_the_whole_ledger(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a state that was lost asks the ledger since when a value stands."""
    for day in ("2026-11-23", "2026-11-24"):
        team.json("sync", "--as-of", day)
    read: list[str] = []
    copied_after = Ledger.copied_after

    def counted(ledger: Ledger, source: str, *more: int) -> Any:
        read.append(source)
        return copied_after(ledger, source, *more)

    monkeypatch.setattr(Ledger, "copied_after", counted)
    edit(team.folder / "growth.xlsx", lambda tab: tab.cell(2, 5, 70))
    assert team.json("sync", "--as-of", "2026-11-25")["counts"]["changes"] > 0
    assert read == []
