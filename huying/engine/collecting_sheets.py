"""A round as a sheet: taken away, filled in without a connection, handed back, and held cell by cell against what stands.

Nothing is taken from a sheet before whoever hands it back has seen the differences; then each row is handed in by itself,
through the same steps as a form.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from huying.declare.forms import FILLED_IN, Form
from huying.declare.kinds import Field, Ledger, Step, part, say
from huying.engine import access, cell_values, records, sealed
from huying.engine.acts import Act, Outcome
from huying.engine.cell_texts import Shower, told
from huying.engine.cell_values import Reference
from huying.engine.collecting import Board
from huying.engine.decide import StepRefused
from huying.engine.flows import take_steps
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.engine.sheet_writing import Widths, Workbook, format_of, written
from huying.engine.values import Wrong
from huying.sheets import Book, open_book

HEAD = ("编号 | Code", "单位 | Who", "状态 | State")
TOTAL = "合计 | Total"
LOOKED_AT = 15  # rows among which the header is looked for
NOTE = "白格填写，编号不要改；填好后在本期页面交回 | Fill in the white cells, leave the codes; hand it back on the page of the round"
NO_LONGER = "这份核对结果已失效，请重新交表 | What was compared is no longer valid; hand the sheet in again"
GREY = {"bg_color": "#efede8"}
IN_NO_CELL = ("photos", "point")


class NotOfRound(Exception):
    """A file in which no row of the round can be found. Its text is `中文 | English`."""


@dataclass(frozen=True)
class Cell:
    """One cell that differs. was, now: values as they stand and as the sheet has them, text its words; wrong: why it
    cannot be taken."""

    field: Field
    was: Any
    now: Any
    text: str
    wrong: str = ""


@dataclass
class Returned:
    """One row that came back. step: by which it would be handed in; own: whether whoever hands it back fills it in;
    refused: why nothing of it is taken."""

    row: int
    code: str
    record: Record | None = None
    step: Step | None = None
    own: bool = False
    cells: list[Cell] = field(default_factory=list)
    refused: str = ""

    @property
    def wrong(self) -> bool:
        return bool(self.refused) or any(cell.wrong for cell in self.cells)

    @property
    def taken(self) -> bool:
        """Whether it is handed in once it is confirmed: a row as it stands is so by whoever fills it in alone."""
        return not self.wrong and self.step is not None and (bool(self.cells) or self.own)


def fields_of(district: District, actor: Actor, form: Form) -> list[Field]:
    """The form's fields that stand in a sheet: those that everyone who sees the answers may see."""
    ledger = district.rules.ledgers[form.name]
    visible = set(access.visible_fields(ledger, actor.kinds))
    return [ledger.fields[n] for n in form.asks if n in visible and ledger.fields[n].type not in IN_NO_CELL]


def make(
    district: District, actor: Actor, tree: Tree, form: Form, board: Board, names: Sequence[str], lang: str
) -> Iterator[bytes]:
    """The sheet in pieces: a row for each answer, with what stands there, and the sums. names: who each row is of."""
    shower, fields = Shower(district, tree, lang, apart=True), fields_of(district, actor, form)
    flow = district.rules.flows[form.name]

    def fill(workbook: Workbook) -> None:
        sheet = workbook.sheet(shower.say(form.title))
        heads = [*(shower.say(head) for head in HEAD), *(shower.head(one) for one in fields)]
        widths = Widths(len(heads))
        widths.see(heads)
        workbook.write(sheet, 0, 0, say(board.round.values["title"], lang), bold=True)
        workbook.write(sheet, 0, 3, shower.say(NOTE), font_color="#8a5300")
        for place, head in enumerate(heads):
            workbook.write(sheet, 1, place, head, bold=True, bottom=1, text_wrap=True)
        for number, (row, name) in enumerate(zip(board.rows, names, strict=True), 2):
            one = row.record
            may = {step.name for step in access.open_steps(district, actor, one)}.intersection(FILLED_IN)
            cells = [one.code, name, shower.say(flow.states[one.state].title)]
            for place, cell in enumerate(cells):
                workbook.write(sheet, number, place, cell, "text", **GREY)
            for place, asked in enumerate(fields, len(cells)):
                value = shower.cell(asked, one.values.get(asked.name), {})
                workbook.write(sheet, number, place, value, asked.type, **({} if may else GREY))
                cells.append(value)
            widths.see(cells)
        last = len(board.rows) + 2
        workbook.write(sheet, last, 1, shower.say(TOTAL), bold=True)
        for place, asked in enumerate(fields, len(HEAD)):
            if asked.name in board.totals:
                value = shower.cell(asked, board.totals[asked.name], {})
                workbook.write(sheet, last, place, value, asked.type, bold=True)
            sheet.set_column(place, place, max(widths.widths[place], 10), workbook.format(format_of(asked.type)))
        for place in range(len(HEAD)):
            sheet.set_column(place, place, widths.widths[place])
        sheet.freeze_panes(2, 2)

    return written(fill)


def read(
    district: District, actor: Actor, tree: Tree, form: Form, board: Board, data: bytes, name: str
) -> list[Returned]:
    """The rows of a sheet that came back, held against what stands now; nothing is written.

    Raises NotASheet (huying.sheets) and NotOfRound.
    """
    book = open_book(data, name)
    fields = {one.name: one for one in fields_of(district, actor, form)}
    first, columns, rows = _table(book, district.rules.ledgers[form.name], list(fields.values()))
    given = [
        (number, told(row[columns["code"]]), {n: row[place] for n, place in columns.items() if n in fields})
        for number, row in enumerate(rows, first)
    ]
    return _held_against(district, actor, tree, form, board, given)


def _held_against(
    district: District,
    actor: Actor,
    tree: Tree,
    form: Form,
    board: Board,
    given: Sequence[tuple[int, str, Mapping[str, Any]]],
) -> list[Returned]:
    ledger = district.rules.ledgers[form.name]
    readers = cell_values.readers(district, tree, ledger)
    known = {row.record.code: row.record for row in board.rows}
    found: list[Returned] = []
    seen: set[str] = set()
    for number, code, cells in given:
        if not code:
            continue  # the sums, and lines below the table
        one = Returned(number, code, known.get(code))
        found.append(one)
        if one.record is None:
            one.refused = "本期没有这个编号，或不在您的范围内 | The round has no such code, or not within your reach"
        elif code in seen:
            one.refused = "这个编号在表里出现了两次 | This code stands in the sheet twice"
        else:
            _compare(district, actor, ledger, readers, one, cells)
        seen.add(code)
    return found


def _compare(
    district: District,
    actor: Actor,
    ledger: Ledger,
    readers: Mapping[str, Any],
    one: Returned,
    cells: Mapping[str, Any],
) -> None:
    record = one.record
    steps = access.open_steps(district, actor, record)
    one.step = next((step for step in steps if step.name in FILLED_IN), None)
    one.own = actor.post is not None and record.values.get("filler") == actor.post.id
    for name, cell in cells.items():
        value, was, text = _read(district, readers[name], cell), record.values.get(name), told(cell)
        if isinstance(value, Wrong):
            one.cells.append(Cell(ledger.fields[name], was, None, text, str(value)))
        elif value != was:
            one.cells.append(Cell(ledger.fields[name], was, value, text))
    if one.step is None and one.cells:
        state = district.rules.flows[ledger.name].states[record.state].title
        zh, en = part(state), part(state, "en")
        one.refused = (
            f"现在是“{zh}”，不能再填；要改请先退回 | It is “{en}” and cannot be filled in; have it sent back first"
        )


def _table(book: Book, ledger: Ledger, fields: Sequence[Field]) -> tuple[int, dict[str, int], list[list[Any]]]:
    """(number of the first row of the table, 1-based; column of the code and of each field; its rows)."""
    headings = {_plain(heading): name for name, heading in _headings(fields)}
    for sheet in book.sheets:
        for place, row in enumerate(sheet.rows[:LOOKED_AT]):
            columns: dict[str, int] = {}
            for n, cell in enumerate(row):
                name = headings.get(_plain(told(cell)))
                if name:
                    columns.setdefault(name, n)
            if "code" in columns and len(columns) > 1:
                return place + 2, columns, sheet.rows[place + 1 :]
    title = part(ledger.title)
    raise NotOfRound(
        f"表里找不到《{title}》的编号和填报列；请用从本期页面下载的表填 | The sheet has no codes and columns of "
        f"“{part(ledger.title, 'en')}”; please fill in the one from the page of the round"
    )


def _headings(fields: Sequence[Field]) -> Iterator[tuple[str, str]]:
    for lang in ("zh", "en"):
        yield "code", say(HEAD[0], lang)
        for one in fields:
            unit = say(one.unit, lang)
            yield one.name, say(one.title, lang)
            yield one.name, f"{say(one.title, lang)} ({unit})"


def _plain(text: str) -> str:
    return "".join(text.replace("（", "(").replace("）", ")").split()).lower()


def keep(returned: Sequence[Returned], of: str) -> bytes:
    """The rows that may be taken, sealed for the form that confirms them: what was seen is what is taken."""
    rows = [
        (one.code, one.record.seq, {cell.field.name: cell.text for cell in one.cells}) for one in returned if one.taken
    ]
    return sealed.seal(json.dumps(rows).encode(), of)


def take(
    district: District, actor: Actor, tree: Tree, form: Form, board: Board, kept: bytes, of: str, key: UUID
) -> tuple[list[Outcome], list[StepRefused]]:
    """Hand in the rows that were kept, each by itself: (taken, refused). Raises NotOfRound for what was not kept here."""
    plain = sealed.unseal(kept, of)
    if plain is None:
        raise NotOfRound(NO_LONGER)
    ledger, known = district.rules.ledgers[form.name], {row.record.code: row.record for row in board.rows}
    acts = []
    for code, seq, changed in json.loads(plain):
        record = known.get(code)
        steps = access.open_steps(district, actor, record) if record else []
        step = next((step for step in steps if step.name in FILLED_IN), None)
        if record is None or step is None:
            continue
        answers = {n: record.values.get(n) for n in step.asks if n not in ledger.masked}
        readers = {n: cell_values.reader(district, tree, ledger.fields[n]) for n in changed}
        answers |= {n: _read(district, readers[n], text) for n, text in changed.items()}
        acts.append(Act(form.name, step.name, actor, answers, record.id, uuid5(key, code), seq))
    outcomes = take_steps(district, acts) if acts else []
    return [out for out in outcomes if out.refusal is None], [out.refusal for out in outcomes if out.refusal]


def _read(district: District, reader: cell_values.Read, cell: Any) -> Any:
    """A cell as its value, or a Wrong."""
    value = reader(cell)
    if isinstance(value, Reference):
        found = records.find_id(district, value.ledger, value.text)
        return found or Wrong(f"没有编号“{value.text}” | There is no “{value.text}”")
    return value
