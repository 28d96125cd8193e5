"""Which way is good: words, signs and operators of all languages are understood, and what is not
understood is named and never taken for "more is better".
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okrsync.mapping.file import Mapping_, Values
from okrsync.mapping.values import directions
from okrsync.mapping.words import table
from okrsync.measures.progress import progress
from okrsync.measures.rules import Rules
from okrsync.model.okrs import Direction, KeyResult
from okrsync.model.table import CellValue
from reading import codes, item, read
from team import AS_OF, Team, write_csv


def one(
    title: str,
    *numbers: CellValue,
    direction: CellValue = None,
    header: str = "Direction",
    **mapping: Any,
) -> tuple[KeyResult, set[str], tuple[str, ...]]:
    """A key result from its baseline, target and current value, with codes and questions."""
    okrs = read(
        ("Objective", "Key Result", "Baseline", "Target", "Current", header),
        ("Serve", title, *numbers, direction),
        mapping=Mapping_(values=Values(**mapping)),
    )
    return item(okrs, title), codes(okrs), tuple(question.key for question in okrs.questions)


def measured(kr: KeyResult) -> Decimal | None:
    return progress(kr, Rules()).raw


UP, DOWN = Direction.INCREASE, Direction.DECREASE
ABOVE, BELOW = Direction.STAY_ABOVE, Direction.STAY_BELOW


@pytest.mark.parametrize(
    ("word", "direction"),
    [
        *(
            (word, UP)
            for word in ("increase", "Higher is better", "▲", "↑", "⬆️", "steigend", "mehr")
        ),
        *(
            (word, UP)
            for word in ("maximiser", "mayor", "maior", "maggiore", "hoger", "больше лучше")
        ),
        *(
            (word, UP)
            for word in ("越高越好", "高いほど良い", "높을수록 좋음", "more", "Increase (to)")
        ),
        *(
            (word, DOWN)
            for word in ("decrease", "lower", "LOWER_IS_BETTER", "▼", "↓", "📉", "less")
        ),
        *((word, DOWN) for word in ("niedriger", "weniger ist besser", "moins", "menor", "minore")),
        *(
            (word, DOWN)
            for word in ("minder", "меньше лучше", "越低越好", "小さいほど良い", "낮을수록 좋음")
        ),
        *(
            (word, BELOW)
            for word in ("<=", "≤", "<", "lte", "LE", "lt", "max", "at most", "<= 7", "≤7")
        ),
        *(
            (word, BELOW)
            for word in ("menor_igual", "menor ou igual", "kleiner gleich", "höchstens")
        ),
        *(
            (word, BELOW)
            for word in ("inférieur à", "no máximo", "al massimo", "не более", "小于等于")
        ),
        *(
            (word, ABOVE)
            for word in (">=", "≥", "gte", "min", "at least", "maior_igual", "mindestens")
        ),
        *(
            (word, ABOVE)
            for word in ("au moins", "mayor o igual", "almeno", "не менее", "大于等于")
        ),
    ],
)
def test_a_word_a_sign_or_an_operator_is_understood(word: str, direction: Direction) -> None:
    kr, told, asked = one("Time", None, 7, 12, direction=word)
    assert (kr.direction, kr.inferred, told, asked) == (direction, frozenset(), set(), ())


@pytest.mark.parametrize(
    ("header", "answer", "direction"),
    [
        ("Higher is better", "No", DOWN),
        ("Higher is better", True, UP),
        ("Higher is better?", False, DOWN),
        ("Lower is better", "yes", DOWN),
        ("Höher ist besser", "nein", DOWN),
        ("Menor é melhor", "sim", DOWN),
        ("Plus c'est haut mieux c'est", "non", DOWN),
        ("越高越好", "否", DOWN),
        ("Чем меньше, тем лучше", "да", DOWN),
    ],
)
def test_yes_or_no_under_a_header_that_says_a_way(
    header: str, answer: CellValue, direction: Direction
) -> None:
    kr, told, _ = one("Time", None, 7, 12, direction=answer, header=header)
    assert (kr.direction, told) == (direction, set())


def test_a_minus_beside_a_plus_means_less() -> None:
    okrs = read(
        ("Objective", "Key Result", "Target", "Current", "Direction"),
        ("Serve", "Answers", 9, 4, "+"),
        ("Serve", "Time", 7, 12, "-"),
    )
    assert [item(okrs, title).direction for title in ("Answers", "Time")] == [UP, DOWN]


@pytest.mark.parametrize("word", ["flurbig", "kl.", "neg", "zzz"])
def test_an_unknown_word_is_named_and_its_row_is_not_measured(word: str) -> None:
    kr, told, asked = one("Time", 1, 7, 12, direction=word)
    assert told == {"unknown-direction"}
    assert (kr.direction, kr.unclear, measured(kr)) == (None, frozenset({"direction"}), None)
    assert asked == (f"values.directions.{word}",)


def test_the_mapping_says_what_a_word_means() -> None:
    kr, told, asked = one("Time", 14, 7, 12, direction="kl.", directions={"kl.": "decrease"})
    assert (kr.direction, told, asked, measured(kr)) == (DOWN, set(), (), Decimal(2) / 7)


@pytest.mark.parametrize("text", ["", None, "n/a", "tbd"])
def test_nothing_said_is_nothing_unknown(text: str | None) -> None:
    kr, told, _ = one("Time", 14, 7, 12, direction=text)
    assert (kr.direction, told) == (DOWN, set())


def test_a_column_that_tells_something_else_is_no_direction() -> None:
    kr, told, _ = one("Sign-ups", 0, 100, 50, direction="contract is signed", header="Condition")
    assert (kr.direction, told, measured(kr)) == (UP, set(), Decimal("0.5"))


@pytest.mark.parametrize(
    "title",
    [
        "Answer time below 7 days",
        "Keep answers under 7 days",
        "At most 7 days to answer",
        "No more than 7 open tickets",
        "Antwort in unter 7 Tagen",
        "Höchstens 7 Tage",
        "Moins de 7 jours pour répondre",
        "Menos de 7 días",
        "Abaixo de 7 dias",
        "Risposta entro 7 giorni",
        "Minder dan 7 dagen",
        "Не более 7 дней",
        "回答时间低于7天",
        "7日以内に回答",
        "7일 이내 답변",
        "Answers < 7 days",
        "Reduce the time to answer",
        "Antwortzeit senken",
        "Réduire le délai",
        "Reducir el tiempo",
        "Ridurre i tempi",
        "Сократить время",
    ],
)
def test_a_title_that_says_less_over_numbers_that_rise_is_named_and_not_measured(
    title: str,
) -> None:
    kr, told, asked = one(title, 0, 7, 12)
    assert told == {"title-against-numbers"}
    assert (measured(kr), asked) == (None, (f"values.directions.{title}",))
    kr, told, asked = one(title, 0, 7, 12, directions={title: "stay-below"})
    assert (kr.direction, told, asked, measured(kr)) == (BELOW, set(), (), Decimal(0))


@pytest.mark.parametrize(
    ("title", "baseline", "target"),
    [
        ("Answer time below 7 days", 14, 7),
        ("Reduce costs by 10 %", 0, 10),
        ("Kosten um 10 % senken", 0, 10),
        ("At least 7 new shops", 0, 7),
        ("Не менее 7 новых магазинов", 0, 7),
        ("Assets under management", 10, 20),
        ("Launch campaigns that reduce churn", 0, 3),
        ("Sign-ups", 0, 100),
    ],
)
def test_other_titles_are_measured_as_before(title: str, baseline: int, target: int) -> None:
    kr, told, asked = one(title, baseline, target, (baseline + target) / 2)
    assert (told, asked, measured(kr)) == (set(), (), Decimal("0.5"))


@pytest.mark.parametrize(
    ("title", "numbers", "direction", "share"),
    [
        ("Crash-free sessions stay above 99.5 %", ("99.7 %", "99.5 %", "99.6 %"), ABOVE, 1),
        ("Crash-free sessions stay above 99.5 %", ("99.7 %", "99.5 %", "99.4 %"), ABOVE, 0),
        ("Keep churn below 3 %", ("2.5 %", "3 %", "2.9 %"), BELOW, 1),
        ("Keep churn below 3 %", ("2.5 %", "3 %", "3.5 %"), BELOW, 0),
        ("Keep the response time below the limit", (3.2, 4, 5), BELOW, 0),
        ("Remain above plan in renewals", (95, 90, 92), ABOVE, 1),
        ("Antwortzeit nicht über 4 Stunden", (3, 4, 5), BELOW, 0),
        # The baseline does not keep the limit: there is a way to go.
        ("Keep churn below 3 %", ("5 %", "3 %", "4 %"), DOWN, Decimal("0.5")),
        ("Keep uptime above 99 %", ("97 %", "99 %", "98 %"), UP, Decimal("0.5")),
        # The numbers are those of the other half of the title.
        ("Increase sales, keep churn below 3 %", (10, 20, 15), UP, Decimal("0.5")),
        ("Increase sales, keep churn below plan", (10, 20, 15), UP, Decimal("0.5")),
        ("Reduce tickets, stay above plan in NPS", (20, 10, 15), DOWN, Decimal("0.5")),
    ],
)
def test_a_limit_that_the_baseline_keeps_already_is_kept_and_not_reached(
    title: str, numbers: tuple[CellValue, ...], direction: Direction, share: Decimal
) -> None:
    kr, _, questions = one(title, *numbers)
    assert (kr.direction, measured(kr), questions) == (direction, share, ())


@pytest.mark.parametrize(
    ("title", "numbers", "likely"),
    [
        ("Churn below 3 %", ("2.5 %", "3 %", "3.5 %"), "stay-below"),
        ("Uptime over 99 %", ("99.5 %", "99 %", "99.2 %"), "stay-above"),
        ("Reduce churn", ("2.5 %", "3 %", "3.5 %"), "decrease"),
    ],
)
def test_the_warning_names_a_direction_that_may_be_meant(
    title: str, numbers: tuple[CellValue, ...], likely: str
) -> None:
    okrs = read(
        ("Objective", "Key Result", "Baseline", "Target", "Current"), ("Serve", title, *numbers)
    )
    (warning,) = (each for each in okrs.warnings if each.code == "title-against-numbers")
    assert warning.message.endswith(f'for example "{title}" = "{likely}"')
    assert measured(item(okrs, title)) is None


def test_a_limit_of_another_number_is_named_and_the_row_is_measured() -> None:
    kr, told, asked = one("Under 18 accounts", 100, 200, 150)
    assert (told, asked, measured(kr)) == ({"title-against-numbers"}, (), Decimal("0.5"))


def test_a_title_that_says_at_least_over_numbers_that_fall_is_named() -> None:
    kr, told, _ = one("At least 7 new shops", 14, 7, 3)
    assert (told, measured(kr)) == ({"title-against-numbers"}, None)


def test_a_limit_in_the_title_counts_where_no_baseline_says_otherwise() -> None:
    kr, told, _ = one("Answer time below 7 days", None, 7, 12)
    assert (kr.direction, kr.inferred, told, measured(kr)) == (
        BELOW,
        frozenset({"direction"}),
        set(),
        Decimal(0),
    )


@pytest.mark.parametrize(
    ("title", "direction"),
    [
        ("Crash rate (lower is better)", DOWN),
        ("Crash rate [the lower the better]", DOWN),
        ("Complaints - less is better", DOWN),
        ("Kosten (weniger ist besser)", DOWN),
        ("Coût, moins c'est mieux", DOWN),
        ("Incidents (↓)", DOWN),
        ("离职率（越低越好）", DOWN),
        ("NPS (higher is better)", UP),
        ("Churn % (max)", BELOW),
        ("Cost per lead [at most]", BELOW),
        ("Speed (up)", None),
        ("Ratio (min)", None),
    ],
)
def test_a_remark_in_a_title_says_which_way_is_good(
    title: str, direction: Direction | None
) -> None:
    assert one(title, None, 20, 15)[0].direction == direction


@pytest.mark.parametrize(
    ("title", "baseline", "target"),
    [("Churn (lower is better)", 2, 10), ("NPS (higher is better)", 50, 30)],
)
def test_a_remark_that_contradicts_the_numbers_is_named_and_not_measured(
    title: str, baseline: int, target: int
) -> None:
    kr, told, asked = one(title, baseline, target, 5)
    assert (told, measured(kr)) == ({"title-against-numbers"}, None)
    assert asked == (f"values.directions.{title}",)


@pytest.mark.parametrize(
    ("title", "target", "current", "direction"),
    [
        ("Cut costs by 10 %", 10, 6, UP),
        ("Reduce travel by 300", 300, 120, UP),
        ("Cut tickets by at least 10 %", 10, 6, UP),
        ("Kosten um 10 % senken", 10, 6, UP),
        ("Réduire le churn de 10 %", 10, 6, UP),
        ("Reducir costes en un 10 %", 10, 6, UP),
        ("Reducir el tiempo de 10 a 5", 5, 6, DOWN),
        ("Reduce open bugs", 10, 6, DOWN),
        ("Cut costs by 10 %", 90, 96, DOWN),
        ("Reduce churn to 10 %", "10 %", "6 %", DOWN),
        ("KR2: Cut open bugs", 10, 6, DOWN),
        ("Significantly lower the noise", 10, 6, DOWN),
        ("Merge teams and cut meetings", 10, 6, DOWN),
        ("First cut at 8:00 in 90 % of rooms", "90 %", "78 %", None),
        ("Price cut campaigns", 10, 6, None),
        ("Drop-in sessions", 10, 6, None),
    ],
)
def test_the_size_of_a_cut_grows_to_its_target(
    title: str, target: CellValue, current: CellValue, direction: Direction | None
) -> None:
    kr, told, asked = one(title, None, target, current)
    assert (kr.direction, told, asked) == (direction, set(), ())


@pytest.mark.parametrize(
    ("title", "target"),
    [("Cut costs by 10 %", "15 %"), ("Reduce costs 10 %", "10 %"), ("Lower costs 10%", "10%")],
)
def test_a_share_that_may_be_the_cut_or_what_remains_is_asked_about(
    title: str, target: str
) -> None:
    kr, told, asked = one(title, None, target, "6 %")
    assert (measured(kr), told) == (None, {"title-against-numbers"})
    assert asked == (f"values.directions.{title}",)


@pytest.mark.parametrize(
    ("title", "current", "progress_", "is_told"),
    [
        ("Sign-ups", 110, Decimal("1.1"), False),
        ("Sign-ups", 150, Decimal("1.5"), True),
        ("Sign-ups", 400, None, True),
        ("Time to answer (days)", 110, None, True),
        ("Time to answer (days)", 90, Decimal("0.9"), False),
        # Most teams want less of these, unless a word says what was done to them.
        ("Monthly churn", 110, None, True),
        ("Number of open bugs per week", 101, None, True),
        ("解約率", 110, None, True),
        ("Antwortzeit", 110, None, True),
        ("Monthly churn", 90, Decimal("0.9"), False),
        ("Bugs fixed", 110, Decimal("1.1"), False),
        ("Resolved incidents", 110, Decimal("1.1"), False),
        ("Interviews about churn reasons", 110, Decimal("1.1"), False),
    ],
)
def test_far_beyond_a_target_without_baseline_or_direction_is_no_triumph(
    title: str, current: int, progress_: Decimal | None, is_told: bool
) -> None:
    kr, told, asked = one(title, None, 100, current)
    assert (measured(kr), told, asked) == (
        progress_,
        {"far-beyond-target"} if is_told else set(),
        (),
    )
    kr, told, _ = one(title, 0, 100, current)
    assert (measured(kr), told) == (Decimal(current) / 100, set())
    kr, told, _ = one(title, None, 100, current, direction="higher")
    assert (measured(kr), told) == (Decimal(current) / 100, set())


@pytest.mark.parametrize("status", ["Red", "Amber", "🔴", "At risk"])
def test_a_value_beyond_its_target_that_is_called_bad_is_no_triumph(status: str) -> None:
    def beside(
        title: str, baseline: int | None, current: int, status: str
    ) -> tuple[Decimal | None, set[str]]:
        okrs = read(
            ("Objective", "Key Result", "Baseline", "Target", "Current", "Status"),
            ("Serve", title, baseline, 20, current, status),
        )
        return measured(item(okrs, title)), codes(okrs)

    assert beside("Bugs", None, 22, status) == (None, {"status-against-numbers"})
    # Where something says that more is better, or nothing is bad, the numbers count.
    assert beside("Bugs", 0, 22, status) == (Decimal("1.1"), set())
    assert beside("Increase visits", None, 22, status) == (Decimal("1.1"), set())
    assert beside("Bugs", None, 18, status) == (Decimal("0.9"), set())
    assert beside("Visits", None, 22, "Green") == (Decimal("1.1"), set())


def test_check_lint_explain_and_init_name_a_doubtful_row(team: Team) -> None:
    header = ["Objective", "Key result", "Owner", "Baseline", "Target", "Current"]
    write_csv(team.folder / "q4.csv", [header, ["Serve", "Answers below 7 days", "Mia", 0, 7, 12]])
    team.config('cycle = "2026-Q4"\n[sources.growth]\nconnector = "workbook"\npath = "q4.csv"\n')
    for command in ("check", "lint", "show", "plan"):
        _, out = team.run(command, "--as-of", AS_OF)
        assert "below 7" in " ".join((out + team.err).split()), command
    _, out = team.run("explain", "growth/O1/KR1", "--as-of", AS_OF)
    assert "title-against-numbers" in out
    (team.folder / "okrsync.toml").unlink()
    _, out = team.run("init", "q4.csv", "--as-of", AS_OF)
    assert "values.directions.Answers below 7 days=decrease" in out
    _, out = team.run(
        *("init", "q4.csv", "--yes", "--cycle", "2026-Q4", "--as-of", AS_OF),
        *("--answer", "values.directions.Answers below 7 days=stay-below"),
    )
    (kr,) = team.json("show", "--as-of", AS_OF)["objectives"][0]["key_results"]
    assert (kr["progress"], kr["status"]) == (0, "off-track")


def test_the_cheap_look_at_a_title_misses_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = [word for word in table("bounds") if word.isascii()]
    words = [*bounds, *(word for word in table("title_words") if word.isascii())]
    titles = [
        form.format(word)
        for word in words
        for form in ("{} 5 days", "Keep churn {} 7 %", "5 {}", "Bring costs {}", "({})5", "a_{} 5")
    ]
    titles += [title.upper() for title in titles]

    def answers() -> list[object]:
        directions._limit_in.cache_clear()
        return [
            (
                directions._limit_in(title),
                directions._reducing_verb(title),
                directions._by_words(title),
            )
            for title in titles
        ]

    cheap = answers()
    monkeypatch.setattr(directions, "_may_match", lambda plain, heads: True)
    assert cheap == answers()
    assert sum(any(each) for each in cheap if isinstance(each, tuple)) > len(words)
