"""A paper as docx, xlsx, html and pdf: what an office sees when it opens the file."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from huying.declare.check_papers import BESIDE, SIZES
from huying.papers import KINDS, as_pdf, write
from huying.papers.model import MARGINS, Paper, usable
from tests.papers.made import HEADS, HOSTILE, breakdown, letter


def word(paper: Paper):
    return docx.Document(io.BytesIO(write(paper, "docx")))


def sheet(paper: Paper):
    return openpyxl.load_workbook(io.BytesIO(write(paper, "xlsx"))).active


def page(paper: Paper) -> HTMLParser:
    return HTMLParser(write(paper, "html"))


@pytest.fixture
def a_font():
    try:
        as_pdf.fonts()
    except as_pdf.NoFont:
        pytest.skip("no Chinese font here")


def test_an_official_document_has_the_page_of_gb_t_9704():
    section = word(letter()).sections[0]
    sides = section.top_margin, section.right_margin, section.bottom_margin, section.left_margin
    assert [round(side.mm) for side in sides] == [37, 26, 35, 28]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    pitch = int(section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")))
    assert pitch * 22 / 20 <= 225 / 25.4 * 72 < pitch * 23 / 20, "22 lines fit between the margins, 23 do not"


def test_fonts_are_named_for_chinese_even_where_they_are_absent():
    fonts = {
        paragraph.text: paragraph.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia"))
        for paragraph in word(letter()).paragraphs
        if paragraph.text
    }
    assert fonts["督办通知"] == "方正小标宋简体" and fonts["请于9月28日前反馈。"] == "仿宋_GB2312"
    assert fonts["一、工作要求"] == "黑体" and fonts["（一）压实责任"] == "楷体_GB2312"


def test_sizes_are_those_of_an_official_document():
    sizes = {p.text: p.runs[0].font.size.pt for p in word(letter()).paragraphs if p.runs and p.runs[0].font.size}
    assert sizes["督办通知"] == 22 and sizes["区住房和建设局："] == 16 and sizes["抄送：区委办公室。"] == 14


def test_the_head_is_in_the_colour_of_the_letter():
    organ = word(letter()).paragraphs[0].runs[0]
    assert str(organ.font.color.rgb) == "1F4E9E"


def test_page_numbers_stand_at_the_outer_edge():
    document = word(letter())
    odd, even = document.sections[0].footer, document.sections[0].even_page_footer
    assert document.settings.odd_and_even_pages_header_footer
    assert (odd.paragraphs[0].alignment, even.paragraphs[0].alignment) == (2, 0)
    assert "PAGE" in odd._element.xml and odd.paragraphs[0].text == "— 1 —"


def test_a_broad_a3_table_repeats_its_head_and_breaks_no_row():
    document = word(breakdown(rows=200))
    section, table = document.sections[0], document.tables[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (420, 297)
    heads = [row for row in table._tbl.tr_lst if row.trPr.find(qn("w:tblHeader")) is not None]
    assert len(table._tbl.tr_lst) == 201 and heads == [table._tbl.tr_lst[0]]
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in table._tbl.tr_lst)
    assert [cell.text for cell in table.rows[0].cells] == HEADS


def test_cells_of_a_group_are_one_in_word_and_in_a_sheet():
    table = word(breakdown()).tables[0]
    assert table.cell(1, 2)._tc is table.cell(3, 2)._tc and table.cell(4, 2)._tc is not table.cell(3, 2)._tc
    assert {str(one) for one in sheet(breakdown()).merged_cells.ranges} >= {"C3:C5", "C6:C8"}


def test_a_sheet_prints_one_page_wide_with_its_head_on_each():
    one = sheet(breakdown())
    assert (one.page_setup.paperSize, one.page_setup.orientation) == (8, "landscape")
    assert one.sheet_properties.pageSetUpPr.fitToPage and one.page_setup.fitToHeight == 0
    assert one.print_title_rows == "$2:$2" and one.freeze_panes == "A3"
    assert [cell.value for cell in one[2]] == HEADS and one["A3"].value == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_paper_is_the_same_bytes(kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    if kind == "pdf":
        request.getfixturevalue("a_font")
    first = [write(paper, kind) for paper in (breakdown(mark="演示数据"), letter())]
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    assert [write(paper, kind) for paper in (breakdown(mark="演示数据"), letter())] == first


def test_hostile_text_comes_through_as_text():
    paper, kept = breakdown(text=HOSTILE), "=1+2 {title} $case <b>&\"'"
    assert word(paper).tables[0].cell(1, 1).text.startswith(kept) and "𠮷䶮" in word(paper).tables[0].cell(1, 1).text
    cell = sheet(paper)["B3"]
    assert cell.data_type == "s" and cell.value.startswith(kept)
    shown = page(paper)
    assert kept in shown.css("td")[1].text() and not shown.css("td b")
    for text in (word(letter(HOSTILE)).paragraphs[8].text, page(letter(HOSTILE)).body.text()):
        assert kept in text and not re.search("[\x00\x08\x1f]", text)


def test_hostile_text_is_no_markup_of_the_pdf(a_font):
    hostile = "#panic() $x$ *粗* @标 \\ // /* `" + HOSTILE
    assert write(letter(hostile), "pdf").startswith(b"%PDF") and write(breakdown(text=hostile), "pdf").startswith(
        b"%PDF"
    )


def test_a_long_name_makes_a_file():
    paper = Paper("很长的名称[]:*?/\\" * 40, breakdown().parts, size="A3", landscape=True)
    assert len(sheet(paper).title) <= 31
    assert docx.Document(io.BytesIO(write(paper, "docx"))).core_properties.title


def test_five_thousand_rows_are_written():
    paper = breakdown(rows=5_001)
    assert sheet(paper).max_row == 5_003
    assert len(word(paper).tables[0]._tbl.tr_lst) == 5_002
    assert len(page(paper).css("tbody tr")) == 5_001


def test_a_note_is_a_small_number_behind_its_value():
    runs = next(p for p in word(letter()).paragraphs if "31200" in p.text).runs
    assert [run.text for run in runs] == ["新增就业", "31200", "[1]", "人。"] and runs[2].font.superscript
    assert page(letter()).css_first("sup").text() == "[1]"


def test_words_lie_across_each_page_in_word_and_web_and_above_the_sheet():
    paper = breakdown(mark="麦例文 & 演示")
    assert "麦例文 &amp; 演示" in word(paper).sections[0].header._element.xml
    assert page(paper).css_first(".mark").attributes["data-words"] == "麦例文 & 演示"
    assert "麦例文" in sheet(paper).oddHeader.right.text


def test_a_web_page_says_its_paper_and_repeats_the_head():
    text = write(breakdown(), "html").decode()
    assert "size: 420mm 297mm; margin: 20mm 15mm 18mm 15mm" in text and "table-header-group" in text
    assert "<script" not in text and page(breakdown()).css_first("thead th").attributes["scope"] == "col"


def test_without_a_chinese_font_a_pdf_is_refused_in_words(monkeypatch: pytest.MonkeyPatch):
    class Bare:
        def __init__(self, **_: object):
            """No fonts."""

        def families(self) -> list[str]:
            return ["DejaVu Sans"]

    as_pdf.fonts.cache_clear()
    monkeypatch.setattr(as_pdf.typst, "Fonts", Bare)
    with pytest.raises(as_pdf.NoFont, match="fonts-noto-cjk"):
        write(letter(), "pdf")
    as_pdf.fonts.cache_clear()


def test_what_check_takes_for_the_width_of_a_page_is_the_width_it_has():
    for size, (wide, high) in SIZES.items():
        for format in MARGINS:
            assert usable(size, False, format) == wide - BESIDE[format]
            assert usable(size, True, format) == high - BESIDE[format]


@pytest.mark.skipif(not shutil.which("soffice") or not shutil.which("pdftotext"), reason="no office program here")
def test_an_office_program_opens_it_and_shows_the_head_on_each_page(tmp_path: Path):
    (tmp_path / "paper.docx").write_bytes(write(breakdown(rows=60), "docx"))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "paper.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "paper.pdf"), "-"], capture_output=True, check=True
    ).stdout
    pages = text.decode().strip("\f\n").split("\f")
    assert len(pages) > 1 and all("牵头单位" in page for page in pages)
