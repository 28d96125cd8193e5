"""The local Google answers as the real one did: recorded exchanges, replayed one after the
other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from okrsync_sandbox.google import Google
from okrsync_sandbox.google.accounts import Caller
from okrsync_sandbox.wire import Request

_MOMENTS = {"createdTime", "modifiedTime"}
_IDS = {
    "id",
    "spreadsheetId",
    "sheetId",
    "protectedRangeId",
    "namedRangeId",
    "chartId",
    "filterViewId",
    "bandedRangeId",
    "tableId",
    "users",
}


@dataclass
class Replay:
    """One recording played to a fresh Google. Ids differ; each of theirs stands for one of ours,
    the same throughout.
    """

    google: Google = field(default_factory=Google)
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        scopes = frozenset({"spreadsheets", "drive"})
        self.google.accounts.tokens["token"] = Caller(
            "robot@acme.iam.gserviceaccount.com", scopes, float("inf")
        )

    def differences(self, exchange: dict[str, Any]) -> list[str]:
        """Where our answer to a recorded request differs from the recorded one."""
        asked, recorded = exchange["request"], exchange["response"]
        url, body = asked["uri"], asked["body"] or ""
        for theirs, ours in self.ids.items():
            if len(theirs) > 5:
                url, body = url.replace(theirs, ours), body.replace(theirs, ours)
        parts = urlsplit(url)
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        request = Request(
            asked["method"], parts.path, query, {"authorization": "Bearer token"}, body.encode()
        )
        answer = self.google.handle(request)
        if answer.status != recorded["status"]["code"]:
            return [f"status {answer.status} where {recorded['status']['code']} was recorded"]
        text = recorded["body"].get("string", "")
        if not text.strip() and not answer.body.strip():
            return []
        found: list[str] = []
        self._compare(json.loads(text), json.loads(answer.body), "", found)
        return found

    def _compare(self, theirs: Any, ours: Any, path: str, found: list[str]) -> None:
        name = path.rsplit(".", 1)[-1].split("[")[0]
        if name in _MOMENTS and isinstance(theirs, str) and isinstance(ours, str):
            return
        if isinstance(theirs, dict) and isinstance(ours, dict):
            for key in sorted(theirs.keys() | ours.keys()):
                if key not in theirs or key not in ours:
                    found.append(f"{path}.{key} is {'missing' if key in theirs else 'too much'}")
                else:
                    self._compare(theirs[key], ours[key], f"{path}.{key}", found)
        elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
            for place, (one, other) in enumerate(zip(theirs, ours, strict=True)):
                self._compare(one, other, f"{path}[{place}]", found)
        elif theirs != ours and not self._is_id(name, theirs, ours):
            found.append(f"{path} is {ours!r} where {theirs!r} was recorded")

    def _is_id(self, name: str, theirs: Any, ours: Any) -> bool:
        if name == "spreadsheetUrl":
            theirs, ours = theirs.split("/")[-2], ours.split("/")[-2]
        elif name not in _IDS:
            return False
        return self.ids.setdefault(str(theirs), str(ours)) == str(ours)


def test_recorded_answers_are_given_again(shared: Path) -> None:
    files = sorted((shared / "recordings" / "google-sheets").glob("*.json"))
    assert files
    total, wrong = 0, []
    for path in files:
        replay = Replay()
        for place, exchange in enumerate(
            json.loads(path.read_text(encoding="utf-8"))["interactions"]
        ):
            total += 1
            differences = replay.differences(exchange)
            if differences:
                wrong.append(f"{path.stem} #{place}: {'; '.join(differences[:3])}")
    share = 1 - len(wrong) / total
    print(f"\n{share:.1%} of {total} recorded exchanges reproduced.")
    print("\n".join(wrong))
    assert share >= 0.95
