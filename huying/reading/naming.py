"""Numerals that name rather than count: slogans, policies, levels, spans of time that are no figure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .lexicon import CAMPAIGN, DURATION_BEFORE, PLAN_AFTER, VERB_START
from .outline import Line
from .scan import Token
from .units import MONEY

# Levels that are counted (四级责任体系, 二级标准), not named (三级医院, 三级管理).
_LEVELS = re.compile(r"标准|[^，,。;；、]{0,8}(?:责任体系|网络体系|责任网络)")
_OF = r"(?P<of>(?:[\u4e00-\u9fff]{0,4}?(?:收入|产值|投资额?|税收|规模|销售额?|利税|利润|资产|市值|营收|纳税|纳税额|总额|交易额|成交额))?)"
_LIMIT_BEFORE = re.compile(_OF + r"(?P<by>在|达到?|超过|超|过|突破|逾)?$")
# 实施“八大攻坚”: works that are done are counted, names that are striven for (打造“三个高地”) are not.
_DOES = re.compile(r"(?:实施|推进|开展|深化|民生)“$")
_NO_THING = re.compile(r"资金|投向|用于|支持|投入")
_LIMITS = re.compile(r"、(?:\d+[个家项户](?:超过|超|过|突破)?)?")
_LIMIT_THING = re.compile(
    r"(?P<de>的?)(?P<thing>[\u4e00-\u9fff“”]{0,8}?(?:企业|集团|项目|产业集群|产业链|产业|集群|园区|公司|大户|楼宇|商场|街区|镇|乡|县|村|省份|城市|大县)"
    r"(?:、[\u4e00-\u9fff]{0,4}(?:企业|集团|项目|公司))?)(?!项目|集群|链|园|资金|资本|贷款|补助|奖补|投资|债券|经费|建设资金|库)"
)
_WORK_SIDES = re.compile(r"(?:方面)?的?(?:考虑|重点工作|工作)")
# 24小时供水: round the clock.
_ROUND_THE_CLOCK = re.compile(
    r"(?:全天候)?(?:供水|供电|在线|自助|值班|值守|监控|监测|巡逻|巡查|服务|书房|书店|阅读|热线|不间断|营业|城市)"
)
_NAMED_WORKS = re.compile(r"(?:重点)?工作(?!站|室)")
_NAMES_THEM = re.compile(r"(?:更新|治理|建设|改革|发展|保障|管理|整治|提升|振兴|安全|民生|经济|环境)$")
_SPANS = re.compile(r"(?:年限|周期|工期|寿命|天数|期限|时长)[\u4e00-\u9fff]{0,6}$")
_DIGITS = re.compile(r"[一二两三四五六七八九十]+")
_COUNTED_IN_QUOTES = ("枚", "级", "人", "小时", "天")


def named(plain: str, token: Token, left: int, line: Line) -> str:
    """Why a Chinese numeral is no figure, in one word, or "" when it is one; `left` is where its clause begins."""
    after = plain[token.end : token.end + 12]
    if token.unit == "级" and not _LEVELS.match(after):
        return "level"
    if line.mode != "glossary":
        # “五大工程”, 抓好八个方面, 未来五年 count nothing that a later year could be held to.
        closed = plain.find("”", token.end, token.end + 10) > 0
        opened = plain[token.start - 1 : token.start] == "“" or plain[token.start - 2 : token.start] in ("“新", "“老")
        done = plain[token.start - 2] == "等" or _DOES.search(plain, max(0, token.start - 7), token.start)
        if opened and closed and token.unit not in _COUNTED_IN_QUOTES and not (done and after[:1] != "年"):
            # What ends a list is counted: 创新驱动、智能制造等“六大工程”.
            return "slogan"
        if (
            token.unit == "项"
            and _NAMED_WORKS.match(after)
            and _NAMES_THEM.search(plain, max(left, token.start - 6), token.start)
        ):
            # 城市更新九项重点工作 is the name of a body of work.
            return "name"
        if token.unit == "方面" or (token.unit == "个" and after.startswith("方面")):
            told = plain.endswith(("以下", "下列", "如下", "下面"), 0, token.start) or _WORK_SIDES.match(after)
            return "" if told else "structure"
        if token.unit == "年" and plain[token.start - 2 : token.start] == "未来":
            return "duration"
    for opener, closer, reach in (("《", "》", 40), ("“", "”", 30)):
        at = plain.rfind(opener, max(left - 20, token.start - reach, 0), token.start)
        if at < 0 or plain.find(closer, at, token.start) >= 0:
            continue
        stop = plain.find(closer, token.end, token.end + reach)
        # 《十五条措施》 is a title; “一江两岸三片区” plays on its numerals.
        if stop >= 0 and (
            opener == "《"
            or (n := len(_DIGITS.findall(plain, at, stop))) > 2
            and plain.find("、", at, stop) < 0
            or (n > 1 and stop - at <= 14)
        ):
            return "title" if opener == "《" else "slogan"
    return ""


def policy(plain: str, token: Token, left: int) -> bool:
    """Whether a number closes a short quoted name: 出台“助农20条”."""
    tail = max(token.tail, token.end)
    if plain[tail : tail + 1] != "”" or token.unit not in ("条", "项", "件"):
        return False
    at = plain.rfind("“", max(left, token.start - 8), token.start)
    return 0 <= at < token.start - (token.unit != "条") and "”" not in plain[at : token.start]


def counts_time(token: Token, before: str, after: str) -> bool:
    """Whether a stretch of time is a figure: 连续六年, 2小时办结, 三年行动计划; not 五年来."""
    if token.unit == "小时" and token.value == 24 and before[-1:] not in "×xX*" and _ROUND_THE_CLOCK.match(after):
        return False
    if after.startswith(("来连续", "连续")) or _SPANS.search(before) or token.value != int(token.value):
        # 受教育年限提高到10.8年; 近3年来连续下降.
        return True
    if token.unit == "年" and before.endswith("近"):
        return False
    held = DURATION_BEFORE.search(before[-8:])
    if token.unit in ("年", "周年", "月") and (token.kind == "chinese" or token.value < 100):
        if held and not after.startswith(("来", "间")):
            return True
        planned = PLAN_AFTER.match(after) and not after.startswith(("规划", "计划"))
        return bool(planned) and before[-1:] not in ("个", "第")
    if token.unit in ("天", "日"):
        return token.kind != "chinese" or bool(held) or bool(CAMPAIGN.match(after))
    return True


@dataclass(slots=True)
class Limit:
    """A threshold: what it is a limit of (年产值), the word that sets it (超), and the thing it is set for (企业).

    lead  whether the words before it lead to what is limited     end  where its thing ends
    keep  whether the words before it belong to the number that follows as well (年产值超10亿元的企业达到5家)
    """

    of: str
    by: str
    thing: str
    lead: bool
    end: int
    keep: bool


def limit(plain: str, token: Token, left: int, right: int, later: list[Token], counted: bool) -> Limit | None:
    """The threshold that a sum of money is (投资5亿元以上项目, 超百亿元企业), or None when it is a sum of its own.

    counted  whether a count stands just before it (10个销售收入过100亿元的企业)
    """
    tail = max(token.tail, token.end)
    before = _LIMIT_BEFORE.search(plain, max(left, token.start - 14), token.start)
    of, by = before["of"], before["by"] or ""
    bound = token.after in ("以上", "以下", "及以上") or by in ("超过", "超", "过", "突破", "逾")
    found = _LIMIT_THING.match(plain, tail, min(right, tail + 20))
    if found is None:
        # 10个过100亿元、30个过50亿元企业: the thing is said once, at the end.
        follows = next((n for n, other in enumerate(later) if other.unit in MONEY), None)
        if follows is None or not _LIMITS.fullmatch(plain, tail, later[follows].start) or (of and not (counted or by)):
            return None
        last = limit(plain, later[follows], tail, right, later[follows + 1 :], counted or follows > 0)
        return last and Limit(of, by, last.thing, not counted, tail, last.keep)
    thing = found["thing"]
    if _NO_THING.search(thing) or VERB_START.match(thing) and not thing.startswith(("投资", "出口")):
        return None
    if not bound and (found["de"] or of) and not counted:
        return None
    count = next((other for other in later if other.unit not in MONEY), None)
    if found["de"] and not (counted or count or len(thing) <= 4):
        return None
    return Limit(of, by, thing, not counted, found.end(), bool(count) and not counted)
