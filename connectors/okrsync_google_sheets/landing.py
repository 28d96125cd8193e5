"""What a write left beside the wrong row because somebody moved rows in that moment, and how it is
corrected.

Only okrsync's own columns are examined: a write is held in them (`anchors.hold_requests`), so its
values can be nowhere else. Notes are the only thing okrsync adds to people's cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from okrsync.connector import Batch, text_of
from okrsync_google_sheets.alignment import ALIKE, MOST_PAIRS, Alignment, share
from okrsync_google_sheets.anchors import field_of
from okrsync_google_sheets.edits import Edit
from okrsync_google_sheets.placing import header_rows_of, mark_value
from okrsync_google_sheets.tab import Book, GoogleTab

__all__ = ["strays"]

Content = dict[str, object] | str | None


def strays(
    batch: Batch, sent: Iterable[Edit], before: Book, after: Book, *, is_lost: bool
) -> list[Edit]:
    """The edits that correct what landed beside the wrong row.

    `before` is the snapshot the edits were decided on, `after` the one that shows where they
    landed. With `is_lost`, the moment between the two is unknown: all rows are searched for what
    was sent.
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
        self._rows = {
            row_after: row_before for row_before, row_after in self._alignment.rows.items()
        }
        self._alike: dict[tuple[str, ...], list[int]] | None = None
        self._compared = 0

    def _own_columns(self) -> dict[int, int | str]:
        """The columns that were written to, by their index in `after`: their index in `before`, or
        the header of a column that was made.
        """
        homes = {edit.home[1] for edit in self._edits}
        known = {
            mark.id: home
            for home in homes
            if isinstance(home, int)
            for mark in self._before.column_anchors.get(home, ())
        }
        new_columns = {
            mark_value(new): new.header
            for new in self._batch.new_columns
            if new.table_key == self._before.table.key and new.header in homes
        }
        old_mark_ids = {mark.id for marks in self._before.column_anchors.values() for mark in marks}
        columns: dict[int, int | str] = {}
        for column, marks in self._after.column_anchors.items():
            for mark in marks:
                if mark.id in known:
                    columns[column] = known[mark.id]
                elif mark.id not in old_mark_ids and field_of(mark.value) in new_columns:
                    columns[column] = new_columns[field_of(mark.value)]
        return columns

    def values(self) -> Iterator[Edit]:
        """Edits that replace values meant for another row, and that repeat corrections whose row
        moved away.
        """
        by_home: dict[int | str, dict[int, Edit]] = {}
        for edit in self._edits:
            by_home.setdefault(edit.home[1], {})[edit.home[0]] = edit
        for column, home in self._columns.items():
            wanted = by_home.get(home, {})
            contents = {_comparable(edit.content) for edit in wanted.values()}
            hit_rows = {edit.row for edit in wanted.values()}
            for row in range(
                max(len(self._after.table.rows), *(row_index + 1 for row_index in hit_rows), 0)
            ):
                restored = self._put_right(
                    row, column, home, wanted, contents, is_hit=row in hit_rows
                )
                if restored is not None:
                    yield restored

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
        own = [self._own_content(row_before, home, wanted) for row_before in rows_before]
        intended = [
            wanted[row_before].content for row_before in rows_before if row_before in wanted
        ]
        if any(_comparable(now) == _comparable(content) for content in (*own, *intended)):
            return self._repeated(row, column, home, wanted)
        content = own[0] if own else None
        row_before = self._rows.get(row)
        if row_before is not None and row_before in wanted:
            content = wanted[row_before].content
        return Edit(self._after.id, row, column, "value", content, None, (row, column))

    def _repeated(
        self, row: int, column: int, home: int | str, wanted: dict[int, Edit]
    ) -> Edit | None:
        """A correction that did not arrive in this row because the row moved, or because it was
        copied while it held what was to be corrected; None if there is none.
        """
        now = _comparable(self._after.entered_at(row, column))
        known = self._rows.get(row)
        if known is None and now not in self._wrong_contents(home, wanted):
            return None
        for row_before in [known] if known is not None else self._rows_before(row):
            edit = wanted.get(row_before)
            if edit is None or edit.entry is not None or (edit.row == row and known is not None):
                continue
            before = _comparable(self._content_before(edit.home[0], home))
            if now == before and now != _comparable(edit.content):
                return replace(edit, row=row, column=column, home=(row, column))
        return None

    def _wrong_contents(self, home: int | str, wanted: dict[int, Edit]) -> set[object]:
        """What stood beside wrong rows of `before` in a column and was to be corrected."""
        return {
            _comparable(self._content_before(row, home))
            for row, edit in wanted.items()
            if edit.entry is None
        }

    def _content_before(self, row: int, home: int | str) -> Content:
        """The content of a cell in `before`; None in a column that did not exist yet."""
        return self._before.entered_at(row, home) if isinstance(home, int) else None

    def _own_content(self, row: int, home: int | str, wanted: dict[int, Edit]) -> Content:
        """The content that belongs to a row of `before`: what the cell held, or, if it was about to
        be corrected, the correction.
        """
        edit = wanted.get(row)
        is_wrong = edit is not None and edit.entry is None
        return edit.content if edit is not None and is_wrong else self._content_before(row, home)

    def _rows_before(self, row: int) -> list[int]:
        """The row of `before` that a row of `after` is. If it is not recognised, all rows with the
        same content, else those most like it: it may be a copy of one of them.
        """
        row_before = self._rows.get(row)
        if row_before is not None:
            return [row_before]
        pairs = [
            (column, column_after)
            for column, column_after in sorted(self._alignment.columns.items())
            if column_after not in self._columns
        ]
        if self._alike is None:
            self._alike = {}
            for number, row_then in enumerate(self._before.table.rows):
                words = tuple(text_of(row_then.value(column)) for column, _ in pairs)
                self._alike.setdefault(words, []).append(number)
        words = tuple(text_of(self._after.value_at(row, column_after)) for _, column_after in pairs)
        if not any(words):
            return []
        return self._alike.get(words) or self._likest(words)

    def _likest(self, words: tuple[str, ...]) -> list[int]:
        """The rows of `before` that have most cells in common with these, and at least half."""
        assert self._alike is not None
        self._compared += len(self._alike)
        if self._compared > MOST_PAIRS:
            return []
        shares = {other: share(other, words) for other in self._alike if any(other)}
        best = max(shares.values(), default=0.0)
        if best < ALIKE:
            return []
        return [
            row for other, value in shares.items() if value == best for row in self._alike[other]
        ]

    def notes(self) -> Iterator[Edit]:
        """Edits that restore the note of a cell in which okrsync's note landed by mistake."""
        for edit in self._note_edits:
            columns = self._alignment.columns
            column_before = next(
                (before for before, column_after in columns.items() if column_after == edit.column),
                None,
            )
            row = self._rows.get(edit.row)
            now = self._after.notes.get((edit.row, edit.column))
            if now != edit.content or (row, column_before) == edit.home:
                continue
            note_before = (
                None
                if row is None or column_before is None
                else self._before.notes.get((row, column_before))
            )
            if note_before != now:
                cell_index = (edit.row, edit.column)
                yield Edit(self._after.id, *cell_index, "note", note_before, None, cell_index)


def _comparable(content: Content) -> object:
    """A key that is equal for contents that are the same to Google, which keeps numbers to fifteen
    digits.
    """
    if isinstance(content, dict):
        kind, value = next(iter(content.items()), ("", None))
        return kind, (
            float(f"{value:.12g}")
            if isinstance(value, int | float) and not isinstance(value, bool)
            else value
        )
    return content
