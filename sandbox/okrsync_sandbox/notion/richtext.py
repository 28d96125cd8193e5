"""Rich text: what may be written, and how it reads back. Adjacent runs in one style come back as
one run.

After https://developers.notion.com/reference/rich-text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from okrsync_sandbox.notion.errors import failed, not_found, wrong
from okrsync_sandbox.notion.model import Integration, Json, Page
from okrsync_sandbox.notion.users import shown_user
from okrsync_sandbox.notion.workspace import Workspace, normal_id

__all__ = ["checked_text", "plain", "shown_text", "text", "units"]

_PLAIN: Json = {
    "bold": False,
    "italic": False,
    "strikethrough": False,
    "underline": False,
    "code": False,
    "color": "default",
}
_COLORS = ("default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")
COLORS = frozenset(_COLORS) | {f"{color}_background" for color in _COLORS}
_TEMPLATES = {"template_mention_date": ("today", "now"), "template_mention_user": ("me",)}
# https://developers.notion.com/reference/request-limits
LONGEST = 2000
"""UTF-16 units in one run of text."""


def units(content: str) -> int:
    """The length of a text as the service counts it: an emoji counts two."""
    # The documents say characters; the service counts UTF-16 units, as JavaScript does.
    return len(content.encode("utf-16-le", "surrogatepass")) // 2


def plain(items: Sequence[Json]) -> str:
    """The text without its styles."""
    return "".join(item["plain_text"] for item in items)


def text(content: str) -> list[Json]:
    """A rich text of one plain run; none for the empty text."""
    run = {"type": "text", "text": {"content": content, "link": None}, "annotations": dict(_PLAIN)}
    return [{**run, "plain_text": content, "href": None}] if content else []


def checked_text(sent: Any, path: str, space: Workspace) -> list[Json]:
    """The rich text of a request, in its stored form. Raises `NotionError` where the service would
    refuse it.
    """
    if not isinstance(sent, list):
        raise failed(path, "an array", ... if sent is None else sent)
    if len(sent) > 100:
        raise failed(f"{path}.length", "≤ `100`", len(sent))
    items: list[Json] = []
    for number, item in enumerate(sent):
        _take(items, _item(item, f"{path}[{number}]", space))
    return items


def _take(items: list[Json], item: Json) -> None:
    if item["type"] != "text":
        items.append(item)
        return
    if not item["text"]["content"]:
        return
    # The service merges adjacent runs of one style: a client that compares JSON would rewrite them
    # in every run.
    last = items[-1] if items else None
    if last and last["type"] == "text" and _look(last) == _look(item):
        content = last["text"]["content"] + item["text"]["content"]
        items[-1] = {**last, "text": {**last["text"], "content": content}, "plain_text": content}
    else:
        items.append(item)


def _look(item: Json) -> tuple[Any, Any]:
    return item["annotations"], item["text"]["link"]


def _item(sent: Any, path: str, space: Workspace) -> Json:
    if not isinstance(sent, dict):
        raise failed(path, "an object", sent)
    kind = sent.get("type") or next(
        (name for name in ("text", "mention", "equation") if name in sent), None
    )
    if kind not in ("text", "mention", "equation") or not isinstance(sent.get(kind), dict):
        raise failed(
            f"{path}.{kind if kind in ('text', 'mention', 'equation') else 'text'}", "defined"
        )
    content, extra = sent[kind], set(sent) - {"type", kind, "annotations", "plain_text", "href"}
    if extra:
        raise failed(f"{path}.{sorted(extra)[0]}", "not present", sent[sorted(extra)[0]])
    item: Json
    if kind == "text":
        item = _run(content, path)
    elif kind == "equation":
        expression = content.get("expression")
        _string(expression, f"{path}.equation.expression", 1000)
        item = {
            "type": "equation",
            "equation": {"expression": expression},
            "plain_text": expression,
            "href": None,
        }
    else:
        item = {"type": "mention", "mention": _mention(content, f"{path}.mention", space)}
    item["annotations"] = _annotations(sent.get("annotations"), f"{path}.annotations")
    return item


def _run(content: Json, path: str) -> Json:
    _string(content.get("content"), f"{path}.text.content", LONGEST)
    link = content.get("link")
    if link is not None:
        url: Any = link.get("url") if isinstance(link, dict) else None
        _string(url, f"{path}.text.link.url", LONGEST)
        if not url.startswith(("http://", "https://", "mailto:", "tel:", "/")) or " " in url:
            raise wrong("Invalid URL for link.")
        link = {"url": url}
    kept = {"content": content["content"], "link": link}
    return {
        "type": "text",
        "text": kept,
        "plain_text": content["content"],
        "href": link and link["url"],
    }


def _string(value: Any, path: str, longest: int) -> None:
    if not isinstance(value, str):
        raise failed(path, "a string", ... if value is None else value)
    if units(value) > longest:
        raise failed(f"{path}.length", f"≤ `{longest}`", units(value))


def _annotations(sent: Any, path: str) -> Json:
    if sent is None:
        return dict(_PLAIN)
    if not isinstance(sent, dict):
        raise failed(path, "an object", sent)
    for name, value in sent.items():
        if name not in _PLAIN:
            raise failed(f"{path}.{name}", "not present", value)
        if name == "color" and value not in COLORS:
            raise failed(f"{path}.color", "a valid color", value)
        if name != "color" and not isinstance(value, bool):
            raise failed(f"{path}.{name}", "a boolean", value)
    return {**_PLAIN, **sent}


def _mention(sent: Json, path: str, space: Workspace) -> Json:
    kind = sent.get("type") or next(
        (name for name in ("user", "page", "database", "date", "template_mention") if name in sent),
        "user",
    )
    content = sent.get(kind)
    if not isinstance(content, dict):
        raise failed(f"{path}.{kind}", "defined")
    if kind == "date":
        return {
            "type": "date",
            "date": {"start": content.get("start"), "end": content.get("end"), "time_zone": None},
        }
    if kind == "template_mention":
        return {"type": kind, kind: _template(content, f"{path}.{kind}")}
    if kind not in ("user", "page", "database"):
        raise failed(f"{path}.type", "a mention that can be made", kind)
    id_ = normal_id(content.get("id"))
    if id_ is None:
        raise failed(f"{path}.{kind}.id", "a valid uuid", content.get("id", ...))
    if id_ not in (space.users if kind == "user" else space.objects):
        raise not_found(kind, id_, "")
    return {"type": kind, kind: {"id": id_}}


def _template(sent: Json, path: str) -> Json:
    """A mention that is filled in when its template is used."""
    for kind, words in _TEMPLATES.items():
        if kind in sent:
            if sent[kind] not in words:
                raise failed(
                    f"{path}.{kind}", " or ".join(f'`"{word}"`' for word in words), sent[kind]
                )
            return {"type": kind, kind: sent[kind]}
    raise failed(f"{path}.template_mention_date", "defined")


def shown_text(
    items: Sequence[Json], space: Workspace, integration: Integration | None
) -> list[Json]:
    """The rich text of an answer: mentions have the current names, as far as the caller may see
    them.
    """
    return [
        _shown_mention(item, space, integration) if item["type"] == "mention" else item
        for item in items
    ]


def _shown_mention(item: Json, space: Workspace, integration: Integration | None) -> Json:
    mention, plain_text, href = dict(item["mention"]), "", None
    kind = mention["type"]
    if kind == "date":
        date = mention["date"]
        plain_text = date["start"] if date["end"] is None else f"{date['start']} → {date['end']}"
    elif kind == "template_mention":
        plain_text = f"@{str(mention[kind][mention[kind]['type']]).title()}"
    elif kind == "user":
        user = space.users[mention["user"]["id"]]
        may = integration is None or "users" in integration.capabilities
        mention["user"] = shown_user(user.id, space, integration)
        plain_text = f"@{user.name}" if may else "@Anonymous"
    else:
        record = space.objects[mention[kind]["id"]]
        may = integration is None or space.is_shared(integration, record)
        title = (
            record.values.get("title", [])
            if isinstance(record, Page)
            else getattr(record, "title", [])
        )
        plain_text, href = (plain(title) or "Untitled") if may else "Untitled", _link(record.id)
    return {
        "type": "mention",
        "mention": mention,
        "annotations": item["annotations"],
        "plain_text": plain_text,
        "href": href,
    }


def _link(id_: str) -> str:
    return f"https://app.notion.com/p/{id_.replace('-', '')}"
