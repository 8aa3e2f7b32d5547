"""A paper as a sheet: its widest table with what stands above and below it, one page wide, the head on every page.

Texts are written as texts, whatever they begin with: nothing in a cell is a formula.
"""

from __future__ import annotations

import io
import math
from datetime import datetime

import xlsxwriter

from huying.papers.fixed import zipped
from huying.papers.model import FONTS, Cell, Paper, Para, Space, Style, Table, placed

PAPERS = {"A4": 9, "A3": 8}
MM = 25.4
LONGEST = 32_767  # characters that a cell holds


def write(paper: Paper) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties(
        {"title": paper.title[:250], "created": datetime.fromisoformat(paper.made_at).replace(tzinfo=None)}
    )
    _Sheet(book, paper).write()
    book.close()
    return zipped(data.getvalue())


class _Sheet:
    def __init__(self, book: xlsxwriter.Workbook, paper: Paper):
        self.book, self.paper, self.row = book, paper, 0
        self.sheet = book.add_worksheet(_name(paper.title))
        self.formats: dict[tuple, object] = {}
        main = paper.table
        self.widths = main.widths if main else (paper.width,)
        self.main = main

    def write(self) -> None:
        self.page()
        for part in self.paper.parts:
            match part:
                case Para():
                    self.para(part)
                case Table() if part.widths == self.widths:
                    self.table(part)
                case Table():
                    self.other(part)
                case Space():
                    self.row += 1

    def page(self) -> None:
        sheet, paper = self.sheet, self.paper
        if paper.landscape:
            sheet.set_landscape()
        else:
            sheet.set_portrait()
        sheet.set_paper(PAPERS[paper.size])
        top, right, bottom, left = (side / MM for side in paper.margins)
        sheet.set_margins(left, right, top, bottom)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_footer("&C— &P —")
        if paper.mark:
            sheet.set_header(f"&R{paper.mark.replace('&', '&&')[:240]}")
        for place, width in enumerate(self.widths):
            sheet.set_column(place, place, width / 2.05)  # a column of one is about two millimetres

    def look(self, style: Style, align: str, lines: bool, number: str = ""):
        key = (style, align, lines, number)
        if key not in self.formats:
            look = {
                "font_name": FONTS[style.font],
                "font_size": style.size,
                "bold": style.bold,
                "align": "left" if align == "justify" else align,
                "valign": "vcenter",
                "text_wrap": True,
            }
            if lines:
                look["border"] = 1
            if number:
                look["num_format"] = number
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]

    def para(self, para: Para) -> None:
        style, text = self.paper.style(para.style), "".join(_noted(run) for run in para.runs)
        if para.right:
            text += "　" * para.right
        look = self.look(style, para.align or style.align, False)
        if style.indent:
            text = "　" * style.indent + text
        self.put(self.row, 0, self.row, len(self.widths) - 1, text, look)
        wide = sum(self.widths) * 72 / MM
        self.sheet.set_row(self.row, _lines(text, wide, style.size) * style.size * 1.6 + style.size * 0.4)
        self.row += 1

    def table(self, table: Table) -> None:
        first = self.row
        for row in table.head:
            self.cells(row, table)
        if table.head and table is self.main:
            self.sheet.repeat_rows(first, self.row - 1)
            self.sheet.freeze_panes(self.row, 0)
        for row in table.rows:
            self.cells(row, table)

    def cells(self, row: tuple[Cell, ...], table: Table) -> None:
        high = 1.0
        for place, cell in placed(row):
            style = self.paper.style(cell.style)
            width = sum(table.widths[place : place + cell.across]) * 72 / MM - 6
            if cell.down == 1:
                high = max(high, _lines(cell.text, width, style.size))
            if not cell.down:
                continue
            look = self.look(style, cell.align or style.align, table.lines, _format(cell))
            last = self.row + cell.down - 1
            if cell.number is not None and cell.across == cell.down == 1:
                self.sheet.write_number(self.row, place, cell.number, look)
            else:
                self.put(self.row, place, last, place + cell.across - 1, "".join(map(_noted, cell.runs)), look)
        self.sheet.set_row(self.row, high * self.paper.type_size * 1.35 + 6)
        self.row += 1

    def other(self, table: Table) -> None:
        """A table of other columns: a line of text for each row, its cells parted."""
        for row in (*table.head, *table.rows):
            text = "　".join(cell.text for cell in row if cell.down and cell.text)
            self.put(
                self.row, 0, self.row, len(self.widths) - 1, text, self.look(self.paper.style("cell"), "left", False)
            )
            self.row += 1

    def put(self, top: int, left: int, bottom: int, right: int, text: str, look) -> None:
        text = text[:LONGEST]
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, text, look) if text else self.sheet.write_blank(top, left, None, look)
            return
        self.sheet.merge_range(top, left, bottom, right, "", look)
        if text:
            self.sheet.write_string(top, left, text, look)


def _noted(run) -> str:
    return f"{run.text}[{run.note}]" if run.note else run.text


def _format(cell: Cell) -> str:
    if cell.number is None:
        return ""
    places = max(0, -int(cell.number.as_tuple().exponent))
    return "0" + ("." + "0" * places if places else "")


def _name(title: str) -> str:
    """A sheet's name: 31 characters, without those that stand for something."""
    kept = "".join("_" if letter in "[]:*?/\\" else letter for letter in title).strip("' ")
    return kept[:31] or "Sheet1"


def _lines(text: str, wide: float, size: float) -> int:
    """How many lines a text takes, at a guess: a Chinese character is as wide as its size."""
    return sum(
        max(1, math.ceil(sum(1 if ord(c) > 0x2E7F else 0.55 for c in line) * size / wide)) for line in text.split("\n")
    )
