"""What a form must say before it may be sent, and what it may not ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from huying.declare.check_forms import plain, stem
from huying.declare.load import load
from huying.declare.problems import Problem
from huying.options import ROOT

PACKS = ROOT / "packs"
PACK = """
pack: estates
title: 小区 | Estates
version: 1
needs: [base, command, collect, renewal]
"""
FORM = """
form: count
title: 小区清点 | Count of estates
basis: 示例文号
owner: zhujian:office_clerk
fillers: street:street_clerk
minutes: 10
every: month
expires: 2030-12-31
due: 5 workdays
code: QD{yyyy}-{n:4}
schema:
  required: [gates]
  properties:
    gates: {type: integer, title: 出入口 | Gates, minimum: 0}
    served: {type: integer, title: 用上电梯的人家 | Homes with a lift, minimum: 0}
known:
  served: {of: renewal.lift, sum: households}
sums: [gates]
"""


def checked(folder: Path, *changes: tuple[str, str], **more: str) -> list[Problem]:
    """The problems of the packs with this form beside them; more: further forms by name."""
    text = FORM
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    pack = folder / "estates"
    (pack / "forms").mkdir(parents=True)
    (pack / "pack.yaml").write_text(PACK.lstrip(), encoding="utf-8")
    for name, body in {"count": text, **more}.items():
        (pack / "forms" / f"{name}.yaml").write_text(body.lstrip(), encoding="utf-8")
    return load(PACKS, pack)[1]


def told(problems: list[Problem]) -> set[tuple[str, int]]:
    return {(problem.code, problem.line) for problem in problems}


def test_a_form_that_says_all_is_right_and_is_a_ledger_and_a_flow(tmp_path: Path):
    assert checked(tmp_path) == []
    rules, _ = load(PACKS, tmp_path / "estates")
    assert rules.ledgers["estates.count"].like == "collect.answer"
    assert rules.flows["estates.count"].steps["hand_in"].asks == ("gates", "served")
    assert "estates.count" in rules.like("collect.answer")


@pytest.mark.parametrize("key", ["basis", "owner", "expires", "minutes", "fillers", "due"])
def test_each_entry_rule_that_is_missing_is_one_sentence(tmp_path: Path, key: str):
    line = next(line for line in FORM.splitlines() if line.startswith(f"{key}: "))
    problems = checked(tmp_path, (f"{line}\n", ""))
    assert [problem.code for problem in problems] == ["shape.missing-key"]
    assert f'缺少 "{key}"' in problems[0].message and key in problems[0].hint


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("出入口 | Gates", "受益户数 | Households", "form.asked-already", 14),
        ("出入口 | Gates", "（累计）受益的户数 | Homes", "form.asked-already", 14),
        ("出入口 | Gates", "免填项数 | Entries avoided", "form.asked-already", 14),
        (
            "    gates: {type: integer, title: 出入口 | Gates, minimum: 0}",
            '    gates: {$ref: "huying:area", title: 所在街道社区名称 | Where}',
            "form.sums",
            18,
        ),
        ("sum: households", "sum: floors", "form.known", 17),
        ("sum: households", "sum: building", "form.known", 17),
        ("sum: households", "among: 'stage == \"running\"'", "form.known", 17),
        ("of: renewal.lift", "of: renewal.lifts", "name.unknown-ledger", 17),
        ("sums: [gates]", "sums: [gates, gate]", "form.unknown-field", 18),
        ("    gates: {", "    reason: {", "form.reserved-name", 14),
        ("due: 5 workdays", "due: 5 days", "flow.limit", 9),
        ("owner: zhujian:office_clerk", "owner: zhujian:clerk", "name.unknown-role", 4),
        ("expires: 2030-12-31", "expires: 明年", "shape.value", 8),
        ("form: count", "form: counting", "name.mismatch", 1),
        ("minutes: 10", "minutes: 10\neach: {of: nothing}", "name.unknown-ledger", 7),
        ("minutes: 10", "minutes: 10\neach: {of: collect.round, among: size > 1}", "form.unknown-field", 7),
        ("fillers: street:street_clerk", "fillers: office:office_clerk\neach: {of: renewal.lift}", "form.each", 6),
        (
            "of: renewal.lift, sum: households",
            "of: renewal.lift, value: stage",
            "form.known",
            17,
        ),
    ],
)
def test_a_mistake_in_a_form_is_told_with_its_code_and_its_line(
    tmp_path: Path, old: str, new: str, code: str, line: int
):
    problems = checked(tmp_path, (old, new))
    assert (code, line) in told(problems), told(problems)
    assert all(" | " in problem.message for problem in problems)


def test_the_refusal_names_the_ledger_and_says_how_to_take_it_from_there(tmp_path: Path):
    [problem] = checked(tmp_path, ("出入口 | Gates", "受益户数 | Households"))
    assert "加装电梯（renewal.lift）的“受益户数”" in problem.message
    assert "known: {gates: {of: renewal.lift, sum: households}}" in problem.hint and "despite" in problem.hint


def test_an_item_of_a_pack_that_is_not_needed_is_found_all_the_same(tmp_path: Path):
    [problem] = checked(tmp_path, ("出入口 | Gates", "改善前平均延误 | Delay"))
    assert "traffic.congestion_point" in problem.message and "Add traffic to needs" in problem.hint


def test_of_two_forms_that_ask_the_same_the_second_is_refused_with_the_first(tmp_path: Path):
    second = FORM.replace("form: count", "form: later").replace("QD{yyyy}", "WQ{yyyy}")
    problems = checked(tmp_path, later=second)
    assert [(problem.code, Path(problem.file).name) for problem in problems] == [("form.asked-already", "later.yaml")]
    assert "estates.count" in problems[0].message


def test_what_is_another_thing_may_be_asked_with_the_reason(tmp_path: Path):
    changed = (
        ("出入口 | Gates", "受益户数 | Households"),
        ("sums: [gates]", "despite: {gates: 另一口径 | Counted otherwise}"),
    )
    assert checked(tmp_path, *changed) == []


def test_remarks_are_written_for_the_occasion_and_may_bear_any_name(tmp_path: Path):
    remark = "    measure: {type: string, title: 改善措施 | Measure, maxLength: 300}\n    gates: {"
    assert checked(tmp_path, ("    gates: {", remark)) == []


def test_more_minutes_a_month_than_the_budget_are_refused_with_the_forms(tmp_path: Path):
    [problem] = checked(tmp_path, ("minutes: 10", "minutes: 596"))
    assert problem.code == "form.over-budget" and problem.file.endswith("collect/pack.yaml")
    assert "601 分钟，预算 600：estates.count 596、renewal.estate_progress 5" in problem.message


def test_forms_that_ask_different_streets_do_not_add_up(tmp_path: Path):
    some = FORM.replace("form: count", "form: other").replace("QD{yyyy}", "WQ{yyyy}").replace("出入口", "围墙")
    only = "minutes: 10\nonly: ['440106018000']"
    assert (
        checked(
            tmp_path,
            ("minutes: 10", "minutes: 400\nonly: ['440106003000']"),
            other=some.replace("minutes: 10", only.replace("10", "400")),
        )
        == []
    )


@pytest.mark.parametrize(
    ("title", "plainly", "stemmed"),
    [
        ("楼栋（幢）的 名称 | Building", "楼栋名称", "楼栋"),
        ("本人身份证号码", "本人身份证号码", "身份证"),
        ("数 | Number", "数", "数"),
    ],
)
def test_titles_are_compared_by_what_they_name(title: str, plainly: str, stemmed: str):
    assert (plain(title), stem(title)) == (plainly, stemmed)
