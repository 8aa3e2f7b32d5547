"""A paper as a page that a browser shows and prints; whole in one file, without scripts."""

from __future__ import annotations

from html import escape
from pathlib import Path

from huying.papers.model import FONTS, LATIN, LINE, OFFICIAL, Break, Cell, Paper, Para, Rule, Run, Space, Table

CSS = Path(__file__).with_name("paper.css")
FALLBACK = {
    "body": '"FangSong", "仿宋", "STFangsong"',
    "title": '"SimSun", "宋体", "Songti SC"',
    "head": '"SimHei", "Heiti SC", "Microsoft YaHei"',
    "second": '"KaiTi", "楷体", "STKaiti"',
    "plain": '"SimSun", "Songti SC"',
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"


def write(paper: Paper) -> bytes:
    parts = "\n".join(_part(paper, part) for part in paper.parts)
    mark = f'<div class="mark" aria-hidden="true" data-words="{escape(paper.mark)}"></div>\n' if paper.mark else ""
    lang = "zh-Hans" if paper.lang == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(paper.title)}</title><style>{_css(paper)}</style></head><body>\n{mark}<main>\n{parts}\n</main></body></html>\n"
    ).encode()


def _css(paper: Paper) -> str:
    (wide, high), (top, right, bottom, left) = paper.page, paper.margins
    number = f'@bottom-center {{ content: "— " counter(page) " —"; font: {14 if paper.format == OFFICIAL else 10.5}pt serif; }}'
    margins = f"{top:g}mm {right:g}mm {bottom:g}mm {left:g}mm"
    root = f"--wide: {wide:g}mm; --high: {high:g}mm; --margins: {margins}; --table: {min(wide, 260) / 1.4:.0f}mm"
    return f"@page {{ size: {wide:g}mm {high:g}mm; margin: {margins}; {number} }}\n:root {{ {root} }}\n{CSS.read_text('utf-8')}"


def _part(paper: Paper, part: object) -> str:
    match part:
        case Para():
            return _para(paper, part)
        case Table():
            return _table(paper, part)
        case Rule(colour, thick):
            return f'<hr style="border-top:{thick:g}pt solid #{colour}">'
        case Space(lines):
            return f'<div style="height:{lines * LINE:g}pt"></div>'
        case Break():
            return '<div class="break"></div>'
    raise TypeError(part)


def _font(font: str) -> str:
    return f"'{LATIN}','{FONTS[font]}',{FALLBACK[font]},serif".replace('"', "'")


def _para(paper: Paper, para: Para) -> str:
    style = paper.style(para.style)
    align = para.align or style.align
    look = [f"font:{'bold ' if style.bold else ''}{style.size:g}pt {_font(style.font)}", f"text-align:{align}"]
    look.append(f"line-height:{paper.pitch(style):g}pt")
    if style.indent and align in ("justify", "left"):
        look.append(f"text-indent:{style.indent}em")
    if para.right:
        look.append(f"padding-right:{para.right}em")
    if para.colour:
        look.append(f"color:#{para.colour}")
    if style.before or style.after:
        look.append(f"margin:{style.before * LINE:g}pt 0 {style.after * LINE:g}pt")
    tag = {"title": "h1", "heading1": "h2", "heading2": "h3", "heading3": "h4"}.get(para.style, "p")
    if tag != "p" and not (style.before or style.after):
        look.append("margin:0")
    return f'<{tag} style="{";".join(look)}">{_runs(para.runs)}</{tag}>'


def _runs(runs: tuple[Run, ...]) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    text = f'<a href="{escape(run.href)}">{escape(run.text)}</a>' if run.href else escape(run.text)
    return text + (f"<sup>[{run.note}]</sup>" if run.note else "")


def _table(paper: Paper, table: Table) -> str:
    whole = sum(table.widths)
    columns = "".join(f'<col style="width:{width / whole * 100:.3f}%">' for width in table.widths)
    head = "".join(_row(paper, row, "th") for row in table.head)
    head = f"<thead>{head}</thead>" if head else ""
    rows = "\n".join(_row(paper, row, "td") for row in table.rows)
    kind = ' class="ruled"' if table.lines else ""
    return f'<div class="scroll" tabindex="0"><table{kind}><colgroup>{columns}</colgroup>{head}<tbody>\n{rows}\n</tbody></table></div>'


def _row(paper: Paper, row: tuple[Cell, ...], tag: str) -> str:
    return f"<tr>{''.join(_cell(paper, cell, tag) for cell in row if cell.down)}</tr>"


def _cell(paper: Paper, cell: Cell, tag: str) -> str:
    style = paper.style(cell.style)
    spans = (f' colspan="{cell.across}"' if cell.across > 1 else "") + (
        f' rowspan="{cell.down}"' if cell.down > 1 else ""
    )
    scope = ' scope="col"' if tag == "th" else ""
    look = f"font:{style.size:g}pt {_font(style.font)};line-height:1.3;text-align:{cell.align or style.align}"
    return f'<{tag}{spans}{scope} style="{look}">{_runs(cell.runs)}</{tag}>'
