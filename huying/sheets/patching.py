"""The same file back, with values in some of its cells: an xlsx is changed inside its archive, cell by cell.

Of the sheet only the cells named change, of the styles only what is added at their ends; every other part (drawings,
print settings, validations, comments, macros, other sheets) is the same, byte for byte. Formulas stay; what they gave
before is dropped, and the workbook is marked to be computed when it is opened.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from .grid import Grid, Place, Row, grid_of, name_of, sheet_paths
from .markup import Edit, edited, elements, with_attributes, without
from .styling import Styles

Value = str | int | Decimal | date
STYLES, WORKBOOK = "xl/styles.xml", "xl/workbook.xml"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a sheet program would run once someone edits the cell
_FORMULA = re.compile(rb"<(?:[A-Za-z0-9_]+:)?f[ />]")
_EPOCH = re.compile(rb'date1904="(?:1|true)"')
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_BEFORE_CALC = ("sheets", "functionGroups", "externalReferences", "definedNames")


@dataclass(frozen=True)
class Patch:
    """What becomes of one sheet. values: cell -> what it says; yellow: cells marked as not known.

    percent  cells whose value is in percent: 85, where the cell shows 85%, is written as 0.85
    like     a row that was not in the form -> the row of the form whose look it takes
    """

    sheet: str
    values: Mapping[Place, Value]
    yellow: frozenset[Place] = frozenset()
    percent: frozenset[Place] = frozenset()
    like: Mapping[int, int] | None = None


def patch(data: bytes, change: Patch) -> bytes:
    """The file with the patch made.

    A formula is never overwritten: ValueError for a cell that Excel computes. Raises markup.Unreadable where a part is
    not as office programs write it, KeyError for a sheet that is not there.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        path = sheet_paths(archive)[change.sheet]
        grid = grid_of(path, archive.read(path))
        styles = Styles(archive.read(STYLES), bool(_EPOCH.search(archive.read(WORKBOOK))))
        new = {path: _sheet(grid, styles, change)}
        if styles.changed:
            new[STYLES] = styles.data()
        computes = any(
            _FORMULA.search(archive.read(info))
            for info in archive.infolist()
            if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml")
        )
        if computes:
            new[WORKBOOK] = _computed_on_opening(archive.read(WORKBOOK))
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as copy:
            for info in archive.infolist():
                kept = zipfile.ZipInfo(info.filename, info.date_time)
                kept.compress_type, kept.external_attr, kept.comment = (
                    info.compress_type,
                    info.external_attr,
                    info.comment,
                )
                copy.writestr(kept, new.get(info.filename) or archive.read(info))
    return made.getvalue()


def _sheet(grid: Grid, styles: Styles, change: Patch) -> bytes:
    edits: list[Edit] = []
    for row in grid.rows.values():
        for cell in row.cells.values():
            if cell.formula:
                edits += [(start, end, b"") for start, end in cell.values]
                tag = grid.data[cell.element.start : cell.element.inside]
                edits.append((cell.element.start, cell.element.inside, without(tag, "t")))
    added: dict[int, dict[int, bytes]] = {}
    for place in sorted({*change.values, *change.yellow}):
        if grid.is_formula(place):
            raise ValueError(f"{name_of(place)} holds a formula")
        text = _cell(grid, styles, change, place)
        if cell := grid.cell(place):
            if place in change.values:
                edits.append((cell.element.start, cell.element.end, text))
            else:
                tag = grid.data[cell.element.start : cell.element.inside]
                style = styles.variant(cell.style, yellow=True)
                edits.append((cell.element.start, cell.element.inside, with_attributes(tag, s=style)))
        else:
            added.setdefault(place[0], {})[place[1]] = text
    for number, cells in added.items():
        if row := grid.rows.get(number):
            edits += _into_row(grid, row, cells)
    edits += _new_rows(grid, {n: cells for n, cells in added.items() if n not in grid.rows}, change.like or {})
    return edited(grid.data, edits)


def _cell(grid: Grid, styles: Styles, change: Patch, place: Place) -> bytes:
    value = change.values.get(place)
    looks = (change.like or {}).get(place[0], place[0])
    base = grid.style((looks, place[1]) if grid.cell(place) is None else place)
    if isinstance(value, Decimal) and place in change.percent and styles.shows_percent(base):
        value = value / 100
    if isinstance(value, date):
        value = styles.serial(base, value) or value.isoformat()
    quoted = isinstance(value, str) and value.startswith(FORMULA)
    style = styles.variant(base, yellow=place in change.yellow, quoted=quoted)
    p = f"{grid.prefix}:" if grid.prefix else ""
    head = f'<{p}c r="{name_of(place)}"' + (f' s="{style}"' if style else "")
    if value is None:
        return f"{head}/>".encode()
    if isinstance(value, str):
        text = escape(_NOT_XML.sub("", value))
        return f'{head} t="inlineStr"><{p}is><{p}t xml:space="preserve">{text}</{p}t></{p}is></{p}c>'.encode()
    return (
        f"{head}><{p}v>{value:f}</{p}v></{p}c>".encode()
        if isinstance(value, Decimal)
        else f"{head}><{p}v>{value}</{p}v></{p}c>".encode()
    )


def _into_row(grid: Grid, row: Row, cells: dict[int, bytes]) -> list[Edit]:
    """New cells in a row that is there, each before the first cell that stands to its right."""
    element = row.element
    tag = without(grid.data[element.start : element.inside], "spans")
    if element.empty:
        close = f"</{grid.prefix}:row>" if grid.prefix else "</row>"
        body = b"".join(text for _, text in sorted(cells.items()))
        return [(element.start, element.end, tag[:-2].rstrip() + b">" + body + close.encode())]
    end = grid.data.rindex(b"</", element.inside, element.end)
    standing = sorted(row.cells)
    places: dict[int, bytes] = {}
    for column, text in sorted(cells.items()):
        right = next((other for other in standing if other > column), None)
        at = row.cells[right].element.start if right is not None else end
        places[at] = places.get(at, b"") + text
    return [(element.start, element.inside, tag), *((at, at, text) for at, text in places.items())]


def _new_rows(grid: Grid, rows: dict[int, dict[int, bytes]], like: Mapping[int, int]) -> list[Edit]:
    """Rows that are not in the part, each before the first row that stands below it."""
    if not rows or grid.sheet_data is None:
        return []
    p = f"{grid.prefix}:" if grid.prefix else ""
    data, places = grid.sheet_data, dict[int, bytes]()
    end = data.inside if data.empty else grid.data.rindex(b"</", data.inside, data.end)
    for number, cells in sorted(rows.items()):
        model = grid.rows.get(like.get(number, -1))
        attributes = model.element.attributes if model else {}
        kept = "".join(
            f' {name}="{attributes[name]}"'
            for name in ("ht", "customHeight", "s", "customFormat")
            if name in attributes
        )
        body = b"".join(text for _, text in sorted(cells.items()))
        text = f'<{p}row r="{number + 1}"{kept}>'.encode() + body + f"</{p}row>".encode()
        below = next((other for other in sorted(grid.rows) if other > number), None)
        at = grid.rows[below].element.start if below is not None else end
        places[at] = places.get(at, b"") + text
    if data.empty:
        tag = grid.data[data.start : data.inside]
        return [
            (data.start, data.end, tag[:-2].rstrip() + b">" + b"".join(places.values()) + f"</{p}sheetData>".encode())
        ]
    return [(at, at, text) for at, text in places.items()]


def _computed_on_opening(data: bytes) -> bytes:
    found, prefix = elements(data, 1)
    for depth, one in found:
        if depth == 1 and one.name == "calcPr":
            tag = with_attributes(data[one.start : one.inside], fullCalcOnLoad=1)
            return edited(data, [(one.start, one.inside, tag)])
    after = [one for depth, one in found if depth == 1 and one.name in _BEFORE_CALC][-1].end
    name = f"{prefix}:calcPr" if prefix else "calcPr"
    return edited(data, [(after, after, f'<{name} fullCalcOnLoad="1"/>'.encode())])
