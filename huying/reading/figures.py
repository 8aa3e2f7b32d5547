"""The figures of a report: each number with what it counts, how it compares, and what it tells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .lexicon import (
    AFTER,
    BEFORE,
    DECLINE,
    COMPARE_TAIL,
    DURATION_BEFORE,
    FIRST,
    GROWTH,
    PLAN_AFTER,
    RANK_SCOPE,
    SHARE_BEFORE,
    TO,
    VERB_END,
    VERB_ONLY,
    VERB_RUN,
    VERB_START,
    VERB_WITHIN,
)
from .model import Figure
from .outline import Line
from .scan import Token
from .subjects import after_is_counted, built, drop_example, phrase_after, phrase_before, shared, strip_open
from .units import MONEY, SHARE, TIME

SENTENCE = re.compile(r"[。!?;；！？]")
CLAUSE = re.compile(r"[，,。!?;；！？]|——")
_FUTURE = re.compile(r"将|力争|争取|确保|计划|预期|要(?!求|素|闻)|目标|今后|明年|打算|安排|到[12二]\d*[^，,]{0,4}年")
_PAST = re.compile(r"去年|上年|已经|已(?=[建完有达])|截至|过去|五年来|一年来|目前")
_DUE_NOW = re.compile(r"全年|年内|年底|今年|年末|本年")
_DUE_YEAR = re.compile(r"(?:到|于|在|以|至|确保|力争)?(20\d{2}|19\d{2})年(?!以来|代|度?(?:工作|回顾|完成))")
_HALF = re.compile(r"上半年|6月底|六月底")
_QUARTER = re.compile(r"([一二三四1234])季度")
_DOUBLE = re.compile(r"双(?P<how>上|过|超|破)(?P<n>百|千|万|百亿|千亿|万亿)(?P<unit>[元家个户人]?)")
_RANKED = re.compile(r"第一|居|列|考核优秀|获评|蝉联|排名|位次|荣获|优秀|[ABC]档|先进")
_THRESHOLD = re.compile(r"^(?:以上|以下|以内)?(?:的|规模|规上)?[\u4e00-\u9fff]{0,10}(?:企业|项目|人员|老人|妇女|居民|人口|人群|儿童|机组|锅炉|产业|集群|园区)")
_AGE = ("岁", "周岁")
_BEFORE = sorted(((word, sign) for sign, words in BEFORE.items() for word in words), key=lambda pair: -len(pair[0]))
_COMPARE = re.compile("(?<![节公契条制签])(?:" + "|".join(re.escape(word) for word, _ in _BEFORE) + r")(?:了|到|至|为|\s)*$")
_SIGN = dict(_BEFORE)
_JOINTS = {"、", "和", "及", "与", "以及", ",", "，", "/"}
# Bases that say nothing of their own: the subject is the one spoken of before.
_EMPTY = {"实际", "比增", "名义", "同口径", "可比口径", "增速", "增幅", "总量", "数量", "总数", "占全", "支", "排", "每", "人"}
_COMPARED = re.compile(r"^(?:高于|低于|快于|高出|好于|多于|少于|比(?!例|重)|为|是|相当于|增速|占(?!比|地|用|有|补))")
_SAID_OF_SHARE = re.compile(r"(?!左右|以上|以内|以下|和|及|与|的(?:基础|目标))[^，,。;；、0-9()的]{2,16}")
# Words too general to stand alone: 完成投资 is of the project spoken of before.
_GENERIC = re.compile(
    r"^(?:完成|累计|总|年|人均|户均|平均|其中|新增|占地|建筑|规划|计划)?(?:投资|资金|面积|产值|总量|数量|总数|规模|占比|比重|总额|余额|利税|利润|税收|"
    r"支出|增速|[\u4e00-\u9fff]{1,2}率)$|^人均$|^户均$"
)
# Levels that are counted (四级责任体系, 二级标准), not named (三级医院, 三级管理).
_LEVELS = re.compile(r"标准|[^，,。;；、]{0,8}(?:责任体系|网络体系|责任网络)")
_THRESHOLD_NAME = re.compile(r"[超过][一二两三四五六七八九]?[十百千万]*[万亿][美]?元[^，,。;；、\d以]{0,8}?(?:企业|项目|产业|集群|园区|工程)")
_FOLLOW_VERB = re.compile(r"实现|达到|可|完成|通过|纳入|覆盖|“")
_SHORT = set("村县镇乡市区户岛桥路站店馆校厂矿国园港")
_DONE_WITHIN = re.compile(r"办结|办理|办成|审批")
_DONE = re.compile(r"出台了|建成了|完成了|被认定|制定了|已建|已完成")
_CN_DIGIT = re.compile(r"[一二两三四五六七八九十]+")
_RATE_END = re.compile(r"(?:率|比例|比重|占比|份额|度|指数|增速)$")
_RELATIVE = re.compile(r"比|较|同比|净增|环比")


def _unsaid(before: str) -> str:
    """The unit that a number leaves unsaid, from what it counts."""
    if re.search(r"人数|人口|就业|参保|用户|游客", before[-16:]):
        return "人"
    return "元" if re.search(r"收入|支出|产值|总值|零售|投资|贷款|存款|GDP", before[-16:]) else ""


@dataclass(slots=True)
class Context:
    """What a sentence remembers from number to number."""

    topic: str = ""
    total: int | None = None
    unit: str = ""
    change: str = ""
    base: str = ""
    verb: str = ""
    comparator: str = ""
    part: bool = False
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
        start, end = line.body, line.end
        breaks = [m.start() for m in SENTENCE.finditer(self.plain, start, end)] + [end]
        at, begin = 0, start
        context = Context()
        if line.mode == "glossary" and line.role != "heading":
            # 名词：解释。 The name's own numbers are no figures, and what is explained is the name.
            colon = self.plain.find(":", start, min(start + 42, end))
            if colon > 0:
                context.topic = strip_open(self.plain[start:colon]).strip("“”\" *")[:24]
                tokens = [token for token in tokens if token.start > colon]
                begin = colon + 1
                breaks = [stop for stop in breaks if stop > colon]
        for stop in breaks:
            inside = []
            while at < len(tokens) and tokens[at].start < stop:
                inside.append(tokens[at])
                at += 1
            sentence = self.plain[begin:stop]
            if inside or "首" in sentence or "双" in sentence:
                self._sentence(line, begin, stop, inside, context)
            begin = stop + 1
            context.total, context.part = None, False

    def _sentence(self, line: Line, start: int, end: int, tokens: list[Token], context: Context) -> None:
        bounds = [start] + [m.end() for m in CLAUSE.finditer(self.plain, start, end) if not self._inside(m.start(),
        tokens)] + [end + 1]
        at = 0
        for left, right in zip(bounds, bounds[1:], strict=False):
            right = min(right, end)
            stop = right - 1 if right > left and self.plain[right - 1] in "，,。!?;；！？" else right
            inside = []
            while at < len(tokens) and tokens[at].start < right:
                inside.append(tokens[at])
                at += 1
            clause = self.plain[left:stop]
            if "其中" in clause[:4]:
                context.part = True
            if inside:
                self._clause(line, start, left, stop, inside, context)
            elif len(clause) > 3:
                base = phrase_before(clause)
                if 2 <= len(base) <= 16 and not context.topic:
                    context.topic = base
            if "首" in clause:
                self._firsts(line, start, left, stop, context)
            if "双" in clause:
                self._double(line, start, left, stop, context)

    def _inside(self, at: int, tokens: list[Token]) -> bool:
        return self.plain[at] == "," and any(token.start < at < token.end for token in tokens)

    def _clause(self, line: Line, sentence: int, left: int, right: int, tokens: list[Token],
    context: Context) -> None:
        plain = self.plain
        cursor = left
        for n, token in enumerate(tokens):
            stop = next((t.start for t in tokens[n + 1 :] if not t.reason or t.reason == "date"), right)
            before = plain[cursor : token.start]
            tail = max(token.tail, token.end)
            after = plain[tail:stop]
            if token.reason or token.value is None:
                if token.reason != "date":
                    continue
                if not before.strip() or len(before) < 3:
                    cursor = token.end
                continue
            if token.kind == "ratio":
                self._ratio(line, sentence, token, before)
                cursor = token.end
                continue
            if token.kind == "rank":
                self._rank(line, sentence, cursor, right, token, context)
                cursor = cursor if token.reason else token.end
                continue
            if token.unit in TIME and not self._duration(plain, left, token, before, after, line):
                token.reason = "duration"
                continue
            if token.kind == "chinese" and self._slogan(token, left, line):
                token.reason = "slogan"
                continue
            if self.plain[tail : tail + 1] == "”" and self._policy(token, left):
                token.reason = "name"
                continue
            rest = [t for t in tokens[n + 1 :] if not t.reason]
            if rest and rest[0].start == tail and rest[0].unit in _AGE:
                # 2204名35-64岁妇女: the ages stand between the number and the noun.
                further = next((t.start for t in rest[1:]), right)
                after = plain[max(rest[0].tail, rest[0].end) : further]
            cursor = self._number(line, sentence, left, token, before, after, context, rest)

    def _policy(self, token: Token, left: int) -> bool:
        """Whether a number closes a short quoted name: 出台“助农20条”."""
        at = self.plain.rfind("“", max(left, token.start - 8), token.start)
        return 0 <= at < token.start - 1 and token.unit in ("条", "项", "件") and "”" not in self.plain[at : token.start]

    def _slogan(self, token: Token, left: int, line: Line) -> bool:
        """Whether a Chinese numeral names rather than counts: in 《…》, in “一江两岸三片区”, in “五大工程”, 抓好八个方面."""
        after = self.plain[token.end : token.end + 12]
        if token.unit == "级" and not _LEVELS.match(after):
            return True
        if _THRESHOLD_NAME.match(self.plain, token.start - 1):
            return True
        if line.mode != "glossary":
            close = self.plain.find("”", token.end, token.end + 10)
            if self.plain[token.start - 1] == "“" and close > 0 and token.unit not in ("枚", "级", "人", "小时", "天"):
                return True
            if token.unit == "方面" or (token.unit == "个" and after.startswith("方面")):
                return True
            if token.unit == "年" and self.plain[token.start - 2 : token.start] == "未来":
                return True
        for opener, closer, reach in (("《", "》", 40), ("“", "”", 14)):
            at = self.plain.rfind(opener, max(left - 20, token.start - reach), token.start)
            if at < 0 or self.plain.find(closer, at, token.start) >= 0:
                continue
            stop = self.plain.find(closer, token.end, token.end + reach)
            if stop < 0:
                continue
            if opener == "《" or len(_CN_DIGIT.findall(self.plain, at, stop)) > 1 and stop - at <= 14:
                return True
        return False

    def _duration(self, plain, left, token, before, after, line) -> bool:
        """Whether a stretch of time is a figure: 连续六年, 2小时办结, 三年行动计划; not 五年来."""
        if token.unit in ("年", "周年", "月") and (token.kind == "chinese" or token.value < 100):
            if DURATION_BEFORE.search(before[-8:]) and not after.startswith(("来", "间")):
                return True
            return bool(PLAN_AFTER.match(after)) and before[-1:] not in ("个",
            "第") and not after.startswith(("规划", "计划"))
        if token.unit == "天" or token.unit == "日":
            return token.kind != "chinese" or bool(DURATION_BEFORE.search(before[-8:]))
        return True

    def _number(self, line, sentence, left, token, before, after, context, rest) -> int:
        """Writes the row of one number; returns where the next number's own words begin."""
        tail = max(token.tail, token.end)
        if not token.unit:
            token.unit = _unsaid(before)
        joint = before.strip() in _JOINTS
        change = context.change if joint and token.unit == context.unit else self._change(token, before)
        behind = after_is_counted(before, after, token.unit)
        rule = "after" if behind else "before"
        end = next_at = tail
        if behind:
            base, end = self._behind(before, after, tail, rest)
            next_at = end
        else:
            base = phrase_before(drop_example(before) if token.unit not in SHARE else before)
        share_of_topic = token.unit in SHARE and change == "level" and not behind
        follows = ""
        if share_of_topic and (not token.after or not phrase_before(before)):
            said = _SAID_OF_SHARE.match(after)
            follows = said.group() if said and not _RATE_END.search(base) else ""
        if joint and context.listed:
            base, rule = context.listed.pop(0), "list"
        elif "分别" in before or "各" in before[-4:]:
            run = 1 + self._run(token, [t for t in rest if t.unit == token.unit and not t.reason])
            own = phrase_before(before.replace("分别", ""))
            pieces = shared(own or context.base, run) if run > 1 else None
            if run > 1 and not own and len(context.said) >= run:
                # 收入5亿元、支出3亿元，分别增长……: the numbers just given are meant.
                pieces = context.said[-run:]
            if pieces:
                base, rule = pieces[0], "list"
                context.listed, context.names = pieces[1:], pieces
                context.topic = own or context.topic
        elif len(context.names) > 1 and not base and rest and 1 + self._run(token, rest) == len(context.names):
            # 存款、贷款分别增加……，增长17.7%和15.3%: the list just given goes on.
            base, rule = context.names[0], "list"
            context.listed = context.names[1:]
        if not joint and rule != "list":
            context.listed = []
        if before[:1] in "、和及" and rule != "list" and context.verb and not VERB_START.match(base) and len(base) >= 2:
            base = context.verb + base
        elif not joint and rule != "list":
            run_of_verbs = VERB_RUN.match(base)
            context.verb = run_of_verbs.group() if run_of_verbs and len(base) > run_of_verbs.end() + 1 else ""
        compared = _COMPARED.match(base)
        if not base and follows and not _FOLLOW_VERB.match(follows):
            base = ""
            context.topic, follows, end = follows, "", tail + len(follows)
            base, next_at = context.topic + "比例", end
        elif behind and base and base in _SHORT:
            context.topic = base
        elif compared or len(base) < 2 or base in _EMPTY:
            said = base if compared and not base.startswith("占") else ""
            base = context.topic + said if context.topic else base or said
            rule = "carried"
        elif VERB_ONLY.match(base) and context.topic and not behind:
            base, rule = base + VERB_RUN.sub("", context.topic), "carried"
        elif _GENERIC.match(base) and context.topic and not behind and rule != "list":
            base, rule = base if base in context.topic else context.topic + base, "carried"
        elif rule != "list" and change != "share" or not context.topic:
            context.topic = base[:30]
        if follows:
            base, end = base + follows + "比例", tail + len(follows)
            next_at = end
        subject = self._special(token, base, before, after, context) or built(base, token.unit, change, before)
        begin = self._begin(left, token.start - len(before), token.start)
        if token.unit == "times":
            token.unit = "天" if re.match(r"\s*[×xX*]\s*24", self.plain[token.end : token.end + 5]) else ""
        comparator = context.comparator if joint and rule == "list" and not token.after else ""
        row = self._row(line, sentence, begin, end, subject, token, before, after, change, rule, comparator)
        context.comparator = row.comparator if not token.after else ""
        context.unit, context.change, context.base = token.unit, change, base
        if change == "level" and rule != "carried":
            context.said.append(base)
        if context.part and context.total is not None:
            row.parent = context.total
        elif not context.part and token.unit not in SHARE:
            context.total = len(self.rows)
        self._write(row, token)
        return next_at

    def _special(self, token, base, before, after, context) -> str:
        """Subjects of ages, of years in a row and of the span of a plan."""
        if token.unit in _AGE:
            low = token.upper is not None or token.after.endswith("以上") or before.endswith("满")
            return base.removesuffix("数") + "年龄" + ("下限" if low else "上限" if token.after.endswith("以下") else "")
        if token.unit in TIME and _DONE_WITHIN.match(after):
            return (after[2:18] or base or context.topic) + "办结时限"
        if token.unit in ("年", "个月") and before.rstrip().endswith("提前"):
            return (after[:18] or context.topic) + "提前时间"
        if token.unit == "年":
            plan = PLAN_AFTER.match(after)
            if plan:
                return strip_open(before) + plan.group() + "期限"
            if before.rstrip().endswith(("连续", "蝉联")):
                return (phrase_before(before.rstrip()[:-2]) or context.topic) + "连续" + after[:16] + "年数"
        if token.unit == "次" and self.plain[token.start - 1] == "跑":
            return "办理事项到现场次数上限"
        return ""

    def _behind(self, before, after, tail, rest) -> tuple[str, int]:
        """(base, end of the row) of a number whose counted thing stands after it."""
        lead = COMPARE_TAIL.sub("", drop_example(before).rstrip("* “"))
        lead = strip_open(lead)
        head = VERB_RUN.match(lead)
        last = VERB_END.search(lead)
        if "、" in lead and not head:
            # 甲、乙、丙三所医院: the members are not part of what is counted.
            verb_before = [m.group() for m in VERB_WITHIN.finditer(lead[: lead.find("、")])]
            lead = last.group() if last else verb_before[-1] if verb_before else ""
        elif "、" in lead and head and not last:
            lead = head.group()
        elif last and last.start() > 6 and before.lstrip()[:1] in "在为对于向与":
            lead = last.group()
        verb = bool(head or last)
        noun, predicate = phrase_after(after, verb)
        noun = COMPARE_TAIL.sub("", noun)
        if len(predicate) <= 3 and rest and after.endswith(predicate):
            predicate = ""
        if before.endswith("“") and "”" in after:
            noun, predicate, lead = after[: after.find("”")], "", ""
        if rest and not predicate:
            cut = re.search(r"(?:、|和|以及|及|与)(?=[^、和及与]{0,8}$)", noun)
            if cut and cut.start() >= 2:
                noun = noun[: cut.start()]
        base = f"{lead}{noun}"
        said = re.split(r"[、*(]", predicate)[0]
        if said and not verb and len(said) <= 12 and not said.startswith(("连续", "打造", "成", "均", "已")):
            base = f"{said}{lead}{noun}"
        at = after.find(noun) if noun else -1
        return base, tail + (at + len(noun) if at >= 0 else 0)

    @staticmethod
    def _run(token: Token, rest: list[Token]) -> int:
        """How many of the following numbers belong to the same list."""
        count, end = 0, max(token.tail, token.end)
        for other in rest:
            if other.start - end > 8:
                break
            count, end = count + 1, max(other.tail, other.end)
        return count

    def _begin(self, left: int, start: int, number: int) -> int:
        begin = max(left, start)
        while begin < number and self.plain[begin] in " 、,，*和及与“”:：":
            begin += 1
        return begin

    def _change(self, token: Token, before: str) -> str:
        near = before[-24:]
        if token.unit in SHARE or token.unit in ("百分点", "倍", "番"):
            core = _COMPARE.sub("", near)
            if TO.search(core) and not core.endswith(("增长达", "增长达到", "下降达")):
                return "share" if token.unit in SHARE and (SHARE_BEFORE.search(near)) else "level"
            if GROWTH.search(core):
                return "growth"
            if DECLINE.search(core):
                return "decline"
            return "share" if token.unit in SHARE and SHARE_BEFORE.search(near) else "level"
        if _RELATIVE.search(near):
            core = _COMPARE.sub("", near)
            if TO.search(core):
                return "level"
            if GROWTH.search(core):
                return "growth"
            if DECLINE.search(core):
                return "decline"
        return "level"

    def _comparator(self, token: Token, before: str, after: str) -> str:
        if token.unit == "次" and self.plain[token.start - 1] == "跑":
            return "le"
        if token.after:
            return AFTER.get(token.after.removeprefix("及"), "eq")
        near = before[-8:].rstrip(" 了“")
        found = _COMPARE.search(near)
        if found:
            sign = _SIGN.get(re.sub(r"(?:了|\s)+$", "", found.group())) or _SIGN.get(re.sub(r"(?:了|到|至|为|\s)+$",
            "", found.group()), "eq")
            # 增长高于全省2个百分点 compares two rates; the number itself is exact.
            if sign == "gt" and token.unit == "百分点":
                return "eq"
            return sign
        if token.vague:
            return "gt"
        if token.unit in TIME and token.unit != "年" and re.match(r"办结|办理|内|之内|审批|响应|到达|拨付", after):
            return "le"
        if token.unit in _AGE and near.endswith("满"):
            return "ge"
        return "eq"

    def _kind(self, line: Line, sentence: int, token: Token, before: str, after: str) -> str:
        if token.unit in _AGE and not re.search(r"寿命|年龄$", before):
            return "definition"
        if token.unit == "次" and self.plain[token.start - 1] == "跑":
            return "definition"
        if token.unit == "级" and not after.startswith("标准") or (token.unit in ("年",) and PLAN_AFTER.match(after) and not DURATION_BEFORE.search(before[-4:])):
            return "definition"
        if line.mode == "glossary" and _DONE.search(self.plain, sentence, token.start):
            return "outcome"
        if line.mode == "glossary" or line.role == "heading":
            return "definition"
        if token.unit in MONEY and token.after in ("以上", "以下", "及以上") and _THRESHOLD.match(after):
            return "definition"
        if token.unit in ("年", "次") and re.search(r"连续|蝉联", before[-6:]) and _RANKED.search(self.plain[token.end : token.end + 24]):
            return "rank"
        said = self.plain[sentence : token.start]
        if line.mode == "plan":
            return "outcome" if _PAST.search(said) and not _FUTURE.search(said) else "target"
        if line.mode == "opening" and _FUTURE.search(said) and not _PAST.search(said):
            return "target"
        return "outcome"

    def _deadline(self, line: Line, sentence: int, token: Token, kind: str) -> tuple[date | None, str]:
        if kind != "target":
            return None, ""
        said = self.plain[sentence : token.end]
        years = _DUE_YEAR.findall(said)
        year = line.plan_year or self.year
        if years and int(years[-1]) >= (self.year or 0):
            return date(int(years[-1]), 12, 31), "said"
        if not year:
            return None, ""
        if _HALF.search(said):
            return date(year, 6, 30), "said"
        if _DUE_NOW.search(said):
            return date(year, 12, 31), "said"
        return date(year, 12, 31), "title" if line.path.startswith("附件") else "section"

    def _period(self, line: Line, sentence: int, token: Token, kind: str, due: date | None) -> str:
        said = self.plain[sentence : token.start]
        if kind == "definition" or not self.year:
            return ""
        if kind == "target":
            return str(due.year) if due else str(self.year)
        quarter = _QUARTER.search(said)
        if quarter:
            return f"{self.year}Q{'一二三四'.find(quarter.group(1)) + 1 or quarter.group(1)}"
        years = re.findall(r"((?:19|20)\d{2})年", said)
        if years:
            return years[-1]
        return str((line.plan_year or self.year) - (1 if line.mode == "review" and (line.plan_year or self.year) == self.year else 0))

    def _row(self, line, sentence, begin, end, subject, token, before, after, change, rule, comparator="") -> Figure:
        kind = self._kind(line, sentence, token, before, after)
        due, source = self._deadline(line, sentence, token, kind)
        confidence = {"before": 0.9, "after": 0.9, "list": 0.85, "carried": 0.75}.get(rule, 0.8)
        if token.kind == "chinese":
            confidence -= 0.1
        if not subject:
            confidence -= 0.3
        return Figure(
            begin, end, self.text[begin:end], line.path, subject, token.value, None, token.unit,
            comparator or self._comparator(token, before, after), change, self._period(line, sentence, token, kind, due), kind,
            due, source, None, round(confidence, 2), f"number.{rule}",
        )  # fmt: skip

    def _write(self, row: Figure, token: Token) -> None:
        self.rows.append(row)
        if token.upper is None:
            return
        # A range is two bounds on one thing; the lower carries the upper too.
        row.comparator, row.value_max, row.rule = "ge", token.upper, "number.range"
        upper = Figure(**{name: getattr(row, name) for name in Figure.__dataclass_fields__})
        upper.value, upper.value_max, upper.comparator = token.upper, None, "le"
        upper.subject = upper.subject.removesuffix("下限") + "上限" if upper.subject.endswith("年龄下限") else upper.subject
        self.rows.append(upper)

    def _ratio(self, line, sentence, token, before) -> None:
        """三次产业结构 13.3:19.8:66.9 is three shares of the whole."""
        base = phrase_before(before) or "三次产业结构"
        for value, part in zip(token.parts, ("第一产业", "第二产业", "第三产业"), strict=True):
            piece = Token(token.start, token.end, "number", value, "%")
            row = self._row(line, sentence, token.start, token.end, f"{base}{part}占比", piece, before, "", "share",
            "ratio")
            row.rule = "ratio"
            self.rows.append(row)

    def _rank(self, line, sentence, left, right, token, context) -> None:
        before = self.plain[left : token.start]
        near = before[-16:]
        if not (RANK_SCOPE.search(near) or re.search(r"(?:居|列|排名?|名列|位列|位居|跃居|跃升至?|(?:提高|提升|上升|前移|晋升|升|进)[到至]|升至|保持|稳居|上升[至到]|进位[至到]?|前移[至到]|排在|位次)[^，,]{0,6}$", near)):
            token.reason = "ordinal"
            return
        base = strip_open(before)
        base = re.sub(r"(?:连续[^，,]{0,6}年)?(?:稳|均|继续|保持|跃|位|名|排|跻身|进入|上升|升|列|居|于|全国|全省|全市|全区|至|到|为|在|\d+年)+$", "", base)
        topic = context.topic
        subject = (base if len(base) >= 2 else topic) + "排名"
        scope = RANK_SCOPE.search(near)
        if scope and scope.group()[:2] not in subject:
            subject = subject.removesuffix("排名") + scope.group()[:2] + "排名"
        row = self._row(line, sentence, self._begin(left, left, token.start), token.end, subject, token, before, "",
        "level", "rank")
        row.kind, row.comparator, row.rule, row.deadline, row.deadline_source = "rank", "none", "rank", None, ""
        self.rows.append(row)

    def _firsts(self, line, sentence, left, right, context) -> None:
        """全省首个…… is a first rank in the whole province."""
        for found in FIRST.finditer(self.plain, left, right):
            after = re.match(r"[^，,。;；、!]{0,24}", self.plain[found.end() : right]).group()
            token = Token(found.start(), found.end(), "rank", Decimal(1), "名")
            if found["first"] == "首位":
                self._rank(line, sentence, left, right, token, context)
                continue
            row = self._row(
                line, sentence, found.start(), found.end() + len(after), f"{after}在{found['scope']}的次序", token,
                "", after, "level", "first"
            )
            row.kind, row.comparator, row.rule, row.deadline, row.deadline_source = "rank", "none", "first", None, ""
            self.rows.append(row)

    def _double(self, line, sentence, left, right, context) -> None:
        """A、B数量双上百 is one bound for each of two things."""
        for found in _DOUBLE.finditer(self.plain, left, right):
            before = self.plain[left : found.start()]
            pieces = shared(phrase_before(before), 2)
            if not pieces:
                continue
            value = {"百": 100, "千": 1000, "万": 10**4, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}[found["n"]]
            for piece in pieces:
                token = Token(found.start(), found.end(), "number", Decimal(value), found["unit"] or context.unit or "个",
                after="以上")
                subject = piece if piece.endswith(("数", "数量")) or found["unit"] == "元" else piece + "数量"
                row = self._row(line, sentence, self._begin(left, left, found.start()), found.end(), subject, token,
                before, "", "level", "double")
                row.rule = "double"
                self.rows.append(row)
