"""From the text of an expression to its typed tree, or to all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Context, Decimal, Inexact

from sqlglot import exp

from huying.declare import expressions as e
from huying.declare.expression_words import sqlglot_tree, too_deep
from huying.declare.problems import both, did_you_mean, quoted
from huying.declare.texts import tidy

_ORDER = {exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_SUMS = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?|\.[0-9]+|[0-9]+\.")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = {
    "text": both("文字", "text"),
    "number": both("数", "a number"),
    "boolean": both("是非", "a condition"),
    "date": both("日期", "a date"),
    "time": both("时刻", "a moment"),
    "photos": both("照片", "photos"),
    "point": both("位置", "a position"),
}


def read_tree(text: str, scope: Mapping[str, e.Known], kind: str, want: str | None) -> e.Node:
    """The typed tree. Raises ExpressionError with every flaw."""
    reader = _Reader(scope, kind)
    node = sqlglot_tree(text)
    tree = reader.node(node, 0)
    if tree and want and tree.type != want and not reader.flaws:
        reader.types(node, tree, want)
    if tree is None or reader.flaws:
        raise e.ExpressionError(reader.flaws)
    return tree


def _start(node: exp.Expression) -> int:
    """The offset of a node's first character, as far as its parts know theirs."""
    return min((one.meta["start"] for one in node.walk() if "start" in one.meta), default=0)


class _Reader:
    """Walks the allow-list. A method returns None when it has noted a flaw."""

    def __init__(self, scope: Mapping[str, e.Known], kind: str):
        self.scope, self.kind = scope, kind
        self.flaws: list[e.Flaw] = []
        self.products = 0

    def flaw(self, code: str, message: str, hint: str, node: exp.Expression) -> None:
        self.flaws.append(e.Flaw(code, message, hint, _start(node)))

    def types(self, node: exp.Expression, found: e.Node, want: str) -> None:
        (have_zh, have_en), (want_zh, want_en) = (_WORDS[one].split(" | ") for one in (found.type, want))
        hint = ""
        if found.type == "time" and isinstance(found, e.Name) and found.name.endswith("_at"):
            day = found.name[:-3] + "_on"
            hint = both(f"取日期请写 {day}。", f"Its day is {day}.")
        message = both(f"这里要{want_zh}，不是{have_zh}", f"{want_en} is needed here, not {have_en}")
        self.flaw("expression.types", message, hint, node)

    def node(self, node: exp.Expression, depth: int) -> e.Node | None:
        if depth > e.DEEPEST:
            self.flaws += too_deep().flaws
            return None
        match node:
            case exp.Paren():
                return self.node(node.this, depth + 1)
            case exp.And() | exp.Or():
                return self.all(node, depth)
            case exp.Not():
                item = self.typed(node.this, "boolean", depth + 1)
                return item and e.Not(item)
            case exp.EQ() | exp.NEQ() | exp.LT() | exp.LTE() | exp.GT() | exp.GTE():
                return self.compare(_ORDER[type(node)], node.this, node.expression, depth)
            case exp.Between():
                low = self.compare(">=", node.this, node.args["low"], depth)
                high = self.compare("<=", node.this, node.args["high"], depth) if low else None
                return e.All("and", (low, high)) if low and high else None
            case exp.In():
                return self.inside(node, depth)
            case exp.Is() if isinstance(node.expression, exp.Null):
                item = (
                    self.node(node.this, depth + 1)
                    if not isinstance(node.this, exp.Column)
                    else self.name(node.this, True)
                )
                return item and e.IsNull(item)
            case exp.Neg():
                return self.negative(node, depth)
            case exp.Add() | exp.Sub() | exp.Mul() | exp.Div():
                return self.arithmetic(node, depth)
            case exp.Anonymous():
                return self.call(node, depth)
            case exp.Column() if self.is_name(node):
                return self.name(node)
            case exp.Boolean():
                return e.Const(bool(node.this), "boolean")
            case exp.Literal():
                return self.literal(node)
            case exp.Null():
                hint = both("请写 is null 或 is not null。", "Write is null or is not null.")
                self.flaw("expression.null", both("不能与 null 比较", "nothing compares with null"), hint, node)
                return None
        message = both("条件里不能用这种写法", f"this is not part of the language: {quoted(node.key)}")
        words = ", ".join(e.FUNCTIONS)
        hint = both(f"可用的函数：{words}。", f"Functions: {words}.")
        self.flaw("expression.not-allowed", message, hint, node)
        return None

    def typed(self, node: exp.Expression, want: str, depth: int) -> e.Node | None:
        """The node, when it has the type `want`; a text literal becomes the date it writes."""
        found = self.node(node, depth)
        if found is None:
            return None
        if want == "date" and isinstance(found, e.Const) and found.type == "text":
            return self.day(node, found)
        if found.type != want:
            self.types(node, found, want)
            return None
        return found

    def all(self, node: exp.Expression, depth: int) -> e.Node | None:
        """A chain of one word is one node, however long: only brackets make it deeper."""
        chain: list[exp.Expression] = []
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if type(one) is type(node):
                waiting += (one.expression, one.this)
            else:
                chain.append(one)
        items = [self.typed(one, "boolean", depth + 1) for one in chain]
        return e.All("and" if isinstance(node, exp.And) else "or", tuple(items)) if all(items) else None

    def compare(self, op: str, first: exp.Expression, second: exp.Expression, depth: int) -> e.Node | None:
        side = self.equal if op in ("=", "!=") else self.node
        left, right = side(first, depth + 1), side(second, depth + 1)
        if left is None or right is None:
            return None
        for one, other in ((left, right), (right, left)):
            if isinstance(one, e.Name) and one.secret and not isinstance(other, e.Const):
                if not (isinstance(other, e.Name) and other.secret):
                    self.sealed(one.name, first)
                    return None
        if left.type == "date" and isinstance(right, e.Const) and right.type == "text":
            right = self.day(second, right)
        elif right.type == "date" and isinstance(left, e.Const) and left.type == "text":
            left = self.day(first, left)
        if left is None or right is None:
            return None
        if left.type in ("photos", "point"):
            self.types(first, left, right.type)
            return None
        if left.type != right.type:
            self.types(second, right, left.type)
            return None
        if left.type in ("text", "boolean") and op not in ("=", "!="):
            message = both(f"文字和是非不分大小，不能用 {op}", f"text and conditions have no order: no {op}")
            hint = both("请用 ==、!=、in、contains、starts。", "Use ==, !=, in, contains, starts.")
            self.flaw("expression.order", message, hint, first)
            return None
        fits = self.fits(left, right, second) and self.fits(right, left, first)
        return e.Compare(op, left, right) if fits else None

    def fits(self, name: e.Node, value: e.Node, at: exp.Expression) -> bool:
        """Whether a text literal is one of the values that the name can have."""
        if not (isinstance(name, e.Name) and isinstance(value, e.Const) and value.type == "text"):
            return True
        known = self.scope[name.name]
        if known.choices is not None and value.value not in known.choices:
            message = both(f"{name.name} 不会是 {quoted(value.value)}", f"{name.name} is never {quoted(value.value)}")
            hint = did_you_mean(str(value.value), known.choices, "可选值", "Values")
            self.flaw("expression.unknown-choice", message, hint, at)
            return False
        if known.codes is not None and value.value not in known.codes.entries:
            list_ = known.codes.name
            message = both(
                f"代码表 {list_} 里没有 {quoted(value.value)}", f"code list {list_} has no {quoted(value.value)}"
            )
            hint = did_you_mean(str(value.value), known.codes.entries, "代码", "Codes")
            self.flaw("expression.unknown-code", message, hint, at)
            return False
        return True

    def inside(self, node: exp.In, depth: int) -> e.Node | None:
        values = node.expressions
        if not values or node.args.get("query") or node.args.get("unnest") or node.args.get("field"):
            message = both("in 后面要有括号和值", "in needs values in brackets")
            self.flaw("expression.syntax", message, both('例如 in ("a", "b")。', 'For example in ("a", "b").'), node)
            return None
        if len(values) > e.LONGEST_LIST:
            message = both(f"超过 {e.LONGEST_LIST} 个值", f"more than {e.LONGEST_LIST} values")
            self.flaw(
                "expression.long-list", message, both("请用 within 或拆开。", "Use within, or break it up."), node
            )
            return None
        item = self.equal(node.this, depth + 1)
        if item is None:
            return None
        consts = []
        for value in values:
            const = self.typed(value, item.type, depth + 1)
            if const is None:
                continue
            if not isinstance(const, e.Const):
                message = both("in 的括号里只能是固定的值", "the list of in holds fixed values only")
                self.flaw("expression.list", message, both("请改用 == 和 or。", "Use == and or."), value)
            elif self.fits(item, const, value):
                consts.append(const)
        return e.In(item, tuple(consts)) if len(consts) == len(values) else None

    def day(self, node: exp.Expression, text: e.Const) -> e.Const | None:
        try:
            if not _DAY.fullmatch(str(text.value)):
                raise ValueError
            return e.Const(date.fromisoformat(str(text.value)), "date")
        except ValueError:
            message = both(f"{quoted(text.value)} 不是日期", f"{quoted(text.value)} is not a date")
            self.flaw(
                "expression.date", message, both('日期写作 "2020-06-30"。', 'A date is written "2020-06-30".'), node
            )
            return None

    def literal(self, node: exp.Literal) -> e.Node | None:
        if node.is_string:
            text = tidy(node.this)
            if text is None:
                hint = both("空的值是 null：请写 is null。", "What is empty is null: write is null.")
                self.flaw("expression.empty-text", both("文字是空的", "this text is empty"), hint, node)
                return None
            return e.Const(text, "text")
        if not _NUMBER.fullmatch(node.this) or len(node.this) > e.MOST_DIGITS:
            message = both(f"{quoted(node.this)} 不是可用的数", f"{quoted(node.this)} is not a number that can be used")
            hint = both(
                f"只写数字和小数点，最多 {e.MOST_DIGITS} 位。", f"Digits and one point, at most {e.MOST_DIGITS}."
            )
            self.flaw("expression.number", message, hint, node)
            return None
        return e.Const(Decimal(node.this), "number")

    def equal(self, node: exp.Expression, depth: int) -> e.Node | None:
        """One side of an equality: the one place, besides is null, where a secret field may stand."""
        bare = node.unnest()
        known = self.scope.get(bare.this.name) if self.is_name(bare) else None
        return self.name(bare, secret=True) if known and known.secret else self.node(node, depth)

    @staticmethod
    def is_name(node: exp.Expression) -> bool:
        return isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier) and not node.args.get("table")

    def name(self, node: exp.Column, null_test: bool = False, secret: bool = False) -> e.Node | None:
        name = node.this.name
        known = self.scope.get(name)
        if known is None:
            message = both(f"没有字段 {quoted(name)}", f"there is no field {quoted(name)}")
            hint = did_you_mean(name, self.scope, "字段", "Fields")
            self.flaw(f"{self.kind}.unknown-field", message, hint, node)
            return None
        if known.secret and not (null_test or secret):
            self.sealed(name, node)
            return None
        if known.type in ("photos", "point") and not null_test:
            message = both(f"{name} 只能用 is null 来问", f"{name} may only be asked for is null")
            self.flaw("expression.types", message, "", node)
            return None
        column = f"{name}_lng" if known.type == "point" else known.column or name
        return e.Name(name, known.type, column, known.uuid, known.secret)

    def sealed(self, name: str, node: exp.Expression) -> None:
        message = both(f"{name} 是加密字段，条件读不到它", f"{name} is secret: no expression can read it")
        hint = both(
            "只能问它等于什么（==、!=、in）或是否为空（is null）。", "It may only be asked by ==, !=, in and is null."
        )
        self.flaw("expression.secret", message, hint, node)

    def negative(self, node: exp.Neg, depth: int) -> e.Node | None:
        item = self.typed(node.this, "number", depth + 1)
        if isinstance(item, e.Const):
            return e.Const(-item.value, "number")
        return item and e.Arithmetic("-", e.Const(Decimal(0), "number"), item)

    def arithmetic(self, node: exp.Expression, depth: int) -> e.Node | None:
        left = self.typed(node.this, "number", depth + 1)
        right = self.typed(node.expression, "number", depth + 1)
        if isinstance(node, exp.Div):
            right = right and self.reciprocal(node.expression, right)
        if left is None or right is None:
            return None
        if isinstance(node, exp.Div | exp.Mul):
            self.products += 1
            if self.products == e.MOST_PRODUCTS + 1:
                message = both(f"乘除超过 {e.MOST_PRODUCTS} 次", f"more than {e.MOST_PRODUCTS} products")
                self.flaw("expression.too-deep", message, both("请拆开。", "Break it up."), node)
            return e.Arithmetic("*", left, right)
        return e.Arithmetic(_SUMS[type(node)], left, right)

    def reciprocal(self, node: exp.Expression, by: e.Node) -> e.Node | None:
        """1 / by, exactly; only a constant made of twos and fives has one."""
        if isinstance(by, e.Const) and by.value:
            try:
                return e.Const(Context(prec=200, traps=[Inexact]).divide(Decimal(1), by.value), "number")
            except Inexact:
                pass
        message = both("只能除以除得尽的常数", "a division needs a constant that leaves no remainder")
        hint = both(
            "例如 / 2、/ 10、/ 60 不行而 * 60 可以：把除数移到比较的另一边；求比例请用 share、ratio。",
            "Such as / 2 or / 10. For others multiply the other side; for shares use an indicator's share or ratio.",
        )
        self.flaw("expression.division", message, hint, node)
        return None

    def call(self, node: exp.Anonymous, depth: int) -> e.Node | None:
        name = node.name.lower()
        if name not in e.FUNCTIONS:
            message = both(f"没有函数 {quoted(node.name)}", f"there is no function {quoted(node.name)}")
            self.flaw(
                "expression.unknown-function", message, did_you_mean(name, e.FUNCTIONS, "函数", "Functions"), node
            )
            return None
        wants, result = e.FUNCTIONS[name]
        if len(node.expressions) != len(wants):
            message = both(f"{name} 要 {len(wants)} 个参数", f"{name} takes {len(wants)} argument(s)")
            self.flaw("expression.arguments", message, "", node)
            return None
        if name == "within":
            return self.within(node, depth)
        args = [self.typed(arg, want, depth + 1) for arg, want in zip(node.expressions, wants, strict=True)]
        return e.Call(name, tuple(args), result) if all(args) else None

    def within(self, node: exp.Anonymous, depth: int) -> e.Node | None:
        """`within(category, "road")` is `category in (road and all below it)`."""
        item, code = (self.typed(arg, "text", depth + 1) for arg in node.expressions)
        if item is None or code is None:
            return None
        known = self.scope[item.name] if isinstance(item, e.Name) else None
        if not known or not known.codes or not isinstance(code, e.Const):
            message = both("within 要一个代码字段和一个代码", "within takes a field with a code list, and a code")
            self.flaw(
                "expression.arguments",
                message,
                both('例如 within(category, "road")。', 'Such as within(category, "road").'),
                node,
            )
            return None
        if not self.fits(item, code, node.expressions[1]):
            return None
        codes = [one for one in known.codes.entries if code.value in known.codes.within(one)]
        return e.In(item, tuple(e.Const(one, "text") for one in codes))
