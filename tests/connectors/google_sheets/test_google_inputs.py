"""A column that a sheet is read from and that somebody renames is followed; one that is gone stops
the source.
"""

from __future__ import annotations

import pytest

from google_team import ROWS, WANTED, Team
from okrsync.config import load
from okrsync.steps.undo import undo
from okrsync_sandbox import Fault


def column(name: str) -> str:
    return "ABCDEFGH"[ROWS[0].index(name)]


def test_a_renamed_column_is_read_on_and_every_run_says_so(team: Team) -> None:
    team.one()
    team.anna.type(team.file_id, "Q4", f"{column('Current')}1", "Xyzzy")
    for _ in range(2):
        done = team.run()
        assert done.exit_code == 0
        [warning] = [one for one in done.warnings if one.code == "renamed-column"]
        assert str(warning.at) == f"Q4!{column('Current')}1"
        assert 'current = ["Current", "Xyzzy"]' in warning.message
        assert team.beside("Progress") == WANTED
    team.anna.type(team.file_id, "Q4", f"{column('Current')}2", "75")
    assert team.run().exit_code == 0
    assert team.beside("Progress")["Sign-ups"] == 0.75


def marks(team: Team) -> list[tuple[str, str]]:
    """The header and the value of each mark of a column that is only read."""
    header = team.grid()[0]
    return [
        (header[entry["location"]["dimensionRange"]["startIndex"]], entry["metadataValue"])
        for entry in team.anna.book(team.file_id).metadata
        if entry.get("metadataValue", "").startswith("=")
    ]


def test_columns_are_marked_in_the_batch_that_is_sent_anyway_and_once(team: Team) -> None:
    done = team.one()
    assert (done.calls.write, done.error) == (1, None)
    made = marks(team)
    assert sorted(header for header, _ in made) == sorted(ROWS[0])
    team.anna.type(team.file_id, "Q4", f"{column('Current')}2", "60")
    assert team.one().calls.write == 1
    assert marks(team) == made


def test_no_write_is_sent_for_marks_alone(team: Team) -> None:
    team.one()
    team.anna.book(team.file_id).metadata[:] = [
        entry
        for entry in team.anna.book(team.file_id).metadata
        if not entry.get("metadataValue", "").startswith("=")
    ]
    team.anna.type(team.file_id, "Q4", f"{column('Owner')}2", "Jon")
    assert team.one().calls.write == 0
    assert marks(team) == []


def test_undo_takes_the_marks_away(team: Team) -> None:
    team.one()
    assert marks(team) != []
    undo(load(team.folder / "okrsync.toml"), "last")
    assert team.anna.book(team.file_id).metadata == []


@pytest.mark.parametrize("copies", [False, True], ids=["copies are bare", "copies are marked"])
def test_the_mark_of_a_copy_is_not_the_mark_of_the_column(team: Team, copies: bool) -> None:
    """Whether copies carry marks is not documented, so both are tried."""
    team.google.switches.metadata_copied = copies
    team.write_config('tabs = ["Q4"]')
    team.one()
    team.anna.do(team.file_id, duplicateSheet={"sourceSheetId": 0, "newSheetName": "Copy of Q4"})
    book = team.anna.book(team.file_id)
    twin = next(
        dict(entry)
        for entry in book.metadata
        if entry["location"].get("dimensionRange", {}).get("startIndex") == 3
        and entry["metadataValue"].startswith("=")
    )
    place = {**twin["location"]["dimensionRange"], "startIndex": 5, "endIndex": 6}
    book.metadata.append({**twin, "metadataId": 77, "location": {"dimensionRange": place}})
    team.anna.type(team.file_id, "Q4", f"{column('Current')}1", "Xyzzy")
    for number, value in zip(range(2, 5), ("60", "30", "4"), strict=True):
        team.anna.type(team.file_id, "Q4", f"{column('Current')}{number}", value)
    done = team.run()
    assert done.exit_code == 0
    [warning] = [one for one in done.warnings if one.code == "renamed-column"]
    assert str(warning.at) == f"Q4!{column('Current')}1"
    assert team.beside("Progress") == {"Sign-ups": 0.6, "Revenue": 0.3, "Churn": 0.6}


def test_a_mark_that_landed_at_another_column_does_not_count(team: Team) -> None:
    """Somebody moves a column in the moment of the write: the mark lands where it stood."""
    moved = lambda: team.anna.move_column(team.file_id, "Q4", "A", "G")  # noqa: E731 - a person
    team.google.traffic.before("write", 1, moved)
    team.one()
    header = team.grid()[0]
    team.anna.type(team.file_id, "Q4", f"{'ABCDEFGH'[header.index('Current')]}1", "Xyzzy")
    for number, value in zip(range(2, 5), ("60", "30", "4"), strict=True):
        team.anna.type(team.file_id, "Q4", f"{'ABCDEFGH'[header.index('Current')]}{number}", value)
    done = team.run()
    if done.exit_code == 0:
        assert team.beside("Progress") == {"Sign-ups": 0.6, "Revenue": 0.3, "Churn": 0.6}
    else:
        assert [one.guard for one in done.sources[0].refusals] == ["vanished-input"]
        assert team.beside("Progress") == WANTED


def test_a_new_column_that_is_renamed_while_the_answer_is_lost_is_made_once(team: Team) -> None:
    def rename() -> None:
        header = team.grid()[0]
        place = "ABCDEFGHIJ"[header.index("Status")]
        team.anna.type(team.file_id, "Q4", f"{place}1", "Our status")

    team.google.traffic.fail(
        Fault(lambda call: call.method == "POST" and "batchUpdate" in call.path, drop="after")
    )
    team.google.traffic.after("write", 1, rename)
    done = team.one()
    assert [conflict.reason for conflict in done.conflicts] == []
    assert team.grid()[0] == [*ROWS[0], "Progress", "Our status"]
    assert team.beside("Progress") == WANTED
    assert team.beside("Our status") == {
        "Sign-ups": "On track",
        "Revenue": "Off track",
        "Churn": "On track",
    }


def test_values_that_turn_into_errors_and_columns_that_go_blank_nothing(team: Team) -> None:
    team.one()
    for number in range(2, 5):
        team.anna.type(team.file_id, "Q4", f"{column('Current')}{number}", "Loading...")
    done = team.run()
    assert [one.guard for one in done.sources[0].refusals] == ["max-losses"]
    assert team.beside("Progress") == WANTED
    for number in range(1, 5):
        team.anna.type(team.file_id, "Q4", f"{column('Current')}{number}", "")
    done = team.run()
    assert [one.guard for one in done.sources[0].refusals] == ["vanished-input"]
    assert team.beside("Progress") == WANTED
