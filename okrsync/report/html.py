"""How everything stands as one page that needs nothing else: no font, no picture, no script from
elsewhere.

It answers what a manager asks each week: what to celebrate, what is off track, who must act, what
moved, where it ends up. Below stand the tree, teams by status, the cycle before, the sources with
their state and age, and what was odd. It is readable without its script, which filters, opens and
closes. What comes from a sheet is text and stays text: it is stripped of control characters and
escaped, and the only links are those that a connector gives. The same overview makes the same page,
byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from okrsync import __version__
from okrsync.measures.picture import Picture, SourceView
from okrsync.model.okrs import Status
from okrsync.model.plain import plural
from okrsync.model.secret import masked
from okrsync.plan.review import Overview
from okrsync.plan.summarise import source_notices, summarise
from okrsync.plan.templates import templates_in
from okrsync.report.page_answers import answers, heat_map, reviewed_lines
from okrsync.report.page_items import SIGNS, FilterMarks, day_words, items_in
from okrsync.report.page_style import PAGE_FOLDER, digest_of, page_style
from okrsync.report.page_tree import set_aside, trees_markup

__all__ = ["render"]

_REST = ">REST</script>"
"""Where the collapsed rows of a large page go. A `>` of a sheet never stands in it unescaped."""
_MOST_DISAGREEMENTS = 50


def render(overview: Overview, *, all_cycles: bool = False) -> str:
    """The page for an overview. With `all_cycles` items of other cycles have a list of their
    own.
    """
    picture, review = overview.picture, overview.review
    style = page_style()
    script = (PAGE_FOLDER / "page.js").read_text(encoding="utf-8")
    summary = summarise(picture, None)
    marks = FilterMarks(overview)
    rows = list(items_in(picture.tree, picture.measures, overview, marks))
    row = _environment().get_template("row.html").module.row  # type: ignore[attr-defined]
    closed = list(items_in(picture.closed, picture.closed_measures, overview, marks))
    others = (
        list(items_in(picture.others, picture.other_measures, overview, marks))
        if all_cycles
        else []
    )
    tree, tree_before, tree_elsewhere = trees_markup((rows, closed, others), row)
    collapsed = (*tree.collapsed, *tree_before.collapsed, *tree_elsewhere.collapsed)
    statuses = [(status, count) for status, count in summary.statuses if count]
    differing = [(entry, f"Typed as “{entry.typed_status}”.") for entry in review.disagreements]
    page = (
        _environment()
        .get_template("page.html")
        .render(
            picture=picture,
            review=review,
            summary=summary,
            answers=answers(overview, summary, marks),
            heat=heat_map(overview, marks),
            choices=marks.choices,
            tree=tree,
            row_count=len(rows),
            closed=tree_before,
            closed_words=_closed_words(picture),
            others=tree_elsewhere,
            has_collapsed=bool(collapsed),
            disagreements=reviewed_lines(overview, marks, differing[:_MOST_DISAGREEMENTS]),
            more_disagreements=max(0, len(differing) - _MOST_DISAGREEMENTS),
            notices=list(source_notices(picture)),
            sources=[_source(view, picture.as_of) for view in picture.sources],
            statuses=statuses,
            stack=list(_stack(statuses)),
            style=Markup(style),  # noqa: S704 - it is our own file, and holds nothing else
            script=Markup(script),  # noqa: S704 - as above
            # The page's own policy allows just this style sheet and this script, by their hashes.
            # https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
            style_hash=digest_of(style),
            script_hash=digest_of(script),
            version=__version__,
        )
    )
    # A page is passed on: what a service says in an error must not carry a secret out of the house.
    page = masked(page)
    if collapsed:
        page = page.replace(_REST, f">{set_aside(collapsed)}</script>", 1)
    return page


@cache
def _environment() -> Environment:
    environment = templates_in(PAGE_FOLDER)
    environment.filters |= {"percent": _percent_of, "day": day_words}
    environment.globals |= {"sign": SIGNS.__getitem__, "plural": plural}
    return environment


def _stack(statuses: list[tuple[Status, int]]) -> Iterator[dict[str, object]]:
    """How many items have each status, as parts of a bar that is 1000 long."""
    total, before = sum(count for _, count in statuses), 0
    for status, count in statuses:
        start, end = (round(1000 * part / total) for part in (before, before + count))
        yield {"status": status.value, "start": start, "length": end - start}
        before += count


def _closed_words(picture: Picture) -> str:
    """`2026-Q3: 5 of 9 key results achieved`."""
    results = [
        picture.closed_measures[item.id]
        for objective in picture.closed.objectives.values()
        for item in objective.key_results
        if item.id in picture.closed_measures
    ]
    names = dict.fromkeys(
        objective.cycle.name
        for objective in picture.closed.objectives.values()
        if objective.cycle is not None
    )
    done = sum(measure.status is Status.ACHIEVED for measure in results)
    words = f"{done} of {plural(len(results), 'key result')} achieved"
    return f"{', '.join(names)}: {words}" if names else words


def _source(view: SourceView, today: date) -> dict[str, str]:
    age = "" if view.read_at is None else _age((today - view.read_at.date()).days)
    trouble = "waits for somebody to look at it" if view.refused else "could not be read"
    words = {"ok": "read", "kept": f"{trouble}; its last good numbers are shown", "failed": trouble}
    return {
        "name": view.name,
        "connector": view.connector,
        "state": view.state,
        "word": words[view.state],
        "age": age,
        "counts": (
            f"{plural(view.objectives, 'objective')}, {plural(view.key_results, 'key result')}"
        ),
        "error": ". ".join(part.rstrip(".") for part in (view.error, view.hint) if part),
    }


def _age(days: int) -> str:
    return "today" if days <= 0 else f"{plural(days, 'day')} ago"


def _percent_of(share: float | None) -> str:
    return "no data" if share is None else f"{round(share * 100)} %"
