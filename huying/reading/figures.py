"""The figures of a report: each number with what it counts, how it compares, and what it tells."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from .carry import JOINTS, Context, generic, run_of, theme, with_all
from .cuts import STOPS, begins, clauses, stops
from .lexicon import VERB_RUN
from .marks import Where, change_of, comparator_of, confidence_of, deadline_of, kind_of, looks_back, period_of
from .model import Figure
from .naming import Limit, counts_time, limit, named, policy
from .outline import Line
from .ranks import RUN_OF_WINS, climbed, doubles, firsts, placed, rank, ranked, shares, wins
from .scan import Token
from .subjects import (
    after_is_counted,
    behind,
    built,
    drop_example,
    each,
    phrase_after,
    phrase_before,
    special,
    strip_open,
)
from .units import AGE, AREA, LENGTH, MONEY, SHARE, TIME

_STILL = re.compile(
    r"^(?:并|且|并且|而且)?(?:力争|争取|确保|奋力|努力|实际|有望)?(?:(?:回落|回升|提高|上升|下降)[到至为]|达到|达|为|实现|更高|突破|超过|保持在|稳定在|在)?$"
)
_SAID_OF_SHARE = re.compile(
    r"(?!左右|以上|以内|以下|和|及|与|回落|提高|下降|上升|增长|降低|减少|增加|的(?:基础|目标))[^，,。;；、0-9()的]{2,16}"
)
_FOLLOW_VERB = re.compile(r"实现|达到|可|完成|通过|纳入|覆盖|“")
_RATE_END = re.compile(r"(?:率|比例|比重|占比|份额|度|指数|增速)$")
# A pace is of growth, whatever stands between it and its number: 增速达到8%, 涨幅为3%.
_PACE = re.compile(r"(?:增速|增幅|涨幅|增长速度|(?:增长|上升|上涨|提高)幅度|上涨率|(?<!自然)增长率)$")
# 物价总水平控制在6%以内 is said of how much prices may rise.
_PRICES = re.compile(r"(?:物价|价格)(?:总水平|总?指数|水平)?$")
_TIMES_POWER = re.compile(r"\s*[×xX*]\s*[\d.]+\s*万?(?:千瓦|兆瓦|MW)")
_TIMES_24 = re.compile(r"\s*[×xX*]\s*24")
_OF_VISITS = re.compile(r"人次")
_OF_PEOPLE = re.compile(r"人数|人口|就业|参保|用户|游客|人群|人才|人员|务工|职工|农民|学生")
_OF_MONEY = re.compile(r"收入|支出|产值|总值|零售|投资|贷款|存款|GDP")
_SIZES = {"千瓦", "万千瓦", "兆瓦", "千伏", "吨", "吨级", "立方米", "千伏安", "MW", "里"} | AREA | LENGTH
# Signs of figures that words make: 全国首个, 双过百, 五连冠.
_MADE = re.compile(r"首|双[上过超破]|连[冠优霸涨增降]")
_MORE_THAN = re.compile(r"[比较](?:19|20)\d\d年?(?:增加|提高|扩大|多)了?$")
_MORE = re.compile(r"[、，]?(?:又|再|也)?(?P<more>增加|增长|提高|净增)?(?:减少|下降|降低|压缩)?了?$")
_BARE_WORKS = {
    "工程",
    "行动",
    "任务",
    "举措",
    "机制",
    "计划",
    "工作",
    "措施",
    "攻坚",
    "体系",
    "专项行动",
    "重点工程",
    "重点任务",
    "主体工作",
}
_BEFORE_LIMIT = re.compile(r"[\u4e00-\u9fff]{0,8}")


class Reader:
    """Reads the figures of one text. `plain` is the normalised text; rows quote `text`."""

    def __init__(self, text: str, plain: str, year: int | None):
        self.text, self.plain, self.year = text, plain, year
        self.rows: list[Figure] = []

    def line(self, line: Line, tokens: list[Token]) -> None:
        """Figures of one line, whose tokens are given in order."""
        plain, begin, context = self.plain, line.body, Context()
        made = _MADE.search(plain, begin, line.end)
        if not made and all(token.reason for token in tokens):
            return
        explains = False
        if line.mode == "glossary" and line.role != "heading":
            # 名词：解释。 The name's own numbers are no figures, and what is explained is the name.
            colon = plain.find(":", begin, min(begin + 42, line.end))
            if colon > 0:
                context.topic = strip_open(plain[begin:colon]).strip('“”" *')[:24]
                explains = True
                for token in tokens:
                    if token.start < colon:
                        token.reason = token.reason or "term"
                tokens = [token for token in tokens if token.start > colon]
                begin = colon + 1
        context.here = explains
        starts = [token.start for token in tokens]
        for stop in stops(plain, begin, line.end):
            inside = tokens[bisect_left(starts, begin) : bisect_left(starts, stop)]
            if line.mode == "plan":
                context.past = looks_back(plain, begin, stop, context.past)
            if any(not token.reason for token in inside) or (made and _MADE.search(plain, begin, stop)):
                self._sentence(Where(plain, line, begin, self.year, context.past), stop, inside, context)
            begin = stop + 1
            context.total, context.part = None, False
            context.here = explains or (context.here and plain[stop : stop + 1] in ";；")

    def _sentence(self, where: Where, end: int, tokens: list[Token], context: Context) -> None:
        plain, left, at = self.plain, where.sentence, 0
        cuts = clauses(plain, left, end, tokens)
        for right in [*cuts, end]:
            stop = right - 1 if right > left and plain[right - 1] in STOPS else right
            begin = at
            while at < len(tokens) and tokens[at].start < right:
                at += 1
            clause = plain[left:stop]
            context.part = context.part or "其中" in clause[:4]
            if at > begin:
                self._clause(where, left, stop, tokens[begin:at], context)
            if at < len(tokens) and (at == begin or all(token.reason for token in tokens[begin:at])):
                context.without_numbers(clause, plain[right : right + 8])
            if "首" in clause:
                self._firsts(where, left, stop, context)
            if "双" in clause:
                for token, subject in doubles(plain, left, stop, context.unit):
                    self._add(where, left, token, subject, "double")
            if "连" in clause:
                for found in RUN_OF_WINS.finditer(plain, left, stop):
                    self._add(
                        where,
                        left,
                        *wins(found, plain[left : found.start()]),
                        "run" if found["what"] in "涨增降" else "wins",
                    )
            left = right

    def _clause(self, where: Where, left: int, right: int, tokens: list[Token], context: Context) -> None:
        plain, cursor, chained = self.plain, left, False
        for n, token in enumerate(tokens):
            before = plain[cursor : token.start]
            if token.reason or token.value is None:
                if token.reason == "date" and len(before.strip()) < 3 and before.strip() not in ("比", "较"):
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
            later = [t for t in tokens[n + 1 :] if not t.reason]
            stop = next((t.start for t in tokens[n + 1 :] if not t.reason or t.reason == "date"), right)
            tail = max(token.tail, token.end)
            after = plain[tail:stop]
            token.reason = _no_figure(plain, token, before, after, left, where.line)
            if token.reason:
                continue
            chained = chained and plain[tokens[n - 1].end : token.start] == "、"
            last = tokens[n - 1] if n and not tokens[n - 1].reason else None
            counted = (
                bool(last) and last.unit not in MONEY and bool(_BEFORE_LIMIT.fullmatch(plain, last.end, token.start))
            )
            since = last.end if counted else left
            bound = limit(plain, token, since, right, later, counted or chained) if token.unit in MONEY else None
            chained = bool(bound)
            if bound:
                self._limit(where, left, before, token, bound, context)
                cursor = cursor if bound.keep else tail
                continue
            if later and later[0].start == tail and later[0].unit in AGE:
                # 2204名35-64岁妇女: the ages stand between the number and the noun.
                after = plain[max(later[0].tail, later[0].end) : next((t.start for t in later[1:]), right)]
            elif later and later[0].unit in MONEY and token.unit not in MONEY and _BEFORE_LIMIT.fullmatch(after):
                # 10个销售收入过100亿元企业: the threshold is a part of what is counted.
                if limit(plain, later[0], tail, right, later[1:], True):
                    after = plain[tail : next((t.start for t in later[1:]), right)].rstrip("、")
            elif later and later[0].start == tail and later[0].unit in _SIZES and token.unit not in _SIZES:
                # 两台60万千瓦机组: the size stands between the number and the noun.
                after = plain[max(later[0].tail, later[0].end) : next((t.start for t in later[1:]), right)]
            elif later and after in JOINTS and not phrase_before(before) and later[0].start == tail + len(after):
                # 2565户、6663名贫困人口脱贫: what both count is said once.
                after = plain[max(later[0].tail, later[0].end) : next((t.start for t in later[1:]), right)]
            cursor = self._number(where, left, token, before, after, context, later)

    def _number(self, where, left, token, before, after, context, rest) -> int:
        """Writes the rows of one number; returns where the next number's own words begin."""
        end = next_at = max(token.tail, token.end)
        if token.unit == "番":
            # 翻两番 is four times as much.
            token.unit, token.value, token.kind = "倍", 2**token.value, "double"
        if not token.unit:
            near = before[-16:]
            # 冲刺500亿: what is counted in 亿 without a unit is money.
            said = self.plain[token.start : token.end]
            people = _OF_PEOPLE.search(near) or (not _OF_MONEY.search(near) and context.unit == "人")
            token.unit = (
                "人次"
                if _OF_VISITS.search(near)
                else "人"
                if people
                else "元"
                if "亿" in said or _OF_MONEY.search(near)
                else ""
            )
        if self.plain[token.end - 1] == "位" and (subject := placed(token, before, context.topic)):
            token.unit, token.kind = "名", "rank"
            for member in ranked(subject):
                self._add(where, max(left, token.start - len(before)), token, member, "rank")
            return next_at
        if climbed(token, before):
            token.unit, subject = "名", climbed(token, before)
            for member in ranked(subject):
                self._add(where, max(left, token.start - len(before)), token, member, "rank", "growth")
            return next_at
        joint, topic = before.strip() in JOINTS, context.topic
        change = context.change if joint and token.unit == context.unit else change_of(token, before)
        after_it = after_is_counted(before, after, token.unit)
        rule, follows = "after" if after_it else "before", ""
        if after_it:
            lead = before
            if context.behind == token.start - len(before) and "、" in before:
                # 29个项目建成投产、剩余7个地块出让: what is said of the first ends at the joint.
                lead = before[before.rfind("、") + 1 :]
            base, end, next_at = behind(lead, after, end, bool(rest))
            context.behind = next_at
        else:
            if token.unit not in SHARE and after[:1] == "的" and generic(phrase_before(before)):
                # 投资6亿元的农机项目: what the sum is for stands behind it.
                before = f"{phrase_after(after, False)[0][:16]}{before}"
            base = phrase_before(before if token.unit in SHARE else drop_example(before)).removesuffix("连续")
            if token.unit in SHARE and (change == "level" or token.kind == "half") and (not token.after or not base):
                # 区级事项100%可网办: what is said after the rate belongs to its subject.
                said = _SAID_OF_SHARE.match(after)
                follows = said.group() if said and not _RATE_END.search(base) else ""
        if not base and token.unit in SHARE and context.change == "share" and _STILL.match(before.strip()):
            # 二、三产业比重由95.6%提高到96.9%: still the same share.
            base, change = context.base, "share"
        listed = context.list_of(token, before, base, joint, rest)
        if listed:
            base, rule = listed, "list"
        else:
            if not joint:
                context.listed = []
            if not (after_it and base.find(after.lstrip("的")[:2]) > 0):
                base = context.with_verb(before, base, joint)
            else:
                context.heard(base)
            if not base and follows and not _FOLLOW_VERB.match(follows):
                context.topic, base = follows, follows + "比例"
                end = next_at = end + len(follows)
                follows = ""
            else:
                if after_it and VERB_RUN.sub("", base) in _BARE_WORKS:
                    # 持续壮大先进制造业。……实施“六大工程”: works of what the paragraph is about.
                    of = context.topic[:12] if where.line.mode == "glossary" else theme(self.plain, where.line)
                    base = of + VERB_RUN.sub("", base)
                base, carried = context.carried(base, after_it, change)
                rule = "carried" if carried else rule
            if follows:
                base += follows + "比例"
                end = next_at = end + len(follows)
        if change == "level" and rule == "carried" and token.unit not in SHARE and _MORE_THAN.search(before):
            change = "growth"
        if change == "level" and rule == "carried" and token.unit == context.unit and before.strip("、，"):
            # 收入增加一百二十七亿元，一九八四年增加二百五十五亿元; 重点项目294个、增加24个
            more = _MORE.match(before)
            change = "level" if not more else "growth" if more["more"] else "decline"
        if token.unit in SHARE:
            still = token.unit == context.unit and context.change == "growth" and _STILL.match(before.strip())
            priced = token.value < 50 and _PRICES.search(base)
            if change == "level" and (_PACE.search(base) or still or priced):
                # 增长8%，力争达到10%: still of growth.
                change = "growth"
        comparator = context.comparator if joint and rule == "list" and not token.after else ""
        begin = begins(self.plain, max(left, token.start - len(before)), token.start)
        alone = rule in ("before", "carried") and not run_of(token, rest)
        members = each(base, token.unit, change, with_all(before), before) if alone else None
        if not members and alone and rule == "carried" and with_all(before) and len(context.names) > 1:
            members = context.names
        if members:
            context.topic = topic
        for member in members or (base,):
            if members and members is not context.names and topic and (before.endswith("各") or generic(member)):
                # 开原市、昌图县各21个: of what was named before.
                member = phrase_before(topic) + member if generic(member) else member + phrase_before(topic)
            subject = special(self.plain, token, member, before, after, context.topic)
            subject = subject or built(member, token.unit, change, before, token.kind == "double")
            if token.unit == "times":
                token.unit = (
                    "天"
                    if _TIMES_24.match(self.plain, token.end)
                    else "台"
                    if _TIMES_POWER.match(self.plain, token.end)
                    else ""
                )
            row = self._row(where, begin, end, subject, token, before, after, change, rule, comparator)
            self._remember(context, row, token, base, rule)
            self._write(row, token)
        return next_at

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
        kind = "rank" if rule in ("rank", "first", "wins") else kind_of(where, token, before, after, subject)
        if rule == "limit":
            kind = "definition"
        due, source = deadline_of(where, token, kind)
        if kind == "rank" and token.kind == "rank":
            comparator = "le" if token.after == "以内" else "none"
        comparator = comparator or comparator_of(where, token, before, after, kind)
        return Figure(
            begin, end, self.text[begin:end], where.line.path, subject, token.value, None, token.unit, comparator, change,
            period_of(where, token, kind, due), kind, due, source, None, confidence_of(token, rule, subject), f"number.{rule}",
        )  # fmt: skip

    def _add(self, where, left, token, subject, rule, change="level") -> None:
        """One row whose subject is known."""
        begin = begins(self.plain, left, token.start)
        self.rows.append(self._row(where, begin, max(token.tail, token.end), subject, token, "", "", change, rule))

    def _write(self, row: Figure, token: Token) -> None:
        self.rows.append(row)
        if token.upper is None:
            return
        # A range is two bounds on one thing; the lower carries the upper too.
        row.comparator, row.value_max, row.rule = "ge", token.upper, "number.range"
        subject = row.subject.removesuffix("下限") + "上限" if row.subject.endswith("年龄下限") else row.subject
        self.rows.append(replace(row, value=token.upper, value_max=None, comparator="le", subject=subject))

    def _limit(self, where: Where, left: int, before: str, token: Token, bound: Limit, context: Context) -> None:
        """The row of a threshold: 年产值超10亿元的企业 is a rule of what is counted, no sum of its own."""
        context.of = bound.of or context.of
        of = bound.of or context.of or ("投资额" if "项目" in bound.thing else "")
        kind = (
            "下限"
            if token.after.endswith("以上")
            else "上限"
            if token.after.endswith("以下")
            else "门槛"
            if bound.by
            else "规模"
        )
        lead = phrase_before(before[: len(before) - len(bound.of) - len(bound.by)]) if bound.lead else ""
        begin = begins(self.plain, max(left, token.start - len(before)), token.start)
        near = self.plain[max(left, token.start - 8) : token.start]
        subject = f"{'' if re.search(r'[0-9]', lead) else lead}{bound.thing}{of}{kind}"
        row = self._row(where, begin, bound.end, subject, token, near, "", "level", "limit")
        self.rows.append(row)

    def _rank(self, where: Where, left: int, token: Token, end: int, context: Context) -> None:
        last = self.rows[-1] if self.rows and self.rows[-1].end == left else None
        subject = rank(
            self.plain[left : token.start], context.topic, last.subject if last and last.unit == "名" else ""
        )
        if subject is None:
            token.reason = "ordinal"
            return
        for member in ranked(subject):
            self._add(where, left, replace(token, end=end), member, "rank")

    def _firsts(self, where: Where, left: int, right: int, context: Context) -> None:
        for token, end, subject in firsts(self.plain, left, right):
            if subject is None:
                # 首位 ranks like 第一: the scope before it belongs to what is looked at.
                self._rank(where, left, replace(token, start=token.end - 2), end, context)
            else:
                self.rows.append(self._row(where, token.start, end, subject, token, "", "", "level", "first"))


def _no_figure(plain: str, token: Token, before: str, after: str, left: int, line: Line) -> str:
    """Why a measured number is no figure after all, in one word, or ""."""
    if token.unit in TIME and not counts_time(token, before, after):
        return "duration"
    if token.kind == "chinese" and (reason := named(plain, token, left, line)):
        return reason
    # 湘潭电机、48所等骨干企业
    return "name" if policy(plain, token, left) or after.startswith("等") else ""
