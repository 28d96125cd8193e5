"""Objectives of all sources hang where they say; what does not fit is named and survived."""

from __future__ import annotations

from dataclasses import replace

from build import key_result, objective
from okrsync.model import Objective
from okrsync.tree import Tree, join


def item(id_: str, title: str = "", parent: str | None = None) -> Objective:
    source = id_.split("/")[0]
    made = objective(title or id_, parent=parent)
    return replace(made, id=id_, source=source, origin=replace(made.origin, source=source))


def codes(tree: Tree) -> list[str]:
    return [warning.code for warning in tree.warnings]


def test_a_parent_is_named_by_id_within_the_source_or_in_full() -> None:
    tree = join([item("company/O1"), item("growth/O1", parent="company/O1"), item("growth/O2", parent="O1")], {})
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
    objectives = [item("company/O1"), item("company/O2"), item("growth/O1"), item("growth/O2", parent="company/O2")]
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
        [item("a/O1", parent="O3"), item("a/O2", parent="O1"), item("a/O3", parent="O2"), item("a/O4", parent="O3")], {}
    )
    assert codes(tree) == ["parent-loop"]
    assert "a/O1 -> a/O3 -> a/O2 -> a/O1" in tree.warnings[0].message
    assert tree.roots == ("a/O1",)
    assert tree.parents == {"a/O2": "a/O1", "a/O3": "a/O2", "a/O4": "a/O3"}


def test_an_objective_that_names_itself_stands_at_the_top() -> None:
    assert join([item("a/O1", "Grow", parent="Grow")], {}).roots == ("a/O1",)


def test_an_id_that_stands_twice_is_survived() -> None:
    tree = join([item("a/O1", "One"), item("a/O1", "Two")], {})
    assert list(tree.objectives) == ["a/O1", "a/O1#2"]
    assert codes(tree) == ["same-id"]


def test_a_default_parent_never_makes_an_objective_its_own_ancestor() -> None:
    tree = join([item("company/O1"), item("company/O2", parent="O1")], {"company": "company/O2"})
    assert tree.parents == {"company/O2": "company/O1"}


def test_the_order_of_sources_changes_only_the_reading_order() -> None:
    objectives = [item("company/O1"), item("growth/O1", parent="company/O1"), item("ops/O1", parent="growth/O1")]
    assert join(objectives, {}).parents == join(list(reversed(objectives)), {}).parents
