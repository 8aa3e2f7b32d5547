"""What a sentence remembers from number to number, and what is carried over to a number that leaves its subject out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .lexicon import EMPTY, VERB_ONLY, VERB_RUN, VERB_START
from .outline import Line
from .scan import Token
from .subjects import phrase_before, shared
from .verbs import SECOND_VERB, action_end

JOINTS = {"、", "和", "及", "与", "以及", ",", "，", "/"}
# Verbs that are things counted as well: 其中出口30亿美元.
_THINGS = {"出口", "进口", "出栏", "存栏", "造林", "完成造林", "绿化", "脱贫"}
_COMPARED = re.compile(r"^(?:高于|低于|快于|高出|好于|多于|少于|比(?!例|重)|为|是|相当于|增速|占(?!比|地|用|有|补))")
# Words too general to stand alone: 完成投资 is of the project spoken of before.
_GENERIC = re.compile(
    r"^(?:完成|累计|总|年|人均|户均|平均|其中|新增|占地|建筑|规划|计划)?(?:投资|资金|面积|产值|总量|数量|总数|规模|占比|比重|"
    r"总额|余额|金额|户数|亏损额|利税|利润|税收|支出|增速|增加值|销售收入|营业收入|主营业务收入|总产值|投资额)$|"
    r"^(?:按时|如期|及时|按期|综合|总体)?(?!失业|出生|死亡|通胀|赤字|汇|利|税|费)[\u4e00-\u9fff]{1,2}率$|^人均$|^户均$"
)
_SHORT = set("村县镇乡市区户岛桥路站店馆校厂矿国园港")
# 民间投资较快增长，增速为……: a clause without numbers names what the next one is about.
_MOVED = re.compile(
    r"^(?:一是|二是|三是|四是|五是|其中)?(?P<what>[^，,。;；0-9]{2,30}?)(?:继续|持续|保持|明显|较快|快速|较?大幅度?|稳步|平稳|不断|进一步|显著|有所|加快|逐步|"
    r"稳定|总体|基本|呈|健康|迅速|恢复|高速|较大|全面|还|仍|有新|取得新)*(?:增长|壮大|活跃|完善|健全|增强|加强|好转|加快|上升|提高|提升|下降|回升|改善|增加|发展|扩大|回落|优化|攀升|向好|回暖|良好势头|"
    r"不够?[大高强优快足]|偏[低小]|[较过]高)(?:态势)?$"
)
# 今年经济增长速度的宏观调控目标，定为……
_AIM = re.compile(r"的?[\u4e00-\u9fff]{0,4}目标$")
_FRAME = re.compile(r"(?:在|面对|随着|按照|坚持|以|通过|根据|围绕|经过|为了?|针对|由于|虽然|尽管|同时)")
_OF_LAST = re.compile(r"[由从](?:原来的|上年的|\d{4}年的?)?\d|(?:达到?|已达|共有|占|为)\d")
_DID = re.compile(r"^[\u4e00-\u9fff]{1,4}(?:市|县|区|镇|乡|州|旗)(?:引进|新增|建成|完成|落实|签约)$")
# 分别比上年和2000年增长9.1%和77.3%: two bases of one thing.
_TWO_BASES = re.compile(r"分别[比较是为相]?[^，,]{2,9}和[^，,]{2,9}(?:增|下降|提高|减|的)")
_ANY_NUMERAL = re.compile(r"\d|第[一二三四五六七八九十]")
_WITH_ALL = re.compile(r"[均都](?:达到?|为|超过?|在|实现|达|增长|下降|提高|保持在?)*$")


@dataclass(slots=True)
class Context:
    """What a sentence remembers.

    topic   the thing last counted       verb    the verb that a list shares (打掉甲2个、乙5个)
    here    whether this sentence named the topic
    said    things counted at a level    names   the members of the last list, listed those still to come
    of      what the last threshold was of (年度投资)
    behind  where the words of the last number end, when what it counts stands after it
    past    whether a part that looks ahead has turned back to the year gone by
    """

    topic: str = ""
    total: int | None = None
    unit: str = ""
    change: str = ""
    base: str = ""
    verb: str = ""
    comparator: str = ""
    of: str = ""
    part: bool = False
    here: bool = False
    past: bool = False
    behind: int = -1
    listed: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def named(self, topic: str) -> None:
        """A new topic, named in this sentence."""
        self.topic, self.here = topic[:30], True

    def without_numbers(self, clause: str, follows: str) -> None:
        """Looks at a clause that has no figure: it may name what the next figure is about (`follows`: how the next begins)."""
        if len(clause) <= 3:
            return
        moved = _MOVED.match(clause)
        aim = _AIM.search(clause) if clause.endswith("目标") else None
        said = ""
        if moved:
            said = moved["what"]
        elif aim:
            said = clause[: aim.start()]
        elif (not self.topic or _OF_LAST.match(follows)) and not _FRAME.match(clause):
            said = clause
        base = phrase_before(said)
        if 2 <= len(base) <= (30 if moved or "和" in base else 20):
            self.named(base)

    def list_of(self, token: Token, before: str, base: str, joint: bool, rest: list[Token]) -> str:
        """The member of a list that a number is of (甲、乙分别增长1%和2%), or ""."""
        base = "" if len(base) < 2 or base in EMPTY else base
        if joint and self.listed:
            return self.listed.pop(0)
        pieces = None
        if ("分别" in before or "各" in before[-4:]) and not _TWO_BASES.search(before):
            left, _, right = before.partition("分别")
            # 高职、技工院校分别扩招4万人和3万人: what stands after 分别 is said of each.
            done = "" if right.startswith("占") else phrase_before(right)
            own = phrase_before(left if len(done) > 1 else before.replace("分别", ""))
            run = 1 + run_of(token, rest)
            if not own or shared(own, run) is None:
                run = 1 + run_of(token, [other for other in rest if other.unit == token.unit])
            if run > 1:
                # 收入5亿元、支出3亿元，分别增长……: without words of its own, the things just counted are meant.
                before_it = self.names if len(self.names) == run else self.said[-run:]
                pieces = shared(own, run) if own else before_it if len(before_it) == run else None
                pieces = pieces or shared(own or self.base or self.topic, run)
                last = rest[run - 2]
                if last.after and not token.after:
                    # 分别增长7%、8%以上: the sign at the end holds for all.
                    for member in (token, *rest[: run - 2]):
                        member.after = member.after or last.after
            if pieces and own and len(done) > 1:
                pieces = [piece if done in piece else piece + done for piece in pieces]
            if pieces and own:
                self.topic = own
        elif not base and "分别" not in before and len(self.names) > 1 and 1 + run_of(token, rest) == len(self.names):
            # 存款、贷款分别增加……，增长17.7%和15.3%: the list just given goes on.
            pieces = self.names
        if not pieces:
            return ""
        self.listed, self.names = list(pieces[1:]), list(pieces)
        return pieces[0]

    def with_verb(self, before: str, base: str, joint: bool) -> str:
        """A base with the verb that its list shares: 打掉甲2个、乙5个 counts 打掉乙."""
        if before[:1] in "、和及" and before and self.verb and len(base) >= 2 and not VERB_START.match(base):
            return self.verb + base
        if not joint:
            self.heard(base)
        return base

    def heard(self, base: str) -> None:
        """Keeps the verb of a base for the list that may follow."""
        verbs = VERB_RUN.match(base)
        self.verb = verbs.group() if verbs and len(base) > verbs.end() + 1 else ""

    def carried(self, base: str, after_it: bool, change: str) -> tuple[str, bool]:
        """(base, whether it was carried over): a base that says too little is completed by the topic; else it is the topic."""
        compared = _COMPARED.match(base)
        if after_it and base in _SHORT:
            self.topic = base
        elif compared or len(base) < 2 or base in EMPTY:
            said = base if compared and not base.startswith("占") else ""
            return (self.topic + said if self.topic else base or said), True
        elif self.topic and _DID.match(base):
            # 铁岭县引进25个: what it brought in was named before.
            return base + VERB_RUN.sub("", self.topic), True
        elif base in _THINGS and self.topic.endswith(("进出口总额", "进出口总值")):
            self.named(base + self.topic[-2:])
            return self.topic, False
        elif base in _THINGS:
            self.named(base)
        elif not after_it and self.topic and len(base) <= 4 and VERB_ONLY.match(base):
            return base + VERB_RUN.sub("", self.topic), True
        elif not after_it and self.topic and self.here and _GENERIC.match(base):
            return (base if base in self.topic else self.topic + base), True
        elif change != "share" or not self.topic:
            self.named(base)
        return base, False


def theme(plain: str, line: Line) -> str:
    """What a paragraph is about, from the short sentence that opens it (深化营商环境改革。), or ""."""
    stop = plain.find("。", line.body, min(line.end, line.body + 28))
    head = plain[line.body : stop].strip("*— ") if stop > 0 else ""
    if not head or _ANY_NUMERAL.search(head):
        return ""
    rest = head[action_end(head) :]
    while more := SECOND_VERB.match(rest):
        rest = rest[more.end() :]
    moved = _MOVED.match(rest)
    return re.split("[、，,]", moved["what"] if moved else rest)[0][:12]


def generic(base: str) -> bool:
    """Whether a base says too little without a topic (办结率, 完成投资)."""
    return bool(_GENERIC.match(base))


def with_all(before: str) -> bool:
    """Whether one number is said of each member of a list: 见面率、满意率均达100%."""
    return bool(_WITH_ALL.search(before))


def run_of(token: Token, rest: list[Token]) -> int:
    """How many of the following numbers belong to the same list."""
    count, end = 0, max(token.tail, token.end)
    for other in rest:
        if other.start - end > 8:
            break
        count, end = count + 1, max(other.tail, other.end)
    return count
