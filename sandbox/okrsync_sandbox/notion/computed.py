"""Values that nobody types (formulas, rollups and stamps), computed when a page is read; and the
shape of every value in an answer.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from okrsync_sandbox.notion.formula import FormulaError, evaluate
from okrsync_sandbox.notion.formula_dates import Days, as_moment, days_of, shown_days
from okrsync_sandbox.notion.model import DataSource, Integration, Json, Page, SchemaProperty
from okrsync_sandbox.notion.richtext import plain, shown_text
from okrsync_sandbox.notion.users import shown_user
from okrsync_sandbox.notion.values import empty_value
from okrsync_sandbox.notion.workspace import Workspace, whole_minute

__all__ = ["REFERENCES", "ComputedReader"]

# https://developers.notion.com/reference/retrieve-a-page-property
REFERENCES = 25
"""References that the answer for a page carries for one property; the property itself returns the
others.
"""
_DEEPEST = 10
_EXAMPLES: Json = {
    "checkbox": True,
    "date": Days(date(2026, 1, 1)),
    "created_time": Days(datetime(2026, 1, 1, tzinfo=UTC)),
    "last_edited_time": Days(datetime(2026, 1, 1, tzinfo=UTC)),
    "relation": ["page"],
    "people": ["person"],
    "multi_select": ["option"],
}
"""A value of each type that is neither number nor text."""


class ComputedReader:
    """Reads values of pages for one caller; None sees all."""

    def __init__(self, space: Workspace, caller: Integration | None) -> None:
        self.space, self.caller = space, caller

    def shown(self, page: Page, column: SchemaProperty, *, cut: bool = True) -> Json:
        """A value as a page answers it. Without `cut`, relations come whole."""
        shown: Json = {
            "id": quote(column.id, safe=""),
            "type": column.type,
            column.type: self._content(page, column),
        }
        if column.type == "relation":
            shown["has_more"] = cut and len(shown["relation"]) > REFERENCES
        # People are cut without a sign; only relations state `has_more`.
        if cut and column.type in ("relation", "people"):
            shown[column.type] = shown[column.type][:REFERENCES]
        return shown

    def _content(self, page: Page, column: SchemaProperty) -> Any:
        kind, value = column.type, self.stored(page, column)
        if kind in ("title", "rich_text"):
            return shown_text(value, self.space, self.caller)
        if kind in ("select", "status"):
            return _option(column, value)
        if kind == "multi_select":
            return [option for id_ in value if (option := _option(column, id_)) is not None]
        if kind == "people":
            return [shown_user(user_id, self.space, self.caller) for user_id in value]
        if kind == "relation":
            return [{"id": page_id} for page_id in value]
        if kind in ("created_time", "last_edited_time"):
            return whole_minute(
                page.stamps.created if kind == "created_time" else page.stamps.edited
            )
        if kind in ("created_by", "last_edited_by"):
            user_id = page.stamps.created_by if kind == "created_by" else page.stamps.edited_by
            return shown_user(user_id, self.space, self.caller)
        if kind == "unique_id":
            return {"prefix": column.config.get("prefix"), "number": value}
        if kind == "formula":
            return self._formula_result(page, column)
        if kind == "rollup":
            return self.rollup(page, column)
        if kind in ("button", "verification"):
            return (
                {}
                if kind == "button"
                else {"state": "unverified", "verified_by": None, "date": None}
            )
        return value

    def stored(self, page: Page, column: SchemaProperty) -> Any:
        """The stored value of a column. Relations to a data source that the caller may not see read
        as empty, and pages in the trash are left out.
        """
        # The documents do not say how such a relation reads. Empty is the stricter reading: a
        # client must not take it for a row without children.
        value = page.values.get(column.id, empty_value(column))
        if column.type != "relation":
            return value
        target = self.space.objects[column.config["data_source_id"]]
        if self.caller is not None and not self.space.is_shared(self.caller, target):
            return []
        return [page_id for page_id in value if not self.space.objects[page_id].in_trash]

    def value(self, page: Page, column: SchemaProperty, depth: int = 0) -> Any:
        """A value to reckon and compare with: text, number, boolean, date, a list of them, or
        None.
        """
        kind = column.type
        if kind == "formula":
            is_given = column.id in page.given
            value = page.given[column.id] if is_given else self._formula(page, column, depth)
            return as_moment(value.start) if isinstance(value, Days) else value
        if kind == "rollup":
            return self._rolled(page, column, depth)
        value = self.stored(page, column)
        if kind in ("title", "rich_text"):
            return plain(shown_text(value, self.space, self.caller))
        if kind in ("select", "status"):
            option = _option(column, value)
            return option and option["name"]
        if kind == "multi_select":
            return [option["name"] for id_ in value if (option := _option(column, id_))]
        if kind == "people":
            return [
                self.space.users[option_id].name
                for option_id in value
                if option_id in self.space.users
            ]
        if kind == "date":
            return _start(value)
        if kind in ("created_time", "last_edited_time"):
            moment = page.stamps.created if kind == "created_time" else page.stamps.edited
            # https://developers.notion.com/changelog/last-edited-time-is-now-rounded-to-the-nearest-minute
            return datetime.fromtimestamp(moment // 60 * 60, UTC)
        if kind in ("created_by", "last_edited_by"):
            return page.stamps.created_by if kind == "created_by" else page.stamps.edited_by
        return value

    def _formula(self, page: Page, column: SchemaProperty, depth: int) -> Any:
        source = self.space.objects[page.parent.id or ""]
        assert isinstance(source, DataSource)

        def read(name: str) -> Any:
            other = source.find(name)
            if other is None or depth > _DEEPEST:
                raise FormulaError(name)
            if other.type == "date":
                return days_of(self.stored(page, other))
            if other.type == "formula" and other.id not in page.given:
                return self._formula(page, other, depth + 1)
            value = self.value(page, other, depth + 1)
            if isinstance(value, datetime):
                return Days(value)
            # A formula over a relation sees only the first 25 pages
            # (https://developers.notion.com/reference/query-a-data-source).
            return value[:REFERENCES] if other.type == "relation" else value

        return self._evaluated(column, read)

    def _evaluated(self, column: SchemaProperty, read: Callable[[str], Any]) -> Any:
        now = datetime.fromtimestamp(self.space.clock(), UTC)
        try:
            return evaluate(column.config["expression"], read, now)
        except FormulaError:
            return None

    def _formula_result(self, page: Page, column: SchemaProperty) -> Json:
        """A formula as it is answered: nothing has the formula's type as well."""
        value = page.given.get(column.id)
        value = self._formula(page, column, 0) if value is None else value
        if value is not None:
            return _typed(value)
        source = self.space.objects[page.parent.id or ""]
        assert isinstance(source, DataSource)
        kind = _typed(self._example(source, column, 0))["type"]
        return {"type": kind, kind: None}

    def _example(self, source: DataSource, column: SchemaProperty, depth: int) -> Any:
        """What a formula comes to on a row where every column holds something: of its type is all
        it ever comes to.
        """

        def read(name: str) -> Any:
            other = source.find(name)
            if other is None or depth > _DEEPEST:
                raise FormulaError(name)
            if other.type == "formula":
                return self._example(source, other, depth + 1)
            if other.type in ("number", "unique_id", "rollup"):
                # No two columns hold the same number, so that no difference of them is zero.
                return 2 ** list(source.properties).index(other.id)
            return _EXAMPLES.get(other.type, "text")

        return self._evaluated(column, read)

    def _linked(
        self, page: Page, column: SchemaProperty
    ) -> tuple[list[Page], SchemaProperty | None]:
        source = self.space.objects[page.parent.id or ""]
        assert isinstance(source, DataSource)
        relation = source.properties.get(column.config["relation_property_id"])
        if relation is None or relation.type != "relation":
            return [], None
        target = self.space.objects[relation.config["data_source_id"]]
        assert isinstance(target, DataSource)
        pages = [self.space.objects[page_id] for page_id in self.stored(page, relation)]
        rolled = target.properties.get(column.config["rollup_property_id"])
        return [linked for linked in pages if isinstance(linked, Page)], rolled

    def _rolled(self, page: Page, column: SchemaProperty, depth: int) -> Any:
        pages, rolled = self._linked(page, column)
        if rolled is None or depth > _DEEPEST:
            return None
        values = [self.value(linked, rolled, depth + 1) for linked in pages]
        return roll_up(column.config["function"], values)

    def rollup(self, page: Page, column: SchemaProperty) -> Json:
        """A rollup as it is answered."""
        function = column.config["function"]
        pages, rolled = self._linked(page, column)
        if function in ("show_original", "show_unique"):
            shown = [self.shown(linked, rolled) for linked in pages] if rolled is not None else []
            items = [
                {
                    name: value
                    for name, value in value_shown.items()
                    if name not in ("id", "has_more")
                }
                for value_shown in shown
            ]
            if function == "show_unique":
                items = [item for index, item in enumerate(items) if item not in items[:index]]
            return {"type": "array", "array": items, "function": function}
        if function in ("earliest_date", "latest_date", "date_range"):
            days = shown_days(self._rolled_days(pages, rolled, function))
            return {"type": "date", "date": days, "function": function}
        value = self._rolled(page, column, 0)
        return {"type": "number", "number": value, "function": function}

    def _rolled_days(
        self, pages: Sequence[Page], rolled: SchemaProperty | None, function: str
    ) -> Days | None:
        """The first or last day among the dates of many pages, or the range between them."""
        days: list[date] = []
        for page in pages if rolled is not None else ():
            assert rolled is not None
            if rolled.type == "date":
                days_of_page = days_of(self.stored(page, rolled))
                days += (
                    []
                    if days_of_page is None
                    else [days_of_page.start, days_of_page.end or days_of_page.start]
                )
            else:
                value = self.value(page, rolled, 1)
                days += [value] if isinstance(value, datetime) else []
        if not days:
            return None
        first, last = min(days, key=as_moment), max(days, key=as_moment)
        if function == "date_range":
            return Days(first, last)
        return Days(first if function == "earliest_date" else last)


def roll_up(function: str, values: Sequence[Any]) -> Any:
    """Many values in one. The sum of none is 0; the smallest and the largest of none are None."""
    # So say the recorded answers.
    flat = [
        element for value in values for element in (value if isinstance(value, list) else [value])
    ]
    filled = [value for value in flat if value not in (None, "")]
    numbers = [
        value for value in filled if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    dates = [value for value in filled if isinstance(value, datetime)]
    count, full = len(values), sum(value not in (None, "", [], False) for value in values)
    if function in ("show_original", "show_unique"):
        return filled if function == "show_original" else list(dict.fromkeys(filled))
    if function in ("earliest_date", "latest_date"):
        return (min if function == "earliest_date" else max)(dates, default=None)
    share = {
        "percent_empty": count - full,
        "percent_not_empty": full,
        "percent_checked": full,
        "percent_unchecked": count - full,
    }
    if function in share:
        return share[function] / count if count else None
    counts = {
        "count": count,
        "count_values": len(filled),
        "empty": count - full,
        "not_empty": full,
        "checked": full,
        "unchecked": count - full,
        "unique": len({str(value) for value in filled}),
    }
    if function in counts:
        return counts[function]
    if function == "sum":
        return sum(numbers)
    if not numbers:
        return None
    return {
        "average": lambda: sum(numbers) / len(numbers),
        "median": lambda: statistics.median(numbers),
        "min": lambda: min(numbers),
        "max": lambda: max(numbers),
        "range": lambda: max(numbers) - min(numbers),
    }.get(function, lambda: None)()


def _typed(value: Any) -> Json:
    if isinstance(value, bool):
        return {"type": "boolean", "boolean": value}
    if isinstance(value, int | float):
        return {"type": "number", "number": value}
    if isinstance(value, datetime):
        value = Days(value)
    if isinstance(value, Days):
        return {"type": "date", "date": shown_days(value)}
    return {
        "type": "string",
        "string": ", ".join(map(str, value)) if isinstance(value, list) else value,
    }


def _option(column: SchemaProperty, option_id: str | None) -> Json | None:
    match = next((option for option in column.config["options"] if option["id"] == option_id), None)
    return match and {"id": match["id"], "name": match["name"], "color": match["color"]}


def _start(date: Json | None) -> datetime | None:
    if date is None:
        return None
    start = datetime.fromisoformat(date["start"])
    return start if start.tzinfo else start.replace(tzinfo=UTC)
