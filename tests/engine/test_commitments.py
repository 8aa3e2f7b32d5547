"""Promises: evidence that moves with the act, and four statements that are never merged."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from huying.declare.kinds import Commitment
from huying.engine import commitments, database, documents, indicators, pace, packs, people, readings
from huying.engine.acts import Act
from huying.engine.flows import take_step
from huying.reading import read
from tests.engine.small import actor_of
from tests.engine.tasking import drafted, issued

POINTS = "traffic.congestion_point"


def take(district: packs.District, login: str, ledger: str, step: str, record=None, **answers):
    return take_step(district, Act(ledger, step, actor_of(district, login), answers, record))


def a_listed_point(district: packs.District, number: int):
    unit = database.direct().value(
        "select unit from hy.unit_span where district = %s and code = '440106018000'", [district.id]
    )
    found = take(district, "daolu", POINTS, "find", name=f"路口{number}", unit=unit, where=(113.37, 23.19)).record
    take(district, "daolu", POINTS, "list", found, cause="signal", peak="morning", delay_before_s=Decimal(90))
    return found


def improve(district: packs.District, record) -> None:
    answers = {"measure": "调整配时", "delay_before_s": Decimal(90), "delay_after_s": Decimal(40)}
    take(district, "daolu", POINTS, "improve", record, **answers)


def test_the_eighth_point_moves_the_evidence_at_once_and_yesterday_stays_seven(tianhe: packs.District) -> None:
    points = [a_listed_point(tianhe, n) for n in range(8)]
    for record in points[:7]:
        improve(tianhe, record)
    supervisor, code = actor_of(tianhe, "ducha"), issued(tianhe).code
    before = commitments.status(tianhe, supervisor, code)
    assert (before.value, before.standing.status, before.standing.light) == (7, "ahead", "green")
    yesterday = tianhe.now()
    improve(tianhe, points[7])
    after = commitments.status(tianhe, supervisor, code)
    assert after.value == 8, "at once, by no nightly job"
    assert (after.standing.status, after.standing.light) == ("done", "green")
    assert after.standing.words == "8/8 个以上，达标 | 8 of at least 8: met"
    assert commitments.status(tianhe, supervisor, code, as_of=yesterday).value == 7
    behind = indicators.records_behind(
        tianhe, supervisor, after.indicator.name, after.evidence.start, end=after.evidence.end, by="all"
    )
    assert behind.total == len(behind.records) == 8


def test_claim_evidence_calendar_and_finding_stand_side_by_side(tianhe: packs.District) -> None:
    task = issued(tianhe)
    improve(tianhe, a_listed_point(tianhe, 1))
    take(tianhe, "ducha", "supervision.claim", "add", task=task.id, period="2020-11", value=Decimal(5))
    take(tianhe, "ducha", "supervision.claim", "add", task=task.id, period="2020-12", value=Decimal(8))
    take(
        tianhe,
        "ducha",
        "supervision.finding",
        "add",
        task=task.id,
        period="2020-12",
        status="behind",
        why="佐证不足",
    )
    found = commitments.status(tianhe, actor_of(tianhe, "ducha"), task.code)
    assert found.claim.values["value"] == 8 and found.value == 1 and found.difference == 7
    assert found.finding.values["status"] == "behind" and found.calendar.value == 5
    assert found.standing.status == "behind" and found.standing.light == "red"
    history = commitments.history(tianhe, "claims", actor_of(tianhe, "ducha"), task.id)
    assert [r.values["period"] for r in history] == ["2020-12", "2020-11"]


def test_the_public_sees_neither_claims_nor_what_is_not_published(tianhe: packs.District) -> None:
    task = issued(tianhe)
    take(tianhe, "ducha", "supervision.claim", "add", task=task.id, period="2020-12", value=Decimal(8))
    rules = tianhe.rules
    hidden = dataclasses.replace(rules.indicators["traffic.points_improved"], published=False)
    silent = dataclasses.replace(
        tianhe, rules=dataclasses.replace(rules, indicators={**rules.indicators, hidden.name: hidden})
    )
    assert commitments.promises(tianhe)[0].value == 0 and commitments.promises(tianhe)[0].claim is None
    assert commitments.promises(silent)[0].evidence is None


def test_a_board_asks_few_statements_whatever_the_number_of_records(tianhe: packs.District) -> None:
    issued(tianhe)
    commitments.board(tianhe, actor_of(tianhe, "ducha"))
    actor = actor_of(tianhe, "ducha")
    with database.counting() as count:
        commitments.board(tianhe, actor)
    assert count.n <= 8


def promise(**given: object) -> Commitment:
    base = {"comparator": "ge", "target": "8", "unit": "个", "starts": "2020-01-01", "deadline": "2020-12-31"}
    return Commitment("p.one", "一 | One", "报告", (), **{**base, **given})


NODES = {"2020-06-30": "2", "2020-09-30": "5", "2020-12-31": "8"}


@pytest.mark.parametrize(
    ("given", "value", "day", "status", "light"),
    [
        ({"pace": NODES}, 1, "2020-06-29", "not_due", "grey"),
        ({"pace": NODES}, 2, "2020-06-30", "on_pace", "green"),
        ({"pace": NODES}, 3, "2020-07-01", "ahead", "green"),
        ({"pace": NODES}, 4, "2020-10-01", "behind", "amber"),
        ({"pace": NODES}, 3, "2020-10-01", "behind", "red"),
        ({"pace": NODES}, 8, "2020-03-01", "done", "green"),
        ({"pace": NODES}, 7, "2020-12-31", "behind", "red"),
        ({"pace": {"kind": "linear"}}, 4, "2020-07-01", "on_pace", "green"),
        ({"pace": {"kind": "linear"}}, 5, "2020-07-01", "ahead", "green"),
        ({"pace": {"kind": "linear"}}, 3, "2020-07-01", "behind", "red"),
        ({"pace": {"kind": "maintain"}}, 8, "2020-07-01", "on_pace", "green"),
        ({"pace": {"kind": "maintain"}}, 7, "2020-07-01", "behind", "red"),
        ({"pace": {"kind": "maintain"}}, 8, "2020-12-31", "done", "green"),
        ({"pace": {"kind": "zero"}, "comparator": "le", "target": "0"}, 0, "2020-07-01", "on_pace", "green"),
        ({"pace": {"kind": "zero"}, "comparator": "le", "target": "0"}, 1, "2020-07-01", "behind", "red"),
        ({"pace": {"kind": "year_end"}}, 0, "2020-07-01", "not_due", "grey"),
        ({"pace": {"kind": "year_end"}}, 7, "2021-01-01", "behind", "red"),
        ({}, None, "2020-07-01", "unmeasured", "grey"),
        ({"target": ""}, 3, "2020-07-01", "unmeasured", "grey"),
    ],
)
def test_the_evidence_is_judged_by_the_pace_that_was_declared(given, value, day, status, light) -> None:
    found = pace.judge(promise(**given), None if value is None else Decimal(value), date.fromisoformat(day))
    assert (found.status, found.light) == (status, light)


def test_words_say_what_is_missing_and_by_when() -> None:
    assert pace.judge(promise(pace=NODES), Decimal(1), date(2020, 6, 1)).words == (
        "1/8 个以上，未到节点（2020-06-30 应达 2） | 1 of at least 8: not due yet (2 by 2020-06-30)"
    )
    assert pace.judge(promise(pace=NODES), Decimal(4), date(2020, 10, 1)).words == (
        "4/8 个以上，欠序时（应达 5） | 4 of at least 8: behind pace (5 expected)"
    )
    kept = pace.judge(
        promise(pace={"kind": "maintain"}, target="80", unit="percent"), Decimal("81.2"), date(2020, 6, 1)
    )
    assert kept.words.startswith("保持，现 81.2%") and "/" not in kept.words.split(" | ")[0].replace("81.2%", "")


def test_a_task_is_complete_when_it_says_what_how_much_when_and_who(tianhe: packs.District) -> None:
    assert not commitments.completeness(drafted(tianhe))["谁牵头 | who leads"], "a suggestion is no lead"
    whole = commitments.completeness(issued(tianhe))
    assert all(whole.values()) and len(whole) == 7


REPORT = """2020年示例区政府工作报告

各位代表：

一、2019年工作回顾

一年来，我们改造老旧小区12个。

二、2020年工作安排

（一）提升城区品质。年内完成8个交通拥堵点整治，新增公共停车位1200个以上。确保12月底前建成3个口袋公园。力争全年空气质量优良率达到90%。
"""


def test_the_same_report_read_again_changes_nothing(tianhe: packs.District, tmp_path: Path) -> None:
    report = read(REPORT.encode(), "报告.txt")
    first = readings.enter(tianhe, report)
    assert first.new == len(report.commitments) > 0 and not first.refused
    again = readings.enter(tianhe, read(REPORT.encode(), "另一个名字.txt"))
    assert (again.new, again.unchanged, again.document) == (0, first.new, first.document)
    (seen,) = documents.drafts(tianhe, actor_of(tianhe, "ducha"))
    assert (seen["document"], seen["settled"], seen["all"]) == (first.document, 0, first.new)
    assert documents.drafts(tianhe, actor_of(tianhe, "longdong")) == []
    assert documents.drafts(tianhe, people.resident(tianhe.id)) == []
