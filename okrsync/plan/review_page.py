"""The words of the review: the same facts for every form of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from okrsync.connector.review_page import Decision, ReviewLine, ReviewPage, ReviewSection
from okrsync.measures.fields import STATUS_WORDS, whole_percent
from okrsync.measures.reasons import day, percent, short_day
from okrsync.model.okrs import Status
from okrsync.model.plain import plural
from okrsync.model.table import text_of
from okrsync.plan.review import LISTS, Health, Review, ReviewedItem

__all__ = ["escalated_section", "folded", "review_page", "review_sections"]

_TITLE = "Weekly review"
_FOLDED = {"Wins": "a win", "What moved": "", "Typed status and ours differ": ""}
"""What is said of an item instead of the heading of a list; nothing where the words say it."""


def review_page(review: Review) -> ReviewPage:
    """The review as headings and lines. It names no day that changes by itself."""
    about = [each for each in (review.about.team, review.about.owner) if each is not None]
    sections = review_sections(review)
    return ReviewPage(
        _TITLE,
        " · ".join([f"{day(review.began)}, since {day(review.since)}", review.cycle, *about]),
        review.began,
        tuple(sections[name] for name in (*LISTS, "decided", "health")),
        review.notices,
        review.key_results,
        review.decided,
        review.earlier,
    )


def review_sections(review: Review) -> dict[str, ReviewSection]:
    """The lists of the review as headings and lines, by the name of the list."""
    return {
        "wins": _states("Wins", review.wins, _moved_words, "Nothing was won since then."),
        "off_track": _states("Off track", review.off_track, lambda _: "", "Nothing is off track."),
        "moved": _states("What moved", review.moved, _moved_words, "Nothing moved."),
        "stuck": _states("Stuck", review.stuck, lambda item: item.words or ""),
        "silent": _states("Silent", review.silent, _silent_words),
        "targets_moved": ReviewSection(
            "Targets that changed", _lines(review.targets_moved, _target_words)
        ),
        "disagreements": _states(
            "Typed status and ours differ", review.disagreements, _typed_words
        ),
        "asks": ReviewSection("Questions", _lines(review.asks, lambda item: item.words or "")),
        "decided": ReviewSection("Decided last time", tuple(map(_decision, review.decided))),
        "health": ReviewSection("How well the OKRs are kept", tuple(_health(review.health))),
    }


def escalated_section(items: Iterable[ReviewedItem], leads: Mapping[str, str]) -> ReviewSection:
    """The items whose check-in was missed twice; `leads` says, by id, who is above their owners."""
    return _states(
        "Check-in missed twice",
        tuple(items),
        lambda item: f"for {leads[item.id]}; {_silent_words(item)}",
    )


def folded(sections: Sequence[ReviewSection]) -> list[ReviewSection]:
    """The sections with one line for each item: where it comes first, with all that is said about
    it in the lists of how items stand.
    """
    words: dict[str, list[str]] = {}
    for section in sections:
        for line in section.lines if section.is_state else ():
            of_item = words.setdefault(line.id, [])
            heading = _FOLDED.get(section.heading, section.heading.lower())
            # The first list that names an item needs no words of its own, nor does its status.
            if of_item and heading and line.status is not None and heading != _status(line.status):
                of_item.append(heading)
            of_item += [each for each in line.words.split("; ") if each and each not in of_item]
    folded_sections, seen = [], set[str]()
    for section in sections:
        if not section.is_state:
            folded_sections.append(section)
            continue
        lines = [
            replace(line, words="; ".join(words[line.id]))
            for line in section.lines
            if line.id not in seen
        ]
        above = len(section.lines) - len(lines)
        seen.update(line.id for line in lines)
        if above:
            lines.append(
                ReviewLine(f"{above} more, named above" if lines else f"{above} named above")
            )
        folded_sections.append(replace(section, lines=tuple(lines)))
    return folded_sections


Words = Callable[[ReviewedItem], str]


def _states(
    heading: str, items: Iterable[ReviewedItem], words: Words, empty: str = ""
) -> ReviewSection:
    return ReviewSection(heading, _lines(items, words), empty, is_state=True)


def _lines(items: Iterable[ReviewedItem], words: Words) -> tuple[ReviewLine, ...]:
    return tuple(_line(item, words(item)) for item in items)


def _line(item: ReviewedItem, words: str) -> ReviewLine:
    rounded = whole_percent(item.progress)
    return ReviewLine(
        words,
        item.id,
        item.title,
        item.owner,
        None if rounded is None else float(rounded),
        item.status,
        item.at,
        item.source,
        item.url,
    )


def _moved_words(item: ReviewedItem) -> str:
    """`40 % → 52 %, at risk → on track`."""
    before = item.before if isinstance(item.before, Decimal) else None
    after = item.after if isinstance(item.after, Decimal) else None
    ways = [
        (percent(before), percent(after)),
        (_status(item.status_before or item.status), _status(item.status)),
    ]
    return ", ".join(f"{then} → {now}" for then, now in ways if then != now)


def _status(status: Status) -> str:
    return STATUS_WORDS[status].lower()


def _silent_words(item: ReviewedItem) -> str:
    if item.checked_in is None:
        return "never checked in"
    return f"last check-in {short_day(item.checked_in)}"


def _target_words(item: ReviewedItem) -> str:
    assert item.day is not None
    unit = " %" if item.unit == "%" else f" {item.unit}" if item.unit else ""
    unit = "" if item.what == "owner" else unit
    before, after = (
        value if isinstance(value, str) else f"{text_of(value)}{unit}"
        for value in (item.before, item.after)
    )
    return f"{item.what} from {before} to {after} on {short_day(item.day)}"


def _typed_words(item: ReviewedItem) -> str:
    return f"typed {item.typed_status}, measured {_status(item.status)}"


def _decision(decision: Decision) -> ReviewLine:
    return ReviewLine(decision.text)


def _health(health: Health) -> Iterator[ReviewLine]:
    several = len(health.check_ins) > 1
    for each in health.check_ins:
        others = "other items" if several else "all items"
        yield ReviewLine(f"Check-ins in time, {each.team or others}: {each.in_time} of {each.of}")
    if health.reported is not None:
        with_data, total = health.reported
        yield ReviewLine(f"Reported: {with_data} of {total}")
    if health.unaligned:
        count = plural(len(health.unaligned), "objective")
        verb = "is" if len(health.unaligned) == 1 else "are"
        yield ReviewLine(f"{count} {verb} aligned to nothing:")
        for item in health.unaligned:
            yield _line(item, "aligned to nothing")
