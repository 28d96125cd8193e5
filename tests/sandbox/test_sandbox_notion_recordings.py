"""The local Notion answers as the real one did: recorded exchanges, replayed one after the
other.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from okrsync_sandbox.notion import Notion
from okrsync_sandbox.notion.model import Page, Parent, Stamps, Upload
from okrsync_sandbox.notion.workspace import normal_id
from okrsync_sandbox.wire import Request, Response

_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z")
_EXACT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00")
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
_ROOT, _BOT = "393abc1e-edcd-80f3-813b-e205934558c6", "7775f3a3-893f-43fa-b625-460c61094c78"


def _scalar(lines: list[str], at: int) -> str:
    """A quoted YAML text that begins in a line and may go on in the next ones: a line's end is a
    blank.
    """
    opening = lines[at].split(": ", 1)[1]
    quote, made = opening[0], opening[1:]
    ends = re.compile(r"(?:[^']|'')*'" if quote == "'" else r'(?:[^"\\]|\\.)*"')
    while not ends.fullmatch(made):
        at += 1
        more = lines[at].strip()
        if quote == '"' and made.endswith("\\"):
            made = made[:-1] + more
        else:
            made += " " + more
    if quote == "'":
        return made[:-1].replace("''", "'")
    made = re.sub(r"\\U([0-9A-F]{8})", lambda sign: chr(int(sign[1], 16)), made)
    return str(json.loads('"' + made.replace("\\ ", " ")))


def _exchanges(path: Path) -> list[dict[str, Any]]:
    """The exchanges of a cassette: only what a replay needs."""
    lines = path.read_text(encoding="utf-8").splitlines()
    made: list[dict[str, Any]] = []
    for at, line in enumerate(lines):
        if line == "- request:":
            made.append({"version": "", "body": ""})
        elif line.startswith("    body: "):
            made[-1]["body"] = _scalar(lines, at)
        elif line.startswith("      string: "):
            made[-1]["answer"] = _scalar(lines, at)
        elif line.startswith("    method: "):
            made[-1]["method"] = line.split(": ")[1]
        elif line.startswith("    uri: "):
            made[-1]["uri"] = line.split(": ", 1)[1]
        elif line.startswith("      code: "):
            made[-1]["status"] = int(line.split(": ")[1])
        elif line.startswith("      notion-version:"):
            made[-1]["version"] = lines[at + 1].strip("- '")
    return made


def structure(answer: Any, path: str = "") -> frozenset[tuple[str, str]]:
    """Every key of an answer with the type of what stands there, whatever its value; the items of a
    list count as one.
    """
    inner: dict[str, Any] = answer if isinstance(answer, dict) else {}
    found = {(path, type(answer).__name__)}
    for key, value in inner.items():
        found |= structure(value, f"{path}.{key}")
    for item in answer if isinstance(answer, list) else ():
        found |= structure(item, f"{path}[]")
    return frozenset(found)


@dataclass
class Replay:
    """Recordings played to one Notion. Ids differ; each of theirs stands for one of ours, the same
    throughout.
    """

    notion: Notion = field(default_factory=Notion)
    ids: dict[str, str] = field(default_factory=dict)
    same: int = 0
    all: int = 0
    """Keys with their types: those that both answers have, and those that one of them has."""

    def __post_init__(self) -> None:
        caller, space = self.notion.connect("notion-sdk-py"), self.notion.space
        space.name = caller.name
        space.objects[_ROOT] = Page(
            _ROOT, Parent("workspace"), Stamps(0, 0, caller.bot, caller.bot)
        )
        caller.shared.add(_ROOT)
        self.token = caller.token
        self.ids = {_ROOT: _ROOT, _BOT: caller.bot, space.id: space.id}

    def presuppose(self, exchanges: list[dict[str, Any]]) -> None:
        """Files that stood in the recorded workspace before: they are listed, and no recording
        makes them.
        """
        answers = [json.loads(one["answer"]) for one in exchanges]
        made = {one["id"] for one in answers if one.get("object") == "file_upload"}
        for one in reversed([each for answer in answers for each in answer.get("results", ())]):
            if one["object"] == "file_upload" and one["id"] not in made | self.ids.keys():
                stamps = self.notion.space.stamps(self.ids[_BOT])
                upload = Upload(
                    self.notion.space.new_id(), stamps, one["filename"], one["content_type"]
                )
                upload.status, upload.length = one["status"], one["content_length"]
                self.notion.space.uploads[upload.id] = upload
                self.ids[one["id"]] = upload.id

    def differences(self, exchange: dict[str, Any]) -> list[str]:
        """Where our answer to a recorded request differs from the recorded one."""
        answer = self._answer(exchange)
        if answer.status != exchange["status"]:
            return [
                (
                    f"status {answer.status} where {exchange['status']} was recorded:"
                    f" {answer.body.decode()[:200]}"
                )
            ]
        ours, theirs = json.loads(answer.body), json.loads(exchange["answer"])
        mine, recorded = structure(ours), structure(theirs)
        self.same += len(mine & recorded)
        self.all += len(mine | recorded)
        found: list[str] = []
        self._compare(theirs, ours, "", found)
        return found

    def _answer(self, exchange: dict[str, Any]) -> Response:
        uri, body = (self._ours(exchange[name]) for name in ("uri", "body"))
        parts = urlsplit(uri)
        token = "wrong" if exchange["status"] == 401 else self.token
        headers = {"authorization": f"Bearer {token}", "notion-version": exchange["version"]}
        query = tuple(parse_qsl(parts.query))
        return self.notion.handle(
            Request(exchange["method"], parts.path, query, headers, body.encode())
        )

    def _ours(self, text: str) -> str:
        return _UUID.sub(lambda found: self.ids.get(normal_id(found[0]) or "", found[0]), text)

    def _compare(self, theirs: Any, ours: Any, path: str, found: list[str]) -> None:
        if isinstance(theirs, dict) and isinstance(ours, dict):
            for key in sorted(theirs.keys() | ours.keys()):
                if key not in theirs or key not in ours:
                    found.append(f"{path}.{key} is {'missing' if key in theirs else 'too much'}")
                else:
                    self._compare(theirs[key], ours[key], f"{path}.{key}", found)
        elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
            for place, (one, other) in enumerate(zip(theirs, ours, strict=True)):
                self._compare(one, other, f"{path}[{place}]", found)
        elif path == ".request_id":
            if not _UUID.fullmatch(ours):
                found.append(f"{path} is {ours!r}")
        elif theirs != ours and not self._stands_for(theirs, ours):
            found.append(f"{path} is {ours!r} where {theirs!r} was recorded")

    def _stands_for(self, theirs: Any, ours: Any) -> bool:
        """Whether two texts differ in ids and moments only, the moments told alike."""
        if not isinstance(theirs, str) or not isinstance(ours, str):
            return False
        if any(form.fullmatch(theirs) and form.fullmatch(ours) for form in (_MINUTE, _EXACT)):
            return True
        one, other = _UUID.findall(theirs), _UUID.findall(ours)
        if len(one) != len(other) or _UUID.sub("", theirs) != _UUID.sub("", ours):
            return False
        pairs = [(normal_id(a) or a, normal_id(b) or b) for a, b in zip(one, other, strict=True)]
        dashed = all(("-" in a) == ("-" in b) for a, b in zip(one, other, strict=True))
        return dashed and all(self.ids.setdefault(a, b) == b for a, b in pairs)


def test_recorded_answers_are_given_again(shared: Path) -> None:
    files = sorted((shared / "recordings" / "notion").glob("*.yaml"))
    assert files
    cassettes = [(path.stem, _exchanges(path)) for path in files]
    # The files that one recording makes are listed by the next one: they are played in the order
    # they were recorded in.
    cassettes.sort(key=lambda one: "pagination" in one[0])
    replay, total, wrong = Replay(), 0, []
    for name, exchanges in cassettes:
        if "file_uploads" in name:
            replay.presuppose(exchanges)
        for place, exchange in enumerate(exchanges):
            total += 1
            differs = replay.differences(exchange)
            if differs:
                wrong.append(
                    f"{name}[{place}] {exchange['method']} {urlsplit(exchange['uri']).path}:"
                    f" {'; '.join(differs)}"
                )
    share = (total - len(wrong)) / total
    print(
        f"\nNotion recordings: {total - len(wrong)} of {total} reproduced ({share:.1%})",
        f"of their structure, keys and types: {replay.same / replay.all:.1%}",
        *wrong,
        sep="\n  ",
    )
    assert total == 129
    assert wrong == []
    assert replay.same == replay.all


def test_a_changed_answer_would_be_noticed() -> None:
    replay = Replay()
    exchange = {
        "method": "GET",
        "uri": "https://api.notion.com/v1/users/me",
        "version": "2025-09-03",
        "body": "",
    }
    mine = json.loads(
        replay.notion.handle(
            Request(
                "GET",
                "/v1/users/me",
                (),
                {"authorization": f"Bearer {replay.token}", "notion-version": "2025-09-03"},
            )
        ).body
    )
    assert replay.differences({**exchange, "status": 200, "answer": json.dumps(mine)}) == []
    changed = {**mine, "name": "somebody else", "more": 1}
    assert len(replay.differences({**exchange, "status": 200, "answer": json.dumps(changed)})) == 2


def test_a_key_or_type_that_differs_is_a_difference_of_structure() -> None:
    assert structure({"a": [1, 2], "b": None}) == structure({"b": None, "a": [3]})
    assert structure({"a": 1}) != structure({"a": "1"})
    assert structure({"a": {"b": 1}}) != structure({"a": {}})
