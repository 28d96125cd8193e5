"""Every mistake in a configuration is named with its line, its key and the nearest right name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configuring import SOURCE, read, wrong
from okrsync.config import load
from okrsync.config.problems import Problems
from okrsync.config.toml_lines import read_toml
from okrsync.mapping.file import load_mapping
from okrsync.model.errors import ConfigError
from okrsync.steps.job import load_mappings


def test_every_mistake_is_said_at_once_with_line_and_nearest_name(tmp_path: Path) -> None:
    found = wrong(
        tmp_path,
        'cycl = "auto"\ntimezone = "Europe/Berlln"\n\n[scoring]\nclamp ='
        ' "sideways"\n\n[sources.team]\nconnector = "workbok"\n\n[sources.ops]\nconnector ='
        ' "workbook"\npath = "a.csv"\ntab = ["Q4"]\nparent ='
        ' "compny/O1"\n[sources.ops.write]\ncolumns = {progres = "Progress", status = "Status",'
        ' note = "status "}\n\n[watch]\nevery = "soon"\n',
    )
    assert found == [
        "okrsync.toml:1: cycl: unknown key; did you mean 'cycle'?",
        (
            "okrsync.toml:2: timezone: there is no time zone 'Europe/Berlln'; did you mean"
            " 'Europe/Berlin'?"
        ),
        (
            "okrsync.toml:5: scoring.clamp: 'sideways' is not allowed; expected 'both', 'floor',"
            " 'ceiling' or 'none'"
        ),
        (
            "okrsync.toml:8: sources.team.connector: the connector 'workbok' is not installed;"
            " installed are: google-sheets, notion, workbook; did you mean 'workbook'?"
        ),
        "okrsync.toml:13: sources.ops.tab: unknown key; did you mean 'tabs'?",
        (
            "okrsync.toml:19: watch.every: 'soon' is not an interval; write \"30 minutes\","
            ' "2 hours" or "1 day"'
        ),
    ]
    columns = wrong(
        tmp_path,
        SOURCE
        + 'parent = "compny/O1"\n[sources.team.write]\ncolumns = {progres = "P", status = "S", note'
        ' = "s "}\n',
    )
    assert columns == [
        "okrsync.toml:4: sources.team.parent: there is no source 'compny'; there are: team",
        "okrsync.toml:6: sources.team.write.columns.note: 's ' is the column of status already",
        (
            "okrsync.toml:6: sources.team.write.columns.progres: unknown field; did you mean"
            " 'progress'?"
        ),
    ]


def test_lines_are_found_for_every_key(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        'a = 1\n# no\nb.c = "x = [ # no"\nlist = [\n  1, "]",\n]\n["q r".x]\nk = {env = "A", in ='
        ' {z = 1}}\nt = """\n[no]\n"""\nlast = 1\n[[arr]]\nn = 1\n[[arr]]\nn = 2\n',
        encoding="utf-8",
    )
    file = read_toml(path, "the file")
    expected = {
        ("a",): 1,
        ("b", "c"): 3,
        ("list",): 4,
        ("q r", "x"): 7,
        ("q r", "x", "k", "in", "z"): 8,
        ("q r", "x", "last"): 12,
        ("arr", 1, "n"): 16,
    }
    assert {key: file.line(key) for key in expected} == expected


@given(
    st.dictionaries(
        st.text(alphabet="abc.-_ é\"'", min_size=1, max_size=5), st.integers(), max_size=5
    )
)
def test_any_quoted_key_has_its_line(values: dict[str, int]) -> None:
    import json
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.toml"
        path.write_text(
            "".join(
                f"{json.dumps(key, ensure_ascii=False)} = {value}\n"
                for key, value in values.items()
                if abs(value) < 2**62
            ),
            encoding="utf-8",
        )
        file = read_toml(path, "the file")
        for number, key in enumerate(file.data, start=1):
            if "\\" not in key and '"' not in key:
                assert file.line((key,)) == number


def test_problems_keep_their_parts(tmp_path: Path) -> None:
    with pytest.raises(Problems) as error:
        read(tmp_path, "cycl = 1\n" + SOURCE)
    assert (error.value.problems[0].key, error.value.problems[0].what) == (
        "cycl",
        "unknown key; did you mean 'cycle'?",
    )


@pytest.mark.parametrize("connector", ["notion", "google-sheets"])
@pytest.mark.parametrize(
    "address",
    ["ftp://acme.example", "file:///etc/passwd", "acme.example", "https://", "http://a b"],
)
def test_an_endpoint_that_is_not_http_is_a_fault_of_the_config(
    tmp_path: Path, connector: str, address: str
) -> None:
    place = {
        "notion": f'database = "{"0f" * 16}"\ntoken = {{env = "HOME"}}',
        "google-sheets": f'spreadsheet = "{"1Ab" * 14}"',
    }
    (tmp_path / "okrsync.toml").write_text(
        f'[sources.a]\nconnector = "{connector}"\n{place[connector]}\napi_endpoint = "{address}"\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as error:
        load(tmp_path / "okrsync.toml")
    line = 5 if connector == "notion" else 4
    assert f"okrsync.toml:{line}" in str(error.value)
    assert "sources.a.api_endpoint" in str(error.value)
    assert "it begins with https://" in str(error.value)


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        (
            '[sources.growth]\nconector = "workbook"\npath = "g.xlsx"\n',
            "okrsync.toml:2: sources.growth.conector: unknown key; did you mean 'connector'?",
        ),
        (
            '[sources]\ngrowth = {conector = "workbook", path = "g.xlsx"}\n',
            "okrsync.toml:2: sources.growth.conector: unknown key; did you mean 'connector'?",
        ),
        (
            '[sorces.growth]\nconnector = "workbook"\npath = "g.xlsx"\n',
            "okrsync.toml:1: sorces: unknown key; did you mean 'sources'?",
        ),
    ],
)
def test_a_misspelt_key_is_named_with_its_line_and_the_right_name(
    tmp_path: Path, section: str, problem: str
) -> None:
    assert wrong(tmp_path, section) == [problem]


def test_the_other_keys_of_a_section_without_connector_are_looked_at_too(tmp_path: Path) -> None:
    problems = wrong(tmp_path, '[sources.growth]\nconector = "workbook"\npth = "g.xlsx"\n')
    assert [problem.split(": ")[1] for problem in problems] == [
        "sources.growth.path",
        "sources.growth.conector",
        "sources.growth.pth",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('layout = "flat\n', "1:15"),
        ('[columns]\nobjective = ["A",\n', "3:1"),
        ('[columns]\nobjective = """A', "2:17"),
        ('[columns]\nobjective = "A"\nobjective = "B"', "3:16"),
        ('[columns]\nobjektive = "A"\n', "2"),
    ],
)
def test_a_broken_mapping_names_its_line_and_column(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "growth.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_mapping("growth.toml", tmp_path)
    assert error.value.message.startswith(f"{tmp_path / 'growth.toml'}:{place}: ")


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ('Mia = {emial = "a@b.example"}', "people.Mia.emial: unknown key; did you mean 'email'?"),
        ('Mia = {email = "mia"}', "people.Mia.email: 'mia' is not an e-mail address; write"),
        ('Mia = "mia@b.example"', 'people.Mia: expected a person, such as {email = "'),
        ('tabs = "People"', "people.tabs: expected a person, such as"),
        ('tab = "People"\nsource = "tema"', "people.source: there is no source 'tema'; did you"),
        ('source = "team"', "people.source: is of no use without `tab`"),
        (
            'Mia = {email = "a@b.example"}\nMÍA = {email = "c@b.example"}',
            "people.MÍA: reads like 'Mia', which has another address",
        ),
    ],
)
def test_a_person_is_checked_with_line_and_key(tmp_path: Path, section: str, problem: str) -> None:
    section = section.replace("MÍA", '"MÍA"')
    (line,) = wrong(tmp_path, f"{SOURCE}[people]\n{section}\n")
    assert problem in line
    assert line.startswith(f"okrsync.toml:{4 + section.count(chr(10)) + 1}: ")


def test_a_misspelt_connector_and_section_are_told_together(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.toml"
    path.write_text(
        '[sources.growth]\nconnector = "workbok"\npath = "a.csv"\n[sources.growth.wirte]\n'
        "create = false\n",
        encoding="utf-8",
    )
    with pytest.raises(Problems) as caught:
        load(path)
    told = str(caught.value)
    assert f"{path}:2: sources.growth.connector: the connector 'workbok' is not installed" in told
    assert "did you mean 'workbook'?" in told
    assert f"{path}:4: sources.growth.wirte: unknown key; did you mean 'write'?" in told


@pytest.mark.parametrize(
    ("name", "meant"), [("csv", "workbook"), ("Excel", "workbook"), ("gsheets", "google-sheets")]
)
def test_a_connector_is_found_by_what_people_call_it(tmp_path: Path, name: str, meant: str) -> None:
    path = tmp_path / "okrsync.toml"
    path.write_text(f'[sources.growth]\nconnector = "{name}"\npath = "a.csv"\n', encoding="utf-8")
    with pytest.raises(Problems, match=f"did you mean '{meant}'"):
        load(path)


def test_every_mapping_that_cannot_be_used_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.toml"
    path.write_text(
        '[sources.a]\nconnector = "workbook"\npath = "a.csv"\nmapping = "gone.toml"\n'
        '[sources.b]\nconnector = "workbook"\npath = "b.csv"\nmapping = "torn.toml"\n'
        '[sources.c]\nconnector = "workbook"\npath = "c.csv"\nmapping = "wrong.toml"\n',
        encoding="utf-8",
    )
    (tmp_path / "torn.toml").write_text('[columns]\nobjective = "Obj\n', encoding="utf-8")
    (tmp_path / "wrong.toml").write_text('layout = "flt"\n', encoding="utf-8")
    with pytest.raises(Problems) as caught:
        load_mappings(load(path))
    first, second, third = str(caught.value).splitlines()
    assert first.startswith(f"{path}:4: sources.a.mapping: there is no file {tmp_path}/gone.toml")
    assert f"{path}:8: sources.b.mapping: " in second
    assert "torn.toml:2:" in second
    assert third.startswith(f"{tmp_path / 'wrong.toml'}:1: layout: ")
