"""Papers from their declarations: every mark of every text is read against the ledger whose record fills it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from huying.declare import papers
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.expressions import ExpressionError, Known, parse
from huying.declare.papers import (
    COUNTED,
    DUTY,
    FORMATS,
    STANDING_TITLES,
    WORDS,
    Block,
    Column,
    Fact,
    Letter,
    Mark,
    Paper,
    Rows,
    Text,
)
from huying.declare.problems import both, did_you_mean, quoted
from huying.declare.scopes import STANDING, TYPES
from huying.declare.sources import Keys

BLOCKS = ("heading", "text", "table", "facts", "sign", "seal", "space", "break")
SIZE = 10.5


def build_papers(building: Building) -> None:
    for declaration in building.of("paper"):
        if "over" not in declaration.data:
            Builder(building, declaration).build()


class Builder:
    def __init__(self, building: Building, declaration: Declaration):
        self.building, self.declaration, self.data = building, declaration, declaration.data
        self.listed = "list" in self.data
        path: Keys = ("list", "of") if self.listed else ("of",)
        name = self.data["list"]["of"] if self.listed else self.data.get("of", "")
        self.of = building.refer(declaration, "ledger", name, path) if name else ""
        self.known = building.scope(self.of)

    def paper(self, **own: Any) -> Paper:
        """What is declared of any paper, and `own` of papers of its sort."""
        data, page = self.data, self.data.get("page", {})
        return Paper(
            name=self.declaration.name,
            title=data["title"],
            of=self.of,
            headline=self.text(data.get("headline"), ("headline",), self.of, self.listed),
            size=page.get("size", "A4"),
            landscape=page.get("landscape", False),
            format=data.get("format", "plain"),
            type_size=float(page.get("type", SIZE)),
            letter=self.letter(data.get("letter", {})),
            blocks=tuple(self.block(one, ("blocks", place)) for place, one in enumerate(data["blocks"])),
            see=tuple(data.get("see", ())),
            source=data.get("source", ""),
            **own,
        )

    def build(self) -> None:
        data = self.data
        if self.listed == ("of" in data):
            message = both("要写 of 或 list 之一", "it says either of or list")
            hint = both(
                "一条记录一份写 of；一批记录一份写 list。", "A paper of one record has of; one of many has list."
            )
            self.report("paper.of", message, hint, ("of",) if "of" in data else ("paper",), key=True)
            return
        rows = self.rows(data["list"], ("list",), self.of) if self.listed else None
        self.building.papers[self.declaration.name] = self.paper(list=rows, private=tuple(data.get("private", ())))
        for place, role in enumerate(data.get("see", ())):
            self.building.role(self.declaration, role, ("see", place))

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False, offset: int = 0) -> None:
        self.building.problems.append(self.declaration.problem(code, message, hint, path, key=key, offset=offset))

    def letter(self, data: dict[str, Any]) -> Letter:
        def text(name: str) -> Text:
            return self.text(data.get(name), ("letter", name), self.of, self.listed)

        names = ("organ", "number", "signer", "to", "sign", "date", "copies", "issuer")
        colour = data.get("colour", {})
        return Letter(
            **{name: text(name) for name in names},
            attachments=tuple(
                self.text(one, ("letter", "attachments", place), self.of, self.listed)
                for place, one in enumerate(data.get("attachments", ()))
            ),
            seal=data.get("seal", False),
            colour_by=colour.get("by", ""),
            colours=colour.get("of", {}),
        )

    def block(self, data: dict[str, Any], path: Keys) -> Block:
        kinds = [name for name in BLOCKS if name in data]
        if len(kinds) != 1:
            message = both("一段只是一样东西", "a part is one thing")
            hint = both(f"写其中之一：{'、'.join(BLOCKS)}。", f"It has one of: {', '.join(BLOCKS)}.")
            self.report("paper.block", message, hint, path)
            return Block("space")
        kind = kinds[0]
        at, inner = (*path, kind), data[kind]
        block = Block(kind, level=data.get("level", 1), align=data.get("align", ""))
        if "when" in data:
            block = replace(block, when=self.condition(data["when"], (*path, "when")))
        match kind:
            case "heading" | "text":
                return replace(block, text=self.text(inner, at, self.of, self.listed))
            case "sign":
                return replace(block, labels=tuple(inner))
            case "seal":
                said = self.text(inner.get("text"), (*at, "text"), self.of, self.listed)
                day = self.text(inner.get("date"), (*at, "date"), self.of, self.listed)
                return replace(block, text=said, date=day)
            case "facts":
                facts = tuple(self.fact(one, (*at, place)) for place, one in enumerate(inner))
                return replace(block, facts=facts, pairs=data.get("pairs", 2))
            case "table":
                return self.table(block, inner, at)
            case "space":
                return replace(block, level=inner)
        return block

    def condition(self, written: Any, path: Keys):
        if self.listed:
            message = both("列表的段落没有 when", "a paragraph of a list has no when")
            hint = both(
                "when 看的是一条记录；列表里请用 {count where …}。",
                "when asks one record; in a list write {count where …}.",
            )
            self.report("paper.when", message, hint, path, key=True)
            return None
        return self.building.expression(self.declaration, written, path, self.known)

    def fact(self, data: Any, path: Keys) -> Fact:
        if isinstance(data, str):
            data = {"field": data}
        title, value = self.titled(data, path, self.of)
        return Fact(title, value, data.get("wide", False))

    def titled(self, data: dict[str, Any], path: Keys, ledger: str) -> tuple[str, Text]:
        """(title, text) of what names a field or writes a value."""
        fields = self.building.ledgers[ledger].fields if ledger in self.building.ledgers else {}
        if "field" in data:
            name = data["field"]
            title = data.get("title") or (fields[name].title if name in fields else STANDING_TITLES.get(name, name))
            form = f" as {data['as']}" if "as" in data else ""
            return title, self.text(
                f"{{{name}{form}}}",
                (*path, "field") if "title" in data or "as" in data else path,
                ledger,
                False,
                inside=True,
            )
        if "title" not in data:
            message, hint = both("这一栏没有名称", "it has no title"), both("请写 title。", "Write title.")
            self.report("paper.column", message, hint, path, key=True)
        return data.get("title", ""), self.text(data.get("value"), (*path, "value"), ledger, False)

    def table(self, block: Block, data: dict[str, Any], path: Keys) -> Block:
        ledger, rows = self.of, None
        if "from" in data:
            ledger = self.building.refer(self.declaration, "ledger", data["from"], (*path, "from"))
            rows = self.rows(data, path, ledger)
        elif not self.listed:
            message = both("这张表没有说每行是什么", "the table does not say what its rows are")
            hint = both(
                "请写 from 和 via：哪本台账，以哪个字段指向这条记录。",
                "Write from and via: which ledger, and by which field it refers to this record.",
            )
            self.report("paper.table", message, hint, path, key=True)
        elif "group" in data:
            rows = Rows(ledger, group=self.group(data, path, ledger))
        columns = tuple(
            self.column(one, (*path, "columns", place), ledger) for place, one in enumerate(data["columns"])
        )
        return replace(block, columns=columns, rows=rows, empty=data.get("empty", ""))

    def column(self, data: Any, path: Keys, ledger: str) -> Column:
        if isinstance(data, str):
            data = {"field": data}
        look = {"width": float(data.get("width", 0)), "align": data.get("align", ""), "merge": data.get("merge", False)}
        for kind in ("serial", "blank"):
            if data.get(kind):
                return Column(data.get("title", "序号 | No." if kind == "serial" else ""), kind, **look)
        title, value = self.titled(data, path, ledger)
        return Column(title, value=value, **look)

    def rows(self, data: dict[str, Any], path: Keys, ledger: str) -> Rows:
        scope = self.building.scope(ledger)
        sort = data.get("sort", "opened_at")
        return Rows(
            ledger,
            via=data.get("via", ""),
            where=self.building.expression(self.declaration, data.get("where"), (*path, "where"), scope),
            sort=(sort.lstrip("-"), sort.startswith("-")),
            group=self.group(data, path, ledger),
            under=data.get("under", ""),
        )

    def group(self, data: dict[str, Any], path: Keys, ledger: str) -> Text:
        written = data.get("group")
        return self.text(f"{{{written}}}" if written else None, (*path, "group"), ledger, False, inside=True)

    def text(self, written: str | None, path: Keys, ledger: str, listed: bool, inside: bool = False) -> Text:
        """The pieces of a text. inside: it is the bare inside of a mark, so that places count without the brace."""
        if not written:
            return Text()
        made: dict[str, tuple] = {}
        for lang, side, start in papers.sides(written):
            pieces: list[str | Mark] = []
            for kind, piece, offset in papers.pieces_of(side):
                at = 0 if inside else start + offset
                if kind == "stray":
                    message = both(f"{quoted(piece)} 没有配对", f"{quoted(piece)} has no partner")
                    hint = both("括号本身写作 {{ 和 }}。", "Braces themselves are written {{ and }}.")
                    self.report("paper.mark", message, hint, path, offset=at)
                elif kind == "mark":
                    found = self.mark(piece, path, at + (0 if inside else 1), ledger, listed)
                    pieces += [found] if found else []
                else:
                    pieces.append(piece)
            made[lang] = tuple(pieces)
        return Text(made["zh"], made.get("en", made["zh"]))

    def mark(self, text: str, path: Keys, offset: int, ledger: str, listed: bool) -> Mark | None:
        said, _, form = text.partition(" as ")
        said, form = said.strip(), form.strip()
        if form and form not in FORMATS:
            hint = did_you_mean(form, list(FORMATS), "格式", "Formats")
            self.report(
                "paper.format",
                both(f"没有格式 {quoted(form)}", f"there is no format {quoted(form)}"),
                hint,
                path,
                offset=offset,
            )
            return None
        scope = self.building.scope(ledger)
        if scope is None:
            return None
        found = self.read(said, path, offset, ledger, scope, listed)
        if found is None:
            return None
        mark, type_ = found
        if form and type_ not in FORMATS[form]:
            message = both(f"{quoted(said)} 不能写成 {form}", f"{quoted(said)} is not written as {form}")
            fitting = [name for name, types in FORMATS.items() if type_ in types]
            hint = both(
                f"可写：{'、'.join(fitting) or '不写格式'}。", f"Formats for it: {', '.join(fitting) or 'none'}."
            )
            self.report("paper.format", message, hint, path, offset=offset)
        return replace(mark, text=text.strip(), format=form)

    def read(
        self, said: str, path: Keys, offset: int, ledger: str, scope: dict[str, Known], listed: bool
    ) -> tuple[Mark, str] | None:
        """(mark, type of its value)."""
        if said in WORDS and (said == "today" or said not in scope or said == "office" and listed):
            return Mark(said, "word", said), "date" if said == "today" else "text"
        first, _, rest = said.partition(" ")
        if listed:
            if first in COUNTED:
                return self.counted(first, rest.strip(), path, offset, ledger, scope)
            message = both(f"列表的文字里不能写 {quoted(said)}", f"a text of a list takes no {quoted(said)}")
            hint = both(
                f"可写 count、sum 字段、each 字段（后面可加 where），或 {'、'.join(WORDS)}。",
                f"It takes count, sum <field> and each <field>, with where; or {', '.join(WORDS)}.",
            )
            self.report("paper.list-text", message, hint, path, offset=offset)
            return None
        if said in scope or said == "unit":
            return self.field(said, ledger, scope)
        if said in DUTY:
            return Mark(said, "duty", said), "text"
        holder, dot, then = said.partition(".")
        if dot and holder.isidentifier() and then.isidentifier():
            return self.hop(holder, then, path, offset, ledger)
        value = self.expression(said, path, offset, scope, None)
        return (Mark(said, "expression", value=value), value.type) if value else None

    def field(self, name: str, ledger: str, scope: dict[str, Known]) -> tuple[Mark, str]:
        fields = self.building.ledgers[ledger].fields
        known = scope[name]
        if name in fields or name in STANDING:
            kind = TYPES[fields[name].type] if name in fields else STANDING[name]
            return Mark(name, "field", name), kind if name not in ("unit", "office") else "text"
        return Mark(name, "expression", value=parse(name, scope, want=None)), known.type

    def hop(self, holder: str, then: str, path: Keys, offset: int, ledger: str) -> tuple[Mark, str] | None:
        field = self.building.ledgers[ledger].fields.get(holder)
        if field is None or field.type != "record":
            names = [n for n, one in self.building.ledgers[ledger].fields.items() if one.type == "record"]
            message = both(
                f"{quoted(holder)} 不是指向记录的字段", f"{quoted(holder)} is not a field that refers to a record"
            )
            self.report(
                "paper.unknown-field", message, did_you_mean(holder, names, "可用", "Such fields"), path, offset=offset
            )
            return None
        there = self.building.scope(field.ledger)
        if there is None:
            return None
        fields = self.building.ledgers[field.ledger].fields
        if then not in fields and then not in STANDING:
            message = both(
                f"台账 {field.ledger} 没有字段 {quoted(then)}", f"ledger {field.ledger} has no field {quoted(then)}"
            )
            self.report(
                "paper.unknown-field", message, did_you_mean(then, list(fields), "字段", "Fields"), path, offset=offset
            )
            return None
        if then in self.building.ledgers[field.ledger].masked:
            message = both(f"{quoted(then)} 是隐私字段", f"{quoted(then)} is a private field")
            hint = both("公文只印自己记录的隐私字段。", "A paper prints private fields of its own record only.")
            self.report("paper.private", message, hint, path, offset=offset)
        return Mark(f"{holder}.{then}", "hop", holder, then), there[then].type if then in there else "text"

    def counted(
        self, what: str, rest: str, path: Keys, offset: int, ledger: str, scope: dict[str, Known]
    ) -> tuple[Mark, str] | None:
        name, _, condition = (
            rest.partition("where ") if rest.startswith("where ") or " where " in rest else (rest, "", "")
        )
        name, value = name.strip(), None
        fields = self.building.ledgers[ledger].fields
        if what != "count":
            fitting = [
                n
                for n, one in fields.items()
                if what == "each" or TYPES[one.type] == "number" and one.type not in ("area", "office", "post")
            ]
            if name not in fitting and not (what == "each" and name in ("code", "unit")):
                message = both(
                    f"{what} 后面应是字段，不是 {quoted(name)}", f"{what} is followed by a field, not {quoted(name)}"
                )
                self.report(
                    "paper.unknown-field", message, did_you_mean(name, fitting, "字段", "Fields"), path, offset=offset
                )
                return None
        elif name:
            message = both(
                f"count 后面只能写 where 和条件，不是 {quoted(name)}",
                f"count is followed by where and a condition, not {quoted(name)}",
            )
            self.report(
                "paper.mark",
                message,
                both('例如 {count where state == "done"}。', 'Such as {count where state == "done"}.'),
                path,
                offset=offset,
            )
            return None
        if condition:
            value = self.expression(condition.strip(), path, offset, scope, "boolean")
            if value is None:
                return None
        return Mark(what, what, name, value=value), "text" if what == "each" else "number"

    def expression(self, text: str, path: Keys, offset: int, scope: dict[str, Known], want: str | None):
        try:
            return parse(text, scope, kind="paper", want=want)
        except ExpressionError as error:
            for flaw in error.flaws:
                self.report(flaw.code, flaw.message, flaw.hint, path, offset=offset + flaw.offset)
            return None
