"""Outline: title, place, level, year, speaker, date, sections and what is set aside."""

import datetime

import pytest

from huying.reading import read

OPENING = "现在，我代表区人民政府，向大会报告工作，请予审议，并请各位政协委员和其他列席人员提出意见。"
REPORT = f"""登录
您的位置：首页 > 政务公开
浏览次数：1024
2023年云港市临江区政府工作报告
——2023年1月9日在云港市临江区第八届人民代表大会第三次会议上
临江区人民政府区长  宋知远
各位代表：
{OPENING}
一、2022年工作回顾
过去一年，全区上下团结奋斗，各项工作取得新的成绩。
（一）经济稳中有进。地区生产总值320亿元，增长4.1%。
在肯定成绩的同时，我们也清醒地看到，发展中还存在一些问题：失业率仍有5.9%。
二、2023年工作安排
今年的总体要求是高质量发展。
（一）抓好项目建设。全年开工项目30个。
附件1
2023年十件民生实事
1
教育
新建幼儿园2所。
附件2
名词解释
1.一刻钟便民圈：居民步行15分钟可以到达的商圈。
责任编辑：某某
版权所有 云港市临江区人民政府
"""


def test_the_head_tells_place_level_year_speaker_and_date():
    report = read(REPORT)
    assert report.title == "2023年云港市临江区政府工作报告"
    assert (report.place, report.level, report.year) == ("云港市临江区", "county", 2023)
    assert (report.speaker, report.date) == ("宋知远", datetime.date(2023, 1, 9))


def test_page_chrome_is_set_aside_and_said_so():
    report = read(REPORT)
    aside = "".join(report.text[span.start : span.end] for span in report.chrome)
    assert "浏览次数：1024" in aside and "版权所有" in aside and "各位代表" not in aside
    assert all(figure.value != 1024 for figure in report.figures)


def test_sections_carry_their_path_and_what_they_tell():
    modes = {section.path: section.mode for section in read(REPORT).outline}
    assert modes["一"] == "review" and modes["二"] == "plan"
    assert modes["一(一)"] == "review" and modes["二(一)"] == "plan"
    assert modes["附件1"] == "plan" and modes["附件2"] == "glossary"


def test_a_row_names_its_section():
    report = read(REPORT)
    assert {figure.section for figure in report.figures if figure.unit == "所"} == {"附件1-1"}
    assert [commitment.section for commitment in report.commitments][0] == "二(一)"


def test_problems_are_outcomes_and_promise_nothing():
    report = read(REPORT)
    rate = next(figure for figure in report.figures if f"{figure.value}" == "5.9")
    assert rate.kind == "outcome"
    assert all("失业率" not in commitment.quote for commitment in report.commitments)


def test_the_glossary_is_read_as_terms():
    (term,) = read(REPORT).glossary
    assert term.term == "一刻钟便民圈" and "15分钟" in term.meaning


@pytest.mark.parametrize(
    ("lines", "terms"),
    [
        (
            "名词解释\n1.“两张网”：指供水管网和排水管网。\n2.一刻钟便民圈：步行15分钟可以到达的商圈。",
            ["两张网", "一刻钟便民圈"],
        ),
        ("名词解释\n1.“两张网”\n供水管网和排水管网的统称。\n2.云港号\n一列开往海边的观光列车。", ["两张网", "云港号"]),
        ("名词解释\n“两张网”是指供水管网和排水管网。\n河长制，是指由负责人担任河长的制度。", ["两张网", "河长制"]),
        ("注释\n[1]两张网：供水管网和排水管网。\n[2]云港号：开往海边的观光列车。", ["两张网", "云港号"]),
        ("名词解释\n【“两张网”】即供水管网和排水管网。", ["两张网"]),
        ("①两张网：供水管网和排水管网的统称。\n②云港号：开往海边的观光列车。", ["两张网", "云港号"]),
        ("建好“两张网”（注：供水管网和排水管网）。", ["两张网"]),
        ("名词解释\n1.3个示范段：指东段、西段和北段。", ["3个示范段"]),
        ("建好停车场。", []),
    ],
)
def test_terms_are_read_in_every_form_of_a_glossary(lines, terms):
    text = (
        f"2023年青溪县政府工作报告\n各位代表：\n{OPENING}\n一、2022年工作回顾\n增长5%。\n二、2023年工作安排\n{lines}\n"
    )
    report = read(text)
    assert [term.term for term in report.glossary] == terms
    assert all(len(term.meaning) >= 4 and term.meaning in report.text for term in report.glossary)


def test_a_footnote_promises_nothing():
    text = f"2023年青溪县政府工作报告\n各位代表：\n{OPENING}\n一、2022年工作回顾\n增长5%。\n二、2023年工作安排\n①两张网：建设供水管网和排水管网两张网的工程。\n"
    assert read(text).commitments == []


def test_an_appendix_of_works_after_the_glossary_promises():
    text = (
        f"2023年青溪县政府工作报告\n各位代表：\n{OPENING}\n一、2022年工作回顾\n增长5%。\n"
        "名词解释\n1.两张网：供水管网和排水管网。\n2023年为民办实事项目\n1.新建公园2座。\n"
    )
    assert [row.title for row in read(text).commitments] == ["新建公园2座"]


def test_the_state_council_speaks_for_the_nation():
    text = f"政府工作报告\n——1991年3月25日在第七届全国人民代表大会第四次会议上\n国务院总理 某某\n各位代表：\n{OPENING}\n一、回顾\n增长5%。\n"
    report = read(text)
    assert (report.place, report.level, report.year) == ("全国", "national", 1991)


def test_a_meeting_in_december_speaks_of_the_coming_year():
    text = f"政府工作报告\n——2015年12月28日在青溪县第十五届人民代表大会第五次会议上\n各位代表：\n{OPENING}\n一、2015年工作回顾\n增长5%。\n"
    assert read(text).year == 2016


def test_the_year_is_found_from_the_headings_when_nothing_else_says_it():
    text = f"政府工作报告\n各位代表：\n{OPENING}\n一、2008年工作回顾\n增长5%。\n二、2009年主要任务\n增长6%。\n"
    assert read(text, "报告.txt").year == 2009


def test_a_section_without_a_telling_title_is_judged_by_its_sentences():
    past = "完成了投资，建成了大桥，荣获了奖项，增长了产值，同比有了提高，解决了难题。" * 4
    ahead = "要大力发展工业，着力改善民生，努力增加就业，力争建成大桥，确保安全，加快推进改革。" * 4
    text = f"2020年青溪县政府工作报告\n各位代表：\n{OPENING}\n一、砥砺前行\n{past}投资5亿元。\n二、奋力开创新局\n{ahead}投资6亿元。\n"
    assert [(figure.kind, f"{figure.value:f}") for figure in read(text).figures] == [
        ("outcome", "500000000"),
        ("target", "600000000"),
    ]


def test_reading_twice_gives_the_same():
    assert read(REPORT) == read(REPORT)


def test_a_text_without_sentence_ends_is_read_whole():
    text = f"2020年青溪县政府工作报告\n各位代表：\n{OPENING}\n一、2019年工作回顾\n" + "完成12个项目、" * 3000
    assert len(read(text).figures) == 3000


@pytest.mark.parametrize(
    ("lines", "speaker"),
    [
        ("青溪县人民政府县长　**林 知夏**", "林知夏"),
        ("（2011年1月6日　林知夏）", "林知夏"),
        ("林 夏", "林夏"),
        ("青溪县县长林知夏作了政府工作报告。以下为全文。", "林知夏"),
        ("目录", ""),
        ("县长", ""),
    ],
)
def test_the_speaker_is_named_in_many_ways(lines, speaker):
    text = f"青溪县政府工作报告\n——2011年1月6日在青溪县第十五届人民代表大会第五次会议上\n{lines}\n各位代表：\n{OPENING}\n一、回顾\n增长5%。\n"
    assert read(text).speaker == speaker


def test_a_remark_of_the_pages_maker_is_set_aside_and_hides_no_head():
    text = (
        "政府工作报告\n——2021年2月4日在青溪县第十五届人民代表大会第五次会议上\n<!-- 来源：某日报 2021-02-05 -->\n"
        f"<!-- 县长作政府工作报告 -->\n各位代表：\n{OPENING}\n一、2020年工作回顾\n增长5%。\n"
    )
    report = read(text)
    assert (report.date, report.place) == (datetime.date(2021, 2, 4), "青溪县")
    (aside,) = report.chrome
    assert report.text[aside.start : aside.end].count("<!--") == 2


@pytest.mark.parametrize(
    ("title", "mode"),
    [
        ("2020年：攻坚克难", "review"),
        ("2021年：改革创新", "plan"),
        ("“十三五”时期经济社会发展", "review"),
        ("“十四五”时期的发展", "plan"),
    ],
)
def test_a_heading_is_told_by_its_year_or_its_plan(title, mode):
    text = f"2021年青溪县政府工作报告\n各位代表：\n{OPENING}\n{title}\n建成学校3所。\n"
    assert [section.mode for section in read(text).outline] == [mode]


def test_this_years_work_alone_looks_ahead_behind_last_years_and_back_where_it_comes_first():
    head = "2021年柳川县政府工作报告\n各位代表：\n现在，我代表县人民政府，向大会报告工作，请予审议。\n"
    back = "全县建成学校3所，完成道路改造12公里，获评省级文明县城，群众满意度达到95%。\n"
    ahead = "新建学校2所，改造道路10公里，力争创成国家级文明县城。\n"
    january = read(head + "一、过去一年的工作\n" + back + "二、今年的工作\n" + ahead)
    assert [section.mode for section in january.outline] == ["review", "plan"]
    december = read(head + "一、今年的工作\n" + back + "二、明年的任务\n" + ahead)
    assert [section.mode for section in december.outline] == ["review", "plan"]


def test_a_bold_heading_whose_paragraph_runs_on_behind_it_opens_a_part():
    head = "2021年柳川县政府工作报告\n各位代表：\n现在，我代表县人民政府，向大会报告工作，请予审议。\n"
    report = read(head + "**一、2020年回顾**\n建成学校3所。\n**二、2021年主要任务** 今年任务很重。\n新建学校2所。\n")
    assert [(section.title, section.mode) for section in report.outline] == [
        ("一、2020年回顾", "review"),
        ("二、2021年主要任务", "plan"),
    ]
    assert [figure.kind for figure in report.figures] == ["outcome", "target"]


def test_a_paragraph_of_aims_within_what_looks_back_looks_ahead():
    head = "2021年柳川县政府工作报告\n各位代表：\n现在，我代表县人民政府，向大会报告工作，请予审议。\n"
    body = (
        "一、2020年工作回顾和2021年目标\n去年预期目标是增长6%，实际增长7%。\n2020年主要预期目标是增长6%，已经完成。\n"
        "今年全县经济发展的主要预期目标是：地区生产总值增长6.5%。\n根据形势，今年全县计划：粮食产量12万吨。\n"
    )
    kinds = [figure.kind for figure in read(head + body).figures]
    assert kinds == ["outcome", "outcome", "outcome", "target", "target"]
