"""The numbers of another tool beside okrsync's, and the switch that explains a difference."""

from __future__ import annotations

import pytest

from team import AS_OF, Team

CONFIG = """\
cycle = "2026-Q4"
[sources.growth]
connector = "workbook"
path = "team.csv"
"""
OURS = """\
Objective,Key result,Start,Current,Target
Grow,Sign-ups,0,150,100
Grow,Revenue,5,5,5
Keep,Churn,0,50,100
Keep,Renewals,0,,100
"""
THEIRS = """\
Objective,Key result,Progress
Grow,Sign-ups,150%
Grow,Revenue,0%
Keep,Churn,50%
Keep,Renewals,0%
Keep,Somebody else's,10%
"""


@pytest.fixture
def company(team: Team) -> Team:
    (team.folder / "okrsync.toml").write_text(CONFIG, encoding="utf-8")
    (team.folder / "team.csv").write_text(OURS, encoding="utf-8")
    (team.folder / "export.csv").write_text(THEIRS, encoding="utf-8")
    return team


def test_each_difference_is_told_with_the_switch_that_explains_it(company: Team) -> None:
    document = company.json("compare", str(company.folder / "export.csv"), "--as-of", AS_OF)
    explained = {entry["title"]: entry["explained_by"] for entry in document["differences"]}
    assert set(explained) == {"Sign-ups", "Revenue", "Renewals"}
    assert 'clamp = "none"' in explained["Sign-ups"]
    assert 'target_is_baseline = "zero"' in explained["Revenue"]
    assert explained["Renewals"] == ['missing = "zero"']
    assert document["compared"] == 4
    assert [entry["title"] for entry in document["only_there"]] == ["Somebody else's"]
    assert "growth/O1" in document["only_here"]


def test_a_person_reads_theirs_ours_and_why(company: Team) -> None:
    code, out = company.run("compare", str(company.folder / "export.csv"), "--as-of", AS_OF)
    assert code == 0
    assert "theirs 150 %, ours 100 %: clamp" in out
    assert "Only in the export: Somebody else's" in out
    assert "4 numbers compared, 3 differ." in out


def test_the_same_numbers_need_no_explanation(company: Team) -> None:
    (company.folder / "export.csv").write_text(
        "Objective,Key result,Progress\nKeep,Churn,50%\n", encoding="utf-8"
    )
    code, out = company.run("compare", str(company.folder / "export.csv"), "--as-of", AS_OF)
    assert (code, out.strip()) == (0, "1 number compared, none differ.")


def test_a_file_without_any_progress_is_refused(company: Team) -> None:
    code, _ = company.run("compare", str(company.folder / "team.csv"), "--as-of", AS_OF)
    assert code == 2
    assert "it holds no progress to compare" in company.err


@pytest.mark.parametrize(
    "text",
    [
        "Title,Progress\nSign-ups,120%\nChurn,50%\n",
        "Name;Fortschritt\nSign-ups;120\nChurn;50\n",
        "Exported on 1 Nov\n\nTitle,Progress\nSign-ups,1.2\nChurn,0.5\n",
    ],
)
def test_a_plain_list_of_titles_and_progress_is_compared(company: Team, text: str) -> None:
    (company.folder / "export.csv").write_text(text, encoding="utf-8")
    document = company.json("compare", str(company.folder / "export.csv"), "--as-of", AS_OF)
    assert document["compared"] == 2
    (difference,) = document["differences"]
    assert (difference["title"], difference["theirs"]) == ("Sign-ups", 1.2)


def test_a_file_without_any_progress_is_shown_with_what_it_has(company: Team) -> None:
    (company.folder / "export.csv").write_text("Title,Colour\nSign-ups,red\n", encoding="utf-8")
    code, _ = company.run("compare", str(company.folder / "export.csv"), "--as-of", AS_OF)
    assert code == 2
    assert "its first row has 'Title', 'Colour'" in company.err
