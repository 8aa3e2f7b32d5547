"""Putting another pack in force while work goes on."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from huying.declare.problems import Problems
from huying.engine import access, database, packs, places
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.engine.in_force import put_in_force
from tests.engine.small import actor_of

FILES = {
    "pack.yaml": """
pack: trees
title: 树木 | Trees
version: 1
needs: [base, command]
owner: 区住房建设和园林局
source: 测试
""",
    "ledgers/fallen_tree.yaml": """
ledger: fallen_tree
title: 倒伏树木 | Fallen trees
group: 园林 | Parks
purpose: 倒伏的树，报一棵多一棵 | Trees that fell; each report adds one
code: SM-{n:5}
schema:
  type: object
  required: [unit, words]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Street and community}
    words: {type: string, title: 情况 | What fell, maxLength: 200}
list: [words, unit]
search: [words]
""",
    "flows/fallen_tree.yaml": """
flow: fallen_tree
title: 清理倒树 | Clearing a fallen tree
source: 测试
states:
  reported: {title: 待清理 | To be cleared, holder: street_clerk, within: 4 work_hours}
  cleared: {title: 已清理 | Cleared, final: true, light: green}
steps:
  report:
    title: 报 | Report
    from: new
    to: reported
    by: [dispatcher, street_clerk]
    asks: [unit, words]
  clear:
    title: 清理 | Clear
    from: reported
    to: cleared
    by: street_clerk
""",
    "indicators/trees_fallen.yaml": """
indicator: trees_fallen
title: 倒伏树木 | Fallen trees
question: 本月倒了多少棵树？ | How many trees fell in the month?
of: fallen_tree
count: state in ("reported", "cleared")
unit: 棵
period: month of opened_on
split: [street]
good: lower
empty: zero
source: 测试
""",
}


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    folder = tmp_path / "trees"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    return folder


def report(district: packs.District, ledger: str, **answers: object):
    unit = places.tree(district.id, district.today()).by_code["440106018000"].id
    return take_step(district, Act(ledger, "report", actor_of(district, "longdong"), {"unit": unit, **answers}))


def test_a_new_ledger_is_in_force_while_others_are_at_work_and_usable_at_once(tianhe: packs.District, trees: Path):
    stop, failed, taken = threading.Event(), [], []

    def work() -> None:
        from django.db import connections

        try:
            while not stop.is_set():
                taken.append(report(packs.current(tianhe.id), "command.case", category="clean.litter").code)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        while not taken and not failed:
            time.sleep(0.01)
        began = time.monotonic()
        changed = put_in_force(tianhe.id, [trees])
        took, at_work = time.monotonic() - began, len(taken)
        district = packs.current(tianhe.id)
        outcome = report(district, "trees.fallen_tree", words="榕树倒在路上")
        while len(taken) <= at_work and not failed:
            time.sleep(0.01)
    finally:
        stop.set()
        worker.join()
    assert not failed and took < 5
    assert {"ledger trees.fallen_tree", "flow trees.fallen_tree", "indicator trees.trees_fallen"} <= set(changed)
    assert (outcome.state, outcome.code) == ("reported", "SM-00001")
    assert [s.name for s in access.first_steps(district, actor_of(district, "longdong"), "trees.fallen_tree")] == [
        "report"
    ]
    with database.reading(actor_of(district, "longdong").reach) as query:
        assert (
            query.value("select title from hy.duty where record = %s", [outcome.record])
            == "榕树倒在路上 | 榕树倒在路上"
        )


def test_applying_again_changes_nothing_and_keeps_what_others_need(tianhe: packs.District, trees: Path):
    put_in_force(tianhe.id, [trees])
    assert put_in_force(tianhe.id, [trees]) == []
    assert "traffic.jam" in packs.current(tianhe.id).rules.ledgers


def test_a_dry_run_says_what_would_change_and_changes_nothing(tianhe: packs.District, trees: Path):
    assert "ledger trees.fallen_tree" in put_in_force(tianhe.id, [trees], dry_run=True)
    assert "trees.fallen_tree" not in packs.current(tianhe.id).rules.ledgers


def test_a_wrong_pack_is_told_whole_and_nothing_of_it_comes_in_force(tianhe: packs.District, trees: Path):
    flow = trees / "flows" / "fallen_tree.yaml"
    text = flow.read_text(encoding="utf-8").replace("by: street_clerk", "by: street_clark")
    flow.write_text(text.replace("within: 4 work_hours", "within: 4 hours"), encoding="utf-8")
    with pytest.raises(Problems) as wrong:
        put_in_force(tianhe.id, [trees])
    assert len(wrong.value.problems) >= 2 and all(p.line for p in wrong.value.problems)
    assert "trees.fallen_tree" not in packs.current(tianhe.id).rules.ledgers
