"""The files of other tools, with exactly the columns their pages document, are read for what they
are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from okrsync.connector import Context
from okrsync.mapping import Okrs, Reading, shipped, understand
from okrsync.mapping.file import Mapping_, load_mapping
from okrsync.model.cycles import resolve_cycle
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import Commitment, Objective, Status
from okrsync.model.table import text_of
from okrsync.testing import context_for
from okrsync_workbook import WorkbookConnector, WorkbookSettings
from team import Team, write_csv, write_workbook

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[2]
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Sample:
    """A file of a tool: the name of its mapping, its rows with the header first, and what they say.
    `tree` has a line for each item: title, what stands above it, owner; for key results baseline,
    current, target or the share typed instead.
    """

    name: str
    rows: Rows
    tree: tuple[str, ...]
    reads_alone: bool = False
    """Whether `mapping = "auto"` reads it the same. Most say in words of their own who owns a row,
    or which rows are key results.
    """
    is_workbook: bool = False
    tab: str = "okr"


def rows_of_csv(text: str) -> Rows:
    """The rows of a CSV text; an empty cell is None."""
    return [[cell or None for cell in row] for row in csv.reader(text.strip().splitlines())]


VIVA_GOALS = """
Id,Title,Team,Creator,Owner,Period,Start Date,End Date,Description,\
"Aligned To (weight, Objective ID)",Metric Name,Unit,Target,Object Type,Goal Type,Start,\
Created At,Last Check-in,Progress %,\
Actual Progress,Status,Last Check-in Note,Score,Checkins,,,
71,Be calm,Acme; All Acme,Ann,Ann,Annual 2026,2026-01-01,2026-12-31,,,\
Progress,%,100,Objective,Aspirational Goal,0,2026-01-05 10:00:00 UTC,2026-11-20,64,64,At Risk,,,,,,
72,Grow,Sales,Ann,"Bo, Cy",Q4 2026,2026-10-01,2026-12-31,,"Be calm(weight: 0%, Id: 71)",\
Progress,%,100,Objective,Aspirational Goal,0,2026-01-05 10:00:00 UTC,2026-11-20,60,60,Behind,,,,,,
73,Reach 20m,Sales,Ann,Bo,Q4 2026,2026-10-01,2026-12-31,,"Grow(weight: 33.33%, Id: 72)",\
Bookings,$,20000000,Key result,Committed Goal,5000000,2026-01-05 10:00:00 UTC,2026-11-20,40,\
11000000,Behind,Two orders late,,Checkin Date: 2026-11-20; User: Bo; Note: Two orders late; \
Metric Name: Bookings; Status: Behind; Current Value: $11;,,,
74,Cut churn,Sales,Ann,Cy,Q4 2026,2026-10-01,2026-12-31,,"Grow(weight: 66.67%, Id: 72)",\
Churn,%,2,Key result,Aspirational Goal,6,2026-01-05 10:00:00 UTC,2026-11-20,50,4,On Track,,,,,,
75,Write the page,Sales,Ann,Cy,Q4 2026,2026-10-01,2026-12-31,,"Grow(weight: 0%, Id: 72)",\
Progress,%,100,Deliverable,Aspirational Goal,0,2026-01-05 10:00 UTC,2026-11-20,75,75,On Track,,,,,,
"""
"""An export of Viva Goals: one line for each row, continued behind a backslash."""
OLD_VIVA_GOALS = """
Title,Tag,OKR type,Creator,Owner,Period,Start Date,End Date,"Aligned To (weight, Objective ID)",\
Metric Name,Target,Object Type,Start,Goal Type,Last Check-in,Progress %,Status,Last Check-in Note
Grow,,OKR,Ann,Bo,Q4 2026,2026-10-01,2026-12-31,,\
Progress,100,Objective,0,Aspirational Goal,2026-11-20,60,Behind,
Keep,,OKR,Ann,Bo,Q4 2026,2026-10-01,2026-12-31,,\
Progress,100,Objective,0,Aspirational Goal,2026-11-20,60,Behind,
Churn,,OKR,Ann,Cy,Q4 2026,2026-10-01,2026-12-31,\
"Grow(weight: 50%, Id: 12) / Keep(weight: 20%, Id: 13)",\
Churn,2,Key result,6,Committed Goal,2026-11-20,50,On Track,late
Calls,,OKR,Ann,Cy,Q4 2026,2026-10-01,2026-12-31,"Keep(weight: 20%, Id: 13)",\
Calls,10,Key result,0,Aspirational Goal,2026-11-20,50,On Track,
"""
"""An older export, without ids, units and current values."""

SAMPLES = [
    Sample(
        "viva_goals",
        rows_of_csv(VIVA_GOALS),
        (
            "Be calm | - | Ann",
            "Grow | 71 | Bo, Cy",
            "  Reach 20m | Bo | 5000000 11000000 20000000",
            "  Cut churn | Cy | 6 4 2",
        ),
        reads_alone=True,
    ),
    Sample(
        "betterworks",
        [
            [
                "name",
                "type",
                "progress",
                "start_date",
                "end_date",
                "owner_email",
                "categories",
                "description",
            ],
            [
                "Grow",
                "goal",
                None,
                "2026-10-01",
                "2026-12-31",
                "ada@example.com",
                "Sales;Q4",
                "Why, and how",
            ],
            [
                "Sign-ups",
                "milestone",
                40,
                "2026-10-01",
                "2026-12-31",
                "mia@example.com",
                None,
                None,
            ],
            ["Revenue", "milestone", 1, "2026-10-01", "2026-12-31", "jon@example.com", None, None],
            ["Keep", "goal", None, "2026-10-01", "2026-12-31", "lea@example.com", None, None],
            ["Churn", "milestone", 100, "2026-10-01", "2026-12-31", "lea@example.com", None, None],
        ],
        (
            "Grow | - | ada@example.com",
            "  Sign-ups | mia@example.com | 0.4",
            "  Revenue | jon@example.com | 0.01",
            "Keep | - | lea@example.com",
            "  Churn | lea@example.com | 1",
        ),
    ),
    Sample(
        "culture_amp",
        [
            [
                "email",
                "name",
                "description",
                "visibility",
                "individual_emails",
                "due_at",
                "created_at",
                "priority",
                "status",
                "completion",
                "key_result_1_title",
                "key_result_1_completion",
                "key_result_2_title",
                "key_result_2_completion",
            ],
            [
                "ada@example.com",
                "Grow",
                "Why",
                "everyone",
                None,
                "2026-12-11",
                "2026-10-01",
                1,
                "ongoing",
                None,
                "Sign-ups",
                0.4,
                "Revenue",
                0.65,
            ],
            [
                "lea@example.com",
                "Keep",
                None,
                "manager",
                None,
                "2026-12-31",
                "2026-10-01",
                0,
                "blocked",
                0.25,
                None,
                None,
                None,
                None,
            ],
        ],
        (
            "Grow | - | ada@example.com",
            "  Sign-ups | ada@example.com | 0.4",
            "  Revenue | ada@example.com | 0.65",
            "Keep | - | lea@example.com",
        ),
    ),
    Sample(
        "peoplebox",
        [
            [
                "Row ID",
                "Parent Row IDs",
                "Parent Goal IDs",
                "Goal ID",
                "Action",
                "Goal Title",
                "Owner Emails",
                "Goal Cycle",
                "Goal Type",
                "Scope",
                "Departments",
                "Start Date",
                "End Date",
                "Description",
                "Starting Value",
                "Target Value",
                "Current Value",
                "Progress Status",
                "Check-in Type",
                "Tags",
                "Review Cycle ID",
                "Review Cycle Weightage",
                "Approved",
            ],
            [
                1,
                None,
                None,
                None,
                None,
                "Win",
                "ada@example.com",
                "Quarterly",
                "Default Progress",
                "Company",
                None,
                "2026-10-01",
                "2026-12-31",
                None,
                0,
                100,
                None,
                "On Track",
                "Auto Rollup",
                None,
                None,
                40,
                "TRUE",
            ],
            [
                2,
                "1",
                None,
                None,
                None,
                "Grow",
                "mia@example.com",
                "Quarterly",
                "Default Progress",
                "Department",
                "Sales",
                "2026-10-01",
                "2026-12-31",
                None,
                0,
                100,
                None,
                "On Track",
                "Auto Rollup",
                None,
                None,
                30,
                "TRUE",
            ],
            [
                3,
                "2",
                None,
                None,
                None,
                "Sign-ups",
                "mia@example.com,jon@example.com",
                "Quarterly",
                "Number",
                "Individual",
                "Sales",
                "2026-10-01",
                "2026-12-31",
                "per week",
                40,
                100,
                62,
                "At Risk",
                "Manual",
                "a, b",
                None,
                30,
                "FALSE",
            ],
            [
                4,
                "1, 2",
                None,
                None,
                None,
                "Revenue",
                "jon@example.com",
                "Quarterly",
                "Euro",
                "Individual",
                "Sales",
                "2026-10-01",
                "2026-12-31",
                None,
                10,
                50,
                34,
                "On Track",
                "Manual",
                None,
                None,
                None,
                "TRUE",
            ],
        ],
        (
            "Win | - | ada@example.com",
            "  Revenue | jon@example.com | 10 34 50",
            "Grow | 1 | mia@example.com",
            "  Sign-ups | mia@example.com,jon@example.com | 40 62 100",
        ),
    ),
    Sample(
        "okr_for_jira",
        [
            [
                "Order*",
                "Type*",
                "Summary*",
                "Status*",
                "Period*",
                "Owner*",
                "Weight",
                "OKR type",
                "Labels",
                "Teams",
                "Expected start date",
                "Expected end date",
                "Start value*",
                "Current value*",
                "Target value*",
                "Description",
            ],
            [
                "1",
                "Objective",
                "Win",
                "On track",
                "Y2026",
                "Agnette Smith",
                1,
                "Strategic theme",
                None,
                None,
                None,
                None,
                0,
                2,
                10,
                None,
            ],
            [
                "1.1",
                "Objective",
                "Learn",
                "not Started",
                "Q4 Y2026",
                "Agnette Smith",
                1,
                "Company",
                None,
                "Alpha, Beta",
                None,
                None,
                0,
                0,
                10,
                None,
            ],
            [
                "1.2",
                "Objective",
                "Grow",
                "AT RISK",
                "Q4 Y2026",
                "agnette.smith@example.com",
                None,
                "Team",
                None,
                "Alpha",
                None,
                None,
                0,
                0,
                20,
                None,
            ],
            [
                "1.2.1",
                "Key result",
                "Sign-ups",
                "On track",
                "Q4 Y2026",
                "Andreas Coppola",
                2,
                "Personal",
                None,
                None,
                "13/10/2026",
                None,
                0,
                6,
                15,
                "Why",
            ],
            [
                "1.2.1.1",
                "Story",
                "Write the landing page",
                "On track",
                "Q4 Y2026",
                "Andreas Coppola",
                1,
                None,
                None,
                None,
                None,
                None,
                0,
                0,
                1,
                None,
            ],
        ],
        (
            "Win | - | Agnette Smith",
            "Learn | Win | Agnette Smith",
            "Grow | Win | agnette.smith@example.com",
            "  Sign-ups | Andreas Coppola | 0 6 15",
        ),
    ),
    Sample(
        "burningokr",
        [
            [
                "Team",
                "Objective",
                "Progress",
                "Corporate objectives",
                "Key Result",
                "Description",
                "Start",
                "End",
                "Actual",
                "Unit",
            ],
            ["Sales", "Grow", 0.5, "Win", "Sign-ups", "per week", 40, 100, 62, "NUMBER"],
            ["Sales", "Grow", 0.5, "Win", "Revenue", "", 10, 50, 34, "EURO"],
            ["Care", "Keep", 1, "", "Churn", "", 5, 2, 2, "PERCENT"],
        ],
        (
            "Grow | Win | -",
            "  Sign-ups | - | 40 62 100",
            "  Revenue | - | 10 34 50",
            "Keep | - | -",
            "  Churn | - | 5 2 2",
        ),
        is_workbook=True,
    ),
    Sample(
        "burningokr",
        [
            [
                "Team",
                "Objective",
                "Fortschritt",
                "Uebergeordnetes Unternehmensziel",
                "Key Result",
                "Beschreibung",
                "Start",
                "Ende",
                "Aktuell",
                "Einheit",
            ],
            [
                "Vertrieb",
                "Wachsen",
                0.5,
                "Gewinnen",
                "Anmeldungen",
                "je Woche",
                40,
                100,
                62,
                "NUMBER",
            ],
        ],
        ("Wachsen | Gewinnen | -", "  Anmeldungen | - | 40 62 100"),
        reads_alone=True,
        is_workbook=True,
    ),
    Sample(
        "engagedly",
        [
            [
                "Goal",
                "Notes",
                "Goal Identifier",
                "Start Date",
                "End Date",
                "Notification Frequency",
                "Check-In Type",
                "Status",
                "Assigner",
                "Assigner Email ID",
                "Owner Email ID",
            ],
            [
                "Grow",
                "Why",
                "G-1",
                "2026-10-01",
                "2026-12-31",
                "Weekly",
                "Percentage",
                "Active",
                "Ada",
                "ada@example.com",
                "mia@example.com",
            ],
            [
                "Keep",
                None,
                "G-2",
                "2026-10-01",
                "2026-12-31",
                None,
                "Quantity",
                "Active",
                "Ada",
                "ada@example.com",
                "lea@example.com",
            ],
        ],
        ("Grow | - | mia@example.com", "Keep | - | lea@example.com"),
    ),
    Sample(
        "ally",
        [
            ["Row ID", "Title", "Parent", "Entity", "Owner Email", "Time Period", "Start Date"],
            [1, "Win", None, "Acme", "ada@example.com", "Q4 2026", "2026-10-01"],
            [2, "Grow", 1, "Sales", "mia@example.com", "Q4 2026", "2026-10-01"],
            [
                3,
                "Sign-ups",
                2,
                "Individual",
                "mia@example.com\njon@example.com",
                "Q4 2026",
                "2026-10-01",
            ],
            [4, "Revenue", "2\n1", "Sales", "jon@example.com", "Q4 2026", "2026-10-01"],
        ],
        (
            "Win | - | ada@example.com",
            "Grow | 1 | mia@example.com",
            "  Sign-ups | mia@example.com jon@example.com | ",
            "  Revenue | jon@example.com | ",
        ),
    ),
    Sample(
        "peoplecues",
        [
            [
                "Objective Title",
                "Owner_Email_ID",
                "Start_Date",
                "Due_Date",
                "Description",
                "Metric_Name",
                "Metric_Type",
                "Metric_Start_Value",
                "Metric_Target_Value",
            ],
            [
                "Grow",
                "mia@example.com",
                "2026-10-01",
                "2026-12-31",
                "Why",
                "Sign-ups",
                "Number",
                40,
                100,
            ],
            [
                "Keep",
                "lea@example.com",
                "2026-10-01",
                "2026-12-31",
                None,
                "Churn",
                "Percentage",
                5,
                2,
            ],
            ["Learn", "jon@example.com", "2026-10-01", "2026-12-31", None, None, None, None, None],
        ],
        (
            "Grow | - | -",
            "  Sign-ups | mia@example.com | 40 - 100",
            "Keep | - | -",
            "  Churn | lea@example.com | 5 - 2",
            "Learn | - | jon@example.com",
        ),
    ),
    Sample(
        "atlassian_goals",
        [
            [
                "created_at",
                "description",
                "goal_id",
                "is_archived",
                "key",
                "name",
                "owner_id",
                "parent_goal_id",
                "phase",
                "row_refreshed_at",
                "started_at",
                "status",
                "target_date_type",
                "targeted_at",
                "type_id",
                "workspace_id",
            ],
            [
                "2026-09-01T08:00:00Z",
                "Why",
                "g-1",
                "false",
                "TITAN-1",
                "Win",
                "712020:aa",
                None,
                "in_progress",
                "2026-11-23T01:00:00Z",
                "2026-10-01T00:00:00Z",
                "on_track",
                "quarter",
                "2026-12-31T00:00:00Z",
                "t",
                "w",
            ],
            [
                "2026-09-01T08:00:00Z",
                None,
                "g-2",
                "false",
                "TITAN-2",
                "Grow",
                "712020:bb",
                "g-1",
                "in_progress",
                "2026-11-23T01:00:00Z",
                "2026-10-01T00:00:00Z",
                "off_track",
                "quarter",
                "2026-12-31T00:00:00Z",
                "t",
                "w",
            ],
        ],
        ("Win | - | 712020:aa", "Grow | g-1 | 712020:bb"),
    ),
]


def read(sample: Sample, folder: Path, mapping: Mapping_) -> Okrs:
    if sample.is_workbook:
        path = folder / "export.xlsx"
        write_workbook(path, sample.rows, sample.tab)
    else:
        path = folder / "export.csv"
        write_csv(path, sample.rows)
    context: Context = context_for(folder)
    snapshot = WorkbookConnector(WorkbookSettings(path=str(path)), context).read()
    return understand(snapshot, mapping, Reading("team", TODAY, resolve_cycle("auto", TODAY)))


def tree(found: Okrs) -> tuple[str, ...]:
    lines = []
    for one in found.objectives:
        lines.append(f"{one.title} | {one.parent or '-'} | {one.owner or '-'}")
        for item in one.key_results:
            numbers = (item.baseline, item.current, item.target)
            told = (
                text_of(item.given_progress)
                if item.given_progress is not None
                and not any(number is not None for number in numbers)
                else (
                    " ".join("-" if number is None else text_of(number) for number in numbers)
                    if any(number is not None for number in numbers)
                    else ""
                )
            )
            lines.append(f"  {item.title} | {' '.join((item.owner or '-').split())} | {told}")
    return tuple(lines)


def of(name: str) -> Sample:
    return next(sample for sample in SAMPLES if sample.name == name)


def objectives(name: str, folder: Path) -> dict[str, Objective]:
    return {one.title: one for one in read(of(name), folder, load_mapping(name, folder)).objectives}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.name}-{sample.rows[0][2]}")
def test_a_tool_s_file_is_read_with_its_mapping(sample: Sample, tmp_path: Path) -> None:
    found = read(sample, tmp_path, load_mapping(sample.name, tmp_path))
    assert tree(found) == sample.tree
    assert [warning.message for warning in found.warnings] == []


@pytest.mark.parametrize(
    "sample", [sample for sample in SAMPLES if sample.reads_alone], ids=lambda sample: sample.name
)
def test_a_tool_s_file_is_read_without_a_mapping_where_its_words_say_enough(
    sample: Sample, tmp_path: Path
) -> None:
    assert tree(read(sample, tmp_path, Mapping_())) == sample.tree


def test_every_shipped_tool_has_a_sample_with_the_columns_its_page_documents() -> None:
    assert {sample.name for sample in SAMPLES} == set(shipped.tools())
    for sample in SAMPLES:
        mapping = load_mapping(sample.name, ROOT)
        header = {str(name).rstrip("*") for name in sample.rows[0]}
        for role in mapping.columns:
            assert not mapping.names(role) or header & set(mapping.names(role)), (sample.name, role)


def test_every_shipped_tool_says_what_it_is_and_where_its_columns_are_documented() -> None:
    text = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8")
    for name in shipped.tools():
        source = shipped.source(name)
        assert shipped.about(name)
        assert source is not None
        url = re.search(r"https://\S+\Z", source)
        assert url is not None
        assert url[0] in text, f"docs/imports.md does not name the page of {name}"
        assert f"`{name}`" in text


def test_status_words_shares_days_and_levels_are_those_of_the_tool(tmp_path: Path) -> None:
    amp = objectives("culture_amp", tmp_path)
    assert [amp["Grow"].given_status, amp["Keep"].given_status] == [
        Status.ON_TRACK,
        Status.OFF_TRACK,
    ]
    assert (amp["Keep"].due, amp["Grow"].due) == (date(2026, 12, 31), date(2026, 12, 11))
    assert text_of(amp["Keep"].given_progress) == "0.25"
    jira = objectives("okr_for_jira", tmp_path)
    assert [one.given_status for one in jira.values()] == [
        Status.ON_TRACK,
        Status.NOT_STARTED,
        Status.AT_RISK,
    ]
    assert (jira["Learn"].level, jira["Learn"].team) == ("Company", "Alpha, Beta")
    assert [one.cycle.name for one in jira.values() if one.cycle] == ["2026", "2026-Q4", "2026-Q4"]
    (sign_ups,) = jira["Grow"].key_results
    assert (sign_ups.start, text_of(sign_ups.weight)) == (date(2026, 10, 13), "2")
    box = objectives("peoplebox", tmp_path)
    assert (box["Grow"].team, box["Grow"].level, text_of(box["Grow"].weight)) == (
        "Sales",
        "Department",
        "1",
    )
    assert box["Grow"].key_results[0].given_status is Status.AT_RISK
    atlas = objectives("atlassian_goals", tmp_path)
    assert (atlas["Grow"].given_status, atlas["Grow"].due) == (Status.OFF_TRACK, date(2026, 12, 31))
    assert atlas["Grow"].id == "team/g-2"


def test_an_objective_with_several_parents_hangs_under_the_first_that_is_there(
    tmp_path: Path,
) -> None:
    sample = of("peoplebox")
    rows = [list(row) for row in sample.rows]
    rows[2][1] = "9, 1"
    changed = Sample(sample.name, rows, ())
    found = read(changed, tmp_path, load_mapping("peoplebox", tmp_path))
    assert [one.parent for one in found.objectives] == [None, "1"]


def test_a_notion_export_is_read_by_the_titles_of_its_relations(tmp_path: Path) -> None:
    page = "https://www.notion.so/Grow-0f1e2d3c4b5a69788796a5b4c3d2e1f0?pvs=21"
    write_csv(
        tmp_path / "Objectives.csv",
        [["Objective", "Owner"], ["Grow (more)", "Ada"], ["Keep", "Lea"]],
    )
    write_csv(
        tmp_path / "Key results.csv",
        [
            ["Key Result", "Objective", "Current", "Target"],
            ["Sign-ups", f"Grow (more) ({page})", 62, 100],
            [
                "Churn",
                (
                    "Keep "
                    "(OKRs%200f1e2d3c4b5a69788796a5b4c3d2e1f0/Keep%201f1e2d3c4b5a69788796a5b4c3d2e1f0.md)"
                ),
                5,
                2,
            ],
        ],
    )
    paths = [str(tmp_path / "Objectives.csv"), str(tmp_path / "Key results.csv")]
    snapshot = WorkbookConnector(WorkbookSettings(path=paths), context_for(tmp_path)).read()  # type: ignore[arg-type]
    found = understand(snapshot, Mapping_(), Reading("team", TODAY, resolve_cycle("auto", TODAY)))
    assert tree(found) == (
        "Grow (more) | - | Ada",
        "  Sign-ups | - | - 62 100",
        "Keep | - | Lea",
        "  Churn | - | - 5 2",
    )


def test_a_kind_of_rows_may_have_the_sheet_s_own_word(tmp_path: Path) -> None:
    rows: Rows = [
        ["Title", "Type", "Target"],
        ["Grow", "Leitstern", None],
        ["Sign-ups", "Messpunkt", 5],
        ["Ads", "Idee", 1],
    ]
    mapping = Mapping_.model_validate(
        {"values": {"kinds": {"leitstern": "objective", "Messpunkt": "key_result"}}}
    )
    assert tree(read(Sample("", rows, ()), tmp_path, mapping)) == (
        "Grow | - | -",
        "  Sign-ups | - | - - 5",
    )


def test_the_name_of_a_tool_is_enough_and_a_near_miss_is_told(team: Team) -> None:
    write_csv(team.folder / "goals.csv", of("betterworks").rows)
    source = '[sources.goals]\nconnector = "workbook"\npath = "goals.csv"\nmapping = "{}"\n'
    team.config('cycle = "2026-Q4"\n' + source.format("betterworks"))
    shown = team.json("show", "--as-of", "2026-11-23")
    assert [one["title"] for one in shown["objectives"]] == ["Grow", "Keep"]
    assert [item["progress"] for item in shown["objectives"][0]["key_results"]] == [0.4, 0.01]
    team.config('cycle = "2026-Q4"\n' + source.format("betterwork"))
    assert team.run("show")[0] == 2
    assert "betterworks" in team.err


def test_the_list_of_mappings_names_tools_and_their_pages(team: Team) -> None:
    code, out = team.run("mappings")
    assert code == 0
    assert "Culture Amp: the import template" in out
    assert "https://help.peoplebox.ai/" in "".join(out.split())
    with pytest.raises(ConfigError, match="peoplebox"):
        load_mapping("peoplebx", team.folder)


def test_an_older_export_of_viva_goals_is_read_by_titles(tmp_path: Path) -> None:
    sample = Sample("", rows_of_csv(OLD_VIVA_GOALS), ())
    found = read(sample, tmp_path, load_mapping("viva_goals", tmp_path))
    titles = {one.title: [item.title for item in one.key_results] for one in found.objectives}
    assert titles == {"Grow": ["Churn"], "Keep": ["Calls"]}
    (churn,) = found.objectives[0].key_results
    assert [each.objective for each in churn.serves] == ["Grow", "Keep"]
    assert text_of(churn.given_progress) == "0.5"


def test_an_export_of_viva_goals_tells_weights_teams_promises_and_kinds_of_work(
    tmp_path: Path,
) -> None:
    grow = objectives("viva_goals", tmp_path)["Grow"]
    assert [text_of(item.weight) for item in grow.key_results] == ["0.3333", "0.6667"]
    assert [item.commitment for item in grow.key_results] == [
        Commitment.COMMITTED,
        Commitment.ASPIRATIONAL,
    ]
    assert (grow.team, grow.key_results[0].checked_in) == ("Sales", date(2026, 11, 20))
    assert grow.key_results[0].comment == "Two orders late"
    found = read(of("viva_goals"), tmp_path, load_mapping("viva_goals", tmp_path))
    assert any("'Deliverable'" in skip.reason for skip in found.skips)
