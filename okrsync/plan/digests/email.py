"""The message of a digest as an e-mail with a plain and an HTML part (RFC 5322, RFC 2045)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment

from okrsync.connector import PALETTE
from okrsync.model.okrs import Status
from okrsync.model.plain import clean, place_words
from okrsync.plan.digests.message import (
    DigestMessage,
    facts_of_line,
    shortened,
    shortened_notices,
    web_address,
)
from okrsync.plan.templates import templates_in

__all__ = ["email_text"]

_MOST_LINES = 20
"""A mail has more room than a chat."""
# Servers may refuse longer lines (RFC 5321, 4.5.3.1.6); parts are encoded, so only headers count.
_POLICY = SMTP.clone(max_line_length=78, cte_type="7bit")


def email_text(
    message: DigestMessage,
    sender: str,
    recipients: Sequence[str],
    message_id: str,
    moment: datetime,
) -> str:
    """The whole mail, in ASCII. `message_id` is the same in a repeat, by which a mail program shows
    it once.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Subject"] = clean(message.subject, 150)
    mail["Date"] = format_datetime(moment)
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    # Keeps replies of absent people from going back and forth (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join(_plain_lines(message)) + "\n", cte="quoted-printable")
    mail.add_alternative(_html(message), subtype="html", cte="quoted-printable")
    return mail.as_bytes().decode("ascii")


def _plain_lines(message: DigestMessage) -> Iterator[str]:
    yield message.subject
    yield message.about
    yield from shortened_notices(message.notices)
    for section in shortened(message.sections, _MOST_LINES):
        yield ""
        yield section.heading
        for line in section.lines:
            title, facts = facts_of_line(line)
            yield f"- {title}{facts}"
            if (address := web_address(line)) is not None:
                yield f"  {address}"


def _html(message: DigestMessage) -> str:
    return (
        _environment()
        .get_template("email.html")
        .render(
            message=message,
            sections=shortened(message.sections, _MOST_LINES),
            notices=shortened_notices(message.notices),
        )
    )


@cache
def _environment() -> Environment:
    environment = templates_in(Path(__file__).parent)
    environment.globals |= {"address": web_address, "place": place_words, "colours": _colours}
    return environment


def _colours(status: Status) -> str:
    """The colours of a status. Mail programs know no style sheets, so they stand in the line."""
    colours = PALETTE[status]
    return f"color:{colours.ink};background:{colours.fill}"
