"""The local Google, through the real gspread: what people and programs do, and what the service
refuses.
"""

from __future__ import annotations

import gzip
import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gspread
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from gspread.exceptions import APIError
from gspread.utils import ValueRenderOption

from google_sandbox import ANNA, Bearer, client_of
from okrsync_sandbox import Fault, Sandbox

Book = gspread.Spreadsheet


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def client(sandbox: Sandbox) -> gspread.Client:
    return client_of(sandbox)


@pytest.fixture
def book(client: gspread.Client) -> Book:
    return client.create("OKRs")


def message(error: pytest.ExceptionInfo[APIError]) -> str:
    return str(error.value.error["message"])


def batch(book: Book, **update: Any) -> Any:
    return book.batch_update({"requests": [update]})["replies"][0]


# Values


def test_typing_and_raw_values_are_kept_apart(book: Book) -> None:
    sheet = book.sheet1
    rows = [["0042", "1/2", "55%", "=1+1", "+1", "1,234", "TRUE", "'7"]]
    sheet.update(rows, "A1", raw=True)
    assert sheet.get("A1:H1", value_render_option=ValueRenderOption.unformatted) == rows
    sheet.update(rows, "A2", raw=False)
    found = sheet.get("A2:H2", value_render_option=ValueRenderOption.unformatted)[0]
    assert found[2:] == [0.55, 2, 1, 1234, True, "7"]
    assert found[0] == 42
    assert sheet.get("C2:F2") == [["55%", "2", "1", "1,234"]]


def test_the_locale_decides_what_an_entry_means(sandbox: Sandbox) -> None:
    anna = sandbox.google.person(ANNA)
    german = anna.new_spreadsheet("OKR", {"Q4": [[""]]}, locale="de_DE")
    for cell, text in {"A1": "0,7", "A2": "1.234,50 €", "A3": "02.11.2026", "A4": "1.5"}.items():
        anna.type(german, "Q4", cell, text)
    assert anna.grid(german, "Q4") == [
        [0.7],
        [1234.5],
        [46328.0],
        [pytest.approx(46143.0, abs=366 * 5)],
    ]
    assert [anna.text(german, "Q4", f"A{row}") for row in (1, 2, 3)] == [
        "0,7",
        "1.234,50 €",
        "02.11.2026",
    ]
    brazilian = anna.new_spreadsheet("OKR", {"T4": [[""]]}, locale="pt_BR")
    anna.type(brazilian, "T4", "A1", "R$ 1.234,50")
    anna.type(brazilian, "T4", "A2", "02/11/2026")
    assert anna.grid(brazilian, "T4") == [[1234.5], [46328.0]]


def test_a_comma_formula_is_an_error_where_the_comma_is_decimal(sandbox: Sandbox) -> None:
    anna = sandbox.google.person(ANNA)
    german = anna.new_spreadsheet(
        "OKR", {"Q4": [['=IF(1>0,"a","b")', "=SUM(2,3)", "=SUM(2;3)"]]}, locale="de_DE"
    )
    assert anna.text(german, "Q4", "A1") == "#ERROR!"
    assert anna.grid(german, "Q4")[0][1:] == [2.3, 5.0]


def test_formulas_follow_what_moves(book: Book) -> None:
    sheet = book.sheet1
    sheet.update([[1, 2], [3, 4], ["=SUM(A1:B2)", "=$A$1"]], "A1", raw=False)
    sheet.insert_row(["new"], 2)
    assert sheet.get("A4:B4", value_render_option=ValueRenderOption.formula) == [
        ["=SUM(A1:B3)", "=$A$1"]
    ]
    sheet.delete_rows(1)
    assert sheet.get("A3:B3", value_render_option=ValueRenderOption.formula) == [
        ["=SUM(A1:B2)", "=#REF!"]
    ]
    assert sheet.acell("B3").value == "#REF!"


def test_errors_are_text_in_values_and_faults_in_the_grid(book: Book) -> None:
    sheet = book.sheet1
    sheet.update([["=1/0", '=VLOOKUP("x",C1:D2,2,FALSE)', "=NOSUCH(1)"]], "A1", raw=False)
    assert sheet.get("A1:C1") == [["#DIV/0!", "#N/A", "#NAME?"]]
    unformatted = sheet.get("A1:C1", value_render_option=ValueRenderOption.unformatted)[0]
    assert unformatted[1] == "#N/A (Did not find value 'x' in VLOOKUP evaluation.)"
    data = book.fetch_sheet_metadata({"fields": "sheets.data.rowData.values.effectiveValue"})
    kinds = [
        cell["effectiveValue"]["errorValue"]["type"]
        for cell in data["sheets"][0]["data"][0]["rowData"][0]["values"]
    ]
    assert kinds == ["DIVIDE_BY_ZERO", "N_A", "NAME"]


def test_nulls_are_passed_over_and_empty_texts_empty(book: Book) -> None:
    sheet = book.sheet1
    sheet.update([["a", "b", "c"]], "A1")
    answer = sheet.update([[None, "", "d"]], "A1")
    assert answer["updatedCells"] == 2
    assert sheet.get("A1:C1") == [["a", "", "d"]]


def test_writing_past_the_end_is_refused_or_grows(sandbox: Sandbox, book: Book) -> None:
    sheet = book.add_worksheet("small", 2, 2)
    with pytest.raises(APIError, match=r"exceeds grid limits\. Max rows: 2, max columns: 2"):
        sheet.update([[1], [2], [3]], "A1")
    assert sheet.get_all_values() == [[]]
    sandbox.google.switches.writing_past_grows = True
    sheet.update([[1], [2], [3]], "A1")
    assert len(sheet.get_all_values()) == 3


def test_appending_finds_the_last_table(book: Book) -> None:
    sheet = book.sheet1
    sheet.update([["a", "b"], [1, 2], ["", ""], ["", "", "x"]], "A1")
    assert sheet.append_row(["y"], table_range="A1:B2")["updates"]["updatedRange"] == "Sheet1!A3"
    assert sheet.append_row(["z"])["updates"]["updatedRange"].startswith("Sheet1!")


# Refusals


@pytest.mark.parametrize(
    ("update", "said"),
    [
        (
            {"nonsense": {}},
            (
                "Invalid JSON payload received. Unknown name \"nonsense\" at 'requests[0]': Cannot"
                " find field."
            ),
        ),
        (
            {"updateCells": {"rowz": []}},
            (
                'Invalid JSON payload received. Unknown name "rowz" at'
                " 'requests[0].update_cells': Cannot find field."
            ),
        ),
        (
            {
                "updateSheetProperties": {
                    "properties": {"gridProperties": {"rowCount": "many"}},
                    "fields": "*",
                }
            },
            (
                "Invalid value at"
                " 'requests[0].update_sheet_properties.properties.grid_properties.row_count'"
                ' (TYPE_INT32), "many"'
            ),
        ),
        (
            {"deleteSheet": {"sheetId": 0}},
            (
                "Invalid requests[0].deleteSheet: You can't remove all the visible sheets in a"
                " document."
            ),
        ),
        ({"deleteSheet": {"sheetId": 99}}, "Invalid requests[0].deleteSheet: No sheet with id: 99"),
        (
            {"addSheet": {"properties": {"title": "sheet1"}}},
            (
                'Invalid requests[0].addSheet: A sheet with the name "sheet1" already exists.'
                " Please enter another name."
            ),
        ),
        (
            {
                "repeatCell": {
                    "range": {"sheetId": 0, "startRowIndex": 1000},
                    "cell": {},
                    "fields": "note",
                }
            },
            (
                "Invalid requests[0].repeatCell: GridRange.startRowIndex[1000] is after last row in"
                " grid[1000]"
            ),
        ),
        (
            {"repeatCell": {"range": {"sheetId": 0}, "cell": {}}},
            (
                "Invalid requests[0].repeatCell: At least one field must be listed in 'fields'."
                " (Use '*' to indicate all fields.)"
            ),
        ),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_in_googles_words(
    book: Book, update: Any, said: str
) -> None:
    with pytest.raises(APIError) as error:
        batch(book, **update)
    assert (error.value.code, message(error)) == (400, said)


def test_a_batch_is_carried_out_whole_or_not_at_all(book: Book) -> None:
    good = {"addSheet": {"properties": {"title": "second"}}}
    with pytest.raises(APIError, match=r"Invalid requests\[1\]"):
        book.batch_update({"requests": [good, {"deleteSheet": {"sheetId": 5}}]})
    assert [sheet.title for sheet in book.worksheets()] == ["Sheet1"]


def test_a_protected_cell_voids_the_batch_and_is_known_in_advance(
    sandbox: Sandbox, client: gspread.Client
) -> None:
    anna = sandbox.google.person(ANNA)
    file_id = anna.new_spreadsheet("OKRs", {"Q4": [["a", "b"]]})
    robot = next(iter(sandbox.google.accounts.keys.values())).email
    anna.share(file_id, robot)
    anna.protect(file_id, "Q4", "B1:B9", "only Anna")
    book = client.open_by_key(file_id)
    with pytest.raises(APIError, match="protected cell or object"):
        book.sheet1.batch_update(
            [{"range": "A1", "values": [["x"]]}, {"range": "B1", "values": [["y"]]}]
        )
    assert book.sheet1.get_all_values() == [["a", "b"]]
    protections = book.fetch_sheet_metadata()["sheets"][0]["protectedRanges"]
    assert "requestingUserCanEdit" not in protections[0]
    assert "editors" not in protections[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Nowhere!A1", "Unable to parse range: Nowhere!A1"),
        ("Sheet1!AAA1", "Range (Sheet1!AAA1) exceeds grid limits. Max rows: 1000, max columns: 26"),
    ],
)
def test_a_bad_range_is_named(client: gspread.Client, book: Book, given: str, said: str) -> None:
    with pytest.raises(APIError) as error:
        client.http_client.values_get(book.id, given)
    assert (error.value.code, message(error)) == (400, said)


def test_the_cells_of_all_tabs_have_a_limit(book: Book) -> None:
    with pytest.raises(APIError, match="above the limit of 10000000 cells"):
        book.sheet1.resize(rows=400_000, cols=26)
    book.sheet1.resize(rows=300_000, cols=26)


# Developer metadata


def anchor(book: Book, row: int, value: str) -> None:
    spot = {"sheetId": 0, "dimension": "ROWS", "startIndex": row - 1, "endIndex": row}
    entry = {
        "metadataKey": "k",
        "metadataValue": value,
        "location": {"dimensionRange": spot},
        "visibility": "DOCUMENT",
    }
    batch(book, createDeveloperMetadata={"developerMetadata": entry})


def anchors(book: Book) -> dict[str, int]:
    data = book.fetch_sheet_metadata({"fields": "sheets.data.rowMetadata.developerMetadata"})
    rows = data["sheets"][0]["data"][0]["rowMetadata"]
    return {
        entry["metadataValue"]: number
        for number, row in enumerate(rows, start=1)
        for entry in row.get("developerMetadata", ())
    }


def test_anchors_follow_rows_that_are_inserted_moved_and_deleted(
    sandbox: Sandbox, book: Book
) -> None:
    for row, value in ((2, "a"), (3, "b"), (4, "c")):
        anchor(book, row, value)
    book.sheet1.insert_row(["new"], 3)
    assert anchors(book) == {"a": 2, "b": 4, "c": 5}
    spot = {"sheetId": 0, "dimension": "ROWS", "startIndex": 4, "endIndex": 5}
    batch(book, moveDimension={"source": spot, "destinationIndex": 0})
    assert anchors(book) == {"c": 1, "a": 3, "b": 5}
    book.sheet1.delete_rows(3)
    assert anchors(book) == {"c": 1, "b": 4}


@pytest.mark.parametrize("follows", [False, True])
def test_anchors_stay_or_follow_when_a_range_is_sorted(
    sandbox: Sandbox, book: Book, follows: bool
) -> None:
    sandbox.google.switches.metadata_follows_sort = follows
    book.sheet1.update([["b"], ["a"]], "A1")
    anchor(book, 1, "of b")
    anchor(book, 2, "of a")
    book.sheet1.sort((1, "asc"), range="A1:A2")
    assert book.sheet1.col_values(1) == ["a", "b"]
    assert anchors(book) == ({"of a": 1, "of b": 2} if follows else {"of b": 1, "of a": 2})


def test_metadata_has_room_for_thirty_thousand_characters(book: Book) -> None:
    anchor(book, 1, "x" * 29_990)
    with pytest.raises(APIError, match="exceeds the limit of 30000 characters"):
        anchor(book, 2, "y" * 20)


def test_metadata_is_searched_and_needs_a_scope_that_may_write(
    sandbox: Sandbox, book: Book
) -> None:
    anchor(book, 2, "a")
    path = f"{sandbox.endpoint}/v4/spreadsheets/{book.id}/developerMetadata:search"
    body = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "k"}}]}
    found = book.client.request("post", path, json=body).json()
    assert [
        one["developerMetadata"]["metadataValue"] for one in found["matchedDeveloperMetadata"]
    ] == ["a"]
    reader = client_of(sandbox, "https://www.googleapis.com/auth/spreadsheets.readonly")
    with pytest.raises(APIError, match="insufficient authentication scopes"):
        reader.http_client.request("post", path, json=body)


def test_a_copy_keeps_metadata_or_loses_it(
    sandbox: Sandbox, client: gspread.Client, book: Book
) -> None:
    anchor(book, 2, "a")
    assert anchors(client.copy(book.id, "kept")) == {"a": 2}
    sandbox.google.switches.metadata_copied = False
    assert anchors(client.copy(book.id, "lost")) == {}


# Access


def test_tokens_are_given_for_signed_claims_only(sandbox: Sandbox, client: gspread.Client) -> None:
    client.list_spreadsheet_files()
    sandbox.google.accounts.expire_tokens()
    with pytest.raises(APIError, match="invalid authentication credentials"):
        client.list_spreadsheet_files()
    accounts = sandbox.google.accounts
    forged = {
        **accounts.service_account("mallory"),
        "client_email": accounts.service_account("okrsync")["client_email"],
    }
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        token_for(forged)
    real = accounts.service_account()
    real["private_key"] = accounts.service_account()["private_key"]
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        token_for(real)
    good = accounts.service_account()
    assert token_for(good).startswith("ya29.")
    accounts.revoke_keys()
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        token_for(good)


def token_for(info: dict[str, str]) -> str:
    """The token the real google-auth is given for a key file's content."""
    bearer = Bearer(info, ("https://www.googleapis.com/auth/drive",))
    bearer.credentials.refresh(Request())
    return str(bearer.credentials.token)


def test_a_claim_from_a_wrong_clock_or_for_an_unknown_scope_is_refused(sandbox: Sandbox) -> None:
    unknown = client_of(sandbox, "https://www.googleapis.com/auth/nonsense")
    with pytest.raises(RefreshError, match="invalid_scope"):
        unknown.list_spreadsheet_files()
    sandbox.google.clock = lambda: 1_000_000_000.0
    with pytest.raises(RefreshError, match="reasonable timeframe"):
        client_of(sandbox).list_spreadsheet_files()


def test_strangers_and_readers_are_told_apart(sandbox: Sandbox, client: gspread.Client) -> None:
    anna = sandbox.google.person(ANNA)
    file_id = anna.new_spreadsheet("OKRs", {"Q4": [["a"]]})
    with pytest.raises(PermissionError):
        client.open_by_key(file_id)
    robot = next(iter(sandbox.google.accounts.keys.values())).email
    anna.share(file_id, robot, "reader")
    book = client.open_by_key(file_id)
    assert book.sheet1.acell("A1").value == "a"
    with pytest.raises(APIError, match="The caller does not have permission"):
        book.sheet1.update_acell("A1", "b")
    assert (
        requests.get(f"{sandbox.endpoint}/v4/spreadsheets/{file_id}", timeout=60).status_code == 401
    )


def test_the_quota_of_a_minute_ends_with_429(sandbox: Sandbox, book: Book) -> None:
    moment = [time.time() // 60 * 60]
    sandbox.google.clock = lambda: moment[0]
    sandbox.google.quota.reads = 2
    book.fetch_sheet_metadata()
    book.fetch_sheet_metadata()
    with pytest.raises(APIError) as error:
        book.fetch_sheet_metadata()
    assert error.value.code == 429
    assert message(error).startswith(
        "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per"
        " user'"
    )
    moment[0] += 60
    book.fetch_sheet_metadata()


# Faults, counts, and people who are faster


def test_faults_come_before_or_after_the_effect(sandbox: Sandbox, book: Book) -> None:
    sheet = book.sheet1
    traffic = sandbox.google.traffic
    traffic.fail(Fault(lambda call: call.kind == "write", status=503))
    with pytest.raises(APIError, match="currently unavailable"):
        sheet.update([["lost"]], "A1")
    traffic.fail(Fault(lambda call: call.kind == "write", drop="after"))
    with pytest.raises(requests.ConnectionError):
        sheet.update([["kept"]], "A1")
    assert sheet.acell("A1").value == "kept"
    traffic.fail(Fault(keep=10))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        sheet.acell("A1")
    traffic.fail(Fault(status=502))
    with pytest.raises(APIError) as error:
        sheet.acell("A1")
    assert error.value.response.headers["Content-Type"].startswith("text/html")


def test_somebody_edits_at_the_moment_that_is_asked_for(sandbox: Sandbox, book: Book) -> None:
    anna = sandbox.google.person(ANNA)
    sandbox.google.traffic.before("write", 2, lambda: anna.insert_rows(book.id, "Sheet1", 1))
    book.sheet1.update([["first"]], "A1")
    book.sheet1.update([["second"]], "A1")
    assert anna.grid(book.id, "Sheet1") == [["second"], ["first"]]
    assert sandbox.google.traffic.count("write", "sheets") == 2


# Drive


def test_the_feed_tells_what_changed_and_by_whom(
    sandbox: Sandbox, client: gspread.Client, book: Book
) -> None:
    def get(path: str, **query: str) -> Any:
        return client.http_client.request(
            "get", f"{sandbox.endpoint}/drive/v3/{path}", params=dict(query)
        ).json()

    start = get("changes/startPageToken")["startPageToken"]
    assert get("changes", pageToken=start)["changes"] == []
    anna = sandbox.google.person(ANNA)
    book.sheet1.update([["x"]], "A1")
    anna.share(book.id, ANNA)
    anna.type(book.id, "Sheet1", "B1", "y")
    fields = "newStartPageToken,changes(fileId,removed,file(lastModifyingUser(me,emailAddress)))"
    answer = get("changes", pageToken=start, fields=fields)
    assert [one["fileId"] for one in answer["changes"]] == [book.id]
    assert answer["changes"][0]["file"]["lastModifyingUser"] == {"me": False, "emailAddress": ANNA}
    assert get("changes", pageToken=answer["newStartPageToken"])["changes"] == []
    with pytest.raises(APIError):
        get("changes", pageToken="nonsense")


def test_comments_are_made_answered_and_resolved(
    sandbox: Sandbox, client: gspread.Client, book: Book
) -> None:
    path = f"{sandbox.endpoint}/drive/v3/files/{book.id}/comments"
    http = client.http_client
    made = http.request(
        "post",
        path,
        params={"fields": "id,content,mentionedEmailAddresses"},
        json={"content": f"@{ANNA} please"},
    ).json()
    assert made["mentionedEmailAddresses"] == [ANNA]
    with pytest.raises(APIError, match="fields"):
        http.request("get", path)
    reply = {"action": "resolve", "content": "Done."}
    http.request("post", f"{path}/{made['id']}/replies", params={"fields": "id"}, json=reply)
    listed = http.request(
        "get", path, params={"fields": "comments(resolved,replies/content)"}
    ).json()["comments"]
    assert listed == [{"resolved": True, "replies": [{"content": "Done."}]}]


def test_newer_service_accounts_own_no_storage(sandbox: Sandbox, client: gspread.Client) -> None:
    sandbox.google.switches.service_accounts_create = False
    with pytest.raises(APIError, match="storage quota has been exceeded"):
        client.create("no")


def test_a_file_that_is_no_sheet_is_refused(sandbox: Sandbox, client: gspread.Client) -> None:
    robot = next(iter(sandbox.google.accounts.keys.values())).email
    file = sandbox.google.files.create("plan.xlsx", robot, "application/vnd.ms-excel")
    with pytest.raises(APIError, match="This operation is not supported for this document"):
        client.open_by_key(file.id)


# The page, and keeping it all


def test_the_page_shows_sheets_and_escapes_what_people_wrote(sandbox: Sandbox) -> None:
    anna = sandbox.google.person(ANNA)
    file_id = anna.new_spreadsheet("<b>OKRs</b>", {"Q4": [["<script>alert(1)</script>", 0.5]]})
    anna.note(file_id, "Q4", "A1", 'a "note"')
    listed = requests.get(sandbox.endpoint, timeout=60).text
    assert "&lt;b&gt;OKRs&lt;/b&gt;" in listed
    page = requests.get(sandbox.spreadsheet_url(file_id), timeout=60)
    assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "a &quot;note&quot;" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_everything_is_kept_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "google.json"
    with Sandbox(kept=kept) as sandbox:
        anna = sandbox.google.person(ANNA)
        file_id = anna.new_spreadsheet("OKRs", {"Q4": [["a", "=1+1"]]})
        anna.merge(file_id, "Q4", "A2:B2")
    with Sandbox(kept=kept) as again:
        anna = again.google.person(ANNA)
        assert anna.grid(file_id, "Q4") == [["a", 2.0]]
        assert len(anna.tab(file_id, "Q4").merges) == 1


def test_what_is_on_a_shared_drive_is_there_only_for_who_asks_for_it() -> None:
    """As Drive documents it: both parameters default to false, and a member is told of changes by
    the drive's own log alone.
    """
    with Sandbox() as sandbox:
        anna = sandbox.google.person(ANNA)
        keys = [sandbox.google.accounts.service_account(name) for name in ("mia", "jon")]
        member, guest = (key["client_email"] for key in keys)
        scope = ("https://www.googleapis.com/auth/drive.readonly",)
        bearers = {key["client_email"]: Bearer(key, scope) for key in keys}
        drive = anna.new_shared_drive("Sales", {member: "writer"})
        file_id = anna.new_spreadsheet("OKRs", {"Q4": [["x"]]})
        anna.move_to_drive(file_id, drive)
        anna.share(file_id, guest)
        wide = {"supportsAllDrives": "true", "includeItemsFromAllDrives": "true"}

        def asked(who: str, path: str, **query: str) -> Any:
            return requests.get(
                f"{sandbox.endpoint}/drive/v3/{path}",
                params=query,
                auth=bearers[who],
                timeout=10,
            )

        def changed(who: str, **query: str) -> set[str]:
            answer = asked(who, "changes", pageToken=tokens[who, query.get("driveId")], **query)
            return {one["fileId"] for one in answer.json()["changes"]}

        tokens: dict[tuple[str, str | None], str] = {}
        for who in (member, guest):
            tokens[who, None] = asked(who, "changes/startPageToken").json()["startPageToken"]
        start = asked(member, "changes/startPageToken", driveId=drive, supportsAllDrives="true")
        tokens[member, drive] = start.json()["startPageToken"]
        anna.type(file_id, "Q4", "A1", "y")
        assert asked(member, f"files/{file_id}").status_code == 404
        one = asked(member, f"files/{file_id}", supportsAllDrives="true", fields="driveId,owners")
        assert one.json() == {"driveId": drive}
        assert asked(member, "files").json()["files"] == []
        assert [file["id"] for file in asked(member, "files", **wide).json()["files"]] == [file_id]
        assert asked(member, "files", includeItemsFromAllDrives="true").status_code == 403
        assert changed(member) == changed(member, **wide) == changed(guest) == set()
        assert changed(member, **wide, driveId=drive) == changed(guest, **wide) == {file_id}
        assert asked(guest, "changes/startPageToken", driveId=drive, **wide).status_code == 404


def test_an_inserted_column_takes_after_its_neighbour() -> None:
    with Sandbox() as sandbox:
        anna = sandbox.google.person(ANNA)
        file_id = anna.new_spreadsheet("OKRs", {"Q4": [["a", "b"]]})
        cell = {"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 1, "endRowIndex": 1}
        bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
        anna.do(file_id, repeatCell={"range": cell, "cell": bold, "fields": "userEnteredFormat"})
        rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "x"}]}}
        anna.do(file_id, setDataValidation={"range": cell, "rule": rule})
        for after, expected in ((True, True), (False, False)):
            spot = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
            anna.do(file_id, insertDimension={"range": spot, "inheritFromBefore": after})
            made = anna.tab(file_id, "Q4").cell(0, 1)
            assert (made.format is not None, made.validation is not None) == (expected, expected)
            anna.delete_columns(file_id, "Q4", "B")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "localhost:{port}", ""])
def test_it_answers_only_to_the_name_it_gave(host: str) -> None:
    """A page on the web may let its own name lead to this machine (DNS rebinding)."""
    with Sandbox() as sandbox:
        port = sandbox.endpoint.rsplit(":", 1)[1]
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
        connection.putrequest("GET", "/", skip_host=True)
        if host:
            connection.putheader("Host", host.format(port=port))
        connection.endheaders()
        assert connection.getresponse().status == 421
        connection.close()
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        connection.close()


@pytest.mark.parametrize(
    "scopes",
    [
        ("https://spreadsheets.google.com/feeds", "https://www.googleapis.com/auth/drive.file"),
        ("https://www.googleapis.com/auth/drive",),
        ("https://www.googleapis.com/auth/drive.file",),
        ("https://www.googleapis.com/auth/spreadsheets", "https://docs.google.com/feeds"),
    ],
    ids=lambda scopes: scopes[0].rpartition("/")[2],
)
def test_every_scope_that_covers_spreadsheets_does(scopes: tuple[str, ...]) -> None:
    with Sandbox() as sandbox:
        client = client_of(sandbox, *scopes)
        sheet = client.create("OKRs").sheet1
        sheet.update([["x"]], "A1")
        assert sheet.acell("A1").value == "x"


# Compression


def test_answers_are_compressed_for_those_who_ask_in_both_headers(
    sandbox: Sandbox, book: Book
) -> None:
    book.sheet1.update([[f"text {n}" for n in range(20)]] * 40, "A1", raw=True)
    encodings = []
    for headers in (
        {"Accept-Encoding": "gzip", "User-Agent": "a program"},
        {"Accept-Encoding": "identity", "User-Agent": "a program (gzip)"},
        {"Accept-Encoding": "gzip", "User-Agent": "a program (gzip)"},
    ):
        book.client.session.headers.update(headers)
        answer = book.client.request(
            "get", f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}/values/A1:T40"
        )
        assert answer.json()["values"][0][0] == "text 0"
        encodings.append(answer.headers.get("Content-Encoding"))
    assert encodings == [None, None, "gzip"]
    last = sandbox.google.traffic.calls[-1]
    assert last.answered * 3 < last.told


def test_requests_may_be_compressed(sandbox: Sandbox, book: Book) -> None:
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}:batchUpdate"
    cell = {"userEnteredValue": {"stringValue": "typed"}}
    start = {"sheetId": 0, "rowIndex": 0, "columnIndex": 0}
    update = {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}
    content = json.dumps({"requests": [{"updateCells": update}]}).encode()
    packed = gzip.compress(content)
    book.client.request("post", url, data=packed, headers={"Content-Encoding": "gzip"})
    assert book.sheet1.acell("A1").value == "typed"
    call = next(call for call in sandbox.google.traffic.calls if call.updates == ("updateCells",))
    assert (call.sent, call.said) == (len(packed), len(content))
    for encoding, body, status in (
        ("br", packed, 415),
        ("gzip", content, 400),
        ("gzip", packed[:-9], 400),
    ):
        with pytest.raises(APIError) as refused:
            book.client.request("post", url, data=body, headers={"Content-Encoding": encoding})
        assert refused.value.response.status_code == status
