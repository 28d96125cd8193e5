"""Rows that a team uses again: it types the next cycle over the last one, or another key result
over one that is done with. What okrsync wrote beside them is its own, and goes with the item it was
for.
"""

from __future__ import annotations

import csv
from typing import Any

import openpyxl
import pytest

from team import Team

HEADER = ["Objective", "Key result", "Start", "Current", "Target", "Last check-in", "Cycle"]
CONFIG = """\
[sources.growth]
connector = "workbook"
path = "team.csv"
[sources.growth.write]
columns = {progress = "Progress", status = "Status", score = "Score", note = "Note"}
"""
ENDED = "2027-01-02"
Row = dict[str, str]


@pytest.fixture
def company(team: Team) -> Team:
    """A company whose cycle has ended, every row with its score."""
    (team.folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    titles = ("Sign-ups", "Revenue", "Churn", "Margin")
    keep(
        team,
        [
            dict(
                zip(
                    HEADER,
                    ["Grow", title, "0", str(20 * number), "100", "2026-12-28", "Q4 2026"],
                    strict=True,
                )
            )
            for number, title in enumerate(titles, start=1)
        ],
        HEADER,
    )
    team.json("sync", "--as-of", "2026-12-28")
    team.json("sync", "--as-of", ENDED)
    assert [row["Score"] for row in rows_of(team)] == ["0.2", "0.4", "0.6", "0.8"]
    return team


def rows_of(company: Team) -> list[Row]:
    with (company.folder / "team.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keep(company: Team, rows: list[Row], header: list[str] | None = None) -> None:
    with (company.folder / "team.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def synced(company: Team, day: str) -> dict[str, Any]:
    """A run that takes nothing for what a person typed; undone and done again it is the same, and
    the next one has nothing to say.
    """
    before = (company.folder / "team.csv").read_bytes()
    document = company.json("sync", "--as-of", day)
    after = (company.folder / "team.csv").read_bytes()
    [source] = document["sources"]
    assert {skip["code"] for skip in source["skips"]} <= {"other-cycle"}
    assert not [change for change in source["changes"] if "somebody typed" in change["reason"]]
    assert company.json("sync", "--as-of", day)["counts"]["changes"] == 0
    company.json("undo", document["run"])
    assert (company.folder / "team.csv").read_bytes() == before
    company.json("sync", "--as-of", day)
    assert (company.folder / "team.csv").read_bytes() == after
    return document


def test_a_cycle_typed_over_the_last_one_leaves_no_score_of_it(company: Team) -> None:
    keep(company, [{**row, "Cycle": "Q1 2027"} for row in rows_of(company)])
    synced(company, "2027-01-05")
    rows = rows_of(company)
    assert [row["Score"] for row in rows] == [""] * 4
    assert [row["Status"] for row in rows] == ["On track"] * 4


def test_rows_that_moved_meanwhile_are_known_by_their_words(company: Team) -> None:
    rows = [{**row, "Cycle": "Q1 2027"} for row in reversed(rows_of(company))]
    new = {**dict.fromkeys(rows[0], ""), "Objective": "Learn", "Key result": "Interviews"}
    keep(company, [{**new, "Target": "12", "Cycle": "Q1 2027"}, *rows])
    synced(company, "2027-01-05")
    assert [row["Score"] for row in rows_of(company)] == [""] * 5


def test_another_key_result_typed_over_one_takes_none_of_its_answers(company: Team) -> None:
    rows = rows_of(company)
    new = {"Objective": "Learn", "Key result": "Interviews", "Start": "0", "Current": ""}
    rows[0] |= {**new, "Target": "12", "Last check-in": "", "Cycle": "Q1 2027"}
    keep(company, rows)
    synced(company, "2027-01-05")
    first, *others = rows_of(company)
    assert (first["Progress"], first["Status"], first["Score"]) == ("", "No data", "")
    assert [row["Score"] for row in others] == ["0.4", "0.6", "0.8"]


def test_what_a_person_typed_beside_such_a_row_is_told_and_left(company: Team) -> None:
    rows = [{**row, "Cycle": "Q1 2027"} for row in rows_of(company)]
    rows[0]["Score"] = "0.3"
    keep(company, rows)
    [source] = company.json("sync", "--as-of", "2027-01-05")["sources"]
    assert [skip["at"] for skip in source["skips"]] == ["team!K2"]
    assert [row["Score"] for row in rows_of(company)] == ["0.3", "", "", ""]


def test_a_row_put_off_to_the_next_cycle_says_nothing_of_this_one(team: Team) -> None:
    (team.folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    row = ["Grow", "Sign-ups", "0", "0", "100", "2026-12-07", "Q4 2026"]
    keep(team, [dict(zip(HEADER, row, strict=True))], HEADER)
    team.json("sync", "--as-of", "2026-12-08")
    [row_then] = rows_of(team)
    assert row_then["Status"] == "Off track"
    keep(team, [{**row_then, "Cycle": "Q1 2027"}])
    synced(team, "2026-12-10")
    assert [row["Status"] for row in rows_of(team)] == ["Not started"]
    team.json("sync", "--as-of", "2027-01-01")
    assert [row["Status"] for row in rows_of(team)] == ["Stale"]


def test_a_row_moved_to_a_cycle_that_is_over_keeps_no_status_of_the_running_one(
    company: Team,
) -> None:
    rows = [{**row, "Cycle": "Q1 2027"} for row in rows_of(company)]
    keep(company, rows)
    company.json("sync", "--as-of", "2027-01-05")
    rows = rows_of(company)
    assert rows[0]["Status"] == "On track"
    rows[0]["Cycle"] = "Q3 2026"
    keep(company, rows)
    synced(company, "2027-01-06")
    assert rows_of(company)[0]["Status"] == "Missed"


def test_rows_copied_for_the_next_cycle_take_no_answer_of_the_last_one(company: Team) -> None:
    copies = [{**row, "Cycle": "Q1 2027", "Last check-in": ""} for row in rows_of(company)]
    keep(company, [*rows_of(company), *copies])
    synced(company, "2027-01-05")
    assert [row["Score"] for row in rows_of(company)[4:]] == [""] * 4


@pytest.mark.parametrize("day", ["2026-12-29", "2027-01-05"])
def test_a_copied_tab_takes_no_answer_of_the_last_cycle(team: Team, day: str) -> None:
    (team.folder / "okrsync.toml").write_text(CONFIG.replace("csv", "xlsx"), encoding="utf-8")
    path = team.folder / "team.xlsx"
    book = openpyxl.Workbook()
    tab = book.worksheets[0]
    tab.title = "Q4 2026"
    tab.append(HEADER[:5])
    tab.append(["Grow", "Sign-ups", 0, 20, 100])
    tab.append([None, "Revenue", 0, 40, 100])
    book.save(path)
    team.json("sync", "--as-of", "2026-12-28")
    if day > "2027":
        team.json("sync", "--as-of", ENDED)
    book = openpyxl.load_workbook(path)
    copy = book.copy_worksheet(book["Q4 2026"])
    copy.title = "Q1 2027"
    copy["D2"] = copy["D3"] = 0
    book.save(path)
    for _ in range(2):
        document = team.json("sync", "--as-of", day)
        [source] = document["sources"]
        assert {skip["code"] for skip in source["skips"]} <= {"other-cycle"}
        assert not [each for each in source["changes"] if "somebody typed" in each["reason"]]
    assert document["counts"]["changes"] == 0
    header, *rows = openpyxl.load_workbook(path)["Q1 2027"].iter_rows(values_only=True)
    last = dict(zip(header, rows[0], strict=True))
    assert last["Status"] == ("On track" if day > "2027" else "Not started")
    assert last.get("Score") is None


@pytest.mark.parametrize("cycle", ["Q1 2027", "Q2 2027"])
@pytest.mark.parametrize("stays", [True, False], ids=["beside it", "instead of it"])
def test_a_copied_file_that_is_made_a_source_takes_no_answer_of_the_other(
    company: Team, cycle: str, stays: bool
) -> None:
    day = "2027-01-05"
    rows = [{**row, "Cycle": cycle, "Current": "", "Last check-in": ""} for row in rows_of(company)]
    rows[0]["Score"] = "0.3"
    copied = company.folder / "next.csv"
    with copied.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    made = CONFIG.replace("sources.growth", "sources.next").replace("team.csv", "next.csv")
    config = CONFIG + made if stays else made
    (company.folder / "okrsync.toml").write_text(config, encoding="utf-8")
    before = copied.read_bytes()
    document = company.json("sync", "--as-of", day)
    after = copied.read_bytes()
    *own, other = document["sources"]
    assert not [change for source in own for change in source["changes"]]
    assert [skip["at"] for skip in other["skips"] if skip["code"] != "other-cycle"] == ["next!K2"]
    with copied.open(encoding="utf-8", newline="") as file:
        [first, *others] = csv.DictReader(file)
    has_begun = cycle == "Q1 2027"
    assert [row["Score"] for row in (first, *others)] == ["0.3", "", "", ""]
    status = "No data" if has_begun else "Not started"
    assert {row["Status"] for row in (first, *others)} == {status}
    assert company.json("sync", "--as-of", day)["counts"]["changes"] == 0
    company.json("undo", document["run"])
    assert copied.read_bytes() == before
    company.json("sync", "--as-of", day)
    assert copied.read_bytes() == after


def test_prepared_rows_that_read_like_others_are_told_as_left_alone(team: Team) -> None:
    (team.folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    row = ["Grow", "Sign-ups", "0", "40", "100", "2026-12-07", "Q4 2026"]
    keep(team, [dict(zip(HEADER, row, strict=True))], HEADER)
    team.json("sync", "--as-of", "2026-12-08")
    [first] = rows_of(team)
    prepared = {**dict.fromkeys(first, ""), "Objective": "Grow", "Key result": "Sign-ups"}
    keep(team, [first, {**prepared, "Target": "100", "Cycle": "Q1 2027"}])
    [source] = team.json("sync", "--as-of", "2026-12-08")["sources"]
    assert [skip["code"] for skip in source["skips"]] == ["other-cycle"]
    assert source["skips"][0]["reason"].startswith("1 row belongs")
    assert rows_of(team)[1]["Status"] == ""
