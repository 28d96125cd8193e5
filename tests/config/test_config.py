"""The configuration is read whole, and everything that is wrong with it is said at once, with its
place.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrsync.config import Config, load
from okrsync.config.problems import Problems
from okrsync.config.secrets import SecretMisnamed, SecretMissing, find_secret
from okrsync.config.toml_lines import read_toml
from okrsync.mapping.file import load_mapping
from okrsync.model.errors import ConfigError
from okrsync.model.secret import Secret, masked
from okrsync.model.state_address import PostgresAddress
from okrsync.steps.job import load_mappings

ROOT = Path(__file__).parents[2]


def read(folder: Path, text: str) -> Config:
    path = folder / "okrsync.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def wrong(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        read(folder, text)
    return [line.removeprefix(f"{folder}/") for line in error.value.message.splitlines()]


SOURCE = '[sources.team]\nconnector = "workbook"\npath = "a.csv"\n'


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


class TestSecrets:
    def test_come_from_environment_file_or_command(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MY_TOKEN", "hush")
        (tmp_path / "token").write_text("hush\n", encoding="utf-8")
        for named in (
            {"env": "MY_TOKEN"},
            {"file": "token"},
            {"command": ["printf", "hush\nlogin: me"]},
        ):
            assert find_secret(named, tmp_path).reveal() == "hush"

    @pytest.mark.parametrize(
        "named",
        [
            {"env": "NOT_SET_ANYWHERE"},
            {"env": ""},
            {"file": "nowhere"},
            {"command": ["false"]},
            {"command": ["no-such-command-here"]},
            {"command": "echo x"},
        ],
    )
    def test_that_cannot_be_had_are_named(self, named: dict[str, object], tmp_path: Path) -> None:
        with pytest.raises((SecretMissing, SecretMisnamed)):
            find_secret(named, tmp_path)

    def test_are_never_shown(self) -> None:
        secret = Secret("hush-hush", "env MY_TOKEN")
        for text in (repr(secret), str(secret), f"{secret}", f"{secret!r:>40}"):
            assert "hush" not in text
        with pytest.raises(TypeError, match="not to be stored"):
            secret.__reduce__()

    def test_that_are_written_into_the_file_are_refused_and_not_repeated(
        self, tmp_path: Path
    ) -> None:
        token = "ntn_" + "A1b2C3d4" * 5
        found = wrong(tmp_path, SOURCE + f'encoding = "{token}"\n')
        assert "a secret is written here" in found[0]
        assert token not in "\n".join(found)


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


class TestWatch:
    def test_lengths_addresses_and_levels_are_checked_with_their_place(
        self, tmp_path: Path
    ) -> None:
        found = wrong(
            tmp_path,
            SOURCE
            + '[watch]\nevery = "5 minutes"\njitter = "10 minutes"\nstop_within = "soon"\nlisten ='
            ' "0.0.0.0:9464"\nhartbeat = 1\n'
            + 'unhealthy_after = 0\n[logs]\nlevel = "loud"\nformt = "json"\n',
        )
        assert found == [
            "okrsync.toml:6: watch.jitter: '10 minutes' is not shorter than every = '5 minutes'",
            (
                "okrsync.toml:7: watch.stop_within: 'soon' is not a length of time; write \"30"
                ' seconds" or "2 minutes"'
            ),
            (
                "okrsync.toml:8: watch.listen: '0.0.0.0:9464' can be reached from other machines;"
                ' write "127.0.0.1:9464", or say that it is meant with listen_anywhere = true'
            ),
            "okrsync.toml:9: watch.hartbeat: unknown key; did you mean 'heartbeat'?",
            (
                "okrsync.toml:10: watch.unhealthy_after: input should be greater than or equal to"
                " 1, not 0"
            ),
            (
                "okrsync.toml:12: logs.level: 'loud' is not allowed; expected 'debug', 'info',"
                " 'warning' or 'error'"
            ),
            "okrsync.toml:13: logs.formt: unknown key; did you mean 'format'?",
        ]

    @pytest.mark.parametrize("listen", ["127.0.0.1:9464", "[::1]:0", "localhost:80"])
    def test_addresses_of_this_machine_are_taken(self, listen: str, tmp_path: Path) -> None:
        assert read(tmp_path, SOURCE + f'[watch]\nlisten = "{listen}"\n').watch.address is not None

    @pytest.mark.parametrize(
        "listen", ["9464", ":9464", "127.0.0.1", "127.0.0.1:99999", "example.org:80", ""]
    )
    def test_others_are_not(self, listen: str, tmp_path: Path) -> None:
        assert wrong(tmp_path, SOURCE + f'[watch]\nlisten = "{listen}"\n')[0].startswith(
            "okrsync.toml:5: watch.listen: "
        )

    def test_any_address_is_taken_where_that_is_meant(self, tmp_path: Path) -> None:
        watch = read(
            tmp_path, SOURCE + '[watch]\nlisten = "0.0.0.0:9464"\nlisten_anywhere = true\n'
        ).watch
        assert watch.address == ("0.0.0.0", 9464)

    def test_a_heartbeat_is_named_and_never_repeated(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PING", "https://hc.example/c0de")
        named = SOURCE + '[watch]\nheartbeat = {env = "PING"}\n'
        heartbeat = read(tmp_path, named).watch.heartbeat
        assert heartbeat is not None
        assert heartbeat.reveal() == "https://hc.example/c0de"
        written = wrong(tmp_path, SOURCE + '[watch]\nheartbeat = "https://hc.example/c0de"\n')
        assert written == [
            (
                "okrsync.toml:5: watch.heartbeat: whoever knows this address can ping it: name it,"
                ' such as {env = "HEALTHCHECK_URL"}'
            )
        ]
        monkeypatch.setenv("PING", "hc c0de")
        assert wrong(tmp_path, named) == [
            "okrsync.toml:5: watch.heartbeat: env PING does not hold an address that begins with https://"
        ]
        monkeypatch.delenv("PING")
        config = read(tmp_path, named)
        assert config.watch.heartbeat is None
        assert "watch.heartbeat: the environment variable PING" in str(config.missing_heartbeat)

    def test_the_files_a_configuration_is_made_of_are_known(self, tmp_path: Path) -> None:
        (tmp_path / "m.toml").write_text("", encoding="utf-8")
        (tmp_path / "ping").write_text("https://hc.example/c0de", encoding="utf-8")
        config = read(
            tmp_path, SOURCE + 'mapping = "m.toml"\n[watch]\nheartbeat = {file = "ping"}\n'
        )
        assert [path.name for path in config.files] == ["okrsync.toml", "ping", "m.toml"]


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


def test_two_spellings_with_one_address_are_no_mistake(tmp_path: Path) -> None:
    people = 'Mia = {email = "a@b.example"}\n"MIA" = {email = "A@b.example", lead = "Ada"}\n'
    config = read(tmp_path, f"{SOURCE}[people]\n{people}")
    assert [(person.name, person.lead) for person in config.people] == [
        ("Mia", None),
        ("MIA", "Ada"),
    ]


def test_a_state_in_postgresql_has_a_name_and_no_password(tmp_path: Path) -> None:
    plain = 'state = "postgresql://db.example/okrsync"\n'
    (told,) = wrong(tmp_path, plain + SOURCE)
    assert told.startswith("okrsync.toml:1: state: ")
    assert 'name = "acme"' in told
    (told,) = wrong(
        tmp_path, 'name = "acme"\nstate = "postgresql://job:hunter-two@db/okrsync"\n' + SOURCE
    )
    assert 'state = {env = "OKRSYNC_STATE"}' in told
    assert "hunter-two" not in told
    (told,) = wrong(tmp_path, 'name = "acme"\nstate = "mysql://db/okrsync"\n' + SOURCE)
    assert "begins with postgresql://" in told
    (told,) = wrong(tmp_path, f'name = "a b/c"\n{plain}' + SOURCE)
    assert "name" in told
    state = read(tmp_path, f'name = "acme"\n{plain}' + SOURCE).state
    assert isinstance(state, PostgresAddress)
    assert (str(state), state.schema) == (
        "postgresql://db.example/okrsync (acme)",
        "okrsync_acme",
    )


def test_the_address_of_a_state_is_a_secret_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'state = {env = "OKRSYNC_STATE"}\nname = "acme"\n' + SOURCE
    monkeypatch.delenv("OKRSYNC_STATE", raising=False)
    missing = read(tmp_path, text).state
    assert isinstance(missing, PostgresAddress)
    assert missing.secret is None
    assert "OKRSYNC_STATE is not set" in str(missing.missing)
    monkeypatch.setenv("OKRSYNC_STATE", "postgresql://job:hunter%2Dtwo@db.example:6432/okrsync")
    state = read(tmp_path, text).state
    assert str(state) == "postgresql://db.example:6432/okrsync (acme)"
    assert masked("hunter-two said the server") == "**** said the server"
    (told,) = wrong(tmp_path, 'state = {env = ""}\nname = "acme"\n' + SOURCE)
    assert "takes the name of an environment variable" in told


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
