"""Files made byte by byte for the tests: docx, odt and pdf with exactly the parts that a test is about."""

from __future__ import annotations

import io
import zipfile

TEXT = (
    "2022年青溪县政府工作报告\n——2022年1月20日在青溪县第十七届人民代表大会第二次会议上\n青溪县县长 林望舒\n各位代表：\n"
    "现在，我代表县人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。\n"
    "一、2021年工作回顾\n全县地区生产总值达到156.8亿元，增长7.2%。新建学校3所，增加学位2400个。\n"
    "二、2022年工作安排\n全年新增城镇就业5000人以上。建成青溪大桥，启动县图书馆建设。\n"
)
EXPECTED = [("15680000000", "元"), ("7.2", "%"), ("3", "所"), ("2400", "个"), ("5000", "人")]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'


def values(report) -> list[tuple[str, str]]:
    """(value, unit) of each figure."""
    return [(f"{figure.value:f}", figure.unit) for figure in report.figures]


def zipped(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in parts.items():
            archive.writestr(name, words)
    return stream.getvalue()


def run(words: str, properties: str = "") -> str:
    """A run of a docx paragraph."""
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{words}</w:t></w:r>'


def p(*inside: str, properties: str = "") -> str:
    """A docx paragraph of runs, or of plain words."""
    body = "".join(one if one.startswith("<") else run(one) for one in inside)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{body}</w:p>"


def docx(*blocks: str, namespace: str = W, **parts: str) -> bytes:
    """A docx of the report's text and then `blocks`; parts are given as numbering="<w:abstractNum…"."""
    lines = "".join(p(line) for line in TEXT.splitlines())
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {namespace}><w:body>{lines}{''.join(blocks)}</w:body></w:document>",
    }
    for name, inside in parts.items():
        made[f"word/{name}.xml"] = f"<w:{name} {namespace}>{inside}</w:{name}>"
    return zipped(made)


def odt(*blocks: str) -> bytes:
    """An odt of the report's text and then `blocks`."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"))
    )
    lines = "".join(f"<text:p>{line}</text:p>" for line in TEXT.splitlines())
    body = f"<office:body><office:text>{lines}{''.join(blocks)}</office:text></office:body>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {names}>{body}</office:document-content>",
        }
    )


FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/%s/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/CIDSystemInfo<</Registry(Adobe)/Ordering(%s)/Supplement 0>>"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Ascent 880/Descent -120/Flags 4"
    b"/FontBBox[0 -120 1000 880]/ItalicAngle 0/CapHeight 880/StemV 80>>>>]>>"
)


def pdf(*pages: list[tuple[float, float, str]], size: float = 12, font: bytes = FONT % (b"UniGB-UCS2-H", b"GB1"),
        trailer: bytes = b"", picture: bool = False) -> bytes:  # fmt: skip
    """A PDF; each page is a list of (x, y, words), y upwards on A4. Every sign is one em wide."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", font]
    image = b""
    if picture:
        objects.append(
            b"<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>"
            b"stream\n\x00\nendstream"
        )
        image = b"/XObject<</I 4 0 R>>"
    kids = []
    for page in pages:
        drawn = "".join(
            f"BT /F {size} Tf {x} {y} Td <{words.encode('utf-16-be').hex()}> Tj ET\n" for x, y, words in page
        ).encode() + (b"/I Do\n" if picture else b"")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
        resources = b"<</Font<</F 3 0 R>>%s>>" % image
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources%s/Contents %d 0 R>>" % (resources, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)
    return bytes(out)


def printed(text: str, x: float = 60, width: int = 40, size: float = 12, top: float = 760, bottom: float = 80,
            indent: int = 2) -> list[list[tuple[float, float, str]]]:  # fmt: skip
    """A text laid out on pages as an office program does: first lines indented, full lines, no regard to numbers."""
    pages: list[list[tuple[float, float, str]]] = [[]]
    y = top
    for line in text.splitlines():
        at = 0
        while at < len(line):
            room = width - (indent if at == 0 else 0)
            if y < bottom:
                pages.append([])
                y = top
            pages[-1].append((x + (indent * size if at == 0 else 0), y, line[at : at + room]))
            at += room
            y -= 1.5 * size
    return pages
