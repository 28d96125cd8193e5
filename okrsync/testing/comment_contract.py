"""What a place that calls people by comments must hold, as a part of the contract suite."""

from __future__ import annotations

import dataclasses

import pytest

from okrsync.connector import Ability, Batch, Connector, NoteWrite, Outcome, Settings, State
from okrsync.testing.bench import Bench
from okrsync.testing.cases import ROWS, ContractCases

__all__ = ["CommentContract"]

_MARK, _LEAD_MARK = "No check-in since 2 Nov 2026", "Two check-ins missed: none since 2 Nov 2026"


def _title(row: int) -> str:
    """The words of the key result in a row of the samples."""
    return str(ROWS[row - 1][1])


def _without_memory(bench: Bench) -> Connector[Settings]:
    """A connector that remembers nothing of what was said before."""
    connector = bench.connector()
    connector.context.memory.clear()
    return connector


class CommentContract(ContractCases):
    """Comments that call people: each is made once, whoever asks for it and however often."""

    def _notes(self, bench: Bench, *rows: int) -> tuple[NoteWrite, ...]:
        """Warnings at some rows, about check-ins missed on the same day."""
        connector, _, table = self.opened(bench)
        self.needs(connector, Ability.CALLS)
        return tuple(
            NoteWrite(
                f"!{row}",
                table.key,
                self.cell(table, row, None).row,
                self.index_of(table, "Key result"),
                f"{_MARK}; one is expected every week. Last seen at {row} %.",
                mention="Mia",
                kind="comment",
                mark=_MARK,
            )
            for row in rows
        )

    @staticmethod
    def _said(bench: Bench, *notes: NoteWrite, puts_back: bool = False) -> dict[str, Outcome]:
        """What becomes of warnings that somebody without any memory asks for."""
        connector = _without_memory(bench)
        return connector.write(Batch(connector.read(), notes=notes, puts_back=puts_back)).outcomes

    def test_a_comment_is_made_once_by_whoever_asks(self, bench: Bench) -> None:
        notes = self._notes(bench, 2, 3)
        outcomes = self._said(bench, *notes)
        assert {outcome.state for outcome in outcomes.values()} == {State.WRITTEN}
        said = bench.comments()
        assert sorted(title for title, _ in said) == sorted([_title(2), _title(3)])
        # Its words may differ: it is known by the check-in that it is about.
        again = tuple(dataclasses.replace(note, text=f"{_MARK}. Reworded.") for note in notes)
        connector = _without_memory(bench)
        snapshot = connector.read()
        receipt = connector.write(Batch(snapshot, notes=again))
        assert {outcome.state for outcome in receipt.outcomes.values()} == {State.UNCHANGED}
        assert (bench.comments(), connector.calls.write) == (said, 0)

    def test_two_rows_that_missed_the_same_day_have_comments_of_their_own(
        self, bench: Bench
    ) -> None:
        first, second = self._notes(bench, 2, 3)
        self._said(bench, first)
        assert self._said(bench, second)[second.id].state is State.WRITTEN
        back = dataclasses.replace(first, text=None, before=first.text)
        assert self._said(bench, back)[first.id].state is State.WRITTEN
        assert [title for title, _ in bench.comments()] == [_title(3)]

    def test_the_lead_is_called_beside_the_owner_and_once(self, bench: Bench) -> None:
        (owner,) = self._notes(bench, 2)
        lead = dataclasses.replace(
            owner,
            id="^2",
            text=f"{_LEAD_MARK}. Mia was asked first.",
            mention="Ada",
            mark=_LEAD_MARK,
            answers=_MARK,
        )
        self._said(bench, owner)
        assert self._said(bench, lead)["^2"].state is State.WRITTEN
        said = bench.comments()
        assert self._said(bench, lead)["^2"].state is State.UNCHANGED
        assert self._said(bench, owner)["!2"].state is State.UNCHANGED
        assert bench.comments() == said
        backs = [dataclasses.replace(note, text=None, before=note.text) for note in (owner, lead)]
        self._said(bench, *backs)
        assert bench.comments() == []

    def test_a_check_in_that_came_and_went_ends_the_older_comment(self, bench: Bench) -> None:
        (older,) = self._notes(bench, 2)
        self._said(bench, older)
        mark = "No check-in since 9 Nov 2026"
        newer = dataclasses.replace(older, text=f"{mark}.", before=older.text, mark=mark)
        assert self._said(bench, newer)[newer.id].state is State.WRITTEN
        ((title, text),) = bench.comments()
        assert title == _title(2)
        assert mark in text

    def test_undo_takes_a_comment_away_and_may_be_undone(self, bench: Bench) -> None:
        (note,) = self._notes(bench, 2)
        self._said(bench, note)
        back = dataclasses.replace(note, text=None, before=note.text, mark=None)
        assert self._said(bench, back, puts_back=True)[note.id].state is State.WRITTEN
        assert bench.comments() == []
        assert self._said(bench, note)[note.id].state is State.WRITTEN

    def test_a_comment_that_people_answered_stays(self, bench: Bench) -> None:
        (note,) = self._notes(bench, 2)
        self._said(bench, note)
        if not bench.answer_comments("On it."):
            pytest.skip("comments have no answers here")
        back = dataclasses.replace(note, text=None, before=note.text)
        outcome = self._said(bench, back, puts_back=True)[note.id]
        assert (outcome.state, outcome.reason) == (
            State.CONFLICT,
            "people have answered the comment, so it stays",
        )
        assert [title for title, _ in bench.comments()] == [_title(2)]

    def test_a_row_that_is_gone_gets_no_comment(self, bench: Bench) -> None:
        (note,) = self._notes(bench, 3)
        grid = bench.grid()
        bench.fill([*grid[:2], *grid[3:]])
        connector = _without_memory(bench)
        receipt = connector.write(Batch(connector.read(), notes=(note,)))
        assert receipt.outcomes[note.id].state is State.CONFLICT
        assert bench.comments() == []
