"""A docx: tables, tracked changes, text boxes, notes, numbers that Word makes, and what is left out."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.reading import NotAReport, read
from huying.reading.numbers import chinese
from huying.reading.word_numbers import counted, letters, roman
from tests.reading.made import EXPECTED, docx, p, run, values, zipped

PROVINCES = Path(__file__).parents[3] / "shared" / "reports" / "docx"


def lines(*blocks, **parts):
    """What is read after the report's own text, line by line, and the remarks in Chinese."""
    report = read(docx(*blocks, **parts), "报告.docx")
    after = report.text[report.text.index("建设。\n") + 4 :]
    return after.splitlines(), [remark.partition(" | ")[0] for remark in report.remarks]


def cell(words, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(words) if words else '<w:p/>'}</w:tc>"


def row(*cells, properties=""):
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>"


def test_a_table_is_a_line_a_row_and_merged_cells_keep_their_columns():
    table = (
        "<w:tbl>"
        + row(cell("项目"), cell("年度", '<w:gridSpan w:val="2"/>'), cell("单位"))
        + row(cell("新建学校", '<w:vMerge w:val="restart"/>'), cell("3"), cell("4"), cell("所"))
        + row(cell("", "<w:vMerge/>"), cell("5"), cell("6"), cell("所"))
        + "</w:tbl>"
    )
    assert lines(table)[0] == ["项目\t年度\t\t单位", "新建学校\t3\t4\t所", "\t5\t6\t所"]


def test_a_table_that_frames_a_text_is_read_as_paragraphs():
    inside = p("新建学校6所。") + p("增加学位800个。")
    frame = f"<w:tbl>{row(f'<w:tc>{inside}</w:tc>')}</w:tbl>"
    assert lines(frame)[0] == ["新建学校6所。", "增加学位800个。"]


def test_a_table_inside_a_cell_does_not_break_its_row():
    inner = f"<w:tbl>{row(cell('甲'), cell('乙'))}</w:tbl>"
    table = f"<w:tbl>{row(cell('名称'), f'<w:tc>{inner}<w:p/></w:tc>')}</w:tbl>"
    assert lines(table)[0] == ["名称\t甲 乙"]


def test_tracked_insertions_are_read_and_deletions_are_not_and_both_are_told():
    changed = p(
        run("改造小区"),
        "<w:del><w:r><w:delText>77</w:delText></w:r></w:del>",
        f"<w:ins>{run('12')}</w:ins>",
        f"<w:moveFrom>{run('另有5个')}</w:moveFrom>",
        run("个。"),
    )
    said, remarks = lines(changed)
    assert said == ["改造小区12个。"]
    assert remarks == ["修订：1 处插入按已接受读", "修订：2 处删除没有取"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs():
    assert lines(p("新增就业6", properties="<w:rPr><w:del/></w:rPr>"), p("000人。"))[0] == ["新增就业6000人。"]


def test_a_deleted_row_is_not_read():
    table = f"<w:tbl>{row(cell('甲'), cell('1个'))}{row(cell('乙'), cell('2个'), properties='<w:del/>')}</w:tbl>"
    assert lines(table) == (["甲\t1个"], ["修订：1 处删除没有取"])


def test_a_text_box_stands_after_its_paragraph_and_only_once():
    box = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice><w:txbxContent>{p('框内新建公园9个。')}</w:txbxContent></mc:Choice>"
        f"<mc:Fallback><w:txbxContent>{p('框内新建公园9个。')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert lines(p(run("正文。"), box)) == (["正文。", "框内新建公园9个。"], ["1 个文本框的字放在所在段落之后"])


def test_notes_stand_at_the_end_where_the_glossary_is_and_are_marked_in_the_text():
    text = p(run("推进四好农村路"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run("建设，实施双减"),
             '<w:r><w:endnoteReference w:id="1"/></w:r>', run("。"))  # fmt: skip
    report = read(
        docx(
            text,
            footnotes='<w:footnote w:id="-1"><w:p/></w:footnote><w:footnote w:id="2">'
            + p("四好农村路：建好、管好、护好、运营好100公里。")
            + "</w:footnote>",
            endnotes='<w:endnote w:id="1">' + p("双减：减轻作业负担。") + "</w:endnote>",
        ),
        "报告.docx",
    )
    assert "推进四好农村路[1]建设，实施双减[2]。\n\n注释\n[1]四好农村路：" in report.text
    assert [term.term for term in report.glossary] == ["四好农村路", "双减"]
    assert report.figures[-1].kind == "definition"
    assert "2 条脚注、尾注移到文末 | 2 foot- and endnotes are moved to the end" in report.remarks


def test_comments_hidden_words_and_the_contents_are_left_out():
    contents = '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    said, remarks = lines(
        f"{contents}<w:sdtContent>{p('一、回顾 1')}</w:sdtContent></w:sdt>",
        p("二、安排 5", properties='<w:pStyle w:val="TOC1"/>'),
        p(run("新建桥"), run("秘", "<w:vanish/>"), run("1座。"), '<w:r><w:commentReference w:id="0"/></w:r>'),
        comments='<w:comment w:id="0">' + p("改为2座") + "</w:comment>",
    )
    assert said == ["新建桥1座。"]
    assert remarks == ["1 条批注没有取", "1 处隐藏文字没有取", "目录 2 行没有取"]


def test_field_codes_breaks_and_signs_are_read_as_they_look():
    made = p(run("甲"), "<w:r><w:br/></w:r>", run("乙"), "<w:r><w:noBreakHyphen/></w:r>", run("丙"),
             '<w:r><w:instrText> PAGE </w:instrText><w:sym w:font="x" w:char="2460"/></w:r>')  # fmt: skip
    assert lines(made)[0] == ["甲", "乙-丙①"]


LEVELS = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%3"/><w:isLgl/></w:lvl>'
    '<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)


def numbered(words, level=0, number=1):
    return p(words, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_numbers_that_word_makes_are_written_out():
    said, remarks = lines(
        numbered("强经济"), numbered("工业", 1), numbered("农业", 1), numbered("细项", 2), numbered("点", 3),
        numbered("惠民生"), numbered("就业", 1), numbered("没有编号", 0, 0), numbered("另起", 0, 2),
        numbering=LEVELS,
    )  # fmt: skip
    assert said == [
        "一、强经济",
        "（一）工业",
        "（二）农业",
        "1.1 细项",
        "点",
        "二、惠民生",
        "（一）就业",
        "没有编号",
        "五、另起",
    ]
    assert remarks == ["补上 Word 自动编号 7 处"]


def test_a_number_may_come_from_the_style_of_a_paragraph():
    styles = (
        '<w:style w:styleId="1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="a"><w:basedOn w:val="1"/></w:style>'
    )
    headings = [p(words, properties='<w:pStyle w:val="a"/>') for words in ("过去五年工作回顾", "2022年工作安排")]
    report = read(docx(*headings, numbering=LEVELS, styles=styles), "报告.docx")
    assert [section.title for section in report.outline][-2:] == ["一、过去五年工作回顾", "二、2022年工作安排"]


@given(st.integers(1, 9999))
def test_a_number_counted_in_chinese_reads_as_itself(number):
    assert chinese(counted(number)) == number


def test_letters_and_roman_numbers_go_on_as_word_has_them():
    assert [letters(number) for number in (1, 26, 27, 53)] == ["a", "z", "aa", "aaa"]
    assert [roman(number) for number in (4, 9, 14, 40, 1994)] == ["iv", "ix", "xiv", "xl", "mcmxciv"]


def test_a_package_names_its_document():
    links = '<Relationships><Relationship Type="http://x/officeDocument" Target="word/document2.xml"/></Relationships>'
    with zipfile.ZipFile(io.BytesIO(docx())) as archive:
        body = archive.read("word/document.xml")
    assert values(read(zipped({"_rels/.rels": links, "word/document2.xml": body}), "报告.docx")) == EXPECTED
    with pytest.raises(NotAReport):
        read(zipped({"_rels/.rels": links}), "报告.docx")


@pytest.mark.skipif(not PROVINCES.is_dir(), reason="the provinces' reports are not here")
def test_reports_of_provinces_are_read_with_quotes_in_place():
    for path in sorted(PROVINCES.glob("*.docx")):
        report = read(path)
        assert report.year == 2025 and report.place, path.name
        assert len(report.figures) > 60 and len(report.commitments) > 100 and len(report.outline) > 3, path.name
        rows = [*report.figures, *report.commitments]
        assert all(report.text[one.start : one.end] == one.quote for one in rows)


def test_where_pages_begin_is_told_by_the_program_that_laid_it_out():
    words = "我们推进各项改革，加快建设，促进全区经济平稳发展，全年完成投资十亿元。" * 3
    new = f"<w:r><w:lastRenderedPageBreak/><w:t>第二页：{words}</w:t></w:r>"
    report = read(docx(p(run(words)), p(new)), "稿.docx")
    assert report.pages == [0, report.text.index("第二页")] and "\ue00c" not in report.text
    assert read(docx(p(run(words))), "稿.docx").pages == []
