"""What people write in cells."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.sheets import columns_of
from huying.sheets.cells import Day, Measure, day_of, measure_of, moment_of, number_of
from tests.sheets.making import table


@pytest.mark.parametrize(
    "text",
    ["2020-06-12", "2020/6/12", "2020.6.12", "2020年6月12日", "2020 年 6 月 12 日", "20200612", "20年6月12日",
     "二〇二〇年六月十二日", "二○二○年六月十二日", "２０２０－６－１２", "2020—6—12"],
)  # fmt: skip
def test_a_day_is_read_in_every_form_that_offices_write(text: str) -> None:
    day = day_of(text)
    assert day and day.value == date(2020, 6, 12) and not day.ambiguous


def test_day_numbers_are_days_only_where_the_title_says_so() -> None:
    assert day_of(43994, serials=True).value == date(2020, 6, 12)
    assert day_of(42532, serials=True, epoch_1904=True).value == date(2020, 6, 12)
    assert day_of(43994) is None


def test_day_and_month_that_could_be_either_are_asked() -> None:
    assert day_of("3/4/2020").ambiguous
    assert day_of("13/4/2020").value == date(2020, 4, 13) and not day_of("13/4/2020").ambiguous
    assert day_of("4/13/2020").value == date(2020, 4, 13)


@pytest.mark.parametrize("text", ["2020-02-30", "2020-13-01", "99999999", "上周三", ""])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None


def test_a_moment_has_a_time_of_day() -> None:
    assert moment_of("2020年6月12日 14：30") == datetime(2020, 6, 12, 14, 30)
    assert moment_of("2020-06-12T14:30:05") == datetime(2020, 6, 12, 14, 30, 5)
    assert moment_of("2020-06-12") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.5", "1234.5"),
        ("１２３", "123"),
        ("¥12", "12"),
        ("35%", "35"),
        ("-3", "-3"),
        ("(200)", "-200"),
        ("12 元", "12"),
    ],
)
def test_a_number_written_as_text_is_a_number(text: str, number: str) -> None:
    assert number_of(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("12.5万元", "12.5", "万元"), ("30人", "30", "人"), ("3 平方公里", "3", "平方公里"), ("¥1,200", "1200", ""),
     ("40％", "40", "%"), (".5", ".5", ""), ("1.2E-05", "0.000012", "")],
)  # fmt: skip
def test_a_measure_is_a_number_and_its_unit(text: str, number: str, unit: str) -> None:
    assert measure_of(text) == Measure(Decimal(number), unit)


@pytest.mark.parametrize("text", ["3栋2单元", "约30人", "1.10105E+17", "12.5.3", "人", "--5", "9" * 80])
def test_what_is_no_measure_is_none(text: str) -> None:
    assert measure_of(text) is None


@given(st.text(alphabet="0123456789.,万元亿%人()-+eE ¥", max_size=14))
def test_any_figure_is_read_or_is_none(text: str) -> None:
    measure = measure_of(text)
    assert measure is None or measure.number.is_finite()
    assert number_of(text) is None or measure is not None


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from("年-/.—"))
def test_a_day_that_is_written_out_is_that_day(day: date, sign: str) -> None:
    text = f"{day.year}{sign}{day.month}{'月' if sign == '年' else sign}{day.day}{'日' if sign == '年' else ''}"
    assert day_of(text) == Day(day)
    assert day_of(f"{day:%Y%m%d}") == Day(day)
    assert day_of(f"{day.day}/{day.month}/{day.year}", order="dmy") == Day(day)
    assert day_of(f"{day.month}/{day.day}/{day.year}", order="mdy") == Day(day)
    if day.year > 1911:
        assert day_of(f"民国{day.year - 1911}年{day.month}月{day.day}日") == Day(day)


def test_a_leading_zero_makes_it_a_code() -> None:
    assert number_of("007") is None
    assert number_of("0.7") == Decimal("0.7")


def column(title: str, cells: list[Any], *above: list[Any], **options: Any) -> Any:
    return columns_of(table([*above, [title, "街道"], *[[cell, f"街{n}"] for n, cell in enumerate(cells)]], **options))[
        0
    ]


def test_an_identity_number_is_told_by_its_check_digit_and_is_secret() -> None:
    found = column("证件号码", ["11010519491231002X"] * 3)
    assert (found.type, found.privacy) == ("identity", "secret")


def test_an_identity_number_with_a_wrong_check_is_a_doubt_of_its_row() -> None:
    found = column("身份证号", ["11010519491231002X"] * 3 + ["110105194912310021"])
    assert [(row, why.split(" | ")[0]) for row, _, why in found.doubts] == [(4, "身份证号不对（校验位不符）")]


def test_a_telephone_is_private_or_more() -> None:
    assert column("联系方式", ["13800138000", "020-38622222", "13900139000"]).type == "phone"
    assert column("电话", [13800138000, 13900139000]).privacy == "secret"


def test_a_credit_code_is_told_by_its_check_and_is_open() -> None:
    found = column("代码", ["91350100M000100Y43"] * 2)
    assert (found.type, found.privacy) == ("text", "open")
    assert "信用代码" in found.why


def test_names_and_homes_are_private() -> None:
    assert column("户主姓名", ["陈某", "李某"]).privacy == "private"
    assert column("家庭住址", ["圃大马路1号", "迎龙路2号"]).privacy == "private"


def test_day_numbers_under_a_title_of_days_are_days() -> None:
    found = column("出生日期", [21713, 22000, 23111])
    assert found.type == "date"


def test_a_workbook_that_counts_from_1904_says_so_of_its_bare_numbers() -> None:
    found = column("登记日期", [42532, 42533], date_1904=True)
    assert found.type == "date"
    assert found.read(42532) == date(2020, 6, 12)


def test_ten_thousand_yuan_in_the_title_is_scaled_exactly_to_yuan() -> None:
    found = column("投资额（万元）", ["1,200.5", Decimal("0.1"), 3])
    assert (found.type, found.unit) == ("money", "元")
    assert [found.read(cell) for cell in ("1,200.5", Decimal("0.1"), 3)] == [12_005_000, 1000, 30_000]


def test_the_unit_above_the_table_is_that_of_its_amounts() -> None:
    found = column("金额", [12, 13.5, 4], ["统计表"], [None, "单位：万元"])
    assert (found.type, found.read(Decimal("13.5"))) == ("money", 135_000)


def test_few_words_said_often_are_choices() -> None:
    found = column("类别", ["低保", "特困", "低保", "低保", "特困", "低保"])
    assert (found.type, found.choices) == ("enum", ["低保", "特困"])


def test_yes_and_no_in_the_ways_of_offices() -> None:
    found = column("是否签约", ["是", "否", "是"])
    assert (found.type, found.read("是"), found.read("否")) == ("boolean", True, False)


def test_numbers_with_leading_zeros_and_long_ones_stay_text() -> None:
    assert column("编码", ["001", "002"]).type == "text"
    assert column("条码", [123456789012, 223456789012]).type == "text"


def test_a_day_that_could_be_two_is_a_doubt() -> None:
    found = column("签订日期", ["2020-03-04", "5/6/2020"])
    assert [row for row, _, _ in found.doubts] == [2]
