"""The rows that a query returns, and their order. Without sorts the service promises no order, and
here it is not the order of creation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from okrsync_sandbox.notion.computed import ComputedReader, roll_up
from okrsync_sandbox.notion.errors import failed, wrong
from okrsync_sandbox.notion.model import DataSource, Json, Page, SchemaProperty
from okrsync_sandbox.notion.workspace import normal_id

__all__ = ["checked_filter", "checked_sorts", "ordered"]

Test = Callable[[Page], bool]
_TEXTS = ("title", "rich_text", "url", "email", "phone_number")
_STAMPS = ("created_time", "last_edited_time")
_KIND_OF = {
    **dict.fromkeys(_TEXTS, "rich_text"),
    **dict.fromkeys(("date", *_STAMPS), "date"),
    **dict.fromkeys(("people", "created_by", "last_edited_by"), "people"),
}


def checked_filter(
    source: DataSource, sent: Any, reader: ComputedReader, path: str = "body.filter", depth: int = 0
) -> Test:
    """A test for a page, out of a filter. Raises `NotionError` where the service would refuse
    it.
    """
    if not isinstance(sent, dict):
        raise failed(path, "an object", sent)
    for joint, together in (("and", all), ("or", any)):
        if joint in sent:
            # Compound filters may be nested two levels deep.
            if depth >= 2:
                raise failed(f"{path}.{joint}", "not present", sent[joint])
            if not isinstance(sent[joint], list):
                raise failed(f"{path}.{joint}", "an array", sent[joint])
            if len(sent[joint]) > 100:
                raise failed(f"{path}.{joint}.length", "≤ `100`", len(sent[joint]))
            tests = [
                checked_filter(source, condition, reader, f"{path}.{joint}[{index}]", depth + 1)
                for index, condition in enumerate(sent[joint])
            ]
            return lambda page, tests=tests, together=together: together(
                test(page) for test in tests
            )  # type: ignore[misc]
    if "timestamp" in sent:
        return _stamp_test(sent, reader, path)
    if "property" not in sent:
        raise failed(f"{path}.property", "defined")
    column = source.find(str(sent["property"]))
    if column is None:
        raise wrong(f"Could not find property with name or id: {sent['property']}")
    kinds = [key for key in sent if key not in ("property", "type")]
    if len(kinds) != 1 or not isinstance(sent[kinds[0]], dict) or len(sent[kinds[0]]) != 1:
        raise failed(f"{path}.{kinds[0] if kinds else 'title'}", "defined")
    return _column_test(column, kinds[0], sent[kinds[0]], reader, f"{path}.{kinds[0]}")


def _stamp_test(sent: Json, reader: ComputedReader, path: str) -> Test:
    stamp = sent["timestamp"]
    if stamp not in _STAMPS or not isinstance(sent.get(stamp), dict):
        raise failed(f"{path}.timestamp", '`"created_time"` or `"last_edited_time"`', stamp)
    column = SchemaProperty("", stamp, stamp, {})
    test = _date_test(sent[stamp], reader, f"{path}.{stamp}")
    return lambda page: test(reader.value(page, column))


def _column_test(
    column: SchemaProperty, kind: str, condition: Json, reader: ComputedReader, path: str
) -> Test:
    if kind in ("formula", "rollup") and kind == column.type:
        return _computed_test(column, kind, condition, reader, path)
    if (
        kind != column.type
        and not (column.type in _TEXTS and kind in _TEXTS)
        and _KIND_OF.get(column.type) != kind
    ):
        raise wrong(f"database property {column.type} does not match filter {kind}")
    test = _value_test(column, _KIND_OF.get(column.type, column.type), condition, reader, path)
    if column.type in ("people", "relation", "files"):
        return lambda page: test(reader.stored(page, column))
    return lambda page: test(reader.value(page, column))


def _computed_test(
    column: SchemaProperty, kind: str, condition: Json, reader: ComputedReader, path: str
) -> Test:
    inner = next(iter(condition))
    # The service cannot filter by a formula that was created through the API, on any version.
    if kind == "formula" and column.made_by_api:
        raise wrong("Unable to filter based on a formula of unknown type.")
    content = condition[inner]
    if inner in ("any", "every", "none"):
        ((within, content),) = _one_condition(content, f"{path}.{inner}")
        test = _value_test(
            column, _KIND_OF.get(within, within), content, reader, f"{path}.{inner}.{within}"
        )

        def gathered(page: Page) -> bool:
            every = [test(element) for element in reader.value(page, column) or []]
            return all(every) if inner == "every" else any(every) == (inner == "any")

        return gathered
    kind_of = {"string": "rich_text", "date": "date", "number": "number", "checkbox": "checkbox"}
    if inner not in kind_of:
        raise failed(f"{path}.{inner}", "not present", content)
    within = kind_of[inner]
    test = _value_test(column, within, content, reader, f"{path}.{inner}")
    types: dict[str, tuple[type, ...]] = {
        "rich_text": (str,),
        "date": (datetime,),
        "number": (int, float),
        "checkbox": (bool,),
    }

    def tested(page: Page) -> bool:
        value = reader.value(page, column)
        return test(value) if value is None or isinstance(value, types[within]) else False

    return tested


def _value_test(
    column: SchemaProperty, kind: str, condition: Json, reader: ComputedReader, path: str
) -> Callable[[Any], bool]:
    ((word, wanted),) = _one_condition(condition, path)
    if kind == "date":
        return _date_test(condition, reader, path)
    if word in ("is_empty", "is_not_empty"):
        if wanted is not True:
            raise failed(f"{path}.{word}", "`true`", wanted)
        return lambda value: (value in (None, "", [])) == (word == "is_empty")
    tests = _TESTS.get(
        (
            "checkbox"
            if kind == "checkbox"
            else "list"
            if kind in ("people", "relation", "multi_select")
            else kind
        ),
        {},
    )
    if word not in tests:
        raise failed(f"{path}.{word}", "not present", wanted)
    if kind in ("number", "unique_id") and (
        isinstance(wanted, bool) or not isinstance(wanted, int | float)
    ):
        raise failed(f"{path}.{word}", "a number", wanted)
    if kind == "checkbox" and not isinstance(wanted, bool):
        raise failed(f"{path}.{word}", "a boolean", wanted)
    # A filter must name an existing option; any other name is an error, not an empty result.
    if kind in ("select", "status", "multi_select") and wanted not in [
        option["name"] for option in column.config["options"]
    ]:
        raise wrong(f'{kind} option "{wanted}" not found for property "{column.name}".')
    if kind in ("people", "relation"):
        normalised = normal_id(wanted)
        if normalised is None:
            raise failed(f"{path}.{word}", "a valid uuid", wanted)
        wanted = normalised
    test = tests[word]
    return lambda value: test(value, wanted)


def _one_condition(sent: Any, path: str) -> list[tuple[str, Any]]:
    if not isinstance(sent, dict) or len(sent) != 1:
        raise failed(path, "an object with one condition", sent)
    return list(sent.items())


def _folded(value: Any) -> str:
    return "" if value is None else str(value).casefold()


_SAME: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda value, wanted: value == wanted,
    "does_not_equal": lambda value, wanted: value != wanted,
}
_NUMBERS: dict[str, Callable[[Any, Any], bool]] = {
    **_SAME,
    "greater_than": lambda value, wanted: value is not None and value > wanted,
    "less_than": lambda value, wanted: value is not None and value < wanted,
    "greater_than_or_equal_to": lambda value, wanted: value is not None and value >= wanted,
    "less_than_or_equal_to": lambda value, wanted: value is not None and value <= wanted,
}
_TESTS: dict[str, dict[str, Callable[[Any, Any], bool]]] = {
    "rich_text": {
        "equals": lambda value, wanted: _folded(value) == _folded(wanted),
        "does_not_equal": lambda value, wanted: _folded(value) != _folded(wanted),
        "contains": lambda value, wanted: _folded(wanted) in _folded(value),
        "does_not_contain": lambda value, wanted: _folded(wanted) not in _folded(value),
        "starts_with": lambda value, wanted: _folded(value).startswith(_folded(wanted)),
        "ends_with": lambda value, wanted: _folded(value).endswith(_folded(wanted)),
    },
    "number": _NUMBERS,
    "unique_id": _NUMBERS,
    "checkbox": {
        "equals": lambda value, wanted: bool(value) == wanted,
        "does_not_equal": lambda value, wanted: bool(value) != wanted,
    },
    "select": _SAME,
    "status": _SAME,
    "list": {
        "contains": lambda value, wanted: wanted in (value or []),
        "does_not_contain": lambda value, wanted: wanted not in (value or []),
    },
}


def _date_test(condition: Json, reader: ComputedReader, path: str) -> Callable[[Any], bool]:
    ((word, wanted),) = _one_condition(condition, path)
    if word in ("is_empty", "is_not_empty"):
        return lambda value: (value is None) == (word == "is_empty")
    if word in _SPANS:
        first, last = _SPANS[word](datetime.fromtimestamp(reader.space.clock(), UTC).date())
        return lambda value: value is not None and first <= value.date() <= last
    tests: dict[str, Callable[[datetime, datetime, bool], bool]] = {
        "equals": lambda value, moment, day: (
            value.date() == moment.date() if day else value == moment
        ),
        "before": lambda value, moment, _day: value < moment,
        "after": lambda value, moment, day: value.date() > moment.date() if day else value > moment,
        "on_or_before": lambda value, moment, day: (
            value.date() <= moment.date() if day else value <= moment
        ),
        "on_or_after": lambda value, moment, _day: value >= moment,
    }
    if word not in tests:
        raise failed(f"{path}.{word}", "not present", wanted)
    try:
        moment = datetime.fromisoformat(wanted)
    except (ValueError, TypeError):
        raise failed(f"{path}.{word}", "a valid ISO 8601 date string", wanted) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    test, is_day = tests[word], len(wanted) <= 10
    return lambda value: value is not None and test(value, moment, is_day)


def _span(days: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (min(today, today + timedelta(days)), max(today, today + timedelta(days)))


_SPANS: dict[str, Callable[[date], tuple[date, date]]] = {
    "past_week": _span(-7),
    "past_month": _span(-30),
    "past_year": _span(-365),
    "next_week": _span(7),
    "next_month": _span(30),
    "next_year": _span(365),
    "this_week": lambda today: (
        today - timedelta((today.weekday() + 1) % 7),
        today + timedelta(6 - (today.weekday() + 1) % 7),
    ),
}


def checked_sorts(
    source: DataSource, sent: Any, path: str = "body.sorts"
) -> list[tuple[SchemaProperty, bool]]:
    """Columns to sort by and whether the greatest comes first. Raises `NotionError`."""
    if not isinstance(sent, list):
        raise failed(path, "an array", sent)
    if len(sent) > 100:
        raise failed(f"{path}.length", "≤ `100`", len(sent))
    checked = []
    for index, sort in enumerate(sent):
        if not isinstance(sort, dict) or (
            "property" not in sort and sort.get("timestamp") not in _STAMPS
        ):
            raise failed(f"{path}[{index}].property", "defined")
        if sort.get("direction", "ascending") not in ("ascending", "descending"):
            raise failed(
                f"{path}[{index}].direction", '`"ascending"` or `"descending"`', sort["direction"]
            )
        if "property" in sort:
            column = source.find(str(sort["property"]))
            if column is None:
                raise wrong(f"Could not find sort property with name or id: {sort['property']}")
        else:
            column = SchemaProperty("", sort["timestamp"], sort["timestamp"], {})
        checked.append((column, sort.get("direction") == "descending"))
    return checked


def ordered(
    pages: list[Page], sorts: list[tuple[SchemaProperty, bool]], reader: ComputedReader
) -> list[Page]:
    """The pages sorted by these columns, empty values last. The order of ties has no meaning."""
    # Sorting by reversed ids first gives clients that rely on the order of creation no chance.
    pages = sorted(pages, key=lambda page: page.id[::-1])
    for column, is_descending in reversed(sorts):
        keyed = [(_key(column, reader.value(page, column)), page) for page in pages]
        full = [pair for pair in keyed if pair[0] is not None]
        full.sort(key=lambda pair: pair[0] or (), reverse=is_descending)
        pages = [page for _, page in full] + [page for key, page in keyed if key is None]
    return pages


def _key(column: SchemaProperty, value: Any) -> tuple[Any, ...] | None:
    if value in (None, "", []):
        return None
    if column.type in ("select", "status"):
        return ([option["name"] for option in column.config["options"]].index(value),)
    if column.type == "rollup" and isinstance(value, list):
        return (roll_up("count_values", value),)
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, datetime):
        value = value.timestamp()
    if isinstance(value, str):
        # Titles sort naturally in the service: "Article 2" comes before "Article 10".
        parts = re.findall(r"\d+|\D+", value.casefold())
        return (1, *((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts))
    return (0, value)
