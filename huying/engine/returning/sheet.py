"""The rows of a file that came back, each told from its stamp."""

from __future__ import annotations

from dataclasses import dataclass

from huying.declare.kinds import part
from huying.engine.cell_texts import told
from huying.engine.packs import District
from huying.engine.returning.model import Line, NotReturned
from huying.engine.working_copies import HIDDEN, Row, Stamp, digest_of, rule_of, unsealed
from huying.sheets.model import Book, Sheet

LOOKED = 20  # rows in which the header is looked for


@dataclass(frozen=True)
class Taken:
    """The file, told apart. lines: rows that are not exactly as they went out; same: how many are."""

    stamp: Stamp
    names: list[str]  # of the columns that are there
    lines: list[Line]
    same: int
    missing: list[str]
    notes: list[str]
    epoch_1904: bool


def take(district: District, ledger: str, book: Book) -> Taken:
    """Raises NotReturned for a file that is no working copy of this ledger, says which it is, and what to do."""
    stamp, rows, stamped = unsealed(book.sheets)
    if stamp is None:
        raise NotReturned(_no_stamp(book, stamped))
    _of_here(district, ledger, stamp)
    sheet, header, places = _table(book, stamp)
    notes = []
    lost = [heading for name, heading in stamp.columns if name not in places]
    if lost:
        notes.append(
            f"这些列在文件里没有了，没有动：{'、'.join(lost)} | Not in the file any more, and left alone: {', '.join(lost)}"
        )
    if stamp.rule != rule_of(district):
        notes.append(
            "下载之后规则改过，按现在的规则核对 | The rules have changed since it was downloaded; those of today count"
        )
    lines, seen, same = [], {}, 0
    for number, cells in enumerate(sheet.rows[header + 1 :], header + 2):
        named = {name: cells[place] for name, place in places.items()}
        if not any(told(cell) for cell in named.values()):
            continue
        code = told(named["code"])
        row = rows.get(code)
        first = seen.setdefault(code, number) if code else number
        if row and first == number and not lost and row.digest == digest_of(named[name] for name, _ in stamp.columns):
            same += 1
            continue
        line = Line(number, named, code, row)
        if first != number:
            line.wrong(
                "code",
                f"与第 {first} 行编号相同；新增的行编号要留空 | Row {first} has the same code; leave the code of a new row empty",
            )
        elif code and row is None:
            line.wrong(
                "code",
                "这个编号不是这份文件里的；新增的行编号要留空 | This code is not of this file; leave the code of a new row empty",
            )
        lines.append(line)
    missing = [code for code in rows if code not in seen]
    return Taken(stamp, list(places), lines, same, missing, notes, sheet.epoch_1904)


def _no_stamp(book: Book, stamped: bool) -> str:
    if book.kind == "csv":
        return (
            "文本文件（CSV）带不了核对用的印记，分不出改了哪里。请把改动做在下载的 Excel 文件里，存成 xlsx 再交回 | "
            "A text file (CSV) cannot carry the stamp that tells what was changed. Make the changes in the Excel file that was "
            "downloaded and save it as xlsx"
        )
    if stamped:
        return (
            "这份文件的印记对不上：隐藏的核对页被改过，或文件来自另一套系统。请重新下载，把改动誊过去 | "
            "The file's stamp does not hold: its hidden sheet was changed, or it comes from another system. Download it again and "
            "carry the changes over"
        )
    return (
        "这不是从这里“下载修改”的文件，或隐藏的核对页被删了。别处来的表请用“导入表格” | "
        "This is not a file from “Download to edit”, or its hidden sheet was deleted. A sheet from elsewhere goes in by “Bring in a sheet”"
    )


def _of_here(district: District, ledger: str, stamp: Stamp) -> None:
    if stamp.district != district.id:
        raise NotReturned(
            "这份文件是从另一个区的系统里下载的，不能交到这里 | This file was downloaded for another district; it cannot be returned here"
        )
    if stamp.ledger != ledger:
        other, here = (district.rules.ledgers.get(name) for name in (stamp.ledger, ledger))
        title = other.title if other else stamp.ledger
        raise NotReturned(
            f"这份文件是《{part(title)}》的，请到那本$ledger的页面交回，不是《{part(here.title)}》 | "
            f"This file is of “{part(title, 'en')}”, not of “{part(here.title, 'en')}”; return it on that page"
        )


def _table(book: Book, stamp: Stamp) -> tuple[Sheet, int, dict[str, int]]:
    """(the sheet, the row of its header, name -> place): headings are known wherever they stand."""
    code = next(heading for name, heading in stamp.columns if name == "code")
    for sheet in book.sheets:
        if sheet.name == HIDDEN:
            continue
        for number, cells in enumerate(sheet.rows[:LOOKED]):
            headings = [told(cell) for cell in cells]
            if code not in headings:
                continue
            places = {
                name: headings.index(told(heading)) for name, heading in stamp.columns if told(heading) in headings
            }
            if len(places) * 2 > len(stamp.columns):
                return sheet, number, places
    raise NotReturned(
        f"找不到表头。带“{code}”的那一行是表头，请恢复它 | The header is not there: the row that holds “{code}”; restore it"
    )


def known_rows(lines: list[Line]) -> list[tuple[Line, Row]]:
    """The lines of records that went out, and are to be compared."""
    return [(line, line.row) for line in lines if line.row and not line.faults]
