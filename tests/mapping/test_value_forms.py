"""A form of value is one module and one line in the registry; everything else follows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from okrsync.mapping.values import forms, numbers
from okrsync.mapping.values.forms import FORMS, Form, Lead
from okrsync.mapping.values.number import DecimalSign, Number
from team import AS_OF, Team, write_csv

_WORDS = {"none": 0, "one": 1, "two": 2, "three": 3}


def _dozens(lead: Lead, rest: str) -> Number | None:
    return Number(lead.value * 12) if rest.strip() in ("dozen", "dozens") else None


def _spelled(text: str, decimal: DecimalSign | None) -> Number | None:
    value = _WORDS.get(text.strip().casefold())
    return None if value is None else Number(Decimal(value))


@pytest.fixture
def counted_in_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A form nobody else knows of, as a module and a line would add it."""
    added = Form(behind=_dozens, whole=_spelled)
    monkeypatch.setattr(numbers, "FORMS", [added, *FORMS])
    numbers._read_text.cache_clear()
    yield
    numbers._read_text.cache_clear()


@pytest.mark.usefixtures("counted_in_words")
def test_a_new_form_is_read_wherever_numbers_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OKRSYNC_CONFIG", raising=False)
    team = Team(tmp_path, capsys)
    write_csv(
        tmp_path / "growth.csv",
        [
            ["Objective", "Key Result", "Start", "Current", "Target"],
            ["Grow", "Pilot customers", "none", "2 dozen", "4 dozens"],
            ["Grow", "Partners", "one", "two", "three"],
        ],
    )
    team.config('[sources.growth]\nconnector = "workbook"\npath = "growth.csv"\n')
    shown = team.json("show", "--as-of", AS_OF)
    results = shown["objectives"][0]["key_results"]
    assert [(one["baseline"], one["current"], one["target"]) for one in results] == [
        (0, 24, 48),
        (1, 2, 3),
    ]
    assert shown["warnings"] == []


def test_what_no_form_reads_stays_a_text() -> None:
    number = numbers.read_number("2 dozen")
    assert number is not None
    assert (number.value, number.unit) == (Decimal(2), "dozen")
    assert numbers.read_number("three") is None


def test_each_module_of_the_folder_is_in_the_registry() -> None:
    modules = {path.stem for path in Path(forms.__file__).parent.glob("*.py")}
    assert modules - {"__init__", "form"} == set(forms._MODULES)
