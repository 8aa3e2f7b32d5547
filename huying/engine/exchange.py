"""A ledger as a file: the rows and fields that a page would show, in full forms, a batch at a time.

For people csv and xlsx, with titles and labels; for programs JSON lines and Parquet, with keys (machine_files.py).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from huying.declare.expressions import Expression
from huying.declare.kinds import Field, say
from huying.engine import access, machine_files, records
from huying.engine.cell_texts import Shower
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.engine.sheet_writing import Widths, Workbook, as_text, written
from huying.sheets.harmless import harmless

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
MOST = {"xlsx": 1_000_000}  # rows that a sheet holds
STANDING = {
    "code": "编号 | Code",
    "state": "状态 | State",
    "opened_at": "登记 | Entered",
    "due_at": "时限 | Due",
    "closed_at": "$close | $Closed",
}


def kinds() -> list[str]:
    """The kinds of file that this installation makes."""
    return [kind for kind in KINDS if kind != "parquet" or machine_files.has_parquet()]


def export(
    district: District,
    actor: Actor,
    tree: Tree,
    ledger: str,
    kind: str,
    filters: Mapping[str, Any],
    as_of: datetime | None,
    lang: str,
    where: Expression | None = None,
    columns: Sequence[str] = (),
) -> Iterator[bytes]:
    """The file in pieces. kind: one of `kinds()`; csv is UTF-8 with a mark, as sheet programs want it.

    columns  the fields, of those that may be seen; none for all

    Raises access.Refused.
    """
    declared = district.rules.ledgers[ledger]
    access.reach_for(declared, actor)
    visible = access.visible_fields(declared, actor.kinds)
    fields = [declared.fields[n] for n in ([n for n in columns if n in visible] or visible)]
    batches = read(district, actor, ledger, filters, as_of, where)
    if kind in ("jsonl", "parquet"):
        return (machine_files.jsonl if kind == "jsonl" else machine_files.parquet)(batches, tree, fields)
    shower = Shower(district, tree, lang)
    rows = _rows(shower, actor, notes(district, ledger, as_of, lang), fields, batches)
    if kind == "csv":
        return as_csv(rows)
    return as_xlsx(rows, say(declared.title, lang), ["text", "text", *["time"] * 3, *(field.type for field in fields)])


def notes(district: District, ledger: str, as_of: datetime | None, lang: str) -> list[str]:
    """What a file says of itself before its rows: what it is, as of when, and that it is a demonstration."""
    return notes_of(district, district.rules.ledgers[ledger].title, as_of, lang)


def notes_of(district: District, title: str, as_of: datetime | None, lang: str) -> list[str]:
    """The same for whatever has a title, `中文 | English`."""
    moment = (as_of or district.now()).astimezone(district.calendar.tz)
    words = district.config.get("demonstration", {}).get("words", "演示数据 | Demonstration data")
    said = [
        f"{say(district.title, lang)} {say(title, lang)}",
        f"{'截至' if lang == 'zh' else 'As of'} {moment.isoformat(timespec='minutes')}",
    ]
    return [*said, say(words, lang)] if district.demonstration else said


def read(
    district: District,
    actor: Actor,
    ledger: str,
    filters: Mapping[str, Any],
    as_of: datetime | None,
    where: Expression | None = None,
) -> Iterator[list[Record]]:
    """The records in order of code, a batch at a time."""
    last, more = None, True
    while more:
        page = records.page(
            district,
            actor,
            ledger,
            where=where,
            filters=filters,
            sort="code",
            descending=False,
            at=last,
            limit=records.MOST,
            as_of=as_of,
            count=False,
        )
        yield page.records
        last, more = page.last, page.more


def codes_of(district: District, actor: Actor, found: Iterable[Record]) -> dict[Any, str]:
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


def cells(shower: Shower, one: Record, fields: Iterable[Field], known: Mapping[Any, str]) -> list[Any]:
    """A record as the cells of a row: STANDING, then the fields."""
    state = shower.district.rules.flows[one.ledger.name].states.get(one.state)
    return [
        one.code,
        shower.say(state.title) if state else one.state,
        *(shower.moment(at) for at in (one.opened_at, one.due_at, one.closed_at)),
        *(shower.cell(field, value_of(one, field), known) for field in fields),
    ]


def value_of(one: Record, field: Field) -> Any:
    return one.unit if field.name == "unit" else one.values.get(field.name)


def _rows(
    shower: Shower, actor: Actor, said: list[str], fields: list[Field], batches: Iterable[list[Record]]
) -> Iterator[list[Any]]:
    yield said
    yield [*(shower.say(title) for title in STANDING.values()), *(shower.head(field) for field in fields)]
    for batch in batches:
        known = codes_of(shower.district, actor, batch)
        for one in batch:
            yield cells(shower, one, fields, known)


def as_csv(rows: Iterator[list[Any]]) -> Iterator[bytes]:
    """Rows as UTF-8 with a mark, as sheet programs want it."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(_plain(cell) for cell in row)
        yield line.getvalue().encode("utf-8", "replace")


def _plain(cell: Any) -> Any:
    return harmless(cell) if cell is None or isinstance(cell, str) else as_text(cell)


def as_xlsx(rows: Iterator[list[Any]], title: str, kinds: list[str]) -> Iterator[bytes]:
    """Rows as a sheet: first what the file says of itself, then the titles. kinds: a field type for each column."""

    def make(workbook: Workbook) -> None:
        sheet, widths = workbook.sheet(title), Widths(len(kinds))
        last = 1
        for number, row in enumerate(rows):
            looks = ({"bold": True, "font_color": "#8a5300"}, {"bold": True})[number] if number < 2 else {}
            for place, cell in enumerate(row):
                if cell is not None:
                    workbook.write(sheet, number, place, cell, "" if number < 2 else kinds[place], **looks)
            if number:
                widths.see(row)
                last = number
        for place, width in enumerate(widths.widths):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(2, 1)
        sheet.autofilter(1, 0, last, len(kinds) - 1)

    return written(make)
