"""Items that people set aside are read as such, in their own words."""

from __future__ import annotations

import pytest

from okrsync.mapping.file import Mapping_, Values
from okrsync.model.okrs import Status
from reading import item, objective, read

HEADER = ("Objective", "Key Result", "Baseline", "Target", "Current", "Status")


@pytest.mark.parametrize(
    "word",
    [
        *("Cancelled", "canceled", "On hold", "ON HOLD", "Postponed", "Deferred", "Dropped"),
        *("Paused", "Parked", "verschoben", "auf Eis", "zurückgestellt", "pausiert", "gestrichen"),
        *("annulé", "reportée", "en pause", "suspendu", "cancelado", "pospuesto", "en pausa"),
        *("aplazada", "adiado", "suspenso", "em espera", "annullato", "rinviato", "in sospeso"),
        *("geannuleerd", "uitgesteld", "in de wacht", "отменено", "отложено", "приостановлен"),
        *(
            "已取消",
            "暂停",
            "搁置",
            "保留",
            "延期済み",
            "취소됨",
            "보류",
            "연기",
            "❌",
            "⏸️ On hold",
        ),
        *("On hold until March", "Dropped (moved to Q1)", "Cancelled - no budget"),
        "Postponed to 2027",
    ],
)
def test_a_word_that_sets_aside_is_kept_and_is_no_status(word: str) -> None:
    okrs = read(HEADER, ("Grow", "Sign-ups", 0, 100, 50, word))
    kr = item(okrs, "Sign-ups")
    assert (kr.set_aside, kr.typed_status, kr.given_status) == (word, word, None)
    assert not okrs.warnings


@pytest.mark.parametrize("word", ["On track", "blocked", "Done", "delayed", "behind", "TBD", ""])
def test_other_words_set_nothing_aside(word: str) -> None:
    assert item(read(HEADER, ("Grow", "Sign-ups", 0, 100, 50, word)), "Sign-ups").set_aside is None


@pytest.mark.parametrize(
    ("title", "is_aside"),
    [
        ("[Cancelled] Open an office", True),
        ("Open an office (on hold)", True),
        ("CANCELLED: Open an office", True),
        ("Verschoben – Büro eröffnen", True),
        ("~~Open an office~~", True),
        ("Open an office - moved to Q1", True),
        ("Open an office (moved to Q1 2027)", True),
        ("Open an office – on hold until March", True),
        ("Orders - cancelled", False),
        ("Leads - moved to sales within 2 days", False),
        ("Cut cancelled orders", False),
        ("Archive: move 10 TB", False),
        ("Orders shipped (%)", False),
    ],
)
def test_a_mark_at_the_title_sets_aside(title: str, is_aside: bool) -> None:
    kr = item(read(HEADER, ("Grow", title, 0, 100, 50, "On track")), title)
    assert (kr.set_aside is not None) is is_aside


def test_the_word_may_stand_in_the_cell_of_the_value() -> None:
    okrs = read(HEADER, ("Grow", "Sign-ups", 0, 100, 50, ""), ("Grow", "B", 0, 9, "on hold", ""))
    assert item(okrs, "B").set_aside == "on hold"
    assert not okrs.warnings


def test_a_word_of_the_mapping_counts_as_it_says() -> None:
    mapping = Mapping_(values=Values(status={"on hold": Status.OFF_TRACK}))
    kr = item(read(HEADER, ("Grow", "A", 0, 100, 50, "On hold"), mapping=mapping), "A")
    assert (kr.set_aside, kr.given_status) == (None, Status.OFF_TRACK)


def test_an_objective_is_set_aside_by_its_own_row() -> None:
    okrs = read(
        HEADER,
        ("Grow", None, None, None, None, "Cancelled"),
        (None, "Sign-ups", 0, 100, 50, "On track"),
    )
    assert objective(okrs, "Grow").set_aside == "Cancelled"
    assert item(okrs, "Sign-ups").set_aside is None


def test_the_typed_status_is_kept_as_typed() -> None:
    kr = item(read(HEADER, ("Grow", "A", 0, 100, 50, "im Plan")), "A")
    assert (kr.typed_status, kr.given_status) == ("im Plan", Status.ON_TRACK)
