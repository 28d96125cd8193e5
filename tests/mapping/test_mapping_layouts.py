"""Each layout, read from a small table one can check by eye."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrsync.mapping import Okrs, Reading, shipped, understand
from okrsync.mapping.file import Mapping_, load_mapping
from okrsync.model.cycles import resolve_cycle
from okrsync.model.errors import ConfigError
from okrsync.model.okrs import Direction, KeyResult, Kind, Status
from okrsync.model.table import PERCENT, CellError, CellValue, Merge, Row, Snapshot, Table, rows_of

TODAY = date(2026, 11, 23)


def read(
    rows: Sequence[Sequence[CellValue]],
    mapping: Mapping_ | None = None,
    name: str = "Team",
    *,
    owned: dict[str, str] | None = None,
    **more: Any,
) -> Okrs:
    table = Table(name, name, rows_of(rows), **more)
    return read_tables([table], mapping, owned)


def read_tables(
    tables: Sequence[Table], mapping: Mapping_ | None = None, owned: dict[str, str] | None = None
) -> Okrs:
    snapshot = Snapshot("team", tuple(tables), "v", datetime(2026, 11, 23, tzinfo=UTC))
    return understand(
        snapshot,
        mapping or Mapping_(),
        Reading("team", TODAY, resolve_cycle("auto", TODAY), 1, owned or {}),
    )


def outline(okrs: Okrs) -> list[str]:
    return [
        f"{item.title}: {', '.join(kr.title for kr in item.key_results)}"
        for item in okrs.objectives
    ]


def only(okrs: Okrs) -> KeyResult:
    return okrs.objectives[0].key_results[0]


def codes(okrs: Okrs) -> list[str]:
    return [warning.code for warning in okrs.warnings]


FLAT: list[list[CellValue]] = [
    ["Objective", "Key Result", "Start", "Current", "Target"],
    ["Grow", "Sign-ups", 40, 62, 100],
    ["Keep", "Churn", 5, 4, 2],
    ["Grow", "Revenue", 1, 2, 3],
]


def test_flat() -> None:
    found = read(FLAT)
    assert outline(found) == ["Grow: Sign-ups, Revenue", "Keep: Churn"]
    assert [kr.id for item in found.objectives for kr in item.key_results] == [
        "team/O1/KR1",
        "team/O1/KR2",
        "team/O2/KR1",
    ]
    assert [str(kr.origin.title_cell) for item in found.objectives for kr in item.key_results] == [
        "Team!B2",
        "Team!B4",
        "Team!B3",
    ]


def test_filled_down_and_merged() -> None:
    rows: list[list[CellValue]] = [
        ["Objective", "Key Result", "Current", "Target"],
        ["Grow", "Sign-ups", 1, 2],
        [None, "Revenue", 1, 2],
        ["Keep", "Churn", 1, 2],
        [None, "NPS", 1, 2],
    ]
    assert outline(read(rows)) == ["Grow: Sign-ups, Revenue", "Keep: Churn, NPS"]
    merged = read(rows, merges=(Merge(1, 0, 2, 0), Merge(3, 0, 4, 0)))
    assert merged.tabs[0].layout == "filled-down"
    assert str(merged.objectives[0].key_results[1].origin.cell("objective")) == "Team!A2"


def test_interleaved() -> None:
    rows: list[list[CellValue]] = [
        ["Objective", "Key Result", "Current", "Target", "Owner"],
        ["Grow", None, None, None, "Ada"],
        [None, "Sign-ups", 1, 2, "Mia"],
        [None, "Revenue", 1, 2, None],
        ["Keep", None, None, None, None],
        [None, "Churn", 1, 2, None],
    ]
    found = read(rows)
    assert outline(found) == ["Grow: Sign-ups, Revenue", "Keep: Churn"]
    assert (found.objectives[0].owner, only(found).owner) == ("Ada", "Mia")


def test_typed_rows_by_kind_and_parent() -> None:
    rows: list[list[CellValue]] = [
        ["ID", "Type", "Title", "Parent", "Current", "Target"],
        ["O1", "Objective", "Grow", None, None, None],
        ["K1", "Key Result", "Sign-ups", "O1", 1, 2],
        ["I1", "Initiative", "A campaign", "K1", None, None],
        ["O2", "Objective", "Sell", "O1", None, None],
        ["K2", "Key Result", "Deals", "O2", 1, 2],
        ["K3", "Key Result", "Revenue", "O1", 1, 2],
    ]
    found = read(rows)
    assert outline(found) == ["Grow: Sign-ups, Revenue", "Sell: Deals"]
    assert [item.id for item in found.objectives] == ["team/O1", "team/O2"]
    assert found.objectives[1].parent == "O1"


def test_objectives_only_with_a_typed_progress() -> None:
    found = read(
        [["Goal", "Progress", "Status"], ["Grow", "40%", "On track"], ["Keep", "100%", "Done"]]
    )
    assert outline(found) == ["Grow: ", "Keep: "]
    assert (found.objectives[0].given_progress, found.objectives[1].given_status) == (
        Decimal("0.4"),
        Status.ACHIEVED,
    )


def test_key_results_only_hang_under_an_objective_named_after_the_tab() -> None:
    found = read(
        [["Key Result", "Current", "Target"], ["Sign-ups", 1, 2], ["Revenue", 2, 3]], name="Growth"
    )
    assert outline(found) == ["Growth: Sign-ups, Revenue"]
    assert found.objectives[0].implied


@pytest.mark.parametrize(
    "above", [[], [["Company OKRs"], []], [["OKRs"], [None, "Team:", "Growth"], [], ["x"]]]
)
def test_the_header_may_stand_anywhere_at_the_top(above: list[list[CellValue]]) -> None:
    found = read([*above, *FLAT])
    assert outline(found) == ["Grow: Sign-ups, Revenue", "Keep: Churn"]
    assert found.tabs[0].header_row == len(above) + 1


@given(st.permutations(range(5)))
@settings(max_examples=30)
def test_the_order_of_columns_does_not_matter(order: list[int]) -> None:
    assert outline(read([[row[at] for at in order] for row in FLAT])) == [
        "Grow: Sign-ups, Revenue",
        "Keep: Churn",
    ]


def test_rows_that_are_no_okrs_are_left_out_with_a_reason() -> None:
    rows: list[list[CellValue]] = [
        *FLAT[:2],
        [],
        ["EXAMPLE: Improve", "Do x", 1, 2, 3],
        ["Total", None, None, None, 9],
        ["[X]", "[X]", None, None, None],
        ["KEY RESULTS"],
        FLAT[0],
        *FLAT[2:],
    ]
    found = read(rows)
    assert outline(found) == ["Grow: Sign-ups, Revenue", "Keep: Churn"]
    assert [f"{skip.at}: {skip.reason}" for skip in found.skips] == [
        "Team!A4: an example row",
        "Team!A5: a total",
        "Team!A6: its title is a placeholder",
        "Team!A7: a separator between parts of the table",
        "Team!A8: a repeated header",
    ]


def test_a_tab_without_okrs_is_left_out_with_the_reason() -> None:
    found = read_tables(
        [
            Table("a", "People", rows_of([["Name", "Phone"], ["Ada", "1"]])),
            Table("b", "Q4", rows_of(FLAT)),
            Table("c", "Empty", ()),
        ]
    )
    assert len(found.objectives) == 2
    assert [tab.reason is None for tab in found.tabs] == [False, True, False]


def test_owned_columns_are_never_read_as_input() -> None:
    rows: list[list[CellValue]] = [
        ["Objective", "Key Result", "Progress", "Status"],
        ["Grow", "Sign-ups", 0.4, "On track"],
    ]
    mine = read(rows, owned={"progress": "Progress", "status": "status"})
    assert (only(mine).given_progress, only(mine).given_status) == (None, None)
    assert mine.owned[0].columns == {"progress": 2, "status": 3}
    assert only(read(rows)).given_progress == Decimal("0.4")


def test_the_same_header_means_what_stands_below_it() -> None:
    titles = read([["id", "title", "objective", "status"], ["KR1", "Do it", "Grow", "active"]])
    assert outline(titles) == ["Grow: Do it"]
    goals = read([["id", "title", "objective", "status"], ["#5", "Grow", None, "active"]])
    assert outline(goals) == ["Grow: "]
    ends = read([["Key Result", "Start", "End", "Current"], ["Sign-ups", 40, 100, 62]])
    assert (only(ends).baseline, only(ends).target) == (40, 100)
    dates = read(
        [
            ["Key Result", "Start", "End", "Target", "Current"],
            ["Sign-ups", date(2026, 10, 1), date(2026, 12, 1), 5, 1],
        ]
    )
    assert (only(dates).start, only(dates).due, only(dates).baseline) == (
        date(2026, 10, 1),
        date(2026, 12, 1),
        None,
    )


@pytest.mark.parametrize(
    ("cells", "current", "target", "unit"),
    [
        (("48%", "60%"), 48, 60, "%"),
        (("60 percent", "75 percent"), 60, 75, "%"),
        ((0.48, "60%"), 48, 60, "%"),
        (("3 hours", "4 hours"), 3, 4, "hours"),
        (("4.5/5", "4.8/5"), Decimal("4.5"), Decimal("4.8"), "/5"),
    ],
)
def test_numbers_keep_their_units(
    cells: tuple[CellValue, CellValue], current: Any, target: Any, unit: str
) -> None:
    item = only(read([["Key Result", "Current", "Target"], ["Sign-ups", *cells]]))
    assert (item.current, item.target, item.unit) == (current, target, unit)


def test_percent_formats_are_points_under_the_percent_sign() -> None:
    table = Table(
        "t",
        "Q4",
        (
            Row(1, ("Key Result", "Current", "Target")),
            Row(2, ("Sign-ups", 0.48, 0.6), None, bytes([0, PERCENT, PERCENT])),
        ),
    )
    item = only(read_tables([table]))
    assert (item.current, item.target, item.unit) == (48, 60, "%")
    headed = only(read([["Key Result", "Current %", "Target %"], ["Sign-ups", 0.48, 0.6]]))
    assert (headed.current, headed.target) == (48, 60)


@pytest.mark.parametrize(
    ("column", "shares"),
    [
        ([50, 25], ["0.5", "0.25"]),
        ([0.5, 1], ["0.5", "1"]),
        (["50.", "25."], ["0.5", "0.25"]),
        (["50%", 0.25], ["0.5", "0.25"]),
    ],
)
def test_a_typed_progress_is_a_share_by_what_its_column_holds(
    column: list[CellValue], shares: list[str]
) -> None:
    found = read([["Key Result", "Progress"], ["One", column[0]], ["Two", column[1]]])
    assert [kr.given_progress for kr in found.objectives[0].key_results] == [
        Decimal(share) for share in shares
    ]


@pytest.mark.parametrize(
    ("row", "kind", "direction"),
    [
        (["Sign-ups", 40, 62, 100], Kind.METRIC, Direction.INCREASE),
        (["Churn", 5, 4, 2], Kind.METRIC, Direction.DECREASE),
        (["Reduce incidents", None, 5, 3], Kind.METRIC, Direction.DECREASE),
        (["Keep churn below 3%", None, "2.5%", "3%"], Kind.GUARD_RAIL, Direction.STAY_BELOW),
        (["Uptime", None, 99.95, "≥ 99.9"], Kind.GUARD_RAIL, Direction.STAY_ABOVE),
        (["Load", None, 6, "5-7"], Kind.GUARD_RAIL, Direction.BETWEEN),
        (["Launched", None, "yes", None], Kind.BOOLEAN, None),
        (["Launched", None, True, "Done"], Kind.BOOLEAN, None),
        (["Milestones", None, "3/5", None], Kind.MILESTONES, None),
    ],
)
def test_kind_and_direction_are_told_by_numbers_and_words(
    row: list[CellValue], kind: Kind, direction: Direction | None
) -> None:
    item = only(read([["Key Result", "Baseline", "Current", "Target"], row]))
    assert (item.kind, item.direction) == (kind, direction)


def test_a_direction_column_goes_first() -> None:
    item = only(
        read(
            [["Key Result", "Current", "Target", "Direction"], ["Tickets", 5, 3, "lower is better"]]
        )
    )
    assert (item.direction, item.inferred) == (Direction.DECREASE, frozenset())


def test_trouble_is_named_with_its_cell_and_the_rest_counts() -> None:
    rows: list[list[CellValue]] = [
        ["Key Result", "Current", "Target", "Last check-in", "Weight"],
        ["A", "nearly", 5, "01/02/2026", 1],
        ["B", CellError("#REF!"), "World class", "soon", -2],
        ["C", float("nan"), 7, None, 1],
        ["D", 3, 4, date(2026, 11, 2), 1],
    ]
    found = read(rows)
    assert sorted(f"{warning.at} {warning.code}" for warning in found.warnings) == [
        "Team!B2 not-a-number",
        "Team!B3 cell-error",
        "Team!B4 not-a-number",
        "Team!C3 text-target",
        "Team!D2 ambiguous-date",
        "Team!D3 not-a-date",
        "Team!E3 negative-weight",
    ]
    last = found.objectives[0].key_results[3]
    assert (last.current, last.target, last.checked_in) == (3, 4, date(2026, 11, 2))
    assert found.objectives[0].key_results[1].target is None


def test_an_id_twice_is_named_with_both_places_and_numbers_that_restart_are_not() -> None:
    double = read([["ID", "Objective", "Key Result"], ["K-1", "Grow", "A"], ["K-1", "Grow", "B"]])
    assert codes(double) == ["duplicate-id"]
    assert "Team!A2" in double.warnings[0].message
    assert "Team!A3" in double.warnings[0].message
    restarting = read(
        [["ID", "Objective", "Key Result"], ["KR1", "Grow", "A"], ["KR1", "Keep", "B"]]
    )
    assert codes(restarting) == []
    assert [kr.id for item in restarting.objectives for kr in item.key_results] == [
        "team/O1/KR1",
        "team/O2/KR1",
    ]


def test_a_key_stays_when_the_row_moves_and_its_numbers_change() -> None:
    before = read(FLAT)
    after = read([FLAT[0], ["Grow", "1. Revenue", 1, 9, 3], FLAT[2], FLAT[1]])
    assert {kr.key for item in before.objectives for kr in item.key_results} == {
        kr.key for item in after.objectives for kr in item.key_results
    }


def test_rows_that_are_alike_get_keys_of_their_own_and_are_named() -> None:
    found = read([FLAT[0], FLAT[1], FLAT[1]])
    keys = [kr.key for kr in found.objectives[0].key_results]
    assert len(set(keys)) == 2
    assert codes(found) == ["duplicate-row"]


def test_a_row_is_found_again_by_the_fewest_cells_that_tell_it() -> None:
    found = read([["ID", "Objective", "Key Result"], ["K-1", "Grow", "A"], [None, "Grow", "B"]])
    told_by = [
        [(cell.role, cell.column.header, cell.value) for cell in kr.origin.row.identity]
        for kr in found.objectives[0].key_results
    ]
    assert told_by == [
        [("id", "ID", "K-1")],
        [("objective", "Objective", "Grow"), ("key_result", "Key Result", "B")],
    ]


def test_a_period_in_the_tabs_name_or_above_the_header_is_the_cycle() -> None:
    assert read(FLAT, name="2026-Q3").objectives[0].cycle == resolve_cycle("2026-Q3", TODAY)
    above = read([["Q1 2026"], *FLAT]).objectives[0].cycle
    assert above is not None
    assert above.name == "2026-Q1"


def test_a_mapping_names_columns_and_says_what_is_missing() -> None:
    mapping = Mapping_.model_validate(
        {"columns": {"key_result": "What", "current": ["Now", "Today"], "target": "Wanted"}}
    )
    found = read([["What", "Today", "Goal value"], ["Sign-ups", 5, 9]], mapping)
    assert only(found).current == 5
    assert [warning.code for warning in found.warnings] == ["no-such-column"]
    assert "'Goal value'" in found.warnings[0].message
    refused = read([["Topic", "Today"], ["Sign-ups", 5]], mapping)
    assert refused.objectives == ()
    assert "'What'" in refused.skips[0].reason


def test_statuses_of_the_sheets_own_words_are_mapped() -> None:
    mapping = Mapping_.model_validate(
        {"values": {"status": {"läuft": "on-track"}, "confidence": {"gut": 0.8}}}
    )
    item = only(
        read([["Key Result", "Status", "Confidence"], ["Sign-ups", "Läuft", "gut"]], mapping)
    )
    assert (item.given_status, item.confidence) == (Status.ON_TRACK, Decimal("0.8"))


@pytest.mark.parametrize(
    ("header", "value", "share"),
    [
        ("Confidence", 7, "0.7"),
        ("Confidence", "70%", "0.7"),
        ("Confidence", 0.7, "0.7"),
        ("Confidence", "高", "0.9"),
        ("Confidence (1-5)", 4, "0.8"),
    ],
)
def test_confidence_is_a_share(header: str, value: CellValue, share: str) -> None:
    assert only(read([["Key Result", header], ["Sign-ups", value]])).confidence == Decimal(share)


def test_shipped_mappings_load_and_say_what_they_are_for(tmp_path: Path) -> None:
    assert {
        "flat",
        "filled_down",
        "interleaved",
        "typed_rows",
        "objectives_only",
        "key_results_only",
    } <= set(shipped.names())
    for name in shipped.names():
        assert load_mapping(name, tmp_path).layout.replace("-", "_") == name
        assert shipped.about(name)


def test_a_mapping_file_that_is_wrong_says_where(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'layout = "flat"\n\n[columns]\nobjektive = "Ziel"\n', encoding="utf-8"
    )
    with pytest.raises(ConfigError) as error:
        load_mapping("m.toml", tmp_path)
    assert "objective" in error.value.message
    with pytest.raises(ConfigError, match="flat"):
        load_mapping("flatt", tmp_path)


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.text(max_size=12),
                st.integers(),
                st.floats(),
                st.booleans(),
                st.dates(),
            ),
            max_size=7,
        ),
        max_size=12,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_grid_breaks_the_understanding_and_noise_holds_no_okrs(
    rows: list[list[CellValue]],
) -> None:
    found = read(rows)
    if not any(isinstance(value, str) and len(value) > 1 for row in rows for value in row):
        assert found.objectives == ()


@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.text(max_size=12),
                st.integers(),
                st.floats(),
                st.booleans(),
                st.dates(),
                st.sampled_from(["48%", "TBD", "yes", "4.5/5"]),
            ),
            min_size=5,
            max_size=5,
        ),
        max_size=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_content_below_a_header_breaks_the_understanding(rows: list[list[CellValue]]) -> None:
    found = read([["Objective", "Key Result", "Current", "Target", "Last check-in"], *rows])
    ids = [item.id for item in found.objectives] + [
        kr.id for item in found.objectives for kr in item.key_results
    ]
    assert len(ids) == len(set(ids))
