"""A paper as a Word document, which WPS opens as well.

The body is written as XML at once: python-docx's own tables grow with the square of their cells. A Chinese font is
named in `w:eastAsia`, or Word takes its own.
"""

from __future__ import annotations

import io
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt

from huying.papers.fixed import zipped
from huying.papers.model import (
    FONTS,
    LATIN,
    LINE,
    OFFICIAL,
    Break,
    Cell,
    Paper,
    Para,
    Rule,
    Run,
    Space,
    Style,
    Table,
    placed,
)

TWENTIETHS = round(LINE * 20)  # of a point, from line to line
CLOSER = -5  # twentieths of a point: 28 characters of 16 points in 156 mm
_ALIGN = {"left": "left", "right": "right", "center": "center", "justify": "both"}
_NS = nsdecls("w")


def write(paper: Paper) -> bytes:
    document = Document()
    _page(document, paper)
    _defaults(document, paper)
    body = document.element.body
    end = body.sectPr
    for xml in _body(paper):
        end.addprevious(parse_xml(xml))
    _footers(document.sections[0], paper)
    if paper.mark:
        _mark(document.sections[0], paper)
    made, said = datetime.fromisoformat(paper.made_at).replace(tzinfo=None), document.core_properties
    said.title, said.author, said.comments, said.last_modified_by = paper.title[:250], "", "", ""
    said.created = said.modified = made
    data = io.BytesIO()
    document.save(data)
    return zipped(data.getvalue())


def _page(document, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in paper.page)
    section.orientation = WD_ORIENT.LANDSCAPE if paper.landscape else WD_ORIENT.PORTRAIT
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, paper.margins)
    section.header_distance = Mm(15 if paper.format == OFFICIAL else 8)
    section.footer_distance = Mm(23 if paper.format == OFFICIAL else 8)
    if paper.format == OFFICIAL:
        for old in section._sectPr.findall("{*}docGrid"):
            section._sectPr.remove(old)
        grid = f'<w:docGrid {_NS} w:type="lines" w:linePitch="{TWENTIETHS}"/>'
        section._sectPr.append(parse_xml(grid))


def _defaults(document, paper: Paper) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(16)
    fonts = normal.element.rPr.rFonts
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for side, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", FONTS["body"])):
        fonts.set(f"{{{fonts.nsmap['w']}}}{side}", font)


def _body(paper: Paper):
    last = None
    for part in paper.parts:
        match part:
            case Para():
                yield _para(paper, part)
            case Table():
                yield _table(paper, part)
            case Rule(colour, thick):
                yield (
                    f'<w:p {_NS}><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="{round(thick * 8)}" w:space="1" '
                    f'w:color="{colour}"/></w:pBdr><w:spacing w:line="120" w:lineRule="exact" w:before="0" w:after="0"/></w:pPr></w:p>'
                )
            case Space(lines):
                yield f'<w:p {_NS}><w:pPr><w:spacing w:line="{round(lines * TWENTIETHS)}" w:lineRule="exact" w:before="0" w:after="0"/></w:pPr></w:p>'
            case Break():
                yield f'<w:p {_NS}><w:r><w:br w:type="page"/></w:r></w:p>'
        last = part
    if isinstance(last, Table):  # Word wants a paragraph after a table
        yield f'<w:p {_NS}><w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'


def _para(paper: Paper, para: Para) -> str:
    style = paper.style(para.style)
    align = para.align or style.align
    pitch = f'w:line="{round(paper.pitch(style) * 20)}" w:lineRule="{"exact" if style.size == 16 else "atLeast"}"'
    indent = ""
    if style.indent and align in ("justify", "left"):
        indent = (
            f'<w:ind w:firstLineChars="{style.indent * 100}" w:firstLine="{round(style.indent * style.size * 20)}"/>'
        )
    if para.right:
        indent = f'<w:ind w:rightChars="{para.right * 100}" w:right="{round(para.right * style.size * 20)}"/>'
    keep = "<w:keepNext/>" if style.keep else ""
    space = f'w:before="{round(style.before * TWENTIETHS)}" w:after="{round(style.after * TWENTIETHS)}"'
    close = paper.format == OFFICIAL and style.size == 16
    loose = '<w:snapToGrid w:val="0"/>' if style.size < 14 else ""
    head = f'{keep}{loose}<w:spacing {space} {pitch}/>{indent}<w:jc w:val="{_ALIGN[align]}"/>'
    return f"<w:p {_NS}><w:pPr>{head}</w:pPr>{''.join(_run(run, style, para.colour, close) for run in para.runs)}</w:p>"


def _run(run: Run, style: Style, colour: str = "", close: bool = False) -> str:
    font = quoteattr(FONTS[style.font])
    look = f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia={font} w:cs="{LATIN}" w:hint="eastAsia"/>'
    look += "<w:b/>" if style.bold else ""
    look += f'<w:color w:val="{colour}"/>' if colour else ""
    look += f'<w:spacing w:val="{CLOSER}"/>' if close else ""
    look += f'<w:sz w:val="{round(style.size * 2)}"/><w:szCs w:val="{round(style.size * 2)}"/>'
    lines = run.text.split("\n")
    texts = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    made = f"<w:r><w:rPr>{look}</w:rPr>{texts}</w:r>"
    if run.note:
        made += f'<w:r><w:rPr>{look}<w:vertAlign w:val="superscript"/></w:rPr><w:t>[{run.note}]</w:t></w:r>'
    return made


def _table(paper: Paper, table: Table) -> str:
    widths = [round(width * 1440 / 25.4) for width in table.widths]
    edge = 'w:val="single" w:sz="4" w:space="0" w:color="000000"' if table.lines else 'w:val="nil"'
    borders = "".join(f"<w:{side} {edge}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    rows = [_row(paper, row, widths, True) for row in table.head] + [
        _row(paper, row, widths, False) for row in table.rows
    ]
    return (
        f'<w:tbl {_NS}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{''.join(f'<w:gridCol w:w={quoteattr(str(width))}/>' for width in widths)}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(paper: Paper, row: tuple[Cell, ...], widths: list[int], head: bool) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    cells = "".join(_cell(paper, cell, sum(widths[place : place + cell.across])) for place, cell in placed(row))
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _cell(paper: Paper, cell: Cell, width: int) -> str:
    style = paper.style(cell.style)
    span = f'<w:gridSpan w:val="{cell.across}"/>' if cell.across > 1 else ""
    merge = "<w:vMerge/>" if cell.down == 0 else '<w:vMerge w:val="restart"/>' if cell.down > 1 else ""
    runs = "".join(_run(run, style) for run in cell.runs) if cell.down else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/><w:jc w:val="{_ALIGN[cell.align or style.align]}"/></w:pPr>{runs}</w:p></w:tc>'
    )


def _footers(section, paper: Paper) -> None:
    """— 1 —: on official papers at the outer edge, else in the middle."""
    if paper.format == OFFICIAL:
        settings = section.part.document.settings if hasattr(section, "part") else None
        odd, even = section.footer, section.even_page_footer
        if settings is None:
            settings = section._document_part.document.settings
        settings.odd_and_even_pages_header_footer = True
        _number(odd, "right", 14)
        _number(even, "left", 14)
    else:
        _number(section.footer, "center", 10.5)


def _number(footer, align: str, size: float) -> None:
    footer.is_linked_to_previous = False
    style = Style("plain", size, align)
    look = _run(Run(""), style).partition("<w:rPr>")[2].partition("</w:rPr>")[0]

    def field(kind: str) -> str:
        return f'<w:r><w:rPr>{look}</w:rPr><w:fldChar w:fldCharType="{kind}"/></w:r>'

    side = {
        "right": '<w:ind w:rightChars="100" w:right="280"/>',
        "left": '<w:ind w:leftChars="100" w:left="280"/>',
    }.get(align, "")
    code = f'<w:r><w:rPr>{look}</w:rPr><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    xml = (
        f'<w:p {_NS}><w:pPr>{side}<w:jc w:val="{align}"/></w:pPr>{_run(Run("— "), style)}{field("begin")}{code}{field("separate")}'
        f"{_run(Run('1'), style)}{field('end')}{_run(Run(' —'), style)}</w:p>"
    )
    old = footer.paragraphs[0]._p
    old.addprevious(parse_xml(xml))
    old.getparent().remove(old)


_SHAPE = (
    '<w:p {ns} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:r><w:pict>'
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="mark{n}" o:spid="_x0000_s20{n}" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:{wide}pt;height:{high}pt;'
    "rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".5"/>'
    '<v:textpath style="font-family:&quot;{font}&quot;;font-size:1pt" string={words}/></v:shape></w:pict></w:r></w:p>'
)


def _mark(section, paper: Paper) -> None:
    wide = min(paper.page) * 72 / 25.4 * 0.8
    headers = [section.header, section.even_page_header] if paper.format == OFFICIAL else [section.header]
    for number, header in enumerate(headers, 49):
        header.is_linked_to_previous = False
        high = max(18, min(48, wide / max(1, len(paper.mark)) * 1.2))
        xml = _SHAPE.format(
            ns=_NS, n=number, wide=round(wide), high=round(high), font=FONTS["plain"], words=quoteattr(paper.mark)
        )
        old = header.paragraphs[0]._p
        old.addprevious(parse_xml(xml))
        old.getparent().remove(old)
