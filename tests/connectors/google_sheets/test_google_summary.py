"""The summary tab is refreshed in place, and never taken for a tab of people's own."""

from __future__ import annotations

import pytest

from google_team import Team
from okrsync.connector import State


def test_the_summary_tab_is_refreshed_in_place_and_notes_beside_it_stay(team: Team) -> None:
    team.write_config("", 'summary = "OKR summary"')
    team.one()
    tab = team.anna.tab(team.file_id, "OKR summary")
    rows = tab.used[0]
    team.anna.put(team.file_id, "OKR summary", "M2", "my note")
    team.anna.put(team.file_id, "OKR summary", f"A{rows + 2}", "below")
    assert team.one().calls.write == 0
    team.anna.insert_rows(team.file_id, "Q4", 5)
    for cell, text in {"A5": "More", "B5": "Demos", "C5": "0", "D5": "1", "E5": "100"}.items():
        team.anna.type(team.file_id, "Q4", cell, text)
    done = team.one()
    assert done.conflicts == ()
    grid = team.grid("OKR summary")
    assert [row[0] for row in grid if row and row[0] in ("Grow", "Keep", "More")][:3] == [
        "Grow",
        "Keep",
        "More",
    ]
    assert grid[1][12] == "my note"
    assert grid[-1][0] == "below"
    assert team.one().calls.write == 0
    team.anna.rename_tab(team.file_id, "OKR summary", "Where we stand")
    team.anna.type(team.file_id, "Q4", "D2", "99")
    team.one()
    assert [sheet.title for sheet in team.anna.book(team.file_id).sheets] == [
        "Q4",
        "Where we stand",
    ]


@pytest.mark.parametrize("change", ["insert", "delete"])
def test_a_summary_whose_columns_changed_is_a_conflict_and_nothing_of_it_is_lost(
    team: Team, change: str
) -> None:
    team.write_config("", 'summary = "OKR summary"')
    team.run()
    if change == "insert":
        team.anna.insert_columns(team.file_id, "OKR summary", "C")
        team.anna.put(team.file_id, "OKR summary", "C8", "what we say on Monday")
    else:
        team.anna.delete_columns(team.file_id, "OKR summary", "D")
    stood = team.grid("OKR summary")
    team.anna.put(team.file_id, "Q4", "D2", 90)
    for _ in range(2):
        done = team.one()
        assert done.error is None
        [conflict] = done.conflicts
        assert "columns were inserted into the summary" in conflict.reason
        assert team.grid("OKR summary") == stood
        assert team.beside("Progress")["Sign-ups"] == 0.9
    if change == "insert":
        team.anna.delete_columns(team.file_id, "OKR summary", "C")
        done = team.one()
        assert (done.conflicts, [each.outcome for each in done.changes]) == ((), [State.WRITTEN])
        assert team.one().changes == ()


def test_a_tab_of_peoples_own_is_never_taken_for_the_summary(team: Team) -> None:
    team.anna.add_tab(team.file_id, "OKR summary", [["mine"]])
    team.write_config("", 'summary = "OKR summary"')
    done = team.one()
    assert any("not okrsync's" in conflict.reason for conflict in done.conflicts)
    assert team.grid("OKR summary") == [["mine"]]
