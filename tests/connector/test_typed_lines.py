"""People's rows and words among okrsync's own lines are told apart from these."""

from __future__ import annotations

from okrsync.connector import CellValue, typed_lines

Rows = list[list[CellValue]]
PAGE: Rows = [
    ["Weekly review"],
    [],
    ["What moved"],
    ["Item", "Owner", "What"],
    ["Sign-ups", "Mia", "40 % → 52 %"],
    ["Refunds", "Mia", "10 % → 12 %"],
    [],
    ["Decisions"],
]


def at(index: int, *rows: list[CellValue]) -> Rows:
    return [*PAGE[:index], *rows, *PAGE[index:]]


def test_okrsyncs_own_rows_are_nobody_elses() -> None:
    assert not typed_lines(PAGE, PAGE)
    assert typed_lines(PAGE, PAGE).remark(1, 0, "'Decisions'") is None
    assert not typed_lines([[*row, None, ""] for row in PAGE], PAGE), "blank cells are no words"


def test_an_inserted_row_is_peoples_even_where_it_says_what_others_say() -> None:
    typed = typed_lines(at(5, ["Call her", "Mia"]), PAGE)
    assert (typed.rows, typed.blanks, typed.cells) == ((5,), (), ())
    assert typed.remark(1, 0, "'Decisions'") == ("row 6, typed by people, is below 'Decisions' now")
    assert typed_lines(at(5, ["One"], ["Two", "Mia"]), PAGE).rows == (5, 6)


def test_a_cell_that_was_typed_over_is_okrsyncs_with_peoples_words() -> None:
    rows = [list(row) for row in PAGE]
    rows[5][2] = "waits for the lawyers"
    typed = typed_lines(rows, PAGE)
    assert (typed.rows, typed.cells) == ((), ((5, 2, "waits for the lawyers"),))
    assert typed.remark(3, 1, "") == (
        "replaced words that are not okrsync's: D8 ('waits for the lawyers')"
    )
    more: Rows = [*rows[:5], ["Call her", "Mia"], *rows[5:]]
    both = typed_lines(more, PAGE)
    assert (both.rows, both.cells) == ((5,), ((6, 2, "waits for the lawyers"),))


def test_a_line_of_one_cell_that_says_something_else_is_kept() -> None:
    rows: Rows = [*PAGE[:2], ["What we did"], *PAGE[3:]]
    assert typed_lines(rows, PAGE).rows == (2,)


def test_an_inserted_blank_row_is_found_between_and_beside_okrsyncs_own() -> None:
    assert typed_lines(at(5, []), PAGE).blanks == (5,)
    assert typed_lines(at(6, []), PAGE).blanks == (6, 7), "it is not known which one is whose"
    assert typed_lines(at(6, ["Ours"]), PAGE).blanks == ()


def test_a_blank_row_inserted_between_lines_that_say_the_same_is_found() -> None:
    notice: list[CellValue] = ["ops could not be read."]
    page: Rows = [PAGE[0], notice, notice, *PAGE[1:]]
    rows: Rows = [PAGE[0], notice, [], notice, *PAGE[1:]]
    assert typed_lines(rows, page).blanks == (2,)
    shorter: Rows = [PAGE[0], notice, *PAGE[1:]]
    assert typed_lines(rows, page, shorter).blanks == (2,), "whatever page may stand there"
    edited: Rows = [PAGE[0], notice, [], notice, [], ["What has moved"], *PAGE[3:]]
    assert typed_lines(edited, page).blanks == (2, 4), "it is not known which one is whose"
    retyped: Rows = [*page[:4], ["What has moved"], *page[5:]]
    assert typed_lines(retyped, page).blanks == ()


def test_rows_of_any_page_that_may_stand_there_are_okrsyncs() -> None:
    newer: Rows = [*PAGE[:5], ["Churn", "Ben", "3 % → 2 %"], *PAGE[6:]]
    rows: Rows = [*newer[:6], ["Call him"], *newer[6:]]
    assert typed_lines(rows, PAGE, newer).rows == (6,)
    sorted_rows = [PAGE[0], *sorted(PAGE[1:-1], key=str), PAGE[-1]]
    assert typed_lines(sorted_rows, PAGE).rows == ()


def test_another_layout_is_nobodys_row_and_its_words_are_named() -> None:
    old: Rows = [["Review"], ["Moved"], ["Sign-ups: 52 %"], ["Decisions"]]
    typed = typed_lines(old, PAGE)
    assert typed.rows == ()
    assert [value for _, _, value in typed.cells] == ["Review", "Moved", "Sign-ups: 52 %"]
    assert typed_lines(old) == typed_lines(PAGE, PAGE), "nothing is known"


def test_numbers_are_compared_as_sheets_keep_them() -> None:
    page: Rows = [["Progress", 0.1 + 0.2], ["Count", 3]]
    assert not typed_lines([["Progress", 0.3], ["Count", 3.0]], page)
