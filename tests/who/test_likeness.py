"""However a number, a name, a telephone or a day is written, it is found to be the same; and what says nothing is nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.declare.identity import is_identity
from huying.declare.likeness import eighteen, normal

NAMES = st.text("张陈李演示小明华國張偉丽", min_size=2, max_size=4)
FORMS = st.sampled_from(["identity", "code", "name", "phone", "date"])


@pytest.mark.parametrize(
    ("form", "written", "same"),
    [
        ("identity", "11010519491231002x", "11010519491231002X"),
        ("identity", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("identity", "110105 1949-1231 002X", "11010519491231002X"),
        ("identity", "110105491231002", "11010519491231002X"),
        ("name", "張偉", "张伟"),
        ("name", " 阿依·古丽 ", "阿依古丽"),
        ("name", "買買提•艾山", "买买提艾山"),
        ("name", "Ｌｉ Ｍｉｎｇ", "liming"),
        ("name", "演示（广州）有限公司", "演示(廣州)有限公司"),
        ("phone", "+86 138-0013-8000", "13800138000"),
        ("phone", "008613800138000", "13800138000"),
        ("phone", "（020）3829 0000", "02038290000"),
        ("code", "91440101-MA5-9abc1-2x", "91440101MA59ABC12X"),
        ("date", date(1949, 12, 31), "1949-12-31"),
    ],
)
def test_what_is_written_otherwise_is_found_to_be_the_same(form: str, written: object, same: str):
    assert normal(form, written) == normal(form, same) is not None


@pytest.mark.parametrize(
    ("form", "written"),
    [("name", "不详"), ("name", "无"), ("name", "张"), ("name", "某某"), ("name", "——"), ("phone", "00000000000"),
     ("phone", "110"), ("phone", "无"), ("identity", "无"), ("identity", "000000000000000"), ("code", "-"), ("date", None)],
)  # fmt: skip
def test_what_says_nothing_is_nothing(form: str, written: object):
    assert normal(form, written) is None


@given(form=FORMS, text=st.text(max_size=60))
def test_a_normal_form_stays_as_it_is_and_no_text_breaks_it(form: str, text: str):
    found = normal(form, text)
    assert found is None or normal(form, found) == found


@given(name=NAMES, gaps=st.lists(st.sampled_from([" ", "　", "·", "\u200b", ""]), min_size=5, max_size=5))
def test_spaces_within_a_name_change_nothing(name: str, gaps: list[str]):
    spaced = "".join(f"{gap}{sign}" for gap, sign in zip(gaps, name, strict=False))
    assert normal("name", spaced) == normal("name", name)


@given(area=st.integers(110101, 659004), day=st.dates(date(1900, 1, 1), date(1999, 12, 31)), serial=st.integers(1, 999))
def test_a_number_of_fifteen_digits_becomes_a_right_one_of_eighteen(area: int, day: date, serial: int):
    longer = eighteen(f"{area}{day:%y%m%d}{serial:03d}")
    assert is_identity(longer) and longer[:6] == str(area) and longer[6:14] == f"{day:%Y%m%d}"
