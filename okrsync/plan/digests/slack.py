"""The message of a digest as Slack's incoming webhooks take it: Block Kit.

https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from okrsync.connector.review_page import ReviewLine, ReviewSection
from okrsync.plan.digests.message import (
    MOST_LINES,
    MOST_NOTICES,
    DigestMessage,
    facts_of_line,
    shortened,
    shortened_notices,
    unmarked,
    web_address,
)

__all__ = ["slack_payload"]

MOST_BLOCKS, LONGEST_TEXT, LONGEST_HEADER = 50, 3000, 150


def slack_payload(message: DigestMessage) -> dict[str, Any]:
    """The body of the request."""
    header = {"type": "plain_text", "text": _cut(message.subject, LONGEST_HEADER)}
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": header},
        {"type": "context", "elements": [_marked(_fitting(partial(_context, message)))]},
    ]
    for section in message.sections:
        text = _marked(_fitting(partial(_section, section)))
        blocks += [{"type": "divider"}, {"type": "section", "text": text}]
    return {
        # What a notification shows, and a screen reader reads.
        "text": _escaped(message.subject),
        "blocks": blocks[:MOST_BLOCKS],
        # Otherwise Slack adds a preview of every sheet behind a link.
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _context(message: DigestMessage, most: int) -> str:
    notices = shortened_notices(message.notices, min(most, MOST_NOTICES))
    return "\n".join(map(_plain, (message.about, *notices)))


def _marked(text: str) -> dict[str, Any]:
    # `verbatim` keeps Slack from taking names of channels and addresses in the text for links.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _section(section: ReviewSection, most: int) -> str:
    (shown,) = shortened([section], most)
    return "\n".join([f"*{_plain(section.heading)}*", *map(_line, shown.lines)])


def _fitting(text_of: Callable[[int], str]) -> str:
    """The text with as many lines as fit, and the number of those that do not."""
    for most in range(MOST_LINES, -1, -1):
        text = text_of(most)
        if _length(text) <= LONGEST_TEXT:
            break
    return text


def _line(line: ReviewLine) -> str:
    title, facts = facts_of_line(line)
    if not title:
        return f"• {_plain(facts)}"
    address = web_address(line)
    linked = _plain(title) if address is None else f"<{_address(address)}|{_plain(title)}>"
    return f"• {linked}{_plain(facts)}"


def _address(url: str) -> str:
    # These two would end the address.
    return _escaped(url.replace("|", "%7C").replace(">", "%3E").replace("<", "%3C"))


def _plain(text: str) -> str:
    """Text that is shown as it was typed."""
    return _escaped(unmarked(text))


def _escaped(text: str) -> str:
    # These three, and no others. https://docs.slack.dev/messaging/formatting-message-text#escaping
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, most: int) -> str:
    """The escaped text, cut so that no sign is cut in two."""
    while _length(_escaped(text)) > most:
        text = f"{text[:-2].rstrip()}…"
    return _escaped(text)


def _length(text: str) -> int:
    """How long a text is where signs beyond the basic plane count twice, as in JavaScript."""
    return len(text.encode("utf-16-le")) // 2
