"""Every request that the gspread client can make is answered by the local Google, and does what
gspread says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gspread
import pytest
from gspread.utils import (
    DateTimeOption,
    Dimension,
    ExportFormat,
    InsertDataOption,
    MergeType,
    PasteType,
    ValidationConditionType,
    ValueInputOption,
    ValueRenderOption,
)

from google_sandbox import client_of
from okrsync_sandbox import Sandbox

Book = gspread.Spreadsheet
Tab = gspread.Worksheet


@pytest.fixture(scope="module")
def client() -> Iterator[gspread.Client]:
    with Sandbox() as sandbox:
        yield client_of(sandbox)


@pytest.fixture
def book(client: gspread.Client) -> Book:
    made: Book = client.create("Team")
    return made


@pytest.fixture
def tab(book: Book) -> Tab:
    made: Tab = book.sheet1
    made.update([["Name", "Points"], ["Ada", 3], ["Mia", 1], ["Jon", 2]], "A1")
    return made


def names(tab: Tab) -> list[Any]:
    return tab.col_values(1)[1:]


def note_and_clear(tab: Tab) -> None:
    tab.insert_note("A2", "hello")
    tab.clear_notes(["A2"])


OF_TABS: dict[str, tuple[Callable[[Tab], Any], Callable[[Tab], Any], Any]] = {
    "acell": (lambda tab: None, lambda tab: tab.acell("B2").value, "3"),
    "add_cols": (lambda tab: tab.add_cols(2), lambda tab: tab.col_count, 28),
    "add_rows": (lambda tab: tab.add_rows(2), lambda tab: tab.row_count, 1002),
    "append_row": (lambda tab: tab.append_row(["Kim", 4]), names, ["Ada", "Mia", "Jon", "Kim"]),
    "append_rows": (
        lambda tab: tab.append_rows(
            [["Kim", 4], ["Ola", 5]], insert_data_option=InsertDataOption.insert_rows
        ),
        names,
        ["Ada", "Mia", "Jon", "Kim", "Ola"],
    ),
    "batch_clear": (lambda tab: tab.batch_clear(["A2", "A4"]), names, ["", "Mia"]),
    "batch_get": (
        lambda tab: None,
        lambda tab: tab.batch_get(["A2:A3", "B2"]),
        [[["Ada"], ["Mia"]], [["3"]]],
    ),
    "batch_update": (
        lambda tab: tab.batch_update([{"range": "A2", "values": [["Eve"]]}]),
        names,
        ["Eve", "Mia", "Jon"],
    ),
    "clear": (lambda tab: tab.clear(), lambda tab: tab.get_all_values(), [[]]),
    "copy_range": (
        lambda tab: tab.copy_range("A2:B2", "A5:B5", PasteType.normal),
        names,
        ["Ada", "Mia", "Jon", "Ada"],
    ),
    "cut_range": (lambda tab: tab.cut_range("A2:B2", "A5"), names, ["", "Mia", "Jon", "Ada"]),
    "delete_columns": (
        lambda tab: tab.delete_columns(1),
        lambda tab: tab.row_values(1),
        ["Points"],
    ),
    "delete_dimension": (
        lambda tab: tab.delete_dimension(Dimension.rows, 2),
        names,
        ["Mia", "Jon"],
    ),
    "delete_rows": (lambda tab: tab.delete_rows(2, 3), names, ["Jon"]),
    "find": (lambda tab: None, lambda tab: [cell.address for cell in tab.findall("Mia")], ["A3"]),
    "findall": (lambda tab: None, lambda tab: len(tab.findall("Mia")), 1),
    "freeze": (lambda tab: tab.freeze(1, 1), lambda tab: tab.frozen_row_count, 1),
    "get": (lambda tab: None, lambda tab: tab.get("A2:B2"), [["Ada", "3"]]),
    "get_all_records": (
        lambda tab: None,
        lambda tab: tab.get_all_records()[0],
        {"Name": "Ada", "Points": 3},
    ),
    "get_values": (
        lambda tab: None,
        lambda tab: tab.get_values("B2", value_render_option=ValueRenderOption.unformatted),
        [[3]],
    ),
    "date": (
        lambda tab: tab.update_acell("C1", "2026-11-23"),
        lambda tab: tab.get_values(
            "C1",
            value_render_option=ValueRenderOption.unformatted,
            date_time_render_option=DateTimeOption.serial_number,
        ),
        [[46349]],
    ),
    "hide": (
        lambda tab: (tab.spreadsheet.add_worksheet("Shown", 1, 1), tab.hide()),
        lambda tab: tab.isSheetHidden,
        True,
    ),
    "hide_gridlines": (
        lambda tab: tab.hide_gridlines(),
        lambda tab: tab.is_gridlines_hidden,
        True,
    ),
    "insert_cols": (
        lambda tab: tab.insert_cols([["Team"]], 1),
        lambda tab: tab.row_values(1),
        ["Team", "Name", "Points"],
    ),
    "insert_row": (
        lambda tab: tab.insert_row(["Kim", 4], 2),
        names,
        ["Kim", "Ada", "Mia", "Jon"],
    ),
    "insert_rows": (
        lambda tab: tab.insert_rows([["Kim"], ["Ola"]], 3),
        names,
        ["Ada", "Kim", "Ola", "Mia", "Jon"],
    ),
    "insert_note": (
        lambda tab: tab.insert_note("A2", "hello"),
        lambda tab: tab.get_note("A2"),
        "hello",
    ),
    "update_notes": (
        lambda tab: tab.update_notes({"A2": "one", "A3": "two"}),
        lambda tab: [row[0] for row in tab.get_notes()[:3]],
        ["", "one", "two"],
    ),
    "clear_notes": (
        note_and_clear,
        lambda tab: tab.get_note("A2"),
        "",
    ),
    "range": (
        lambda tab: None,
        lambda tab: [cell.value for cell in tab.range("A2:A3")],
        ["Ada", "Mia"],
    ),
    "resize": (lambda tab: tab.resize(10, 5), lambda tab: (tab.row_count, tab.col_count), (10, 5)),
    "sort": (lambda tab: tab.sort((2, "asc"), range="A2:B4"), names, ["Mia", "Jon", "Ada"]),
    "update_cell": (lambda tab: tab.update_cell(2, 1, "Eve"), names, ["Eve", "Mia", "Jon"]),
    "update_cells": (
        lambda tab: tab.update_cells(
            [gspread.Cell(2, 1, "=1+1")], value_input_option=ValueInputOption.user_entered
        ),
        names,
        ["2", "Mia", "Jon"],
    ),
    "update_index": (lambda tab: tab.update_index(0), lambda tab: tab.index, 0),
    "update_title": (lambda tab: tab.update_title("Q4"), lambda tab: tab.title, "Q4"),
    "update_tab_color": (
        lambda tab: tab.update_tab_color("#ff0000"),
        lambda tab: tab.get_tab_color(),
        "#FF0000",
    ),
    "clear_tab_color": (
        lambda tab: (tab.update_tab_color("#ff0000"), tab.clear_tab_color()),
        lambda tab: tab.get_tab_color(),
        None,
    ),
    "duplicate": (
        lambda tab: tab.duplicate(new_sheet_name="Copy"),
        lambda tab: tab.spreadsheet.worksheet("Copy").get_all_values()[1],
        ["Ada", "3"],
    ),
    "groups": (
        lambda tab: tab.add_dimension_group_rows(1, 3),
        lambda tab: len(tab.list_dimension_group_rows()),
        1,
    ),
    "column groups": (
        lambda tab: (
            tab.add_dimension_group_columns(0, 1),
            tab.delete_dimension_group_columns(0, 1),
        ),
        lambda tab: len(tab.list_dimension_group_columns()),
        0,
    ),
    "expand": (lambda tab: None, lambda tab: tab.expand("A1")[1], ["Ada", "3"]),
}
"""By what is asked of a tab: the request, what is looked at afterwards, and what that has to be."""

SILENT: dict[str, Callable[[Tab], Any]] = {
    "add_validation": lambda tab: tab.add_validation(
        "B2:B4", ValidationConditionType.number_greater, ["0"], strict=True
    ),
    "add_protected_range": lambda tab: tab.add_protected_range("A1:B1"),
    "batch_format": lambda tab: tab.batch_format(
        [{"range": "A1", "format": {"textFormat": {"bold": True}}}]
    ),
    "batch_merge": lambda tab: tab.batch_merge([{"range": "A5:B5"}, {"range": "A6:B6"}]),
    "basic filter": lambda tab: (tab.set_basic_filter("A1:B4"), tab.clear_basic_filter()),
    "auto resize": lambda tab: (tab.columns_auto_resize(0, 1), tab.rows_auto_resize(0, 1)),
    "format": lambda tab: tab.format("A1", {"numberFormat": {"type": "PERCENT"}}),
    "hidden columns": lambda tab: (tab.hide_columns(0, 1), tab.unhide_columns(0, 1)),
    "hidden rows": lambda tab: (tab.hide_rows(0, 1), tab.unhide_rows(0, 1)),
    "merge_cells": lambda tab: (
        tab.merge_cells("A5:B6", MergeType.merge_rows),
        tab.unmerge_cells("A5:B6"),
    ),
    "named range": lambda tab: tab.delete_named_range(
        tab.define_named_range("A1:B2", "ours")["replies"][0]["addNamedRange"]["namedRange"][
            "namedRangeId"
        ]
    ),
}


@pytest.mark.parametrize("request_name", OF_TABS)
def test_what_gspread_asks_of_a_tab_has_its_effect(tab: Tab, request_name: str) -> None:
    ask, look, expected = OF_TABS[request_name]
    ask(tab)
    assert look(tab) == expected


@pytest.mark.parametrize("request_name", SILENT)
def test_what_gspread_asks_of_a_tab_is_answered_and_changes_no_value(
    tab: Tab, request_name: str
) -> None:
    before = tab.get_all_values()
    SILENT[request_name](tab)
    assert tab.get_all_values() == before


def test_what_gspread_asks_of_a_spreadsheet(client: gspread.Client, book: Book, tab: Tab) -> None:
    assert [one.title for one in book.worksheets()] == [tab.title]
    second = book.add_worksheet("Two", 10, 5, index=0)
    assert book.get_worksheet(0).title == "Two"
    assert book.get_worksheet_by_id(second.id).title == "Two"
    book.reorder_worksheets([tab, second])
    assert [one.title for one in book.worksheets()] == [tab.title, "Two"]
    book.duplicate_sheet(second.id, new_sheet_name="Three")
    book.del_worksheet_by_id(second.id)
    assert {one.title for one in book.worksheets()} == {"Three", tab.title}
    book.update_title("Renamed")
    book.update_locale("de_DE")
    book.update_timezone("Europe/Berlin")
    again = client.open_by_key(book.id)
    assert (again.title, again.locale, again.timezone) == ("Renamed", "de_DE", "Europe/Berlin")
    tab.define_named_range("A1:B2", "ours")
    assert [one["name"] for one in book.list_named_ranges()] == ["ours"]
    assert book.named_range("ours") is not None
    tab.add_protected_range("A1")
    assert len(book.list_protected_ranges(tab.id)) == 1
    rows = book.values_batch_get([f"{tab.title}!A2"])["valueRanges"][0]["values"]
    assert rows == [["Ada"]]
    book.values_update(f"{tab.title}!A2", {"valueInputOption": "RAW"}, {"values": [["Eve"]]})
    book.values_append(f"{tab.title}!A1", {"valueInputOption": "RAW"}, {"values": [["End"]]})
    book.values_clear(f"{tab.title}!B2")
    assert tab.get("A2:B5")[0] == ["Eve"]
    assert names(tab)[-1] == "End"


def test_what_gspread_asks_of_drive(client: gspread.Client, book: Book, tab: Tab) -> None:
    book.share("mia@acme.example", perm_type="user", role="writer", notify=False)
    mails = {one.get("emailAddress") for one in book.list_permissions()}
    assert "mia@acme.example" in mails
    assert book.remove_permissions("mia@acme.example") != []
    copied = client.copy(book.id, title="Copied", copy_comments=False)
    assert copied.sheet1.get_all_values() == tab.get_all_values()
    assert {"Copied", "Team"} <= {one["name"] for one in client.list_spreadsheet_files()}
    assert client.open("Copied").id == copied.id
    assert client.open_by_url(copied.url).id == copied.id
    assert copied.id in {one.id for one in client.openall("Copied")}
    assert book.creationTime
    assert book.get_lastUpdateTime()
    client.import_csv(copied.id, b"a,b\n1,2\n")
    assert copied.sheet1.get_all_values() == [["a", "b"], ["1", "2"]]
    assert b"Ada" in book.export(ExportFormat.CSV)
    with pytest.raises(gspread.exceptions.APIError, match="conversion is not supported"):
        book.export(ExportFormat.PDF)  # the local Google draws no pages
    client.del_spreadsheet(copied.id)
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key(copied.id)


def test_values_that_are_no_list_are_refused_in_the_words_of_the_service(tab: Tab) -> None:
    words = "Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue), \"X\""
    with pytest.raises(gspread.exceptions.APIError) as refused:
        tab.spreadsheet.values_update(
            "A1", {"valueInputOption": "RAW"}, {"values": "X", "majorDimension": None}
        )
    assert (refused.value.code, refused.value.error["message"]) == (400, words)


def test_a_tab_is_copied_into_another_spreadsheet(client: gspread.Client, tab: Tab) -> None:
    other = client.create("Other")
    answer = tab.copy_to(other.id)
    assert other.get_worksheet_by_id(answer["sheetId"]).get_all_values() == tab.get_all_values()


def test_a_filter_over_a_whole_tab_is_answered_with_all_its_sides(tab: Tab) -> None:
    tab.resize(20, 10)
    tab.set_basic_filter()
    [sheet] = tab.spreadsheet.fetch_sheet_metadata()["sheets"]
    sides = {"startRowIndex": 0, "endRowIndex": 20, "startColumnIndex": 0, "endColumnIndex": 10}
    assert sheet["basicFilter"]["range"] == sides
    mine = {"sheetId": tab.id, "startRowIndex": 1}
    views = {"filter": {"title": "Mine", "range": mine}}
    answer = tab.spreadsheet.batch_update({"requests": [{"addFilterView": views}]})
    made = answer["replies"][0]["addFilterView"]["filter"]["range"]
    assert made == {**sides, "startRowIndex": 1}
    beyond = {"filter": {"range": {"sheetId": tab.id, "endRowIndex": 21}}}
    with pytest.raises(gspread.exceptions.APIError, match="after last row in grid"):
        tab.spreadsheet.batch_update({"requests": [{"setBasicFilter": beyond}]})


@pytest.mark.parametrize("is_style", [False, True])
def test_a_colour_that_is_set_in_one_of_its_fields_stands_in_both(
    tab: Tab, *, is_style: bool
) -> None:
    name = "backgroundColor"
    for red in (1, 0.2):
        colour = {"red": red}
        given: dict[str, Any] = {name: colour}
        if is_style:
            given = {f"{name}Style": {"rgbColor": colour}}
        given["textFormat"] = {"foregroundColor": {"green": 1}}
        tab.format("A2", given)
        fields = "sheets.data.rowData.values.userEnteredFormat"
        asked = tab.spreadsheet.fetch_sheet_metadata({"ranges": ["A2"], "fields": fields})
        [sheet] = asked["sheets"]
        kept = sheet["data"][0]["rowData"][0]["values"][0]["userEnteredFormat"]
        assert kept[name] == colour
        assert kept[f"{name}Style"] == {"rgbColor": colour}
        assert kept["textFormat"]["foregroundColorStyle"] == {"rgbColor": {"green": 1}}
