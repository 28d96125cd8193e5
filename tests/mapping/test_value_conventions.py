"""How a sheet writes its values is told by the sheet as a whole, and asked about where nothing
tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from mapping.test_mapping_layouts import codes, read, read_tables
from okrsync.mapping import Okrs
from okrsync.mapping.file import Mapping_, Values
from okrsync.model.okrs import Kind, Status
from okrsync.model.table import PERCENT, CellValue, Row, Table
from team import Team, write_csv


def kr(title: str = "Sign-ups", header: str = "Current", **cells: CellValue) -> Okrs:
    """A sheet with one key result. Headers are the roles, or what `header` says for the current
    value.
    """
    names = {"baseline": "Start", "current": header, "target": "Target", "unit": "Unit"}
    return read([["Key Result", *(names[role] for role in cells)], [title, *cells.values()]])


def column(header: str, *values: CellValue, more: Sequence[str] = (), **values_: Any) -> Okrs:
    """A sheet whose key results differ in one column."""
    rows: list[list[CellValue]] = [["Key Result", "Target", header]]
    rows += [[f"Result {chr(65 + place)}", 100, value] for place, value in enumerate(values)]
    return read(rows, Mapping_(values=Values(**values_)))


def currents(okrs: Okrs) -> list[Decimal | None]:
    return [item.current for item in items(okrs)]


def progresses(okrs: Okrs) -> list[Decimal | None]:
    return [item.given_progress for item in items(okrs)]


def confidences(okrs: Okrs) -> list[Decimal | None]:
    return [item.confidence for item in items(okrs)]


def items(okrs: Okrs) -> list[Any]:
    return list(okrs.objectives[0].key_results)


def only(okrs: Okrs) -> Any:
    return items(okrs)[0]


def asked(okrs: Okrs) -> list[str]:
    return [question.key for question in okrs.questions]


D = Decimal


class TestDecimalSign:
    def test_a_number_that_could_be_two_is_asked_about_and_not_read(self) -> None:
        found = column("Current", "1,234", "7", "5,678")
        assert currents(found) == [None, 7, None]
        assert codes(found) == ["ambiguous-number"]
        assert str(found.warnings[0].at) == "Team!C2"
        assert "(and 1 more below)" in found.warnings[0].message
        assert 'decimal = ","' in found.warnings[0].message
        question = found.questions[0]
        assert (question.key, str(question.at)) == ("values.decimal", "Team!C2")
        assert [answer.value for answer in question.answers] == [",", "."]
        assert "1.234" in question.answers[0].words
        assert "1234" in question.answers[1].words

    @pytest.mark.parametrize(
        ("told", "read_as"),
        [
            ("1,5", "1.234"),
            ("1.5", "1234"),
            ("1,234,567", "1234"),
            ("1.234,50 €", "1.234"),
            ("0.375", "1234"),
            ("12,5%", "1.234"),
        ],
    )
    def test_one_clear_cell_in_any_column_decides_for_the_sheet(
        self, told: str, read_as: str
    ) -> None:
        found = read(
            [["Key Result", "Current", "Target"], ["A", "1,234", "9999"], ["B", "0", told]]
        )
        assert only(found).current == D(read_as)
        assert (codes(found), asked(found)) == ([], [])

    def test_cells_that_contradict_each_other_decide_nothing(self) -> None:
        assert currents(column("Current", "1,5", "1.5", "1,234")) == [D("1.5"), D("1.5"), None]

    def test_the_answer_in_the_mapping_or_the_locale_settles_it(self) -> None:
        assert currents(column("Current", "1,234", decimal=",")) == [D("1.234")]
        assert currents(column("Current", "1,234", decimal=".")) == [1234]
        assert currents(column("Current", "1.234", locale="de_DE")) == [1234]
        table = Table(
            "T", "T", (Row(1, ("Key Result", "Current")), Row(2, ("A", "1,234"))), locale="en_GB"
        )
        assert only(read_tables([table])).current == 1234

    def test_money_that_can_only_be_thousands_is_no_question(self) -> None:
        assert currents(column("Current", "$50,000", "£1,250", "¥1,000")) == [50000, 1250, 1000]


class TestDays:
    HEAD = ("Key Result", "Current", "Target", "Last check-in", "Due date")

    def test_a_day_that_could_be_two_is_asked_about_and_not_read(self) -> None:
        found = read([self.HEAD, ["A", 1, 2, "01/02/2026", None], ["B", 1, 2, "03/04/2026", None]])
        assert only(found).checked_in is None
        assert (codes(found), asked(found)) == (["ambiguous-date"], ["values.date_order"])
        assert [answer.value for answer in found.questions[0].answers] == ["dmy", "mdy"]

    def test_one_clear_day_in_another_column_decides_for_the_sheet(self) -> None:
        found = read([self.HEAD, ["A", 1, 2, "01/02/2026", "31/12/2026"]])
        assert (only(found).checked_in, codes(found)) == (date(2026, 2, 1), [])
        found = read([self.HEAD, ["A", 1, 2, "01/02/2026", "12/31/2026"]])
        assert only(found).checked_in == date(2026, 1, 2)

    def test_a_span_in_the_title_decides_too(self) -> None:
        found = read([["01/10/2026 - 31/12/2026"], [], self.HEAD, ["A", 1, 2, "01/11/2026", None]])
        assert only(found).checked_in == date(2026, 11, 1)

    def test_a_due_date_may_be_a_period_and_is_then_its_last_day(self) -> None:
        found = read([self.HEAD, ["A", 1, 2, None, "Q4 2026"], ["B", 1, 2, None, "W50"]])
        assert [item.due for item in items(found)] == [date(2026, 12, 31), date(2026, 12, 13)]

    def test_days_relative_to_today_are_refused(self) -> None:
        assert codes(read([self.HEAD, ["A", 1, 2, "yesterday", "next Friday"]])) == [
            "not-a-date",
            "not-a-date",
        ]


class TestPercent:
    def test_all_five_ways_are_points(self) -> None:
        assert only(kr(current="48%", target="60%")).current == 48
        assert only(kr(current="48 percent", target=60)).unit == "%"
        shares = read([["Key Result", "Current %", "Target %"], ["A", 0.35, 0.6], ["B", 0.2, 1]])
        assert [(item.current, item.target, item.unit) for item in items(shares)] == [
            (35, 60, "%"),
            (20, 100, "%"),
        ]
        points = only(read([["Key Result", "Current %", "Target %"], ["A", 48, 60]]))
        assert (points.current, points.target, points.unit) == (48, 60, "%")
        formatted = Table(
            "T",
            "T",
            (
                Row(1, ("Key Result", "Current", "Target")),
                Row(2, ("A", 0.48, 1.0), marks=bytes([0, PERCENT, PERCENT])),
            ),
        )
        assert (only(read_tables([formatted])).current, only(read_tables([formatted])).target) == (
            48,
            100,
        )

    def test_more_than_the_whole_stays_more_than_the_whole(self) -> None:
        assert only(kr(current="130%", target="100%")).current == 130
        assert progresses(column("Progress", 0.5, 1.2)) == [D("0.5"), D("1.2")]
        assert progresses(column("Progress", 50, 120)) == [D("0.5"), D("1.2")]

    def test_a_column_of_zeros_and_ones_is_asked_about_and_its_zeros_are_read(self) -> None:
        found = column("Progress", 0, 1, 1)
        assert progresses(found) == [0, None, None]
        assert (codes(found), asked(found)) == (["ambiguous-percent"], ["values.percent_scale"])
        assert 'percent_scale = "share" or percent_scale = "points"' in found.warnings[0].message
        assert progresses(column("Progress", 0, 1, percent_scale="share")) == [0, 1]
        assert progresses(column("Progress", 0, 1, percent_scale="points")) == [0, D("0.01")]

    def test_bare_ones_under_a_percent_header_are_asked_about(self) -> None:
        found = read([["Key Result", "Current %", "Target %"], ["A", 0, 1], ["B", 1, 1]])
        assert only(found).target is None
        assert asked(found) == ["values.percent_scale"]

    def test_a_share_among_points_is_named_and_not_read(self) -> None:
        found = column("Progress", 48, 0.35, 60)
        assert progresses(found) == [D("0.48"), None, D("0.6")]
        assert codes(found) == ["mixed-percent"]

    def test_forms_may_be_mixed_where_each_says_what_it_is(self) -> None:
        found = column("Progress", "48%", "60 %", 30, 0)
        assert progresses(found) == [D("0.48"), D("0.6"), D("0.3"), 0]

    def test_a_unit_column_says_percent_for_its_rows_only(self) -> None:
        found = (
            read(
                [
                    ["Key Result", "Current", "Target", "Unit"],
                    ["A", 0.35, 0.5, "%"],
                    ["B", 0.5, 0.9, "points"],
                ]
            )
            .objectives[0]
            .key_results
        )
        assert [(item.current, item.unit) for item in found] == [(35, "%"), (D("0.5"), "points")]
        small = read(
            [["Key Result", "Current", "Target", "Unit"], ["A", 0.35, 0.5, "%"], ["B", 40, 60, "%"]]
        )
        assert only(small).current == D("0.35")

    def test_percent_in_brackets_in_the_title_is_a_unit(self) -> None:
        item = only(kr("Conversion (in %)", current=4, target=6))
        assert (item.current, item.unit) == (4, "%")


class TestUnits:
    @pytest.mark.parametrize(
        ("header", "unit"),
        [
            ("Target (INR Cr)", "INR Cr"),
            ("Target %", "%"),
            ("Target in k€", "k€"),
            ("Target [EUR]", "EUR"),
            ("Target (Q1)", None),
            ("Target", None),
        ],
    )
    def test_a_header_tells_the_unit(self, header: str, unit: str | None) -> None:
        found = read([["Key Result", "Start", header], ["Sign-ups", 20, 40]])
        assert only(found).unit == unit

    def test_an_empty_unit_column_takes_no_unit_away(self) -> None:
        header = ["Key Result", "Start", "Current", "Target", "Unit"]
        found = read([header, ["A", "8 %", "11 %", "15 %", None], ["B", 4, 5, 6, "points"]])
        assert [item.unit for item in found.objectives[0].key_results] == ["%", "points"]

    def test_a_cell_in_full_beside_a_column_that_counts_in_ten_thousands(self) -> None:
        item = only(kr(current="60万元", target=120, unit="万元"))
        assert (item.current, item.target, item.unit) == (60, 120, "万元")

    def test_current_and_target_in_one_cell(self) -> None:
        item = only(kr(current="62/100 users"))
        assert (item.kind, item.current, item.target, item.unit) == (Kind.METRIC, 62, 100, "users")
        assert item.inferred >= {"target"}
        assert only(kr(current="3/5")).kind is Kind.MILESTONES


class TestTitles:
    @pytest.mark.parametrize(
        ("title", "baseline", "target", "unit"),
        [
            ("Increase NPS from 30 to 50", 30, 50, None),
            ("NPS 30 => 50", 30, 50, None),
            ("Lead time: 10 days → 4 days", 10, 4, None),
            ("Cost 12€ ➡️ 9€", 12, 9, "€"),
            ("Umsatz von 1 auf 2 Mio. steigern", 1_000_000, 2_000_000, None),
            ("Reduce churn from 9% to 3%", 9, 3, "%"),
            ("Réduire le churn de 9 % à 3 %", 9, 3, "%"),
            ("Aumentar NPS de 30 a 50", 30, 50, None),
            ("NPS van 30 naar 50 verhogen", 30, 50, None),
            ("Повысить NPS с 30 до 50", 30, 50, None),
            ("将NPS从30提高到50", 30, 50, None),
            ("NPSを30から50に上げる", 30, 50, None),
            ("NPS를 30에서 50으로", 30, 50, None),
            ("Maintain a 4.5/5 rating", None, D("4.5"), "/5"),
            ("98 score", None, 98, None),
            ("KR1: 15% of revenue from new products", None, 15, "%"),
            ("Hire 5 engineers", None, 5, None),
            ("Reach 50 % market share by 31.12.2026", None, 50, "%"),
            ("Onboard 12 customers in 2026", None, 12, None),
        ],
    )
    def test_what_only_the_title_says_is_taken_and_labelled(
        self, title: str, baseline: Any, target: Any, unit: str | None
    ) -> None:
        item = only(kr(title, current=5))
        assert (item.baseline, item.target, item.unit) == (baseline, target, unit)
        assert item.inferred >= ({"baseline", "target"} if baseline is not None else {"target"})

    @pytest.mark.parametrize(
        "title",
        [
            "Ship iOS 17 support",
            "Increase sales by 15%",
            "Reduce costs 20%",
            "Win 3 of 5 deals",
            "Launch v2.0",
            "Phase 2 completed",
            "Q4 plan",
            "From 1 to 2 and from 3 to 4",
            "Steps 12 -> 9 → 3",
            "Be #1 in the market",
            "Top 10 ranking",
            "Complete SOC 2 audit",
            "Reach 10,000 users",
            "Publish in 2026",
            "Steigerung um 15 %",
        ],
    )
    def test_what_can_be_read_in_two_ways_is_left_alone(self, title: str) -> None:
        item = only(kr(title, current=5))
        assert (item.baseline, item.target, item.inferred & {"target", "baseline"}) == (
            None,
            None,
            frozenset(),
        )

    def test_the_columns_go_first(self) -> None:
        item = only(kr("Increase NPS from 30 to 50", baseline=35, current=40, target=60))
        assert (item.baseline, item.target) == (35, 60)
        item = only(kr("Increase NPS from 30 to 50", current=40, target="World class"))
        assert (item.target, item.inferred & {"target"}) == (None, frozenset())

    def test_a_typed_progress_goes_before_what_a_title_seems_to_say(self) -> None:
        found = read([["Key Result", "Current", "Progress"], ["Reach 50 % market share", 5, "70%"]])
        item = only(found)
        assert (item.target, item.given_progress) == (None, D("0.7"))

    def test_done_or_not_done_is_no_count(self) -> None:
        item = only(kr("Launch 3 features", current="No"))
        assert (item.kind, item.current) == (Kind.BOOLEAN, 0)

    def test_explain_says_where_they_come_from(self, team: Team) -> None:
        write_csv(
            team.folder / "a.csv", [["Key result", "Current"], ["Increase NPS from 30 to 50", 35]]
        )
        team.config('cycle = "2026-Q4"\n[sources.a]\nconnector = "workbook"\npath = "a.csv"\n')
        code, out = team.run("explain", "a/O1/KR1", "--as-of", "2026-11-23")
        assert code == 0
        assert "25 %" in out
        assert "baseline 30 and target 50: taken from its title" in " ".join(out.split())


class TestTexts:
    def test_a_sentence_is_named_and_never_0(self) -> None:
        found = kr(
            baseline="Q2 release and deployment baseline",
            current=5,
            target="A world class release process",
        )
        assert (only(found).baseline, only(found).target) == (None, None)
        assert sorted(codes(found)) == ["not-a-number", "text-target"]

    @pytest.mark.parametrize("text", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#WERT!"])
    def test_what_a_broken_formula_left_in_an_export_is_named_as_that(self, text: str) -> None:
        found = kr(current=text, target=5)
        assert (only(found).current, codes(found)) == (None, ["cell-error"])

    @pytest.mark.parametrize(
        "text",
        [
            "[X]%",
            "X%",
            "-",
            "n/a",
            "tbd",
            "?",
            "待定",
            "未定",
            "미정",
            "не определено",
            "por definir",
            "à définir",
            "n.v.t.",
            "noch offen",
        ],
    )
    def test_a_placeholder_is_nothing_and_no_trouble(self, text: str) -> None:
        found = kr(current=5, target=text)
        assert (only(found).target, codes(found)) == (None, [])


class TestWords:
    @pytest.mark.parametrize(
        ("text", "status"),
        [
            ("Active 🏗", Status.ON_TRACK),
            ("Dropped ❌", None),
            ("Complete ✅", Status.ACHIEVED),
            ("Needs focus", Status.AT_RISK),
            ("🟢", Status.ON_TRACK),
            ("concluído", Status.ACHIEVED),
            ("auf Kurs", Status.ON_TRACK),
            ("En retard", Status.OFF_TRACK),
            ("en riesgo", Status.AT_RISK),
            ("a rischio", Status.AT_RISK),
            ("loopt risico", Status.AT_RISK),
            ("已完成", Status.ACHIEVED),
            ("順調", Status.ON_TRACK),
            ("遅れ", Status.OFF_TRACK),
            ("완료", Status.ACHIEVED),
            ("위험", Status.AT_RISK),
            ("завершено", Status.ACHIEVED),
            ("В работе", Status.ON_TRACK),
            ("Не начато", Status.NOT_STARTED),
            ("😟", Status.OFF_TRACK),
            ("RED", Status.OFF_TRACK),
            ("Amber", Status.AT_RISK),
            ("novo", Status.NOT_STARTED),
            ("iniciado", Status.ON_TRACK),
        ],
    )
    def test_a_status_in_words_colours_and_emoji(self, text: str, status: Status | None) -> None:
        found = read([["Key Result", "Status", "Current", "Target"], ["A", text, 1, 2]])
        assert (only(found).given_status, codes(found)) == (status, [])

    @pytest.mark.parametrize(
        "text",
        [
            "Done?",
            "On track ?",
            "完了？",
            "✔ mostly",
            "✅ nearly",
            "On Track 🔴",
            "🟡 Done",
            "🟢🔴",
        ],
    )
    def test_a_status_that_is_half_understood_is_asked_about(self, text: str) -> None:
        found = read([["Key Result", "Status", "Current", "Target"], ["A", text, 1, 2]])
        assert (only(found).given_status, codes(found)) == (None, ["unknown-status"])

    @pytest.mark.parametrize("text", ["Done?", "Yes?", "✔ mostly", "✅ nearly"])
    def test_what_is_half_done_is_not_done(self, text: str) -> None:
        found = read([["Key Result", "Current", "Target"], ["A", text, "Done"]])
        assert only(found).current is None
        assert codes(found) != []

    @pytest.mark.parametrize(
        ("header", "beside", "status"),
        [
            ("RAG", "G", Status.AT_RISK),
            ("RAG status", "B", Status.AT_RISK),
            ("Status", "R", Status.AT_RISK),
            ("Status", "Y", None),
            ("Status", "G", None),
        ],
    )
    def test_an_a_is_amber_only_beside_red_or_where_the_header_says_so(
        self, header: str, beside: str, status: Status | None
    ) -> None:
        read_back = read(
            [
                ["Key Result", header, "Current", "Target"],
                ["Grow", "A", 1, 2],
                ["Shrink", beside, 1, 2],
            ]
        )
        assert read_back.objectives[0].key_results[0].given_status is status
        asked = [w for w in read_back.warnings if w.code == "unknown-status" and "'A'" in w.message]
        assert bool(asked) is (status is None)

    def test_a_word_nobody_knows_is_named_once_with_what_to_write(self) -> None:
        rows: list[list[CellValue]] = [
            ["Key Result", "Status", "Current", "Target"],
            ["A", "Zippy", 1, 2],
            ["B", "Zippy", 1, 2],
        ]
        found = read(rows)
        assert codes(found) == ["unknown-status"]
        assert '"Zippy" = "on-track"' in found.warnings[0].message
        known = read(rows, Mapping_(values=Values(status={"zippy": Status.ON_TRACK})))
        assert (only(known).given_status, codes(known)) == (Status.ON_TRACK, [])

    @pytest.mark.parametrize(
        ("header", "values", "shares"),
        [
            ("Confidence", ["High", "Medium", "Low"], ["0.9", "0.5", "0.2"]),
            ("Confidence", ["高", "中", "低"], ["0.9", "0.5", "0.2"]),
            ("Confidence", ["😀", "🤔", "😟"], ["0.9", "0.5", "0.2"]),
            ("Confidence", ["🟢", "🟡", "🔴"], ["0.9", "0.5", "0.2"]),
            ("Confidence", ["высокая", "средняя", "низкая"], ["0.9", "0.5", "0.2"]),
            ("Confidence", [7, 4, 10], ["0.7", "0.4", "1"]),
            ("Confidence (1-5)", [4, 2, 5], ["0.8", "0.4", "1"]),
            ("Confidence (1-10)", [4, 2, 5], ["0.4", "0.2", "0.5"]),
            ("Confidence", ["70%", "40 %", "1%"], ["0.7", "0.4", "0.01"]),
            ("Confidence", ["7/10", "4/10", "10/10"], ["0.7", "0.4", "1"]),
            ("Confidence", [0.7, 0.4, 1], ["0.7", "0.4", "1"]),
            ("Confidence", [70, 40, 100], ["0.7", "0.4", "1"]),
        ],
    )
    def test_a_confidence_in_words_colours_emoji_and_marks(
        self, header: str, values: list[CellValue], shares: list[str]
    ) -> None:
        found = column(header, *values)
        assert (confidences(found), codes(found)) == ([D(share) for share in shares], [])

    def test_marks_up_to_five_are_asked_about(self) -> None:
        found = column("Confidence", 3, 4, 5)
        assert confidences(found) == [None, None, None]
        assert asked(found) == ["values.confidence_scale"]
        assert confidences(column("Confidence", 3, 4, 5, confidence_scale=5)) == [
            D("0.6"),
            D("0.8"),
            1,
        ]

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("Yes", 1),
            ("✓", 1),
            ("☑", 1),
            ("Done", 1),
            ("ja", 1),
            ("sí", 1),
            ("sim", 1),
            ("oui", 1),
            ("是", 1),
            ("はい", 1),
            ("예", 1),
            ("да", 1),
            ("No", 0),
            ("☐", 0),
            ("✗", 0),
            ("nein", 0),
            ("não", 0),
            ("nee", 0),
            ("否", 0),
            ("いいえ", 0),
            ("아니요", 0),
            ("нет", 0),
            (True, 1),
            (False, 0),
        ],
    )
    def test_yes_and_no_in_words_and_check_marks(self, text: CellValue, value: int) -> None:
        found = kr("Security audit passed", current=text)
        assert (only(found).kind, only(found).current, codes(found)) == (Kind.BOOLEAN, value, [])


class TestCycles:
    def rows(self, header: Sequence[str], *cells: CellValue) -> list[list[CellValue]]:
        return [["Key Result", "Current", "Target", *header], ["A", 1, 2, *cells]]

    def test_a_quarter_without_a_year_lies_in_the_year_of_the_configured_cycle(self) -> None:
        cycle = only(read(self.rows(["Quarter"], "Q1"))).cycle
        assert cycle is not None
        assert cycle.name == "2026-Q1"

    def test_a_quarter_without_a_year_lies_in_the_year_of_its_tab(self) -> None:
        cycle = only(read(self.rows(["Quarter"], "Q1"), name="2024")).cycle
        assert cycle is not None
        assert cycle.name == "2024-Q1"

    @pytest.mark.parametrize(("year", "quarter"), [(2025, 3), ("2025", "Q3"), ("2025", "III")])
    def test_year_and_quarter_in_two_columns_are_one_period(
        self, year: CellValue, quarter: CellValue
    ) -> None:
        cycle = only(read(self.rows(["Quarter", "Year"], quarter, year))).cycle
        assert cycle is not None
        assert cycle.name == "2025-Q3"


def test_answers_make_the_questions_go_away() -> None:
    rows: list[list[CellValue]] = [
        ["Key Result", "Current", "Target", "Progress", "Confidence", "Due date"],
        ["A", "1,234", 5, 1, 4, "01/02/2026"],
    ]
    found = read(rows)
    assert sorted(asked(found)) == [
        "values.confidence_scale",
        "values.date_order",
        "values.decimal",
        "values.percent_scale",
    ]
    said: dict[str, Any] = {
        question.key.removeprefix("values."): question.answers[0].value
        for question in found.questions
    }
    answered = read(rows, replace_values(said))
    assert (answered.questions, answered.warnings) == ((), ())
    assert replace(only(answered), inferred=frozenset()).current == D("1.234")


def replace_values(said: dict[str, Any]) -> Mapping_:
    return Mapping_(values=Values.model_validate(said))
