"""Views of a ledger: a list that has a name. What is shown of it, in which order, by which groups.

views:
  overdue: {title: 逾期未办 | Overdue, where: due_on < today and closed_at is null, sort: due_at, group: unit}
sums: [cost]          # what is added up for each group
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from huying.declare.problems import both, did_you_mean, quoted
from huying.declare.sources import Keys

if TYPE_CHECKING:
    from huying.declare.expressions import Expression
    from huying.declare.kinds import Ledger

NUMBERS = ("number", "integer", "money")
GROUPING = ("enum", "code", "area", "office", "boolean", "record", "date", "time")  # types by which rows are grouped
GROUPED = {
    "state": "state",
    "unit": "area",
    "office": "office",
    "opened_at": "time",
    "closed_at": "time",
    "due_at": "time",
}
SORTED = ("code", "state", "unit", "office", "opened_at", "closed_at", "due_at", "known_at")
Wrong = tuple[str, str, str, Keys]  # code, message, hint, where


@dataclass(frozen=True)
class View:
    """A list with a name. sort: a name, with `-` for descending; columns: none for the ledger's own; group: a name of
    which `group_type` is known, or empty."""

    name: str
    title: str
    where: Expression | None = None
    sort: str = ""
    columns: tuple[str, ...] = ()
    group: str = ""


def built(data: dict[str, Any], expression: Callable[[str, Keys], Expression | None]) -> dict[str, View]:
    """The declared views. expression(text, where it stands) parses a condition, and reports what is wrong with it."""
    return {
        name: View(
            name,
            one["title"],
            expression(one["where"], ("views", name, "where")) if "where" in one else None,
            one.get("sort", ""),
            tuple(one.get("columns", ())),
            one.get("group", ""),
        )
        for name, one in data.items()
    }


def group_type(ledger: Ledger, name: str) -> str:
    """The type by which a name groups the records of a ledger; empty where it does not."""
    field = ledger.fields.get(name)
    if name in GROUPED:
        return GROUPED[name]
    return field.type if field and field.type in GROUPING and name not in ledger.masked else ""


def check(ledger: Ledger) -> Iterator[Wrong]:
    """What is wrong with a ledger's views and sums."""
    for place, name in enumerate(ledger.sums):
        field = ledger.fields.get(name)
        if field is None:
            yield _unknown(ledger, name, list(ledger.fields), ("sums", place))
        elif field.type not in NUMBERS or name in ledger.masked:
            said = both(f"{name} 不是能相加的公开数字", f"{name} is no open number that could be added up")
            yield "ledger.view", said, "", ("sums", place)
    for view in ledger.views.values():
        path = ("views", view.name)
        if view.name.isdigit():
            yield "ledger.view", both("名称不能只是数字", "a name is not a number alone"), "", path
        yield from _names(ledger, view, path)
        if view.where:
            for name in view.where.columns:
                if name in ledger.masked:
                    yield _masked(name, (*path, "where"))


def _names(ledger: Ledger, view: View, path: Keys) -> Iterator[Wrong]:
    groups = [name for name in [*ledger.fields, *GROUPED] if group_type(ledger, name)]
    sorts = [*(name for name, one in ledger.fields.items() if one.type not in ("point", "photos")), *SORTED]
    asked = [(name, list(ledger.fields), (*path, "columns", place)) for place, name in enumerate(view.columns)]
    asked += [(view.sort.removeprefix("-"), sorts, (*path, "sort"))] if view.sort else []
    asked += [(view.group, groups, (*path, "group"))] if view.group else []
    for name, known, where in asked:
        if name in ledger.masked:
            yield _masked(name, where)
        elif name not in known:
            yield _unknown(ledger, name, known, where)


def _unknown(ledger: Ledger, name: str, known: list[str], where: Keys) -> Wrong:
    if name in ledger.fields:
        said = both(f"{quoted(name)} 这种字段不能这样用", f"a field such as {quoted(name)} is not used like this")
        return "ledger.view", said, did_you_mean(name, known, "可用", "Usable"), where
    said = both(f"台账没有字段 {quoted(name)}", f"the ledger has no field {quoted(name)}")
    return "ledger.unknown-field", said, did_you_mean(name, known, "字段", "Fields"), where


def _masked(name: str, where: Keys) -> Wrong:
    said = both(f"{name} 是遮住的字段，视图里不能用", f"{name} is masked and stands in no view")
    return "ledger.view", said, "", where
