"""Small sheets of the kinds that real files are odd in, each with the reading that a fair reader
gives it. `tests/mapping/test_odd_sheets.py` tries them with the command line.

A sheet is written a row a line, cells between bars. Trailing empty cells may be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from field import BEHAVIOUR

__all__ = ["OddSheet", "Reading_"]

Reading_ = Mapping[str, Any]


@dataclass(frozen=True)
class OddSheet:
    """A sheet (`tabs`: text by tab; one tab is a CSV file) and its acceptable readings.

    A reading is written in short: `{"Sign-ups": 0.5}` for a progress, `None` for none, a text for a
    status, a tuple for both, `{"Sign-ups < Grow": 0.5}` with the parent's title, `"-Title": True`
    for a title that is no OKR, and `"told"`, `"objectives"`, `"key_results"`, `"refused"` and
    `"items"` as in the cases from the field.
    """

    name: str
    tabs: str | Mapping[str, str]
    readings: Reading_ | Sequence[Reading_]
    extra: str = ""
    as_of: str = "2026-11-29"
    behaviour: Sequence[str] = BEHAVIOUR
    named: Sequence[str] = field(default_factory=tuple)

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        """The readings in the form of `../shared/field`."""
        return [_outcome(reading) for reading in self._readings]

    @property
    def is_of_items(self) -> bool:
        """Whether the readings are of nothing but items, and of titles that are none."""
        return not any(name in reading for reading in self._readings for name in _OF_RUNS)

    @property
    def _readings(self) -> Sequence[Reading_]:
        return [self.readings] if isinstance(self.readings, Mapping) else self.readings


_OF_RUNS = ("told", "refused", "check_names", "written")
_AS_THEY_ARE = {"told", "objectives", "key_results", "refused", "items", "check_names", "written"}


def _outcome(reading: Reading_) -> dict[str, Any]:
    outcome: dict[str, Any] = {name: reading[name] for name in reading if name in _AS_THEY_ARE}
    outcome["absent"] = [name[1:] for name in reading if name.startswith("-")]
    short = {
        name: value
        for name, value in reading.items()
        if name not in _AS_THEY_ARE and not name.startswith("-")
    }
    outcome["items"] = [*outcome.get("items", ()), *_items(short)]
    return outcome


def _items(short: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, value in short.items():
        title, _, parent = name.partition(" < ")
        item: dict[str, Any] = {"title": title}
        if parent:
            item["parent"] = parent
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str):
                item["not_status" if each.startswith("not ") else "status"] = each.removeprefix(
                    "not "
                )
            else:
                item["progress"] = "none" if each is None else each
        yield item
