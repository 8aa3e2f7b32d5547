"""Findings, reports, bulletins and letters: what a supervision office counts on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.engine import (
    access,
    bulletins,
    commitments,
    database,
    differences,
    importing,
    letters,
    packs,
    papers,
    places,
    records,
    report_periods,
    reporting,
    restatements,
    task_nodes,
)
from huying.engine.acts import Act
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from huying.engine.importing import running
from huying.engine.report_periods import read
from huying.sheets import stream
from tests.engine import placing
from tests.engine.placing import FINDING, at, claim, find, in_hand, loaded, two_streets
from tests.engine.small import actor_of
from tests.engine.tasking import POINTS

Q3 = read("2020-Q3")
LETTER, BULLETIN = "supervision.letter", "supervision.bulletin"


@pytest.fixture
def september(database: str, tmp_path: Path) -> packs.District:
    """The evening of 30 September: records give 31,200."""
    district = loaded(tmp_path)
    two_streets(district)
    return district


def take(district: packs.District, login: str, ledger: str, step: str, record, **answers):
    return take_step(district, Act(ledger, step, actor_of(district, login), answers, record))


def sheet_of_the_third(district: packs.District, folder: Path):
    """The missing sheet, brought in by the ordinary import."""
    path = folder / "凤凰街道.csv"
    path.write_text(
        "街道社区,批次,安置数,日期,仍在\n凤凰街道,凤凰一批,5000,2020-09-10,是\n凤凰街道,凤凰二批,4150,2020-09-20,是\n"
        "凤凰街道,凤凰三批,很多,2020-09-21,是\n",
        encoding="utf-8",
    )
    opened = stream(path)
    tree = places.tree(district.id, district.today())
    plan = importing.plan_for(district, actor_of(district, "fenghuang"), tree, placing.BATCH, opened.columns)
    return importing.run(plan, opened, running.digest_of(path, ""), write=True)


def drafted(district: packs.District):
    ducha = actor_of(district, "ducha")
    return bulletins.one(district, ducha, bulletins.draft(district, ducha, Q3).code)


def issued(district: packs.District, number: str = "督查通报〔2020〕第3期"):
    ducha, bulletin = actor_of(district, "ducha"), drafted(district)
    take(district, "ducha", BULLETIN, "check", bulletin.id)
    bulletins.issue(district, ducha, bulletins.one(district, ducha, bulletin.code), number)
    return bulletins.one(district, ducha, bulletin.code)


def letter_about(district: packs.District, code: str, **given):
    ducha = actor_of(district, "ducha")
    ready = letters.proposed(district, letters.matter(district, ducha, code))
    return letters.draft(district, ducha, {**ready, **given})


def test_the_third_quarter_from_claim_to_restatement(september: packs.District, tmp_path: Path) -> None:
    district, task = september, in_hand(september)
    claim(district, task, 41_000, words="全年目标提前完成")
    ducha = actor_of(district, "ducha")
    status = commitments.status(district, ducha, task.code)
    assert (status.claim.values["value"], status.value, status.calendar.value) == (41_000, 31_200, 30_000)
    assert status.difference == 9_800 and status.standing.status == "ahead"
    difference = differences.by_area(district, status)
    assert [(one.unit.name(), one.value, one.rows) for one in difference.areas] == [
        ("车陂街道", 20_000, 2),
        ("龙洞街道", 11_200, 3),
        ("凤凰街道", None, 0),
    ]
    assert differences.names(difference.nothing) == ["凤凰街道"]

    find(district, task, "on_pace", "佐证 31,200，达到三季度节点；申报数缺一个街道的记录")
    made = letter_about(district, task.code)
    letter = records.get(district, ducha, LETTER, made.record)
    assert "申报 41,000，佐证 31,200，相差 9,800" in letter.values["facts"] and letter.values["level"] == "blue"
    take(district, "ducha", LETTER, "issue", letter.id, number="督〔2020〕1号", signer="莫主任")
    assert letters.every(district, actor_of(district, "renshelx"))[0].code == letter.code
    assert letters.every(district, actor_of(district, "lianluo")) == [], "others see nothing of it"

    district = at(district, "2020-10-09 09:00")
    bulletin = issued(district)
    district = at(district, "2020-10-12 10:00")
    tally = sheet_of_the_third(district, tmp_path)
    assert tally.read == 3 == tally.counts["new"] + tally.counts["unchanged"] + tally.counts["rejected"]
    assert tally.counts["rejected"] == 1
    ducha = actor_of(district, "ducha")
    assert commitments.status(district, ducha, task.code).value == 40_350
    [line] = bulletins.lines(district, bulletin)
    assert (line.evidence, line.claim, line.status, line.found) == (31_200, 41_000, "on_pace", True)
    assert line.why.startswith("佐证 31,200"), "the wording leads to its finding"
    [changed] = restatements.of(district, bulletin)
    assert (changed.line.evidence, changed.value, changed.rows) == (31_200, 40_350, (5, 7))
    assert changed.areas == ((placing.FENGHUANG, None, Decimal(9_150)),)


def test_a_finding_is_answered_reviewed_and_frozen_with_its_bulletin(september: packs.District) -> None:
    district, task = september, in_hand(september)
    find(district, task, "behind", "佐证不足")
    ducha, renshe = actor_of(district, "ducha"), actor_of(district, "renshelx")
    [finding] = commitments.history(district, "findings", renshe, task.id)
    take(district, "renshelx", FINDING, "answer", finding.id, answer="一个街道的表未录")
    district = at(district, "2020-10-09 09:00")
    bulletin = drafted(district)
    take(district, "ducha", BULLETIN, "check", bulletin.id)
    bulletin = bulletins.one(district, ducha, bulletin.code)
    with pytest.raises(StepRefused) as refused:
        bulletins.issue(district, ducha, bulletin, "第3期")
    assert refused.value.code == "bulletin.answers" and task.code in refused.value.sentence
    take(district, "ducha", FINDING, "uphold", finding.id, reply="以录入为准")
    bulletins.issue(district, ducha, bulletin, "第3期")
    [frozen] = commitments.history(district, "findings", ducha, task.id)
    assert (frozen.state, frozen.values["number"], frozen.values["answer"]) == ("frozen", "第3期", "一个街道的表未录")
    with pytest.raises(StepRefused, match="现在不能|不能|已"):
        take(district, "ducha", FINDING, "amend", finding.id, status="on_pace", why="改")


def test_only_the_office_that_leads_answers_a_finding(september: packs.District) -> None:
    task = in_hand(september)
    find(september, task, "behind", "佐证不足")
    [finding] = commitments.history(september, "findings", actor_of(september, "ducha"), task.id)
    with pytest.raises(StepRefused):
        take(september, "lianluo", FINDING, "answer", finding.id, answer="不归我们")


def test_a_bulletin_over_a_period_that_is_not_over_is_refused(september: packs.District) -> None:
    with pytest.raises(StepRefused) as refused:
        bulletins.draft(september, actor_of(september, "ducha"), Q3)
    assert refused.value.code == "step.needs" and "还没有结束" in refused.value.sentence


def test_only_the_supervision_office_drafts_bulletins(september: packs.District) -> None:
    district = at(september, "2020-10-09 09:00")
    with pytest.raises(access.Refused):
        bulletins.draft(district, actor_of(district, "renshelx"), Q3)


def test_a_draft_says_the_same_however_late_it_is_looked_at(september: packs.District, tmp_path: Path) -> None:
    in_hand(september)
    district = at(september, "2020-10-09 09:00")
    bulletin = drafted(district)
    district = at(district, "2020-10-12 10:00")
    sheet_of_the_third(district, tmp_path)
    [line] = bulletins.lines(district, bulletin)
    assert line.evidence == 31_200 and not line.found
    bulletins.renew(district, actor_of(district, "ducha"), bulletin)
    [line] = bulletins.lines(district, bulletins.one(district, actor_of(district, "ducha"), bulletin.code))
    assert line.evidence == 40_350


def test_the_words_of_a_bulletin_count_every_task_once(september: packs.District) -> None:
    first = in_hand(september)
    in_hand(september, placing.HELD)
    in_hand(september, POINTS, "zhujian", "lianluo")
    find(september, first, "behind", "佐证不足")
    district = at(september, "2020-10-09 09:00")
    bulletin = drafted(district)
    _lines, tally = bulletins.read(district, bulletin)
    assert tally.words == (
        "3 项：已完成 0，超序时 0，达序时 1，欠序时 2，其它 0；未报 1 家 | "
        "3 tasks: 0 done, 0 ahead of pace, 1 on pace, 2 behind pace, 0 others; 1 offices have not reported"
    )
    assert sum(tally.by.values()) == tally.total


def test_the_next_bulletin_says_what_is_newly_late(september: packs.District) -> None:
    task = in_hand(september)
    district = at(september, "2020-10-09 09:00")
    issued(district)
    district = at(district, "2021-01-04 09:00")
    ducha = actor_of(district, "ducha")
    made = bulletins.draft(district, ducha, read("2020-Q4"))
    bulletin = bulletins.one(district, ducha, made.code)
    _lines, tally = bulletins.read(district, bulletin)
    assert tally.newly == (task.code,) and "较上期新增滞后 1" in tally.words


def test_who_is_on_pace_need_not_report(september: packs.District) -> None:
    in_hand(september)
    in_hand(september, POINTS, "zhujian", "lianluo")
    ducha = actor_of(september, "ducha")
    found = {one.status.commitment.measure: one for one in reporting.duties(september, ducha, Q3)}
    assert found["placing.placed"].state == reporting.EXEMPT
    behind = found["traffic.points_improved"]
    assert behind.state == reporting.MISSING and behind.value == 0, "prefilled with what the records say"
    with pytest.raises(StepRefused, match="不用报"):
        reporting.remind(september, ducha, Q3, [found["placing.placed"]])
    [told] = reporting.remind(september, ducha, Q3, [behind])
    assert told.refusal is None
    [once] = [d for d in reporting.duties(september, ducha, Q3) if d.state == reporting.MISSING]
    assert once.reminded is not None
    assert reporting.remind(september, ducha, Q3, [once]) == [], "nobody is reminded twice a day"


def test_a_month_asks_only_about_key_and_lagging_tasks(september: packs.District) -> None:
    in_hand(september)
    in_hand(september, POINTS, "zhujian", "lianluo")
    found = reporting.duties(september, actor_of(september, "ducha"), read("2020-09"))
    assert [(one.status.commitment.measure, one.why) for one in found] == [("traffic.points_improved", "lagging")]


def test_a_report_said_again_amends_the_first(september: packs.District) -> None:
    task, renshe = in_hand(september), actor_of(september, "renshelx")
    reporting.report(september, renshe, task, Q3, {"value": "41000", "words": "已完成"})
    reporting.report(september, renshe, task, Q3, {"words": "缺一个街道"})
    [said] = commitments.history(september, "claims", renshe, task.id)
    assert (said.values["value"], said.values["words"]) == (41_000, "缺一个街道")


@pytest.mark.parametrize(
    ("login", "given", "code"),
    [
        ("renshelx", {"words": "字" * 201}, "report.wrong"),
        ("renshelx", {"words": " "}, "report.wrong"),
        ("renshelx", {"value": "许多"}, "report.wrong"),
        ("lianluo", {"words": "我们也做了"}, "report.not-yours"),
    ],
)
def test_a_report_that_cannot_be_right_is_refused(september: packs.District, login, given, code) -> None:
    task = in_hand(september)
    with pytest.raises(StepRefused) as refused:
        reporting.report(september, actor_of(september, login), task, Q3, given)
    assert refused.value.code == code


def test_no_report_is_written_ahead_of_its_period(september: packs.District) -> None:
    with pytest.raises(StepRefused, match="还没有开始"):
        reporting.report(
            september, actor_of(september, "renshelx"), in_hand(september), read("2020-Q4"), {"words": "好"}
        )


@given(st.text(alphabet="已完成改1234 个，ab", max_size=30), st.text(alphabet="已完成改1234 个，ab", max_size=30))
def test_the_difference_of_two_reports_loses_no_word_of_either(before: str, after: str) -> None:
    told = reporting.differences(before, after)
    assert "".join(text for kind, text in told if kind != "new") == before
    assert "".join(text for kind, text in told if kind != "gone") == after


def test_a_letter_and_a_bulletin_are_printed(september: packs.District) -> None:
    task, ducha = in_hand(september), actor_of(september, "ducha")
    made = letter_about(september, task.code, level="red")
    take(september, "ducha", LETTER, "issue", made.record, number="督〔2020〕1号", signer="莫主任")
    district = at(september, "2020-10-09 09:00")
    tree = places.tree(district.id, district.today())
    letter = records.get(district, ducha, LETTER, made.record)
    for name, record in (("supervision.letter", letter), ("supervision.bulletin", issued(district))):
        made = papers.make(district, tree, ducha, name, record=record)
        text = papers.write(made, "html").decode()
        assert record.values["number"] in text and "{" not in text.partition("<body")[2]
        assert papers.write(made, "docx")


def test_the_sheet_of_a_quarter_has_each_line_of_its_bulletin_and_an_office_prints_what_it_reported(
    september: packs.District,
) -> None:
    task = in_hand(september)
    claim(september, task, 41_000, words="全年目标提前完成")
    district = at(september, "2020-10-09 09:00")
    tree, bulletin = places.tree(district.id, district.today()), issued(district)
    made = papers.make(district, tree, actor_of(district, "ducha"), "supervision.quarter_sheet", record=bulletin)
    text = papers.write(made, "html").decode()
    assert (made.size, made.landscape) == ("A3", True) and "2020年第三季度重点任务进展情况表" in text
    for words in (task.values["title"], "41000", "31200", "全年目标提前完成", "签发"):
        assert words in text
    assert papers.write(made, "docx") and papers.write(made, "xlsx")
    mine = papers.make(district, tree, actor_of(district, "renshelx"), "supervision.office_sheet")
    text = papers.write(mine, "html").decode()
    assert "全年目标提前完成" in text and "2020年第三季度" in text and "单位负责人（盖章）" in text


def test_a_letter_has_its_words_in_the_language_of_whoever_drafts_it(september: packs.District) -> None:
    task, ducha = in_hand(september), actor_of(september, "ducha")
    claim(september, task, 41_000)
    one = letters.matter(september, ducha, task.code)
    chinese, english = (letters.proposed(september, one, "blue", lang) for lang in ("zh", "en"))
    assert chinese["title"].endswith("申报与佐证不符的督办") and chinese["facts"].startswith(
        "2020年第三季度申报 41,000"
    )
    assert english["title"].startswith("Claim and records differ: ") and "41,000 claimed, 31,200 by" in english["facts"]
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english["facts"] + english["demand"])


def test_one_matter_has_one_letter(september: packs.District) -> None:
    task = in_hand(september)
    assert letter_about(september, task.code).refusal is None
    with pytest.raises(StepRefused, match="一事一单"):
        letter_about(september, task.code)


def test_a_letter_about_nothing_is_refused(september: packs.District) -> None:
    task = in_hand(september)
    ready = letters.proposed(september, letters.matter(september, actor_of(september, "ducha"), task.code))
    with pytest.raises(StepRefused) as refused:
        letters.draft(september, actor_of(september, "ducha"), {**ready, "about": "RW-1999-0001", "demand": ""})
    assert {"about"} <= refused.value.fields.keys()


def test_a_letter_about_nothing_is_refused_at_every_door(september: packs.District) -> None:
    """The API, an import and a script take the step itself: the same sentence, at the same field."""
    ducha, task = actor_of(september, "ducha"), in_hand(september)
    ready = letters.proposed(september, letters.matter(september, ducha, task.code))
    given = {name: value for name, value in ready.items() if value not in (None, "")}
    for code in ("RW-1999-0001", "XX-1", "RW\0", "  "):
        with pytest.raises(StepRefused) as refused:
            take_step(september, Act(LETTER, "draft", ducha, {**given, "about": code}))
        assert "没有这个编号的任务或记录" in refused.value.fields["about"]
    assert take_step(september, Act(LETTER, "draft", ducha, given)).refusal is None


def test_a_letter_to_oneself_is_refused(september: packs.District) -> None:
    task, ducha = in_hand(september), actor_of(september, "ducha")
    made = letter_about(september, task.code, addressee=ducha.post.id)
    with pytest.raises(StepRefused) as refused:
        take(september, "ducha", LETTER, "issue", made.record, number="督〔2020〕1号", signer="莫主任")
    assert refused.value.code == "dispatch.oneself" and "addressee" in refused.value.fields


def test_a_letter_may_be_red_at_once_and_a_blue_one_rises_with_its_former(september: packs.District) -> None:
    task, ducha = in_hand(september), actor_of(september, "ducha")
    made = letter_about(september, task.code)
    take(september, "ducha", LETTER, "issue", made.record, number="督〔2020〕1号", signer="莫主任")
    former, next_ = letters.escalate(
        september, ducha, records.get(september, ducha, LETTER, made.record), date(2020, 10, 9)
    )
    risen = records.get(september, ducha, LETTER, next_.record)
    assert former.state == "escalated" and (risen.values["level"], risen.values["former"]) == ("amber", made.record)
    take(september, "ducha", LETTER, "withdraw", risen.id, reason="直接发红")
    red = letter_about(september, task.code, level="red")
    take(september, "ducha", LETTER, "issue", red.record, number="督〔2020〕2号", signer="莫主任")
    with pytest.raises(StepRefused, match="最高"):
        letters.escalate(september, ducha, records.get(september, ducha, LETTER, red.record), date(2020, 10, 9))


def test_a_letter_may_be_about_any_record(september: packs.District) -> None:
    with database.owning() as query:
        code = query.value(
            f"select code from {september.tables[placing.BATCH].name} where district = %s order by code limit 1",
            [september.id],
        )
    renshe = actor_of(september, "renshelx").post.id
    made = letter_about(september, code, addressee=renshe)
    found = records.get(september, actor_of(september, "ducha"), LETTER, made.record)
    assert found.values["about"] == code and found.values["task"] is None


def test_a_share_that_is_held_shows_n_of_m(september: packs.District) -> None:
    task = in_hand(september, placing.HELD)
    status = commitments.status(september, actor_of(september, "ducha"), task.code)
    assert status.standing.words == "保持，现 80%（4/5），达标 | held at 80% (4/5): met"


def test_the_calendar_of_nodes_says_what_is_late_and_nothing_of_days_before_the_issue(
    september: packs.District,
) -> None:
    in_hand(september)
    behind = in_hand(september, POINTS, "zhujian", "lianluo")
    district = at(september, "2020-10-09 09:00")
    found = task_nodes.calendar(district, actor_of(district, "ducha"), 2020)
    assert [(one.day.isoformat(), one.kind) for one in task_nodes.late(found)] == [("2020-09-30", "node")]
    assert {one.status.task.code for one in task_nodes.late(found)} == {behind.code}
    assert [one.day for one in found] == sorted(one.day for one in found) and found[0].day == date(2020, 9, 30)


def test_what_nothing_measures_is_never_late_by_itself(september: packs.District) -> None:
    task = in_hand(september, "tianhe_report.plan_13th", "fagai", "fagailx")
    district = at(september, "2020-10-09 09:00")
    ducha = actor_of(district, "ducha")
    third = next(one for one in task_nodes.calendar(district, ducha, 2020) if one.day == date(2020, 9, 30))
    assert (third.kind, third.state) == ("milestone", "said")
    find(district, task, "behind", "初稿未形成")
    third = next(one for one in task_nodes.calendar(district, ducha, 2020) if one.day == date(2020, 9, 30))
    assert third.state == "late"


def test_each_measured_task_costs_one_statement_more(september: packs.District) -> None:
    in_hand(september)
    ducha = actor_of(september, "ducha")

    def asked() -> tuple[int, int]:
        with database.counting() as duties:
            reporting.duties(september, ducha, Q3)
        with database.counting() as nodes:
            task_nodes.calendar(september, ducha, 2020)
        return duties.n, nodes.n

    few = asked()
    in_hand(september, placing.HELD)
    in_hand(september, POINTS, "zhujian", "lianluo")
    assert asked() == (few[0] + 2, few[1] + 2) and few[0] <= 14 and few[1] <= 8


@pytest.mark.parametrize(
    ("text", "first", "last", "before"),
    [
        ("2020-Q1", date(2020, 1, 1), date(2020, 3, 31), "2019-Q4"),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29), "2020-01"),
        ("2020-12", date(2020, 12, 1), date(2020, 12, 31), "2020-11"),
    ],
)
def test_a_period_knows_its_days(text, first, last, before) -> None:
    period = read(text)
    assert (period.first, period.last, period.before.name) == (first, last, before)
    assert period.before.following == period and report_periods.of(last, period.quarter) == period


def test_the_last_quarter_is_reported_until_the_middle_of_the_next() -> None:
    assert report_periods.reported(date(2020, 10, 9)).name == "2020-Q3"
    assert report_periods.reported(date(2020, 11, 14)).name == "2020-Q3"
    assert report_periods.reported(date(2020, 11, 15)).name == "2020-Q4"


@pytest.mark.parametrize("text", ["2020", "2020-Q5", "2020-13", "0000-Q1", "9999-Q4", "2020-9", "二季度", ""])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2020-Q3"):
        read(text)
