"""Papers: tables fit the page, rows refer to the paper's record, and no private value slips into an open paper."""

from __future__ import annotations

from collections.abc import Iterable

from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.kinds import Ledger
from huying.declare.papers import Block, Mark, Paper, Rows
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.scopes import STANDING
from huying.declare.sources import Keys

SIZES = {"A4": (210, 297), "A3": (297, 420)}
BESIDE = {"official": 54, "plain": 30}  # mm of both margins
NARROWEST = 8  # mm of a column without a width


def check_papers(building: Building) -> list[Problem]:
    problems: list[Problem] = []
    for declaration in building.of("paper"):
        paper = building.papers.get(declaration.name)
        if paper and paper.of in building.ledgers:
            problems += _Check(building, declaration, paper).run()
        elif paper and paper.over:
            for place, block in enumerate(paper.blocks):
                problems += _too_wide(declaration, paper, block, ("blocks", place, "table"))
    return problems


def room(paper: Paper) -> int:
    """Millimetres between the margins."""
    return SIZES[paper.size][1 if paper.landscape else 0] - BESIDE[paper.format]


class _Check:
    def __init__(self, building: Building, declaration: Declaration, paper: Paper):
        self.building, self.declaration, self.paper = building, declaration, paper
        self.ledger = building.ledgers[paper.of]
        self.problems: list[Problem] = []

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, path, key=key))

    def run(self) -> list[Problem]:
        data = self.declaration.data
        self.named_private()
        self.colours()
        if self.paper.list:
            self.sorted(self.paper.list, ("list",), self.ledger)
            self.open_only(self.paper.list.group.marks, ("list", "group"), self.ledger)
        for text, path in self.texts():
            self.open_only(text.marks, path, self.ledger, self.paper.private)
        for place, block in enumerate(self.paper.blocks):
            if block.when:
                self.open_names(block.when.names, ("blocks", place, "when"), self.ledger)
            if block.kind == "table":
                self.table(block, ("blocks", place, "table"), data["blocks"][place]["table"])
        return self.problems

    def texts(self):
        yield self.paper.headline, ("headline",)
        data, letter = self.declaration.data.get("letter", {}), self.paper.letter
        for name in data:
            if name == "attachments":
                yield from ((text, ("letter", name, n)) for n, text in enumerate(letter.attachments))
            elif name not in ("seal", "colour"):
                yield getattr(letter, name), ("letter", name)
        for place, block in enumerate(self.paper.blocks):
            yield block.text, ("blocks", place)
            yield block.date, ("blocks", place)
            yield from ((fact.value, ("blocks", place, "facts", n)) for n, fact in enumerate(block.facts))

    def named_private(self) -> None:
        for place, name in enumerate(self.paper.private):
            if name not in self.ledger.masked:
                message = both(
                    f"{quoted(name)} 不是 {self.ledger.name} 的隐私字段",
                    f"{quoted(name)} is no private field of {self.ledger.name}",
                )
                hint = did_you_mean(name, list(self.ledger.masked), "隐私字段", "Private fields")
                self.report("paper.unknown-field", message, hint, ("private", place))

    def open_only(self, marks: Iterable[Mark], path: Keys, ledger: Ledger, but: Iterable[str] = ()) -> None:
        for mark in marks:
            names = mark.value.names if mark.value else ()
            if (
                mark.what in ("field", "sum", "each")
                and mark.name in ledger.masked
                and (mark.what != "field" or mark.name not in but)
            ):
                self.private(mark.name, path)
            self.open_names(names, path, ledger)

    def open_names(self, names: Iterable[str], path: Keys, ledger: Ledger) -> None:
        for name in names:
            if name in ledger.masked:
                self.private(name, path)

    def private(self, name: str, path: Keys) -> None:
        message = both(f"{quoted(name)} 是隐私字段", f"{quoted(name)} is a private field")
        hint = both(
            f"要印就在 private 里写上 {name}（只对有权的人印，并记入经过）；表达式里不能用。",
            f"To print it, name {name} in private (for those who may see it, and noted in the history); expressions take none.",
        )
        self.report("paper.private", message, hint, path)

    def colours(self) -> None:
        letter = self.paper.letter
        if not letter.colour_by:
            return
        field = self.ledger.fields.get(letter.colour_by)
        path: Keys = ("letter", "colour", "by")
        if field is None or field.type != "enum" or field.name in self.ledger.masked or self.paper.list:
            names = [n for n, one in self.ledger.fields.items() if one.type == "enum" and n not in self.ledger.masked]
            message = both(
                f"{quoted(letter.colour_by)} 不是可选值的字段",
                f"{quoted(letter.colour_by)} is not a field with choices",
            )
            self.report(
                "paper.unknown-field", message, did_you_mean(letter.colour_by, names, "可用", "Such fields"), path
            )
            return
        for value in letter.colours:
            if value not in field.choices:
                message = both(f"{field.name} 没有值 {quoted(value)}", f"{field.name} has no value {quoted(value)}")
                hint = did_you_mean(value, list(field.choices), "值", "Values")
                self.report("paper.unknown-field", message, hint, ("letter", "colour", "of", value), True)

    def sorted(self, rows: Rows, path: Keys, ledger: Ledger) -> None:
        open_ = [
            n for n, one in ledger.fields.items() if n not in ledger.masked and one.type not in ("point", "photos")
        ]
        known = [*open_, *STANDING]
        if rows.sort[0] not in known:
            message = both(f"不能按 {quoted(rows.sort[0])} 排序", f"it cannot be sorted by {quoted(rows.sort[0])}")
            self.report(
                "paper.unknown-field", message, did_you_mean(rows.sort[0], known, "字段", "Fields"), (*path, "sort")
            )
        self.open_names(rows.where.names if rows.where else (), (*path, "where"), ledger)
        same = [n for n, one in ledger.fields.items() if one.type == "record" and one.ledger == rows.of]
        if rows.under and rows.under not in same:
            message = both(
                f"{quoted(rows.under)} 不是指向同一台账的字段",
                f"{quoted(rows.under)} does not refer to the same ledger",
            )
            hint = did_you_mean(rows.under, same, "可用", "Such fields")
            self.report("paper.unknown-field", message, hint, (*path, "under"))

    def table(self, block: Block, path: Keys, data: dict) -> None:
        ledger = self.ledger
        if "from" in data and block.rows:
            if block.rows.of not in self.building.ledgers:
                return
            ledger = self.building.ledgers[block.rows.of]
            self.sorted(block.rows, path, ledger)
            self.via(block.rows, path, ledger)
        if block.rows:
            self.open_only(block.rows.group.marks, (*path, "group"), ledger)
        own = ledger is self.ledger
        for place, column in enumerate(block.columns):
            self.open_only(column.value.marks, (*path, "columns", place), ledger, self.paper.private if own else ())
        self.problems += _too_wide(self.declaration, self.paper, block, path)

    def via(self, rows: Rows, path: Keys, ledger: Ledger) -> None:
        names = [n for n, one in ledger.fields.items() if one.type == "record" and one.ledger == self.paper.of]
        if rows.via not in names or self.paper.list:
            message = both(
                f"{rows.of} 不以 {quoted(rows.via)} 指向这份公文的记录",
                f"{rows.of} does not refer to this paper's record by {quoted(rows.via)}",
            )
            hint = did_you_mean(rows.via, names, "可用", "Such fields")
            if self.paper.list:
                hint = both("列表的公文没有子表。", "A paper of a list has no tables of other records.")
            self.report("paper.via", message, hint, (*path, "via") if rows.via else path, not rows.via)


def _too_wide(declaration: Declaration, paper: Paper, block: Block, path: Keys) -> list[Problem]:
    """What is said of a table that is wider than its page."""
    free = sum(1 for column in block.columns if not column.width) + bool(block.by)
    needed, most = sum(column.width for column in block.columns) + free * NARROWEST, room(paper)
    if needed <= most:
        return []
    message = both(
        f"各栏共 {needed:g} 毫米，页面只有 {most} 毫米",
        f"the columns take {needed:g} mm, the page has {most} mm",
    )
    hint = both(
        f"没写宽度的栏至少算 {NARROWEST} 毫米。请改窄，或用 A3、横版。",
        f"A column without a width takes {NARROWEST} mm at least. Make them narrower, or take A3 or landscape.",
    )
    return [declaration.problem("paper.width", message, hint, (*path, "columns"), key=True)]
