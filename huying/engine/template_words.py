"""What the titles of a form mean over a ledger: found by equal words, by words that say the same, by nearness.

Every storey of a title has to be understood; where one is not, or could be two things, the cell stays empty: a number
that answers another question is worse than none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from huying.declare.expressions import ExpressionError, parse
from huying.declare.kinds import Ledger, say
from huying.declare.scopes import scope
from huying.declare.templates import KINDS, LABELS, RECORDS, Part, Parts
from huying.engine import access
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.places import Tree
from huying.sheets.body import SUMS
from huying.sheets.cells import folded
from huying.sheets.forms import Form
from huying.sheets.judging import SERIAL_TITLE

NEAR = 0.8  # of difflib's ratio, from which two titles are taken to be one; such a guess is marked
SAMPLE = 60  # labels looked at to tell what a form's rows are
NUMBERS = ("integer", "number", "money")
COUNTED = frozenset(
    "受理数 受理量 受理件数 数量 件数 个数 起数 宗数 总数 总量 总件数 登记数 上报数 报来数 事项数 记录数 合计 小计 总计 数 计 "
    "count number total reported entered".split()
)
SILENT = frozenset(
    "其中 本期 本月 本季度 本年 本年度 当月 当年 按状态 按类别 情况 指标 项目 of which this period this month this year".split()
)
# Words that offices use for one thing; the first group that holds a title's word speaks for it.
SAME = (
    frozenset("姓名 名字 称呼 诉求人 诉求人姓名 当事人 name".split()),
    frozenset("电话 联系电话 手机 手机号 手机号码 联系方式 电话号码 phone telephone".split()),
    frozenset("证件号 身份证 身份证号 身份证号码 证件号码 公民身份号码".split()),
    frozenset("地址 住址 地点 详细地址 具体地址 地点说明 具体位置 address".split()),
    frozenset("编号 案件编号 事项编号 工单号 单号 工单编号 code".split()),
    frozenset("状态 办理状态 当前状态 办理情况 state status".split()),
    frozenset("类别 类型 种类 事项类别 分类 category kind".split()),
    frozenset("名称 项目名称 单位名称 点位名称 title".split()),
    frozenset("登记日期 登记时间 受理日期 受理时间 上报时间 上报日期 报来时间 反映时间 entered opened".split()),
    frozenset("结案日期 结案时间 办结日期 办结时间 完成日期 完成时间 closed".split()),
    frozenset("时限 办理时限 到期日 截止日期 截止时间 办结时限 due".split()),
    frozenset("情况说明 事项内容 诉求内容 内容 主要内容 问题描述 words".split()),
)
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_PLAIN = re.compile(r"[\s:：、,，.。/／\-—_*＊#“”\"'《》]+")
_ENDING = re.compile(r"(?:件数|个数|起数|宗数|处数|数量|总数|数|件|量|的)$")


@dataclass(frozen=True)
class Understood:
    """What a title was taken for. parts: empty where it was not; guessed: by nearness; why: `中文 | English`."""

    parts: Parts = ()
    guessed: bool = False
    why: str = ""


UNKNOWN = Understood(why="没有认出这个标题 | This title was not understood")
GONE = Understood(why="当时认作的栏目现在没有，或不给您看 | What this was taken for is gone, or not for you to see")
TWO = Understood(why="这个标题可以指两样东西 | This title could mean two things")


def plain(text: str) -> str:
    """A title as it is compared: without brackets, spaces, signs; letters small."""
    return _PLAIN.sub("", _BRACKETS.sub("", folded(text)).lower())


@dataclass
class Vocabulary:
    """The words of one ledger for one person."""

    district: District
    tree: Tree
    actor: Actor
    ledger: Ledger
    _kept: dict[tuple[str, bool], Understood] = field(default_factory=dict)

    @cached_property
    def visible(self) -> set[str]:
        return set(access.visible_fields(self.ledger, self.actor.kinds))

    @cached_property
    def fields(self) -> dict[str, list[Part]]:
        """Plain title -> what a row of a record may hold. Masked fields are known by name, though not shown."""
        found: dict[str, list[Part]] = {}
        for name, one in self.ledger.fields.items():
            if (name in self.visible or name in self.ledger.masked) and one.type != "photos":
                _add(found, one.title, Part("field", name))
        for name, title in STANDING_TITLES.items():
            _add(found, title, Part("field", name))
        for level, title in self.district.config.get("levels", {}).items():
            for words in (say(title), say(title, "en"), f"所属{say(title)}", f"所在{say(title)}", f"属地{say(title)}"):
                _add(found, words, Part("level", level))
        return found

    @cached_property
    def numbers(self) -> dict[str, list[Part]]:
        """Plain title -> what a number may be of: conditions by values, sums, indicators."""
        found: dict[str, list[Part]] = {}
        flow = self.district.rules.flows[self.ledger.name]
        for value, state in flow.states.items():
            _add(found, state.title, _is("state", value))
        for name, one in self.ledger.fields.items():
            if name not in self.visible:
                continue
            if one.type == "enum":
                for value, title in one.choices.items():
                    _add(found, title, _is(name, value))
            elif one.type == "code":
                for entry in self.district.rules.codes[one.codes].entries.values():
                    below = [c for c in self._codes(one.codes) if entry.code in self._within(one.codes, c)]
                    _add(found, entry.title, _in(name, below))
            elif one.type == "boolean":
                _add(found, one.title, Part("where", name))
            elif one.type in NUMBERS:
                _add(found, one.title, Part("sum", name))
        for full, indicator in self.district.rules.indicators.items():
            if indicator.of == self.ledger.name:
                _add(found, indicator.title, Part("indicator", full))
        for unit in self.tree.units.values():
            if unit.kind != "office":
                _add(found, unit.title, Part("area", unit.code))
        for text in (self.ledger.title, "$case | $cases", "$record | $records", "$ledger | $ledger"):
            _add(found, text, Part("skip"))
        return found

    @cached_property
    def dates(self) -> list[str]:
        """Names of days by which records lie in a period."""
        return [
            n
            for n, k in scope(self.district.rules, self.ledger).items()
            if k.type == "date" and n != "today" and k.column not in self._shut
        ]

    @cached_property
    def _shut(self) -> set[str]:
        return set(self.ledger.fields) - self.visible

    def knows(self, part: Part) -> bool:
        """Whether what a part names is there, and for this person: a kept form outlives what it was made from."""
        rules, fields = self.district.rules, self.ledger.fields
        match part.kind:
            case "field":
                return part.of in STANDING_TITLES or part.of in self.visible or part.of in self.ledger.masked
            case "level":
                return part.of in self.district.config.get("levels", {})
            case "sum":
                return part.of in self.visible and fields[part.of].type in NUMBERS
            case "indicator":
                return part.of in rules.indicators and rules.indicators[part.of].of == self.ledger.name
            case "area":
                return part.of in self.tree.by_code
            case "where":
                try:
                    return not self._shut.intersection(parse(part.of, scope(rules, self.ledger)).columns)
                except ExpressionError:
                    return False
        return part.kind in KINDS and not part.of

    def column(self, storeys: Sequence[str], rows: str) -> Understood:
        """What a column's title means, where rows are records or carry labels."""
        if rows == RECORDS:
            return self._field(storeys)
        return self._together([self.storey(one) for one in storeys])

    def label(self, texts: Sequence[str]) -> Understood:
        """What a row's label means."""
        if any(SUMS.match(text) for text in texts):
            return Understood((Part("total"),))
        return self._together([self.storey(text) for text in texts])

    def storey(self, text: str) -> Understood:
        """What one storey means among numbers."""
        if (key := (text, True)) not in self._kept:
            self._kept[key] = self._number(text)
        return self._kept[key]

    def _number(self, text: str) -> Understood:
        said = plain(text)
        if said in SILENT:
            return Understood((Part("skip"),))
        if said in COUNTED:
            return Understood((Part("count"),))
        if found := _one(self.numbers, said):
            return found
        if (short := _ENDING.sub("", said)) != said and short and (found := _one(self.numbers, short)):
            return found
        return _near(self.numbers, short or said)

    def _field(self, storeys: Sequence[str]) -> Understood:
        if not storeys:
            return UNKNOWN
        if SERIAL_TITLE.match(storeys[-1].strip()):
            return Understood((Part("serial"),))
        if found := _one(self.fields, plain(storeys[-1])):
            return found
        if found := _one(self.fields, plain("".join(storeys))):
            return found
        alike = {
            part
            for group in SAME
            if plain(storeys[-1]) in group
            for title, parts in self.fields.items()
            if title in group
            for part in parts
        }
        if len(alike) == 1:
            return Understood((alike.pop(),))
        return TWO if alike else _near(self.fields, plain(storeys[-1]))

    def _together(self, found: list[Understood]) -> Understood:
        if not found:
            return UNKNOWN
        if wrong := next((one for one in found if not one.parts), None):
            return wrong
        parts = tuple(dict.fromkeys(p for one in found for p in one.parts if p.kind != "skip"))
        return Understood(parts or (Part("skip"),), any(one.guessed for one in found))

    def _codes(self, codes: str) -> Iterable[str]:
        return self.district.rules.codes[codes].entries

    def _within(self, codes: str, code: str) -> list[str]:
        return self.district.rules.codes[codes].within(code)


# What every record has besides its fields, as forms call it.
STANDING_TITLES = {
    "code": "编号 | Code",
    "state": "状态 | State",
    "opened_at": "登记时间 | Entered",
    "closed_at": "$close时间 | $Closed",
    "due_at": "时限 | Due",
}


def rows_of(form: Form, words: Vocabulary) -> str:
    """Whether a form's rows are records or carry labels: half of its labels are known to numbers."""
    labels = [form.labels[row] for row in form.rows if row not in form.totals and form.labels[row]][:SAMPLE]
    known = sum(bool(words.label(label).parts) for label in labels)
    return LABELS if labels and known * 2 >= len(labels) else RECORDS


def score(form: Form, words: Vocabulary, rows: str) -> float:
    """How well a ledger answers a form: the share of its columns and labels that are understood, and its title."""
    asked = [words.column(form.titles[c], rows) for c in form.columns if c not in form.serial and c not in form.marked]
    known = sum((0.5 if one.guessed else 1) for one in asked if one.parts and one.parts[0].kind != "skip")
    marked = sum(bool(words.column(form.titles[c], RECORDS).parts) for c in form.marked) if rows == RECORDS else 0
    own = [
        one
        for row in form.rows[:SAMPLE]
        if (one := words.label(form.labels[row])).parts and one.parts[0].kind not in ("total", "area")
    ]
    named = SequenceMatcher(None, plain(form.title), plain(say(words.ledger.title))).ratio()
    copied = 0.5 if words.ledger.like else 0.2 if words.ledger.kept_by else 0  # what is worked on goes before registers
    return known + marked + (len(own) if rows == LABELS else 0) + named - copied


def _is(name: str, value: str) -> Part:
    return Part("where", f"{name} == {json.dumps(value, ensure_ascii=False)}")


def _in(name: str, values: Sequence[str]) -> Part:
    if len(values) == 1:
        return _is(name, values[0])
    return Part("where", f"{name} in ({', '.join(json.dumps(v, ensure_ascii=False) for v in values)})")


def _add(found: dict[str, list[Part]], title: str, part: Part) -> None:
    for text in {plain(say(title)), plain(say(title, "en"))}:
        if text and part not in found.setdefault(text, []):
            found[text].append(part)


def _one(known: dict[str, list[Part]], said: str) -> Understood | None:
    parts = known.get(said)
    if not parts:
        return None
    return Understood((parts[0],)) if len(parts) == 1 else TWO


def _near(known: dict[str, list[Part]], said: str) -> Understood:
    """The nearest title, where no other is nearly as near."""
    if len(said) < 2:
        return UNKNOWN
    scored = []
    matcher = SequenceMatcher(None, "", said)
    for title, parts in known.items():
        matcher.set_seq1(title)
        inside = len(title) > 1 and (said.endswith(title) or title.endswith(said))
        near = matcher.real_quick_ratio() >= NEAR and matcher.quick_ratio() >= NEAR and matcher.ratio() >= NEAR
        if near or inside:
            scored.append((max(matcher.ratio(), NEAR), parts))
    if not scored:
        return UNKNOWN
    best = max(score for score, _ in scored)
    near = {part for score, parts in scored if score >= best - 0.02 for part in parts}
    return Understood((near.pop(),), guessed=True) if len(near) == 1 else TWO
