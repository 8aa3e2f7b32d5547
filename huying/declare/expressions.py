"""The expression language: a SQL-like subset in which every name and type is known before anything runs.

A text is parsed by sqlglot with a tokenizer of nine words; only an allow-list of its node classes is read, into
our own typed tree. `evaluate` runs that tree on one record, `compile` writes it as SQL for many; a property test
holds the two equal. Nothing in the language can raise or have an effect.

Types: text, number, boolean, date, time; `photos` and `point` may only be asked for `is null`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from huying.declare.kinds import CodeList

LONGEST = 2000  # characters
DEEPEST = 64
LONGEST_LIST = 200
MOST_PRODUCTS = 16
MOST_DIGITS = 38
TYPES = ("text", "number", "boolean", "date", "time", "photos", "point")


@dataclass(frozen=True)
class Known:
    """What is known of a name.

    choices  the only values a text can have, as literals are checked against them
    codes    the code list of a text
    secret   encrypted: may only be asked for `==`, `!=`, `in` and `is null`
    column   the name it is made from: `opened_at` for `opened_on`; empty: itself
    uuid     kept as uuid, compared as text
    """

    type: str
    choices: frozenset[str] | None = None
    codes: CodeList | None = None
    secret: bool = False
    column: str = ""
    uuid: bool = False


Scope = Mapping[str, "str | Known"]


@dataclass(frozen=True)
class Const:
    value: str | Decimal | bool | date
    type: str


@dataclass(frozen=True)
class Name:
    """column: the name of the stored value; where it is a time and `type` is date, the day in the district's zone."""

    name: str
    type: str
    column: str
    uuid: bool = False
    secret: bool = False

    @property
    def day_of_time(self) -> bool:
        return self.type == "date" and self.column != self.name


@dataclass(frozen=True)
class Not:
    item: Node
    type: str = "boolean"


@dataclass(frozen=True)
class All:
    """op: and, or."""

    op: str
    items: tuple[Node, ...]
    type: str = "boolean"


@dataclass(frozen=True)
class Compare:
    """op: = != < <= > >=. Text and booleans know = and != only."""

    op: str
    left: Node
    right: Node
    type: str = "boolean"


@dataclass(frozen=True)
class In:
    item: Node
    values: tuple[Const, ...]
    type: str = "boolean"


@dataclass(frozen=True)
class IsNull:
    item: Name | Node
    type: str = "boolean"


@dataclass(frozen=True)
class Arithmetic:
    """op: + - *. A division by a constant is a product with its exact reciprocal."""

    op: str
    left: Node
    right: Node
    type: str = "number"


@dataclass(frozen=True)
class Call:
    name: str
    args: tuple[Node, ...]
    type: str


Node = Const | Name | Not | All | Compare | In | IsNull | Arithmetic | Call

# name -> (types of the arguments, type of the result); `within` is turned into `in` when it is parsed
FUNCTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "year": (("date",), "number"),
    "month": (("date",), "number"),
    "days_between": (("date", "date"), "number"),
    "months_between": (("date", "date"), "number"),
    "years_between": (("date", "date"), "number"),
    "length": (("text",), "number"),
    "contains": (("text", "text"), "boolean"),
    "starts": (("text", "text"), "boolean"),
    "abs": (("number",), "number"),
    "within": (("text", "text"), "boolean"),
}


@dataclass(frozen=True)
class Flaw:
    """One mistake in an expression. offset: characters from the start of its text."""

    code: str
    message: str
    hint: str = ""
    offset: int = 0


class ExpressionError(ValueError):
    """A text that is no expression over the scope; `.flaws` holds all that is wrong with it."""

    def __init__(self, flaws: list[Flaw]):
        self.flaws = flaws
        super().__init__("; ".join(f"{flaw.code}: {flaw.message}" for flaw in flaws))


@dataclass(frozen=True)
class Expression:
    """An expression that was checked.

    text   as written
    type   of its value
    names  names that it uses, as written, in order of the alphabet
    """

    text: str
    type: str
    names: tuple[str, ...] = ()
    tree: Node = field(default=Const(True, "boolean"), compare=False, repr=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the stored values it reads: `opened_at` where the text says `opened_on`."""
        return tuple(sorted({node.column for node in walk(self.tree) if isinstance(node, Name)}))


def walk(node: Node) -> list[Node]:
    """The node and all below it."""
    found, waiting = [], [node]
    while waiting:
        one = waiting.pop()
        found.append(one)
        match one:
            case Not(item) | IsNull(item):
                waiting.append(item)
            case All(_, items):
                waiting += items
            case Compare(_, left, right) | Arithmetic(_, left, right):
                waiting += (left, right)
            case In(item, values):
                waiting += (item, *values)
            case Call(_, args):
                waiting += args
    return found


def parse(text: str, scope: Scope, *, kind: str = "expression", want: str | None = "boolean") -> Expression:
    """Read `text` over the names of `scope`.

    kind  prefixes the code of an unknown name: `flow` gives flow.unknown-field
    want  the type that is asked for; None: any

    Raises ExpressionError with every flaw found.
    """
    from huying.declare.expression_parser import read_tree

    known = {name: Known(value) if isinstance(value, str) else value for name, value in scope.items()}
    tree = read_tree(text, known, kind, want)
    names = {node.name for node in walk(tree) if isinstance(node, Name)}
    return Expression(text, tree.type, tuple(sorted(names)), tree)


def missing(expression: Expression, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Names that the expression uses and that have no value in `row`: what an unknown condition still needs."""
    names = {node.name: node.column for node in walk(expression.tree) if isinstance(node, Name)}
    return tuple(sorted(name for name, column in names.items() if row.get(column) is None))
