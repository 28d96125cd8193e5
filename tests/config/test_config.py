"""The configuration is read whole, and everything that is wrong with it is said at once, with its
place."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from configuring import SOURCE, read, wrong
from okrsync.config import load
from okrsync.config.problems import Problems
from okrsync.model.errors import ConfigError

ROOT = Path(__file__).parents[2]


def test_the_example_loads() -> None:
    config = load(ROOT / "config.example.toml")
    assert list(config.sources) == ["company", "growth"]
    assert config.sources["growth"].parent == "company/O1"


def test_what_the_example_calls_a_default_is_one(tmp_path: Path) -> None:
    tour = (
        (ROOT / "config.example.toml")
        .read_text(encoding="utf-8")
        .split("# --- How things are measured ---")[1]
    )
    shown = re.findall(r"^# (\[\w+\]|\w+ = [^#\n]+)", tour, re.MULTILINE)
    spoken_out = "\n".join(
        line
        for line in shown
        if not line.startswith(("overshoot_cap", "due_on", "bands", "ahead_gap"))
    )
    assert "clamp" in spoken_out
    told, plain = read(tmp_path, spoken_out + "\n" + SOURCE), read(tmp_path, SOURCE)
    assert told.scoring == plain.scoring
    assert (told.guards, told.watch, told.checkins) == (plain.guards, plain.watch, plain.checkins)


def test_a_small_config_has_sensible_defaults(tmp_path: Path) -> None:
    config = read(tmp_path, SOURCE)
    assert (config.cycle, str(config.timezone), config.state) == (
        "auto",
        "UTC",
        tmp_path / "okrsync.db",
    )
    assert config.sources["team"].write.create
    assert config.checkins.cadence_days == 7


def test_a_file_that_is_none_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file") as error:
        load(tmp_path / "okrsync.toml")
    assert "okrsync init" in str(error.value.hint)
    assert "there are no sources" in wrong(tmp_path, "")[0]
    assert wrong(tmp_path, "cycle = auto\n")[0].startswith("okrsync.toml:1:9: not valid TOML")
    with pytest.raises(ConfigError, match="a folder"):
        load(tmp_path)
    (tmp_path / "l.toml").write_bytes("x = 'é'".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load(tmp_path / "l.toml")


def test_a_cycle_of_two_dates_must_be_the_right_way_round(tmp_path: Path) -> None:
    assert read(tmp_path, "cycle = {start = 2026-10-01, end = 2026-12-31}\n" + SOURCE).cycle == (
        date(2026, 10, 1),
        date(2026, 12, 31),
    )
    assert (
        "ends on" in wrong(tmp_path, "cycle = {start = 2026-12-01, end = 2026-10-31}\n" + SOURCE)[0]
    )


def test_a_source_may_have_a_cycle_of_its_own(tmp_path: Path) -> None:
    text = '[sources.a]\nconnector = "workbook"\npath = "a.csv"\ncycle = '
    days = (date(2026, 10, 5), date(2026, 11, 15))
    assert read(tmp_path, text + '"2026-H2"\n').sources["a"].cycle == "2026-H2"
    spoken = "{start = 2026-10-05, end = 2026-11-15}\n"
    assert read(tmp_path, text + spoken).sources["a"].cycle == days
    assert read(tmp_path, SOURCE).sources["team"].cycle is None


@pytest.mark.parametrize(
    ("cycle", "said"),
    [
        ("{start = 2026-12-01, end = 2026-10-31}", "it ends on 2026-10-31 and starts on"),
        ('"whenever"', "'whenever' is not a period"),
        ('"auto"', "leave the key out"),
    ],
)
def test_a_source_s_cycle_that_is_none_is_said(tmp_path: Path, cycle: str, said: str) -> None:
    (told,) = wrong(
        tmp_path, f'[sources.a]\nconnector = "workbook"\npath = "a.csv"\ncycle = {cycle}\n'
    )
    assert told.startswith("okrsync.toml:4: sources.a.cycle: ")
    assert said in told


def test_two_cycles_of_one_name_are_said(tmp_path: Path) -> None:
    (told,) = wrong(
        tmp_path,
        'cycle = "2027-Q1"\nfiscal_year_start = 4\n[sources.a]\nconnector = "workbook"\n'
        'path = "a.csv"\ncycle = "Q1 2027 - Jan-Mar"\n',
    )
    assert told == (
        "okrsync.toml:6: sources.a.cycle: 2027-Q1 is 2027-01-01 to 2027-03-31 here, and 2026-04-01"
        " to 2026-06-30 under `cycle`: two cycles of one name cannot be distinguished; write one of"
        " them with its two days"
    )


def test_what_moved_is_compared_with_a_week_unless_said_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path, SOURCE).summary.since_span.days == 7
    assert read(tmp_path, SOURCE + '[summary]\nsince = "2 weeks"\n').summary.since_span.days == 14
    (told,) = wrong(tmp_path, SOURCE + '[summary]\nsince = "lately"\n')
    assert "is not a span of time" in told


def test_publishing_wants_a_connector_that_can(tmp_path: Path) -> None:
    told = wrong(
        tmp_path, SOURCE + '[publish.board]\nconnector = "workbook"\npath = "board.xlsx"\n'
    )[0]
    assert "the connector 'workbook' cannot publish; these can: notion" in told


def test_a_convention_may_be_a_file_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('convention = "viva-goals"\nat_risk_gap = 0.4\n')
    scoring = '[scoring]\nconvention = "ours.toml"\nelapsed = "days-done"\n'
    config = read(tmp_path, scoring + SOURCE)
    assert config.scoring.on_track_gap == 0
    assert config.scoring.at_risk_gap == Decimal("0.4")
    assert config.scoring.elapsed == "days-done"
    assert tmp_path / "ours.toml" in config.files


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "there is no file 'ours.toml' with a convention"),
        ("clamp = ", "cannot be read"),
        ('convention = "nobody"', "there is no convention 'nobody' to start from; there are: burn"),
        ('convention = "gogle"', "'gogle' to start from; did you mean 'google'"),
        ("clampp = 1", "there is no switch 'clampp' under .scoring.; did you mean 'clamp'"),
    ],
)
def test_a_file_of_switches_that_cannot_be_used_is_named(
    tmp_path: Path, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / "ours.toml").write_text(text)
    with pytest.raises(Problems, match=said):
        read(tmp_path, '[scoring]\nconvention = "ours.toml"\n' + SOURCE)


SOURCES = """
[sources.a]
connector = "workbook"
path = "a.csv"
[sources.b]
connector = "workbook"
path = "b.csv"
"""


def test_a_source_may_have_rules_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.toml"
    path.write_text(
        SOURCES + "[sources.b.scoring]\non_track_gap = 0.2\n[scoring]\nat_risk_gap = 0.4\n",
        encoding="utf-8",
    )
    config = load(path)
    plain, own = config.sources["a"].scoring, config.sources["b"].scoring
    assert plain == config.scoring
    assert (str(plain.on_track_gap), str(plain.at_risk_gap)) == ("0.10", "0.4")
    assert (str(own.on_track_gap), str(own.at_risk_gap)) == ("0.2", "0.4")


def test_a_convention_of_a_source_is_taken_whole(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.toml"
    path.write_text(
        SOURCES + '[sources.b.scoring]\nconvention = "okr-tracker"\n[scoring]\nclamp = "floor"\n',
        encoding="utf-8",
    )
    config = load(path)
    assert config.sources["a"].scoring.clamp == "floor"
    assert config.sources["b"].scoring.clamp == "none"


def test_what_is_wrong_with_a_source_s_rules_names_its_key(tmp_path: Path) -> None:
    path = tmp_path / "okrsync.toml"
    path.write_text(SOURCES + '[sources.b.scoring]\nclmp = "none"\n', encoding="utf-8")
    with pytest.raises(Problems) as caught:
        load(path)
    assert "okrsync.toml:9: sources.b.scoring.clmp" in str(caught.value)
    assert "clamp" in str(caught.value)


def test_two_spellings_with_one_address_are_no_mistake(tmp_path: Path) -> None:
    people = 'Mia = {email = "a@b.example"}\n"MIA" = {email = "A@b.example", lead = "Ada"}\n'
    config = read(tmp_path, f"{SOURCE}[people]\n{people}")
    assert [(person.name, person.lead) for person in config.people] == [
        ("Mia", None),
        ("MIA", "Ada"),
    ]
