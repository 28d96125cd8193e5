"""Objectives of all sources hang where they say; what does not fit is named and survived."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from build import key_result, objective
from okrsync.model.okrs import Objective
from okrsync.model.tree import Tree, join


def item(id_: str, title: str = "", parent: str | None = None) -> Objective:
    source = id_.split("/")[0]
    made = objective(title or id_, parent=parent)
    return replace(made, id=id_, source=source, origin=replace(made.origin, source=source))


def codes(tree: Tree) -> list[str]:
    return [warning.code for warning in tree.warnings]


def test_a_parent_is_named_by_id_within_the_source_or_in_full() -> None:
    tree = join(
        [
            item("company/O1"),
            item("growth/O1", parent="company/O1"),
            item("growth/O2", parent="O1"),
        ],
        {},
    )
    assert tree.parents == {"growth/O1": "company/O1", "growth/O2": "growth/O1"}
    assert tree.children["growth/O1"] == ("growth/O2",)
    assert tree.roots == ("company/O1",)


def test_a_parent_is_named_by_title_within_the_source_first() -> None:
    tree = join(
        [
            item("company/O1", "Grow"),
            item("growth/O1", "grow "),
            item("growth/O2", "Sell", parent="Grow"),
            item("ops/O1", "x", parent="Sell"),
        ],
        {},
    )
    assert tree.parents == {"growth/O2": "growth/O1", "ops/O1": "growth/O2"}


def test_a_key_result_as_parent_means_its_objective() -> None:
    top = objective("Top", key_result(2, "KR"))
    tree = join([top, item("ops/O1", parent="growth/O1/KR1")], {})
    assert tree.parents == {"ops/O1": "growth/O1"}


def test_a_source_hangs_where_the_config_says_unless_a_row_says_otherwise() -> None:
    objectives = [
        item("company/O1"),
        item("company/O2"),
        item("growth/O1"),
        item("growth/O2", parent="company/O2"),
    ]
    tree = join(objectives, {"growth": "company/O1"})
    assert tree.parents == {"growth/O1": "company/O1", "growth/O2": "company/O2"}


def test_an_unknown_parent_is_named_with_the_nearest_and_the_item_stands_at_the_top() -> None:
    tree = join([item("company/O1"), item("growth/O1", parent="company/O11")], {})
    assert codes(tree) == ["unknown-parent"]
    assert "company/O1" in tree.warnings[0].message
    assert "growth/O1" in tree.roots


def test_two_objectives_of_one_title_are_nobodys_parent() -> None:
    tree = join([item("a/O1", "Grow"), item("b/O1", "Grow"), item("c/O1", parent="Grow")], {})
    assert codes(tree) == ["ambiguous-parent"]
    assert tree.parents == {}


def test_a_loop_is_cut_at_its_first_objective_and_named() -> None:
    tree = join(
        [
            item("a/O1", parent="O3"),
            item("a/O2", parent="O1"),
            item("a/O3", parent="O2"),
            item("a/O4", parent="O3"),
        ],
        {},
    )
    assert codes(tree) == ["parent-loop"]
    assert "a/O1 -> a/O3 -> a/O2 -> a/O1" in tree.warnings[0].message
    assert tree.roots == ("a/O1",)
    assert tree.parents == {"a/O2": "a/O1", "a/O3": "a/O2", "a/O4": "a/O3"}


def test_an_objective_that_names_itself_stands_at_the_top() -> None:
    assert join([item("a/O1", "Grow", parent="Grow")], {}).roots == ("a/O1",)


def test_a_parent_may_be_worded_like_its_child() -> None:
    tree = join([item("company/O1", "Grow"), item("growth/O1", "Grow", parent="Grow")], {})
    assert tree.parents == {"growth/O1": "company/O1"}
    assert tree.warnings == ()


def test_an_id_of_another_source_needs_no_source_where_only_one_has_it() -> None:
    objectives = [
        item("company/C-7"),
        item("growth/O1", parent="C-7"),
        item("ops/O2"),
        item("sales/O2"),
    ]
    assert join(objectives, {}).parents == {"growth/O1": "company/C-7"}
    tree = join([*objectives, item("hr/O1", parent="O2")], {})
    assert codes(tree) == ["ambiguous-parent"]
    assert "ops/O2, sales/O2" in tree.warnings[0].message


def test_an_id_within_the_source_goes_before_a_title_and_before_other_sources() -> None:
    objectives = [
        item("a/O2", "x"),
        item("b/O1", "O2"),
        item("b/O2", "y"),
        item("b/O3", parent="O2"),
    ]
    assert join(objectives, {}).parents == {"b/O3": "b/O2"}


def test_a_parent_in_the_config_that_is_nowhere_is_named_once() -> None:
    tree = join([item("growth/O1"), item("growth/O2")], {"growth": "company/O1"})
    assert codes(tree) == ["unknown-parent"]
    assert (tree.warnings[0].at, tree.warnings[0].source) == (None, "growth")
    assert "`parent` in the config" in tree.warnings[0].message
    assert tree.roots == ("growth/O1", "growth/O2")


def test_two_sources_that_the_config_hangs_under_each_other_are_named_and_survived() -> None:
    tree = join([item("a/O1"), item("b/O1")], {"a": "b/O1", "b": "a/O1"})
    assert tree.parents == {"a/O1": "b/O1"}
    assert codes(tree) == ["parent-loop"]


def test_every_loop_is_cut_and_what_hangs_on_it_stays() -> None:
    objectives = [item(f"a/O{n}", parent=f"O{n + 1 if n % 2 else n - 1}") for n in range(1, 101)]
    tree = join([*objectives, item("a/X", parent="O1")], {})
    assert codes(tree) == ["parent-loop"] * 50
    assert len(tree.roots) == 50
    assert tree.parents["a/X"] == "a/O1"


def test_an_id_that_stands_often_gives_each_a_name_of_its_own() -> None:
    tree = join([item("a/O1", f"Title {n}") for n in range(300)] + [item("a/O1#2")], {})
    assert len(tree.objectives) == 301
    assert list(tree.objectives)[:3] == ["a/O1", "a/O1#2", "a/O1#3"]


@given(st.lists(st.integers(-1, 11), min_size=1, max_size=12))
def test_whatever_the_parents_everything_hangs_below_a_root_once(numbers: list[int]) -> None:
    objectives = [
        item(f"a/O{n}", parent=None if above < 0 else f"O{above}")
        for n, above in enumerate(numbers)
    ]
    tree = join(objectives, {})
    reached, waiting = [], list(tree.roots)
    while waiting:
        id_ = waiting.pop()
        reached.append(id_)
        waiting.extend(tree.children.get(id_, ()))
    assert sorted(reached) == sorted(tree.objectives)
    assert list(tree.objectives) == [made.id for made in objectives]


def test_an_id_that_stands_twice_is_survived() -> None:
    tree = join([item("a/O1", "One"), item("a/O1", "Two")], {})
    assert list(tree.objectives) == ["a/O1", "a/O1#2"]
    assert codes(tree) == ["same-id"]


def test_a_default_parent_never_makes_an_objective_its_own_ancestor() -> None:
    tree = join([item("company/O1"), item("company/O2", parent="O1")], {"company": "company/O2"})
    assert tree.parents == {"company/O2": "company/O1"}


def test_the_order_of_sources_changes_only_the_reading_order() -> None:
    objectives = [
        item("company/O1"),
        item("growth/O1", parent="company/O1"),
        item("ops/O1", parent="growth/O1"),
    ]
    assert join(objectives, {}).parents == join(list(reversed(objectives)), {}).parents
