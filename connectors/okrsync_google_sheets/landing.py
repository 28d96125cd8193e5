"""What a write left beside the wrong row, because somebody moved rows in that moment, and how it is
put right.

Only okrsync's own columns are looked at: a write is held in them (`anchors.hold_requests`), so
nothing of it can stand anywhere else. Notes are the one thing okrsync puts at people's cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from okrsync.connector import Batch, text_of
from okrsync_google_sheets.alignment import Alignment
from okrsync_google_sheets.anchors import field_of
from okrsync_google_sheets.edits import Edit
from okrsync_google_sheets.placing import header_rows_of, mark_value
from okrsync_google_sheets.tab import Book, GoogleTab

__all__ = ["strays"]

Content = dict[str, object] | str | None


def strays(
    batch: Batch, sent: Iterable[Edit], before: Book, after: Book, *, is_lost: bool
) -> list[Edit]:
    """The edits that put right what landed beside the wrong row.

    `before` is the look the edits were decided on, `after` the one that shows where they landed.
    With `is_lost` nobody knows at which moment between the two they did: what was sent is then
    looked for in all rows.
    """
    restoring: list[Edit] = []
    by_tab: dict[int, list[Edit]] = {}
    for edit in sent:
        by_tab.setdefault(edit.tab_id, []).append(edit)
    for tab_id, edits in by_tab.items():
        tab_before, tab_after = before.tab(str(tab_id)), after.tab(str(tab_id))
        if tab_before is not None and tab_after is not None:
            landing = _Landing(batch, edits, tab_before, tab_after, is_lost=is_lost)
            restoring += [*landing.values(), *landing.notes()]
    return restoring


class _Landing:
    """Where the edits of one tab landed."""

    def __init__(
        self,
        batch: Batch,
        edits: list[Edit],
        before: GoogleTab,
        after: GoogleTab,
        *,
        is_lost: bool,
    ) -> None:
        self._batch, self._before, self._after, self._is_lost = batch, before, after, is_lost
        self._edits = [edit for edit in edits if edit.part == "value"]
        self._note_edits = [edit for edit in edits if edit.part == "note"]
        self._columns = self._own_columns()
        homes = {home for home in self._columns.values() if isinstance(home, int)}
        self._alignment = Alignment(
            before, after, header_rows_of(batch, before.table.key), homes, self._columns
        )
        self._rows = {to: at for at, to in self._alignment.rows.items()}
        self._alike: dict[tuple[str, ...], list[int]] | None = None

    def _own_columns(self) -> dict[int, int | str]:
        """The columns that were written to, by where they are in `after`: as they were in `before`,
        or the header of one that was made.
        """
        homes = {edit.home[1] for edit in self._edits}
        known = {
            mark.id: home
            for home in homes
            if isinstance(home, int)
            for mark in self._before.column_anchors.get(home, ())
        }
        made = {
            mark_value(new): new.header
            for new in self._batch.new_columns
            if new.table_key == self._before.table.key and new.header in homes
        }
        old = {mark.id for marks in self._before.column_anchors.values() for mark in marks}
        columns: dict[int, int | str] = {}
        for column, marks in self._after.column_anchors.items():
            for mark in marks:
                if mark.id in known:
                    columns[column] = known[mark.id]
                elif mark.id not in old and field_of(mark.value) in made:
                    columns[column] = made[field_of(mark.value)]
        return columns

    def values(self) -> Iterator[Edit]:
        """Edits that give each cell what it should hold, where okrsync's value stands there for
        another row, and repeat what was to be put right and moved away.
        """
        by_home: dict[int | str, dict[int, Edit]] = {}
        for edit in self._edits:
            by_home.setdefault(edit.home[1], {})[edit.home[0]] = edit
        for column, home in self._columns.items():
            wanted = by_home.get(home, {})
            contents = {_comparable(edit.content) for edit in wanted.values()}
            hit = {edit.row for edit in wanted.values()}
            for row in range(max(len(self._after.table.rows), *(at + 1 for at in hit), 0)):
                right = self._put_right(row, column, home, wanted, contents, is_hit=row in hit)
                if right is not None:
                    yield right

    def _put_right(
        self,
        row: int,
        column: int,
        home: int | str,
        wanted: dict[int, Edit],
        contents: set[object],
        *,
        is_hit: bool,
    ) -> Edit | None:
        now = self._after.entered_at(row, column)
        if _comparable(now) not in contents or not (is_hit or (self._is_lost and now is not None)):
            return self._repeated(row, column, home, wanted)
        rows_before = self._rows_before(row)
        own = [self._own_content(at, home, wanted) for at in rows_before]
        meant = [wanted[at].content for at in rows_before if at in wanted]
        if any(_comparable(now) == _comparable(content) for content in (*own, *meant)):
            return self._repeated(row, column, home, wanted)
        content = own[0] if own else None
        at = self._rows.get(row)
        if at is not None and at in wanted:
            content = wanted[at].content
        return Edit(self._after.id, row, column, "value", content, None, (row, column))

    def _repeated(
        self, row: int, column: int, home: int | str, wanted: dict[int, Edit]
    ) -> Edit | None:
        """What was to be put right in this row and did not arrive, since the row moved away."""
        edit = wanted.get(self._rows.get(row, -1))
        if edit is None or edit.entry is not None or edit.row == row:
            return None
        now = _comparable(self._after.entered_at(row, column))
        held = _comparable(self._held(edit.home[0], home))
        if now != held or now == _comparable(edit.content):
            return None
        return replace(edit, row=row, column=column, home=(row, column))

    def _held(self, row: int, home: int | str) -> Content:
        """What stood in a column in a row of `before`."""
        return self._before.entered_at(row, home) if isinstance(home, int) else None

    def _own_content(self, row: int, home: int | str, wanted: dict[int, Edit]) -> Content:
        """What stood in a row of `before` and was its own: where it was about to be put right, what
        it was to get.
        """
        edit = wanted.get(row)
        is_wrong = edit is not None and edit.entry is None
        return edit.content if edit is not None and is_wrong else self._held(row, home)

    def _rows_before(self, row: int) -> list[int]:
        """The row of `before` that a row of `after` is; where that cannot be told, those that read
        the same, since one of them may be a copy.
        """
        at = self._rows.get(row)
        if at is not None:
            return [at]
        pairs = [
            (column, to)
            for column, to in sorted(self._alignment.columns.items())
            if to not in self._columns
        ]
        if self._alike is None:
            self._alike = {}
            for number, line in enumerate(self._before.table.rows):
                words = tuple(text_of(line.value(column)) for column, _ in pairs)
                self._alike.setdefault(words, []).append(number)
        words = tuple(text_of(self._after.value_at(row, to)) for _, to in pairs)
        return self._alike.get(words, []) if any(words) else []

    def notes(self) -> Iterator[Edit]:
        """Edits that give a cell back the note that was there, where okrsync's landed instead."""
        for edit in self._note_edits:
            columns = self._alignment.columns
            at = next((before for before, to in columns.items() if to == edit.column), None)
            row = self._rows.get(edit.row)
            now = self._after.notes.get((edit.row, edit.column))
            if now != edit.content or (row, at) == edit.home:
                continue
            held = None if row is None or at is None else self._before.notes.get((row, at))
            if held != now:
                place = (edit.row, edit.column)
                yield Edit(self._after.id, *place, "note", held, None, place)


def _comparable(content: Content) -> object:
    """Something that is equal for contents that are the same to the service, which keeps numbers to
    fifteen digits.
    """
    if isinstance(content, dict):
        kind, value = next(iter(content.items()), ("", None))
        return kind, (
            float(f"{value:.12g}")
            if isinstance(value, int | float) and not isinstance(value, bool)
            else value
        )
    return content
