"""The weekly review: its lists, its forms, and what keeps it short."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest

from team import CONFIG, Team, edit, sheet, write_csv, write_workbook

HEADER = [
    "Objective",
    "Key result",
    "Owner",
    "Team",
    "Start",
    "Current",
    "Target",
    "RAG status",
    "Confidence",
    "Last check-in",
    "Comment",
]
ROWS: list[list[Any]] = [
    HEADER,
    ["Grow", "Sign-ups", "Mia", "Sales", 0, 80, 100, None, 0.8, "2026-11-02", "Going well"],
    [None, "Revenue", "Jon", "Sales", 0, 10, 100, "On track", 0.7, "2026-11-02", "Ask: who signs?"],
    [None, "Churn", "Ada", "Care", 0, 30, 100, None, 0.9, "2026-11-02", None],
    [None, "Partners", "Eve", "Care", 0, 40, 100, None, 0.5, None, "See https://a.example/?q=1"],
]
FIRST = "2026-11-02"


@pytest.fixture
def growth(team: Team) -> Team:
    team.config(CONFIG)
    write_workbook(team.folder / "growth.xlsx", ROWS)
    team.json("sync", "--as-of", FIRST)
    return team


def put(team: Team, **cells: object) -> None:
    def change(tab: Any) -> None:
        for address, value in cells.items():
            tab[address] = value

    edit(team.folder / "growth.xlsx", change)


def review(team: Team, day: str, *more: str) -> Mapping[str, Any]:
    code, text = team.run("review", "--format", "json", "--as-of", day, *more)
    assert code == 0, text
    document: Mapping[str, Any] = json.loads(text)
    return document


def titles(document: Mapping[str, Any], name: str) -> list[str]:
    return [entry["title"] for entry in document[name]]


class TestLists:
    def test_what_was_won_and_what_moved(self, growth: Team) -> None:
        put(growth, F2=100, J2="2026-11-09")
        document = review(growth, "2026-11-09")
        assert document["schema"] == "okrsync/review/1"
        assert (document["since"], document["until"]) == ("2026-11-02", "2026-11-09")
        (win,) = document["wins"]
        assert {name: win[name] for name in ("id", "title", "kind", "owner", "team", "source")} == {
            "id": "growth/O1/KR1",
            "title": "Sign-ups",
            "kind": "key-result",
            "owner": "Mia",
            "team": "Sales",
            "source": "growth",
        }
        assert (win["at"], win["url"], win["progress"]) == ("Q4!B2", None, 1)
        assert (win["status"], win["before"], win["after"]) == ("achieved", 0.8, 1)
        assert "Sign-ups" in titles(document, "moved")
        assert "Churn" not in titles(document, "moved")

    def test_the_review_stays_that_of_its_day_through_the_week(self, growth: Team) -> None:
        for day in ("2026-11-09", "2026-11-12", "2026-11-15"):
            assert review(growth, day)["since"] == "2026-11-02", day
            assert review(growth, day)["began"] == "2026-11-09", day
        assert review(growth, "2026-11-16")["since"] == "2026-11-09"

    def test_another_day_and_cadence(self, growth: Team) -> None:
        growth.config(CONFIG + '\n[review]\ncadence = "biweekly"\nday = "friday"\n')
        document = review(growth, "2026-11-23")
        assert (document["since"], document["began"]) == ("2026-11-06", "2026-11-20")
        growth.config(CONFIG + '\n[review]\ncadence = "monthly"\n')
        document = review(growth, "2026-11-23")
        assert (document["since"], document["began"]) == ("2026-10-05", "2026-11-02")

    def test_off_track_and_silent(self, growth: Team) -> None:
        put(growth, J3="2026-11-23")
        document = review(growth, "2026-11-23")
        assert titles(document, "off_track") == ["Revenue", "Churn"]
        assert titles(document, "silent") == ["Sign-ups", "Churn", "Partners"]
        assert [entry["checked_in"] for entry in document["silent"]] == [FIRST, FIRST, None]

    def test_stuck_is_checked_in_and_unchanged(self, growth: Team) -> None:
        for day in ("2026-11-09", "2026-11-16"):
            put(growth, J4=day, F2=81, J2=day)
            growth.json("sync", "--as-of", day)
        document = review(growth, "2026-11-16")
        assert titles(document, "stuck") == ["Churn"]
        put(growth, F4=31)
        assert titles(review(growth, "2026-11-16"), "stuck") == []

    def test_nothing_is_stuck_that_nobody_checked_in(self, growth: Team) -> None:
        growth.json("sync", "--as-of", "2026-11-20")
        assert titles(review(growth, "2026-11-20"), "stuck") == []

    def test_confidence_that_falls_twice_is_stuck(self, growth: Team) -> None:
        for day, confidence in (("2026-11-04", 0.7), ("2026-11-06", 0.6)):
            assert titles(review(growth, day), "stuck") == []
            put(growth, J2=day, I2=confidence, F2=80 + int(day[-1]))
            growth.json("sync", "--as-of", day)
        assert titles(review(growth, "2026-11-06"), "stuck") == ["Sign-ups"]

    def test_targets_that_moved(self, growth: Team) -> None:
        put(growth, G2=160, C3="Eve")
        document = review(growth, "2026-11-09")
        assert [
            (entry["title"], entry["what"], entry["before"], entry["after"])
            for entry in document["targets_moved"]
        ] == [("Sign-ups", "target", 100, 160), ("Revenue", "owner", "Jon", "Eve")]
        assert review(growth, "2026-11-20", "--since", "2026-11-19")["targets_moved"] != []
        growth.json("sync", "--as-of", "2026-11-09")
        assert review(growth, "2026-11-20", "--since", "2026-11-09")["targets_moved"] == []

    def test_what_was_typed_otherwise_and_what_is_asked(self, growth: Team) -> None:
        document = review(growth, FIRST)
        (differing,) = document["disagreements"]
        assert (differing["title"], differing["typed_status"]) == ("Revenue", "On track")
        assert [(entry["title"], entry["comment"]) for entry in document["asks"]] == [
            ("Revenue", "Ask: who signs?")
        ], "a question mark within an address asks nothing"

    def test_a_row_set_aside_is_in_no_list(self, growth: Team) -> None:
        put(growth, H3="Cancelled")
        document = review(growth, "2026-11-23")
        named = [
            entry["title"]
            for value in document.values()
            if isinstance(value, list)
            for entry in value
            if isinstance(entry, dict) and "title" in entry
        ]
        assert "Revenue" not in named

    def test_a_team_and_an_owner(self, growth: Team) -> None:
        document = review(growth, "2026-11-23", "--team", "care")
        assert titles(document, "silent") == ["Churn", "Partners"]
        document = review(growth, "2026-11-23", "--owner", "Mia")
        assert titles(document, "silent") == ["Sign-ups"]

    def test_no_run_is_there_yet(self, team: Team) -> None:
        team.config(CONFIG)
        write_workbook(team.folder / "growth.xlsx", ROWS)
        document = review(team, FIRST)
        assert document["moved"] == document["wins"] == []
        assert titles(document, "off_track") == ["Revenue"]

    def test_a_run_that_is_not_there(self, growth: Team) -> None:
        assert growth.run("review", "--since", "nowhere")[0] == 2


class TestHealth:
    def test_it_counts_teams(self, growth: Team) -> None:
        put(growth, J2="2026-11-20")
        health = review(growth, "2026-11-23")["health"]
        assert health["check_ins"] == [
            {"team": "Sales", "in_time": 1, "of": 2},
            {"team": "Care", "in_time": 0, "of": 2},
        ]
        assert health["coverage"] == {"reported": 4, "of": 4}

    def test_it_never_is_about_a_single_person(self, growth: Team) -> None:
        put(growth, C3="Mia", C5="Ada")
        health = review(growth, "2026-11-23")["health"]
        assert health["check_ins"] == [{"team": None, "in_time": 0, "of": 4}]
        for more in (("--owner", "Mia"), ("--team", "Sales")):
            health = review(growth, "2026-11-23", *more)["health"]
            assert health["check_ins"] == [], more
            assert health["coverage"] is None, more


class TestForms:
    def test_markdown_and_html_say_the_same(self, growth: Team) -> None:
        put(growth, F2=100, J2="2026-11-09", G3=160)
        document = review(growth, "2026-11-09")
        _, text = growth.run("review", "--as-of", "2026-11-09")
        _, page = growth.run("review", "--format", "html", "--as-of", "2026-11-09")
        for form in (text, page.replace("\u00a0", " ")):
            for name in ("wins", "moved", "off_track", "silent", "targets_moved", "asks"):
                for title in titles(document, name):
                    assert title in form, name
            assert "target from 100 to 160 on 9 Nov" in form
            assert "80 % → 100 %" in form
        assert "http" not in page.replace("http-equiv", "").replace("https://a.example", "")

    def test_text_stays_text(self, growth: Team) -> None:
        put(growth, B3="<b>*Rev*</b>\n# [x](y)")
        _, text = growth.run("review", "--as-of", "2026-11-09")
        _, page = growth.run("review", "--format", "html", "--as-of", "2026-11-09")
        assert "<b>" not in page
        assert "\\<b\\>\\*Rev\\*" in text
        assert "\n# [" not in text

    def test_the_file_keeps_what_people_typed_under_decisions(self, growth: Team) -> None:
        command = ("review", "--output", "review.md", "--as-of", "2026-11-09")
        assert growth.run(*command)[0] == 0
        path = growth.folder / "review.md"
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "\nWe hire two.\n\n## And more\n\nYes.\n", encoding="utf-8")
        put(growth, F2=100)
        for _ in range(10):
            assert growth.run(*command)[0] == 0
        assert path.read_text(encoding="utf-8").endswith("We hire two.\n\n## And more\n\nYes.\n")
        assert path.read_text(encoding="utf-8").count("We hire two.") == 1
        path.write_text("mine", encoding="utf-8")
        assert growth.run(*command)[0] == 2
        assert path.read_text(encoding="utf-8") == "mine"

    def test_sixty_key_results_take_ninety_lines(self, team: Team) -> None:
        team.config(CONFIG)
        rows: list[list[Any]] = [HEADER]
        for number in range(60):
            name = f"Win the *{number}*. customer of the northern region within a quarter" * 2
            rows.append(
                [
                    f"Objective {number // 5}" if number % 5 == 0 else None,
                    name,
                    f"Somebody with a long name {number}",
                    "Sales",
                    0,
                    10,
                    100,
                    "On track",
                    0.5,
                    "2026-10-20",
                    f"Question {number}: " + "who decides about it? " * 9,
                ]
            )
        path = team.folder / "growth.xlsx"
        write_workbook(path, rows)
        team.json("sync", "--as-of", FIRST)

        def change(tab: Any) -> None:
            for number in range(2, 62):
                tab[f"F{number}"] = 12
                tab[f"G{number}"] = 90

        edit(path, change)
        text = team.run("review", "--team", "Sales", "--as-of", "2026-11-09")[1]
        lines = text.splitlines()
        assert len(lines) <= 90
        assert max(map(len, lines)) <= 140
        assert "more, shown with --format json" in text
        page = team.run("review", "--format", "html", "--as-of", "2026-11-09")[1]
        assert page.count("who decides") >= 60


WITH_TAB = CONFIG.replace(
    'note = "okrsync note"}', 'note = "okrsync note"}\nreview = "Weekly review"'
)


def tab(team: Team) -> list[list[Any]]:
    return [list(row) for row in sheet(team.folder / "growth.xlsx", "Weekly review")]


def first_column(team: Team) -> list[str]:
    return [str(row[0]) for row in tab(team) if row and row[0] is not None]


def decide(team: Team, text: str) -> None:
    def change(book: Any) -> None:
        review_tab = book.parent["Weekly review"]
        end = max(
            number
            for number in range(1, review_tab.max_row + 1)
            if review_tab.cell(number, 1).value == "Decisions"
        )
        free = end + 1
        while review_tab.cell(free, 1).value is not None:
            free += 1
        review_tab.cell(free, 1, text)

    edit(team.folder / "growth.xlsx", change)


class TestTab:
    @pytest.fixture
    def kept(self, growth: Team) -> Team:
        growth.config(WITH_TAB)
        growth.json("sync", "--as-of", "2026-11-09")
        return growth

    def test_it_shows_the_review_and_is_left_alone(self, kept: Team) -> None:
        shown = first_column(kept)
        assert shown[0] == "Weekly review"
        assert shown[-1] == "Decisions"
        assert {"Off track", "Revenue", "Silent", "Questions"} <= set(shown)
        before = (kept.folder / "growth.xlsx").read_bytes()
        for day in ("2026-11-09", "2026-11-09"):
            assert kept.json("sync", "--as-of", day)["sources"][0]["changes"] == []
        assert (kept.folder / "growth.xlsx").read_bytes() == before

    def test_what_was_decided_comes_back_with_the_next_review(self, kept: Team) -> None:
        decide(kept, "We hire two.")
        for day in ("2026-11-09", "2026-11-11", "2026-11-15"):
            kept.json("sync", "--as-of", day)
            assert review(kept, day)["decided"] == []
            assert first_column(kept)[-1] == "We hire two."
        expected = [{"day": "2026-11-09", "text": "We hire two."}]
        assert review(kept, "2026-11-16")["decided"] == expected, "before the tab is written anew"
        kept.json("sync", "--as-of", "2026-11-16")
        assert review(kept, "2026-11-16")["decided"] == expected
        shown = first_column(kept)
        assert shown[shown.index("Decided last time") + 1] == "We hire two."
        assert shown[-1] == "We hire two.", "the line that was typed is people's"
        decide(kept, "We stop the pilot.")
        kept.json("sync", "--as-of", "2026-11-18")
        assert review(kept, "2026-11-18")["decided"] == expected
        kept.json("sync", "--as-of", "2026-11-23")
        document = review(kept, "2026-11-23")
        assert document["decided"] == [{"day": "2026-11-16", "text": "We stop the pilot."}]
        assert document["earlier"] == expected
        assert "9 Nov 2026: We hire two." in first_column(kept)

    def test_undo_takes_the_tab_away_unless_people_decided_in_it(self, growth: Team) -> None:
        growth.config(WITH_TAB)
        run = growth.json("sync", "--as-of", "2026-11-09")["run"]
        assert "Weekly review" in names(growth)
        assert growth.run("undo", run)[0] == 0
        assert "Weekly review" not in names(growth)
        run = growth.json("sync", "--as-of", "2026-11-09")["run"]
        decide(growth, "We hire two.")
        growth.run("undo", run)
        assert first_column(growth)[-1] == "We hire two."

    def test_it_covers_all_sources_where_the_config_wants_it(self, growth: Team) -> None:
        two = WITH_TAB.replace(
            'review = "Weekly review"', 'review = "Weekly review"\nsummary = "S"'
        )
        two += '\n[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\n'
        write_csv(growth.folder / "ops.csv", [HEADER, ["Keep", "Uptime", "Zoe", "Ops", 0, 1, 100]])

        def shown() -> str:
            book = openpyxl.load_workbook(growth.folder / "growth.xlsx")
            tabs = [book["Weekly review"], book["S"]]
            return str([list(each.values) for each in tabs])

        growth.config(two)
        growth.json("sync", "--as-of", "2026-11-09")
        assert "Uptime" not in shown()
        growth.config(two.replace('summary = "S"', 'summary = "S"\nsummary_of = "all"'))
        growth.json("sync", "--as-of", "2026-11-09")
        assert shown().count("Uptime") >= 2
        assert "Revenue" in shown()

    def test_the_place_of_the_summary_is_taken(self, growth: Team) -> None:
        growth.config(WITH_TAB.replace("review = ", 'summary = "Weekly review"\nreview = '))
        code, _ = growth.run("sync")
        assert code == 2
        assert "write.review" in growth.err

    def test_a_file_without_tabs_has_no_review(self, team: Team) -> None:
        team.config(WITH_TAB.replace("growth.xlsx", "growth.csv"))
        write_csv(team.folder / "growth.csv", ROWS)
        (source,) = team.json("sync", "--as-of", FIRST)["sources"]
        assert any("cannot have a review" in skip["reason"] for skip in source["skips"])


def names(team: Team) -> list[str]:
    return list(openpyxl.load_workbook(team.folder / "growth.xlsx").sheetnames)


def test_titles_of_a_private_source_stay_out_of_what_others_read(team: Team) -> None:
    text = WITH_TAB.replace("review = ", 'summary = "S"\nsummary_of = "all"\nreview = ')
    text += '\n[sources.ops]\nconnector = "workbook"\npath = "ops.csv"\nparent = "Grow"\n'
    team.config(text + "private = true\n")
    write_workbook(team.folder / "growth.xlsx", ROWS)
    secret = ["Buy Acme", "Sign by May", "Zoe", "Ops", 0, 1, 100, None, None, "2026-10-05", "Ask?"]
    write_csv(team.folder / "ops.csv", [HEADER, secret])
    for day in (FIRST, "2026-11-09"):
        team.json("sync", "--as-of", day)
    book = openpyxl.load_workbook(team.folder / "growth.xlsx")
    page = team.run("report", "--html", "-", "--as-of", "2026-11-09")[1]
    document = json.dumps(review(team, "2026-11-09"))
    for form in (str([list(each.values) for each in book]), page, document):
        assert "private" in form
        for words in ("Buy Acme", "Sign by May", "Ask?"):
            assert words not in form
    assert "Sign by May" in team.run("show", "--as-of", "2026-11-09")[1], "the terminal is ours"


def test_a_line_typed_among_okrsyncs_own_is_moved_told_of_and_stays_through_undo(
    growth: Team,
) -> None:
    growth.config(CONFIG + 'review = "Weekly review"\n')
    growth.json("sync", "--as-of", "2026-11-09")

    def insert(page: Any) -> None:
        page.insert_rows(4)
        page["A4"] = "Call Mia about it"
        # Excel adjusts names when rows are inserted; openpyxl leaves them.
        name = page.parent.defined_names["_okrsync_review"]
        start, _, last = name.attr_text.rpartition("$")
        name.attr_text = f"{start}${int(last) + 1}"

    edit(growth.folder / "growth.xlsx", insert, "Weekly review")
    put(growth, F2=100, J2="2026-11-10")
    code, out = growth.run("sync", "--as-of", "2026-11-10")
    assert code == 0, growth.err
    told = "row 4, typed by people, is below 'Decisions' now"
    assert told in out
    column = first_column(growth)
    assert column.index("Call Mia about it") == column.index("Decisions") + 1
    assert growth.json("sync", "--as-of", "2026-11-10")["sources"][0]["changes"] == []
    (run, *_) = growth.json("history")["runs"][1:]
    entries = growth.json("history", run["id"])["changes"]
    assert [entry["why"] for entry in entries if entry["field"] == "summary"] == [told]
    assert growth.run("undo", run["id"])[0] == 0
    column = first_column(growth)
    assert column.count("Call Mia about it") == 1
    assert column.index("Call Mia about it") > column.index("Decisions")
