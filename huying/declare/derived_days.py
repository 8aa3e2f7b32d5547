"""On which days does a condition hold that names the day asked? It is solved once, for `asked`, when it is declared.

A condition is parted at its `and`s. What does not name `asked` is asked of the record as it is; each other part must
be linear in `asked`, and gives one bound of the days: from a day on, or up to one. So a row leaves a derived ledger by
itself, on a day that is known beforehand, and no job has to look for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from huying.declare import expressions as e
from huying.declare.expressions import Expression, Flaw, Known
from huying.declare.problems import both

ASKED = "asked"
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)  # without bound
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
_MONTHS = {"months_between": 1, "years_between": 12}


@dataclass(frozen=True)
class Bound:
    """The first (side "from") or last ("to") day: `day`, moved by `months`, by the terms of `plus` and by `shift` days.

    plus    (1 or -1, number) terms; their sum is rounded towards the inside of the days
    """

    side: str
    day: e.Node
    plus: tuple[tuple[int, e.Node], ...] = ()
    months: int = 0
    shift: int = 0
    up: bool = True  # the sum of plus is rounded up
    open: bool = False  # without a `day` there is no bound: `until_on is null or asked <= until_on`


@dataclass(frozen=True)
class Span:
    """standing: what is asked of the record itself; bounds: of the days on which the rest holds."""

    standing: Expression | None = None
    bounds: tuple[Bound, ...] = ()


def with_asked(scope: dict[str, Known]) -> dict[str, Known]:
    """The names of a ledger, with the day asked in the place of today."""
    return {name: known for name, known in scope.items() if name != "today"} | {ASKED: Known("date", column="today")}


def solve(conditions: list[Expression]) -> tuple[Span, list[tuple[Expression, Flaw]]]:
    """All conditions together, and what in them cannot be solved."""
    standing: list[e.Node] = []
    bounds: list[Bound] = []
    flaws: list[tuple[Expression, Flaw]] = []
    for condition in conditions:
        for node in _parts(condition.tree):
            if not names_asked(node):
                standing.append(node)
                continue
            found = _bounds(node)
            if found is None:
                flaws.append((condition, _not_linear()))
            else:
                bounds += found
    if not standing:
        return Span(None, tuple(bounds)), flaws
    tree = standing[0] if len(standing) == 1 else e.All("and", tuple(standing))
    names = {one.name for node in standing for one in e.walk(node) if isinstance(one, e.Name)}
    text = " and ".join(condition.text for condition in conditions)
    return Span(Expression(text, "boolean", tuple(sorted(names)), tree), tuple(bounds)), flaws


def names_asked(node: e.Node) -> bool:
    return any(isinstance(one, e.Name) and one.column == "today" for one in e.walk(node))


def _not_linear() -> Flaw:
    return Flaw(
        "derived.not-linear",
        both("算不出哪天起、哪天止", "this cannot be solved for the day asked"),
        both(
            "asked 只用于：与一个日期比较（可写 until_on is null or asked <= until_on），或 days_between、months_between(日期, asked)、"
            "years_between(日期, asked) 与一个数比较，用 and 相连；别的“或”请在 from 里另写一条。",
            "asked may be compared with a day (also `until_on is null or asked <= until_on`), or stand in days_between, "
            "months_between(day, asked) or years_between(day, asked) compared with a number, joined by and; for another “or” "
            "add an entry under from.",
        ),
    )


def _parts(node: e.Node) -> list[e.Node]:
    if isinstance(node, e.All) and node.op == "and":
        return [part for item in node.items for part in _parts(item)]
    return [node]


def _bounds(node: e.Node) -> list[Bound] | None:
    """The bounds that a comparison sets to the day asked; None where it sets none that can be solved."""
    if isinstance(node, e.All):
        return _open(node)
    if not isinstance(node, e.Compare) or node.op not in _FLIPPED:
        return None
    if any(isinstance(one, e.Const) and one.type == "text" for one in e.walk(node)):
        return None  # a text would be a parameter, and a bound is written several times
    if node.left.type == "date":
        return _by_day(node.op, node.left, node.right)
    terms = _terms(node.left, 1) + _terms(node.right, -1)
    with_it = [(sign, term) for sign, term in terms if names_asked(term)]
    rest = tuple((sign, term) for sign, term in terms if not names_asked(term))
    if len(with_it) != 1 or not isinstance(with_it[0][1], e.Call):
        return None
    sign, call = with_it[0]
    op = node.op if sign > 0 else _FLIPPED[node.op]
    asked = [_is_asked(arg) for arg in call.args]
    if (
        call.name == "days_between"
        and asked.count(True) == 1
        and not any(names_asked(arg) for arg, is_it in zip(call.args, asked, strict=True) if not is_it)
    ):
        # sign * (asked - day) + rest op 0, or sign * (day - asked) + rest op 0
        ahead = asked[1]
        day = call.args[0] if ahead else call.args[1]
        plus = tuple((-sign * one if ahead else sign * one, term) for one, term in rest)
        return _sides(op if ahead else _FLIPPED[op], Bound("", day, plus))
    if call.name in _MONTHS and asked == [False, True] and not names_asked(call.args[0]):
        number = _whole([(-sign * one, term) for one, term in rest])
        return None if number is None else _by_months(op, call.args[0], number, _MONTHS[call.name])
    return None


def _open(node: e.All) -> list[Bound] | None:
    """`until_on is null or asked <= until_on`: a bound that an empty day does not set."""
    empty = [item.item for item in node.items if isinstance(item, e.IsNull)]
    others = [item for item in node.items if not isinstance(item, e.IsNull)]
    if node.op != "or" or len(empty) != 1 or len(others) != 1:
        return None
    found = _bounds(others[0])
    if found is None or len(found) != 1 or found[0].day != empty[0] or found[0].plus:
        return None
    return [replace(found[0], open=True)]


def _by_day(op: str, left: e.Node, right: e.Node) -> list[Bound] | None:
    if _is_asked(left) and not names_asked(right):
        return _sides(op, Bound("", right))
    if _is_asked(right) and not names_asked(left):
        return _sides(_FLIPPED[op], Bound("", left))
    return None


def _sides(op: str, bound: Bound) -> list[Bound]:
    """asked op bound."""
    match op:
        case ">=":
            return [replace(bound, side="from", up=True)]
        case ">":
            return [replace(bound, side="from", up=False, shift=1)]
        case "<=":
            return [replace(bound, side="to", up=False)]
        case "<":
            return [replace(bound, side="to", up=True, shift=-1)]
    return [replace(bound, side="from", up=True), replace(bound, side="to", up=False)]


def _by_months(op: str, day: e.Node, number: int, each: int) -> list[Bound] | None:
    """whole years or months from `day` to asked, op number. They count down before the day, so none is asked there."""
    if number < (0 if op in (">", "<=") else 1):
        return None
    reached = Bound("from", day, months=number * each)
    passed = Bound("from", day, months=(number + 1) * each)

    def before(bound: Bound) -> Bound:
        return replace(bound, side="to", shift=-1)

    return {
        ">=": [reached],
        ">": [passed],
        "<": [before(reached)],
        "<=": [before(passed)],
        "=": [reached, before(passed)],
    }[op]


def _is_asked(node: e.Node) -> bool:
    return isinstance(node, e.Name) and node.column == "today"


def _terms(node: e.Node, sign: int) -> list[tuple[int, e.Node]]:
    if isinstance(node, e.Arithmetic) and node.op in ("+", "-"):
        return _terms(node.left, sign) + _terms(node.right, sign if node.op == "+" else -sign)
    return [(sign, node)]


def _whole(terms: list[tuple[int, e.Node]]) -> int | None:
    """The sum of constant terms, where it is a whole number of reasonable size."""
    total = Decimal(0)
    for sign, term in terms:
        if not isinstance(term, e.Const) or not isinstance(term.value, Decimal):
            return None
        total += sign * term.value
    return int(total) if total == total.to_integral_value() and abs(total) <= 12_000 else None


def days_sql(span: Span, sql: Callable[[e.Node], str]) -> tuple[str, str]:
    """(first day, last day) as SQL of dates between FIRST and LAST; null where a part is unknown.

    sql  gives the SQL of a node that does not name the day asked, without parameters
    """
    sides: dict[str, list[str]] = {"from": [], "to": []}
    for bound in span.bounds:
        text = sql(bound.day)
        if bound.months:
            text = f"({text} + interval '{bound.months} months')::date"
        if bound.plus:
            total = " + ".join(f"{'-' if sign < 0 else ''}({sql(term)})" for sign, term in bound.plus)
            rounded = f"{'ceil' if bound.up else 'floor'}({total})"
            far = f"case when {rounded} is not null then least(greatest({rounded}, -{_FAR}), {_FAR}) end"
            text = f"({text} + ({far})::int)"
        if bound.shift:
            text = f"({text} + ({bound.shift}))"
        if bound.open:
            text = f"coalesce({text}, date '{(FIRST if bound.side == 'from' else LAST).isoformat()}')"
        sides[bound.side].append(text)
    return _strictest(sides["from"], "greatest", FIRST), _strictest(sides["to"], "least", LAST)


_FAR = 700_000  # days: as far as a day may be moved, more than any bound


def _strictest(texts: list[str], which: str, none: date) -> str:
    """The strictest of some days; null where one is unknown (PostgreSQL's own greatest and least leave nulls out)."""
    open_end = f"date '{none.isoformat()}'"
    if not texts:
        return open_end
    known = " and ".join(f"({text}) is not null" for text in texts)
    strictest = f"{which}({', '.join(texts)})"
    return f"case when {known} then least(greatest({strictest}, date '{FIRST.isoformat()}'), date '{LAST.isoformat()}') end"
