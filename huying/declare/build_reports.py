"""Reports: papers of figures over a period. Every figure is held against the indicators: its name, its period, its unit, its cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from huying.declare import paper_figures, units
from huying.declare.build_papers import Builder
from huying.declare.building import Building
from huying.declare.expressions import Known
from huying.declare.indicators import Indicator
from huying.declare.paper_figures import OVER, RELATIVE, WAYS, Told, Written, period_named
from huying.declare.papers import FORMATS, LACKING, REPORT_WORDS, Block, Column, Fact, Mark, Text
from huying.declare.problems import both, did_you_mean, quoted
from huying.declare.sources import Keys

OF_RECORDS = ("of", "list", "private")  # what only papers of records have
OPERATORS = frozenset("+-*/(")


def build_reports(building: Building) -> None:
    for declaration in building.of("paper"):
        if "over" in declaration.data:
            _Builder(building, declaration).build()


class _Builder(Builder):
    def build(self) -> None:
        data = self.data
        if extra := next((name for name in OF_RECORDS if name in data), ""):
            message = both(f"报告不写 {extra}", f"a report has no {extra}")
            hint = both(
                "over 的公文写的是一期的数，不是一条记录或一批记录：去掉其中之一。",
                "A paper with over tells the figures of a period, not records: take out one of them.",
            )
            self.report("paper.of", message, hint, (extra,), key=True)
            return
        self.over = str(data["over"])
        self.check_over()
        self.figures = {
            name: told
            for name, text in data.get("figures", {}).items()
            if (told := self.figure(text, ("figures", name), 0))
        }
        self.known = {name: Known("number") for name in self.figures}
        self.building.papers[self.declaration.name] = self.paper(
            over=self.over, figures=self.figures, lacking={**LACKING, **data.get("lacking", {})}
        )
        for place, role in enumerate(data.get("see", ())):
            self.building.role(self.declaration, role, ("see", place))
        if data.get("letter", {}).get("colour"):
            message = both("报告的红头不按字段变色", "the head of a report has no colour by a field")
            hint = both("颜色看的是一条记录；去掉 colour。", "A colour asks one record; take colour out.")
            self.report("paper.of", message, hint, ("letter", "colour"), key=True)

    def check_over(self) -> None:
        if self.over not in OVER:
            try:
                period_named(self.over)
            except ValueError:
                hint = both(
                    f"写 {'、'.join(OVER)} 之一，或写明一期：2019、2019-Q3、2019-06。",
                    f"Write one of {', '.join(OVER)}, or one period: 2019, 2019-Q3, 2019-06.",
                )
                message = both(f"{quoted(self.over)} 不是期", f"{quoted(self.over)} is no period")
                self.report("paper.period", message, hint, ("over",))

    def figure(self, text: str, path: Keys, offset: int) -> Told | None:
        """The figure that a text writes, held against its indicator; None and a problem where it cannot be."""
        written = paper_figures.read(text)
        if written is None or written.wrong:
            wrong = written.wrong if written else text
            hint = both(
                f"写作 指标[分项=值]@期 in 单位 to 位数，还可写 {'、'.join(WAYS[1:])}、bare。",
                f"It is indicator[split=value]@period in unit to places, with {', '.join(WAYS[1:])} or bare.",
            )
            message = both(f"不认识 {quoted(wrong)}", f"{quoted(wrong)} means nothing here")
            self.report("paper.figure", message, hint, path, offset=offset)
            return None
        full = self.building.names.resolve("indicator", written.name, self.declaration.pack)
        indicator = self.building.indicators.get(full.name) if full else None
        if indicator is None:
            if full is None:
                message, hint = self.building.names.unknown(
                    "indicator", "指标", "indicator", written.name, self.declaration.pack
                )
                self.report("name.unknown-indicator", message, hint, path, offset=offset)
            return None
        told = Told(
            indicator.name,
            written.period,
            written.only,
            written.way,
            written.unit,
            places=written.places,
            bare=written.bare,
        )
        self.check_period(indicator, told, path, offset)
        self.check_cells(indicator, written, path, offset)
        return self.in_unit(indicator, told, path, offset)

    def check_period(self, indicator: Indicator, told: Told, path: Keys, offset: int) -> None:
        period = told.period
        if period and period not in RELATIVE:
            try:
                period_named(period)
            except ValueError as error:
                zh, _, en = str(error).partition(" | ")
                hint = both(f"或写 {'、'.join(RELATIVE)}。", f"Or write {', '.join(RELATIVE)}.")
                self.report("paper.period", both(zh, en), hint, path, offset=offset)
                return
        dated = bool(indicator.period[1]) or indicator.figuring is not None and indicator.period[0] != "all"
        if not dated and (period or told.way in ("growth", "difference")):
            message = both(
                f"{indicator.name} 没有日期，说不出另一期的数",
                f"{indicator.name} has no date: it has no number of another period",
            )
            hint = both(
                "它只有截至那一刻的数：去掉 @ 和 growth、difference，或给指标一个有日期的 period、stock。",
                "It has the number as of a moment only: take out @, growth and difference, or give the indicator a dated period or a stock.",
            )
            self.report("paper.period", message, hint, path, offset=offset)
            return
        kind = self.kind_of(period)
        if indicator.measure == "statement" and finer(kind, indicator.period[0]):
            message = both(
                f"{indicator.name} 按 {indicator.period[0]} 公布，没有 {kind} 的数",
                f"{indicator.name} is published by {indicator.period[0]}: there is none by {kind}",
            )
            hint = both("换成长一些的一期，例如 @2019。", "Take a longer period, such as @2019.")
            self.report("paper.period", message, hint, path, offset=offset)
        if "term" in (kind, indicator.period[0]) and kind == "term" and not indicator.terms:
            message = both(f"{indicator.name} 没有声明各届", f"{indicator.name} declares no terms")
            hint = both("在指标里写 terms。", "Write terms in the indicator.")
            self.report("paper.period", message, hint, path, offset=offset)

    def kind_of(self, period: str) -> str:
        """month, quarter …: of a period as a figure has it."""
        if period == "year":
            return "year"
        try:
            return (
                period_named(period)[0]
                if period and period not in RELATIVE
                else self.over
                if self.over in OVER
                else period_named(self.over)[0]
            )
        except ValueError:
            return ""

    def check_cells(self, indicator: Indicator, written: Written, path: Keys, offset: int) -> None:
        ledger = self.building.ledgers.get(indicator.of)
        for split, value in written.only:
            if split not in indicator.split:
                self.no_split(indicator, split, path, offset)
                continue
            field = ledger.fields.get(split) if ledger else None
            if field and field.type == "enum" and value not in field.choices:
                message = both(f"{split} 没有值 {quoted(value)}", f"{split} has no value {quoted(value)}")
                self.report(
                    "paper.split",
                    message,
                    did_you_mean(value, list(field.choices), "值", "Values"),
                    path,
                    offset=offset,
                )

    def no_split(self, indicator: Indicator, split: str, path: Keys, offset: int = 0) -> None:
        message = both(f"{indicator.name} 不按 {quoted(split)} 分", f"{indicator.name} is not split by {quoted(split)}")
        self.report(
            "paper.split", message, did_you_mean(split, list(indicator.split), "分项", "Splits"), path, offset=offset
        )

    def in_unit(self, indicator: Indicator, told: Told, path: Keys, offset: int) -> Told | None:
        if (
            told.way == "signed"
            and units.dimension(indicator.unit) not in ("share", "points")
            and indicator.measure != "growth"
        ):
            message = both(f"{indicator.name} 不是增减的幅度", f"{indicator.name} is no change")
            hint = both("比上年同期写 growth；signed 只用于本身就是幅度的指标。",
                        "Against a year earlier write growth; signed is of indicators that are changes themselves.")  # fmt: skip
            self.report("paper.figure", message, hint, path, offset=offset)
        if told.way == "growth" and told.unit:
            message = both("增长写的是百分比，不换单位", "growth is in percent and takes no unit")
            hint = both("去掉 in。", "Take out in.")
            self.report("paper.unit", message, hint, path, offset=offset)
            return None
        if not told.unit:
            return told
        try:
            return replace(told, times=paper_figures.times(indicator.unit, told.unit))
        except ValueError as error:
            zh, _, en = str(error).partition(" | ")
            fitting = [name for name, _ in units.alike(indicator.unit)]
            hint = both(
                f"可写：{'、'.join(fitting)}，前面可加万、亿。",
                f"Units that fit: {', '.join(fitting)}, with 万 or 亿 before them.",
            )
            self.report("paper.unit", both(zh, en), hint, path, offset=offset)
            return None

    def mark(self, text: str, path: Keys, offset: int, ledger: str, listed: bool) -> Mark | None:
        said, _, form = (piece.strip() for piece in text.partition(" as "))
        type_ = "date" if said == "today" else "text" if said in REPORT_WORDS else "number"
        if form and (form not in FORMATS or type_ not in FORMATS[form]):
            fitting = [name for name, types in FORMATS.items() if type_ in types]
            message = both(
                f"{quoted(said)} 不能写成 {quoted(form)}", f"{quoted(said)} is not written as {quoted(form)}"
            )
            self.report("paper.format", message, did_you_mean(form, fitting, "格式", "Formats"), path, offset=offset)
            return None
        if said in REPORT_WORDS:
            return Mark(text.strip(), "word", said, format=form)
        written = paper_figures.read(said)
        if written and not written.wrong and written.name in self.figures:
            told = self.again(written, path, offset)
            return Mark(text.strip(), "figure", written.name, told=told, format=form) if told else None
        if (written is None or written.wrong) and set(said) & OPERATORS:  # reckoned from figures: {opened + rebuilt}
            value = self.expression(said, path, offset, self.known, "number")
            return Mark(text.strip(), "expression", value=value, format=form) if value else None
        told = self.figure(said, path, offset)
        return Mark(text.strip(), "figure", told.indicator, told=told, format=form) if told else None

    def again(self, written: Written, path: Keys, offset: int) -> Told | None:
        """A figure that has a name, said in another unit, of another period or in another way."""
        told = self.figures[written.name]
        changed = replace(
            told,
            period=written.period or told.period,
            only=written.only or told.only,
            way=written.way if written.way != "value" else told.way,
            unit=written.unit or told.unit,
            places=told.places if written.places is None else written.places,
            bare=written.bare or told.bare,
        )
        if changed == told:
            return told
        indicator = self.building.indicators[told.indicator]
        self.check_period(indicator, changed, path, offset)
        self.check_cells(indicator, written, path, offset)
        return self.in_unit(indicator, changed, path, offset)

    def condition(self, written: Any, path: Keys):
        return self.building.expression(self.declaration, written, path, self.known)

    def fact(self, data: Any, path: Keys) -> Fact:
        title, value = self.said(data if isinstance(data, dict) else {"figure": data}, path)
        return Fact(title, value, data.get("wide", False) if isinstance(data, dict) else False)

    def said(self, data: Mapping[str, Any], path: Keys) -> tuple[str, Text]:
        """(title, text) of a figure, or of a value with a title."""
        if "figure" not in data:
            if "title" not in data or "value" not in data:
                message = both("这里要写 figure", "a figure is missing")
                hint = both(
                    "报告的表和要素写 figure，或 title 与 value。",
                    "Tables and facts of a report have figure, or title and value.",
                )
                self.report("paper.column", message, hint, path, key=True)
            return data.get("title", ""), self.text(data.get("value"), (*path, "value"), "", False)
        text = self.text(f"{{{data['figure']}}}", (*path, "figure"), "", False, inside=True)
        mark = next(iter(text.marks), None)
        title = data.get("title", "")
        if not title and mark and mark.told:
            title = self.building.indicators[mark.told.indicator].title
        return title, text

    def table(self, block: Block, data: dict[str, Any], path: Keys) -> Block:
        by = data.get("by", "")
        if not by or "from" in data:
            message = both("报告的表要写 by：每行是哪一项", "a table of a report says by: what its rows are")
            hint = both("例如 by: street，一行一个街镇。", "Such as by: street, a row for each.")
            self.report("paper.table", message, hint, path, key=True)
        columns = tuple(self.column(one, (*path, "columns", place), "") for place, one in enumerate(data["columns"]))
        for place, column in enumerate(columns):
            for mark in column.value.marks:
                indicator = self.building.indicators[mark.told.indicator] if mark.told else None
                if by and indicator and by not in indicator.split:
                    self.no_split(indicator, by, (*path, "columns", place))
        return replace(block, columns=columns, by=by, total=data.get("total", False), empty=data.get("empty", ""))

    def column(self, data: Any, path: Keys, ledger: str) -> Column:
        data = data if isinstance(data, dict) else {"figure": data}
        look = {"width": float(data.get("width", 0)), "align": data.get("align", "")}
        for kind in ("serial", "blank"):
            if data.get(kind):
                return Column(data.get("title", "序号 | No." if kind == "serial" else ""), kind, **look)
        title, value = self.said(data, path)
        return Column(title, value=value, **look)


def finer(kind: str, than: str) -> bool:
    """Whether a period of one kind is shorter than one of the other."""
    order = ("day", "week", "month", "quarter", "half", "year", "plan")
    return kind in order and than in order and order.index(kind) < order.index(than)
