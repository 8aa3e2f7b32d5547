"""A page saved from a browser: its words, its tables, and what only helps to move about the site."""

import base64

import pytest

from huying.reading import read
from huying.reading.from_html import words_of_page
from tests.reading.made import EXPECTED, TEXT, values

BODY = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())


def words(inside):
    return words_of_page(f"<html><body>{inside}</body></html>")[0].rstrip("\n").split("\n")


def test_a_page_is_read_in_the_character_set_that_it_names_and_without_its_scripts():
    page = (
        "<!DOCTYPE html><html><head><meta charset=gb2312><style>p{}</style></head><body>"
        f"<script>var n=99个;</script><noscript>请打开脚本3个</noscript>{BODY}</body></html>"
    )
    report = read(page.encode("gbk"), "页.html")
    assert values(report) == EXPECTED
    assert all(report.text[row.start : row.end] == row.quote for row in report.figures)


@pytest.mark.parametrize("charset", ["utf-8", "big5", "nonsense", "utf-7x"])
def test_a_page_that_names_a_wrong_character_set_is_read_by_its_bytes(charset):
    assert values(read(f"<html><meta charset='{charset}'>{BODY}</html>".encode("gbk"), "页.htm")) == EXPECTED


def test_entities_are_the_signs_that_they_stand_for():
    assert words("<p>就业&#53;000人&nbsp;以上，&lt;甲&gt;&amp;乙&hellip;&#x4E2D;</p>") == [
        "就业5000人\xa0以上，<甲>&乙…中"
    ]


def test_breaks_make_lines_and_line_ends_of_the_source_do_not():
    assert words("<p>新增就业\n    5000人，增\n长7.2%。<br>第二行<br/>hello\nworld</p>") == [
        "新增就业5000人，增长7.2%。", "第二行", "hello world",
    ]  # fmt: skip


def test_words_in_spans_are_not_torn_apart():
    assert words("<p><span>12</span><font>34</font><b>.5</b>亿元</p>") == ["1234.5亿元"]


def test_a_data_table_is_a_line_a_row_with_its_columns_kept():
    table = (
        "<table><caption>表一</caption><tr><th rowspan=2>项目</th><th colspan=2>年度</th></tr>"
        "<tr><td><p>2020</p></td><td>2021</td></tr><tr><td>新建<br>学校</td><td>3所</td><td></td></tr></table>"
    )
    assert words(table) == ["表一", "项目\t年度", "\t2020\t2021", "新建 学校\t3所"]


def test_a_table_that_places_the_page_is_read_as_text_and_a_table_inside_as_data():
    page = f"<table><tr><td>栏目</td><td>{BODY}<table><tr><td>床位</td><td>30张</td></tr></table></td></tr></table>"
    report = read(f"<html><body>{page}</body></html>", "页.html")
    assert values(report) == [*EXPECTED, ("30", "张")]
    assert "\n床位\t30张\n" in report.text and "\n各位代表：\n" in report.text


def test_navigation_pages_and_hidden_parts_are_left_out_and_told():
    around = (
        "<nav>首页 新闻12条</nav><div class=pagination>1 2 3 下一页</div><p hidden>隐5个</p>"
        "<div style='display:none'>藏6个</div>"
    )
    report = read(f"<html><body>{around}{BODY}</body></html>", "页.html")
    assert values(report) == EXPECTED
    assert report.remarks[0].startswith("网页的导航、分页和隐藏部分共")


def test_a_report_that_the_page_hides_until_a_tab_is_pressed_is_read():
    body = BODY + f"<p>{'我们要扎实做好各项工作。' * 200}</p>"
    assert values(read(f"<html><body><div style='display:none'>{body}</div></body></html>", "页.html")) == EXPECTED


def test_what_stands_around_the_report_on_its_page_is_set_aside():
    report = read(
        f"<html><body><p>您的位置：首页</p><p>字体：大 中 小</p>{BODY}<p>责任编辑：王</p></body></html>", "页.html"
    )
    kept = "".join(report.text[span.start : span.end] for span in report.chrome)
    assert "您的位置" in kept and "责任编辑" in kept and "生产总值" not in kept


def test_preformatted_words_keep_their_lines():
    assert values(read(f"<html><body><pre>{TEXT}</pre></body></html>", "页.html")) == EXPECTED


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
def test_a_page_saved_as_one_file_is_read(charset):
    page = base64.encodebytes(f"<html><body>{BODY}</body></html>".encode(charset)).decode()
    made = (
        'From: <Saved>\nMIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="--x"\n\n'
        f'----x\nContent-Type: text/html; charset="{charset}"\nContent-Transfer-Encoding: base64\n\n{page}\n'
        "----x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n----x--\n"
    )
    assert values(read(made.encode(), "页.mht")) == EXPECTED


def test_ten_thousand_nested_blocks_are_no_obstacle():
    assert values(read(f"<html><body>{'<div>' * 10000}{BODY}</body></html>", "页.html")) == EXPECTED
