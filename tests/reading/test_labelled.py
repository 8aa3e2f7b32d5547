"""Sentences written for these tests, with what a careful reader finds in them."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from huying.reading import read

HERE = Path(__file__).parent / "labelled"
FRAME = {
    "review": "2021年柳川县政府工作报告\n各位代表：\n一、2020年工作回顾\n{}\n",
    "plan": "2021年柳川县政府工作报告\n各位代表：\n一、2020年工作回顾\n过去一年成绩不小。\n二、2021年工作安排\n{}\n",
    "glossary": "2021年柳川县政府工作报告\n各位代表：\n一、2020年工作回顾\n过去一年成绩不小。\n名词解释\n{}\n",
}
PADDING = "现在，我代表县人民政府，向大会报告工作，请予审议，并请各位政协委员和其他列席人员提出意见。"


def sentences(name):
    part, found = "", []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            part = line.strip("[]")
        elif line == "-":
            continue
        elif line.startswith("  "):
            found[-1][2].append(line.strip())
        else:
            found.append((part, line, []))
    return found


@pytest.mark.parametrize(("part", "sentence", "labels"), sentences("figures.txt"))
def test_a_sentence_says_these_figures(part, sentence, labels):
    text = FRAME[part].format(sentence).replace("各位代表：\n", f"各位代表：\n{PADDING}\n")
    at = text.index(sentence)
    rows = [row for row in read(text).figures if row.start >= at]
    got = [f"{row.subject} | {row.value:f} {row.unit} | {row.comparator} {row.change} {row.kind}" for row in rows]
    assert len(rows) == len(labels), got
    for row, label in zip(rows, labels, strict=True):
        subject, number, kinds = (piece.strip() for piece in label.split("|"))
        value, unit = number.split(" ")
        assert (row.value, row.unit) == (Decimal(value), unit), got
        assert f"{row.comparator} {row.change} {row.kind}" == kinds, got
        assert all(re.sub(r"[“”]", "", word) in re.sub(r"[“”]", "", row.subject) for word in subject.split()), got
        assert text[row.start : row.end] == row.quote
