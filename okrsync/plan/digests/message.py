"""What the message of a digest says: what a manager needs to act on, then what there is to
celebrate. It is one value; each service shows it in its own form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from okrsync.connector.review_page import ReviewLine, ReviewSection
from okrsync.measures.fields import STATUS_WORDS
from okrsync.measures.reasons import day
from okrsync.model.plain import clean, place_words
from okrsync.model.secret import masked
from okrsync.plan.review import Review
from okrsync.plan.review_page import folded, review_sections

__all__ = [
    "DigestMessage",
    "digest_message",
    "facts_of_line",
    "shortened",
    "shortened_notices",
    "unmarked",
    "web_address",
]

MOST_LINES = 10
"""A section shows at most so many lines: what is longer is looked up, not read in a message."""
MOST_NOTICES = 5
_LONGEST_ADDRESS = 1000
_LONGEST_TITLE, _LONGEST_WORDS = 120, 160
_ORDER = (
    *("off_track", "silent", "stuck", "asks", "disagreements", "targets_moved"),
    *("wins", "moved", "decided"),
)
_COUNTED = {
    "off_track": ("off track", "off track"),
    "silent": ("silent", "silent"),
    "stuck": ("stuck", "stuck"),
    "asks": ("question", "questions"),
    "wins": ("win", "wins"),
    "disagreements": ("status in doubt", "statuses in doubt"),
    "targets_moved": ("target changed", "targets changed"),
    "moved": ("moved", "moved"),
    "decided": ("decision", "decisions"),
}
"""What the subject counts, the most pressing first."""
_MOST_COUNTED = 3
# Signs that begin or end bold, italic, struck-through text and code in the markup of Slack and
# Teams, at a word's edge. Neither documents a way to escape them.
_EDGES = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_ALIKE = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"})


@dataclass(frozen=True, slots=True)
class DigestMessage:
    """A message of one digest. `subject` counts what is in it; `about` says since when it looks
    back and whom it is about. The lines of `sections` hold what was typed, as it was typed.
    """

    subject: str
    about: str
    sections: tuple[ReviewSection, ...]
    notices: tuple[str, ...] = ()


def digest_message(review: Review, escalated: ReviewSection | None = None) -> DigestMessage:
    """The message about a review. `escalated` holds what whoever is above an owner should hear of:
    it goes first.
    """
    sections = review_sections(review)
    team = f" of {clean(review.about.team, 40)}" if review.about.team else ""
    counted = [
        f"{count} {words[count > 1]}"
        for name, words in _COUNTED.items()
        if (count := len(getattr(review, name)))
    ]
    about = [f"{day(review.until)}, since {day(review.since)}", review.cycle]
    about += (
        [clean(", ".join(review.about.sources), _LONGEST_TITLE)] if review.about.sources else []
    )
    listed = [*([] if escalated is None else [escalated]), *(sections[name] for name in _ORDER)]
    return DigestMessage(
        f"OKRs{team}: {', '.join(counted[:_MOST_COUNTED])}",
        " · ".join(about),
        tuple(
            replace(
                section,
                heading=_counted(listed_section),
                lines=tuple(map(_without_secrets, section.lines)),
            )
            for section, listed_section in zip(folded(listed), listed, strict=True)
            if section.lines
        ),
        review.notices,
    )


def _without_secrets(line: ReviewLine) -> ReviewLine:
    """A line with stars for every known secret: somebody may have typed one into a sheet."""
    return replace(
        line,
        title=masked(line.title),
        words=masked(line.words),
        owner=None if line.owner is None else masked(line.owner),
        at=masked(line.at),
    )


def _counted(section: ReviewSection) -> str:
    """`Off track (3)`: the heading with the number of its items."""
    count = sum(bool(line.id) for line in section.lines)
    return f"{section.heading} ({count})" if count else section.heading


def shortened(sections: Iterable[ReviewSection], most: int = MOST_LINES) -> list[ReviewSection]:
    """The sections with at most so many items each, and a line that says how many more there
    are.
    """
    return [replace(section, lines=_shortened(section.lines, most)) for section in sections]


def _shortened(lines: Sequence[ReviewLine], most: int) -> tuple[ReviewLine, ...]:
    # One line too many is no shorter with a line in its place that says so.
    if len(lines) <= most + 1:
        return tuple(lines)
    return (*lines[:most], ReviewLine(f"and {len(lines) - most} more"))


def shortened_notices(notices: Sequence[str], most: int = MOST_NOTICES) -> list[str]:
    """The first notices, and how many more there are."""
    more = [f"and {len(notices) - most} more"] if len(notices) > most else []
    return [*(clean(notice, _LONGEST_WORDS) for notice in notices[:most]), *more]


def web_address(line: ReviewLine) -> str | None:
    """The address of the row on the web; None where it has none that a browser opens."""
    address = line.url or ""
    is_link = address.startswith(("https://", "http://")) and len(address) <= _LONGEST_ADDRESS
    return address if is_link else None


def facts_of_line(line: ReviewLine) -> tuple[str, str]:
    """The title of a line, and what is said about it: whose it is, how it stands, and, where there
    is no link, where it is found.
    """
    if not line.id:
        return "", clean(line.words, _LONGEST_WORDS)
    stand = "no data" if line.progress is None else f"{line.progress:.0%}".replace("%", " %")
    if line.status is not None:
        stand += f", {STATUS_WORDS[line.status].lower()}"
    whose = f" ({clean(line.owner, 40)})" if line.owner else ""
    words = f": {clean(line.words, _LONGEST_WORDS)}" if line.words else ""
    place = "" if web_address(line) else f" [{clean(place_words(line.source, line.at), 60)}]"
    return clean(line.title, _LONGEST_TITLE), f"{whose}, {stand}{words}{place}"


def unmarked(text: str) -> str:
    """The text with signs that look the same in place of those that Slack and Teams take for
    markup.
    """
    return _EDGES.sub(lambda sign: sign[0].translate(_ALIKE), text).replace("](", "] (")
