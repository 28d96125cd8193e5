"""The "no" to "Is this right?": another column, another header row, another choice of tabs, typed
at a terminal or given beforehand.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from okrsync.mapping.file import ROLES
from setting_up import DOWN, ENTER, OPEN_ROWS, UP, data, keys
from team import AS_OF, ROWS, Team, write_workbook

HEADER: list[Any] = ["Objective", "Key result", "Current", "Tally", "Target"]
TALLIED: list[list[Any]] = [
    HEADER,
    ["Grow", "Sign-ups", 62, 70, 100],
    ["Grow", "Revenue", 34, 40, 50],
]
COLUMN, HEADER_ROW, TAB = DOWN + ENTER, DOWN * 2 + ENTER, DOWN * 3 + ENTER
"""The keys that choose a correction in the menu of a source with several tabs."""
WRITE = ENTER


def role_keys(role: str | None, before: str | None) -> str:
    """The keys that choose a role where the arrow stands on another; None is nothing."""
    choices = [*ROLES, None]
    steps = choices.index(role) - choices.index(before)
    return (DOWN if steps > 0 else UP) * abs(steps) + ENTER


def write_tabs(path: Path, **tabs: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    for number, (name, grid) in enumerate(tabs.items()):
        tab = book.active if number == 0 else book.create_sheet()
        assert tab is not None
        tab.title = name
        for row in grid:
            tab.append(row)
    book.save(path)


def values(folder: Team, field: str) -> dict[str, Any]:
    """A value of each key result, by its title, as `show` tells it."""
    shown = folder.json("show", "--as-of", AS_OF)
    return {kr["title"]: kr[field] for one in shown["objectives"] for kr in one["key_results"]}


def mapping_of(folder: Team) -> dict[str, Any]:
    return data(folder.folder / "mappings" / "growth.toml")


def run(folder: Team, monkeypatch: pytest.MonkeyPatch, typed: str, *options: str) -> str:
    with keys(monkeypatch, typed):
        code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF, *options)
    assert code == 0, out + folder.err
    return out


def test_another_column_is_said_to_hold_the_current_value(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx", TALLIED)
    typed = COLUMN + DOWN * 3 + ENTER + role_keys("current", None) + WRITE

    out = run(folder, monkeypatch, typed)

    first, second = out.split("With your answers")
    assert "current 62" in first
    assert (
        "row 2: Grow | Sign-ups | 62 | 70 | 100\n    row 3: Grow | Revenue | 34 | 40 | 50" in first
    )
    assert "D  Tally       current" in second
    assert "C  Current     not read" in second
    assert "'Tally'" in second.split("D  Tally       current")[1].splitlines()[1]
    assert "current 70" in second
    assert mapping_of(folder)["columns"]["current"] == "Tally"
    text = (folder.folder / "mappings" / "growth.toml").read_text(encoding="utf-8")
    assert re.search(r'^current = "Tally" +# as you answered$', text, re.MULTILINE)
    assert values(folder, "current") == {"Sign-ups": 70, "Revenue": 40}
    folder.sync()
    assert folder.sync()["counts"]["changes"] == 0


def test_a_column_is_said_to_mean_nothing_and_can_be_read_again(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    start = COLUMN + DOWN * 3 + ENTER
    ignored = start + role_keys(None, "baseline")

    out = run(folder, monkeypatch, ignored + WRITE)

    assert re.search(r"D  Start +not read", out.split("With your answers")[1])
    assert mapping_of(folder)["ignore_columns"] == ["Start"]
    assert values(folder, "baseline") == {"Sign-ups": None, "Revenue": None, "Churn": None}

    # The source is known now; the mapping file that was written is corrected in its lines.
    run(folder, monkeypatch, start + role_keys("baseline", None) + WRITE)
    assert mapping_of(folder)["ignore_columns"] == []
    assert mapping_of(folder)["columns"]["baseline"] == "Start"
    assert values(folder, "baseline") == {"Sign-ups": 40, "Revenue": 10, "Churn": 5}


def test_a_column_that_means_something_else_no_longer_means_what_the_file_said(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    assert folder.run("init", "growth.xlsx", "--as-of", AS_OF, "--yes")[0] == 0
    typed = COLUMN + DOWN * 3 + ENTER + role_keys("stretch", "baseline") + WRITE
    run(folder, monkeypatch, typed)
    columns = mapping_of(folder)["columns"]
    assert (columns["baseline"], columns["stretch"]) == ([], "Start")


def test_another_row_is_said_to_hold_the_column_names(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    old: list[Any] = [
        ["Objective", "Key result", "Owner", "Target", "Current"],
        ["Sell", "Leads", "Mia", 9, 1],
    ]
    write_workbook(folder.folder / "growth.xlsx", [*old, [], *TALLIED])
    out = run(folder, monkeypatch, HEADER_ROW + DOWN * 2 + ENTER + WRITE)
    assert "column names in row 1" in out
    assert "column names in row 4" in out.split("With your answers")[1]
    assert mapping_of(folder)["header"] == 4
    assert values(folder, "current") == {"Sign-ups": 62, "Revenue": 34}
    assert folder.run("check")[0] == 0


def test_the_header_row_of_one_tab_leaves_the_other_tabs_alone(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = ["Objective", "Key result", "Target", "Baseline", "Current"]
    more = [HEADER, ["Sell", "Leads", 1, 2, 9]]
    write_tabs(folder.folder / "growth.xlsx", Q4=[old, *TALLIED], More=more)
    run(folder, monkeypatch, HEADER_ROW + ENTER + DOWN + ENTER + WRITE)
    assert mapping_of(folder)["header"] == {"Q4": 2}
    assert values(folder, "current") == {"Sign-ups": 62, "Revenue": 34, "Leads": 1}


def test_a_tab_is_left_out_and_read_again(folder: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    old = [HEADER, ["Sell", "Leads", 1, 2, 9]]
    write_tabs(folder.folder / "growth.xlsx", Q4=TALLIED, Old=old)
    leave_out = TAB + DOWN + ENTER
    out = run(folder, monkeypatch, leave_out + WRITE)
    assert "- Old  left out: the mapping lists this tab" in out
    assert mapping_of(folder)["ignore_tabs"] == ["Old"]
    assert values(folder, "current") == {"Sign-ups": 62, "Revenue": 34}

    # Q4 alone is read now, so that only Old is offered.
    run(folder, monkeypatch, TAB + ENTER + WRITE)
    assert mapping_of(folder)["ignore_tabs"] == []
    assert values(folder, "current") == {"Sign-ups": 62, "Revenue": 34, "Leads": 1}


def test_a_correction_that_leaves_nothing_is_refused_with_its_reason(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx", TALLIED)
    out = run(folder, monkeypatch, HEADER_ROW + DOWN + ENTER + WRITE)
    assert "nothing of growth would be left to read" in out
    assert "The correction was not applied." in out
    assert "Q4: " in out.split("nothing of growth would be left to read")[1]
    assert mapping_of(folder)["header"] == "auto"
    assert values(folder, "current") == {"Sign-ups": 62, "Revenue": 34}


def test_who_corrects_nothing_after_all_is_asked_again_and_nothing_is_written_unasked(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx", TALLIED)
    nothing = UP + ENTER
    for correction in (
        COLUMN + UP + ENTER,  # none of these columns
        COLUMN + DOWN * 2 + ENTER + ENTER,  # it means what it was taken for
        HEADER_ROW + ENTER,  # the row that was taken
        UP * 2 + ENTER + "\x7f" * 20 + "Nowhere" + ENTER,  # no time zone
    ):
        out = run(folder, monkeypatch, correction + nothing)
        assert "Nothing was written." in out
        assert "With your answers" not in out
        assert not (folder.folder / "okrsync.toml").exists()


def test_the_same_is_said_without_a_terminal(folder: Team) -> None:
    old = ["Objective", "Key result", "Target", "Baseline", "Current"]
    write_tabs(
        folder.folder / "growth.xlsx",
        **{"Q4.1 2026": [old, *TALLIED], "Old": [HEADER, ["Sell", "Leads", 1, 2, 9]]},
    )
    code, out = folder.run(
        *("init", "growth.xlsx", "--as-of", AS_OF, "--answer", "header.Q4.1 2026=2"),
        *("--answer", "ignore_tabs=Old", "--answer", 'ignore_columns=["Current"]'),
        *("--answer", "columns.current=Tally", "--cycle", "2026-Q4"),
    )
    assert code == 0, out + folder.err
    mapping = mapping_of(folder)
    assert mapping["header"] == {"Q4.1 2026": 2}
    assert (mapping["ignore_tabs"], mapping["ignore_columns"]) == (["Old"], ["Current"])
    assert values(folder, "current") == {"Sign-ups": 70, "Revenue": 40}
    assert folder.run("check")[0] == 0


def test_a_tab_and_a_column_called_by_a_year_are_names(folder: Team) -> None:
    grid = [[*HEADER[:3], "2025", "Target"], *TALLIED[1:]]
    write_tabs(folder.folder / "growth.xlsx", **{"Q4": grid, "2025": grid})
    code, out = folder.run(
        *("init", "growth.xlsx", "--as-of", AS_OF, "--answer", "ignore_tabs=2025"),
        *("--answer", "columns.baseline=2025"),
    )
    assert code == 0, out + folder.err
    assert mapping_of(folder)["ignore_tabs"] == ["2025"]
    assert values(folder, "baseline") == {"Sign-ups": 70, "Revenue": 40}


def test_explain_shows_the_keys_and_each_of_them_is_taken(folder: Team) -> None:
    more = [HEADER, ["Sell", "Leads", 1, 2, 9]]
    write_tabs(folder.folder / "growth.xlsx", Q4=TALLIED, More=more)
    code, out = folder.run("init", "growth.xlsx", "--explain", "--as-of", AS_OF)
    assert code == 0
    shown = out.split("To change how it is read\n")[1].split("\n\n")[0]
    options = [shlex.split(line)[1] for line in shown.splitlines() if "--answer" in line]
    named = {option.partition("=")[0].partition(".")[0] for option in options}
    assert named == {"columns", "ignore_columns", "ignore_tabs", "header"}
    for option in options:
        answer = option.replace("ROLE", "target")
        code, out = folder.run(
            "init", "growth.xlsx", "--explain", "--as-of", AS_OF, "--answer", answer
        )
        assert code == 0, out + folder.err
    assert all(role in shown for role in ROLES)


def test_a_question_shows_the_rows_that_it_is_about(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx", OPEN_ROWS)
    rows = (
        "    row 2: Make customers happy | Mia | 100 | 62\n    row 3: Sell more | Jon | 50 | 34\n"
    )
    code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    assert code == 2
    assert rows in out
    assert rows in run(folder, monkeypatch, ENTER + WRITE)


def test_a_question_about_a_word_shows_the_rows_with_the_word(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = [[*ROWS[0][:6], "Direction"]]
    grid += [[*row[:6], word] for row, word in zip(ROWS[1:], ("up", "sideways", "up"), strict=True)]
    write_workbook(folder.folder / "growth.xlsx", grid)
    out = run(folder, monkeypatch, ENTER + WRITE)
    assert "    row 3: Revenue | Jon | 10 | 34 | 50 | sideways\n" in out
    assert "    row 2: " not in out
