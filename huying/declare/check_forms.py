"""Forms: nothing is asked that a ledger holds already, nobody is asked for more minutes than was agreed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from huying.declare.build_form import HOWS
from huying.declare.build_ledger import IDENTITY, PHONE
from huying.declare.building import Building
from huying.declare.check_ledger import NUMBERS
from huying.declare.declarations import Declaration, needs_hint
from huying.declare.forms import ABOUT, OFFICE, Form
from huying.declare.kinds import Field, Ledger
from huying.declare.limit_words import HINT, is_limit
from huying.declare.nouns import part
from huying.declare.problems import Problem, both, did_you_mean, joined, quoted
from huying.declare.scopes import TYPES
from huying.declare.sources import Keys

OWN_FORM = ("area", "office", "point", "post")  # types that say themselves what they hold
TAKEN = ("text", "number", "integer", "money", "boolean", "date", "enum", "code", "area", "office", "post", "record")
REMARK = 100  # characters from which a text is written for the occasion, and held nowhere
_BRACKETS = re.compile(r"[（(\[【].*?[）)\]】]")
_TAIL = re.compile(r"(名称|全称|号码|编号|数量|总数|人数|个数|情况|数|名|号)$")
_HEAD = re.compile(r"^(本人|现有|所在|本|现|所)")


def check_forms(building: Building) -> list[Problem]:
    problems = []
    for declaration in building.of("form"):
        form, ledger = building.forms.get(declaration.name), building.ledgers.get(declaration.name)
        if form and ledger:
            problems += _Check(building, declaration, form, ledger).run()
    return [*problems, *_over_budget(building)]


def plain(title: str) -> str:
    """A title reduced to what it names: without brackets, signs and 的.

    >>> plain("楼栋（幢）的 名称 | Building")
    '楼栋名称'
    """
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", part(title)).lower())
    return "".join(letter for letter in text if letter.isalnum() and letter != "的")


def stem(title: str) -> str:
    """A plain title without the words that only say in which form it is given."""
    text = plain(title)
    return _HEAD.sub("", _TAIL.sub("", text)) or text


class _Check:
    def __init__(self, building: Building, declaration: Declaration, form: Form, ledger: Ledger):
        self.building, self.declaration, self.form, self.ledger = building, declaration, form, ledger
        self.problems: list[Problem] = []

    def report(self, code: str, message: str, hint: str, path: Keys, key: bool = False) -> None:
        self.problems.append(self.declaration.problem(code, message, hint, path, key=key))

    def run(self) -> list[Problem]:
        self.names()
        self.each()
        self.limits()
        for name, known in self.form.known.items():
            if name in self.ledger.fields:
                self.fits(name, known.of, known.how, known.field)
        for name in self.declaration.data.get("known", {}):
            given = [how for how in HOWS if how in self.declaration.data["known"][name]]
            if len(given) != 1:
                message = both("要写 count、sum、value 之一", "it needs one of count, sum, value")
                self.report("form.known", message, "", ("known", name), True)
        for name in self.form.asks:
            if name in self.ledger.fields and name not in self.form.known and name not in self.form.despite:
                self.asked_already(name)
        return self.problems

    def names(self) -> None:
        asks = set(self.form.asks)
        inherited = self.building.ledgers.get(self.ledger.like)
        for name in sorted(asks & set(inherited.fields if inherited else ())):
            message = both(f"{name} 是填报台账自己的字段", f"{name} is a field of the answers' own")
            hint = both("请换一个字段名。", "Choose another name for the field.")
            self.report("form.reserved-name", message, hint, ("schema", "properties", name), True)
        for key in ("known", "anew", "sums", "despite"):
            written = self.declaration.data.get(key, ())
            for place, name in enumerate(written):
                if name not in asks:
                    message = both(f"表里没有字段 {quoted(name)}", f"the form has no field {quoted(name)}")
                    path: Keys = (key, name) if isinstance(written, dict) else (key, place)
                    hint = did_you_mean(name, asks, "字段", "Fields")
                    self.report("form.unknown-field", message, hint, path, isinstance(written, dict))
        for place, name in enumerate(self.form.sums):
            field = self.ledger.fields.get(name)
            if field and (field.type not in NUMBERS or name in self.ledger.masked):
                message = both(f"{name} 不是公开的数，不能汇总", f"{name} is no open number and cannot be added up")
                self.report("form.sums", message, "", ("sums", place))

    def each(self) -> None:
        """The records that are asked about lie in areas, and the field that names them is not one of the form's."""
        each = self.form.each
        other = self.building.ledgers.get(each.of) if each else None
        if ABOUT in self.form.asks and each:
            message = both(f"{ABOUT} 是填报台账自己的字段", f"{ABOUT} is a field of the answers' own")
            hint = both("请换一个字段名。", "Choose another name for the field.")
            self.report("form.reserved-name", message, hint, ("schema", "properties", ABOUT), True)
        if other and ("unit" not in other.fields or self.form.level == OFFICE):
            message = both(
                f"台账 {other.name} 不能按填报人分", f"the records of {other.name} cannot be parted by filler"
            )
            hint = both(
                "逐条填报的台账要有街道社区，填报人是街道或社区。", "Its records need an area, and the fillers one too."
            )
            self.report("form.each", message, hint, ("each", "of"))

    def limits(self) -> None:
        for key in ("due", "mend"):
            text = self.declaration.data.get(key)
            if text is not None and not is_limit(text):
                message = both(f"{quoted(text)} 不是时限", f"{quoted(text)} is not a limit")
                self.report("flow.limit", message, HINT, (key,))

    def fits(self, name: str, of: str, how: str, source: str) -> None:
        """What is taken from a ledger is there, open, and of the field's type."""
        field, other = self.ledger.fields[name], self.building.ledgers.get(of)
        path: Keys = ("known", name, how)
        if other is None:
            return
        if "unit" not in other.fields and self.form.level != "office":
            message = both(f"台账 {of} 不分街道社区", f"the records of {of} belong to no area")
            hint = both(
                "取数要按填报人的范围；请换一本台账。", "Values are taken for the filler's area: name another ledger."
            )
            self.report("form.known", message, hint, ("known", name, "of"))
        if how == "count":
            if field.type not in ("integer", "number"):
                message = both(
                    f"{name} 是 {field.type}，计数得出的是整数", f"{name} is {field.type}, but a count is a number"
                )
                self.report("form.known", message, "", path)
            return
        taken = other.fields.get(source)
        if taken is None:
            message = both(f"台账 {of} 没有字段 {quoted(source)}", f"ledger {of} has no field {quoted(source)}")
            self.report("form.known", message, did_you_mean(source, other.fields, "字段", "Fields"), path)
        elif source in other.masked or source in other.shown_to:
            message = both(f"{source} 不公开，不能带进表里", f"{source} is not open and is not carried into a form")
            self.report("form.known", message, "", path)
        elif {field.type, taken.type} & {"enum", "code"} and (
            field.type != taken.type or not set(taken.choices) <= set(field.choices)
        ):
            message = both(f"{source} 的选项不都在 {name} 里", f"{name} lacks choices that {source} has")
            self.report("form.known", message, did_you_mean(source, taken.choices, "选项", "Choices"), path)
        elif not _same_kind(field, taken) or taken.type not in (NUMBERS if how == "sum" else TAKEN):
            message = both(
                f"{name} 是 {field.type}，{source} 是 {taken.type}", f"{name} is {field.type}, {source} is {taken.type}"
            )
            self.report("form.known", message, "", path)

    def asked_already(self, name: str) -> None:
        """Refuse a field that a ledger or an indicator in force answers."""
        field, path = self.ledger.fields[name], ("schema", "properties", name)
        for other, held in self._held():
            if not _same(field, held):
                continue
            zh, en = part(other.title), part(other.title, "en")
            message = both(
                f"《{part(field.title)}》已有：{zh}（{other.name}）的“{part(held.title)}”",
                f"“{part(field.title, 'en')}” is held already: “{part(held.title, 'en')}” of {en} ({other.name})",
            )
            self.report("form.asked-already", message, self._take_from(name, other, held), path, True)
            return
        for indicator in self.building.indicators.values():
            if field.type in NUMBERS and plain(indicator.title) == plain(field.title):
                message = both(
                    f"《{part(field.title)}》已有：指标“{part(indicator.title)}”（{indicator.name}）",
                    f"“{part(field.title, 'en')}” is known already: indicator {indicator.name}",
                )
                hint = both(
                    f"请从它的台账取：known: {{{name}: {{of: {indicator.of}, count: …}}}}。",
                    f"Take it from that ledger: known: {{{name}: {{of: {indicator.of}, count: …}}}}.",
                )
                self.report("form.asked-already", message, hint, path, True)
                return

    def _held(self) -> Iterator[tuple[Ledger, Field]]:
        """The fields of all other ledgers; of two forms that ask the same of the same, the first by name holds it."""
        for other in self.building.ledgers.values():
            form = self.building.forms.get(other.name)
            if other.name == self.ledger.name:
                continue
            if form and (form.level != self.form.level or other.name > self.ledger.name):
                continue
            parent = self.building.ledgers.get(other.like)
            for name, held in other.fields.items():
                if not (parent and name in parent.fields) and other.name != self.ledger.like:
                    yield other, held

    def _take_from(self, name: str, other: Ledger, held: Field) -> str:
        how = "sum" if held.type in NUMBERS else "value"
        text = f"known: {{{name}: {{of: {other.name}, {how}: {held.name}}}}}"
        escape = both(
            f"确实是另一回事的，在 despite 里写明 {name} 为什么还要填。",
            f"Where it is another thing, say under despite why {name} is asked.",
        )
        pack = other.name.partition(".")[0]
        visible = pack in self.building.names.visible(self.declaration.pack)
        need = "" if visible else needs_hint(pack, self.declaration.pack)
        if held.name in other.masked:
            return joined(need, escape)
        return joined(both(f"请从那里取：{text}。", f"Take it from there: {text}."), need, escape)


def _same(asked: Field, held: Field) -> bool:
    """Whether two fields hold the same thing, as far as their names and forms tell."""
    if not _same_kind(asked, held) or _remark(asked) or _remark(held):
        return False
    if plain(asked.title) == plain(held.title):
        return True
    special = asked.type in OWN_FORM or asked.codes or asked.ledger or asked.schema.get("pattern") in (IDENTITY, PHONE)
    return bool(special) and stem(asked.title) == stem(held.title)


def _same_kind(one: Field, other: Field) -> bool:
    return (
        TYPES[one.type] == TYPES[other.type]
        and (one.type == "money") == (other.type == "money")
        and one.codes == other.codes
        and one.ledger == other.ledger
    )


def _remark(field: Field) -> bool:
    return field.type == "text" and field.schema.get("maxLength", 0) > REMARK


def _over_budget(building: Building) -> list[Problem]:
    """More minutes a month of one filler than a pack allows."""
    problems = []
    for pack in building.of("pack"):
        for level, allowed in pack.data.get("budget", {}).items():
            forms = [form for form in building.forms.values() if form.level == level]
            places = {code for form in forms for code in form.only} or {""}
            worst = max(
                ([form for form in forms if not form.only or place in form.only] for place in sorted(places)),
                key=lambda some: sum(form.monthly for form in some),
            )
            asked = sum(form.monthly for form in worst)
            if asked > allowed:
                each = sorted(worst, key=lambda form: -form.monthly)
                listed = [f"{form.name} {float(form.monthly):g}" for form in each]
                message = both(
                    f"每月要一个 {level} 填 {float(asked):g} 分钟，预算 {allowed}：{'、'.join(listed)}",
                    f"one {level} is asked for {float(asked):g} minutes a month, over the budget of {allowed}: {', '.join(listed)}",
                )
                hint = both(
                    "请合并或停用采集表、少问几项、降低频次。",
                    "Merge or end forms, ask for fewer items, or ask less often.",
                )
                problems.append(pack.problem("form.over-budget", message, hint, ("budget", level)))
    return problems
