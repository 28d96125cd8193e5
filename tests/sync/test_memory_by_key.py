"""There is one memory of how things stood, by the item's key, and it holds what a run saw last."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from okrsync.connector.summary import Movement
from okrsync.model.errors import SourceChanged
from okrsync.state.history import Stand, moves_since
from okrsync.state.store import Store
from several import Company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    made = Company.of(tmp_path, "a", "b", summaries={"a": "OKRs", "b": "OKRs"})
    rows = made.teams["a"].tabs["Q4"]
    rows.extend([["", f"More {number}", 0, 10 * number, 100] for number in range(1, 4)])
    return made


def moved(company: Company, name: str = "a") -> dict[str, tuple[float | None, float | None]]:
    """What the summary says moved: before and after by title."""
    movements: tuple[Movement, ...] = company.teams[name].summaries["OKRs"].movements
    return {one.title: (one.before, one.after) for one in movements}


def test_a_row_inserted_above_has_moved_nothing(company: Company) -> None:
    company.sync()
    company.teams["a"].tabs["Q4"].insert(1, ["Newest", "First", 0, 90, 100])
    company.sync()
    assert moved(company) == {}
    company.teams["a"].tabs["Q4"][-1][3] = 70
    company.sync()
    assert moved(company)["More 3"] == (0.3, 0.7)
    assert set(moved(company)) == {"Grow a", "More 3"}


def test_rows_that_were_sorted_have_moved_nothing(company: Company) -> None:
    rows = company.teams["a"].tabs["Q4"]
    for row in rows[2:]:
        row[0] = rows[1][0]
    company.sync()
    rows[1:] = rows[:0:-1]
    company.sync()
    assert moved(company) == {}


def test_the_last_news_stays_until_there_is_another(company: Company) -> None:
    company.sync()
    company.teams["b"].tabs["Q4"][1][3] = 60
    company.sync()
    news = {"Grow b": (0.2, 0.6), "KR of b": (0.2, 0.6)}
    assert moved(company, "b") == news
    before = company.teams["b"].summaries["OKRs"]
    plan = company.sync()
    assert [source.changes for source in plan.sources] == [(), ()]
    assert company.teams["b"].summaries["OKRs"] is before
    company.teams["b"].tabs["Q4"][1][3] = Decimal("60.1")
    company.sync()
    assert moved(company, "b") == news


def test_a_value_that_changes_while_it_is_written_is_told_as_it_was_written(
    company: Company,
) -> None:
    first = company.sync()
    rows = company.teams["a"].tabs["Q4"]
    rows[2][3] = 40
    tries: list[str] = []

    def somebody_is_faster(name: str) -> None:
        if name == "a":
            tries.append(name)
            if len(tries) == 1:
                rows[2][3] = 80
                raise SourceChanged("a: changed since it was read")

    company.on_write = somebody_is_faster
    plan = company.sync()
    assert plan.exit_code == 0
    assert tries == ["a", "a"]
    assert rows[2][rows[0].index("Progress")] == Decimal("0.8")
    assert moved(company)["More 1"] == (0.1, 0.8)
    company.on_write = lambda _name: None
    with Store.open(company.base / "okrsync.db", readonly=True) as state:
        assert first.run is not None
        since = moves_since(state, first.run, company.picture())
        stands = {move.item.title: move.after for move in since.moved}
        assert isinstance(stands["More 1"], Stand)
        assert stands["More 1"].progress == 0.8
        # Nothing moved since that run: what it remembered is what stands there.
        assert plan.run is not None
        assert moves_since(state, plan.run, company.picture()).moved == ()
    again = company.sync()
    assert [source.changes for source in again.sources] == [(), ()]
