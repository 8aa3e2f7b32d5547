"""Which rows of a sheet are its header: the words that stand above what looks alike, on one to five storeys.

Merged cells of the header spread over what they cover, so that 教育 › 人数 becomes one column's title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from .body import START_OF_NOTE
from .cells import is_number
from .model import Area, Cell, Sheet

STOREYS = 5  # of a header, at most
SAMPLE = 60  # rows looked at to tell a header from what follows
GOOD = 0.6  # a score with which a row is taken for a header where an empty row ends what stands below it
ENOUGH = 0.7  # of the width of the rows below: a header that has so many titles is as good as a full one
Areas = Mapping[tuple[int, int], Area]
_YEAR = re.compile(r"^(?:19|20)\d\d年?度?$")
_KNOWN = re.compile(
    r"序号|编号|姓名|名称|性别|年龄|日期|时间|地址|电话|手机|证件|身份证|单位|街道|社区|备注|类别|类型|数量|金额|面积|人数|户数|状态|联系"
    r"|\b(?:name|id|no|code|date|type|address|phone|tel|country|area|region|status|category|amount|price|qty|quantity"
    r"|age|gender|description|remarks?)\b",
    re.I,
)


def header_of(sheet: Sheet, rows: Sequence[int], areas: Areas) -> list[int]:
    """The rows of the header; `rows`: those of the sheet that are not empty, from where it may begin."""
    best, found = 0.0, -1
    for place in range(min(len(rows), SAMPLE // 2)):
        if best > GOOD and found < place - 1 and rows[place] > rows[place - 1] + 1:
            break  # after an empty row, another table may have titles that look even more like it
        score = _score(sheet, rows, place, areas)
        if score > best + 0.05:
            best, found = score, place
    if found < 0:
        return []
    last = rows[found]
    # a number row of the official forms (甲 乙 1 2 3) belongs to the header
    if found + 1 < len(rows) and numbers_columns(sheet, rows[found + 1]):
        last = rows[found + 1]
    for column in range(sheet.width):  # a merged title may reach below the row that scored
        area = areas.get((rows[found], column))
        if area and area[0] <= rows[found] < area[2] and sheet.rows[area[0]][area[1]] is not None:
            last = max(last, min(area[2], len(sheet.rows) - 1))
    return list(range(_first_storey(sheet, rows[found], rows[0], areas), last + 1))


def title_of(sheet: Sheet, header: Sequence[int], areas: Areas, column: int) -> str:
    """The storeys above a column, joined by ›."""
    storeys: list[str] = []
    for row in header:
        if len(header) > 1 and numbers_columns(sheet, row):
            continue
        cell = shown(sheet, areas, row, column)
        if cell is None and row + 1 in header:
            cell = _group(sheet, areas, row, column)
        text = re.sub(r"\s+", " ", text_of(cell)).strip()
        text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)
        if text and (not storeys or storeys[-1] != text):
            storeys.append(text)
    return " › ".join(storeys)


def _group(sheet: Sheet, areas: Areas, row: int, column: int) -> Cell:
    """The title to the left that reaches over this column where nothing is merged: both have titles of their own below."""
    under = sheet.rows[row + 1]
    if under[column] is None:
        return None
    for left in range(column - 1, -1, -1):
        if sheet.rows[row][left] is not None or (row, left) in areas:
            return None if under[left] is None or (row, left) in areas else sheet.rows[row][left]
    return None


def shown(sheet: Sheet, areas: Areas, row: int, column: int) -> Cell:
    """The cell, or that of the merged area over it."""
    value = sheet.rows[row][column]
    if value is None and (area := areas.get((row, column))):
        return sheet.rows[area[0]][area[1]]
    return value


def text_of(cell: Cell) -> str:
    """What a cell of the header or above it says."""
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    return "" if cell is None else str(cell)


def numbers_columns(sheet: Sheet, row: int) -> bool:
    """甲 乙 1 2 3: the official forms number their columns below the titles."""
    texts = [str(cell).strip("（）() ") for cell in sheet.rows[row] if cell is not None]
    numbers = [int(text) for text in texts if text.isdecimal()]
    letters = [text for text in texts if text in ("甲", "乙", "丙", "丁", "A", "B", "C", "D", "—", "-")]
    return (
        len(texts) >= 3
        and len(letters) + len(numbers) == len(texts)
        and bool(letters)
        and bool(numbers)
        and numbers == list(range(1, len(numbers) + 1))
    )


def _score(sheet: Sheet, rows: Sequence[int], place: int, areas: Areas) -> float:
    """How much a row looks like titles: words, all different, over cells that are of another kind."""
    row, below = rows[place], rows[place + 1 : place + 1 + SAMPLE]
    filled = [(n, cell) for n in range(sheet.width) if (cell := shown(sheet, areas, row, n)) is not None]
    series = _series([cell for _, cell in filled])
    texts = [cell for _, cell in filled if _is_word(cell)]
    if not texts or (len(texts) + series) * 2 < len(filled) or (len(filled) == 1 and sheet.width > 2):
        return 0.0
    if not series and any(_is_value(cell) and _differs(sheet, n, below) for n, cell in filled):
        return 0.0  # a day or a broken number over others: a row like those below
    own = {area for n, _ in filled if (area := areas.get((row, n)))}
    if len(filled) > 1 and len(own) == 1 and all((row, n) in areas for n, _ in filled):
        return 0.0  # one merged title over the whole width
    if any(START_OF_NOTE.match(text) for text in texts) and len(texts) <= 3:
        return 0.0
    header = range(_first_storey(sheet, row, rows[0], areas), row + 1)
    paths = [title_of(sheet, header, areas, n) for n, cell in filled if _is_word(cell)]
    across = {areas[row, n] for n, cell in filled if _is_word(cell) and (row, n) in areas}
    repeats = sum(area[3] - area[1] for area in across if area[0] == row)  # a merged title is said once
    different = min(1.0, (len(set(paths)) + repeats) / len(paths))
    short = sum(len(text.strip()) <= 30 for text in texts) / len(texts)
    contrast = sum(_differs(sheet, n, below) for n, _ in filled) / len(filled)
    known = sum(bool(_KNOWN.search(text)) for text in texts) / len(texts)
    if different < 1 and not contrast and not known:
        return 0.0
    if not below:
        if len(texts) < max(2, len(filled)) or different < 1:
            return 0.0
        contrast = known = -0.4 if any(_count(sheet, n) > 1 for n in rows[:place]) else 0.0
    width = len(filled) / max(1, _widest(sheet, below))
    words = (len(texts) + series) / len(filled)
    return words * different * short * min(1.0, width / ENOUGH) * (0.6 + 0.25 * contrast + 0.5 * known)


def _is_word(cell: Cell) -> bool:
    return isinstance(cell, str) and not is_number(cell) and "".join(cell.split()).isprintable()


def _is_value(cell: Cell) -> bool:
    """Whether a cell is of a kind that titles never are, but for months in a row."""
    return isinstance(cell, date | time | Decimal | bool)


def _series(cells: list[Cell]) -> int:
    """How many cells of a row are years or days one after another, as over a table of several years or months."""
    years = [int(text[:4]) for cell in cells if _YEAR.match(text := str(cell).strip())]
    days = [cell for cell in cells if isinstance(cell, date) and not isinstance(cell, datetime)]
    if len(years) >= 2 and {abs(b - a) for a, b in zip(years, years[1:], strict=False)} == {1}:
        return len(years)
    if len(years) == 1 and len(cells) > 1:
        return 1
    return len(days) if len(days) >= 3 and days == sorted(set(days)) else 0


def _differs(sheet: Sheet, column: int, below: Sequence[int]) -> bool:
    """Whether the cells below are mostly of another kind than words."""
    values = [cell for row in below if (cell := sheet.rows[row][column]) is not None]
    odd = [cell for cell in values if not isinstance(cell, str) or is_number(cell)]
    return len(odd) * 2 > len(values) > 0


def _count(sheet: Sheet, row: int) -> int:
    return sum(cell is not None for cell in sheet.rows[row])


def _widest(sheet: Sheet, rows: Sequence[int]) -> int:
    counts = sorted(_count(sheet, row) for row in rows)
    return counts[len(counts) * 3 // 4] if counts else 1


def _first_storey(sheet: Sheet, row: int, top: int, areas: Areas) -> int:
    first = row
    while first > top and row - first < STOREYS - 1 and _is_storey(sheet, first - 1, first, areas):
        first -= 1
    return first


def _is_storey(sheet: Sheet, row: int, under: int, areas: Areas) -> bool:
    """Whether a row above a header row is part of it: it has merged groups over several titles, or fills its gaps."""
    cells = [n for n in range(sheet.width) if sheet.rows[row][n] is not None]
    over = [area for n in range(sheet.width) if (area := areas.get((row, n)))]
    if any(area[0] < row < area[2] or (not cells and area[0] < row <= area[2]) for area in over):
        return True
    groups = [area for n in cells if (area := areas.get((row, n)))]
    down = [area for area in groups if area[2] >= under]
    across = [area for area in groups if area[3] > area[1] and area[3] - area[1] + 1 < sheet.width]
    if not cells or (len(cells) == 1 and not down):
        return False
    texts = all(isinstance(sheet.rows[row][n], str) for n in cells)
    gaps = [n for n in cells if sheet.rows[under][n] is None]
    return texts and bool(down or (across and len(cells) > 1) or (gaps and len(cells) > 2 and len(gaps) < len(cells)))
