"""The numbers of the work report checked against each other: which hold, which do not, and what to do."""

from __future__ import annotations

from argparse import Namespace
from decimal import Decimal

import pytest

from huying.commands import tasks as command
from huying.engine import access, crosschecks, packs
from huying.engine.crosschecks import DIFFERS, HOLDS, OPEN
from tests.engine.small import actor_of, load_small
from tests.engine.tasking import act, drafted
from tests.web.walking import person

LOWER = {"jobs_not_lower", "reemployed_not_lower", "estates_not_fewer", "lifts_not_fewer", "samples_not_fewer",
         "quick_tests_not_fewer", "kindergartens_not_fewer", "inclusive_higher"}  # fmt: skip


@pytest.fixture(scope="module")
def district(database: str, tmp_path_factory: pytest.TempPathFactory) -> packs.District:
    return load_small(tmp_path_factory.mktemp("crosschecks"))


@pytest.fixture(scope="module")
def found(district: packs.District) -> dict[str, crosschecks.Crosschecked]:
    every = crosschecks.every(district, actor_of(district, "ducha"))
    return {one.check.name.partition(".")[2]: one for one in every}


def test_targets_below_last_years_results_are_found_and_no_others(found):
    """Those that the report itself sets lower; land, demolition and wholesale markets are higher and pass."""
    assert {name for name, one in found.items() if one.verdict == DIFFERS} == LOWER
    assert {name for name, one in found.items() if one.verdict == OPEN} == set()
    jobs = found["jobs_not_lower"]
    assert (jobs.left.value, jobs.right.value, jobs.difference) == (40_000, 61_814, -21_814)
    assert jobs.right.found[0].places == (("2020年区政府工作报告", "附件2-2", 179),)
    assert ("2020年区政府工作报告", "二（一）", 55) in jobs.left.found[0].places
    assert "说明为何低于去年" in jobs.check.do


def test_units_are_put_into_one_before_they_are_compared(found):
    """357 万平方米 is stated in square metres, the target in 万平方米."""
    one = found["demolition_not_less"]
    assert (one.left.value, one.right.value, one.verdict) == (4_000_000, 3_570_000, HOLDS)


@pytest.mark.parametrize(
    ("name", "total"),
    [("polluters_sum", 2661), ("samples_2020_sum", 2202), ("samples_2019_sum", 2213), ("toilets_sum", 131)],
)
def test_sums_of_parts_check(found, name: str, total: int):
    one = found[name]
    assert one.left.value == one.right.value == total and one.verdict == HOLDS
    assert len(one.left.found) in (2, 3)


def test_what_is_rounded_in_one_place_holds_within_its_tolerance(found):
    one = found["jobs_outcome"]
    assert one.difference == 186 and one.verdict == HOLDS
    assert found["reemployed_outcome"].difference == -150


def test_a_target_that_was_raised_is_compared_as_it_stands_today(district, found):
    assert found["estates_not_fewer"].left.value == 26
    task = drafted(district, "tianhe_report.estates_26")
    act(district, "ducha", "revise", task, title=task.values["title"], area=task.values["area"],
        source_kind=task.values["source_kind"], target=Decimal(33), q4=Decimal(33))  # fmt: skip
    every = crosschecks.every(district, actor_of(district, "ducha"))
    one = next(one for one in every if one.check.name.endswith("estates_not_fewer"))
    assert one.left.value == 33 and one.left.found[0].task == task.code and one.verdict == HOLDS


def test_nobody_else_sees_targets_that_were_not_issued(district):
    with pytest.raises(access.Refused):
        crosschecks.every(district, actor_of(district, "daolu"))


def test_the_command_says_both_numbers_and_what_to_do(district, found, monkeypatch, capsys):
    monkeypatch.setattr(command, "district_named", lambda _: district)
    assert command._crosschecks(Namespace(login=f"ducha-{district.id}", district=None)) == 1
    said = capsys.readouterr().out
    assert (
        "不符  新增就业: 40000 ≥ 61814 人" in said and "附件2-2 L179" in said and "→ 请牵头单位说明为何低于去年" in said
    )
    assert f"核对 {len(found)} 对：不符 " in said


def test_the_page_shows_what_differs_and_leads_to_the_task(district, found, monkeypatch):
    monkeypatch.setattr(
        packs, "districts", lambda: [{"id": district.id, "name": district.name, "title": district.title}]
    )
    ducha = person(district, "ducha")
    shown = ducha.get("/tasks/crosschecks?show=differs").content.decode()
    assert "新增就业" in shown and "40,000" in shown and "61,814" in shown and "附件2-2 L179" in shown
    assert "三环节抽检之和" not in shown and "三环节抽检之和" in ducha.get("/tasks/crosschecks").content.decode()
    assert person(district, "daolu").get("/tasks/crosschecks").status_code == 403
