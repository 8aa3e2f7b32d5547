"""Chinese numerals with what they count: 三十五座, 六亿三千多万元, 上百个, 五大工程; not 百姓, 三农, 一批."""

from __future__ import annotations

import re
from decimal import Decimal

from .lexicon import CAMPAIGN, COUNTED_ONE, GREAT, IDIOM_NOUNS, ONE_AFTER, PEOPLE, SET_PHRASE
from .numbers import CHINESE, chinese
from .shapes import AFTER_SIGN, AREAS, RANGE, Token
from .units import MONEY, TIME, split_scale, unit_at

# Units that a small numeral before them seldom counts: 三方, 十分, 四面.
_LOOSE = {"分", "方", "面", "道", "点", "里", "度", "口", "时", "门"}
_SCALES = frozenset("十百千万亿")
# Places that a 里 is part of: 二十里铺.
_OF_PLACES = tuple("铺河店堡坡庄台村桥塘山城屯沟岗岛滩湾墩")


def _spread(text, start, stop, value, end) -> Token | None:
    """A range whose unit stands once, at its end: 五至七年, 九千万至九千二百万吨."""
    joint = RANGE.match(text, stop, end)
    other = _BARE_NUMERAL.match(text, joint.end(), end) if joint else None
    high = chinese(other.group()) if other else None
    unit, after = unit_at(text, other.end()) if other else ("", stop)
    if not high or not unit or after > end or high <= value:
        return None
    return Token(start, after, "chinese", value, unit, upper=high)


_BARE_NUMERAL = re.compile(CHINESE)
_OVER = re.compile(r"[过破超达逾]$|以上$")
_REACHED = re.compile(r"城市|级?台阶|大关|[，。、；]|以上|行列")


def counted(text, start, stop, end, lead, digits, vague) -> Token | None:
    """A Chinese numeral with its unit, or None for one that counts nothing."""
    if lead in ("数", "几") or not digits:
        return None
    if lead and not (digits[0] in "十百千万亿" or (lead == "近" and len(digits) > 1)):
        start += 1
        lead = ""
    if SET_PHRASE.match(text, start + len(lead)):
        return None
    if digits == "百" and not lead and text.startswith("日", stop) and CAMPAIGN.match(text, stop + 1):
        return Token(start, stop + 1, "chinese", Decimal(100), "天")
    unit, after = unit_at(text, stop)
    if not (lead or vague) and digits[0] != "十" and _SCALES.issuperset(digits):
        if text[start - 1 : start] not in ("超", "过", "破", "逾", "达", "足", "满"):
            # 亿元以上项目
            if unit not in MONEY or not AFTER_SIGN.match(text, after, end):
                return None
    if vague:
        # 六亿三千多万: the scale after 多 is the numeral's own.
        _, last = split_scale(text, stop, end)
        digits, stop = digits + text[stop:last], last
        unit, after = unit_at(text, stop)
    value = chinese(digits)
    if unit == "次" and text[start - 1 : start] == "届":
        return Token(start, after, "chinese", None, "", "ordinal")
    if value is None or not value or (digits == "二" and text.startswith("次", stop)):
        return None
    great = GREAT.match(text, stop, end) if not vague and 2 <= value <= 200 else None
    if great:
        if text[start - 2 : start] in ("国家", "全国", "中国", "世界", "全球"):
            # 全国十大考古发现 is the name of a list.
            return Token(start, stop, "chinese", None, "", "name")
        return Token(start, stop + 1, "chinese", value, great_unit(great))
    if not unit and (value >= 10**4 and PEOPLE.match(text, stop)):
        unit = "人"
    elif not unit and AREAS.match(text, stop) and 2 <= value < 200 and text[stop : stop + 2] != "县、":
        unit = "个"
    elif not unit and _OVER.search(text, start - 2, start) and text[start - 2] != "双" and _REACHED.match(text, stop):
        # 跨过万亿台阶
        unit = "元"
    elif not unit and (spread := _spread(text, start, stop, value, end)):
        return spread
    if not unit or after > end or (unit == "里" and text[after : after + 1] in _OF_PLACES):
        return None
    if unit == "成":
        unit, value = "%", value * 10
        half = text[after : after + 1]
        if half in "一二三四五六七八九半" and half:
            value, after = value + (5 if half == "半" else chinese(half)), after + 1
    if (unit in TIME or unit == "倍") and text[after : after + 1] == "半" and text[after + 1 : after + 2] != "年":
        value, after = value + Decimal("0.5"), after + 1
    if text[after : after + 1] in ("多", "余") and text[after + 1 : after + 2] not in ("种", "样", "元", "方", "年"):
        vague, after = True, after + 1
    token = Token(start if lead == "上" else start + len(lead), after, "chinese", value, unit, vague=vague)
    if lead == "上":
        token.after = "以上"
    if unit == "元" and value < 10 and text[start - 1 : start] not in tuple("价费收币缴补到达为每约近足过"):
        # 城乡二元, 梅列、三元两区
        token.reason = "word"
    elif value == 1 and not _counted_one(text, start, unit):
        token.reason = "one"
    elif unit == "级" and (value >= 10 or digits == "两"):
        token.reason = "level"
    elif unit in ("期", "届", "轮", "层", "大") and value < 10:
        token.reason = "ordinal"
    elif text[start - 1 : start] in ("第", "之", "不", "每", "统", "唯", "同"):
        token.reason = "word"
    elif IDIOM_NOUNS.match(text, after):
        token.reason = "level" if unit == "级" else "phrase"
    elif unit == "两" or (unit in _LOOSE and value < 20 and unit not in TIME):
        token.reason = "word"
    return token


def great_unit(great) -> str:
    """十大实事 are 件, works 项, places and trades 个."""
    work = great["work"]
    return "个" if not work else "件" if work.endswith("实事") else "项"


def _counted_one(text, start, unit) -> bool:
    before = text[max(0, start - 10) : start]
    if unit == "番":
        return before.endswith(("翻", "翻了"))
    if unit == "倍":
        return before.endswith(("增长", "增加", "提高", "增长了", "增加了", "翻"))
    if unit in TIME:
        return before.endswith(("提前", "推迟"))
    return bool(COUNTED_ONE.match(text, start) and ONE_AFTER.search(before)) or (unit == "次" and before.endswith("跑"))
