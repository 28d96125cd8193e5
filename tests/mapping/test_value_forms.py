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

_WORDS = {"nought": 0, "unity": 1, "twain": 2, "thrice": 3}


def _octets(lead: Lead, rest: str) -> Number | None:
    return Number(lead.value * 8) if rest.strip() in ("octet", "octets") else None


def _spelled(text: str, decimal: DecimalSign | None) -> Number | None:
    value = _WORDS.get(text.strip().casefold())
    return None if value is None else Number(Decimal(value))


@pytest.fixture
def counted_in_octets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A form nobody else knows of, as a module and a line would add it."""
    added = Form(behind=_octets, whole=_spelled)
    monkeypatch.setattr(numbers, "FORMS", [added, *FORMS])
    numbers._read_text.cache_clear()
    yield
    numbers._read_text.cache_clear()


@pytest.mark.usefixtures("counted_in_octets")
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
            ["Grow", "Pilot customers", "nought", "2 octet", "4 octets"],
            ["Grow", "Partners", "unity", "twain", "thrice"],
        ],
    )
    team.config('[sources.growth]\nconnector = "workbook"\npath = "growth.csv"\n')
    shown = team.json("show", "--as-of", AS_OF)
    results = shown["objectives"][0]["key_results"]
    assert [(one["baseline"], one["current"], one["target"]) for one in results] == [
        (0, 16, 32),
        (1, 2, 3),
    ]
    assert shown["warnings"] == []


def test_what_no_form_reads_stays_a_text() -> None:
    number = numbers.read_number("2 octet")
    assert number is not None
    assert (number.value, number.unit) == (Decimal(2), "octet")
    assert numbers.read_number("thrice") is None


def test_each_module_of_the_folder_is_in_the_registry() -> None:
    modules = {path.stem for path in Path(forms.__file__).parent.glob("*.py")}
    assert modules - {"__init__", "form"} == set(forms._MODULES)
