"""Field masks: which fields an answer contains, and which fields an update sets.

`a,b(c,d/e),f.g` is the form of answers, where `*` is everything; updates use `a,b.c` and `a(b,c)`
alike.
"""

from __future__ import annotations

from typing import Any

from okrsync_sandbox.google.errors import ApiError, no_field
from okrsync_sandbox.google.schema import fields_of

__all__ = ["Mask", "check_mask", "parse_mask", "picked", "updated", "wants"]

Json = dict[str, Any]
Mask = dict[str, "Mask"]
"""What is wanted, by name; an empty mask wants everything below."""


def parse_mask(text: str) -> Mask:
    """A mask as a tree. Raises `ApiError` 400 if brackets do not close or a name is empty."""
    # https://developers.google.com/workspace/sheets/api/guides/field-masks
    tree, end = _level(text.replace("/", ".").replace(" ", ""), 0)
    if end != len(text.replace(" ", "")):
        raise _bad(text)
    return tree


def _level(text: str, offset: int) -> tuple[Mask, int]:
    tree: Mask = {}
    while True:
        start = offset
        while offset < len(text) and text[offset] not in ",().":
            offset += 1
        name = text[start:offset]
        if not name:
            raise _bad(text)
        branch = tree.setdefault(name, {})
        while offset < len(text) and text[offset] == ".":
            start = offset = offset + 1
            while offset < len(text) and text[offset] not in ",().":
                offset += 1
            if start == offset:
                raise _bad(text)
            branch = branch.setdefault(text[start:offset], {})
        if offset < len(text) and text[offset] == "(":
            inner, offset = _level(text, offset + 1)
            if offset >= len(text) or text[offset] != ")":
                raise _bad(text)
            offset += 1
            _merge(branch, inner)
        if offset >= len(text) or text[offset] == ")":
            return tree, offset
        if text[offset] != ",":
            raise _bad(text)
        offset += 1


def _merge(into: Mask, other: Mask) -> None:
    for name, branch in other.items():
        _merge(into.setdefault(name, {}), branch)


def _bad(text: str) -> ApiError:
    return no_field(
        f"Request contains an invalid argument. Invalid field selection {text}", "fields"
    )


def check_mask(mask: Mask, message: str) -> None:
    """Raise `ApiError` 400 if a mask names a field that the message does not have."""
    fields = fields_of(message)
    if fields is None:
        return
    for name, below in mask.items():
        if name == "*":
            continue
        # A mistyped field is an error, not an empty answer.
        if name not in fields:
            raise no_field(f"Invalid field selection {name}", "fields")
        check_mask(below, fields[name].lstrip("[{"))


def wants(mask: Mask | None, *path: str) -> bool:
    """Whether a mask keeps anything at or below a path. None keeps everything."""
    if mask is None:
        return True
    for name in path:
        if not mask or "*" in mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def picked(content: Any, mask: Mask | None) -> Any:
    """The part of an answer that a mask keeps."""
    if not mask or "*" in mask:
        return content
    if isinstance(content, list):
        # What is shared, as by a thousand plain rows, is picked from once.
        by_id = {id(item): item for item in content}
        kept = {key: picked(item, mask) for key, item in by_id.items()}
        return [kept[id(item)] for item in content]
    if isinstance(content, dict):
        return {name: picked(value, mask[name]) for name, value in content.items() if name in mask}
    return content


def updated(stored: Json, given: Json, mask: Mask) -> Json:
    """A copy of `stored` with the masked fields as given; a masked field that is not given is
    cleared.
    """
    if "*" in mask:
        return dict(given)
    result = dict(stored)
    for name, below in _with_both_colours(mask).items():
        # What a mask names and the request lacks is cleared: that is how fields are emptied.
        if name not in given:
            if below and isinstance(result.get(name), dict):
                result[name] = updated(result[name], {}, below)
                if not result[name]:
                    del result[name]
            else:
                result.pop(name, None)
        elif below and isinstance(given[name], dict):
            inner = result.get(name)
            result[name] = updated(inner if isinstance(inner, dict) else {}, given[name], below)
        else:
            result[name] = given[name]
    return result


def _with_both_colours(mask: Mask) -> Mask:
    """A mask that names both fields of a colour where it names one: the service keeps them equal.
    https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/cells#CellFormat
    """
    pairs: Mask = {}
    for name in mask:
        if name.lower().endswith("colorstyle"):
            pairs[name.removesuffix("Style")] = {}
        elif name.lower().endswith("color"):
            pairs[f"{name}Style"] = {}
    return {**pairs, **mask}
