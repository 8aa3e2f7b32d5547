"""The figures of a report: each number with what it counts, how it compares, and what it tells."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .lexicon import VERB_ONLY, VERB_RUN, VERB_START
from .marks import Where, change_of, comparator_of, confidence_of, deadline_of, kind_of, period_of
from .model import Figure
from .naming import counts_time, named, policy
from .outline import Line
from .ranks import doubles, firsts, rank, shares
from .scan import Token
from .subjects import (
    after_is_counted,
    behind,
    built,
    drop_example,
    phrase_before,
    shared,
    special,
    strip_open,
)
from .units import AGE, SHARE, TIME

SENTENCE = re.compile(r"[。!?;；！？]")
CLAUSE = re.compile(r"[，,。!?;；！？]|——")
LONGEST = 1200
_STOPS = "，,。!?;；！？"
_JOINTS = {"、", "和", "及", "与", "以及", ",", "，", "/"}
# Bases that say nothing of their own: the subject is the one spoken of before.
_EMPTY = {
    "实际",
    "比增",
    "名义",
    "同口径",
    "可比口径",
    "增速",
    "增幅",
    "总量",
    "数量",
    "总数",
    "支",
    "排",
    "每",
    "人",
    "期末",
    "涨幅",
    "降幅",
    "末",
    "总",
}
# Verbs that are things counted as well: 其中出口30亿美元.
_THINGS = {"出口", "进口", "出栏", "存栏"}
# 民间投资较快增长，增速为……: a clause without numbers that names what the next is about.
_MOVED = re.compile(
    r"^(?:其中)?(?P<what>[^，,。;；、0-9]{2,16}?)(?:继续|持续|保持|明显|较快|快速|大幅|稳步|平稳|不断|进一步|显著|有所|加快|逐步|稳定|总体|"
    r"基本|呈|健康|迅速|恢复|高速|较大|全面)*(?:增长|加快|上升|提高|提升|下降|回升|改善|增加|发展|扩大|回落|优化|攀升|向好|回暖)(?:态势)?$"
)
_STILL = re.compile(
    r"^(?:并|且|并且|而且)?(?:力争|争取|确保|奋力|努力|实际|有望)?(?:达到|达|为|实现|更高|突破|超过|保持在|稳定在|在)?$"
)
_COMPARED = re.compile(r"^(?:高于|低于|快于|高出|好于|多于|少于|比(?!例|重)|为|是|相当于|增速|占(?!比|地|用|有|补))")
_SAID_OF_SHARE = re.compile(r"(?!左右|以上|以内|以下|和|及|与|的(?:基础|目标))[^，,。;；、0-9()的]{2,16}")
_FOLLOW_VERB = re.compile(r"实现|达到|可|完成|通过|纳入|覆盖|“")
# Words too general to stand alone: 完成投资 is of the project spoken of before.
_GENERIC = re.compile(
    r"^(?:完成|累计|总|年|人均|户均|平均|其中|新增|占地|建筑|规划|计划)?(?:投资|资金|面积|产值|总量|数量|总数|规模|占比|比重|"
    r"总额|余额|利税|利润|税收|支出|增速|增加值|销售收入|投资额)$|^(?!失业|出生|死亡|通胀|城镇化)[\u4e00-\u9fff]{1,2}率$|^人均$|^户均$"
)
_SHORT = set("村县镇乡市区户岛桥路站店馆校厂矿国园港")
_RATE_END = re.compile(r"(?:率|比例|比重|占比|份额|度|指数|增速)$")
_TIMES_24 = re.compile(r"\s*[×xX*]\s*24")
_OF_PEOPLE = re.compile(r"人数|人口|就业|参保|用户|游客")
_OF_MONEY = re.compile(r"收入|支出|产值|总值|零售|投资|贷款|存款|GDP")


@dataclass(slots=True)
class Context:
    """What a sentence remembers from number to number.

    topic   the thing last counted       verb    the verb that a list shares (打掉甲2个、乙5个)
    here    whether this sentence named the topic
    said    things counted at a level    names   the members of the last list, listed those still to come
    """

    topic: str = ""
    total: int | None = None
    unit: str = ""
    change: str = ""
    base: str = ""
    verb: str = ""
    comparator: str = ""
    part: bool = False
    here: bool = False
    listed: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class Reader:
    """Reads the figures of one text. `plain` is the normalised text; rows quote `text`."""

    def __init__(self, text: str, plain: str, year: int | None):
        self.text, self.plain, self.year = text, plain, year
        self.rows: list[Figure] = []

    def line(self, line: Line, tokens: list[Token]) -> None:
        """Figures of one line, whose tokens are given in order."""
        plain, begin, context = self.plain, line.body, Context()
        words = plain[begin : line.end]
        if not tokens and "首" not in words and "双" not in words:
            return
        explains = False
        if line.mode == "glossary" and line.role != "heading":
            # 名词：解释。 The name's own numbers are no figures, and what is explained is the name.
            colon = plain.find(":", begin, min(begin + 42, line.end))
            if colon > 0:
                context.topic = strip_open(plain[begin:colon]).strip('“”" *')[:24]
                explains = True
                tokens = [token for token in tokens if token.start > colon]
                begin = colon + 1
        context.here = explains
        starts = [token.start for token in tokens]
        for stop in _stops(plain, begin, line.end):
            inside = tokens[bisect_left(starts, begin) : bisect_left(starts, stop)]
            if inside or "首" in plain[begin:stop] or "双" in plain[begin:stop]:
                self._sentence(Where(plain, line, begin, self.year), stop, inside, context)
            begin = stop + 1
            context.total, context.part = None, False
            context.here = explains or (context.here and plain[stop : stop + 1] in ";；")

    def _sentence(self, where: Where, end: int, tokens: list[Token], context: Context) -> None:
        plain, left, at = self.plain, where.sentence, 0
        cuts = [m.end() for m in CLAUSE.finditer(plain, left, end) if not _within(plain, m.start(), tokens)]
        for right in [*cuts, end]:
            stop = right - 1 if right > left and plain[right - 1] in _STOPS else right
            begin = at
            while at < len(tokens) and tokens[at].start < right:
                at += 1
            clause = plain[left:stop]
            context.part = context.part or "其中" in clause[:4]
            if at > begin:
                self._clause(where, left, stop, tokens[begin:at], context)
            elif len(clause) > 3:
                if moved := _MOVED.match(clause):
                    base = strip_open(moved["what"])
                else:
                    base = "" if context.topic else phrase_before(clause)
                if 2 <= len(base) <= 16:
                    context.topic, context.here = base, True
            if "首" in clause:
                self._firsts(where, left, stop, context)
            if "双" in clause:
                for token, subject in doubles(plain, left, stop, context.unit):
                    row = self._row(
                        where, _begin(plain, left, token.start), token.end, subject, token, "", "", "level", "double"
                    )
                    self.rows.append(row)
            left = right

    def _clause(self, where: Where, left: int, right: int, tokens: list[Token], context: Context) -> None:
        plain, cursor = self.plain, left
        for n, token in enumerate(tokens):
            before = plain[cursor : token.start]
            if token.reason or token.value is None:
                if token.reason == "date" and len(before.strip()) < 3:
                    cursor = token.end
                continue
            if token.kind == "ratio":
                for part, subject in shares(token, before):
                    self.rows.append(
                        self._row(where, token.start, token.end, subject, part, before, "", "share", "ratio")
                    )
                cursor = token.end
                continue
            if token.kind == "rank":
                self._rank(where, cursor, token, token.end, context)
                cursor = cursor if token.reason else token.end
                continue
            stop = next((t.start for t in tokens[n + 1 :] if not t.reason or t.reason == "date"), right)
            tail = max(token.tail, token.end)
            after = plain[tail:stop]
            token.reason = _no_figure(plain, token, before, after, left, where.line)
            if token.reason:
                continue
            rest = [t for t in tokens[n + 1 :] if not t.reason]
            if rest and rest[0].start == tail and rest[0].unit in AGE:
                # 2204名35-64岁妇女: the ages stand between the number and the noun.
                after = plain[max(rest[0].tail, rest[0].end) : next((t.start for t in rest[1:]), right)]
            cursor = self._number(where, left, token, before, after, context, rest)

    def _number(self, where, left, token, before, after, context, rest) -> int:
        """Writes the row of one number; returns where the next number's own words begin."""
        end = next_at = max(token.tail, token.end)
        if not token.unit:
            near = before[-16:]
            # 冲刺500亿: what is counted in 亿 without a unit is money.
            said = self.plain[token.start : token.end]
            token.unit = "人" if _OF_PEOPLE.search(near) else "元" if "亿" in said or _OF_MONEY.search(near) else ""
        joint = before.strip() in _JOINTS
        change = context.change if joint and token.unit == context.unit else change_of(token, before)
        if (
            token.unit in SHARE
            and token.unit == context.unit
            and context.change == "growth"
            and _STILL.match(before.strip())
        ):
            # 增长8%，力争达到10%: still of growth.
            change = "growth"
        after_it = after_is_counted(before, after, token.unit)
        rule, follows = "after" if after_it else "before", ""
        if after_it:
            base, end, next_at = behind(before, after, end, bool(rest))
        else:
            base = phrase_before(before if token.unit in SHARE else drop_example(before))
            if token.unit in SHARE and change == "level" and (not token.after or not base):
                # 区级事项100%可网办: what is said after the rate belongs to its subject.
                said = _SAID_OF_SHARE.match(after)
                follows = said.group() if said and not _RATE_END.search(base) else ""
        listed = self._listed(token, before, base, joint, context, rest)
        if listed:
            base, rule = listed, "list"
        else:
            if not joint:
                context.listed = []
            base = self._with_verb(before, base, joint, context)
            if not base and follows and not _FOLLOW_VERB.match(follows):
                context.topic, base = follows, follows + "比例"
                end = next_at = end + len(follows)
                follows = ""
            else:
                base, carried = _carried(base, after_it, change, context)
                rule = "carried" if carried else rule
            if follows:
                base += follows + "比例"
                end = next_at = end + len(follows)
        subject = special(self.plain, token, base, before, after, context.topic) or built(
            base, token.unit, change, before
        )
        if token.unit == "times":
            token.unit = "天" if _TIMES_24.match(self.plain, token.end) else ""
        comparator = context.comparator if joint and rule == "list" and not token.after else ""
        begin = _begin(self.plain, max(left, token.start - len(before)), token.start)
        row = self._row(where, begin, end, subject, token, before, after, change, rule, comparator)
        self._remember(context, row, token, base, rule)
        self._write(row, token)
        return next_at

    def _listed(self, token, before, base, joint, context, rest) -> str:
        """The member of a list that a number is of (甲、乙分别增长1%和2%), or ""."""
        if joint and context.listed:
            return context.listed.pop(0)
        pieces = None
        if "分别" in before or "各" in before[-4:]:
            own = phrase_before(before.replace("分别", ""))
            run = 1 + _run(token, rest)
            if not own or shared(own, run) is None:
                run = 1 + _run(token, [other for other in rest if other.unit == token.unit])
            if run > 1:
                # 收入5亿元、支出3亿元，分别增长……: without words of its own, the things just counted are meant.
                before_it = context.names if len(context.names) == run else context.said[-run:]
                pieces = shared(own, run) if own else before_it if len(before_it) == run else None
                pieces = pieces or shared(own or context.base, run)
            if pieces and own:
                context.topic = own
        elif not base and len(context.names) > 1 and 1 + _run(token, rest) == len(context.names):
            # 存款、贷款分别增加……，增长17.7%和15.3%: the list just given goes on.
            pieces = context.names
        if not pieces:
            return ""
        context.listed, context.names = list(pieces[1:]), list(pieces)
        return pieces[0]

    @staticmethod
    def _with_verb(before: str, base: str, joint: bool, context: Context) -> str:
        """A base with the verb that its list shares: 打掉甲2个、乙5个 counts 打掉乙."""
        if before[:1] in "、和及" and before and context.verb and len(base) >= 2 and not VERB_START.match(base):
            return context.verb + base
        if not joint:
            verbs = VERB_RUN.match(base)
            context.verb = verbs.group() if verbs and len(base) > verbs.end() + 1 else ""
        return base

    def _remember(self, context: Context, row: Figure, token: Token, base: str, rule: str) -> None:
        context.comparator = row.comparator if not token.after else ""
        context.unit, context.change, context.base = token.unit, row.change, base
        if row.change == "level" and rule != "carried":
            context.said.append(base)
            if rule != "list":
                context.names = []
        if context.part and context.total is not None:
            row.parent = context.total
        elif not context.part and token.unit not in SHARE:
            context.total = len(self.rows)

    def _row(self, where, begin, end, subject, token, before, after, change, rule, comparator="") -> Figure:
        kind = "rank" if rule in ("rank", "first") else kind_of(where, token, before, after)
        due, source = deadline_of(where, token, kind)
        if kind == "rank" and token.kind == "rank":
            comparator = "none"
        comparator = comparator or comparator_of(where, token, before, after)
        return Figure(
            begin, end, self.text[begin:end], where.line.path, subject, token.value, None, token.unit, comparator, change,
            period_of(where, token, kind, due), kind, due, source, None, confidence_of(token, rule, subject), f"number.{rule}",
        )  # fmt: skip

    def _write(self, row: Figure, token: Token) -> None:
        self.rows.append(row)
        if token.upper is None:
            return
        # A range is two bounds on one thing; the lower carries the upper too.
        row.comparator, row.value_max, row.rule = "ge", token.upper, "number.range"
        subject = row.subject.removesuffix("下限") + "上限" if row.subject.endswith("年龄下限") else row.subject
        self.rows.append(replace(row, value=token.upper, value_max=None, comparator="le", subject=subject))

    def _rank(self, where: Where, left: int, token: Token, end: int, context: Context) -> None:
        last = self.rows[-1] if self.rows and self.rows[-1].end == left else None
        subject = rank(
            self.plain[left : token.start], context.topic, last.subject if last and last.kind == "rank" else ""
        )
        if subject is None:
            token.reason = "ordinal"
            return
        begin = _begin(self.plain, left, token.start)
        self.rows.append(self._row(where, begin, end, subject, token, "", "", "level", "rank"))

    def _firsts(self, where: Where, left: int, right: int, context: Context) -> None:
        for token, end, subject in firsts(self.plain, left, right):
            if subject is None:
                # 首位 ranks like 第一: the scope before it belongs to what is looked at.
                self._rank(where, left, replace(token, start=token.end - 2), end, context)
            else:
                self.rows.append(self._row(where, token.start, end, subject, token, "", "", "level", "first"))


def _carried(base: str, after_it: bool, change: str, context: Context) -> tuple[str, bool]:
    """(base, whether it was carried over): a base that says too little is completed by the topic; else it is the topic."""
    compared = _COMPARED.match(base)
    if after_it and base in _SHORT:
        context.topic = base
    elif compared or len(base) < 2 or base in _EMPTY:
        said = base if compared and not base.startswith("占") else ""
        return (context.topic + said if context.topic else base or said), True
    elif base in _THINGS:
        context.topic, context.here = base, True
        return base, False
    elif not after_it and context.topic and VERB_ONLY.match(base):
        return base + VERB_RUN.sub("", context.topic), True
    elif not after_it and context.topic and context.here and _GENERIC.match(base):
        return (base if base in context.topic else context.topic + base), True
    elif change != "share" or not context.topic:
        context.topic, context.here = base[:30], True
    return base, False


def _no_figure(plain: str, token: Token, before: str, after: str, left: int, line: Line) -> str:
    """Why a measured number is no figure after all, in one word, or ""."""
    if token.unit in TIME and not counts_time(token, before, after):
        return "duration"
    if token.kind == "chinese" and (reason := named(plain, token, left, line)):
        return reason
    return "name" if policy(plain, token, left) else ""


def _stops(plain: str, begin: int, end: int) -> Iterator[int]:
    """Where the sentences of a line end. What runs on without an end is cut at a comma or joint, so that time stays linear."""
    for stop in [m.start() for m in SENTENCE.finditer(plain, begin, end)] + [end]:
        while stop - begin > LONGEST:
            cut = max(plain.rfind(sign, begin, begin + LONGEST) for sign in "，,、")
            begin = (cut if cut > begin else begin + LONGEST) + 1
            yield begin - 1
        yield stop
        begin = stop + 1


def _within(plain: str, at: int, tokens: list[Token]) -> bool:
    """Whether a comma stands inside a number."""
    return plain[at] in ",，" and any(token.start < at < token.end for token in tokens)


def _run(token: Token, rest: list[Token]) -> int:
    """How many of the following numbers belong to the same list."""
    count, end = 0, max(token.tail, token.end)
    for other in rest:
        if other.start - end > 8:
            break
        count, end = count + 1, max(other.tail, other.end)
    return count


def _begin(plain: str, begin: int, number: int) -> int:
    """Where a row's words begin: past joints and signs."""
    while begin < number and plain[begin] in " 、,，*和及与“”:：":
        begin += 1
    return begin
