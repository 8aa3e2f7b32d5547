"""Declarations in words: an expression and an indicator as a sentence that a reader checks against the question."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from huying.declare import expressions as e
from huying.declare.expressions import Expression
from huying.declare.indicators import ZERO_WHERE_NONE
from huying.declare.kinds import Indicator, Ledger, Rules, say
from huying.engine import wording_figures

UNKNOWN = {"zh": "未填", "en": "not given"}
YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}
STANDING = {
    "state": "状态 | state",
    "code": "编号 | code",
    "unit": "$street$community | $street and $community",
    "office": "$office | $office",
    "opened": "登记 | reported",
    "closed": "$close | $closed",
    "due": "到期 | due",
    "known": "入库 | known",
    "today": "今天 | today",
    "asked": "查询当天 | the day asked",
}
PERIODS = {
    "day": "当日 | that day",
    "week": "当周 | that week",
    "half": "当半年 | that half-year",
    "school_year": "当学年 | that school year",
    "plan": "当个五年规划期 | that five-year plan",
    "term": "当届任期 | that term of government",
    "month": "当月 | that month",
    "quarter": "当季 | that quarter",
    "year": "当年 | that year",
    "all": "起止日期内 | the time asked",
}
_COMPARE = {
    "=": "为 | is",
    "!=": "不为 | is not",
    "<": "小于 | is below",
    "<=": "不大于 | is at most",
    ">": "大于 | is above",
    ">=": "不小于 | is at least",
}
_TIMES = {
    "<": "早于 | is before",
    "<=": "不晚于 | is not after",
    ">": "晚于 | is after",
    ">=": "不早于 | is not before",
}
_CALLS = {
    "year": ("{0}的年份", "the year of {0}"),
    "month": ("{0}的月份", "the month of {0}"),
    "days_between": ("{0}到{1}的天数", "the days from {0} to {1}"),
    "months_between": ("{0}到{1}的月数", "the months from {0} to {1}"),
    "years_between": ("{0}到{1}的年数", "the years from {0} to {1}"),
    "length": ("{0}的字数", "the length of {0}"),
    "contains": ("{0}含{1}", "{0} contains {1}"),
    "starts": ("{0}以{1}开头", "{0} begins with {1}"),
    "abs": ("{0}的绝对值", "the absolute value of {0}"),
}


def expression(rules: Rules, ledger: Ledger, said: Expression, lang: str) -> str:
    """An expression in the words of its ledger."""
    return _Words(rules, ledger, lang).node(said.tree)


def declaration(rules: Rules, indicator: Indicator) -> str:
    """The declaration as sentences, `中文 | English`."""
    if indicator.figuring:
        return " | ".join(wording_figures.sentences(rules, indicator, lang) for lang in ("zh", "en"))
    return " | ".join(_declaration(rules, indicator, lang) for lang in ("zh", "en"))


def date_name(rules: Rules, ledger: Ledger, name: str, lang: str) -> str:
    """What people call a date of a ledger: a field's title, or `due` for due_on."""
    return _Words(rules, ledger, lang).title(name)


def _declaration(rules: Rules, indicator: Indicator, lang: str) -> str:
    ledger = rules.ledgers[indicator.of]
    zh = lang == "zh"
    if indicator.listed:
        return wording_figures.listed(rules, indicator, lang)
    names = [indicator.of, *(rules.like(indicator.of)[1:] if indicator.and_like else [])]
    titles = [say(rules.ledgers[name].title, lang) for name in names]
    of = "、".join(f"《{title}》" for title in titles) if zh else ", ".join(f"“{title}”" for title in titles)
    words = _Words(rules, ledger, lang)
    conditions = []
    held = wording_figures.held(rules, indicator, lang, words.title)
    if held:
        conditions.append(held)
    elif indicator.period[1]:
        day, period = words.title(indicator.period[1]), say(PERIODS[indicator.period[0]], lang)
        conditions.append(f"{day}在{period}" if zh else f"“{day}” lies in {period}")
    if indicator.among is not None and indicator.among.text != "true":
        conditions.append(words.node(indicator.among.tree))
    among = ("，且" if zh else ", and ").join(conditions)
    records = (
        (f"{of}中{among}的$record" if among else f"{of}的全部$record")
        if zh
        else (f"$records of {of} where {among}" if among else f"all $records of {of}")
    )
    value = words.node(indicator.value.tree) if indicator.value is not None else ""
    over = words.node(indicator.over.tree) if indicator.over is not None else ""
    key = words.title(indicator.key) if indicator.key else ""
    unsure = {
        ("share", "no"): ("看不出的按“否”计", "where that is unknown it counts as no"),
        ("share", "left out"): ("看不出的不计入", "where that is unknown the $record is left out"),
    }.get((indicator.measure, indicator.unknown), ("缺值的不计入", "$records without a value are left out"))
    first = {
        "count": (f"数一数{records}有多少。", f"Counts {records}."),
        "sum": (f"把{records}的“{value}”加起来，{unsure[0]}。", f"Adds up “{value}” of {records}; {unsure[1]}."),
        "average": (
            f"求{records}的“{value}”的平均数，{unsure[0]}。",
            f"The mean of “{value}” of {records}; {unsure[1]}.",
        ),
        "share": (
            f"分母：{records}；分子：其中{value}的；{unsure[0]}。",
            f"Below the line: {records}. Above it: those of them where {value}; {unsure[1]}.",
        ),
        "ratio": (
            f"{records}的“{value}”之和，除以“{over}”之和，{unsure[0]}。",
            f"The sum of “{value}” over the sum of “{over}” of {records}; {unsure[1]}.",
        ),
        "median": (
            f"求{records}的“{value}”的中位数，{unsure[0]}。",
            f"The middle value of “{value}” of {records}; {unsure[1]}.",
        ),
        "distinct": (
            f"数{records}里有多少个不同的“{key}”，同一个只算一次，{unsure[0]}。",
            f"Counts the different “{key}” among {records}, each once; {unsure[1]}.",
        ),
        "statement": (
            f"取{records}：每期取最后一个日子的、最后公布的那个数。这是别处公布的数，不是由$record数出来的。",
            f"Takes {records}: of each period the latest day, as last published. This figure was published elsewhere, not counted here.",
        ),
    }[indicator.measure][not zh]
    zero = indicator.empty == "zero" and indicator.measure in ZERO_WHERE_NONE
    nothing = (
        ("没有$record时为 0。", "Without $records it is 0.")
        if zero
        else ("没有$record时写“—”。", "Without $records it is “—”.")
    )
    cut = wording_figures.cut(indicator)
    limits = wording_figures.standards(indicator, lang)
    nothing = tuple(f"{limit}{one}" for limit, one in zip((limits, limits and f"{limits} "), nothing, strict=True))
    return "".join((first, cut[0], nothing[0])) if zh else " ".join((first, cut[1], nothing[1]))


class _Words:
    def __init__(self, rules: Rules, ledger: Ledger, lang: str):
        self.rules, self.ledger, self.lang = rules, ledger, lang
        self.zh = lang == "zh"

    def title(self, name: str) -> str:
        """A field's title; for x_on the title of x_at; standing names by their own words."""
        fields = self.ledger.fields
        for known in (name, f"{name[:-3]}_at" if name.endswith("_on") else name):
            if known in fields:
                title = say(fields[known].title, self.lang)
                return title.removesuffix("时间") + "日期" if known != name and self.zh else title
        stem = name.removesuffix("_at").removesuffix("_on")
        if stem not in STANDING:
            return name
        word = say(STANDING[stem], self.lang)
        if stem == name:
            return word
        if self.zh:
            return word + ("日期" if name.endswith("_on") else "时间")
        return f"{word} {'on' if name.endswith('_on') else 'at'}"

    def node(self, node: e.Node) -> str:
        match node:
            case e.Const(value):
                return self.constant(value)
            case e.Name(name):
                return self.title(name)
            case e.Not(e.IsNull(item)):
                return f"有{self.node(item)}" if self.zh else f"{self.node(item)} is given"
            case e.Not(item):
                return f"并非{self.bracketed(item)}" if self.zh else f"not {self.bracketed(item)}"
            case e.IsNull(item):
                return f"没有{self.node(item)}" if self.zh else f"{self.node(item)} is not given"
            case e.All(op, items):
                joint = {"and": ("，且", ", and "), "or": ("，或", ", or ")}[op][not self.zh]
                return joint.join(self.bracketed(i) if isinstance(i, e.All) else self.node(i) for i in items)
            case e.In(item, values):
                listed = [self.constant(v.value, item) for v in values]
                return (
                    f"{self.node(item)}为{'或'.join(listed)}"
                    if self.zh
                    else f"{self.node(item)} is {' or '.join(listed)}"
                )
            case e.Compare(op, left, right):
                table = _COMPARE | _TIMES if left.type in ("date", "time") else _COMPARE
                word = say(table[op], self.lang)
                sides = self.constant(left.value, right) if isinstance(left, e.Const) else self.node(left)
                other = self.constant(right.value, left) if isinstance(right, e.Const) else self.node(right)
                return f"{sides}{word}{other}" if self.zh else f"{sides} {word} {other}"
            case e.Arithmetic(op, left, right):
                sign = {"+": "+", "-": "−", "*": "×"}[op]
                return f"{self.node(left)} {sign} {self.node(right)}"
        return _CALLS[node.name][not self.zh].format(*(self.node(arg) for arg in node.args))

    def bracketed(self, node: e.Node) -> str:
        return f"（{self.node(node)}）" if self.zh else f"({self.node(node)})"

    def constant(self, value: Any, of: e.Node | None = None) -> str:
        """A literal; where it is compared with a state, a choice or a code, that one's title."""
        if isinstance(value, bool):
            return YES_NO[self.lang][not value]
        if isinstance(value, Decimal):
            return f"{value:f}"
        if not isinstance(value, str):
            return value.isoformat()
        title = value
        if isinstance(of, e.Name):
            flow, declared = self.rules.flows.get(self.ledger.name), self.ledger.fields.get(of.name)
            if of.name == "state" and flow and value in flow.states:
                title = flow.states[value].title
            elif declared and value in declared.choices:
                title = declared.choices[value]
            elif declared and declared.codes and value in self.rules.codes[declared.codes].entries:
                title = self.rules.codes[declared.codes].entries[value].title
        return f"“{say(title, self.lang)}”"
