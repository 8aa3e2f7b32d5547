"""A draft held against the records: each number agrees, differs by so much, has no evidence, is not known, or is no figure."""

from __future__ import annotations

import io
import json

import docx
import pytest

from huying.engine import draft_checks, draft_files, draft_words, papers
from huying.engine.draft_checks import Draft, Row
from huying.engine.packs import District
from huying.reading.reader import read_draft, read_text
from tests.engine.small import actor_of
from tests.reports.conftest import LONGDONG

HEAD = "2020年天河区政府工作报告\n各位代表：\n现在，我代表区人民政府向大会报告工作，请予审议。\n一、2020年工作回顾\n"


def check(district: District, text: str, login: str = "ducha", **asked) -> Draft:
    return draft_checks.check(district, actor_of(district, login), read_text(HEAD + text, "讲话稿.txt"), **asked)


def row(district: District, text: str, **asked) -> Row:
    (found,) = check(district, text, **asked).rows
    return found


def test_a_number_that_agrees_says_from_which_records_and_what_it_was_a_year_before(shown: District):
    found = row(shown, "2020年，上门人次达到4人次。")
    assert (found.verdict, found.evidence, found.difference, found.earlier) == ("agrees", "4人次", "", "2人次")
    assert (
        draft_files.sentence(found) == "第5段 “上门人次达到4人次” — 相合：佐证 4人次，来源 4 条《上门照护》；上年 2人次"
    )
    assert found.number.address == "/indicators/home_care.visits/why?from=2020-01-01&to=2020-12-31&by=year"
    assert "上门人次" in found.why and "单位 人次" in found.why


def test_a_number_that_differs_says_by_how_much(shown: District):
    found = row(shown, "2020年，照护时长达到13.6小时。")
    assert (found.verdict, found.evidence, found.difference) == ("differs", "4小时", "9.6小时")
    assert draft_files.sentence(found).startswith(
        "第5段 “照护时长达到13.6小时” — 不合：佐证 4小时，差 9.6小时，来源 4 条《上门照护》"
    )


@pytest.mark.parametrize("form", ["240", "２４０", "二百四十"])
def test_every_form_of_a_number_is_compared(shown: District, form: str):
    assert row(shown, f"2020年，照护时长{form}分钟。").verdict == "agrees"


def test_growth_is_compared_with_growth(shown: District):
    rising, falling = check(shown, "2020年，上门人次增长100%。\n2020年，上门人次下降20%。").rows
    assert (rising.verdict, falling.verdict, falling.evidence) == ("agrees", "differs", "-100%")


def test_a_street_that_the_draft_names_is_measured_alone(shown: District):
    found = row(shown, "2020年，龙洞街道上门人次1人次。")
    assert (found.verdict, found.match.term.only) == ("agrees", (("street", LONGDONG),))


def test_what_is_not_counted_here_is_not_known_and_what_is_no_figure_is_said_so(shown: District):
    draft = check(shown, "2020年，建成绿道4公里。认真贯彻八项规定。")
    assert [one.verdict for one in draft.rows] == ["unknown"]
    assert draft.tally["none"] >= 1 and "没有相合的" in draft.rows[0].why


def test_a_period_without_records_has_no_evidence_and_is_not_taken_for_nought(shown: District):
    found = row(shown, "2018年，照护时长达到13.6小时。")
    assert (found.verdict, found.evidence) == ("lacking", "—") and "没有记录" in found.lacks


def test_numbers_whose_sentence_names_no_year_are_of_the_period_that_is_asked_for(shown: District):
    assert row(shown, "上门人次达到2人次。", period="2019").verdict == "agrees"
    with pytest.raises(ValueError, match="不是一期"):
        check(shown, "上门人次达到2人次。", period="去年")


def test_a_draft_is_checked_as_of_a_moment(visited: District):
    from tests.reports.conftest import visit

    before = visited.now()
    visit(visited, LONGDONG, "2020-06-01", "E5", 60, known_at=visited.now())
    text = "2020年，上门人次达到4人次。"
    assert (row(visited, text).verdict, row(visited, text, as_of=before).verdict) == ("differs", "agrees")


def test_what_a_person_says_a_number_is_it_is_the_next_time_too(visited: District):
    text = "2020年，家庭探访4人次。"
    found = row(visited, text)
    assert found.verdict == "unknown"
    key = draft_words.key_of(found.figure)
    draft_words.keep(visited, actor_of(visited, "ducha"), key, "home_care.visits")
    again = row(visited, text)
    assert again.verdict == "agrees" and "说过" in again.why
    draft_words.keep(visited, actor_of(visited, "ducha"), key, "")
    assert row(visited, text).verdict == "none", "the last word counts"
    draft_words.keep(visited, actor_of(visited, "ducha"), key, "home_care.gone")
    assert (row(visited, text).verdict, "现在没有了" in row(visited, text).why) == ("unknown", True)


def test_a_person_is_told_only_of_numbers_that_are_for_them(shown: District):
    assert row(shown, "2020年，上门人次达到4人次。", login="longdong").verdict in ("unknown", "differs", "lacking")


def test_a_draft_without_numbers_is_no_error(shown: District):
    draft = check(shown, "我们做好上门照护工作，推进各项改革。")
    assert draft.rows == () and draft_files.tally(draft) == "稿子里没有要核的数。"
    assert draft_files.as_docx(draft).startswith(b"PK")


def test_the_result_is_a_document_with_comments_a_table_and_data(shown: District):
    draft = check(shown, "2020年，上门人次达到4人次，照护时长达到13.6小时。建成绿道4公里。")
    word = docx.Document(io.BytesIO(draft_files.as_docx(draft)))
    assert [comment.text.partition("：")[0] for comment in word.comments] == ["相合", "不合", "不认得"]
    assert "上门人次达到4人次，照护时长达到13.6小时" in "".join(paragraph.text for paragraph in word.paragraphs)
    data = json.loads(draft_files.as_json(draft))
    assert [one["verdict"] for one in data["figures"]] == ["agrees", "differs", "unknown"]
    assert (
        data["figures"][1]["difference"] == "9.6小时" and data["figures"][1]["indicator"] == "home_care.minutes_spent"
    )
    assert papers.write(draft_files.as_paper(draft), "xlsx").startswith(b"PK")


def test_a_longer_draft_asks_no_more_statements_of_the_house(shown: District):
    from huying.engine import database

    def counted(text: str) -> int:
        check(shown, text)
        with database.counting() as count:
            check(shown, text)
        return count.n

    one = counted("2020年，上门人次达到4人次。")
    assert counted("2020年，上门人次达到4人次。\n" * 5) == one + 8, (
        "two statements for each number: of this year and the last"
    )


def test_a_speech_need_not_read_like_a_report(shown: District):
    report = read_draft("2020年，上门人次达到4人次。".encode(), "发言.txt")
    assert [one.verdict for one in draft_checks.check(shown, actor_of(shown, "ducha"), report).rows] == ["agrees"]


def test_a_number_of_a_file_with_pages_is_told_by_its_page(shown: District):
    report = read_text(HEAD + "2020年，照护时长达到13.6小时。", "讲话稿.txt")
    report.pages = [0, report.text.index("2020年，")]
    (found,) = draft_checks.check(shown, actor_of(shown, "ducha"), report).rows
    assert draft_files.sentence(found).startswith("第2页 “照护时长达到13.6小时” — 不合：佐证 4小时，差 9.6小时")
