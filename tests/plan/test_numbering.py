"""Ids are given once: whatever becomes of the rows, none changes and no number comes twice."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from build import key_result, objective, okrs
from okrsync.mapping import Okrs
from okrsync.plan.numbering import given_ids, with_lasting_ids

Rows = list[tuple[str, list[str], bool]]
"""Objectives in reading order, by name: each with its key results, and whether it has an id of its
own.
"""


def read(rows: Rows) -> Okrs:
    """The OKRs as understanding numbers them: in reading order."""
    objectives = []
    for number, (name, below, is_own) in enumerate(rows, start=1):
        own = f"{name}-own" if is_own else None
        id_ = f"growth/{own or f'O{number}'}"
        items = [
            replace(key_result(2, f"{name}.{title}"), id=f"{id_}/KR{place}")
            for place, title in enumerate(below, start=1)
        ]
        objectives.append(replace(objective(name, *items), id=id_, own_id=own))
    return okrs(*objectives)


def ids(found: Okrs) -> dict[str, str]:
    by_key: dict[str, str] = {}
    for one in found.objectives:
        by_key[one.key] = one.id
        by_key |= {item.key: item.id for item in one.key_results}
    return by_key


names = st.sampled_from("abcdef")
rows = st.lists(
    st.tuples(names, st.lists(names, max_size=4, unique=True), st.just(False)),
    max_size=5,
    unique_by=lambda row: row[0],
)


@given(st.lists(rows, min_size=2, max_size=6))
def test_nothing_changes_its_id_and_no_number_comes_twice(days: list[Rows]) -> None:
    remembered: dict[str, str] = {}
    shown: dict[str, str] = {}
    for day in days:
        found = with_lasting_ids(read(day), remembered)
        now = ids(found)
        assert len(set(now.values())) == len(now)
        for key, id_ in now.items():
            assert shown.get(key, id_) == id_
            assert all(other != id_ for known, other in shown.items() if known != key)
        shown |= now
        remembered |= given_ids(found.objectives)


def test_a_first_run_follows_the_reading_order() -> None:
    found = read([("a", ["x", "y"], False), ("b", ["z"], False)])
    assert with_lasting_ids(found, {}) is found


def test_a_new_objective_numbers_its_key_results_from_one() -> None:
    before = read([("a", ["x"], False)])
    found = with_lasting_ids(
        read([("b", ["x", "y"], False), ("a", ["x"], False)]), given_ids(before.objectives)
    )
    assert list(ids(found).values()) == [
        "growth/O2",
        "growth/O2/KR1",
        "growth/O2/KR2",
        "growth/O1",
        "growth/O1/KR1",
    ]


def test_a_key_result_that_moved_to_another_objective_keeps_its_id() -> None:
    before = read([("a", ["x"], False), ("b", [], False)])
    item = before.objectives[0].key_results[0]
    moved = read([("a", [], False), ("b", ["y"], False)])
    objectives = (
        moved.objectives[0],
        replace(
            moved.objectives[1],
            key_results=(*moved.objectives[1].key_results, replace(item, id="growth/O2/KR2")),
        ),
    )
    found = with_lasting_ids(
        dataclasses.replace(moved, objectives=objectives), given_ids(before.objectives)
    )
    assert [one.id for one in found.objectives[1].key_results] == [
        "growth/O2/KR1",
        "growth/O1/KR1",
    ]


def test_an_id_from_a_column_wins_and_takes_its_number() -> None:
    before = read([("a", [], False), ("b", [], False)])
    now = read([("a", [], False), ("c", [], True), ("b", [], False)])
    named = replace(now.objectives[1], id="growth/O2", own_id="O2")
    found = with_lasting_ids(
        dataclasses.replace(now, objectives=(now.objectives[0], named, now.objectives[2])),
        given_ids(before.objectives),
    )
    assert [one.id for one in found.objectives] == ["growth/O1", "growth/O2", "growth/O3"]


def test_ids_that_begin_anew_under_each_objective_go_with_its_id() -> None:
    before = read([("a", [], False)])
    now = read([("b", [], False), ("a", ["x"], False)])
    scoped = replace(now.objectives[1].key_results[0], id="growth/O2/KR7", own_id="KR7")
    found = with_lasting_ids(
        dataclasses.replace(
            now, objectives=(now.objectives[0], replace(now.objectives[1], key_results=(scoped,)))
        ),
        given_ids(before.objectives),
    )
    assert found.objectives[1].key_results[0].id == "growth/O1/KR7"


def test_a_parent_that_okrsync_concluded_follows_the_new_id() -> None:
    before = read([("a", ["x"], False)])
    now = read([("b", [], False), ("a", ["x"], False)])
    below = replace(now.objectives[0], parent="growth/O2/KR1", inferred=frozenset({"parent"}))
    typed = replace(now.objectives[0], parent="growth/O2/KR1")
    for one, parent in ((below, "growth/O1/KR1"), (typed, "growth/O2/KR1")):
        found = with_lasting_ids(
            dataclasses.replace(now, objectives=(one, now.objectives[1])),
            given_ids(before.objectives),
        )
        assert found.objectives[0].parent == parent
