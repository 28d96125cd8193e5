"""`okrsync init` asks somebody at a terminal, who answers with the arrow keys or goes away."""

from __future__ import annotations

from typing import Any

import pytest

from okrsync.cli import asking
from setting_up import DOWN, ENTER, OPEN_ROWS, UP, data, files, keys
from team import AS_OF, Team, write_workbook


def test_somebody_at_a_terminal_is_asked_with_arrow_keys(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "team.xlsx", OPEN_ROWS)
    with keys(
        monkeypatch, DOWN + ENTER + ENTER
    ):  # the second answer: they are objectives; then: write it
        code, out = folder.run("init", "team.xlsx", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert data(folder.folder / "mappings" / "team.toml")["columns"]["key_result"] == []
    assert folder.json("show", "--as-of", AS_OF)["sources"][0]["objectives"] == 2


def test_somebody_at_a_terminal_can_change_the_columns_or_write_nothing(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    erase = "\x7f" * 20
    typed = f"{erase}Done{ENTER}{erase}{ENTER}{erase}Why{ENTER}"
    with keys(monkeypatch, DOWN * 3 + ENTER + typed + ENTER):
        code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    written = data(folder.folder / "okrsync.toml")["sources"]["growth"]["write"]
    assert written["columns"] == {"progress": "Done", "note": "Why"}

    (folder.folder / "okrsync.toml").unlink()
    with keys(monkeypatch, UP + ENTER):
        code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    assert (code, "Nothing was written." in out) == (0, True)
    assert not (folder.folder / "okrsync.toml").exists()


def test_somebody_at_a_terminal_can_name_row_and_columns_of_a_table_nobody_understands(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[list[Any]] = [
        ["Kvartal 4"],
        ["Ambisjon", "Tegn på fremgang", "Nå", "Dit"],
        ["Vokse", "Flere kunder", 62, 100],
        ["Vokse", "Mer omsetning", 34, 50],
    ]
    write_workbook(folder.folder / "mål.xlsx", rows)
    assert folder.run("init", "mål.xlsx", "--yes")[0] == 1
    # The tab, row 2, the columns for objectives, key results, current and target, none for owners;
    # then: write it.
    with keys(
        monkeypatch, ENTER * 2 + _nth(0, 4) + _nth(0, 3) + _nth(0, 2) + _nth(0, 1) + ENTER + ENTER
    ):
        code, out = folder.run("init", "mål.xlsx", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    shown = folder.json("show", "--as-of", AS_OF)
    assert [(one["title"], len(one["key_results"])) for one in shown["objectives"]] == [
        ("Vokse", 2)
    ]
    assert shown["objectives"][0]["key_results"][0]["current"] == 62


def _nth(place: int, of: int) -> str:
    """The keys that choose the column at a place of so many; `none`, the last one, is where the
    arrow stands first.
    """
    return UP * (of - place) + ENTER


def test_the_cycle_can_be_chosen_at_a_terminal(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx", tab="Q1 2026")
    with keys(monkeypatch, DOWN + ENTER + ENTER):
        assert folder.run("init", "growth.xlsx", "--as-of", AS_OF)[0] == 0
    assert data(folder.folder / "okrsync.toml")["cycle"] == "auto"


def test_who_goes_away_from_a_question_has_interrupted(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "team.xlsx", OPEN_ROWS)
    with keys(monkeypatch, ""):
        code, _ = folder.run("init", "team.xlsx")
    assert code == 130
    assert sorted(files(folder.folder)) == ["team.xlsx"]


def test_what_somebody_saves_while_init_asks_is_not_overwritten(
    folder: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.config('[sources.growth]\nconnector = "workbook"\npath = "growth.xlsx"\n')
    config = folder.folder / "okrsync.toml"

    class Slow(asking.Asker):
        def choose(self, question: str, answers: Any, default: int = 0) -> Any:
            config.write_text(config.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
            return answers[0][1]

    monkeypatch.setattr(asking, "asker", lambda **_: Slow())
    code, _ = folder.run(
        "init", "growth.xlsx", "--answer", "values.date_order=dmy", "--as-of", AS_OF
    )
    assert code == 2
    assert "somebody changed it in the meantime" in folder.err
    assert sorted(files(folder.folder)) == ["growth.xlsx", "okrsync.toml"]
    assert config.read_text(encoding="utf-8").endswith("# mine\n")
