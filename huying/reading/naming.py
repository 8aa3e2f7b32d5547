"""Numerals that name rather than count: slogans, policies, levels, spans of time that are no figure."""

from __future__ import annotations

import re

from .lexicon import DURATION_BEFORE, PLAN_AFTER
from .outline import Line
from .scan import Token

# Levels that are counted (四级责任体系, 二级标准), not named (三级医院, 三级管理).
_LEVELS = re.compile(r"标准|[^，,。;；、]{0,8}(?:责任体系|网络体系|责任网络)")
_THRESHOLD = re.compile(
    r"[超过][一二两三四五六七八九]?[十百千万]*[万亿][美]?元[^，,。;；、\d以]{0,8}?(?:企业|项目|产业|集群|园区|工程)"
)
# 15分钟生活圈 is a name.
_CIRCLE = re.compile(r"[\u4e00-\u9fff]{0,6}?圈")
_DIGITS = re.compile(r"[一二两三四五六七八九十]+")
_COUNTED_IN_QUOTES = ("枚", "级", "人", "小时", "天")


def named(plain: str, token: Token, left: int, line: Line) -> str:
    """Why a Chinese numeral is no figure, in one word, or "" when it is one; `left` is where its clause begins."""
    after = plain[token.end : token.end + 12]
    if token.unit == "级" and not _LEVELS.match(after):
        return "level"
    if _THRESHOLD.match(plain, token.start - 1):
        return "threshold"
    if line.mode != "glossary":
        # “五大工程”, 抓好八个方面, 未来五年 count nothing that a later year could be held to.
        closed = plain.find("”", token.end, token.end + 10) > 0
        if plain[token.start - 1 : token.start] == "“" and closed and token.unit not in _COUNTED_IN_QUOTES:
            return "slogan"
        if token.unit == "方面" or (token.unit == "个" and after.startswith("方面")):
            return "structure"
        if token.unit == "年" and plain[token.start - 2 : token.start] == "未来":
            return "duration"
    for opener, closer, reach in (("《", "》", 40), ("“", "”", 14)):
        at = plain.rfind(opener, max(left - 20, token.start - reach, 0), token.start)
        if at < 0 or plain.find(closer, at, token.start) >= 0:
            continue
        stop = plain.find(closer, token.end, token.end + reach)
        # 《十五条措施》 is a title; “一江两岸三片区” plays on its numerals.
        if stop >= 0 and (opener == "《" or (len(_DIGITS.findall(plain, at, stop)) > 1 and stop - at <= 14)):
            return "title" if opener == "《" else "slogan"
    return ""


def policy(plain: str, token: Token, left: int) -> bool:
    """Whether a number closes a short quoted name: 出台“助农20条”."""
    tail = max(token.tail, token.end)
    if plain[tail : tail + 1] != "”" or token.unit not in ("条", "项", "件"):
        return False
    at = plain.rfind("“", max(left, token.start - 8), token.start)
    return 0 <= at < token.start - 1 and "”" not in plain[at : token.start]


def counts_time(token: Token, before: str, after: str) -> bool:
    """Whether a stretch of time is a figure: 连续六年, 2小时办结, 三年行动计划; not 五年来."""
    held = DURATION_BEFORE.search(before[-8:])
    if token.unit in ("年", "周年", "月") and (token.kind == "chinese" or token.value < 100):
        if held and not after.startswith(("来", "间")):
            return True
        planned = PLAN_AFTER.match(after) and not after.startswith(("规划", "计划"))
        return bool(planned) and before[-1:] not in ("个", "第")
    if token.unit in ("分钟", "小时") and _CIRCLE.match(after):
        return False
    if token.unit == "年" and before.endswith("近"):
        return False
    if token.unit in ("天", "日"):
        return token.kind != "chinese" or bool(held)
    return True
