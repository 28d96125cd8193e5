"""Small inputs from the field are read as a fair reader reads them, or asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import SHARED
from field import FieldCase, load_cases, try_case, try_init
from team import Team

CASES = SHARED / "field" / "cases.toml"

NOT_YET: dict[str, str] = {}
"""Cases that are not read right yet, each with what is missing."""


def cases() -> list[object]:
    if not CASES.is_file():
        reason = "the folder of cases from the field is not beside this checkout"
        return [pytest.param({}, id="none", marks=pytest.mark.skip(reason=reason))]
    return [
        pytest.param(
            case,
            id=case["name"],
            marks=[pytest.mark.xfail(reason=NOT_YET[case["name"]], strict=True)]
            if case["name"] in NOT_YET
            else [],
        )
        for case in load_cases(CASES)
    ]


@pytest.mark.parametrize("case", cases())
def test_a_case_from_the_field_is_read_right(case: FieldCase, team: Team) -> None:
    (team.folder / "growth.xlsx").unlink()
    folder = Path(CASES).parent
    wrong = [*try_case(team, case, folder), *try_init(team, case, folder)]
    assert not wrong, f"{case['situation']}\n" + "\n".join(wrong)
