"""The summary on a page: bounded, found again, written by few calls, never doubled, and nothing
around it touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grids import in_turns, kind_of_fault
from notion_bench import NotionBench
from okrsync.connector import Batch, Outcome, State, SummaryWrite
from okrsync.connector.summary import Attention, Headline, Movement, ObjectiveLine, Summary
from okrsync.model.errors import OkrsyncError
from okrsync.model.okrs import Status
from okrsync_sandbox import Fault
from okrsync_sandbox.traffic import Call


def line(number: int, progress: float | None = 0.5, title: str = "") -> ObjectiveLine:
    return ObjectiveLine(
        f"team/O{number}",
        title or f"Objective {number}",
        number % 2,
        "Ada",
        progress,
        0.6,
        Status.AT_RISK,
        "2 of 3 reported",
        "OKRs!x",
        "team",
    )


def summary(*lines: ObjectiveLine, progress: float = 0.5, attention: int = 2) -> Summary:
    worries = tuple(
        Attention(
            f"team/O1/KR{at}",
            f"Worry {at}",
            "Jon",
            Status.STALE,
            "No check-in since 2 Nov.",
            "OKRs!x",
            "team",
        )
        for at in range(attention)
    )
    wins = (Movement("team/O1/KR9", "Churn", None, 1.0, None, Status.ACHIEVED),)
    moved = (Movement("team/O1/KR1", "Sign-ups", 0.4, 0.6, Status.AT_RISK, Status.ON_TRACK),)
    return Summary(
        "OKR summary",
        "2026-Q4",
        (Headline("Progress", progress), Headline("Objectives", text="2")),
        lines or (line(1), line(2)),
        ((Status.ON_TRACK, 2), (Status.STALE, 1)),
        worries,
        wins,
        moved,
        ("ops could not be read.",),
    )


class Page:
    """A page of Ada's with words of hers on it, and okrsync beside her."""

    def __init__(self, bench: NotionBench) -> None:
        self.bench, self.ada, self.home = bench, bench.ada, bench.home
        self.ada.write(self.home, [words("Above")])
        self.ada.write(self.home, [words("Below")])

    def write(self, wanted: Summary | None) -> Outcome:
        """A run's part for the summary, in a process of its own."""
        connector = self.bench.connector()
        snapshot = connector.read()
        receipt = connector.write(
            Batch(snapshot, summary=SummaryWrite("s", self.bench.summary_place, wanted))
        )
        return receipt.outcomes["s"]

    def shows(self, wanted: Summary) -> bool:
        connector = self.bench.connector()
        connector.read()
        return connector.shows(self.bench.summary_place, wanted)

    def outline(self) -> list[str]:
        return self.ada.outline(self.home)

    def callouts(self) -> list[str]:
        return [
            one.id
            for one in self.bench.notion.space.content(self.home)
            if getattr(one, "type", "") == "callout"
        ]

    def inside(self) -> list[str]:
        """The blocks in the one callout."""
        (callout,) = self.callouts()
        return [one.id for one in self.bench.notion.space.content(callout)]


def words(text: str) -> dict[str, Any]:
    return {
        "type": "paragraph",
        "paragraph": {"rich_text": [{"type": "text", "text": {"content": text}}]},
    }


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    bench = NotionBench(tmp_path)
    yield Page(bench)
    bench.close()


def test_a_summary_reads_as_people_read(page: Page) -> None:
    assert page.write(summary()).state is State.WRITTEN
    shown = page.outline()
    assert "callout: OKR summary · 2026-Q4\nkept up to date by okrsync for team" in shown
    assert (
        "    table_row: Progress | █████░░░░░ 50 %" in shown
        or "    table_row: Progress | ██████░░░░ 50 %" in shown
    )
    assert "  paragraph: 2 on track  ·  1 stale" in shown
    assert (
        "    table_row: ↳ Objective 1 | Ada | █████░░░░░ 50 % | 60 % | At risk | 2 of 3 reported"
        in shown
    )
    assert "  bulleted_list_item: Worry 0 (Jon): Stale. No check-in since 2 Nov." in shown
    assert "  bulleted_list_item: 🏁 Churn" in shown
    assert "  bulleted_list_item: Sign-ups: 40 % → 60 %, at risk → On track" in shown
    assert "  paragraph: ⚠ ops could not be read." in shown


def test_an_unchanged_summary_is_no_call_and_one_that_is_known_no_write(page: Page) -> None:
    page.write(summary())
    page.shows(summary())
    page.bench.notion.traffic.forget()
    assert page.shows(summary())
    assert page.bench.notion.traffic.count() == 1, "the one call is the database's"
    page.bench.memory.clear()
    connector = page.bench.connector()
    receipt = connector.write(
        Batch(connector.read(), summary=SummaryWrite("s", page.bench.summary_place, summary()))
    )
    assert (receipt.outcomes["s"].state, connector.calls.write) == (State.UNCHANGED, 0)


def test_a_word_is_one_call_and_much_at_once_is_two(page: Page) -> None:
    page.write(summary())
    callout = page.callouts()
    traffic = page.bench.notion.traffic
    before = traffic.count("write")
    page.write(summary(progress=0.6))
    assert (traffic.count("write") - before, page.callouts()) == (1, callout)
    before = traffic.count("write")
    page.write(summary(line(1, 0.9), line(2, 0.8), line(3), line(4), attention=5, progress=0.7))
    assert traffic.count("write") - before == 2
    assert len(page.callouts()) == 1


def test_what_stands_around_it_is_left_as_it_is(page: Page) -> None:
    def outside() -> list[str]:
        return [one for one in page.outline() if not one.startswith((" ", "callout"))]

    before = outside()
    page.write(summary())
    page.write(summary(line(1, 0.9), line(2, 0.8), line(3), line(4), progress=0.7))
    assert outside() == before
    assert before[-2:] == ["paragraph: Above", "paragraph: Below"]


def test_it_is_found_where_somebody_moved_it(page: Page) -> None:
    page.write(summary())
    toggle = page.ada.write(page.home, [{"type": "toggle", "toggle": {"rich_text": []}}])[0]
    (callout,) = page.callouts()
    page.ada.move_block(callout, toggle)
    page.write(summary(line(1, 0.9), line(2, 0.8), line(3), line(4), progress=0.7))
    assert page.callouts() == []
    assert [one.id != callout for one in page.bench.notion.space.content(toggle)] == [True]
    page.bench.memory.clear()
    assert (
        page.write(summary(line(1, 0.9), line(2, 0.8), line(3), line(4), progress=0.7)).state
        is State.UNCHANGED
    )


def test_it_is_made_again_where_somebody_deleted_it(page: Page) -> None:
    page.write(summary())
    page.ada.trash(page.callouts()[0])
    assert page.shows(summary()), "nobody looks more than once a day"
    page.bench.wait(25 * 3600)
    assert not page.shows(summary())
    assert page.write(summary()).state is State.WRITTEN
    assert len(page.callouts()) == 1


def test_what_somebody_changed_in_it_is_put_right_within_a_day(page: Page) -> None:
    page.write(summary())
    table = page.inside()[0]
    row = page.bench.notion.space.content(table)[0].id
    page.ada.block(row).content["cells"][1] = []
    page.bench.wait(25 * 3600)
    page.write(summary())
    assert any("Progress | " in one and "50 %" in one for one in page.outline())


def test_what_people_write_into_it_stays_through_every_change(page: Page) -> None:
    page.write(summary())
    (callout,) = page.callouts()
    page.ada.write(callout, [words("Ada's remark")])
    page.write(summary(line(1, 0.9), line(2, 0.8), line(3), line(4), attention=0, progress=0.7))
    assert page.callouts() == [callout]
    shown = page.outline()
    assert "  paragraph: Ada's remark" in shown
    assert any("Objective 4" in one for one in shown)
    assert page.write(None).state is State.CONFLICT
    assert page.callouts() == [callout]


def test_what_somebody_writes_into_it_while_it_is_replaced_stays(page: Page) -> None:
    page.write(summary())
    (callout,) = page.callouts()
    traffic = page.bench.notion.traffic

    def ada_writes() -> None:
        page.ada.write(callout, [words("just now")])

    traffic.after("write", 1, ada_writes)
    page.write(summary(line(1, 0.9), line(2, 0.8), line(3), line(4), attention=0, progress=0.7))
    shown = page.outline()
    assert "  paragraph: just now" in shown
    assert page.callouts() == [callout]
    assert any("Objective 4" in one for one in shown)


def test_a_copy_somebody_made_is_theirs(page: Page) -> None:
    page.write(summary())
    head = {
        "rich_text": [
            {"type": "text", "text": {"content": "Copy, kept up to date by okrsync for team"}}
        ]
    }
    copy = page.ada.write(page.home, [{"type": "callout", "callout": head}])[0]
    page.bench.memory.clear()
    page.write(summary(progress=0.9))
    assert copy in page.callouts()
    assert "callout: Copy, kept up to date by okrsync for team" in page.outline()


def test_a_long_summary_goes_into_several_requests(page: Page) -> None:
    many = summary(*[line(number) for number in range(230)], attention=25)
    assert page.write(many).state is State.WRITTEN
    shown = page.outline()
    assert sum("| Ada |" in one for one in shown) == 230
    page.bench.memory.clear()
    assert page.write(many).state is State.UNCHANGED
    fewer = replace(many, objectives=many.objectives[:-1])
    page.write(fewer)
    assert sum("| Ada |" in one for one in page.outline()) == 229


def test_titles_are_text_and_no_longer_than_a_summary_needs(page: Page) -> None:
    title = "=1+1 **bold** [x](http://y) " + "😀" * 5000
    assert page.write(summary(line(2, title=title))).state is State.WRITTEN
    assert any("=1+1 **bold** [x](http://y) 😀" in one for one in page.outline())
    page.bench.memory.clear()
    assert page.write(summary(line(2, title=title))).state is State.UNCHANGED


FAULTS = [
    *[{"status": status} for status in (409, 429, 500, 502, 503, 504, 529)],
    {"status": 500, "after": True},
    {"drop": "before"},
    {"drop": "after"},
    {"keep": 20},
]


@pytest.mark.parametrize(
    ("fault", "way"),
    in_turns(FAULTS, [(1, False), (2, True), (1, True), (2, False)], kind=kind_of_fault),
    ids=str,
)
def test_whatever_fails_there_is_one_summary_in_the_end(
    page: Page, fault: dict[str, Any], way: tuple[int, bool]
) -> None:
    first, lasting = way
    page.write(summary())
    other = summary(line(1, 0.9), line(2, 0.8), line(3), line(4), attention=5, progress=0.7)
    traffic = page.bench.notion.traffic
    for turn, number in enumerate(range(first, 9, 2)):
        start = traffic.count()
        wanted = summary() if turn % 2 else other

        def hit(call: Call, at: int = start + number) -> bool:
            return call.number >= at if lasting else call.number == at

        traffic.fail(Fault(hit, **fault))
        with suppress(OkrsyncError):  # what goes wrong is said, and nothing else is raised
            page.write(wanted)
        traffic.faults.clear()
        page.write(wanted)
        assert len(page.callouts()) == 1
        assert page.shows(wanted)
        page.bench.memory.clear()
        assert page.write(wanted).state is State.UNCHANGED


@pytest.mark.parametrize(
    "place", ["OKR summary", "https://www.notion.so/0f1e2d3c4b5a69788796a5b4c3d2e1f0"]
)
def test_a_place_that_is_no_page_is_told(page: Page, place: str) -> None:
    connector = page.bench.connector()
    receipt = connector.write(Batch(connector.read(), summary=SummaryWrite("s", place, summary())))
    outcome = receipt.outcomes["s"]
    assert outcome.state is State.SKIPPED
    assert "copy the page's address" in (outcome.reason or "") or "Connections" in (
        outcome.reason or ""
    )
