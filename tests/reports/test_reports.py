"""A report tells the same numbers as every other way of asking, says where each comes from, and never prints what is lacking as 0."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import docx
import pytest

from huying.engine import access, database, packs, papers, places, reports
from huying.engine.packs import District
from huying.papers.model import Para, Table
from tests.engine.small import actor_of
from tests.reports.conftest import FENGHUANG, LONGDONG, visit

NAME = "home_care.care_year"


def build(district: District, login: str = "ducha", **asked):
    tree = places.tree(district.id, district.today())
    return reports.build(district, tree, actor_of(district, login), NAME, **{"period": "2020", **asked})


def texts(made) -> list[str]:
    return ["".join(run.text for run in part.runs) for part in made.paper.parts if isinstance(part, Para)]


def table(made) -> list[list[str]]:
    found = next(part for part in made.paper.parts if isinstance(part, Table) and part.lines)
    return [[cell.text for cell in row] for row in (*found.head, *found.rows)]


def test_texts_are_filled_with_figures_in_the_unit_and_places_that_they_name(shown: District):
    made = build(shown)
    assert "2020年共上门4人次，比上年增长100%；照护3人，时长中位数60.0分钟。" in texts(made)
    assert "全年4.0小时，够时长的占75.0%。" in texts(made)
    english = texts(build(shown, lang="en"))
    assert any("there were 4 visits, up 100%; 3 people" in text for text in english)
    assert "240 minutes in all; 75.0% were long enough." in english, "English keeps the indicator's own unit"


def test_a_part_stands_only_where_its_condition_holds_of_the_figures(shown: District):
    never = "上年没有开展上门照护。"
    assert never not in texts(build(shown))
    assert never in texts(build(shown, period="2019")), "in 2018 there was nothing"


def test_what_goes_down_is_said_to_go_down(visited: District):
    for day in ("2019-02-01", "2019-03-01", "2019-04-01"):
        visit(visited, LONGDONG, day, "D4", 60)
    assert any("比上年下降20%" in text for text in texts(build(visited)))


def test_what_is_lacking_is_printed_as_declared_and_listed_and_never_as_nought(shown: District):
    made = build(shown)
    assert "生产总值暂缺。" in texts(made)
    gone = {(one.indicator.name, one.status) for one in made.lacking}
    assert ("home_care.gdp", "missing") in gone and ("home_care.visits", "not_applicable") in gone
    assert ["3", "凤凰街道", "0", "暂缺", "（不适用）"] in table(made)


def test_a_table_has_every_street_and_its_total_is_counted_again(visited: District):
    visit(visited, LONGDONG, "2020-05-01", "A1", 30)  # A1 is one person of both streets
    rows = table(build(visited))
    assert rows[0] == ["序号", "街道", "上门（人次）", "照护人数（人）", "比上年（%）"]
    assert [row[1:4] for row in rows[1:]] == [
        ["车陂街道", "3", "2"], ["龙洞街道", "2", "2"], ["凤凰街道", "0", "暂缺"], ["合计", "5", "3"],
    ]  # fmt: skip


def test_a_number_leads_to_its_records_and_the_annotated_copy_says_where_it_comes_from(shown: District):
    made = build(shown, annotated=True)
    page = papers.write(made.paper, "html").decode()
    address = "/indicators/home_care.visits/why?from=2020-01-01&amp;to=2020-12-31&amp;by=year"
    assert f'<a href="{address}">4人次</a><sup>[1]</sup>' in page
    first = next(text for text in texts(made) if text.startswith("[1]"))
    for said in ("上门人次（home_care.visits）", "2020年", "4 条记录", "口径 ", "截至 2020-12-20 10:00"):
        assert said in first
    clean = docx.Document(io.BytesIO(papers.write(build(shown).paper, "docx")))
    assert not any("[1]" in p.text or "依据" in p.text for p in clean.paragraphs)


def test_the_workbook_is_the_list_of_every_number(shown: District):
    made = build(shown)
    sheet = made.sheet.table
    assert len(sheet.rows) == len(made.numbers)
    assert [cell.text for cell in sheet.rows[0]][1:6] == ["上门人次", "2020", "4人次", "人次", "4"]


def test_a_report_as_of_a_day_is_by_what_was_known_then(visited: District):
    before = visited.now()
    visit(visited, FENGHUANG, "2020-06-01", "E5", 60, known_at=visited.now())
    assert any("共上门5人次" in text for text in texts(build(visited)))
    assert any("共上门4人次" in text for text in texts(build(visited, as_of=before)))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [({"period": "2020-Q3"}, "写成 2019"), ({"period": "二〇二〇"}, "不是一期"), ({"period": "2031"}, "还没有开始")],
)
def test_a_period_that_a_report_cannot_be_about_is_refused_in_words(shown: District, asked: dict, sentence: str):
    with pytest.raises(reports.Refused, match=sentence):
        build(shown, **asked)


def test_a_report_is_for_its_roles_alone(shown: District):
    with pytest.raises(access.Refused, match="不在您的"):
        build(shown, login="longdong")
    assert NAME in {one.name for one in reports.every(shown, actor_of(shown, "ducha"))}
    assert reports.every(shown, actor_of(shown, "longdong")) == []


def test_a_report_asks_one_statement_for_each_figure_and_period(shown: District, monkeypatch):
    for kept in (packs, places):
        monkeypatch.setattr(kept, "FRESH", 3600.0)  # no look-up of the house falls between
    build(shown)
    with database.counting() as count:
        build(shown)
    assert count.n <= 20, (
        "six figures and a year before; three by street and a year before; what is known of areas and rules"
    )


def test_as_of_a_moment_before_the_ledger_there_is_no_number_and_no_nought(shown: District):
    made = build(shown, period="2018", as_of=datetime(2019, 6, 1, tzinfo=UTC))
    assert not any(re.search(r"\d人次", text) for text in texts(made)), texts(made)
    assert {one.status for one in made.lacking} <= {"missing", "not_applicable"} and len(made.lacking) == len(
        made.numbers
    )
    assert any("当时还没有" in one.why for one in made.lacking)
