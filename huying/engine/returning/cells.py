"""Cells changed on a page, one or a block: decided and written as those of a file that comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from huying.declare.kinds import Ledger, part
from huying.engine import access, amending, exchange, records
from huying.engine.cell_texts import Shower, told
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.engine.returning.comparing import BATCH, Comparing
from huying.engine.returning.model import Line, Returned
from huying.engine.working_copies import Row, Stamp, rule_of
from huying.sheets.model import Cell

WAY_OUT = "没有覆盖；请选用谁的 | it was not overwritten; choose whose to keep"
MASKED = "•••"  # what is shown of a private value
NOT_SEEN = "不归您看，也不能改 | Not for you to see, nor to change"
NOT_MINE = "只能撤销自己的改动 | Only changes of your own are taken back"
ENTERED = "新登记的不能这样撤销；登错了，请打开它注销 | What was newly entered is not taken back this way; open it to remove it"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


@dataclass(frozen=True)
class Edit:
    """What is typed into a row. number: of the row, for sentences; record: None for a new one; seq: of the version whose
    cells were on the page; cells: field -> what is to stand there, as text or as a sheet holds it."""

    number: int
    record: UUID | None
    seq: int
    cells: Mapping[str, Cell]


def edit(
    district: District, actor: Actor, tree: Tree, ledger: str, edits: Sequence[Edit], key: UUID, lang: str = "zh"
) -> Returned:
    """What would be written of the edits, and what not and why; `write` writes it. Reads only.

    key  names the acts: the same edits again, under the same key, are not written twice, whatever others did meanwhile

    Raises access.Refused.
    """
    access.reach_for(district.rules.ledgers[ledger], actor)
    comparing = Comparing(district, actor, tree, ledger, lang, epoch_1904=False)
    comparing.way_out, comparing.shut = WAY_OUT, why_locked(district, actor, comparing.ledger)
    stamp = Stamp(key, district.id, ledger, rule_of(district), district.now(), actor.person, lang, ())
    lines = [_line(one) for one in edits]
    known = [line for line in lines if line.row]
    _refuse_unseen(comparing, lines)
    _skip_taken(comparing, known, key)
    for start in range(0, len(known), BATCH):
        comparing.known(known[start : start + BATCH])
    comparing.new([line for line in lines if not line.row], key)
    comparing.resolve(lines)
    comparing.once([line for line in lines if line.writes])
    comparing.foresee([line for line in lines if line.writes])
    return Returned(stamp, len(lines), lines, [], [])


def undo(
    district: District,
    actor: Actor,
    tree: Tree,
    ledger: str,
    acts: Iterable[tuple[UUID, int]],
    key: UUID,
    lang: str = "zh",
) -> Returned:
    """What would be written to take back acts of the actor's own, (record, seq) each: every cell that they set, as it
    stood before them. Where somebody changed such a cell since, it is a conflict as any other."""
    seqs: dict[UUID, list[int]] = {}
    for record, seq in acts:
        seqs.setdefault(record, []).append(seq)
    now = {one.id: one for one in records.many(district, actor, ledger, list(seqs))}
    entries = records.histories(district, list(now.values()))
    before = records.versions(district, actor, ledger, {record: min(some) - 1 for record, some in seqs.items()})
    codes = exchange.codes_of(district, actor, before.values())
    shower = Shower(district, tree, lang, apart=True)
    edits, refused = [], []
    for number, (record, some) in enumerate(seqs.items(), 1):
        mine = [one for one in entries.get(record, []) if one.seq in some and one.person == actor.person]
        if len(mine) != len(set(some)) or record not in before:
            refused.append(_refused(number, record, max(some), ENTERED if mine and min(some) == 1 else NOT_MINE))
            continue
        fields = [now[record].ledger.fields[name] for name in _set_by(mine, now[record].ledger)]
        cells = {one.name: shower.cell(one, exchange.value_of(before[record], one), codes) for one in fields}
        edits.append(Edit(number, record, max(some), cells))
    found = edit(district, actor, tree, ledger, edits, key, lang)
    return Returned(found.stamp, len(seqs), [*found.lines, *refused], [], [])


def why_locked(district: District, actor: Actor, ledger: Ledger) -> dict[str, str]:
    """Column -> why it is not changed in a grid, `中文 | English`; fields that may be changed on some record are not there."""
    may = amending.changeable(district, actor, ledger.name)
    found = dict.fromkeys(exchange.STANDING, "由系统记下，不在这里改 | Kept by the system, not changed here")
    for name, one in ledger.fields.items():
        if name in ledger.secret:
            found[name] = "加密存放；打开这一条，说明理由后看 | Kept encrypted; open the record and say why to see it"
        elif name in ledger.private:
            found[name] = "遮住的；打开这一条来改 | Masked; open the record to change it"
        elif name in ledger.derive:
            of = ledger.fields[ledger.derive[name][1]].title
            found[name] = f"由“{part(of)}”算出 | Made from “{part(of, 'en')}”"
        elif name in ledger.key:
            found[name] = "靠它认出这一条；要改，请打开这一条 | The record is known by it; open the record to change it"
        elif one.type in amending.NOT_IN_CELLS:
            found[name] = "格子里改不了；请打开这一条 | It cannot be changed in a cell; open the record"
        elif name not in may:
            found[name] = "您的$post没有改这一项的步骤 | No step of your $post changes this"
    return found


def _line(one: Edit) -> Line:
    cells = {name: _plain(cell) for name, cell in one.cells.items()}
    if one.record is None:
        return Line(one.number, cells, "")
    return Line(one.number, cells, str(one.record), Row("", one.record, one.seq, "-"))


def _plain(cell: Cell) -> Cell:
    """A moment as pages write it, as `told` does."""
    return cell.replace(" ", "T") if isinstance(cell, str) and _MOMENT.fullmatch(cell) else cell


def _skip_taken(comparing: Comparing, lines: Sequence[Line], key: UUID) -> None:
    """Name the acts of each line, and leave out the cells of those that were taken before."""
    named: dict[UUID, tuple[Line, Any]] = {}
    for line in lines:
        said = {name: told(cell) for name, cell in sorted(line.cells.items())}
        line.act = uuid5(key, json.dumps([line.code, line.row.seq if line.row else 0, said], ensure_ascii=False))
        named |= {uuid5(line.act, step.name): (line, step) for step in comparing.steps}
    for act, done in comparing.taken(list(named)).items():
        line, step = named[act]
        line.taken.append(done)
        line.again = True
        line.cells = {name: cell for name, cell in line.cells.items() if name not in step.asks}


def _refuse_unseen(comparing: Comparing, lines: Iterable[Line]) -> None:
    """Masked values are not changed here; left empty, or as the grid shows them, they are passed over."""
    seen = {*comparing.seen, *exchange.STANDING}
    for line in lines:
        for name in [name for name in line.cells if name not in seen]:
            if told(line.cells[name]) not in ("", MASKED):
                line.wrong(name, comparing.shut.get(name, NOT_SEEN))


def _set_by(entries: Iterable[records.Entry], ledger: Ledger) -> list[str]:
    """The fields that acts set; where the record belongs is always looked at."""
    names = {name for one in entries for name in one.values}
    return [name for name in ledger.fields if name in names or name == "unit"]


def _refused(number: int, record: UUID, seq: int, words: str) -> Line:
    line = _line(Edit(number, record, seq, {}))
    line.wrong("", words)
    return line
