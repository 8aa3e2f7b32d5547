"""Numerals: read exactly, whatever script they are written in."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.reading.numbers import chinese, normal, number, spell


@given(st.integers(min_value=0, max_value=10**16 - 1))
def test_a_whole_number_spelt_in_chinese_reads_back(value):
    assert chinese(spell(value)) == value


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=6))
def test_an_arabic_decimal_reads_back_exactly(units, places):
    written = f"{Decimal(units).scaleb(-places):f}"
    assert number(written) == Decimal(written)


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_separators_change_nothing(value):
    assert number(f"{value:,}") == value


@given(st.decimals(min_value=0, max_value=9999, places=2), st.sampled_from([("万", 4), ("亿", 8), ("万亿", 12)]))
def test_a_scale_multiplies_exactly(value, scale):
    name, power = scale
    assert number(f"{value}{name}") == value.scaleb(power)


@given(st.text(max_size=40))
def test_normal_never_moves_a_character(text):
    assert len(normal(text)) == len(text)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("二亿三千万", "230000000"),
        ("十五点六", "15.6"),
        ("一九八二", "1982"),
        ("一百零五", "105"),
        ("一百二", "120"),
        ("三万五", "35000"),
        ("一千三百六十九亿一千四百万", "136914000000"),
        ("两万三千", "23000"),
        ("〇", "0"),
        ("１２．５", "12.5"),
        ("1.2万亿", "1200000000000"),
        ("2亿3千万", "230000000"),
        ("-0.3", "-0.3"),
    ],
)
def test_this_numeral_reads_as(written, value):
    assert number(written) == Decimal(value)


@pytest.mark.parametrize("written", ["", "点五", "三点", "第一", "abc", "一x"])
def test_what_is_no_numeral_gives_none(written):
    assert number(written) is None


@pytest.mark.parametrize(
    ("value", "written"), [(15, "十五"), (105, "一百零五"), (10005, "一万零五"), (120000, "十二万")]
)
def test_numbers_are_spelt_as_official_prose_does(value, written):
    assert spell(value) == written


def test_numbers_too_large_to_spell_are_refused():
    with pytest.raises(ValueError):
        spell(10**16)
