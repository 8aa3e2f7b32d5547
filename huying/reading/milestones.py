"""Promises without a number that can be seen to be kept: a named road, line, school or project to be begun or finished.

Matched only by a name of the thing that both reports write alike; what is not found so is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import Commitment, Report
from .numbers import normal
from .promise_words import HOW, LEAD, THING
from .verbs import action_end
from .verdicts import Verdict

_BEGIN = re.compile(r"开工|动工|启动|奠基|破土")
_DONE = re.compile(
    r"建成|竣工|完工|通车|投用|投入使用|投入运营|投运|开通|投产|落成|开园|开馆|开学|启用|交付使用|正式运营|开放运营"
)
_UNDER_WAY = re.compile(r"加快|推进|建设顺利|进展顺利|有序|启动|开工|动工|主体|封顶|奠基|全面铺开|前期")
_ENDS = re.compile(
    r"(?:(?:项目|工程)?(?:建设|开工|动工|启动|建成|竣工|完工|通车|投用|投入使用|投入运营|开通|投产|落成|改造|施工|征拆|前期工作|等|工作)+)$"
)
_COMMON = re.compile(r"^(?:一批|一期|二期|三期|重点|重大|各类|市县?|区|县|省|国家级?|新|全|这|该|城市|农村|产业|基础设施|公共)*(?:项目|工程|道路|学校|医院|"
                     r"公园|中心|基地|园区|产业园|村|路|桥|站|线|平台|试点|示范区|改造|小学|中学|幼儿园|管网|水库|机场|港)*$")  # fmt: skip
_STOPS = "。！？；!?;\n"
SHORTEST = 5


def name_of(title: str) -> str:
    """The name of the thing that a promise is about, or "" when it has none of its own.

    >>> name_of("加快青溪大桥二期建设"), name_of("推进重点项目建设")
    ('青溪大桥二期', '')
    """
    rest, before = LEAD.sub("", normal(title)), None
    while before != rest:
        before = rest
        rest = HOW.sub("", rest)
        end = action_end(rest)
        if len(rest) - end >= SHORTEST:
            rest = rest[end:]
    rest = _ENDS.sub("", rest).strip("“”‘’、，")
    if len(rest) >= SHORTEST + 2:
        rest = rest.removesuffix("工程").removesuffix("项目")
    if (
        len(rest) < SHORTEST
        or _COMMON.match(rest)
        or not (THING.search(rest) or re.search(r"[A-Z0-9一二三四五六七八九十]号|[路段期线馆院校]$", rest))
    ):
        return ""
    return "" if re.search(r"[，、和及]|等$|的", rest) else rest


def milestones(earlier: Report, later: Report) -> Iterator[tuple[Commitment, Verdict, tuple[int, int]]]:
    """(promise, verdict, (start, end) of the words in `later`) of each milestone that the later report names again."""
    plain = normal(later.text)
    backs = [(section.start, section.end) for section in later.outline if section.mode == "review"]
    seen: set[str] = set()
    for promise in earlier.commitments:
        if promise.figures or promise.measurable == "qualitative" or promise.same_as is not None:
            continue
        if promise.deadline and earlier.year and promise.deadline.year > earlier.year:
            continue
        asked = _asked(promise.quote)
        name = name_of(promise.title) if asked else ""
        if not name or name in seen:
            continue
        seen.add(name)
        for found in re.finditer(re.escape(name), plain):
            if any(start <= found.start() < end for start, end in backs):
                verdict = _verdict(asked, plain, found.start(), found.end())
                if verdict:
                    yield promise, *verdict
                    break


def _asked(clause: str) -> str:
    """done or begin: which of the two a promise asks for; "" when neither is said."""
    clause = normal(clause)
    done, begin = _DONE.search(clause), _BEGIN.search(clause)
    if done and begin:
        return ""
    return "done" if done else "begin" if begin else ""


def _verdict(asked: str, plain: str, start: int, end: int) -> tuple[Verdict, tuple[int, int]] | None:
    """The verdict on a thing named at [start, end) and the clause that bears it, or None when its words do not tell."""
    left = max(plain.rfind(sign, 0, start) for sign in _STOPS + "，") + 1
    right = min((at for sign in _STOPS + "，" if (at := plain.find(sign, end)) >= 0), default=len(plain))
    clause = plain[left:right]
    if "、" in plain[left:start] and "、" in plain[end:right]:
        return None
    done, under_way = _DONE.search(clause), _UNDER_WAY.search(clause)
    if done and under_way:
        return None
    if done:
        word = done.group()
        return Verdict("met", (f"报告说它已经{word}。", f"The report says that it is done ({word})."), 0.8), (
            left,
            right,
        )
    if under_way and asked == "begin":
        word = under_way.group()
        return Verdict(
            "met", (f"报告说它已经动手（{word}）。", f"The report says that work has begun ({word})."), 0.75
        ), (left, right)
    if under_way:
        word = under_way.group()
        return Verdict("missed", (f"目标是建成，报告只说还在进行（{word}）。",
                                  f"It was to be finished; the report tells of work going on ({word})."), 0.6), (left, right)  # fmt: skip
    return None
