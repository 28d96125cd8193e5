"""The cases of the contract about the history: lines that are appended and never written again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import pytest

from okrsync.connector import (
    Ability,
    Batch,
    CellValue,
    HistoryWrite,
    SourceChanged,
    State,
    as_text,
    text_of,
)
from okrsync.testing.bench import Bench
from okrsync.testing.cases import ContractCases
from okrsync.testing.clock import fake_time

__all__ = ["HistoryContract"]

_COLUMNS = ("okrsync key", "Day", "Title", "Current", "Origin")
_LINES = tuple(
    (f"team:{number:016x}", f"2026-11-{number:02}", f"=Sign-ups {number}", number + 0.5, "run")
    for number in range(1, 6)
)
_MORE = (("team:00000000000000ff", "2026-11-20", "Revenue, net", -2, "run"),)


def _texts(lines: Sequence[tuple[CellValue, ...]]) -> list[tuple[str, ...]]:
    return sorted(as_text(line) for line in lines)


class HistoryContract(ContractCases):
    """What a place that keeps a history promises."""

    def history_of(self, bench: Bench) -> list[tuple[str, ...]]:
        """The lines that stand there, sorted: rows of a database have no order of their own."""
        connector = bench.connector()
        connector.read()
        header, *rows = connector.history(bench.history_place) or [_COLUMNS]
        names = [text_of(name) for name in header]
        lines = [
            as_text(tuple(row[names.index(name)] for name in _COLUMNS))
            for row in rows
            if len(row) > names.index("okrsync key")
        ]
        return sorted(line for line in lines if line)

    def keep(self, bench: Bench, write: HistoryWrite) -> State:
        connector = bench.connector()
        return connector.write(Batch(connector.read(), history=write)).outcomes["h"].state

    def test_lines_of_the_history_are_appended_and_found_again(self, bench: Bench) -> None:
        connector, snapshot, _ = self.opened(bench)
        self.needs(connector, Ability.HISTORY)
        write = HistoryWrite("h", bench.history_place, _COLUMNS, _LINES)
        assert connector.write(Batch(snapshot, history=write)).outcomes["h"].state is State.WRITTEN
        assert self.history_of(bench) == _texts(_LINES)
        assert self.keep(bench, replace(write, lines=_MORE)) is State.WRITTEN
        assert self.history_of(bench) == _texts((*_LINES, *_MORE))
        fresh = bench.connector()
        # The history is never read as a table of the source.
        assert [table.name for table in fresh.read().tables] == [bench.tab]
        assert fresh.has_history(bench.history_place)

    def test_a_history_that_somebody_protected_is_left_and_nothing_is_sent(
        self, bench: Bench
    ) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.HISTORY)
        write = HistoryWrite("h", bench.history_place, _COLUMNS, _LINES)
        assert self.keep(bench, write) is State.WRITTEN
        if not bench.protect_place(bench.history_place):
            pytest.skip("this place keeps no history in a tab that can be protected")
        fresh = bench.connector()
        more = replace(write, lines=_MORE)
        batch = Batch(fresh.read(), history=more)
        assert "protected" in (fresh.history_obstacle(more) or "")
        outcome = fresh.write(batch).outcomes["h"]
        assert (outcome.state, "protected" in (outcome.reason or "")) == (State.SKIPPED, True)
        assert fresh.calls.write == 0
        assert self.history_of(bench) == _texts(_LINES)

    def test_lines_that_an_interrupted_run_may_have_appended_are_not_appended_twice(
        self, bench: Bench
    ) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.HISTORY)
        write = HistoryWrite("h", bench.history_place, _COLUMNS, _LINES)
        assert self.keep(bench, replace(write, lines=_LINES[:3])) is State.WRITTEN
        whole = replace(write, lines=(*_LINES, *_MORE), retried=len(_LINES))
        assert self.keep(bench, whole) is State.WRITTEN
        assert self.history_of(bench) == _texts((*_LINES, *_MORE))
        again = replace(write, lines=_LINES, retried=len(_LINES))
        assert self.keep(bench, again) is State.UNCHANGED
        assert self.history_of(bench) == _texts((*_LINES, *_MORE))

    def test_lines_of_the_history_are_taken_away_where_they_stand(self, bench: Bench) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.HISTORY)
        write = HistoryWrite("h", bench.history_place, _COLUMNS, _LINES)
        self.keep(bench, write)
        self.keep(bench, replace(write, lines=_MORE))
        assert self.keep(bench, replace(write, is_removal=True)) is State.WRITTEN
        assert self.history_of(bench) == _texts(_MORE)
        assert self.keep(bench, replace(write, is_removal=True)) is State.CONFLICT
        assert self.history_of(bench) == _texts(_MORE)
        assert self.keep(bench, replace(write, lines=_MORE, is_removal=True)) is State.WRITTEN
        assert self.history_of(bench) == []

    @pytest.mark.parametrize("moment", ["before", "in the midst"])
    @pytest.mark.parametrize("edit", ["type", "insert", "sort", "cut"])
    def test_a_history_that_people_work_on_is_appended_to(
        self, bench: Bench, edit: str, moment: str
    ) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.HISTORY)
        write = HistoryWrite("h", bench.history_place, _COLUMNS, _LINES)
        self.keep(bench, write)
        mine: tuple[CellValue, ...] = ("my own line", "2026-11-03", "between the others", 7, "me")
        people_edit = partial(self._edited, bench, edit, mine)
        if moment == "before":
            people_edit()
        elif not bench.around_write(people_edit, lambda: None):
            pytest.skip("a write is a single step here")
        assert self.keep(bench, replace(write, lines=_MORE)) is State.WRITTEN
        theirs = _LINES[1:] if edit == "cut" else (*_LINES, mine)
        assert self.history_of(bench) == _texts((*theirs, *_MORE))
        # What was cut is no longer there: only what an interrupted run may have left comes again.
        again = replace(write, lines=(*_LINES[1:], *_MORE), retried=len(_LINES))
        assert self.keep(bench, again) is State.UNCHANGED
        assert self.history_of(bench) == _texts((*theirs, *_MORE))

    def _edited(self, bench: Bench, edit: str, line: Sequence[CellValue]) -> None:
        if not bench.edit_history(edit, line):
            pytest.skip("this bench has nobody who works on the history")

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_lines_are_appended_once_though_the_answer_is_lost(
        self, bench: Bench, when: Literal["before", "after"]
    ) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.HISTORY)
        write = HistoryWrite("h", bench.history_place, _COLUMNS, _LINES)
        self.keep(bench, write)
        if not bench.lose_answer(when):
            pytest.skip("there is no connection that could break")
        with fake_time():
            state = self.keep(bench, replace(write, lines=_MORE))
        # Who looks before the second try finds them there.
        assert state in (State.WRITTEN, State.UNCHANGED)
        assert self.history_of(bench) == _texts((*_LINES, *_MORE))

    def test_two_jobs_that_append_at_once_lose_nothing(self, bench: Bench) -> None:
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.HISTORY)
        write = HistoryWrite("h", bench.history_place, _COLUMNS, _LINES)
        self.keep(bench, replace(write, lines=_LINES[:1]))
        jobs = [bench.connector(), bench.connector()]
        snapshots = [job.read() for job in jobs]
        for job, snapshot, lines in zip(jobs, snapshots, (_LINES[1:], _MORE), strict=True):
            batch = Batch(snapshot, history=replace(write, lines=lines))
            try:
                outcome = job.write(batch).outcomes["h"]
            except SourceChanged:
                outcome = job.write(replace(batch, snapshot=job.read())).outcomes["h"]
            assert outcome.state is State.WRITTEN
        assert self.history_of(bench) == _texts((*_LINES, *_MORE))

    @pytest.mark.parametrize("is_last", [False, True])
    @pytest.mark.parametrize("edit", ["type", "insert", "sort"])
    def test_nothing_of_peoples_goes_with_lines_that_are_taken_away(
        self, bench: Bench, edit: str, *, is_last: bool
    ) -> None:
        """People type below the lines, insert a line above them and sort them, all in the moment
        between the look and the deletion.
        """
        connector, _, _ = self.opened(bench)
        self.needs(connector, Ability.HISTORY)
        write = HistoryWrite("h", bench.history_place, _COLUMNS, _LINES)
        self.keep(bench, write)
        if not is_last:
            self.keep(bench, replace(write, lines=_MORE))
        mine: tuple[CellValue, ...] = ("my own line", "2026-11-03", "between the others", 7, "me")

        def meanwhile() -> None:
            assert bench.edit_history(edit, mine)

        if not bench.around_write(meanwhile, lambda: None):
            pytest.skip("a write is a single step here")
        assert self.keep(bench, replace(write, is_removal=True)) is State.WRITTEN
        expected = [mine] if is_last else [*_texts(_MORE), mine]
        assert self.history_of(bench) == sorted(as_text(line) for line in expected)
