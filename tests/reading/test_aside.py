"""Every numeral of a report is a figure or says why it is none."""

import argparse
import re
from pathlib import Path

import pytest

from huying.reading import read
from huying.reading.cli import add_arguments, run

CORPUS = Path(__file__).resolve().parents[3] / "shared/reports/corpus"
NUMERAL = re.compile(r"[0-9０-９一二三四五六七八九十百千万亿〇零①-⑳]+")
TEXT = """2021年柳川县政府工作报告
各位代表：
现在，我代表县人民政府，向大会报告工作，请予审议，并请各位政协委员和其他列席人员提出意见。
一、2020年工作回顾
{}
"""


def reasons(sentence):
    report = read(TEXT.format(sentence))
    at = report.text.index(sentence)
    return {report.text[span.start : span.end]: span.reason for span in report.aside if span.start >= at}


@pytest.mark.parametrize(
    ("sentence", "numeral", "reason"),
    [
        ("2019年3月5日召开了现场会。", "2019年3月5日", "date"),
        ("印发柳政发〔2020〕12号文件。", "〔2020〕12号", "name"),
        ("113中学迁入新址。", "113中学", "name"),
        ("培育“四上”企业。", "四", "slogan"),
        ("第七次人口普查顺利完成。", "第七", "ordinal"),
        ("一是抓项目，二是抓招商。", "二", "list"),
        ("每一个环节都要抓实。", "一个", "one"),
        ("落实八项规定精神。", "八", "phrase"),
        ("想方设法为百姓办事。", "百", "phrase"),
        ("实现安全生产零事故。", "零", "zero"),
        ("整治数十条背街。", "数十", "vague"),
        ("加强县乡村三级医疗机构建设。", "三级", "level"),
        ("过去五年成绩来之不易。", "五年", "duration"),
        ("融入长三角发展。", "三", "word"),
        ("二环高架通车。", "二", "name"),
        ("壮大百亿产业。", "百亿", "round"),
        ("坚持以下原则：①依法；②公开。", "①", "list"),
    ],
)
def test_a_numeral_that_is_no_figure_says_why(sentence, numeral, reason):
    assert reasons(sentence)[numeral] == reason


def test_what_nothing_is_known_of_is_said_to_be_so(tmp_path, capsys):
    path = tmp_path / "柳川.txt"
    path.write_text(TEXT.format("推广333模糊做法。新建学校3所。"), encoding="utf-8")
    report = read(path)
    assert [report.text[span.start : span.end] for span in report.unexplained] == ["333"]
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args([str(path), "--unexplained"])) == 0
    assert "推广333模糊做法" in capsys.readouterr().out


def test_no_numeral_is_left_out_unseen():
    text = TEXT.format(
        "（一）全年新建公路12.5公里，三县一区都通了高速。\n1.改造危桥九座，占全部的百分之三十，列全省第二。"
    )
    report = read(text)
    covered = bytearray(len(report.text))
    for row in [*report.figures, *report.aside]:
        covered[row.start : row.end] = b"1" * (row.end - row.start)
    assert all(all(covered[m.start() : m.end()]) for m in NUMERAL.finditer(report.text))


@pytest.mark.skipif(not CORPUS.exists(), reason="no reference texts")
def test_of_real_reports_less_than_one_numeral_in_a_hundred_is_not_understood():
    known = unknown = 0
    for path in sorted(CORPUS.glob("*/*/*.txt"))[::25]:
        report = read(path)
        unknown += len(report.unexplained)
        known += len(report.figures) + len(report.aside)
    assert unknown < known / 100
