"""Files: encodings, html, docx, and what is refused with a sentence that says how to mend it."""

import io
import zipfile

import docx
import pytest

from huying.reading import NotAReport, read

TEXT = (
    "2022年青溪县政府工作报告\n——2022年1月20日在青溪县第十七届人民代表大会第二次会议上\n青溪县县长 林望舒\n各位代表：\n"
    "现在，我代表县人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。\n"
    "一、2021年工作回顾\n全县地区生产总值达到156.8亿元，增长7.2%。新建学校3所，增加学位2400个。\n"
    "二、2022年工作安排\n全年新增城镇就业5000人以上。建成青溪大桥，启动县图书馆建设。\n"
)


def values(report):
    return [(f"{figure.value:f}", figure.unit) for figure in report.figures]


EXPECTED = [("15680000000", "元"), ("7.2", "%"), ("3", "所"), ("2400", "个"), ("5000", "人")]


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


def test_a_page_saved_from_a_browser_is_read_without_its_scripts():
    body = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())
    page = f"<!DOCTYPE html><html><head><meta charset=gb2312><style>p{{}}</style></head><body><script>var n=99个;</script>{body}</body></html>"
    report = read(page.encode("gbk"), "页.html")
    assert values(report) == EXPECTED
    assert all(report.text[row.start : row.end] == row.quote for row in report.figures)


def test_entities_and_table_cells_of_a_page_are_words():
    page = (
        "<html><body><h1>2022年青溪县政府工作报告</h1><p>各位代表：</p>"
        f"<p>{'我代表县人民政府向大会报告工作，请予审议。' * 4}</p><p>一、2021年工作回顾</p>"
        "<p>城镇&nbsp;新增就业&#53;000人。</p><table><tr><td>新建学校</td><td>3所</td></tr></table></body></html>"
    )
    report = read(page, "页.html")
    assert ("5000", "人") in values(report) and ("3", "所") in values(report)


def test_a_docx_is_read_with_tables_and_without_what_was_deleted():
    document = docx.Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "改造老旧小区", "12个"
    deleted = docx.oxml.parse_xml(
        '<w:del xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:r><w:delText>77所</w:delText></w:r></w:del>'
    )
    document.paragraphs[-1]._p.append(deleted)
    stream = io.BytesIO()
    document.save(stream)
    report = read(stream.getvalue(), "报告.docx")
    assert values(report) == [*EXPECTED, ("12", "个")]
    assert report.year == 2022 and report.place == "青溪县"


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, words in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), words)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "file.empty", "空"),
        (b"   \r\n", "file.empty", "空"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file.legacy-office", ".docx"),
        (b"%PDF-1.7 ...", "file.pdf", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "file.image", "文字识别"),
        (b"\x1f\x8b\x08" + bytes(50), "file.archive", "解压"),
        (bytes(range(256)) * 40, "file.binary", "docx"),
        (b"\xff\xfe\x00", "file.encoding", "UTF-8"),
        ("各位代表".encode("gbk") + b"\xff\x81\xff" * 30, "file.encoding", "另存为"),
        (zipped(a_dot_txt="x"), "file.archive", "解压"),
        (zipped(xl__workbook_dot_xml="<a/>"), "file.not-a-document", "电子表格"),
        (b"PK\x03\x04" + bytes(40), "file.damaged", "坏"),
        (zipped(word__document_dot_xml="<broken"), "file.damaged", "坏"),
        (b"The quarterly report of a company about its turnover. " * 20, "report.not-chinese", "不是"),
        (("今天天气很好，我们去山里走走，看了花，也看了云。" * 10).encode(), "report.not-a-report", "标题"),
    ],
)
def test_what_is_no_report_is_refused_with_a_way_out(data, code, words):
    with pytest.raises(NotAReport) as refusal:
        read(data, "某文件")
    assert refusal.value.code == code
    assert words in refusal.value.sentence and "某文件" in refusal.value.sentence


def test_an_empty_text_is_refused():
    with pytest.raises(NotAReport) as refusal:
        read("  \n", "粘贴的文字")
    assert refusal.value.code == "file.empty"


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(NotAReport) as refusal:
        read(tmp_path)
    assert refusal.value.code == "file.folder"
