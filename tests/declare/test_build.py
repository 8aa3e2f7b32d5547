"""From files to Rules: names, parents, registers, the texts that are kept of what was in force."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from huying.declare.check import check_district
from huying.declare.declarations import canonical, digest, merged
from huying.declare.load import load, load_or_raise
from huying.declare.scopes import scope
from huying.options import ROOT
from tests.declare.packs import change, trees

CHILD = """ledger: alley_tree
like: tree
title: 巷内倒树 | Trees in alleys
code: XIANG{yyyy}-{n:4}
schema:
  properties:
    size: null
    alley: {type: string, title: 巷名 | Alley}
labels: null
list: [alley, state]
"""
CHILD_FLOW = """flow: alley_tree
like: tree
title: 清巷内树 | Clearing alleys
steps:
  tell: {asks: [kind, unit, alley]}
  clear: {needs: height_m > 0}
"""


def with_child(folder: Path) -> Path:
    pack = trees(folder)
    change(pack, "ledgers/alley_tree.yaml", "", CHILD)
    change(pack, "flows/alley_tree.yaml", "", CHILD_FLOW)
    for table in ("dispatch", "limits"):
        change(pack, f"{table}/alley_tree.csv", "", (pack / table / "tree.csv").read_text("utf-8"))
    return pack


def test_a_ledger_like_another_is_that_one_with_what_it_changes(tmp_path: Path):
    rules = load_or_raise(with_child(tmp_path))
    child, flow = rules.ledgers["trees.alley_tree"], rules.flows["trees.alley_tree"]
    assert "size" not in child.fields and "alley" in child.fields and "phone" in child.fields
    assert (child.like, flow.like, rules.like("trees.tree")) == (
        "trees.tree",
        "trees.tree",
        ["trees.tree", "trees.alley_tree"],
    )
    assert flow.steps["tell"].asks == ("kind", "unit", "alley") and flow.steps["tell"].by == ("resident", "desk")


def test_a_mistake_in_the_parent_is_told_once(tmp_path: Path):
    pack = with_child(tmp_path)
    change(pack, "flows/tree.yaml", ", holder: desk, within", ", within")
    _, problems = load(pack)
    assert [problem.code for problem in problems] == ["flow.no-holder"]


def test_a_child_without_its_own_tables_is_told_so(tmp_path: Path):
    pack = with_child(tmp_path)
    (pack / "dispatch" / "alley_tree.csv").unlink()
    (pack / "limits" / "alley_tree.csv").unlink()
    assert sorted(problem.code for problem in load(pack)[1]) == ["dispatch.missing", "limits.missing"]


def test_a_register_gets_its_steps(tmp_path: Path):
    flow = load_or_raise(trees(tmp_path)).flows["trees.spot"]
    assert {name: (step.from_, step.to, step.asks, step.optional) for name, step in flow.steps.items()} == {
        "add": (("new",), "kept", ("name",), ()),
        "amend": (("kept",), "same", ("name",), ("name",)),
        "remove": (("kept",), "removed", (), ()),
    }
    assert flow.final == {"kept", "removed"}


def test_what_is_kept_of_a_declaration_is_one_text_for_one_meaning(tmp_path: Path):
    first, second = trees(tmp_path / "a"), trees(tmp_path / "b")
    change(second, "flows/tree.yaml", "title: 清树 | Clearing a tree", 'title:   "清树 | Clearing a tree"   # why')
    one, two = load_or_raise(first), load_or_raise(second)
    assert one.bodies == two.bodies and one.digests == two.digests
    assert json.loads(one.bodies["flow", "trees.tree"])["states"]["done"]["final"] is True
    assert one.digests["ledger", "trees.tree"] == digest(one.bodies["ledger", "trees.tree"])
    change(second, "flows/tree.yaml", "at_most: 2", "at_most: 3")
    changed = load_or_raise(second).digests
    assert {key for key in changed if changed[key] != one.digests[key]} == {("flow", "trees.tree")}


def test_canonical_text_keeps_numbers_exact():
    assert (
        canonical({"b": Decimal("0.10"), "a": [Decimal("2.0"), None, True, "é"]}) == '{"a":[2,null,true,"é"],"b":"0.1"}'
    )


def test_laying_over_merges_mappings_and_replaces_the_rest():
    parent = {"a": {"x": 1, "y": 2}, "b": [1, 2], "c": 3}
    assert merged(parent, {"a": {"y": None, "z": 3}, "b": [9], "c": None}) == {"a": {"x": 1, "z": 3}, "b": [9]}


def test_a_pack_sees_only_what_it_needs(tmp_path: Path):
    (tmp_path / "other" / "pages").mkdir(parents=True)
    trees(tmp_path)
    pack = "pack: other\ntitle: 它 | It\nversion: 1\nneeds: []\n"
    page = "page: one\ntitle: 一 | One\npanels:\n  - {kind: figure, of: trees.cleared}\n"
    (tmp_path / "other" / "pack.yaml").write_text(pack, "utf-8")
    (tmp_path / "other" / "pages" / "one.yaml").write_text(page, "utf-8")
    _, (problem,) = load(tmp_path)
    assert problem.code == "name.unknown-indicator" and "Add trees to needs in other/pack.yaml." in problem.hint


def test_names_of_a_ledger_include_days_axes_and_standing_ones():
    names = scope(load_or_raise(ROOT / "packs"), "command.case")
    assert names["answered_on"].type == "date" and names["answered_on"].column == "answered_at"
    assert names["where_lng"].type == "number" and names["due_on"].type == "date" and names["unit"].type == "number"
    assert names["state"].choices and "closed" in names["state"].choices


def test_offices_that_the_district_does_not_have_are_named(tmp_path: Path):
    rules = load_or_raise(trees(tmp_path))
    problems = check_district(rules, {"lvhau"}, set())
    assert [(problem.code, problem.line) for problem in problems] == [
        ("district.unknown-office", 2),
        ("district.unknown-office", 3),
    ]
    assert 'Did you mean "lvhau"?' in problems[0].hint
    assert check_district(rules, {"lvhua"}, set()) == []
