"""What a person should know about how a spreadsheet was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from okrsync_google_sheets.tab import GoogleTab, is_managed

__all__ = ["MOST_CELLS", "notices"]

MOST_CELLS = 2_000_000
"""A tab whose grid has more cells is no list of OKRs; it is read only when `tabs` names it."""


def notices(
    chosen: Mapping[str, int] | None,
    hidden: Iterable[str],
    tabs: Iterable[GoogleTab],
    shown_tabs: Iterable[GoogleTab],
) -> Iterator[str]:
    """Notices about the tabs of a spreadsheet, of which `shown_tabs` are read. `chosen` are the ids
    of the tabs that the config names, by the name there; None if it names none.
    """
    titles = {tab.id: tab.title for tab in shown_tabs}
    for name, id_ in (chosen or {}).items():
        if titles[id_].strip().casefold() != name.strip().casefold():
            yield (
                f"the tab {name!r} is called {titles[id_]!r} now, and is read as before: write"
                f" {titles[id_]!r} under `tabs`"
            )
    left_out = [title for title in hidden if title not in titles.values()]
    if left_out and chosen is None:
        yield f"hidden tabs are not read: {', '.join(left_out)}"
    large = [
        tab.title
        for tab in tabs
        if tab.row_count * tab.column_count > MOST_CELLS
        and tab.id not in titles
        and not is_managed(tab)
    ]
    if large and chosen is None:
        yield (
            f"too large to be lists of OKRs, and not read: {', '.join(large)}; name one under"
            " `tabs` to have it read"
        )
    for tab in shown_tabs:
        protections = tab.locks.closed
        descriptions = [
            protection["description"] for protection in protections if protection.get("description")
        ]
        if protections:
            described = f" ({'; '.join(descriptions)})" if descriptions else ""
            yield f"{tab.title}: has protected ranges that okrsync may not edit{described}"
