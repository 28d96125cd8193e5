"""What a place that keeps the weekly review must hold, as a part of the contract suite."""

from __future__ import annotations

import dataclasses
from datetime import date

from okrsync.connector import (
    Ability,
    Batch,
    Outcome,
    ReviewLine,
    ReviewPage,
    ReviewSection,
    State,
    SummaryWrite,
)
from okrsync.model.okrs import Status
from okrsync.testing.bench import Bench
from okrsync.testing.cases import ContractCases

__all__ = ["ReviewContract"]

_RERUNS = 10


def _page(lines: int, began: date = date(2026, 11, 9)) -> ReviewPage:
    """A review with so many lines; one of them reads like the heading of the room."""
    items = tuple(
        ReviewLine(
            "40 % → 52 %",
            f"team/O1/KR{number}",
            "Decisions" if number == 1 else f"Result {number}",
            "Mia",
            0.52,
            Status.ON_TRACK,
            f"Q4!B{number + 1}",
            "team",
        )
        for number in range(1, lines + 1)
    )
    moved = ReviewSection("What moved", items, "Nothing moved.", is_state=True)
    return ReviewPage("Weekly review", f"since {began}", began, (moved,))


class ReviewContract(ContractCases):
    """The review, and the room under its last heading."""

    def _put(
        self,
        bench: Bench,
        page: ReviewPage | None,
        before: ReviewPage | None = None,
        *,
        puts_back: bool = False,
    ) -> State:
        return self._outcome(bench, page, before, puts_back=puts_back).state

    def _outcome(
        self,
        bench: Bench,
        page: ReviewPage | None,
        before: ReviewPage | None = None,
        *,
        puts_back: bool = False,
    ) -> Outcome:
        connector = bench.connector()
        snapshot = connector.read()
        entry = SummaryWrite("r", bench.review_place, page, before, is_review=True)
        batch = Batch(snapshot, review=entry, puts_back=puts_back)
        return connector.write(batch).outcomes["r"]

    def _decisions(self, bench: Bench, shown: ReviewPage) -> tuple[str, ...]:
        connector = bench.connector()
        connector.read()
        assert connector.shows(bench.review_place, shown)
        return tuple(connector.decisions(bench.review_place))

    def test_a_review_is_made_left_alone_refreshed_and_removed(self, bench: Bench) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.REVIEW)
        before = bench.grid()
        first, second = _page(3), _page(8)
        assert not connector.shows(bench.review_place, first)
        assert tuple(connector.decisions(bench.review_place)) == ()
        assert self._put(bench, first) is State.WRITTEN
        assert self._put(bench, first, first) is State.UNCHANGED
        assert self._decisions(bench, first) == ()
        assert self._put(bench, second, first) is State.WRITTEN
        assert self._decisions(bench, second) == ()
        fresh = bench.connector()
        assert [table.name for table in fresh.read().tables] == [bench.tab]
        assert not fresh.shows(bench.review_place, first)
        assert self._put(bench, None, second) is State.WRITTEN
        assert bench.grid() == before

    def test_what_people_decide_stays_through_ten_reviews(self, bench: Bench) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.REVIEW)
        shown = _page(3)
        self._put(bench, shown)
        assert bench.type_decision("Ship it")
        typed = ["Ship it"]
        for number in range(_RERUNS):
            page = _page(12 if number % 2 else 2, date(2026, 11, 10 + number))
            assert self._put(bench, page, shown) is State.WRITTEN
            shown = page
            assert sorted(self._decisions(bench, shown)) == sorted(typed)
            assert self._put(bench, shown, shown) is State.UNCHANGED
            if number == _RERUNS // 2:
                assert bench.type_decision("Hire two")
                typed.append("Hire two")
        assert self._put(bench, None, shown) is State.CONFLICT, "people's lines stand in it"
        assert sorted(self._decisions(bench, shown)) == sorted(typed)

    def test_a_review_that_is_put_back_keeps_what_people_decided(self, bench: Bench) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.REVIEW)
        small, large = _page(2), _page(9)
        self._put(bench, small)
        assert bench.type_decision("Ship it")
        self._put(bench, large, small)
        assert self._put(bench, small, large, puts_back=True) is State.WRITTEN
        assert self._decisions(bench, small) == ("Ship it",)

    def test_a_review_and_a_summary_stand_beside_each_other(self, bench: Bench) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.REVIEW)
        page = _page(2)
        self._put(bench, page)
        other = dataclasses.replace(page, title="Another")
        fresh = bench.connector()
        fresh.read()
        assert fresh.shows(bench.review_place, page)
        assert not fresh.shows(bench.review_place, other)

    def test_a_line_that_people_inserted_among_those_of_the_review_stays(
        self, bench: Bench
    ) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.REVIEW)
        small, large = _page(3), _page(9)
        self._put(bench, small)
        assert bench.type_decision("Ship it")
        for number, (page, before) in enumerate(((large, small), (large, large), (small, large))):
            assert bench.insert_review_line(f"Call Mia {number}")
            self._put(bench, page, before)
            texts = bench.review_texts()
            assert [texts.count(f"Call Mia {each}") for each in range(number + 1)] == [1] * (
                number + 1
            )
            assert texts.count("Ship it") == 1
            assert "Ship it" in self._decisions(bench, page)
            assert self._put(bench, page, page) is State.UNCHANGED
        assert self._put(bench, large, small, puts_back=True) is State.WRITTEN
        assert bench.insert_review_line("Call Mia 3")
        assert self._put(bench, None, large) is State.CONFLICT, "people's line stands in it"
        texts = bench.review_texts()
        assert [texts.count(f"Call Mia {each}") for each in range(4)] == [1] * 4

    def test_what_people_typed_over_lines_of_the_review_is_named(self, bench: Bench) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.REVIEW)
        small, large = _page(3), _page(9)
        self._put(bench, small)
        assert bench.retype_review_line("Waits for the lawyers")
        assert self._put(bench, None, small) is State.CONFLICT, "people's words stand in it"
        outcome = self._outcome(bench, large, small)
        assert outcome.state is State.WRITTEN
        assert "'Waits for the lawyers'" in (outcome.reason or "")
        assert self._decisions(bench, large) == ()
        assert self._put(bench, large, large) is State.UNCHANGED
        assert self._put(bench, None, large) is State.WRITTEN
