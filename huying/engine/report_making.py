"""A report's parts from its declaration: texts with their figures, conditions over them, tables by street."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from huying.declare.evaluate import evaluate
from huying.declare.kinds import say
from huying.declare.paper_figures import Told
from huying.declare.papers import Block, Column, Mark, Paper, Text
from huying.engine import figure_labels, levels
from huying.engine.counting import STANDING
from huying.engine.figure_tables import MARK
from huying.engine.packs import District
from huying.engine.paper_filling import Filler
from huying.engine.paper_making import NOTHING, Maker
from huying.engine.paper_numbers import Number, text_of
from huying.engine.paper_values import written
from huying.engine.places import Tree
from huying.engine.records import Record
from huying.engine.stretches import Stretch
from huying.papers import model
from huying.papers.model import Cell, Para, Part, Run, Table

Numbers = Mapping[tuple[Told, str], Number]
FIRST = 34.0  # mm of the first column of a table by street


def tolds(paper: Paper) -> list[Told]:
    """Every figure outside the tables, in the order of the text."""
    found = [mark.told for text in paper.texts for mark in text.marks if mark.told]
    return list(dict.fromkeys([*found, *paper.figures.values()]))


def cell_names(district: District, tree: Tree, number: Number, lang: str) -> list[str]:
    """What narrows a number, in words: a street's name, a choice's title; else as it is stored."""
    ledger = district.rules.ledgers.get(number.indicator.of)
    names = []
    for split, value in number.split:
        declared = ledger.fields.get(split) if ledger else None
        if declared and value in declared.choices:
            names.append(say(declared.choices[value], lang))
        else:
            names.append(tree.by_code[value].name(lang) if value in tree.by_code else value)
    return names


@dataclass
class ReportFiller(Filler):
    """cells: the numbers outside the tables; here: the period of the report."""

    paper: Paper | None = None
    here: Stretch | None = None
    cells: Numbers = field(default_factory=dict)
    row: Mapping[Told, Number] = field(default_factory=dict)  # of the row of a table that is being written
    told: dict[tuple, tuple[Number, str]] = field(default_factory=dict)  # numbers with their words, as they are written

    @cached_property
    def lacking(self) -> Mapping[str, str]:
        assert self.paper is not None
        return self.paper.lacking

    def number(self, mark: Mark) -> Number:  # type: ignore[override]
        return self.row[mark.told] if mark.told in self.row else self.cells[mark.told, ""]

    def link(self, mark: Mark, record: Record | None) -> str:
        if mark.what != "figure":
            return ""
        number = self.number(mark)
        return number.address if number.status != "closed" else ""

    def filled(self, mark: Mark, record: Record | None, cell: bool) -> tuple[str, str]:
        if mark.what == "word":
            return (self.say(self.here.title) if mark.name == "period" else self.word(mark)), ""
        if mark.what == "expression":
            value = evaluate(mark.value, self.values, today=self.moment.date(), tz=self.tz)
            used = [self.cells[self.paper.figures[name], ""] for name in mark.value.names if name in self.paper.figures]
            for one in used:
                self.told.setdefault((one.told, one.split), (one, text_of(one, self.lang, self.lacking)))
            if value is None:
                lacking = next((one for one in used if one.rounded is None), None)
                return (text_of(lacking, self.lang, self.lacking) if lacking else "—"), ""
            return written(value, mark.format, self.lang, self.tz), "；".join([mark.text, *map(self.source_of, used)])
        number = self.number(mark)
        said = text_of(number, self.lang, self.lacking, mark.format, bare=cell)
        kept = replace(number, told=replace(number.told, bare=True)) if cell else number
        self.told.setdefault((number.told, number.split), (kept, said))
        return said, self.source_of(number)

    @cached_property
    def values(self) -> dict[str, Decimal | None]:
        """The figures by name as conditions see them: as they are printed; None where there is none."""
        return {name: self.cells[told, ""].rounded for name, told in self.paper.figures.items()}

    def cells_of(self, number: Number) -> list[str]:
        """What narrows a number, in words: a street's name, a choice's title."""
        return cell_names(self.district, self.tree, number, self.lang)

    def source_of(self, number: Number) -> str:
        """Where a number comes from: indicator, period, cells, rule, records, as of."""
        zh = self.lang == "zh"
        said = [f"{self.say(number.indicator.title)}（{number.indicator.name}）" if zh
                else f"{self.say(number.indicator.title)} ({number.indicator.name})", self.say(number.stretch.title)]  # fmt: skip
        said += self.cells_of(number)
        if number.measured is None or number.figure is None:
            return " · ".join([*said, self.say(number.why)])
        said.append(self.say(number.measured.words))
        if number.figure.status != "suppressed":
            rows = number.figure.rows
            said.append(f"{rows} 条{self.say('$record')}" if zh else f"{rows} {self.say('$records')}")
        said += [self.say(text) for text in (number.why, number.figure.says, *number.measured.notes) if text]
        if number.base is not None and number.base.value is not None:
            said.append(f"上年同期 {number.base.value:f}" if zh else f"a year earlier {number.base.value:f}")
        digest = number.measured.digest.hex()[:12]
        return " · ".join([*said, f"口径 {digest}" if zh else f"rule {digest}", self.as_known])


class ReportMaker(Maker):
    """tables: place of a block -> its numbers; those of the whole under the empty value."""

    filler: ReportFiller

    def __init__(self, filler: ReportFiller, paper: Paper, tables: Mapping[int, Numbers]):
        super().__init__(filler, paper, None, ())
        self.tables = tables

    def mark(self) -> str:
        district = self.filler.district
        words = district.config.get("demonstration", {}).get("words", MARK)
        return self.filler.say(words) if district.demonstration else ""

    def holds(self, block: Block) -> bool:
        filler = self.filler
        return evaluate(block.when, filler.values, today=filler.moment.date(), tz=filler.tz) is True

    def table(self, block: Block) -> Iterable[Part]:
        filler, numbers = self.filler, self.tables[next(n for n, one in enumerate(self.paper.blocks) if one is block)]
        names = self.row_names(block, numbers)
        first = Column(self.first_title(block, numbers), width=FIRST)
        columns = [
            *(c for c in block.columns if c.kind == "serial"),
            first,
            *(c for c in block.columns if c.kind != "serial"),
        ]
        head = tuple(Cell((Run(self.head_of(column)),), style="label") for column in columns)
        rows = [self.row(columns, name, place, numbers, value) for place, (value, name) in enumerate(names.items(), 1)]
        if block.total and rows:
            rows.append(self.row(columns, "合计" if filler.lang == "zh" else "Total", 0, numbers, ""))
        if not rows:
            rows = [
                (
                    Cell(
                        (Run(filler.say(block.empty) if block.empty else NOTHING[filler.lang]),),
                        len(head),
                        align="center",
                    ),
                )
            ]
        yield Table(self.sides(columns), tuple(rows), (head,))
        if filler.notes is not None:
            whole = [filler.source_of(one) for (_, value), one in numbers.items() if not value]
            yield from (Para((Run(source),), "note") for source in whole)

    def row_names(self, block: Block, numbers: Numbers) -> dict[str, str]:
        """value -> name of each row: every area of a level, whether anything was counted there or not; else the values there are."""
        filler = self.filler
        measured = next((one.measured for (_, value), one in numbers.items() if value and one.measured), None)
        values = sorted({value for _, value in numbers if value})
        of = filler.district.rules.ledgers.get(next(iter(numbers))[0] and next(iter(numbers.values())).indicator.of)
        if of is None or (block.by not in of.fields and block.by not in STANDING):
            spans = levels.spans(filler.district.id).of_level(block.by, filler.here.start, filler.here.end)
            return {code: say(title, filler.lang) for code, title in spans.items()}
        field_ = of.fields.get(block.by)
        if field_ and field_.choices:
            values = [choice for choice in field_.choices if choice in values]
        return (
            {v: figure_labels.value_title(filler.district, measured, block.by, v, filler.lang) for v in values}
            if measured
            else {}
        )

    def first_title(self, block: Block, numbers: Numbers) -> str:
        levels_of = {"street": "$street", "community": "$community", "grid": "$grid", "unit": "$street$community",
                     "office": "$office", "state": "状态 | State"}  # fmt: skip
        of = next(iter(numbers.values())).indicator.of if numbers else ""
        ledger = self.filler.district.rules.ledgers.get(of)
        field_ = ledger.fields.get(block.by) if ledger else None
        return field_.title if field_ else levels_of.get(block.by, block.by)

    def head_of(self, column: Column) -> str:
        """A column's title with the unit of its figure, so that its cells are plain numbers."""
        title = self.filler.say(column.title)
        mark = next(iter(column.value.marks), None)
        if mark is None or mark.told is None:
            return title
        number = self.filler.row.get(mark.told) or self.filler.cells.get((mark.told, ""))
        unit = number.unit if number else ""
        if mark.told.unit and self.filler.lang != "zh" and number:
            unit = number.indicator.unit
        shown = "%" if unit in ("percent", "%") else self.filler.say(unit)
        return f"{title}（{shown}）" if shown and self.filler.lang == "zh" else f"{title} ({shown})" if shown else title

    def row(self, columns: Sequence[Column], name: str, place: int, numbers: Numbers, value: str) -> tuple[Cell, ...]:
        filler = self.filler
        filler.row = {told: number for (told, of), number in numbers.items() if of == value}
        cells = []
        for column in columns:
            if column.kind == "serial":
                cells.append(
                    Cell((Run(str(place) if place else ""),), align="center", number=Decimal(place) if place else None)
                )
            elif column.kind == "blank":
                cells.append(Cell())
            elif column.value:
                cells.append(self.figure_cell(column, filler.row))
            else:
                cells.append(Cell((Run(name),), style="label" if not place else "cell", align="left"))
        filler.row = {}
        return tuple(cells)

    def figure_cell(self, column: Column, row: Mapping[Told, Number]) -> Cell:
        """A number; where nothing was counted in an area that is none of the answer's, what its declaration says of that."""
        marks = [mark for mark in column.value.marks if mark.told]
        if any(mark.told not in row for mark in marks):
            return Cell((Run("—"),), align=column.align or "right")
        runs = self.filler.runs(Text(column.value.zh, column.value.en), None, cell=True)
        plain = marks[0] if len(marks) == 1 and len(column.value.zh) == 1 and not marks[0].format else None
        value = row[plain.told].rounded if plain and plain.told.way == "value" else None
        return Cell(runs, align=column.align or "right", number=value)

    def sides(self, columns: Sequence[Column]) -> tuple[float, ...]:
        room = model.usable(self.paper.size, self.paper.landscape, self.paper.format)
        free = sum(1 for column in columns if not column.width)
        rest = (room - sum(column.width for column in columns)) / free if free else 0
        return tuple(round(column.width or rest, 2) for column in columns)


def numbers_sheet(filler: ReportFiller) -> Table:
    """Every number of a report in a table: what it is, of which period, its value, its records, its rule."""
    zh = filler.lang == "zh"
    heads = (
        ("序号", "指标", "期", "数", "单位", "记录", "口径")
        if zh
        else ("No.", "Indicator", "Period", "Value", "Unit", "Records", "Rule")
    )
    rows: list[tuple[Cell, ...]] = []
    for number, said in filler.told.values():
        value: Any = number.rounded
        percent = number.unit in ("percent", "%")
        rows.append(
            (
                Cell((Run(str(len(rows) + 1)),), align="center", number=Decimal(len(rows) + 1)),
                Cell(
                    (Run(filler.say(number.indicator.title) + "".join(f"·{name}" for name in filler.cells_of(number))),)
                ),
                Cell((Run(number.stretch.name),)),
                Cell((Run(said),), align="right", number=value),
                Cell((Run("%" if percent else filler.say(number.unit)),)),
                Cell((Run(str(number.figure.rows) if number.figure else ""),), align="right"),
                Cell((Run(number.measured.digest.hex()[:12] if number.measured else filler.say(number.why)),)),
            )
        )
    return Table(
        (12.0, 62.0, 22.0, 30.0, 18.0, 16.0, 26.0), tuple(rows), (tuple(Cell((Run(h),), style="label") for h in heads),)
    )


def with_sheet(paper: model.Paper, sheet: Table) -> model.Paper:
    """A report as a workbook has it: its title and every number."""
    title = next((part for part in paper.parts if isinstance(part, Para) and part.style == "title"), None)
    return replace(paper, parts=(*((title,) if title else ()), sheet))
