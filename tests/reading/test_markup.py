"""The marked-up text: every sign of the report once, every row where it begins."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huying.reading import read
from huying.reading.markup import marked, row_of

TEXT = (
    "2022年青溪县政府工作报告\n各位代表：\n现在，我代表县人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。\n\n"
    "一、2021年工作回顾\n全县地区生产总值达到156.85亿元，增长7.2%。\n"
    "二、2022年工作安排\n全年新增城镇就业5000人以上，推进青溪路、翠微路建设。\n"
    "附件\n名词解释\n[1]四好农村路：建好、管好、护好、运营好农村公路。\n"
)


@pytest.fixture
def report():
    return read(TEXT, "青溪.txt")


def runs(report):
    return [run for paragraph in marked(report) for run in paragraph.runs]


def test_the_runs_are_the_text_without_its_blank_lines(report):
    lines = ["".join(run.text for run in paragraph.runs) for paragraph in marked(report)]
    assert lines == [line for line in TEXT.split("\n") if line.strip()]
    assert all(run.text == report.text[run.start : run.end] for run in runs(report))


def test_a_figure_inside_a_commitment_bears_both_kinds(report):
    run = next(run for run in runs(report) if "5000人" in run.text)
    assert run.kinds == ("commitment", "figure")
    assert [row_of(report, row).value for row in run.rows if row.startswith("figure")] == [5000]


def test_commitments_that_share_their_words_share_a_run(report):
    run = next(run for run in runs(report) if "翠微路" in run.text)
    assert sum(row.startswith("commitment") for row in run.rows) == 2


def test_headings_have_their_level(report):
    found = [paragraph for paragraph in marked(report) if paragraph.kind == "heading"]
    heads = [(report.text[paragraph.start : paragraph.end], paragraph.level) for paragraph in found]
    assert heads[:2] == [("一、2021年工作回顾", 1), ("二、2022年工作安排", 1)]


def test_a_numeral_that_is_no_figure_bears_its_reason(report):
    run = next(run for run in runs(report) if run.kinds == ("numeral",))
    assert run.text == "2022年" and row_of(report, run.rows[0]).reason == "date"


def test_a_line_of_cells_is_a_row():
    report = read(TEXT + "新建学校\t3所\t2022年12月\n", "青溪.txt")
    assert marked(report)[-1].kind == "row"


def test_what_was_set_aside_is_a_paragraph_of_its_own():
    report = read("首页 > 政务公开 > 政府工作报告\n打印本页\n" + TEXT, "青溪.txt")
    assert report.chrome and marked(report)[0].kind == "aside"


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            ["新增就业5000人。", "建成青溪桥，", "\n", "增长7.2%", "\t", "二、明年安排\n", " ", "[1]", "；", "打印"]
        ),
        max_size=30,
    )
)
def test_every_row_begins_once_and_every_sign_is_shown_once(pieces):
    report = read(TEXT + "".join(pieces), "青溪.txt")
    shown = runs(report)
    assert "".join(run.text for run in shown) == "".join(line for line in report.text.split("\n") if line.strip())
    assert all(left.end <= right.start for left, right in pairwise(shown))
    begun = [row for run in shown for row in run.begins]
    assert len(begun) == len(set(begun))
    assert {f"figure-{place}" for place in range(len(report.figures))} <= set(begun)
    assert {f"commitment-{place}" for place in range(len(report.commitments))} <= set(begun)
