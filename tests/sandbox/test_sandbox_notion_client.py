"""Every method of the real client finds an answer in the local Notion: the service's, or its
refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from notion_client import APIResponseError
from notion_client.api_endpoints import Endpoint
from notion_client.errors import HTTPResponseError

from notion_sandbox import NOON, Desk, desk, refused


@pytest.fixture
def at() -> Iterator[Desk]:
    with desk() as made:
        yield made


def methods(of: Any, path: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every method of an endpoint and of those below it, by its path."""
    for name in sorted(dir(of)):
        one = getattr(of, name)
        if name.startswith("_") or name == "parent":
            continue
        if isinstance(one, Endpoint):
            if callable(one):
                yield f"{path}{name}", one
            yield from methods(one, f"{path}{name}.")
        elif callable(one) and isinstance(of, Endpoint):
            yield f"{path}{name}", one


def refusal(method: Callable[..., Any], arguments: list[str]) -> str | None:
    """The service's word for why it refuses a call, or the bare status; None where it answers."""
    try:
        method(*arguments)
    except APIResponseError as error:
        return str(getattr(error.code, "value", error.code))
    except HTTPResponseError as error:
        return str(error.status)
    return None


def test_no_method_of_the_client_is_unknown(at: Desk) -> None:
    names = []
    for name, method in methods(at.new):
        names.append(name)
        ids = (
            [str(uuid4()) for one in method.__code__.co_varnames if one.endswith("_id")]
            if hasattr(method, "__code__")
            else []
        )
        secrets = ["id", "secret"] if name.startswith("oauth.") else []
        code = refusal(method, secrets or ids)
        assert code != "invalid_request_url", name
        assert code != "401" or name.startswith("oauth."), name
    assert len(names) >= 40, names
    assert {
        "blocks.meeting_notes.query",
        "custom_emojis.list",
        "file_uploads.send",
        "oauth.introspect",
        "search",
    } <= set(names)


def test_a_file_is_sent_and_put_into_a_property(at: Desk) -> None:
    _, source = at.ada.new_database("Papers", {"Name": "title", "File": "files"}, at.home)
    page = at.ada.new_row(source, {"Name": "Plan"})
    made = at.new.file_uploads.create(mode="single_part", filename="plan.txt")
    assert (made["status"], made["content_type"], made["content_length"]) == ("pending", None, None)
    sent = at.new.file_uploads.send(made["id"], file=("plan.txt", BytesIO(b"Grow."), "text/plain"))
    assert (sent["status"], sent["content_type"], sent["content_length"]) == (
        "uploaded",
        "text/plain",
        5,
    )
    assert "upload_url" not in sent
    value = {"files": [{"type": "file_upload", "file_upload": {"id": made["id"]}}]}
    shown = at.new.pages.update(page, properties={"File": value})["properties"]["File"]["files"]
    assert [(one["name"], one["type"]) for one in shown] == [("plan.txt", "file")]
    assert at.new.file_uploads.retrieve(made["id"])["expiry_time"] is None
    with refused(400, "validation_error", "`uploaded`"):
        at.new.file_uploads.send(made["id"], file=("plan.txt", BytesIO(b"Grow."), "text/plain"))


def test_a_file_in_parts_is_complete_when_all_are_there(at: Desk) -> None:
    with refused(400, "validation_error", "body.number_of_parts"):
        at.new.file_uploads.create(mode="multi_part", filename="film.mp4")
    made = at.new.file_uploads.create(mode="multi_part", filename="film.mp4", number_of_parts=2)
    for number in ("2", "1"):
        with refused(400, "validation_error", "is not complete"):
            at.new.file_uploads.complete(made["id"])
        at.new.file_uploads.send(made["id"], file=("part", BytesIO(b"x" * 7)), part_number=number)
    assert at.new.file_uploads.retrieve(made["id"])["number_of_parts"] == {"total": 2, "sent": 2}
    done = at.new.file_uploads.complete(made["id"])
    assert (done["status"], done["content_length"], done["content_type"]) == (
        "uploaded",
        14,
        "video/mp4",
    )


def test_a_file_that_goes_nowhere_is_lost_within_an_hour(at: Desk) -> None:
    made = at.new.file_uploads.create(filename="plan.txt")
    at.notion.clock = lambda: NOON + 3700
    assert at.new.file_uploads.retrieve(made["id"])["status"] == "expired"
    assert [one["id"] for one in at.new.file_uploads.list(status="expired")["results"]] == [
        made["id"]
    ]


def test_what_there_is_none_of_is_an_empty_list(at: Desk) -> None:
    assert at.new.custom_emojis.list()["results"] == []
    assert at.new.blocks.meeting_notes.query(limit=10)["has_more"] is False
    with refused(400, "validation_error", "body.limit"):
        at.new.blocks.meeting_notes.query(limit=51)
