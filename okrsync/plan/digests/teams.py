"""The message of a digest as workflows of Microsoft Teams take it: an adaptive card.

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from okrsync.connector.review_page import ReviewLine
from okrsync.plan.digests.message import (
    MOST_LINES,
    DigestMessage,
    facts_of_line,
    shortened,
    shortened_notices,
    unmarked,
    web_address,
)

__all__ = ["teams_payload"]

MOST_BYTES = 28 * 1024
"""Teams refuses larger messages."""
# Teams renders cards up to 1.5; what this one holds is in 1.2, which its mobile clients know, too.
_VERSION = "1.2"


def teams_payload(message: DigestMessage) -> dict[str, Any]:
    """The body of the request, with as many lines of each section as fit."""
    for most in range(MOST_LINES, -1, -1):
        payload = _payload(message, most)
        if len(json.dumps(payload)) <= MOST_BYTES:
            break
    return payload


def _payload(message: DigestMessage, most: int) -> dict[str, Any]:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": _VERSION,
        "msteams": {"width": "Full"},
        "fallbackText": message.subject,
        "body": list(_body(message, most)),
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _body(message: DigestMessage, most: int) -> Iterator[dict[str, Any]]:
    yield _text([_run(message.subject, size="Large", weight="Bolder")])
    yield _text([_run(message.about, isSubtle=True)], spacing="None")
    for notice in shortened_notices(message.notices):
        yield _text([_run(notice, color="Warning")])
    for section in shortened(message.sections, most):
        yield _text([_run(section.heading, weight="Bolder")], separator=True, spacing="Medium")
        for line in section.lines:
            yield _text(_line(line), spacing="Small")


def _line(line: ReviewLine) -> Iterator[dict[str, Any]]:
    title, facts = facts_of_line(line)
    yield _run("• ")
    if title:
        address = web_address(line)
        opens = {"selectAction": {"type": "Action.OpenUrl", "url": address}} if address else {}
        yield _run(title, **opens)
    yield _run(facts)


def _text(runs: Iterable[dict[str, Any]], **look: Any) -> dict[str, Any]:
    # A text block would read Markdown in what people typed; runs of a rich one are plain by the
    # schema. https://adaptivecards.io/explorer/TextRun.html
    return {"type": "RichTextBlock", "inlines": list(runs), **look}


def _run(text: str, **look: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": unmarked(text), **look}
