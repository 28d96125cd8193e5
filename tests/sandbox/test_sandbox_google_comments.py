"""Comments on cells in the local Google, through the real gspread: inserted, answered, changed,
deleted, resolved, and where they are after people moved things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gspread.exceptions import APIError

from google_sandbox import ANNA, client_of
from okrsync_sandbox import Sandbox
from okrsync_sandbox.google.person import SheetEditor

INCLUDED = {"commentsViewMode": "COMMENTS_VIEW_MODE_INCLUDED"}
ROWS = [["Objective", "Owner"], ["Grow", "Mia"], ["Keep", "Jon"], ["Amaze", "Lea"]]


class Talk:
    """A spreadsheet of Anna's, which okrsync's service account may edit."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.anna = sandbox.google.person(ANNA)
        self.file_id = self.anna.new_spreadsheet("OKRs", {"Q4": ROWS})
        self.client = client_of(sandbox)
        about = sandbox.google.accounts.keys
        self.robot = next(iter(about.values())).email
        self.anna.share(self.file_id, self.robot)
        self.book = self.client.open_by_key(self.file_id)

    def do(self, **update: Any) -> Any:
        return self.book.batch_update({"requests": [update]})

    def refused(self, **update: Any) -> str:
        with pytest.raises(APIError) as error:
            self.do(**update)
        return f"{error.value.code} {error.value.error['message']}"

    def read(self, **params: Any) -> Any:
        query = {**INCLUDED, **params}
        return self.client.http_client.request(
            "get", f"https://sheets.googleapis.com/v4/spreadsheets/{self.file_id}", params=query
        ).json()

    def comment(self, row: int = 1, column: int = 0, **more: Any) -> Any:
        place = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
        wanted = {"coordinate": place, "content": "No check-in.", **more}
        return self.do(insertComment=wanted)["replies"][0]["insertComment"]["commentThread"]

    def where(self) -> list[str]:
        return list(self.anna.comments(self.file_id))


@pytest.fixture
def talk() -> Iterator[Talk]:
    with Sandbox() as sandbox:
        yield Talk(sandbox)


def test_a_comment_has_a_thread_and_an_anchor_at_its_cell(talk: Talk) -> None:
    made = talk.comment(assigneeEmailAddress="mia@acme.example")
    answer = talk.read(fields="comments,sheets(properties(title),commentAnchors)")
    assert answer["comments"] == [made]
    assert made["status"] == "OPEN"
    assert made["plainTextQuote"] == "Grow"
    head = made["headPost"]
    # The first post of a thread has the id of the thread.
    assert head["postId"] == made["commentId"]
    assert (head["content"], head["assigneeEmail"]) == ("No check-in.", "mia@acme.example")
    assert (head["author"]["me"], head["commentAction"]) == (True, "NO_COMMENT_ACTION_CHANGE")
    (anchor,) = answer["sheets"][0]["commentAnchors"]
    assert anchor["anchorId"] == made["anchorId"]
    assert anchor["range"] == {
        "startRowIndex": 1,
        "endRowIndex": 2,
        "startColumnIndex": 0,
        "endColumnIndex": 1,
    }


def test_comments_are_left_out_unless_they_are_asked_for(talk: Talk) -> None:
    talk.comment()
    assert "comments" not in talk.read(commentsViewMode="COMMENTS_VIEW_MODE_OMITTED")
    assert "comments" in talk.read(commentsViewMode="COMMENTS_VIEW_MODE_DEFAULT_FOR_CURRENT_ACCESS")
    with pytest.raises(APIError, match="comment-specific fields"):
        talk.read(commentsViewMode="COMMENTS_VIEW_MODE_OMITTED", fields="comments")


def test_a_range_has_the_threads_that_are_anchored_in_it(talk: Talk) -> None:
    first, second = talk.comment(1), talk.comment(3)
    assert [each["commentId"] for each in talk.read(ranges="'Q4'!A4:B4")["comments"]] == [
        second["commentId"]
    ]
    assert len(talk.read(ranges="'Q4'")["comments"]) == 2
    talk.anna.delete_rows(talk.file_id, "Q4", 2)
    # A thread whose cell was deleted has no anchor and comes only unfiltered.
    assert [each["commentId"] for each in talk.read(ranges="'Q4'")["comments"]] == [
        second["commentId"]
    ]
    assert {each["commentId"] for each in talk.read()["comments"]} == {
        first["commentId"],
        second["commentId"],
    }


@pytest.mark.parametrize(
    ("move", "cell"),
    [
        (lambda anna, id_: anna.insert_rows(id_, "Q4", 1, 2), "Q4!A5"),
        (lambda anna, id_: anna.insert_columns(id_, "Q4", "A"), "Q4!B3"),
        (lambda anna, id_: anna.delete_rows(id_, "Q4", 2), "Q4!A2"),
        (lambda anna, id_: anna.move_row(id_, "Q4", 3, 2), "Q4!A2"),
        (lambda anna, id_: anna.move_column(id_, "Q4", "A", "C"), "Q4!B3"),
        (lambda anna, id_: anna.sort(id_, "Q4", "A2:B4", "A"), "Q4!A4"),
        (lambda anna, id_: anna.sort(id_, "Q4", "A2:B4", "B", descending=True), "Q4!A4"),
        (lambda anna, id_: anna.rename_tab(id_, "Q4", "Quarter"), "Quarter!A3"),
    ],
)
def test_an_anchor_follows_its_cell(
    talk: Talk, move: Callable[[SheetEditor, str], None], cell: str
) -> None:
    talk.comment(2)
    move(talk.anna, talk.file_id)
    assert talk.where() == [cell]


def test_an_anchor_follows_its_cell_alone(talk: Talk) -> None:
    talk.comment(2)
    cells = {
        "sheetId": 0,
        "startRowIndex": 1,
        "endRowIndex": 2,
        "startColumnIndex": 0,
        "endColumnIndex": 1,
    }
    talk.do(insertRange={"range": cells, "shiftDimension": "ROWS"})
    assert talk.where() == ["Q4!A4"]
    talk.do(deleteRange={"range": cells, "shiftDimension": "ROWS"})
    assert talk.where() == ["Q4!A3"]
    source = {**cells, "startRowIndex": 2, "endRowIndex": 3}
    goal = {"sheetId": 0, "rowIndex": 8, "columnIndex": 1}
    talk.do(cutPaste={"source": source, "destination": goal, "pasteType": "PASTE_NORMAL"})
    assert talk.where() == ["Q4!B9"]


def test_a_thread_stays_when_its_cell_or_tab_is_deleted(talk: Talk) -> None:
    talk.comment(2)
    talk.anna.add_tab(talk.file_id, "Other")
    talk.anna.delete_tab(talk.file_id, "Q4")
    assert talk.where() == [""]
    assert len(talk.read()["comments"]) == 1


def test_a_thread_is_answered_resolved_and_reopened(talk: Talk) -> None:
    id_ = talk.comment(assigneeEmailAddress="mia@acme.example")["commentId"]
    reply = talk.do(addCommentReply={"commentId": id_, "post": {"content": "On it."}})
    assert reply["commentUpdateState"] == "ALL_SAVED"
    assert reply["replies"][0]["addCommentReply"]["post"]["content"] == "On it."
    talk.do(addCommentReply={"commentId": id_, "post": {"commentAction": "RESOLVE"}})
    (thread,) = talk.read()["comments"]
    assert thread["status"] == "RESOLVED"
    assert [post["commentAction"] for post in thread["replies"]] == [
        "NO_COMMENT_ACTION_CHANGE",
        "RESOLVE",
    ]
    # Resolving is not idempotent: a second time says it again.
    talk.do(addCommentReply={"commentId": id_, "post": {"commentAction": "RESOLVE"}})
    assert len(talk.read()["comments"][0]["replies"]) == 3
    talk.do(addCommentReply={"commentId": id_, "post": {"commentAction": "REOPEN"}})
    assert talk.read()["comments"][0]["status"] == "OPEN"


def test_a_reply_can_hand_an_assigned_thread_to_somebody_else(talk: Talk) -> None:
    id_ = talk.comment(assigneeEmailAddress="mia@acme.example")["commentId"]
    post = {"content": "Ada, please.", "assigneeEmail": "ada@acme.example"}
    talk.do(addCommentReply={"commentId": id_, "post": post})
    assert talk.read()["comments"][0]["replies"][0]["assigneeEmail"] == "ada@acme.example"
    plain = talk.comment()["commentId"]
    assert "head post does not have an assignment" in talk.refused(
        addCommentReply={"commentId": plain, "post": post}
    )
    assert talk.refused(
        addCommentReply={"commentId": id_, "post": {**post, "commentAction": "RESOLVE"}}
    ).startswith("400")


def test_only_its_author_changes_or_deletes_a_post(talk: Talk) -> None:
    theirs = talk.anna.comment(talk.file_id, "Q4", "A2", "Why?")
    assert "not the author" in talk.refused(deleteComment={"commentId": theirs})
    update = {"commentId": theirs, "postId": theirs, "content": "x"}
    assert "not the author" in talk.refused(updateCommentPost=update)
    mine = talk.comment()["commentId"]
    talk.do(updateCommentPost={"commentId": mine, "postId": mine, "content": "Changed."})
    assert talk.read()["comments"][1]["headPost"]["content"] == "Changed."
    talk.do(deleteComment={"commentId": mine})
    assert [each["commentId"] for each in talk.read()["comments"]] == [theirs]
    assert talk.refused(deleteComment={"commentId": mine}).startswith("404")


def test_a_reply_that_acts_or_assigns_is_never_deleted(talk: Talk) -> None:
    id_ = talk.comment(assigneeEmailAddress="mia@acme.example")["commentId"]

    def replied(**post: str) -> Any:
        answer = talk.do(addCommentReply={"commentId": id_, "post": post})
        reply = answer["replies"][0]["addCommentReply"]["post"]["postId"]
        return {"commentId": id_, "postId": reply}

    plain = replied(content="a")
    assigned = replied(content="b", assigneeEmail="ada@acme.example")
    resolved = replied(commentAction="RESOLVE")
    assert "contains an assignee" in talk.refused(deleteCommentReply=assigned)
    assert "comment action" in talk.refused(deleteCommentReply=resolved)
    talk.do(deleteCommentReply=plain)
    assert talk.refused(deleteCommentReply=plain).startswith("404")
    assert len(talk.read()["comments"][0]["replies"]) == 2


@pytest.mark.parametrize(
    ("update", "says"),
    [
        ({"content": ""}, "non-empty"),
        ({"content": "ä" * 1025}, "2048"),
        ({"assigneeEmailAddress": "mia"}, "email address"),
        ({"coordinate": {"sheetId": 7}}, "No grid with id: 7"),
        ({"coordinate": {"rowIndex": 5000}}, "after last row"),
    ],
)
def test_what_makes_no_comment_is_refused(talk: Talk, update: dict[str, Any], says: str) -> None:
    whole = {"coordinate": {"sheetId": 0, "rowIndex": 1}, "content": "x", **update}
    assert says in talk.refused(insertComment=whole)
    assert talk.where() == []
    talk.comment(content="ä" * 1024)


def test_one_refused_update_voids_the_batch(talk: Talk) -> None:
    place = {"sheetId": 0, "rowIndex": 1}
    requests = [
        {"insertComment": {"coordinate": place, "content": "one"}},
        {"insertComment": {"coordinate": place, "content": ""}},
    ]
    with pytest.raises(APIError):
        talk.book.batch_update({"requests": requests})
    assert talk.where() == []


def test_drive_and_sheets_show_the_same_comments(talk: Talk) -> None:
    made = talk.comment(assigneeEmailAddress="mia@acme.example")
    path = f"{talk.sandbox.endpoint}/drive/v3/files/{talk.file_id}/comments"
    shown = talk.client.http_client.request("get", path, params={"fields": "*"}).json()["comments"]
    assert [(each["id"], each["anchor"], each["content"]) for each in shown] == [
        (made["commentId"], made["anchorId"], "No check-in.")
    ]
    assert shown[0]["assigneeEmailAddress"] == "mia@acme.example"
    assert shown[0]["author"]["me"]
    body = {"content": "of Drive"}
    talk.client.http_client.request("post", path, params={"fields": "id"}, json=body)
    (plain,) = [each for each in talk.read()["comments"] if "anchorId" not in each]
    assert plain["headPost"]["content"] == "of Drive"


def test_a_reader_sees_no_comments_and_a_commenter_makes_none_by_an_update(talk: Talk) -> None:
    talk.anna.comment(talk.file_id, "Q4", "A2", "Why?")
    talk.anna.share(talk.file_id, talk.robot, "commenter")
    assert len(talk.read()["comments"]) == 1
    assert talk.refused(insertComment={"coordinate": {"sheetId": 0}, "content": "x"}).startswith(
        "403"
    )
    talk.anna.share(talk.file_id, talk.robot, "reader")
    with pytest.raises(APIError) as error:
        talk.read()
    assert error.value.code == 403
    view = "COMMENTS_VIEW_MODE_DEFAULT_FOR_CURRENT_ACCESS"
    assert "comments" not in talk.read(commentsViewMode=view)


def test_the_switches_try_what_the_documents_leave_open(talk: Talk) -> None:
    switches = talk.sandbox.google.sheets.switches
    switches.assigns_strangers = False
    place = {"sheetId": 0, "rowIndex": 1}
    stranger = {"coordinate": place, "content": "x", "assigneeEmailAddress": "x@other.example"}
    assert "does not have access" in talk.refused(insertComment=stranger)
    switches.saves_comments = False
    answer = talk.do(insertComment={"coordinate": place, "content": "x"})
    assert (answer["commentUpdateState"], answer["replies"]) == ("ALL_FAILED_UNKNOWN_REASON", [{}])
    switches.knows_comments = False
    assert 'Unknown name "insertComment"' in talk.refused(insertComment=stranger)
    assert talk.where() == []


def test_comments_are_saved_with_the_sandbox(talk: Talk, tmp_path: Any) -> None:
    from okrsync_sandbox.google.save import load, save

    talk.comment(2)
    save(talk.sandbox.google, tmp_path / "google.json")
    with Sandbox() as other:
        load(other.google, tmp_path / "google.json")
        anna = other.google.person(ANNA)
        assert list(anna.comments(talk.file_id)) == ["Q4!A3"]
        anna.comment(talk.file_id, "Q4", "A2", "Still here.")
        assert len(anna.file(talk.file_id).comments) == 2
