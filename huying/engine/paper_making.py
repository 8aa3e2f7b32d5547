"""A paper's parts from its declaration: what stands above and below, its paragraphs, its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from huying.declare.evaluate import evaluate
from huying.declare.expressions import All, Expression
from huying.declare.papers import COLOURS, Block, Column, Fact, Paper, Rows, Text
from huying.engine import records
from huying.engine.paper_filling import Filler, row_of, title_with_unit
from huying.engine.records import Record
from huying.papers import model
from huying.papers.model import Break, Cell, Para, Part, Rule, Run, Space, Table

MOST = 5_000  # rows of a paper
MERGED = 12  # rows that one merged cell spans: its words stand on every page
LABEL, BESIDE = 26.0, 34.0  # mm of the titles of facts, and of the codes of an annotated table
NOTHING = {"zh": "没有符合条件的记录。", "en": "There are no such records."}


class Refused(Exception):
    """A paper that cannot be made. `.sentence` is `中文 | English`."""

    def __init__(self, sentence: str):
        self.sentence = sentence
        super().__init__(sentence)


def listed(filler: Filler, rows: Rows, filters: Mapping[str, Any], where: Expression | None = None) -> list[Record]:
    """The records of a list or of a table, in order. Raises Refused when there are more than MOST."""
    found: list[Record] = []
    more = True
    while more:
        page = records.page(
            filler.district,
            filler.actor,
            rows.of,
            where=both(rows.where, where),
            filters=filters,
            sort=rows.sort[0],
            descending=rows.sort[1],
            offset=len(found),
            limit=records.MOST,
            as_of=filler.as_of,
            count=False,
        )
        found, more = [*found, *page.records], page.more
        if len(found) > MOST or (more and len(found) == MOST):
            raise Refused(
                f"超过 {MOST} 条，一份公文装不下。请先筛选 | More than {MOST} records do not fit in one paper. Filter them first"
            )
    return _under(found, rows.under) if rows.under else found


def _under(found: Sequence[Record], name: str) -> list[Record]:
    """In the same order, but what is part of another that is there right under it."""
    there = {one.id for one in found}
    parts: dict[UUID, list[Record]] = {}
    for one in found:
        if (over := one.values.get(name)) in there and over != one.id:
            parts.setdefault(over, []).append(one)
    placed = {one.id for some in parts.values() for one in some}
    return [each for one in found if one.id not in placed for each in (one, *parts.get(one.id, ()))]


def both(one: Expression | None, other: Expression | None) -> Expression | None:
    """The condition that both hold."""
    if one is None or other is None:
        return one or other
    names = tuple(sorted({*one.names, *other.names}))
    return Expression(f"({one.text}) and ({other.text})", "boolean", names, All("and", (one.tree, other.tree)))


class Maker:
    def __init__(self, filler: Filler, paper: Paper, record: Record | None, found: Sequence[Record]):
        self.filler, self.paper, self.record, self.found = filler, paper, record, found
        self.colour = self._colour()

    def make(self) -> model.Paper:
        filler, paper = self.filler, self.paper
        parts = [*self.head(), *(made for block in paper.blocks for made in self.block(block)), *self.foot()]
        if filler.notes:
            parts += [Space(1), Rule(), self.line("依据 | Sources", "heading1")]
            parts += [Para((Run(f"[{number}] {note}"),), "note") for number, note in enumerate(filler.notes, 1)]
        return model.Paper(
            title=filler.say(paper.title),
            parts=tuple(parts),
            size=paper.size,
            landscape=paper.landscape,
            format=paper.format,
            mark=self.mark(),
            made_at=filler.moment.isoformat(),
            lang=filler.lang,
            type_size=paper.type_size,
        )

    def mark(self) -> str:
        """Words across each page: that it is a demonstration, and who printed what holds private values."""
        district, ledger = self.filler.district, self.filler.district.rules.ledgers[self.paper.of]
        words = district.config.get("demonstration", {}).get("words", "演示数据 | Demonstration data")
        said = [self.filler.say(words)] if district.demonstration else []
        if ledger.secrecy or self.paper.private:
            said.append(f"{self.filler.actor.name} {self.filler.moment:%Y-%m-%d %H:%M}")
        return "  ".join(said)

    def _colour(self) -> str:
        letter = self.paper.letter
        value = self.record.values.get(letter.colour_by) if self.record and letter.colour_by else None
        return COLOURS[letter.colours.get(str(value), "red")]

    def runs(self, text: Text) -> tuple[Run, ...]:
        return self.filler.runs(text, self.record, self.found)

    def line(self, words: str, style: str) -> Para:
        return Para((Run(self.filler.say(words)),), style)

    def head(self) -> Iterable[Part]:
        filler, letter = self.filler, self.paper.letter
        if letter.organ:
            yield Para(self.runs(letter.organ), "organ", colour=self.colour)
        if letter.signer:
            half = model.usable(self.paper.size, self.paper.landscape, self.paper.format) / 2
            signed = (Run("签发人：" if filler.lang == "zh" else "Signed by: "), *self.runs(letter.signer))
            yield Table((half, half), ((Cell(self.runs(letter.number)), Cell(signed, align="right")),), lines=False)
        elif letter.number:
            yield Para(self.runs(letter.number), "number")
        if letter.organ or letter.number:
            yield Rule(self.colour, 2)
        title = self.runs(self.paper.headline) if self.paper.headline else (Run(filler.say(self.paper.title)),)
        if filler.notes is not None:
            title = (*title, Run("（依据本）" if filler.lang == "zh" else " (annotated)"))
        yield Para(title, "title")
        if filler.as_of:
            yield Para((Run(filler.as_known),), "note", align="center")
        if letter.to:
            yield Para(self.runs(letter.to), "to")

    def foot(self) -> Iterable[Part]:
        letter, zh = self.paper.letter, self.filler.lang == "zh"
        for number, text in enumerate(letter.attachments, 1):
            if number == 1:
                yield Space(1)
            named = f"{number}. " if len(letter.attachments) > 1 else ""
            yield Para((Run(f"{'附件：' if zh else 'Attached: '}{named}"), *self.runs(text)), "body")
        if letter.sign or letter.date:
            yield Space(3 if letter.seal else 1)
        if letter.sign:
            yield Para(self.runs(letter.sign), "signed", right=2)
        if letter.date:
            yield Para(self.runs(letter.date), "signed", right=4)
        lines = [(letter.copies, "抄送：" if zh else "Copies: "), (letter.issuer, "")]
        shown = [(Run(before), *self.runs(text)) for text, before in lines if text]
        if shown:
            yield Space(1)
            yield Rule()
        for number, runs in enumerate(shown, 1):
            yield Para(runs, "foot")
            yield Rule(thick=1 if number == len(shown) else 0.5)

    def block(self, block: Block) -> Iterable[Part]:
        if block.when and not self.holds(block):
            return
        match block.kind:
            case "heading":
                yield Para(self.runs(block.text), f"heading{block.level}")
            case "text":
                style = "flat" if block.align else "body"
                yield from (Para(runs, style, align=block.align) for runs in _paragraphs(self.runs(block.text)))
            case "facts":
                yield self.facts(block)
            case "table":
                yield from self.table(block)
            case "sign":
                wide = model.usable(self.paper.size, self.paper.landscape, self.paper.format) / len(block.labels)
                colon = "：" if self.filler.lang == "zh" else ": "
                cells = tuple(Cell((Run(self.filler.say(label) + colon),)) for label in block.labels)
                yield Space(1)
                yield Table((wide,) * len(cells), (cells,), lines=False)
            case "seal":
                yield Space(2)
                yield Para(self.runs(block.text), "signed", right=2)
                if block.date:
                    yield Para(self.runs(block.date), "signed", right=4)
            case "space":
                yield Space(block.level)
            case "break":
                yield Break()

    def holds(self, block: Block) -> bool:
        if self.record is None:
            return False
        row = row_of(self.record)
        return evaluate(block.when, row, today=self.filler.moment.date(), tz=self.filler.tz) is True

    def facts(self, block: Block) -> Table:
        """Titles and values side by side, `pairs` in a row."""
        room = model.usable(self.paper.size, self.paper.landscape, self.paper.format)
        wide = room / block.pairs - LABEL
        rows: list[list[tuple[Fact, int]]] = []
        free = 0
        for fact in block.facts:
            if fact.wide or not free:
                rows.append([])
                free = block.pairs
            taken = free if fact.wide else 1
            rows[-1].append((fact, taken))
            free -= taken
        made = []
        for row in rows:
            left = block.pairs - sum(taken for _, taken in row)
            cells: list[Cell] = []
            for place, (fact, taken) in enumerate(row):
                across = 2 * (taken + (left if place == len(row) - 1 else 0)) - 1
                cells += [Cell((Run(self.filler.say(fact.title)),), style="label"), Cell(self.runs(fact.value), across)]
            made.append(tuple(cells))
        return Table((LABEL, wide) * block.pairs, tuple(made))

    def table(self, block: Block) -> Iterable[Part]:
        filler, rows = self.filler, block.rows
        if rows and rows.via and self.record:
            found = listed(filler, rows, {rows.via: self.record.id})
            filler.look_up(found, [rows.group, *(column.value for column in block.columns)])
        else:
            found = list(self.found)
        group = rows.group if rows and rows.group else self.paper.list.group if self.paper.list else Text()
        ledger = filler.district.rules.ledgers[rows.of if rows else self.paper.of]
        widths = self.widths(block.columns)
        head = [Cell((Run(title_with_unit(filler, ledger, c.title, c.value)),), style="label") for c in block.columns]
        if filler.notes is not None:
            head.append(Cell((Run("依据" if filler.lang == "zh" else "Source"),), style="label"))
        made = list(_merged(self.rows(block.columns, group, found), [c.merge for c in block.columns]))
        if not made:
            words = filler.say(block.empty) if block.empty else NOTHING[filler.lang]
            made = [(Cell((Run(words),), len(head), align="center"),)]
        yield Table(widths, tuple(made), (tuple(head),))
        if filler.notes is not None:
            yield self.columns_note(block.columns)

    def rows(self, columns: Sequence[Column], group: Text, found: Sequence[Record]) -> Iterable[tuple[Cell, ...]]:
        filler = self.filler
        merging = [column.value for column in columns if column.merge and column.kind == "value"]
        keyed = [((filler.text(group, one), *(filler.text(text, one) for text in merging)), one) for one in found]
        for depth in range(len(merging) + 1, 0, -1):  # rows that are to be one cell stand together
            keyed = _gathered(keyed, depth)
        last: str | None = None
        for number, ((heading, *_), one) in enumerate(keyed, 1):
            if group and heading != last:
                last = heading
                yield (Cell((Run(heading or "—"),), self.across(columns), style="label", align="left"),)
            cells = [self.cell(column, one, number) for column in columns]
            if filler.notes is not None:
                cells.append(Cell((Run(one.code),)))
            yield tuple(cells)

    def across(self, columns: Sequence[Column]) -> int:
        return len(columns) + (self.filler.notes is not None)

    def cell(self, column: Column, one: Record, number: int) -> Cell:
        if column.kind == "serial":
            return Cell((Run(str(number)),), align=column.align or "center", number=Decimal(number))
        if column.kind == "blank":
            return Cell()
        runs, value = self.filler.runs(column.value, one, cell=True), self.filler.number(column.value, one)
        return Cell(runs, align=column.align or ("right" if value is not None else ""), number=value)

    def widths(self, columns: Sequence[Column]) -> tuple[float, ...]:
        """mm of each column: as declared, the others share what is left; an annotated copy is drawn in for the codes."""
        room = model.usable(self.paper.size, self.paper.landscape, self.paper.format)
        free = sum(1 for column in columns if not column.width)
        rest = (room - sum(column.width for column in columns)) / free if free else 0
        widths = [column.width or rest for column in columns]
        if self.filler.notes is not None:
            shrink = min(1.0, (room - BESIDE) / sum(widths))
            widths = [*(width * shrink for width in widths), BESIDE]
        return tuple(round(width, 2) for width in widths)

    def columns_note(self, columns: Sequence[Column]) -> Para:
        filler, said = self.filler, []
        for column in columns:
            marks = [piece.text for piece in column.value.pieces(filler.lang) if not isinstance(piece, str)]
            if marks:
                said.append(f"{filler.say(column.title)} = {', '.join(marks)}")
        return Para((Run(f"{'；'.join(said)}；{filler.as_known}"),), "note")


def _paragraphs(runs: Sequence[Run]) -> Iterable[tuple[Run, ...]]:
    """A paragraph for each line of what was filled in."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        lines[-1].append(replace(run, text=first, note=0 if others else run.note))
        lines += [[Run(line)] for line in others]
        if others and run.note:
            lines[-1][-1] = replace(lines[-1][-1], note=run.note)
    return [tuple(line) for line in lines if any(run.text.strip() for run in line)]


def _gathered(pairs: Sequence[tuple[tuple, Record]], depth: int) -> list[tuple[tuple, Record]]:
    """Those whose keys begin alike together, in the order in which they first appear."""
    order: dict[tuple, int] = {}
    for key, _ in pairs:
        order.setdefault(key[:depth], len(order))
    return sorted(pairs, key=lambda pair: order[pair[0][:depth]])


def _merged(rows: Iterable[tuple[Cell, ...]], merge: Sequence[bool]) -> Iterable[tuple[Cell, ...]]:
    """Rows in which equal cells one below the other, in columns that merge, are one; at most MERGED rows of them."""
    made = [list(row) for row in rows]
    starts: dict[int, int] = {}  # column -> row where its cell begins
    for number, row in enumerate(made):
        if len(row) < len(merge):
            starts = {}
            continue
        held = True  # as long as the columns to the left go on
        for place in (place for place, wanted in enumerate(merge) if wanted):
            first = starts.get(place)
            same = first is not None and made[first][place].text == row[place].text and number - first < MERGED
            if same and held:
                made[first][place] = replace(made[first][place], down=number - first + 1)
                row[place] = replace(row[place], down=0)
            else:
                held = False
                starts[place] = number
    return [tuple(row) for row in made]
