"""The message of a digest as each service takes it, held to what the service documents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import message_from_string
from email.policy import SMTP, default
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrsync.connector import PALETTE
from okrsync.connector.review_page import Decision
from okrsync.model.okrs import Status
from okrsync.plan.digests.email import email_text
from okrsync.plan.digests.message import DigestMessage, digest_message
from okrsync.plan.digests.slack import slack_payload
from okrsync.plan.digests.teams import teams_payload
from okrsync.plan.review import Review, ReviewedItem, ReviewFilter

HOSTILE = "<!channel> *bold* _soft_ `x` [a](https://evil.example) <https://evil.example|go> & </b>"
URL = "https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0&range=A3"


def item(number: int = 1, title: str = "Revenue", **facts: Any) -> ReviewedItem:
    known: dict[str, Any] = {
        "id": f"growth/O1/KR{number}",
        "kind": "key-result",
        "owner": "Jon",
        "team": "Sales",
        "source": "growth",
        "at": "Q4!B3",
        "url": URL,
        "progress": None,
        "status": Status.OFF_TRACK,
    }
    return ReviewedItem(title=title, **(known | facts))


def review(**lists: Any) -> Review:
    return Review(date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 23), "2026-Q4", **lists)


def many(count: int, title: str) -> Review:
    items = tuple(item(number, f"{title} {number}", words="why") for number in range(count))
    later = tuple(item(count + number, f"{title} {number}", words=title) for number in range(count))
    return review(
        off_track=items,
        stuck=later,
        asks=items,
        decided=tuple(Decision(date(2026, 11, 16), f"{title} {n}") for n in range(count)),
        notices=tuple(f"{title} could not be read" for _ in range(count)),
        about=ReviewFilter(team=title),
    )


SIZES = [
    pytest.param(review(off_track=(item(),)), id="one"),
    pytest.param(many(30, "Sign-ups & more"), id="many"),
    pytest.param(many(60, "<" * 400), id="long once escaped"),
    pytest.param(many(60, "😀" * 400), id="beyond the basic plane"),
    pytest.param(many(60, "\x00\u202e\n\t" + HOSTILE), id="hostile"),
]


# --- Slack: https://docs.slack.dev/reference/block-kit ---


def slack_faults(payload: dict[str, Any]) -> Iterator[str]:
    """What Slack would refuse, or show as something else than text."""
    blocks = payload["blocks"]
    if not 1 <= len(blocks) <= 50:
        yield f"{len(blocks)} blocks"
    for block in blocks:
        kind = block["type"]
        if kind == "header":
            yield from text_faults(block["text"], 150, "plain_text")
        elif kind == "section":
            yield from text_faults(block["text"], 3000, "mrkdwn")
        elif kind == "context":
            if not 1 <= len(block["elements"]) <= 10:
                yield "elements of a context"
            for element in block["elements"]:
                yield from text_faults(element, 3000, "mrkdwn")
        elif kind != "divider":
            yield f"a block {kind}"
        known = {"type", "text", "elements"}
        if set(block) - known:
            yield f"fields {set(block) - known}"
    if control(payload["text"]):
        yield "markup in the text of the notification"


def text_faults(text: dict[str, Any], most: int, kind: str) -> Iterator[str]:
    if text["type"] != kind:
        yield f"{text['type']} instead of {kind}"
    if not 1 <= len(text["text"].encode("utf-16-le")) // 2 <= most:
        yield f"a text of {len(text['text'])}"
    if kind == "plain_text" and "verbatim" in text:
        yield "verbatim in plain text"
    if control(LINK.sub("", text["text"])):
        yield f"control characters in {text['text']!r}"


LINK = re.compile(r"<https://docs\.google\.com/[^|<>\s]+\|[^<>]*>")


def control(text: str) -> bool:
    """Whether Slack would read more than text: only the three entities may stand in it."""
    return re.search(r"[<>]|&(?!amp;|lt;|gt;)", text) is not None


@pytest.mark.parametrize("made", SIZES)
def test_slack_takes_the_message(made: Review) -> None:
    payload = slack_payload(digest_message(made))
    assert list(slack_faults(payload)) == []
    json.dumps(payload)


def test_slack_shows_what_was_typed_and_links_to_the_row() -> None:
    payload = slack_payload(digest_message(review(off_track=(item(title=HOSTILE),))))
    (section,) = [block for block in payload["blocks"] if block["type"] == "section"]
    heading, line = section["text"]["text"].split("\n")
    assert heading == "*Off track (1)*"
    assert line.startswith(f"• <{URL.replace('&', '&amp;')}|&lt;!channel&gt; ")
    assert line.endswith("> (Jon), no data, off track")
    assert "<!channel>" not in json.dumps(payload)
    # Nothing that a sign at a word's edge could make bold, italic or code.
    assert not re.search(r"(?<!\w)[*_`~]\w", line)
    assert "](" not in line


# --- Teams: https://adaptivecards.io/explorer, version 1.2 ---

TEXT_RUN = {"type", "text", "color", "isSubtle", "size", "weight", "selectAction"}
RICH_TEXT = {"type", "inlines", "spacing", "separator"}
VALUES = {
    "color": {"default", "dark", "light", "accent", "good", "warning", "attention"},
    "size": {"default", "small", "medium", "large", "extralarge"},
    "weight": {"default", "lighter", "bolder"},
    "spacing": {"default", "none", "small", "medium", "large", "extralarge", "padding"},
}


def card_faults(payload: dict[str, Any]) -> Iterator[str]:
    """What a workflow of Teams would refuse."""
    if len(json.dumps(payload).encode()) > 28 * 1024:
        yield "larger than 28 KB"
    if payload["type"] != "message" or len(payload["attachments"]) != 1:
        yield "not one message"
    (attachment,) = payload["attachments"]
    if attachment["contentType"] != "application/vnd.microsoft.card.adaptive":
        yield "no adaptive card"
    card = attachment["content"]
    if (card["type"], card["version"]) != ("AdaptiveCard", "1.2") or not card["body"]:
        yield "another kind of card"
    for element in card["body"]:
        if element["type"] != "RichTextBlock" or set(element) - RICH_TEXT:
            yield f"an element {element}"
        yield from value_faults(element)
        for run in element["inlines"]:
            if run["type"] != "TextRun" or set(run) - TEXT_RUN or not run["text"]:
                yield f"a run {run}"
            yield from value_faults(run)
            action = run.get("selectAction")
            if action is not None and (
                set(action) != {"type", "url"}
                or action["type"] != "Action.OpenUrl"
                or not action["url"].startswith("https://docs.google.com/")
            ):
                yield f"an action {action}"


def value_faults(element: dict[str, Any]) -> Iterator[str]:
    for key, allowed in VALUES.items():
        if key in element and element[key].lower() not in allowed:
            yield f"{key} {element[key]}"


@pytest.mark.parametrize("made", SIZES)
def test_teams_takes_the_message(made: Review) -> None:
    assert list(card_faults(teams_payload(digest_message(made)))) == []


def test_teams_shows_what_was_typed_and_links_to_the_row() -> None:
    payload = teams_payload(digest_message(review(off_track=(item(title=HOSTILE),))))
    bullet, title, facts = payload["attachments"][0]["content"]["body"][-1]["inlines"]
    assert title["selectAction"] == {"type": "Action.OpenUrl", "url": URL}
    assert title["text"].startswith("<!channel> ∗bold∗ ＿soft＿ ˋxˋ [a] (")
    assert (bullet["text"], facts["text"]) == ("• ", " (Jon), no data, off track")


def test_a_card_that_is_too_large_has_fewer_lines_of_each_list() -> None:
    body = teams_payload(digest_message(many(60, "😀" * 400)))["attachments"][0]["content"]["body"]
    texts = ["".join(run["text"] for run in element["inlines"]) for element in body]
    assert sum("more" in text for text in texts) >= 4
    assert "Off track (60)" in texts


# --- E-mail: RFC 5322, RFC 2045, RFC 2047 ---


def mail_of(made: Review, to: tuple[str, ...] = ("lead@acme.example",)) -> str:
    moment = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    return email_text(digest_message(made), "okrsync@acme.example", to, "okrsync.a.1", moment)


@pytest.mark.parametrize("made", SIZES)
def test_a_mail_is_one_that_every_server_takes(made: Review) -> None:
    text = mail_of(made)
    assert text.isascii()
    lines = text.split("\r\n")
    assert not any("\n" in line or "\r" in line for line in lines)
    assert max(map(len, lines)) <= 998
    head, _, _ = text.partition("\r\n\r\n")
    assert max(map(len, head.split("\r\n"))) <= 78
    mail = message_from_string(text, policy=default)
    assert mail.defects == []
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version"):
        assert len(mail.get_all(name, [])) == 1
        assert mail[name].defects == ()
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content_charset() == html.get_content_charset() == "utf-8"
    # Reading it and writing it again changes nothing.
    assert mail.as_bytes(policy=SMTP.clone(max_line_length=78)).decode() == text


def test_the_head_of_a_mail_says_what_it_is() -> None:
    team = review(off_track=(item(), item(2)), about=ReviewFilter(team="Vertrieb Süd"))
    mail = message_from_string(mail_of(team, ("a@acme.example", "b@acme.example")), policy=default)
    assert mail["Subject"] == "OKRs of Vertrieb Süd: 2 off track"
    assert mail["Message-ID"] == "<okrsync.a.1@acme.example>"
    assert mail["To"] == "a@acme.example, b@acme.example"
    assert mail["Date"].datetime == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert mail["Auto-Submitted"] == "auto-generated"


TAGS = {"html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "ul", "li", "a"}
TAGS |= {"span", "br"}


class Tags(HTMLParser):
    """The tags and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def test_both_parts_say_the_same_and_load_nothing() -> None:
    made = review(off_track=(item(title=HOSTILE),), silent=(item(2, url=None),))
    parts = message_from_string(mail_of(made), policy=default).iter_parts()
    plain, html = (part.get_content() for part in parts)
    page = Tags(html)
    assert page.links == [URL]
    assert page.tags == TAGS
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    for text in (plain, words):
        assert HOSTILE in text
        assert "Off track (1)" in text
        assert "growth: Q4!B3" in text
    assert URL in plain


@pytest.mark.parametrize("status", Status)
def test_a_status_has_the_colours_that_it_has_everywhere(status: Status) -> None:
    made = review(off_track=(item(status=status),))
    _, html = message_from_string(mail_of(made), policy=default).iter_parts()
    colours = PALETTE[status]
    assert f"color:{colours.ink};background:{colours.fill}" in html.get_content()


@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_every_service_takes_it(title: str, owner: str, team: str) -> None:
    made = review(
        asks=(item(title=title, owner=owner, words=title),),
        off_track=(item(2, title=title, url=None),),
        about=ReviewFilter(team=team),
    )
    assert list(slack_faults(slack_payload(digest_message(made)))) == []
    assert list(card_faults(teams_payload(digest_message(made)))) == []
    assert message_from_string(mail_of(made), policy=default).defects == []


# --- What it says ---


def test_what_needs_doing_comes_first_and_each_item_once() -> None:
    silent = item(2, "Hiring", status=Status.STALE, checked_in=date(2026, 11, 2))
    revenue = item(1, checked_in=None)
    message = digest_message(
        review(wins=(item(3, "Churn"),), off_track=(revenue,), silent=(revenue, silent))
    )
    assert message.subject == "OKRs: 1 off track, 2 silent, 1 win"
    assert message.about == "23 Nov 2026, since 16 Nov 2026 · 2026-Q4"
    assert [section.heading for section in message.sections] == [
        "Off track (1)",
        "Silent (2)",
        "Wins (1)",
    ]
    off_track, quiet, _ = message.sections
    assert off_track.lines[0].words == "never checked in"
    assert [line.words for line in quiet.lines] == ["last check-in 2 Nov", "1 more, named above"]


def test_a_win_that_was_named_above_says_that_it_is_one() -> None:
    won = item(1, status=Status.ACHIEVED, checked_in=date(2026, 11, 20))
    message = digest_message(review(disagreements=(won,), wins=(won,), moved=(won,)))
    first, wins, moved = message.sections
    assert "a win" in first.lines[0].words.split("; ")
    assert "moved" not in first.lines[0].words
    assert [line.words for line in (*wins.lines, *moved.lines)] == ["1 named above"] * 2


def test_a_message_holds_no_more_than_one_reads() -> None:
    payload = slack_payload(digest_message(many(30, "Sign-ups")))
    texts = [block["text"]["text"] for block in payload["blocks"] if block["type"] == "section"]
    assert all(len(text.split("\n")) == 12 for text in texts)
    assert all(text.endswith("• and 20 more") for text in texts)


def test_what_does_not_fit_is_counted() -> None:
    payload = slack_payload(digest_message(many(40, "<" * 400)))
    texts = [block["text"]["text"] for block in payload["blocks"] if block["type"] == "section"]
    for text in texts:
        _, *lines = text.split("\n")
        assert lines[-1] == f"• and {40 - (len(lines) - 1)} more"
        assert len(lines) > 2
    card = teams_payload(digest_message(many(40, "😀" * 400)))["attachments"][0]["content"]
    words = ["".join(run["text"] for run in each["inlines"]) for each in card["body"]]
    lists = "\n".join(words).split("Off track (40)")[1].split("\n• and ")[0].count("\n• ")
    assert f"• and {40 - lists} more" in words


def test_an_address_that_is_too_long_is_no_link() -> None:
    url = f"https://docs.google.com/{'x' * 4000}"
    made = digest_message(review(off_track=(item(url=url),)))
    assert list(slack_faults(slack_payload(made))) == []
    assert "growth: Q4!B3" in json.dumps(slack_payload(made))


def test_a_message_is_nothing_but_its_review() -> None:
    assert digest_message(review()) == DigestMessage(
        "OKRs: ", "23 Nov 2026, since 16 Nov 2026 · 2026-Q4", ()
    )
