"""A ledger as a file: the rows and fields that a page would show, in full forms, a batch at a time."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from huying.declare.kinds import Field, say
from huying.engine import access, records
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BATCH, MOST = 500, 100_000
STANDING = ("编号 | Code", "状态 | State", "登记 | Entered", "时限 | Due", "$close | $Closed")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a sheet program would run


def export(
    district: District,
    actor: Actor,
    tree: Tree,
    ledger: str,
    kind: str,
    filters: Mapping[str, Any],
    as_of: datetime | None,
    lang: str,
) -> Iterator[bytes]:
    """The file in pieces. kind: csv (UTF-8 with a mark, as sheet programs want it) or xlsx. Raises access.Refused."""
    declared = district.rules.ledgers[ledger]
    access.reach_for(declared, actor)
    fields = [declared.fields[n] for n in access.visible_fields(declared, actor.kinds)]
    rows = _rows(district, actor, tree, ledger, fields, filters, as_of, lang)
    return _csv(rows) if kind == "csv" else _xlsx(rows, say(declared.title, lang))


def notes(district: District, ledger: str, as_of: datetime | None, lang: str) -> list[str]:
    """What a file says of itself before its rows: what it is, as of when, and that it is a demonstration."""
    moment = (as_of or district.now()).astimezone(district.calendar.tz)
    words = district.config.get("demonstration", {}).get("words", "演示数据 | Demonstration data")
    said = [
        f"{say(district.title, lang)} {say(district.rules.ledgers[ledger].title, lang)}",
        f"{'截至' if lang == 'zh' else 'As of'} {moment.isoformat(timespec='minutes')}",
    ]
    return [*said, say(words, lang)] if district.demonstration else said


def _rows(
    district: District,
    actor: Actor,
    tree: Tree,
    ledger: str,
    fields: list[Field],
    filters: Mapping[str, Any],
    as_of: datetime | None,
    lang: str,
) -> Iterator[list[Any]]:
    flow, zone = district.rules.flows[ledger], district.calendar.tz
    yield notes(district, ledger, as_of, lang)
    yield [*(say(title, lang) for title in STANDING), *(_head(field, lang) for field in fields)]
    offset = 0
    while offset < MOST:
        page = records.page(
            district,
            actor,
            ledger,
            filters=filters,
            sort="code",
            descending=False,
            offset=offset,
            limit=BATCH,
            as_of=as_of,
            count=False,
        )
        known = _codes(district, actor, page.records)
        for one in page.records:
            state = flow.states.get(one.state)
            yield [
                one.code,
                say(state.title, lang) if state else one.state,
                *(_moment(at, zone) for at in (one.opened_at, one.due_at, one.closed_at)),
                *(_cell(district, tree, field, _value(field, one), known, zone, lang) for field in fields),
            ]
        if not page.more:
            return
        offset += BATCH


def _value(field: Field, one: Record) -> Any:
    return one.unit if field.name == "unit" else one.values.get(field.name)


def _codes(district: District, actor: Actor, found: list[Record]) -> dict[Any, str]:
    """id -> code of what the reference fields of a batch point to, one statement for each ledger."""
    wanted: dict[str, set] = {}
    for one in found:
        for name, field in one.ledger.fields.items():
            if field.type == "record" and one.values.get(name):
                wanted.setdefault(field.ledger, set()).add(one.values[name])
    return {
        seen.id: seen.code
        for other, ids in wanted.items()
        if access.may_see(district.rules.ledgers[other], actor)
        for seen in records.many(district, actor, other, list(ids))
    }


def _head(field: Field, lang: str) -> str:
    unit = say(field.unit, lang)
    return f"{say(field.title, lang)}{f' ({unit})' if unit else ''}"


def _cell(district: District, tree: Tree, field: Field, value: Any, known: Mapping, zone: Any, lang: str) -> Any:
    if value is None:
        return None
    match field.type:
        case "enum":
            return say(field.choices.get(value, str(value)), lang)
        case "code":
            entry = district.rules.codes[field.codes].entries.get(value)
            return say(entry.title, lang) if entry else value
        case "area" | "office":
            unit = tree.get(value)
            return unit.name(lang) if unit else None
        case "boolean":
            return {"zh": ("否", "是"), "en": ("no", "yes")}[lang][bool(value)]
        case "money":
            return Decimal(value) / 100
        case "time":
            return _moment(value, zone)
        case "date":
            return value.isoformat() if isinstance(value, date) else str(value)
        case "point":
            return f"{value[0]},{value[1]}"
        case "record":
            return known.get(value)
        case "photos":
            return len(value)
    return value


def _moment(at: datetime | None, zone: Any) -> str | None:
    return at.astimezone(zone).isoformat(timespec="minutes") if at else None


def _csv(rows: Iterator[list[Any]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(
            [f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell for cell in row]
        )
        yield line.getvalue().encode("utf-8", "replace")


def _xlsx(rows: Iterator[list[Any]], title: str) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet("".join(ch for ch in title if ch not in "[]:*?/\\")[:31] or "1")
        bold, mark = book.add_format({"bold": True}), book.add_format({"bold": True, "font_color": "#8a5300"})
        sheet.freeze_panes(2, 1)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                style = (mark, bold)[number] if number < 2 else None
                if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
                    sheet.write_number(number, place, cell, style)
                elif cell is not None:
                    sheet.write_string(number, place, str(cell), style)
        book.close()
        file.seek(0)
        while piece := file.read(64 * 1024):
            yield piece
