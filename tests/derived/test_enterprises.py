"""Five ones for each firm and project: what is lacking or double is named, and what is complete drops off."""

from __future__ import annotations

from datetime import date

from huying.engine import derived_words
from tests.derived.acting import add, amend, listed, remove

GAPS = "enterprises.gaps"
ONES = ("leader", "squad", "plan", "policies", "platform")


def served(town, name="示例企业"):
    return add(town, "enterprises.served", "xiangmu", name=name, kind="firm").record


def provide(town, firm, kind, **more):
    given = {"served": firm, "kind": kind, "what": "示例", "since_on": date(2020, 3, 1), **more}
    return add(town, "enterprises.provision", "xiangmu", **given)


def said(town, lang="zh", **asked):
    [row] = listed(town, GAPS, "xiangmu", **asked)
    declared = town.rules.derived[GAPS]
    return derived_words.reason(town.rules, declared, row.reasons[0], lambda field, value: str(value), lang)[-1]


def test_what_is_lacking_is_named_and_the_complete_drop_off(town):
    firm = served(town)
    for kind in ONES[:3]:
        provide(town, firm, kind)
    assert said(town) == "缺：一组支持政策、一个调度平台"
    assert said(town, "en") == "lacking: A set of policies, A dispatch platform"
    for kind in ONES[3:]:
        provide(town, firm, kind)
    assert listed(town, GAPS, "xiangmu") == []
    assert said(town, on=date(2020, 2, 29)).startswith("缺：一名领导、一个服务专班"), "before any was given"


def test_one_too_many_is_a_gap_too(town):
    firm = served(town)
    for kind in ONES:
        provide(town, firm, kind)
    double = provide(town, firm, "plan")
    [row] = listed(town, GAPS, "xiangmu")
    assert row.reasons[0].many == {"plan": 2} and row.reasons[0].few == {}
    assert said(town) == "多：一套工作方案（2）"
    remove(town, "enterprises.provision", "xiangmu", double.record)
    assert listed(town, GAPS, "xiangmu") == []


def test_a_one_that_ends_leaves_a_gap_from_the_next_day_on(town):
    firm = served(town)
    made = {kind: provide(town, firm, kind) for kind in ONES}
    amend(town, "enterprises.provision", "xiangmu", made["squad"].record, until_on=date(2021, 1, 31))
    assert listed(town, GAPS, "xiangmu", on=date(2021, 1, 31)) == []
    [row] = listed(town, GAPS, "xiangmu", on=date(2021, 2, 1))
    assert row.first == date(2021, 2, 1) and row.reasons[0].few == {"squad": 0}
