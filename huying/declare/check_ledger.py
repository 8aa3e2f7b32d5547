"""Ledgers: every name is a field, every field has a form, and nothing private is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from huying.declare import constraints, upgrades, views
from huying.declare.build_ledger import IDENTITY
from huying.declare.building import Building
from huying.declare.declarations import Declaration
from huying.declare.kinds import Field, Ledger
from huying.declare.problems import Problem, both, did_you_mean, quoted
from huying.declare.scopes import RESERVED, STANDING, scope_of
from huying.declare.sources import Keys

NUMBERS = ("number", "integer", "money")
SEXES = ("female", "male")
COMPARABLE = ("code", "enum", "text", "record", "area")
PLACEHOLDER = re.compile(r"\{(yyyy|yy|mm|dd|n:[1-9])\}")
DAYS = [f"{name[:-3]}_on" for name, type_ in STANDING.items() if type_ == "time"]


def check_ledgers(building: Building) -> list[Problem]:
    problems = []
    patterns: dict[str, str] = {}
    for declaration in building.of("ledger"):
        ledger = building.ledgers[declaration.name]
        flow = building.flows.get(ledger.name)
        problems += _Check(declaration, ledger, tuple(flow.states) if flow else ()).run()
        other = patterns.setdefault(ledger.code, ledger.name)
        if other != ledger.name:
            message = both(f"台账 {other} 已用编号 {ledger.code}", f"ledger {other} has the same codes {ledger.code}")
            hint = both("编号要一看就知道是哪本台账。", "A code must tell which ledger it is of.")
            problems.append(declaration.problem("ledger.code", message, hint, ("code",)))
    return problems


class _Check:
    def __init__(self, declaration: Declaration, ledger: Ledger, states: tuple[str, ...]):
        self.declaration, self.ledger, self.states = declaration, ledger, states
        self.data, self.fields = declaration.data, ledger.fields
        # A field whose type was refused is known by name, so that it is not told a second time
        self.known = set(declaration.data["schema"]["properties"])
        self.problems: list[Problem] = []

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, path, key=key))

    def run(self) -> list[Problem]:
        self.code()
        for name in self.known:
            self.field_name(name)
        for field in self.fields.values():
            self.field(field)
        self.names()
        self.labels()
        self.privacy()
        self.uses()
        for code, message, hint, path in constraints.check(self.data.get("constraints", []), self.ledger, self.states):
            self.report(code, message, hint, path, key=isinstance(path[-1], str))
        self.quality()
        self.problems += upgrades.check(self.declaration, self.ledger)
        self.problems += upgrades.check_fill(self.declaration, self.ledger)
        for code, message, hint, path in views.check(self.ledger):
            self.report(code, message, hint, path, key=len(path) == 2 and isinstance(path[-1], str))
        return self.problems

    def code(self) -> None:
        rest = PLACEHOLDER.sub("", self.ledger.code)
        if "{" in rest or "}" in rest or ":" in rest or len(re.findall(r"\{n:", self.ledger.code)) != 1:
            message = both(
                f"编号 {quoted(self.ledger.code)} 读不懂", f"the code {quoted(self.ledger.code)} cannot be read"
            )
            hint = both(
                "写作字母加 {yyyy} {mm} {dd} 和一个 {n:4}（四位顺序号）。",
                "Write letters with {yyyy} {mm} {dd} and one {n:4} (a number of four digits).",
            )
            self.report("ledger.code", message, hint, ("code",))

    def field_name(self, name: str) -> None:
        path = ("schema", "properties", name)
        taken = name in RESERVED or name in DAYS
        base = name[:-3] + "_at" if name.endswith("_on") else name[:-4] if name.endswith(("_lng", "_lat")) else ""
        made_from = self.fields.get(base)
        if made_from and made_from.type in ("time", "point"):
            taken = True
        if taken:
            message = both(f"{name} 是平台自己的名称", f"{name} is a name of the platform's own")
            hint = both("请换一个字段名。", "Choose another name for the field.")
            self.report("ledger.reserved-name", message, hint, path, key=True)

    def field(self, field: Field) -> None:
        path = ("schema", "properties", field.name)
        if field.name == "unit" and field.type != "area":
            message = both("unit 是记录所在的街道社区", "unit is the street or community of a record")
            self.report(
                "ledger.reserved-name",
                message,
                both("请写 $ref: huying:area，或换名。", "Use $ref: huying:area, or another name."),
                path,
                True,
            )
        for wrong, key in _form(field):
            self.report("ledger.field-form", wrong, "", (*path, key))

    def names(self) -> None:
        standing = {*STANDING, *DAYS}
        for key, names, more in (
            ("list", self.ledger.list, standing),
            ("search", self.ledger.search, ()),
            ("key", self.ledger.key, ()),
        ):
            for place, name in enumerate(names):
                self.field_known(name, (key, place), more)
        for place, name in enumerate(self.data["schema"].get("required", ())):
            self.field_known(name, ("schema", "required", place))
        for key in ("private", "secret", "shown_to", "labels", "units", "mask", "derive"):
            for name in self.data.get(key, ()):
                path = (key, name) if isinstance(self.data[key], dict) else (key, self.data[key].index(name))
                self.field_known(name, path, key=True)
        if self.ledger.map:
            self.field_known(self.ledger.map, ("map",))
        if self.ledger.alike:
            self.field_known(self.ledger.alike.by, ("alike", "by"))

    def field_known(self, name: str, path: Keys, more: object = (), key: bool = False) -> None:
        if name in self.known or name in more:
            return
        days = [one for one in scope_of(self.fields, {}) if one.endswith("_on")] if more else []
        if name in days:
            return
        message = both(f"台账没有字段 {quoted(name)}", f"the ledger has no field {quoted(name)}")
        hint = did_you_mean(name, [*self.known, *more], "字段", "Fields")
        self.report("ledger.unknown-field", message, hint, path, key)

    def labels(self) -> None:
        labels = self.data.get("labels", {})
        for field in self.fields.values():
            said = labels.get(field.name, {})
            if field.type == "enum":
                lacking = [value for value in field.choices if value not in said]
                if lacking:
                    message = both(
                        f"这些值没有名称：{', '.join(lacking)}", f"these values have no label: {', '.join(lacking)}"
                    )
                    hint = both(f"请写在 labels 的 {field.name} 下。", f"Write them under {field.name} in labels.")
                    self.report("ledger.no-label", message, hint, ("schema", "properties", field.name, "enum"))
            for value in said:
                if value not in field.choices:
                    message = both(f"{field.name} 没有值 {quoted(value)}", f"{field.name} has no value {quoted(value)}")
                    hint = did_you_mean(value, field.choices, "值", "Values")
                    self.report("ledger.unknown-label", message, hint, ("labels", field.name, value), True)
        for name in self.data.get("units", {}):
            if name in self.fields and self.fields[name].type not in NUMBERS:
                message = both(f"{name} 不是数，没有单位", f"{name} is no number and has no unit")
                self.report("ledger.field-form", message, "", ("units", name), True)

    def privacy(self) -> None:
        ledger = self.ledger
        for name in ledger.secret:
            field = self.fields.get(name)
            if field and field.type != "text":
                message = both(f"加密字段只能是文字，{name} 不是", f"only text can be secret; {name} is not")
                self.report("ledger.secret-type", message, "", *self.place("secret", name))
            if name in ledger.private or name in ledger.shown_to:
                message = both(
                    f"{name} 既加密，又写在 private 或 shown_to 里", f"{name} is secret and also private or shown_to"
                )
                hint = both("一个字段只有一种密级。", "A field has one class of privacy.")
                self.report("ledger.two-classes", message, hint, *self.place("secret", name))
        for name in self.data.get("mask", {}):
            if name in ledger.fields and name not in ledger.secret:
                message = both(f"{name} 不是加密字段，没有 mask", f"{name} is not secret and has no mask")
                hint = both("请写进 secret，或从 mask 去掉。", "List it under secret, or take it out of mask.")
                self.report("ledger.mask", message, hint, ("mask", name), True)
        self.derived()
        closed = {*ledger.private, *ledger.secret, *ledger.shown_to}
        hint = both(
            "列表、搜索、相似判断人人可见：请从这里去掉，或不列为隐私。",
            "Everyone who sees the ledger sees this: take the field out here, or do not make it private.",
        )
        for key, names in (("list", ledger.list), ("search", ledger.search), ("key", ledger.key)):
            for place, name in enumerate(names):
                if name in closed and not (key == "key" and name in ledger.secret):  # equality is all that a key asks
                    message = both(f"隐私字段 {name} 写在 {key} 里", f"the private field {name} stands in {key}")
                    self.report("ledger.private-shown", message, hint, (key, place))
        if ledger.map in closed:
            message = both(f"隐私字段 {ledger.map} 用作地图", f"the private field {ledger.map} is on the map")
            self.report("ledger.private-shown", message, hint, ("map",))
        if ledger.alike and ledger.alike.by in closed:
            message = both(
                f"隐私字段 {ledger.alike.by} 用来判断相似", f"the private field {ledger.alike.by} tells what is alike"
            )
            self.report("ledger.private-shown", message, hint, ("alike", "by"))

    def place(self, key: str, name: str) -> tuple[Keys, bool]:
        """Where a field stands in a list, or in names with values, and whether it is the name that is meant."""
        data = self.data[key]
        return ((key, name), True) if isinstance(data, dict) else ((key, data.index(name)), False)

    def derived(self) -> None:
        """What is made from an identity number: a field of its type, from a field that holds such a number."""
        for name, (what, source) in self.ledger.derive.items():
            field, of = self.fields.get(name), self.fields.get(source)
            path = ("derive", name)
            if of is None:
                self.field_known(source, path)
            elif of.schema.get("pattern") != IDENTITY:
                message = both(f"{source} 不是证件号", f"{source} holds no identity number")
                hint = both("请用 $ref: huying:identity。", "Give it $ref: huying:identity.")
                self.report("ledger.derive", message, hint, path)
            if field and what == "birth_date" and field.type != "date":
                message = both(f"出生日期要一个日期字段，{name} 不是", f"a birth date needs a date; {name} is none")
                self.report("ledger.derive", message, "", path)
            if field and what == "sex" and set(field.choices) != set(SEXES):
                message = both(f"{name} 的值要正好是 female、male", f"the values of {name} must be female and male")
                hint = both("请写 enum: [female, male]。", "Write enum: [female, male].")
                self.report("ledger.derive", message, hint, path)
            if field and (field.required or name in self.ledger.secret or name in self.ledger.private):
                message = both(
                    f"{name} 由证件号得出，不能必填或遮住", f"{name} is derived: it is open and not required"
                )
                hint = both("没有证件号时它是空的。", "It is empty where there is no number.")
                self.report("ledger.derive", message, hint, path)

    def quality(self) -> None:
        """Rules of quality are counted over the whole ledger: what is private lies elsewhere."""
        for name, fault in self.ledger.quality.faults.items():
            if closed := sorted(self.ledger.private.keys() & set(fault.when.columns)):
                zh, en = (
                    f"质量规则 {name} 用到遮住的字段 {closed[0]}",
                    f"the rule {name} reads the private field {closed[0]}",
                )
                hint = both(
                    "请只用公开的字段；加密的可以问有没有。",
                    "Read open fields only; of a secret one, whether it is there.",
                )
                self.report("ledger.quality", both(zh, en), hint, ("quality", "faults", name, "when"))

    def uses(self) -> None:
        wants = [("map", (self.ledger.map,), ("point",), both("地图要一个位置字段", "a map needs a point field"))]
        wants.append(
            ("search", self.ledger.search, ("text",), both("搜索只读文字字段", "search reads text fields only"))
        )
        for key, names, types, message in wants:
            for place, name in enumerate(names):
                if name in self.fields and self.fields[name].type not in types:
                    self.report("ledger.field-use", message, "", (key,) if key == "map" else (key, place))
        for place, name in enumerate(self.ledger.key):
            if name in self.fields and self.fields[name].type in ("point", "photos"):
                message = both(f"{name} 不能用作标识", f"{name} cannot identify a record")
                self.report("ledger.field-use", message, "", ("key", place))
        alike = self.ledger.alike
        if alike and not self.ledger.map:
            message = both("alike 按距离判断，要有 map", "alike goes by distance and needs map")
            self.report("ledger.field-use", message, "", ("alike",), True)
        if alike and alike.by in self.fields and self.fields[alike.by].type not in COMPARABLE:
            message = both(f"{alike.by} 不能用来判断相似", f"{alike.by} cannot tell what is alike")
            self.report("ledger.field-use", message, "", ("alike", "by"))


def _form(field: Field) -> Iterator[tuple[str, str]]:
    """What is wrong with the keys of a field's schema, and the key."""
    schema = field.schema
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        if low in schema and high in schema and schema[low] > schema[high]:
            yield both(f"{low} 大于 {high}", f"{low} is greater than {high}"), low
    wrong_for = {
        "minimum": NUMBERS,
        "maximum": NUMBERS,
        "minLength": ("text",),
        "maxLength": ("text",),
        "pattern": ("text",),
    }
    for key, types in wrong_for.items():
        if key in schema and field.type not in types:
            yield both(f"这种字段不用 {key}", f"a field of this type takes no {key}"), key
    if "type" in schema and "enum" in schema and schema["type"] != "string":
        yield both("有 enum 的字段是文字，不写 type", "a field with enum is text: leave out type"), "type"
    if "pattern" in schema:
        try:
            re.compile(schema["pattern"])
        except re.error:
            yield both("正则表达式写错了", "this is no regular expression"), "pattern"
    default = schema.get("default")
    if default is not None:
        fits = {
            "enum": isinstance(default, str) and default in field.choices,
            "boolean": isinstance(default, bool),
            "text": isinstance(default, str),
            "date": isinstance(default, str),
            "code": isinstance(default, str),
        }.get(field.type, not isinstance(default, str | bool))
        if not fits:
            yield (
                both(f"默认值 {quoted(default)} 不合字段类型", f"the default {quoted(default)} does not fit the field"),
                "default",
            )
