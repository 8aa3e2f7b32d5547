"""Ranks and the other figures that a word makes: 全省第一, 全国首个, 三次产业结构 a:b:c, 双过百."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from .lexicon import EMPTY, FIRST, RANK_SCOPE
from .numbers import chinese
from .scan import Token
from .subjects import phrase_before, shared, strip_open

_STANDS = re.compile(
    r"(?:居|列|排名?|成为|退[到至]|降[到至]|滑落[到至]|排到|获得|夺得|获|夺|金牌|奖牌|总分|名列|位列|位居|跃居|跃升至?|(?:提高|提升|上升|前移|晋升|升|进)[到至]|升至|保持|稳居|进位[至到]?|排在|位次)"
    r"[^，,]{0,6}$"
)
_STANDING = re.compile(
    r"(?:连续[^，,]{0,6}年)?(?:稳|均|继续|保持|跃|位|名|排|跻身|进入|上升|升|列|居|于|全国|全省|全市|全区|世界|全球|国内|亚洲|[中西东]部|至|到|为|在|"
    r"由|提高|提升|\d+年)+$"
)
_DOUBLE = re.compile(r"双(?:上|过|超|破)(?P<n>百|千|万|百亿|千亿|万亿)(?P<unit>[元家个户人]?)")
_SIZES = {"百": 100, "千": 1000, "万": 10**4, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
RUN_OF_WINS = re.compile(r"(?P<n>[二三四五六七八九十]{1,3})连(?P<what>[冠优霸涨增降])")
_RUNS = {"涨": "上涨", "增": "增长", "降": "下降"}
_RANKED = re.compile(
    r"(?P<who>.{4,48}?)(?P<rest>(?:全[国省市区州县]|[国省市区]内|世界|全球|[中西东]部|同类|本[市省])?排名(?:[\u4e00-\u9fff]{2}位次)?)$"
)
_JOINT = re.compile(r"、|以及|和(?!谐)|(?<![以])及")
_PLACED = re.compile(r"(?:排[到在至名]|位?列|位?居|升[至到]|退[到至]|降[到至]|前移[到至]|[国省市区界球])$")
_CLIMB = re.compile(r"(?:前进|上升|前移|跃升|晋升|进位|前挪|提升|提高|攀升|下降|后退|后移)了?$")
_THING = re.compile(r"[^，,。;；、!]{0,24}")


def rank(before: str, topic: str, said: str = "") -> str | None:
    """The subject of a rank from what stands before it in its clause; None when it only numbers (第一书记).

    said  the subject of the rank just before it in the clause
    """
    near = before[-16:]
    if near.strip() in ("、", "和", "及", "，", ",") and said:
        # 分别居全省第3位、第6位: the second ranks as the first does.
        return said
    scope = RANK_SCOPE.search(near)
    while scope and (inner := RANK_SCOPE.search(near, scope.start() + 1)):
        scope = inner
    if not scope and not _STANDS.search(near):
        return None
    base = _STANDING.sub("", strip_open(before)).removesuffix("成").removesuffix("连续")
    base = topic + base if base in EMPTY and topic else base
    if len(base) < 2 and said:
        # 由第21位上升到第9位
        return said
    base = base if len(base) >= 2 else topic
    # The whole in which it ranks is named, unless the subject has it already.
    within = scope.group()[:2] if scope and scope.group()[:2] not in base else ""
    return f"{base}{within}排名"


def firsts(plain: str, left: int, right: int) -> Iterator[tuple[Token, int, str | None]]:
    """(token, end, subject) of each 全省首个……; the subject is None for 首位, which is a rank like 第一."""
    for found in FIRST.finditer(plain, left, right):
        thing = _THING.match(plain, found.end(), right).group()
        token = Token(found.start(), found.end(), "rank", Decimal(1), "名")
        if found["first"] == "首位":
            yield token, found.end(), None
        else:
            yield token, found.end() + len(thing), f"{thing}在{found['scope']}的次序"


def ranked(subject: str) -> list[str]:
    """The subjects of one rank that several share: 江都、维扬开发区进入全省前15位 ranks each."""
    head = _RANKED.match(subject)
    if not head or not _JOINT.search(head["who"]):
        return [subject]
    pieces = shared(head["who"], len(_JOINT.split(head["who"])))
    fits = pieces and len(pieces) <= 5 and all(2 <= len(piece) <= 16 for piece in pieces)
    return [piece + head["rest"] for piece in pieces] if fits else [subject]


def placed(token: Token, before: str, topic: str) -> str:
    """The subject of a rank said without 第 (环境质量排到26位), or ""."""
    if token.value is None or token.value > 500 or not _PLACED.search(before):
        return ""
    return rank(before, topic) or ""


def climbed(token: Token, before: str) -> str:
    """The subject of places gained in a ranking (全省排名前进5位), or ""."""
    if token.unit != "人" or token.value is None or token.value > 100:
        return ""
    found = _CLIMB.search(before)
    return f"{_STANDING.sub('', strip_open(before[: found.start()]))}排名{found.group()}位次" if found else ""


def wins(found: re.Match, before: str) -> tuple[Token, str]:
    """(token, subject) of 国家卫生城市“五连冠”: how many times in a row."""
    token = Token(found.start(), found.end(), "number", chinese(found["n"]), "次")
    run = _RUNS.get(found["what"])
    base = phrase_before(before.rstrip("“”"))
    return token, f"{base}连续{run}次数" if run else f"连续获{base}的次数"


def doubles(plain: str, left: int, right: int, unit: str) -> Iterator[tuple[Token, str]]:
    """(token, subject) for each member of A、B数量双上百; `unit` is the one last spoken of."""
    for found in _DOUBLE.finditer(plain, left, right):
        for piece in shared(phrase_before(plain[left : found.start()]), 2) or ():
            unit = found["unit"] or unit or "个"
            token = Token(found.start(), found.end(), "number", Decimal(_SIZES[found["n"]]), unit, after="以上")
            yield token, piece if piece.endswith(("数", "数量")) or unit == "元" else piece + "数量"


def shares(token: Token, before: str) -> Iterator[tuple[Token, str]]:
    """(token, subject) of each part of 三次产业结构 13.3:19.8:66.9."""
    base = phrase_before(before) or "三次产业结构"
    for value, part in zip(token.parts, ("第一产业", "第二产业", "第三产业"), strict=True):
        yield Token(token.start, token.end, "number", value, "%"), f"{base}{part}占比"
