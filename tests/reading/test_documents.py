"""Files: encodings, kinds, and what is refused with a sentence that says how to mend it."""

import io
import time
import zipfile

import pytest

from huying.reading import NotAReport, documents, read
from huying.reading.reader import read_text
from huying.reading.refusals import REASONS
from tests.reading.made import EXPECTED, STRICT, TEXT, W, docx, odt, values, zipped


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_reads_the_same_in_every_encoding(encoding):
    report = read(TEXT.encode(encoding), "报告.txt")
    assert values(report) == EXPECTED
    assert report.text == TEXT


def test_a_text_in_big5_is_read():
    text = (
        "縣政府工作報告\n各位代表：\n"
        + "我代表縣人民政府向大會報告工作，請予審議。" * 4
        + "\n一、工作回顧\n新建學校3所，增加學位2400個。\n"
    )
    assert ("3", "所") in values(read(text.encode("big5"), "報告.txt"))


def test_line_ends_of_windows_move_no_offset():
    report = read(TEXT.replace("\n", "\r\n").encode("gbk"), "报告.txt")
    for figure in report.figures:
        assert TEXT[figure.start : figure.end] == figure.quote


def test_a_path_is_read_and_named(tmp_path):
    path = tmp_path / "青溪.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert read(path).name == "青溪.txt"


def test_signs_that_nobody_sees_part_no_number_and_are_told():
    text = TEXT.replace("156.8", "15\u200b6.8").replace("2400", "24\u00ad00").replace("学校", "学\ufeff校")
    report = read(text, "报告.txt")
    assert values(report) == EXPECTED and report.text == TEXT
    assert len(report.remarks) == 1 and report.remarks[0].startswith("3 个看不见的符号")


@pytest.mark.parametrize("name", ["报告.rtf", "没有名字"])
def test_an_rtf_is_read(name):
    words = TEXT.encode("gbk").decode("latin-1")
    body = "".join(sign if sign < "\x80" else f"\\'{ord(sign):02x}" for sign in words).replace("\n", "\\par\n")
    made = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}\f0 " + body + "}"
    assert values(read(made.encode("latin-1"), name)) == EXPECTED


def test_an_odt_is_read_without_what_was_deleted_or_remarked():
    report = read(
        odt(
            "<text:tracked-changes><text:p>删去77所</text:p></text:tracked-changes>",
            "<text:p>改造小区12个<office:annotation><text:p>待核99个</text:p></office:annotation>。"
            "<text:note><text:note-body><text:p>据房管局</text:p></text:note-body></text:note></text:p>",
            "<table:table><table:table-row><table:table-cell><text:p>新增床位</text:p></table:table-cell>"
            "<table:table-cell><text:p>300张</text:p></table:table-cell></table:table-row></table:table>",
        ),
        "报告.odt",
    )
    assert values(report) == [*EXPECTED, ("12", "个"), ("300", "张")]
    assert "改造小区12个。[1]\n新增床位\t300张\n" in report.text and report.text.endswith("[1]据房管局\n")
    assert len(report.remarks) == 3


def cfb(*names: str) -> bytes:
    """The start of an old office file with streams of these names."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(name.encode("utf-16-le") for name in names)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "file.empty", "空"),
        (b"   \r\n", "file.empty", "空"),
        (cfb("WordDocument"), "file.legacy-office", ".docx"),
        (cfb("EncryptionInfo", "EncryptedPackage"), "file.encrypted", "密码"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "file.image", "文字识别"),
        (b"\x1f\x8b\x08" + bytes(50), "file.archive", "解压"),
        (b"Rar!\x1a\x07" + bytes(50), "file.archive", "解压"),
        (bytes(range(256)) * 40, "file.binary", "docx"),
        (b"\xff\xfe\x00", "file.encoding", "UTF-8"),
        ("各位代表".encode("gbk") + b"\xff\x81\xff" * 30, "file.encoding", "另存为"),
        (zipped({"a.txt": "x"}), "file.archive", "解压"),
        (zipped({"xl/workbook.xml": "<a/>"}), "file.not-a-document", "电子表格"),
        (zipped({"ppt/presentation.xml": "<a/>"}), "file.not-a-document", "演示文稿"),
        (zipped({"OFD.xml": "<a/>"}), "file.ofd", "PDF"),
        (b"PK\x03\x04" + bytes(40), "file.damaged", "坏"),
        (zipped({"word/document.xml": "<broken"}), "file.damaged", "坏"),
        (zipped({"word/document.xml": f"<w:document {W}/>"}), "file.damaged", "坏"),
        (b"<html><body><img src=a.png></body></html>", "file.no-words", "文字识别"),
        (b"The quarterly report of a company about its turnover. " * 20, "report.not-chinese", "不是"),
        (("今天天气很好，我们去山里走走，看了花，也看了云。" * 10).encode(), "report.not-a-report", "标题"),
    ],
)
def test_what_is_no_report_is_refused_with_a_way_out(data, code, words):
    with pytest.raises(NotAReport) as refusal:
        read(data, "某文件")
    assert refusal.value.code == code
    assert words in refusal.value.sentence and "某文件" in refusal.value.sentence
    assert refusal.value.english.startswith("某文件: ") and len(refusal.value.english) > 30


def test_every_reason_says_in_both_languages_what_to_do():
    for code, sentence in REASONS.items():
        zh, bar, en = sentence.partition(" | ")
        assert bar and "请" in zh and zh.count("{") == en.count("{") and en[0].isupper(), code


def test_a_part_of_a_report_is_read_though_it_does_not_name_itself():
    part = (
        "全年生产总值增长8%，财政收入120亿元。新的一年，要加快产业园建设，推进旧村改造，新增就业5万人，促进居民增收。"
    )
    assert [figure.value for figure in read(part * 2, "节选").figures][:3] == [8, 12_000_000_000, 50_000]


def test_an_empty_text_is_refused():
    with pytest.raises(NotAReport) as refusal:
        read("  \n", "粘贴的文字")
    assert refusal.value.code == "file.no-words"


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(NotAReport) as refusal:
        read(tmp_path)
    assert refusal.value.code == "file.folder"


def test_a_locked_archive_is_refused():
    data = bytearray(docx())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = 0
        while (at := data.find(sign, at)) >= 0:
            data[at + place] |= 1
            at += 4
    with pytest.raises(NotAReport) as refusal:
        read(bytes(data), "锁.docx")
    assert refusal.value.code == "file.encrypted"


def test_a_file_of_a_hundred_megabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "大.txt"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    for source in (path, bytes(documents.LARGEST + 1), "大" * (documents.LARGEST + 1)):
        with pytest.raises(NotAReport) as refusal:
            read(source, "大.txt")
        assert refusal.value.code == "file.too-large" and "64 MB" in refusal.value.sentence


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = zipped({"word/document.xml": b" " * (80 * 2**20)})
    assert len(bomb) < 200_000
    with pytest.raises(NotAReport) as refusal:
        read(bomb, "小.docx")
    assert refusal.value.code == "file.bomb"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_entities_is_refused(encoding):
    laughs = '<!DOCTYPE a [<!ENTITY b "哈哈哈"><!ENTITY c "&b;&b;&b;">]>'
    part = f'<?xml version="1.0" encoding="{encoding}"?>{laughs}<w:document {W}><w:body/></w:document>'
    with pytest.raises(NotAReport) as refusal:
        read(zipped({"word/document.xml": part.encode(encoding)}), "笑.docx")
    assert refusal.value.code == "file.damaged"


def test_tables_nested_without_end_are_refused():
    cell = "<w:tbl><w:tr><w:tc>" * 3000 + "</w:tc></w:tr></w:tbl>" * 3000
    with pytest.raises(NotAReport) as refusal:
        read(docx(cell), "深.docx")
    assert refusal.value.code == "file.damaged"


def test_a_docx_of_the_strict_kind_is_read():
    assert values(read(docx(namespace=STRICT), "严.docx")) == EXPECTED


def test_a_docx_cut_short_is_refused():
    data = docx()
    for cut in (len(data) // 3, len(data) - 30):
        with pytest.raises(NotAReport) as refusal:
            read(data[:cut], "断.docx")
        assert refusal.value.code == "file.damaged"


def test_a_damaged_part_is_refused():
    data = bytearray(docx())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.getinfo("word/document.xml").header_offset + 60
    data[at : at + 40] = bytes(40)
    with pytest.raises(NotAReport) as refusal:
        read(bytes(data), "坏.docx")
    assert refusal.value.code == "file.damaged"


@pytest.mark.parametrize(
    "piece",
    ["新增就业5000人，增长7.2%。建成青溪大桥。\n", "新增就业5000人，增长7.2%，建成青溪大桥。", "1—", "一、", "甲、", "1.", "（1）", "百分之", "“1、", "\t"],
)  # fmt: skip
def test_the_time_grows_with_the_length_and_not_faster(piece):
    """Four times the text, also on a single line, takes less than eight times as long."""

    def seconds(signs: int) -> float:
        text = TEXT + piece * (signs // len(piece)) + "\n"
        start = time.process_time()
        read_text(text, "长.txt")
        return time.process_time() - start

    def least(signs: int) -> float:
        """Of three: what the process does beside it, such as looking for garbage of other tests, is no part of it."""
        return min(seconds(signs) for _ in range(3))

    seconds(2_000)
    assert least(60_000) < 8 * least(15_000) + 0.5
