"""`okrsync init` where there is a configuration already: what people wrote in it stays."""

from __future__ import annotations

from setting_up import data, files
from team import AS_OF, ROWS, Team, write_csv, write_workbook


def test_running_it_again_keeps_every_byte_and_adds_a_source_at_the_end(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    config, mapping = folder.folder / "okrsync.toml", folder.folder / "mappings" / "growth.toml"
    edited = (
        config.read_text(encoding="utf-8").replace('note = "okrsync note"', 'note = "Why" ')
        + "\n# mine   \n[guards] # tight\nmax_shrink=0.1\n"
    )
    config.write_text(edited, encoding="utf-8")
    mapping.write_text(mapping.read_text(encoding="utf-8") + "# and mine\n", encoding="utf-8")
    kept = mapping.read_bytes()

    code, out = folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    assert (code, config.read_text(encoding="utf-8"), mapping.read_bytes()) == (
        0,
        edited,
        kept,
    ), out
    assert "growth is already a source of okrsync.toml; your edits stay." in out

    write_csv(folder.folder / "growth.csv", ROWS)
    code, out = folder.run("init", "growth.csv", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    assert config.read_text(encoding="utf-8").startswith(edited)
    assert list(data(config)["sources"]) == ["growth", "growth-2"]
    assert mapping.read_bytes() == kept
    assert folder.run("check")[0] == 0


def test_an_answer_changes_one_line_of_a_mapping_and_leaves_the_rest(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.run("init", "growth.xlsx", "--as-of", AS_OF)
    mapping = folder.folder / "mappings" / "growth.toml"
    before = mapping.read_text(encoding="utf-8")
    code, out = folder.run("init", "growth.xlsx", "--answer", "columns.owner=[]", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    now = mapping.read_text(encoding="utf-8")
    different = [
        (one, other)
        for one, other in zip(before.splitlines(), now.splitlines(), strict=True)
        if one != other
    ]
    assert len(different) == 1
    assert different[0][1].startswith("owner = []")


def test_a_source_with_automatic_mapping_gets_a_mapping_for_an_answer(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.config(
        '[sources.growth] # ours\nconnector = "workbook"\npath = "growth.xlsx"   # the one\n'
    )
    code, out = folder.run(
        "init", "growth.xlsx", "--answer", "values.date_order=dmy", "--cycle", "2026-Q4"
    )
    assert code == 0, out + folder.err
    text = (folder.folder / "okrsync.toml").read_text(encoding="utf-8")
    assert (
        '[sources.growth] # ours\nconnector = "workbook"\npath = "growth.xlsx"   # the one\n'
        in text
    )
    assert data(folder.folder / "okrsync.toml")["cycle"] == "2026-Q4"
    assert (
        data(folder.folder / "okrsync.toml")["sources"]["growth"]["mapping"]
        == "mappings/growth.toml"
    )
    assert data(folder.folder / "mappings" / "growth.toml")["values"] == {"date_order": "dmy"}


def test_a_config_that_is_wrong_is_named_and_left_alone(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    folder.config('[sources.growth]\nconnector = "workbook"\npaht = "x.xlsx"\n')
    before = files(folder.folder)
    assert folder.run("init", "growth.xlsx", "--yes")[0] == 2
    assert "paht" in folder.err
    assert files(folder.folder) == before


def test_a_config_without_room_for_a_section_is_left_alone(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    write_csv(folder.folder / "other.csv", ROWS)
    folder.config('sources = {growth = {connector = "workbook", path = "growth.xlsx"}}\n')
    before = files(folder.folder)
    assert folder.run("init", "other.csv", "--yes")[0] == 2
    assert "[sources.other]" in folder.err
    assert files(folder.folder) == before


def test_line_ends_of_a_config_stay_and_are_used(folder: Team) -> None:
    write_workbook(folder.folder / "growth.xlsx")
    write_csv(folder.folder / "other.csv", ROWS)
    before = b'# ours\r\n[sources.growth]\r\nconnector = "workbook"\r\npath = "growth.xlsx"\r\n'
    (folder.folder / "okrsync.toml").write_bytes(before)
    code, out = folder.run("init", "other.csv", "--yes", "--cycle", "2026-Q4", "--as-of", AS_OF)
    assert code == 0, out + folder.err
    after = (folder.folder / "okrsync.toml").read_bytes()
    assert after.startswith(
        b'# ours\r\ncycle = "2026-Q4"\r\n\r\n' + before.removeprefix(b"# ours\r\n")
    )
    assert after.count(b"\n") == after.count(b"\r\n")
