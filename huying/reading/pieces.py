"""One clause, several promises: 推进甲路、乙路建设 is two, 提升效率和水平 is one."""

from __future__ import annotations

import re

from .facts import numeral
from .promise_words import undivided, without_lead
from .verbs import SECOND_VERB, action_end

_QUOTED = re.compile(r"[“\"《(][^”\"》)]*[”\"》)]")
# Each alternative begins with its own sign, so that a search passes over all other signs at once.
_JOINT = re.compile(
    r"、|以及|"
    + "|".join(
        rf"{sign}(?<=[\u4e00-\u9fff”)A-Za-z]{sign}){unlike}(?=[\u4e00-\u9fff“A-Za-z\d])"
        for sign, unlike in (
            ("和", "(?![谐平睦美善解])"),
            ("及", "(?<![普涉波遍]及)(?![时早其])"),
            ("与", "(?<![参给赋]与)(?!会)"),
        )
    )
)
_MAY_PART = re.compile("[、和及与”》]")
_ADJACENT = re.compile("[”》](?=[“《])")
# A second verb with an object: what stands before it is who acts, no list of things to do.
_INNER = re.compile(
    r"渡过|落户|尽快|成为|走向|参与|在[^、]{1,8}(?:建设|上市)|向[^、]{2,8}(?:发展|转变|延伸)|招用(?=[^、]{4})|招录(?=[^、]{4})|吸纳(?=[^、]{4})"
)
_NUMBERS = re.compile(
    r"、|(?<=[个家项条座所万人户公元里%次台套亩吨宗处场件米])(?:和|及|以及)|(?<=[\u4e00-\u9fff])和(?=\d)"
)
_COUNT = re.compile(r"(?P<n>[二两三四五六七八九十]|\d{1,2})(?:大|个|项|条|座|所|类|种|家|处)")
_TOGETHER = re.compile(r"(?:同步|协调|一致|衔接|适应|结合|融合|平衡|互动)$")
_PREDICATE = re.compile(
    r"(?:比重|水平|能力|步伐|辐射带动作用)?(?:大幅|明显|显著|进一步|持续|基本|全面|迈出|取得|得到|有新|快速|实现|逐步|不断|更加|稳步|总体)(?=.{2,})"
)
_TAIL = re.compile(
    r"(?:建设|改造|工程|等项目|项目|整治|发展|行动|任务|工作|成效|保障|力度|编制|影响力|开发|工程建设|征拆工作)$"
)


# What a thing is good for and how much of it there is: two of them are sides of one thing.
_MEASURES = tuple(
    "水平 能力 质量 效益 效率 功能 条件 权益 份额 效应 素质 层次 能级 实力 竞争力 影响力 活力 动力 规模 强度 比重 结构 优势 潜力 环境 信心".split()
)


def pieces(clause: str, numbers: int) -> list[str]:
    """The separate promises of one clause, as titles in the report's words; [clause] when it is one.

    numbers  how many figures to be reached stand in the clause
    """
    if numbers > 1:
        parts = [part for part in _NUMBERS.split(clause) if part]
        return parts if len(parts) == numbers else [f"{clause}（{n + 1}）" for n in range(numbers)]
    if not _MAY_PART.search(clause):
        return [clause]
    if numbers and not _COUNT.search(clause):
        return [clause]
    shown = _QUOTED.sub(lambda m: m.group()[0] + "\u3000" * (len(m.group()) - 2) + m.group()[-1], clause)
    joints = [m.span() for m in _JOINT.finditer(shown)]
    adjacent = [(m.end(), m.end()) for m in _ADJACENT.finditer(shown)] if "“" in shown or "《" in shown else []
    if not (joints or adjacent):
        return [clause]
    bare = without_lead(clause)
    head = action_end(bare)
    if not head or undivided(clause):
        return [clause]
    first = len(clause) - len(bare) + head
    while second := SECOND_VERB.match(clause, first):
        first = second.end()
    inner = max((m.start() for m in _INNER.finditer(shown, first + 1)), default=-1)
    floor = max(shown.rfind("的", first, len(shown) - 2), inner)
    cuts = sorted([cut for cut in joints if cut[0] > max(floor, first)] + [cut for cut in adjacent if cut[0] > first])
    if not cuts:
        return [clause]
    verb, bounds, at = clause[:first], [], first
    for left, right in cuts:
        bounds.append(clause[at:left])
        at = right
    bounds.append(clause[at:])
    if numbers and not _counted(bounds):
        return [clause]
    if not _counted(bounds) and not _separate(bounds, [clause[left:right] for left, right in cuts]):
        return [clause]
    found = _TAIL.search(bounds[-1])
    tail, last = found.group() if found else "", len(bounds) - 1
    return [verb + piece + ("" if n == last or piece.endswith(tail) else tail) for n, piece in enumerate(bounds)]


def sides(clause: str) -> list[str]:
    """The separate aims of a clause whose subject is a list: 甲产业、乙产业比重大幅提升; [clause] when it is one."""
    says = _PREDICATE.search(clause)
    if not says or "的" in clause[: says.start()] or _TOGETHER.search(clause):
        return [clause]
    members = re.split("、|和|与|以及", clause[: says.start()])
    if len(members) < 2 or min(map(len, members)) < 4:
        return [clause]
    return [member + clause[says.start() :] for member in members]


def _counted(bounds: list[str]) -> bool:
    """Whether the list says itself how many things it names: 甲、乙、丙三大工程."""
    found = _COUNT.search(bounds[-1])
    return (
        bool(found) and len(bounds) > 1 and found.start() > 1 and numeral(found["n"].replace("两", "二")) == len(bounds)
    )


def _separate(bounds: list[str], joints: list[str]) -> bool:
    """Whether the members of a list are things of their own, rather than sides of one thing."""
    sizes = [len(piece.strip("“”\u3000《》")) for piece in bounds]
    if all(piece.endswith(("性", "度", "力", "感", "率")) for piece in bounds):
        return False  # qualities of one thing
    if min(sizes) < 2 or len(bounds) > 8 or any(map(action_end, bounds[1:])):
        return False
    if len(bounds) == 2 and sizes[1] <= 3 and "、" in joints and not any(map(str.isascii, "".join(bounds))):
        return False  # 明确时间表、路线图, 探索消费新模式、新业态
    if all(piece.endswith("主义") for piece in bounds):
        return False
    if "、" not in joints and "" not in joints:
        # 甲和乙: two long names are two things, 效率和水平 is one.
        measures = min(sizes) <= 4 and all(piece.endswith(_MEASURES) for piece in bounds)
        return len(bounds) == 2 and min(sizes) >= 4 and not measures
    if len(bounds) > 2 and max(sizes[1:-1]) <= 3 and "等" not in bounds[-1] and not bounds[-1].endswith("建设"):
        return False  # 基础设施布局、结构、功能和系统集成
    if len(bounds) > 2 and max(sizes[:-1]) <= 3 and not bounds[-1].endswith(("村改造", "建设", "等项目")):
        return False
    return not any(piece.endswith("化") for piece in bounds[:-1])
