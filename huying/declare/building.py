"""What all builders share: the names, the problems found, and the parts of Rules as they grow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from huying.declare import kinds
from huying.declare.declarations import Declaration, Names
from huying.declare.derived import Derived
from huying.declare.expressions import Expression, ExpressionError, Known, parse
from huying.declare.forms import Form
from huying.declare.pages import Page
from huying.declare.papers import Paper
from huying.declare.problems import Problem
from huying.declare.published import Published
from huying.declare.recipes import Calibration
from huying.declare.scopes import scope_of
from huying.declare.sources import Keys
from huying.declare.subjects import Subject
from huying.declare.tables import Row
from huying.declare.templates import Template

if TYPE_CHECKING:
    from huying.declare.crosschecks import Crosscheck, Stated

NOUNS = {
    "ledger": ("台账", "ledger"),
    "flow": ("流程", "flow"),
    "indicator": ("指标", "indicator"),
    "codes": ("代码表", "code list"),
    "template": ("表样", "template"),
    "subject": ("对象", "subject"),
}


class Building:
    """Grows the parts of Rules from declarations whose form is right; notes every name that means nothing."""

    def __init__(self, names: Names):
        self.names = names
        self.problems: list[Problem] = []
        self.packs: dict[str, kinds.Pack] = {}
        self.roles: dict[str, kinds.Role] = {}
        self.codes: dict[str, kinds.CodeList] = {}
        self.ledgers: dict[str, kinds.Ledger] = {}
        self.flows: dict[str, kinds.Flow] = {}
        self.dispatch: dict[str, kinds.Dispatch] = {}
        self.limits: dict[str, kinds.Limits] = {}
        self.indicators: dict[str, kinds.Indicator] = {}
        self.commitments: dict[str, kinds.Commitment] = {}
        self.readings: list[kinds.Reading] = []
        self.published: list[Published] = []
        self.calibration: dict[str, Calibration] = {}
        self.stated: dict[str, Stated] = {}
        self.crosschecks: dict[str, Crosscheck] = {}
        self.derived: dict[str, Derived] = {}
        self.subjects: dict[str, Subject] = {}
        self.pages: dict[str, Page] = {}
        self.forms: dict[str, Form] = {}
        self.templates: dict[str, Template] = {}
        self.papers: dict[str, Paper] = {}
        self.cases: list[kinds.CaseFile] = []
        self.provides: dict[str, str] = {}
        self.calendars: dict[str, dict[str, Any]] = {}

    def of(self, kind: str) -> list[Declaration]:
        """Declarations of one kind that can be built, in order of name."""
        found = [one for (other, _), one in self.names.found.items() if other == kind and one.sound]
        return sorted(found, key=lambda one: one.name)

    def refer(self, declaration: Declaration, kind: str, name: str, path: Keys, key: bool = False) -> str:
        """The full name of a declaration that is referred to; "" (and a problem) where there is none."""
        found = self.names.resolve(kind, name, declaration.pack)
        if found:
            return found.name
        message, hint = self.names.unknown(kind, *NOUNS[kind], name, declaration.pack)
        self.problems.append(
            declaration.problem(f"name.unknown-{NOUNS[kind][1].replace(' ', '-')}", message, hint, path, key=key)
        )
        return ""

    def role(self, declaration: Declaration, role: str, path: Keys, special: tuple[str, ...] = ()) -> None:
        if role not in special and not self.names.role_known(role, declaration.pack):
            message, hint = self.names.unknown_role(role, declaration.pack, special)
            self.problems.append(declaration.problem("name.unknown-role", message, hint, path))

    def scope(self, ledger: str) -> dict[str, Known] | None:
        """Names of a ledger; None where it could not be built."""
        found = self.ledgers.get(ledger)
        if not found:
            return None
        flow = self.names.get("flow", ledger)
        states = flow.data.get("states", {}) if flow and flow.sound else {}
        return scope_of(found.fields, self.codes, states, found.secret)

    def expression(
        self,
        declaration: Declaration,
        value: Any,
        path: Keys,
        scope: Mapping[str, Known] | None,
        want: str | None = "boolean",
    ) -> Expression | None:
        """The expression at `path`; None where there is none, or where it was refused."""
        if value is None or scope is None:
            return None

        def report(code: str, message: str, hint: str, offset: int) -> Problem:
            return declaration.problem(code, message, hint, path, offset=offset)

        return self._parsed(as_text(value), scope, declaration.kind, want, report)

    def cell(
        self, declaration: Declaration, row: Row, column: str, scope: Mapping[str, Known] | None
    ) -> Expression | None:
        """The condition in a cell of a table; None where it is empty, or refused."""
        if not row[column] or scope is None:
            return None

        def report(code: str, message: str, hint: str, offset: int) -> Problem:
            return declaration.row_problem(code, message, hint, row, column, offset)

        return self._parsed(row[column], scope, declaration.kind, "boolean", report)

    def _parsed(
        self, text: str, scope: Mapping[str, Known], kind: str, want: str | None, report: Callable[..., Problem]
    ) -> Expression | None:
        try:
            return parse(text, scope, kind=kind, want=want)
        except ExpressionError as error:
            self.problems += [report(flaw.code, flaw.message, flaw.hint, flaw.offset) for flaw in error.flaws]
            return None


def as_text(value: Any) -> str:
    """A value of YAML as the text of an expression: `true` and `5` are written as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def names_in(value: Any) -> tuple[str, ...]:
    """One name or a list of names, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value or ())
