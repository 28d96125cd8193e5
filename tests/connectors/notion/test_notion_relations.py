"""Which side of a two-sided relation names the parent, and which only lists the children."""

from __future__ import annotations

from typing import Any

import pytest

from okrsync_notion.reading import Source
from okrsync_notion.relations import list_sides
from okrsync_notion.values import Property


def _relation(name: str, to: str, synced: str) -> Property:
    dual = {"synced_property_id": synced}
    return Property(
        name, f"id of {name}", "relation", {"data_source_id": to, "dual_property": dual}
    )


def _pages(name: str, counts: list[int]) -> dict[str, Any]:
    return {
        f"{name} {number}": {
            "properties": {
                name: {"id": f"id of {name}", "relation": [{"id": f"{n}"} for n in range(count)]}
            }
        }
        for number, count in enumerate(counts)
    }


def _list_of(lower: tuple[str, list[int]], upper: tuple[str, list[int]]) -> set[str]:
    """The names of the sides that list children. Each side is the name of its property, and how
    many pages each row names there; `lower` is the side of the children.
    """
    sources = {}
    for key, (name, counts), other_key, (other, _) in (
        ("lower", lower, "upper", upper),
        ("upper", upper, "lower", lower),
    ):
        relation = _relation(name, other_key, f"id of {other}")
        sources[key] = Source(key, key, (relation,), _pages(name, counts))
    sides = list_sides(sources)
    return {property_id.removeprefix("id of ") for _, property_id in sides}


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        # Both names say it, whatever the pages name.
        (("Objective", [1, 1]), ("Key Results", [2])),
        (("Objectives", [2, 1]), ("Key Results", [1, 1, 1])),
        (("Key Result", [1, 1]), ("Check-ins", [2])),
        (("Key Results", [1, 1]), ("Check-ins", [1, 1])),
        (("KR", [1]), ("Weekly updates", [1])),
        (("Key Result", [1, 1]), ("Initiatives", [2])),
        (("Key Results", [2, 1]), ("Projects", [1, 2])),
        (("Parent item", [1]), ("Sub-item", [1])),
        (("Ziel", [1]), ("Schlüsselergebnisse", [1])),
        (("Objetivo", [1]), ("Resultados clave", [1])),
        (("Schlüsselergebnis", [1]), ("Check-ins", [1])),
        # One name says it, and the pages do not contradict.
        (("Aligned to", [2, 1]), ("Key Results", [2, 1])),
        (("Aligned to", [2, 1]), ("Key Results", [2, 1, 1])),
        (("Serves", [1]), ("Key Results", [1])),
        (("Objective", [1]), ("Measures", [1])),
        (("Supports", [1]), ("Supported by", [2])),
        # The pages say it.
        (("Key Result", [1, 1, 1]), ("History", [3])),
        (("Key Results", [1, 1, 1]), ("History", [3])),
        (("Belongs to", [1, 1]), ("Contains", [2])),
        # Only the form of the words says it.
        (("Level above", [1]), ("Levels", [1])),
    ],
)
def test_the_side_of_the_parent_is_read_and_the_list_of_children_is_not(
    lower: tuple[str, list[int]], upper: tuple[str, list[int]]
) -> None:
    assert _list_of(lower, upper) == {upper[0]}
