"""Small inputs from the field are read as a fair reader reads them, or asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from conftest import SHARED
from field import BEHAVIOUR, FieldCase, load_cases, try_case, try_init
from team import Team

CASES = SHARED / "field" / "cases.toml"

NOT_YET: dict[str, str] = {}
"""Cases that are not read right yet, each with what is missing."""


def cases() -> list[ParameterSet]:
    """Each case with each thing to try with it; a trial, but for one of them in turn."""
    if not CASES.is_file():
        reason = "the folder of cases from the field is not beside this checkout"
        return [pytest.param({}, "", id="none", marks=pytest.mark.skip(reason=reason))]
    found = []
    for turn, case in enumerate(load_cases(CASES)):
        for place, behaviour in enumerate(BEHAVIOUR):
            marks: list[pytest.MarkDecorator] = []
            if turn % len(BEHAVIOUR) != place:
                marks.append(pytest.mark.trial)
            if case["name"] in NOT_YET:
                marks.append(pytest.mark.xfail(reason=NOT_YET[case["name"]], strict=True))
            name = f"{case['name']}-{behaviour}"
            found.append(pytest.param(case, behaviour, id=name, marks=marks))
    return found


@pytest.mark.parametrize(("case", "behaviour"), cases())
def test_a_case_from_the_field_is_read_right(case: FieldCase, behaviour: str, team: Team) -> None:
    (team.folder / "growth.xlsx").unlink()
    folder = Path(CASES).parent
    is_for_it = behaviour in case.get("behaviour", BEHAVIOUR)
    tried = {**case, "behaviour": [behaviour] if is_for_it else []}
    wrong = [*try_case(team, tried, folder), *try_init(team, tried, folder)]
    assert not wrong, f"{case['situation']}\n" + "\n".join(wrong)
