"""A number is the same number in every form, and a known value agrees with it as far as it is written."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.reading.exactness import written
from huying.reading.model import Figure
from huying.reading.reader import read_text

HEAD = "2020年天河区政府工作报告\n各位代表：\n现在，我代表区人民政府向大会报告工作，请予审议。\n一、2019年工作回顾\n"


def figure_of(quote: str, value: Decimal) -> Figure:
    return Figure(
        0, len(quote), quote, "", "碧道", value, None, "公里", "eq", "level", "", "outcome", None, "", None, 1.0, ""
    )


def only(text: str):
    (found,) = read_text(HEAD + text, "稿").figures
    return found


@pytest.mark.parametrize("form", ["5047.4", "５０４７．４", "5,047.4", "五千零四十七点四"])
def test_one_number_in_every_form(form: str):
    how = written(only(f"地区生产总值{form}亿元。"))
    assert (how.value, how.step) == (504_740_000_000, 10_000_000)
    assert how.agrees(Fraction(504_735_000_000)) and not how.agrees(Fraction(504_734_999_999))


@pytest.mark.parametrize(
    ("words", "known", "agrees"),
    [
        ("建设碧道13.6公里", "13.58", True), ("建设碧道13.6公里", "13.54", False), ("建设碧道13.6公里", "9.4", False),
        ("新增就业6.2万人", "61814", True), ("新增就业6.2万人", "61400", False), ("新建公厕22座", "22", True),
        ("新增就业近7万人", "66000", True), ("新增就业近7万人", "71000", False), ("新增就业近7万人", "60000", False),
        ("新增就业约7万人", "72000", True), ("新增就业约7万人", "80000", False),
        ("新增就业超过7万人", "70001", True), ("新增就业超过7万人", "70000", False),
        ("新增就业7万人以上", "70000", True), ("新增就业不低于7万人", "66000", False),
        ("达标率百分之九十四", "94.21", True), ("达标率94.2%", "94.26", False),
    ],
)  # fmt: skip
def test_a_known_value_agrees_as_far_as_the_draft_says(words: str, known: str, agrees: bool):
    assert written(only(words + "。")).agrees(Fraction(Decimal(known))) is agrees


@given(st.decimals(min_value=0, max_value=99999, places=3), st.integers(0, 3))
def test_a_value_agrees_with_itself_rounded_to_any_places(value: Decimal, places: int):
    shown = value.quantize(Decimal(1).scaleb(-places), "ROUND_HALF_UP")
    how = written(figure_of(f"碧道{shown}公里", shown))
    assert how.agrees(Fraction(value))
    assert not how.agrees(Fraction(value) + how.step * 2)
