"""The weekly review as Markdown and as an HTML page. Both show the lines of one `ReviewPage`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from okrsync.connector.review_page import DECISIONS, ReviewLine, ReviewPage, ReviewSection
from okrsync.measures.fields import STATUS_WORDS
from okrsync.model.errors import ConfigError
from okrsync.model.plain import clean, place_words
from okrsync.model.secret import masked
from okrsync.plan.review import Review
from okrsync.plan.review_page import folded, review_page
from okrsync.plan.templates import templates_in
from okrsync.report.page_style import PAGE_FOLDER, digest_of, page_style
from okrsync.report.writing import write_page

__all__ = ["review_html", "review_markdown", "write_review"]

_WIDTH = 140
"""Characters of a line of Markdown."""
_LEAST_LINES = 90
_MARK = re.compile(r"([\\`*_\[\]<>#|~])")
_ROOM = "_Write here what was decided; okrsync leaves it alone._"


def write_review(name: str, review: Review) -> bool:
    """Write the review to a Markdown file, and keep what people typed under "Decisions". Returns
    whether anything changed. Raises `ConfigError` for a file that holds something else.
    """
    path = Path(name).expanduser()
    before = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    if before.strip() and not before.startswith(f"# {review_page(review).title}"):
        raise ConfigError(
            f"--output: {name} holds something else, and is left as it is",
            hint="Name another file.",
        )
    return write_page(name, review_markdown(review, _room(before)))


def review_markdown(review: Review, decisions: str = "") -> str:
    """The review as Markdown. `decisions` is what people typed under that heading."""
    page = review_page(review)
    most = max(_LEAST_LINES, page.key_results * 3 // 2)
    end = ["", f"## {DECISIONS}", decisions or _ROOM]
    for sections in (page.shown, folded(page.shown)):
        lines = list(_lines(page, sections))
        if len(lines) + len(end) <= most:
            break
    else:
        lines = list(_lines(page, _shortened(sections, len(lines) + len(end) - most)))
    return "\n".join([*lines, *end]).rstrip() + "\n"


def _room(text: str) -> str:
    """What people typed under "Decisions" in a file."""
    _, heading, room = text.partition(f"\n## {DECISIONS}\n")
    return "" if not heading or room.strip() == _ROOM else room.strip()


def _lines(page: ReviewPage, sections: Iterable[ReviewSection]) -> Iterator[str]:
    counts = {each.heading: sum(bool(line.id) for line in each.lines) for each in page.shown}
    yield f"# {page.title}"
    yield _cut(page.subtitle[:1].upper() + page.subtitle[1:], _WIDTH)
    for notice in page.notices:
        yield _cut(notice, _WIDTH)
    for section in sections:
        yield ""
        count = counts.get(section.heading, 0)
        yield f"## {section.heading} ({count})" if count else f"## {section.heading}"
        for line in section.lines:
            yield _item(line) if line.id else f"- {_cut(line.words, _WIDTH - 2)}"
        if not section.lines:
            yield section.empty


def _item(line: ReviewLine) -> str:
    """`- Title (Mia), 23 %, off track: words [growth: Q4!B7]`, with a title cut to fit."""
    facts = [f"{line.progress:.0%}".replace("%", " %") if line.progress is not None else "no data"]
    if line.status is not None:
        facts.append(STATUS_WORDS[line.status].lower())
    whose = f" ({_cut(line.owner, 24)})" if line.owner else ""
    at = _cut(place_words(line.source, line.at), 40)
    words = f": {_cut(line.words, 90)}" if line.words else ""
    rest = f"{whose}, {', '.join(facts)}{words}"
    if line.url is not None and len(rest) + len(line.url) + len(at) < _WIDTH - 50:
        rest += f" [{at}]({line.url})"
    else:
        rest += f" · {at}"
    return f"- {_cut(line.title, max(_WIDTH - 2 - len(rest), 12))}{rest}"[:_WIDTH]


def _cut(text: str, most: int) -> str:
    """Text that Markdown shows as it is, in at most so many characters: titles come from cells, and
    may look like markup.
    """
    plain = clean(text)
    escaped = _MARK.sub(r"\\\1", plain)
    while len(escaped) > most:
        plain = f"{plain[: max(len(plain) - (len(escaped) - most) - 1, 0)].rstrip()}…"
        escaped = _MARK.sub(r"\\\1", plain)
        if len(plain) <= 1:
            break
    return escaped


def _shortened(sections: Sequence[ReviewSection], surplus: int) -> list[ReviewSection]:
    """The sections with so many lines less, taken from the longest ones."""
    kept = [list(section.lines) for section in sections]
    left_out = [0] * len(kept)
    while surplus > 0:
        longest = max(range(len(kept)), key=lambda number: len(kept[number]))
        if len(kept[longest]) <= 1:
            break
        kept[longest].pop()
        # The first line that is left out makes room for the one that says so.
        surplus -= 1 if left_out[longest] else 0
        left_out[longest] += 1
    return [
        replace(
            section,
            lines=(
                *lines,
                *([ReviewLine(f"{count} more, shown with --format json")] if count else []),
            ),
        )
        for section, lines, count in zip(sections, kept, left_out, strict=True)
    ]


def review_html(review: Review) -> str:
    """The review as one HTML page that loads nothing."""
    style = page_style()
    page = review_page(review)
    text = (
        _environment()
        .get_template("review.html")
        .render(
            page=page,
            sections=page.shown,
            style=Markup(style),  # noqa: S704 - it is our own file, and holds nothing else
            style_hash=digest_of(style),
        )
    )
    return masked(text)


@cache
def _environment() -> Environment:
    environment = templates_in(PAGE_FOLDER)
    environment.globals["place"] = place_words
    return environment
