"""Derived ledgers: names that are there, fields that can be equal, nothing private where others would read it."""

from __future__ import annotations

from collections.abc import Iterable

from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.derived import ID, Derived, Expected, Match, Source, braces
from huying.declare.kinds import Field, Ledger
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.scopes import STANDING
from huying.declare.sources import Keys

EQUAL = ("text", "integer", "date", "area", "office", "post", "record", "code", "enum")  # types that a join goes by
SLOTS = ("enum", "code")
OPEN = both(
    "隐私字段不进派生台账：只可用加密字段作 on 和 by。",
    "A derived ledger reads open fields; a secret one may stand in on and by, where only equality is asked.",
)


def check_derived(building: Building) -> list[Problem]:
    problems = []
    for declaration in building.of("derived"):
        derived = building.derived[declaration.name]
        if all(name in building.ledgers for name in derived.ledgers):
            problems += _Check(building, declaration, derived).run()
    return problems


class _Check:
    def __init__(self, building: Building, declaration: Declaration, derived: Derived):
        self.building, self.declaration, self.derived = building, declaration, derived
        self.problems: list[Problem] = []
        self.of = [building.ledgers[name] for name in derived.of]

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, path, key=key))

    def ledger(self, name: str) -> Ledger:
        return self.building.ledgers[name]

    def run(self) -> list[Problem]:
        derived = self.derived
        self.by()
        for place, ground in enumerate(derived.grounds):
            self.reads(ground, ("from", place))
            self.because(ground.because, self.ledger(ground.of), ("from", place, "because"))
        for name, match in derived.joins.items():
            self.match(match, ("joins", name))
        for place, match in enumerate(derived.missing):
            self.match(match, ("missing", place))
            self.because(match.because, None, ("missing", place, "because"))
        if derived.expects:
            self.match(derived.expects, ("expects",))
            self.because(derived.expects.because, None, ("expects", "because"))
            self.expects(derived.expects)
        self.show()
        self.see()
        return self.problems

    def by(self) -> None:
        by = self.derived.by
        if not by and len(self.derived.grounds) > 1:
            message = both("from 有几条，却没有 by", "there are several entries under from and no by")
            hint = both("请写 by: 字段，相同的算一行。", "Say by: a field; equal values make one row.")
            self.report("derived.by", message, hint, ("from",), True)
        kinds = {kind for ledger in self.of if by and (kind := self.kind(ledger, by, ("by",)))}
        if len(kinds) > 1:
            self.unequal(by, by, ("by",))

    def kind(self, ledger: Ledger, name: str, path: Keys, key: bool = False) -> tuple[str, str] | None:
        """What makes two fields comparable: their type, and what they refer to. None (and a problem) where nothing does."""
        if name == ID:
            return "record", ledger.name
        field = ledger.fields.get(name)
        if field is None:
            self.unknown(ledger, name, path, key)
            return None
        if name in ledger.private:
            self.private(name, path, key)
            return None
        self.narrow(ledger, name, path, key)
        if name in ledger.secret:
            return "secret", ""
        if field.type not in EQUAL:
            message = both(f"{name} 不能用来判断相同", f"{name} cannot tell what is equal")
            hint = both(
                "可用文字、整数、日期、选项、代码、单位、引用或加密字段。",
                "Use a text, whole number, day, choice, code, unit, reference or secret field.",
            )
            self.report("derived.join-type", message, hint, path, key)
            return None
        return field.type, field.codes or field.ledger

    def narrow(self, ledger: Ledger, name: str, path: Keys, key: bool = False) -> None:
        """A field that only some roles see tells others nothing by who is listed."""
        roles = ledger.shown_to.get(name)
        if roles is None or (self.derived.see and set(self.derived.see) <= set(roles)):
            return
        message = both(f"{name} 只给 {', '.join(roles)} 看", f"{name} is shown to {', '.join(roles)} only")
        hint = both("请写 see，只列这些角色。", "Say see, with none but these roles.")
        self.report("derived.see", message, hint, path, key)

    def unknown(self, ledger: Ledger, name: str, path: Keys, key: bool = False) -> None:
        message = both(
            f"台账 {ledger.name} 没有字段 {quoted(name)}", f"ledger {ledger.name} has no field {quoted(name)}"
        )
        self.report("derived.unknown-field", message, did_you_mean(name, ledger.fields, "字段", "Fields"), path, key)

    def private(self, name: str, path: Keys, key: bool = False) -> None:
        message = both(f"隐私字段 {name} 写在这里", f"the private field {name} stands here")
        self.report("derived.private-field", message, OPEN, path, key)

    def unequal(self, there: str, here: str, path: Keys) -> None:
        message = both(f"{there} 与 {here} 不是同一类型", f"{there} and {here} are not of one type")
        hint = both(
            "相同只能在同一类型之间判断；加密字段只与加密字段比。",
            "Only values of one type can be equal; a secret field is compared with a secret one.",
        )
        self.report("derived.join-type", message, hint, path)

    def reads(self, source: Source, path: Keys) -> None:
        """The condition reads no private field, and none that is shown to other roles only."""
        ledger = self.ledger(source.of)
        for key, condition in (("where", source.where), ("window", source.within)):
            for name in condition.columns if condition else ():
                if name in ledger.private:
                    self.private(name, (*path, key))
                self.narrow(ledger, name, (*path, key))

    def match(self, match: Match, path: Keys) -> None:
        self.reads(match, path)
        for there, here in match.on:
            at = (*path, "on", there)
            theirs = self.kind(self.ledger(match.of), there, at, True)
            for ledger in self.of:
                ours = self.kind(ledger, here, at)
                if theirs and ours and theirs != ours:
                    self.unequal(there, here, at)
                    break

    def expects(self, expected: Expected) -> None:
        data = self.declaration.data["expects"]
        bounds = [name for name in ("exactly", "at_least", "at_most") if name in data]
        if not bounds or ("exactly" in bounds and len(bounds) > 1):
            message = both("没有写清应有几个", "it does not say how many there should be")
            hint = both(
                "写 exactly: 数；或 at_least、at_most（可同时写）。", "Say exactly: n; or at_least, at_most, or both."
            )
            self.report("derived.expects", message, hint, ("expects",), True)
        elif expected.at_least is not None and expected.at_most is not None and expected.at_least > expected.at_most:
            message = both("at_least 大于 at_most", "at_least is greater than at_most")
            self.report("derived.expects", message, "", ("expects", "at_least"))
        if expected.each:
            ledger = self.ledger(expected.of)
            field = ledger.fields.get(expected.each)
            if field is None:
                self.unknown(ledger, expected.each, ("expects", "each"))
            elif expected.each in ledger.masked:
                self.private(expected.each, ("expects", "each"))
            elif field.type not in SLOTS:
                message = both(f"{expected.each} 没有可数的几种值", f"{expected.each} has no choices to be counted")
                hint = both("请用有 enum 的字段，或代码。", "Use a field with enum, or a code.")
                self.report("derived.expects", message, hint, ("expects", "each"))

    def because(self, text: str, ledger: Ledger | None, path: Keys) -> None:
        for name in braces(text):
            if ledger is None:
                message = both(f"这里没有记录可取 {{{name}}}", f"there is no record here to take {{{name}}} from")
                hint = both("花括号只用在 from 的 because。", "Braces stand in because of an entry under from only.")
                self.report("derived.because", message, hint, path)
            else:
                self.is_open(ledger, name, path)

    def is_open(self, ledger: Ledger, name: str, path: Keys) -> Field | None:
        field = ledger.fields.get(name)
        if field is None:
            self.unknown(ledger, name, path)
        elif name not in ledger.public_fields() or field.type in ("point", "photos"):
            self.private(name, path)
            return None
        return field

    def show(self) -> None:
        for place, shown in enumerate(self.derived.show):
            path = ("show", place)
            if shown.join and shown.join not in self.derived.joins:
                message = both(f"没有 joins {quoted(shown.join)}", f"there is no join {quoted(shown.join)}")
                hint = did_you_mean(shown.join, self.derived.joins, "joins", "Joins")
                self.report("derived.unknown-join", message, hint, path)
                continue
            ledgers = [self.ledger(self.derived.joins[shown.join].of)] if shown.join else self.of
            found = [field for ledger in ledgers if (field := self.is_open(ledger, shown.name, path))]
            if len({(field.type, field.codes, field.ledger) for field in found}) > 1:
                self.unequal(shown.name, shown.name, path)

    def see(self) -> None:
        """Whoever sees the rows may see the ledgers whose fields stand in them."""
        shown = [*self.derived.of, *(match.of for match in self.derived.joins.values())]
        for name in dict.fromkeys(shown):
            ledger = self.ledger(name)
            outside = [role for role in self.derived.see if ledger.see and role not in ledger.see]
            if outside:
                message = both(
                    f"{', '.join(outside)} 看不到台账 {name}", f"{', '.join(outside)} may not see the ledger {name}"
                )
                hint = both(
                    "只给能看这些台账的角色，或在台账的 see 里加上。",
                    "Name roles that may see these ledgers, or add the role to see of the ledger.",
                )
                self.report("derived.see", message, hint, ("see", self.derived.see.index(outside[0])))


THEN = ("listed", "since", "until", "rows", "few", "many")


def check_case(building: Building, declaration: Declaration, path: Keys) -> list[Problem]:
    """What a case of a derived ledger names is there: ledgers that it reads, their fields, what can come out."""
    found = building.names.resolve("derived", declaration.data["of"], declaration.pack)
    derived = building.derived.get(found.name) if found else None
    if derived is None or not all(name in building.ledgers for name in derived.ledgers):
        return []
    problems = []

    def known(name: str, names: Iterable[str], noun: tuple[str, str], at: Keys) -> bool:
        if name in (names := list(names)):
            return True
        message = both(f"没有{noun[0]} {quoted(name)}", f"there is no {noun[1]} {quoted(name)}")
        hint = did_you_mean(name, names, noun[0], noun[1].capitalize() + "s")
        problems.append(declaration.problem("case.unknown-name", message, hint, (*path, *at), key=True))
        return False

    case = declaration.data["cases"][path[-1]]
    short = {name.partition(".")[2]: name for name in derived.ledgers} | {name: name for name in derived.ledgers}
    for name, records in case.get("given", {}).items():
        if not known(name, short, ("台账", "ledger"), ("given", name)):
            continue
        fields = building.ledgers[short[name]].fields
        for place, record in enumerate(records if isinstance(records, list) else []):
            for one in record if isinstance(record, dict) else ():
                known(one, {*fields, *STANDING, ID}, ("字段", "field"), ("given", name, place, one))
    for name in case["then"]:
        known(name, THEN, ("结果", "outcome"), ("then", name))
    return problems
