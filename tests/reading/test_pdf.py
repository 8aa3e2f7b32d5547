"""A PDF: lines, columns and pages put together again; what is left out and what is refused."""

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huying.reading import NotAReport, read
from huying.reading.from_pdf import words_of_pdf
from tests.reading.made import EXPECTED, FONT, TEXT, pdf, printed, values

LONG = TEXT + "".join(
    f"（{n}）实施第{n}批工程，投资{n}2345.6万元，新增就业{n}000人，改造老旧小区{n}个，惠及居民{n}万户，工作成效持续显现。\n"
    for n in range(1, 40)
)


def test_lines_that_the_page_broke_are_joined_also_within_a_number():
    for width in range(20, 46):
        report = read(pdf(*printed(TEXT, width=width)), "报告.pdf")
        assert report.text == TEXT, width
        assert values(report) == EXPECTED


def test_heads_feet_and_page_numbers_are_dropped_and_paragraphs_go_on_over_the_page():
    pages = printed(LONG, width=35)
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        page += [(200, 800, "青溪县政府工作报告汇编"), (290, 40, f"— {number} —")]
    report = read(pdf(*pages), "报告.pdf")
    assert report.text == LONG
    assert report.remarks == [
        f"页眉、页脚和页码 {2 * len(pages)} 行没有取 | {2 * len(pages)} lines of page heads, feet and numbers are left out"
    ]


def test_two_columns_are_read_one_after_the_other_under_a_title_across_both():
    columns = printed(LONG, width=19, top=720)
    pages = [
        [*left, *((x + 250, y, words) for x, y, words in right)]
        for left, right in zip(columns[::2], [*columns[1::2], []], strict=False)
    ]
    pages[0].append((130, 770, "青溪县人民代表大会常务委员会公报特刊"))
    text = read(pdf(*pages), "报告.pdf").text
    assert text == "青溪县人民代表大会常务委员会公报特刊\n" + LONG


def test_a_table_is_lines_of_cells_and_no_columns():
    rows = [("新建学校", "12所", "教育局"), ("新增床位", "300张", "卫生局"), ("改造小区", "45个", "住建局")] * 12
    page = [
        (x, 740 - 18 * n, words) for n, row in enumerate(rows) for x, words in zip((60, 260, 420), row, strict=True)
    ]
    text = read(pdf([*printed(TEXT)[0]], page), "报告.pdf").text
    assert text.count("新建学校\t12所\t教育局\n") == 12


def test_a_sign_printed_twice_to_look_bold_is_one_sign():
    page = printed(TEXT)[0]
    assert read(pdf([*page, *((x + 0.4, y, words) for x, y, words in page)]), "报告.pdf").text == TEXT


def test_words_far_apart_on_a_line_are_parted():
    text = read(pdf([*printed(TEXT)[0], (60, 200, "区长"), (180, 200, "林望舒")]), "报告.pdf").text
    assert text.endswith("区长\t林望舒\n")


def refused(data):
    with pytest.raises(NotAReport) as refusal:
        read(data, "某.pdf")
    return refusal.value.code


def test_a_scan_is_refused_with_the_advice_to_have_it_recognised():
    assert refused(pdf([], [], picture=True)) == "file.scanned"
    assert refused(pdf([(10, 10, "扫描")], [], picture=True)) == "file.scanned"


def test_a_page_that_is_only_an_image_is_told():
    report = read(pdf(*printed(TEXT), [], picture=True), "报告.pdf")
    assert report.remarks == ["第 2 页没有文字，也许是图像 | Pages 2 have no text; perhaps they are images"]


def test_a_pdf_without_words_or_without_letters_is_refused():
    assert refused(pdf([])) == "file.no-words"
    assert refused(pdf(*printed(TEXT), font=FONT % (b"Identity-H", b"Identity"))) == "file.no-letters"


def test_a_pdf_with_a_password_is_refused():
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"11" * 32, b"22" * 32)
    assert refused(pdf(*printed(TEXT), trailer=lock)) == "file.encrypted"


@pytest.mark.parametrize("data", [b"%PDF-1.7 ...", b"%PDF-1.4\n" + bytes(range(256)) * 20])
def test_a_damaged_pdf_is_refused(data):
    assert refused(data) in ("file.damaged", "file.no-words")


def test_a_stream_that_unpacks_without_end_is_refused():
    for layers in (1, 2):
        packed = bytes(80 * 2**20)
        for _ in range(layers):
            packed = zlib.compress(packed, 9)
        data = pdf(*printed(TEXT)).replace(
            b"%PDF-1.4\n", b"%%PDF-1.4\n9 0 obj\n<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream\nendobj\n"
            % (len(packed), packed),
        )  # fmt: skip
        assert len(data) < 200_000 and refused(data) == "file.bomb"


def test_more_than_a_thousand_pages_are_refused():
    assert refused(pdf(*([[(60, 700, "一")]] * 1001))) == "file.too-many-pages"


@settings(max_examples=40)
@given(st.binary(max_size=60), st.integers(0, 4000), st.integers(0, 400))
def test_a_pdf_with_bytes_changed_is_read_or_refused_and_nothing_else(noise, place, cut):
    data = bytearray(pdf(*printed(TEXT)))
    data[place : place + len(noise)] = noise
    try:
        words_of_pdf(bytes(data[: len(data) - cut]), "某.pdf")
    except NotAReport as refusal:
        assert refusal.code.startswith("file.")


def test_where_pages_begin_is_known():
    about = ("教育", "就业", "养老", "环境", "交通", "绿化", "医疗", "食品", "文化")
    lines = [
        f"{n}.我们推进{word}改革，加快建设，促进经济平稳发展，完成投资{n}亿元。" for n, word in enumerate(about, 1)
    ]
    pages = [[(60, 700 - 20 * n, line) for n, line in enumerate(lines[start : start + 3])] for start in (0, 3, 6)]
    report = read(pdf(*pages), "稿.pdf")
    assert [report.text[at : at + 2] for at in report.pages] == ["1.", "4.", "7."] and "\ue00c" not in report.text
