"""Where the table stands in a sheet: its title, its header of one to four storeys, its rows, its total, its notes.

A header is what stands above the first row that looks like those below it. Merged cells of the header spread over what
they cover, so that 教育 › 人数 becomes one column's title; merged cells of the body give each row the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from .body import BODY, NOTE, REPEATED, START_OF_NOTE, TOTAL, sieve
from .model import Area, Book, Cell, Sheet

STOREYS = 4  # of a header, at most
SAMPLE = 60  # rows looked at to tell a header from what follows
_NUMBER = re.compile(r"^[\s¥￥$]*[-+−]?[\d０-９][\d０-９,，. ]*[%％]?$")
_SERIAL_HEAD = re.compile(r"^(?:序\s*号|编\s*号|no\.?|#|id)$", re.I)
_HEAD_WORDS = re.compile(
    r"序号|编号|姓名|名称|性别|年龄|日期|时间|地址|电话|手机|证件|身份证|单位|街道|社区|备注|类别|类型|数量|金额|面积|人数|户数|状态|联系"
)


@dataclass
class Table:
    """A table found in a sheet. All row and column numbers count from 0 in the sheet.

    title    what stands above the header, as one text
    header   rows of the header; empty where there is none
    body     rows of data, in order: totals, notes and empty rows are not among them
    columns  columns of the sheet that are part of the table
    titles   one for each column: storeys joined by ›, empty where the header is empty there
    total    rows of sums; repeated: the header said again; above: rows of the title and the unit
    start    the row below the header, where data may begin
    notes    (row, text) below or above; unit: what stands as 单位：万元 above the header
    """

    sheet: Sheet
    title: str = ""
    header: list[int] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    total: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    above: list[int] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    unit: str = ""
    start: int = 0

    def values(self, column: int) -> list[Cell]:
        """The body's cells of one column (a number of the sheet), merged cells filled."""
        return [self._filled(row, column) for row in self.body]

    def _filled(self, row: int, column: int) -> Cell:
        value = self.sheet.rows[row][column]
        if value is None and (area := self._areas.get((row, column))):
            return self.sheet.rows[area[0]][area[1]]
        return value

    def sieve(self) -> Callable[[list[Cell]], str]:
        """What tells the rows below this header apart, given their cells of the table's columns in order."""
        return sieve([[self.sheet.rows[row][n] for n in self.columns] for row in self.header], len(self.columns))

    @property
    def _areas(self) -> dict[tuple[int, int], Area]:
        if not hasattr(self, "_covered"):
            self._covered = covered(self.sheet)
        return self._covered


def find_tables(book: Book) -> list[Table]:
    """The table of every sheet that has one, those of hidden sheets last."""
    found = [table for sheet in sorted(book.sheets, key=lambda sheet: sheet.hidden) if (table := find_table(sheet))]
    return found


def find_table(sheet: Sheet, header: list[int] | None = None) -> Table | None:
    """The table of one sheet; None where it is empty. header: its rows, where a person says them; empty for none."""
    rows = [n for n, row in enumerate(sheet.rows) if any(cell is not None for cell in row)]
    if not rows:
        return None
    areas = covered(sheet)
    header = _header(sheet, rows, areas) if header is None else header
    first = header[-1] + 1 if header else rows[0]
    table = Table(sheet, header=header, start=first)
    table.columns = _columns(sheet, header, [n for n in rows if n >= first])
    if not table.columns:
        return None
    _read_above(table, [n for n in rows if n < (header[0] if header else first)])
    table.titles = [_title(sheet, header, areas, column) for column in table.columns]
    _read_body(table, [n for n in rows if n >= first])
    return table


def covered(sheet: Sheet) -> dict[tuple[int, int], Area]:
    """Cell -> the merged area that covers it, its first cell included."""
    found = {}
    height = len(sheet.rows)
    for area in sheet.merged:
        top, left, bottom, right = area
        for row in range(top, min(bottom, height - 1) + 1):
            for column in range(left, min(right, sheet.width - 1) + 1):
                found[row, column] = area
    return found


def _header(sheet: Sheet, rows: Sequence[int], areas: dict[tuple[int, int], Area]) -> list[int]:
    """The rows of the header: the last of them is the one whose shape differs most from the rows below."""
    best, found = 0.0, -1
    for place, row in enumerate(rows[: SAMPLE // 2]):
        score = _head_score(sheet, row, rows[place + 1 : place + 1 + SAMPLE], areas)
        if score > best + 0.05:
            best, found = score, place
    if found < 0:
        return []
    last = rows[found]
    # a number row of the official forms (甲 乙 1 2 3) belongs to the header
    if found + 1 < len(rows) and _is_column_numbers(sheet, rows[found + 1]):
        last = rows[found + 1]
    first = rows[found]
    while first > 0 and last - first < STOREYS and _is_storey(sheet, first - 1, first, areas):
        first -= 1
    for column in range(sheet.width):  # a merged title may reach below the row that scored
        area = areas.get((rows[found], column))
        if area and area[0] <= rows[found] < area[2] and sheet.rows[area[0]][area[1]] is not None:
            last = max(last, min(area[2], len(sheet.rows) - 1))
    return list(range(first, last + 1))


def _head_score(sheet: Sheet, row: int, below: Sequence[int], areas: dict[tuple[int, int], Area]) -> float:
    """How much a row looks like titles: words, all different, over cells that are of another kind."""
    cells = [(n, _shown(sheet, areas, row, n)) for n in range(sheet.width)]
    filled = [(n, cell) for n, cell in cells if cell is not None]
    if not filled:
        return 0.0
    texts = [cell for _, cell in filled if isinstance(cell, str) and not _NUMBER.match(cell)]
    words = len(texts) / len(filled)
    if words < 0.5 or (len(filled) == 1 and sheet.width > 2):
        return 0.0
    own = {area for n, _ in filled if (area := areas.get((row, n)))}
    if len(filled) > 1 and len(own) == 1 and all((row, n) in areas for n, _ in filled):
        return 0.0  # one merged title over the whole width
    if any(START_OF_NOTE.match(text) for text in texts) and len(texts) <= 3:
        return 0.0
    different = len({text.strip() for text in texts}) / len(texts)
    short = sum(len(text.strip()) <= 30 for text in texts) / len(texts)
    width = len(filled) / max(1, _widest(sheet, below))
    other = [_kind_differs(sheet, n, below) for n, cell in filled if isinstance(cell, str)]
    contrast = sum(other) / len(other) if other else 0.0
    known = sum(bool(_HEAD_WORDS.search(text)) for text in texts) / len(texts)
    if not below and (known < 0.5 or len(filled) < 2):
        return 0.0
    return words * different * short * min(1.0, width) * (0.6 + 0.25 * contrast + 0.5 * known)


def _kind_differs(sheet: Sheet, column: int, below: Sequence[int]) -> bool:
    """Whether the cells below are mostly of another kind than words."""
    values = [cell for row in below if (cell := sheet.rows[row][column]) is not None]
    odd = [cell for cell in values if not isinstance(cell, str) or _NUMBER.match(cell)]
    return len(odd) * 2 > len(values) > 0


def _widest(sheet: Sheet, rows: Sequence[int]) -> int:
    counts = sorted(sum(cell is not None for cell in sheet.rows[row]) for row in rows)
    return counts[len(counts) * 3 // 4] if counts else 1


def _is_storey(sheet: Sheet, row: int, under: int, areas: dict[tuple[int, int], Area]) -> bool:
    """Whether a row above a header row is part of it: it has merged groups over several titles, or fills its gaps."""
    cells = [n for n in range(sheet.width) if sheet.rows[row][n] is not None]
    if not cells:
        return any(area[0] < row <= area[2] for n in range(sheet.width) if (area := areas.get((row, n))))
    groups = [area for n in cells if (area := areas.get((row, n)))]
    down = [area for area in groups if area[2] >= under]
    across = [area for area in groups if area[3] > area[1] and area[3] - area[1] + 1 < sheet.width]
    hanging = any(area[0] < row < area[2] for n in range(sheet.width) if (area := areas.get((row, n))))
    if hanging:
        return True
    if len(cells) == 1 and not down:
        return False
    texts = all(isinstance(sheet.rows[row][n], str) for n in cells)
    gaps = [n for n in cells if sheet.rows[under][n] is None]
    return texts and bool(down or (across and len(cells) > 1) or (gaps and len(cells) > 2 and len(gaps) < len(cells)))


def _is_column_numbers(sheet: Sheet, row: int) -> bool:
    """甲 乙 1 2 3: the official forms number their columns below the titles."""
    cells = [cell for cell in sheet.rows[row] if cell is not None]
    texts = [str(cell).strip("（）() ") for cell in cells]
    numbers = [int(text) for text in texts if text.isdigit()]
    letters = [text for text in texts if text in ("甲", "乙", "丙", "丁", "A", "B", "C", "D", "—", "-")]
    return (
        len(cells) >= 3
        and len(letters) + len(numbers) == len(texts)
        and bool(letters)
        and numbers == list(range(1, len(numbers) + 1))
    )


def _columns(sheet: Sheet, header: Sequence[int], below: Sequence[int]) -> list[int]:
    """Columns with a title or, where a value stands in more than a stray cell, without one."""
    named = {n for row in header for n in range(sheet.width) if sheet.rows[row][n] is not None}
    for top, left, _, right in sheet.merged:
        if top in header:
            named |= set(range(left, min(right, sheet.width - 1) + 1))
    filled = {n for n in range(sheet.width) if any(sheet.rows[row][n] is not None for row in below)}
    found = sorted(named | filled)
    while found and found[-1] not in filled and not _own_title(sheet, header, found[-1]):
        found.pop()
    return found


def _own_title(sheet: Sheet, header: Sequence[int], column: int) -> bool:
    return any(sheet.rows[row][column] is not None for row in header)


def _title(sheet: Sheet, header: Sequence[int], areas: dict[tuple[int, int], Area], column: int) -> str:
    storeys: list[str] = []
    for row in header:
        if _is_column_numbers(sheet, row):
            continue
        cell = _shown(sheet, areas, row, column, across=True)
        text = re.sub(r"\s+", " ", _text(cell)).strip() if cell is not None else ""
        if text and re.search(r"[\u4e00-\u9fff]", text):
            text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)
        if text and (not storeys or storeys[-1] != text):
            storeys.append(text)
    return " › ".join(storeys)


def _shown(sheet: Sheet, areas: dict[tuple[int, int], Area], row: int, column: int, across: bool = True) -> Cell:
    """The cell, or that of the merged area over it."""
    value = sheet.rows[row][column]
    if value is None and across and (area := areas.get((row, column))):
        return sheet.rows[area[0]][area[1]]
    return value


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    return "" if cell is None else str(cell)


_UNIT = re.compile(
    r"(?<![\u4e00-\u9fff])(?:计量|金额|货币|面积)?单位\s*[:：]\s*([\u4e00-\u9fffA-Za-z%㎡/²³、，]{1,12})"
)


def _read_above(table: Table, rows: Sequence[int]) -> None:
    """Title, unit and what else stands above the header."""
    lines = []
    for row in rows:
        texts = [re.sub(r"\s+", " ", _text(cell)).strip() for cell in table.sheet.rows[row] if cell is not None]
        line = " ".join(texts)
        if found := _UNIT.search(line):
            table.unit = found[1]
            line = line.replace(found[0], "").strip(" ()（）")
        if START_OF_NOTE.match(line) or len(line) > 60:
            table.notes.append((row, line))
            continue
        table.above.append(row)
        if line:
            lines.append(line)
    table.title = " ".join(lines)[:120]


def _read_body(table: Table, rows: Sequence[int]) -> None:
    """Rows of data, apart from totals, notes and headers said again at each printed page."""
    kind = table.sieve()
    for row in rows:
        cells = [table.sheet.rows[row][n] for n in table.columns]
        found = kind(cells)
        if found == BODY:
            table.body.append(row)
        elif found == TOTAL:
            table.total.append(row)
        elif found == REPEATED:
            table.repeated.append(row)
        elif found == NOTE:
            table.notes.append((row, " ".join(_text(cell) for cell in cells if cell is not None)[:300]))
