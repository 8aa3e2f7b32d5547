"""What a number's neighbours say of it: comparison, change, kind, deadline, period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .lexicon import AFTER, BEFORE, DECLINE, DURATION_BEFORE, GROWTH, PLAN_AFTER, SHARE_BEFORE, TO, VERB_ONLY
from .outline import Line
from .scan import Token
from .subjects import strip_open
from .units import AGE, AREA, MONEY, SHARE, TIME

_FUTURE = re.compile(
    r"将(?!军)|力争|争取|确保|计划(?!生育|经济|单列)|预期|要(?<![重主需首纪摘概必只]要)(?!求|素|闻|件|点|道|领|义)|目标|今后|明年|打算|拟(?!定|议)|到[12二]\d*[^，,]{0,4}年"
)
_PAST = re.compile(
    r"去年(?<![比较同于与]去年)|上年(?<![比较同于与础提]上年)(?!均)|已经|已(?=[建完有达])|截至|过去|五年来|一年来|目前"
)
_FROM = re.compile(r"[由从](?:人均|户均|每[\u4e00-\u9fff]{1,3}|上年|去年|现在|目前|20\d\d年)?的?$")
# 安委会15条硬措施: the name of a policy; 出台15条措施 tells what was done.
_MEASURES = re.compile(r"[\u4e00-\u9fff]{0,4}(?:措施|举措|政策|意见)")
_ISSUED = re.compile(r"出台|制定|推出|提出|实施|印发|完善|落实|改革")
_SPAN = re.compile(r"(?<!仅)(?:用|利用|经过|通过)$")
_BACK = re.compile(
    r"过去的?(?:这?一|[三五]|20\d\d)?年|去年(?<![比较在同]去年)|上年(?<![比较在同]上年)(?!同期|末|底|均)|"
    r"20\d\d年(?:全[省市县区国])?(?:完成|实现了)|19\d\d年(?:全[省市县区国])?(?:完成|实现了)|经过一年"
)
_WILL = re.compile(
    r"力争|要(?<![重主需首纪摘概必只]要)(?!求|素|闻|件|点|道|领|义)|将(?!军)|今后|明年|目标[是为]|预期目标"
)
_NOW = re.compile(r"今年|明年|力争|确保|必须|我们(?:要|将)|今后|预期目标|主要目标")
_DUE_NOW = re.compile(r"全年|年内|年底|今年|年末|本年")
# ——我们要……: a paragraph without a heading that says it looks ahead.
_AHEAD = re.compile(
    r"[—\-*\s]{0,6}(?:[一二三四五六七八九十]是)?(?:今后|未来)?[一二三四五]?年?[，,]?(?:我们|全[省市区县])?(?:要(?!求|素)|将|必须|今后|明年)"
)
_DUE_YEAR = re.compile(r"(?:到|于|在|以|至|确保|力争)?(20\d{2}|19\d{2})年(?!以来|代|度?(?:工作|回顾|完成))")
_HALF = re.compile(r"上半年|6月底|六月底")
_QUARTER = re.compile(r"([一二三四1234])季度")
_YEAR = re.compile(r"((?:19|20)\d{2})年")
_RANKED = re.compile(
    r"第[一二三四五六七八九十\d]|前[\d一二三四五六七八九十]+[位名]|居(?!民|住|家)|列(?!车|入)|考核优秀|获评|蝉联|排名|位次|荣获|优秀|"
    r"[ABC]档|先进"
)
_IN_A_ROW = re.compile(r"连续|蝉联")
_WITHIN = re.compile(r"办结|办理|内|之内|审批|响应|到达|拨付")
_DONE = re.compile(r"出台了|建成了|完成了|被认定|制定了|已建|已完成")
_RELATIVE = re.compile(r"比|较|净增")
_THRESHOLD = re.compile(
    r"^(?:以上|以下|以内)?(?:的|规模|规上)?[\u4e00-\u9fff]{0,10}"
    r"(?:企业|项目|人员|老人|妇女|居民|人口|人群|儿童|机组|锅炉|产业|集群|园区)"
)
_WORDS = sorted(((word, sign) for sign, words in BEFORE.items() for word in words), key=lambda pair: -len(pair[0]))
_COMPARE = re.compile(
    "(?<![节公契条制签])(?P<word>" + "|".join(re.escape(word) for word, _ in _WORDS) + r")(?:了|到|至|为| )*$"
)
# The signs that such words end with: without one of them nothing need be looked for.
_COMPARED_BY = frozenset(word[-1] for word, _ in _WORDS) | frozenset("了到至为 ")
_SIGN = dict(_WORDS)
# 固定资产投资增幅由上年的21.5%: a pace is of growth, whatever stands between it and its number.
_PACE = re.compile(
    r"(?:增速|增幅|涨幅|增长速度|增长幅度)[^，,、0-9]{0,3}?(?:为|达到?|至|到|在|保持在|控制在|回落到|由上年的?|由|从|高达)$|增长(?:速度)?(?:保持|稳定|维持)在$"
)
_WIDENED = re.compile(r"(?:^|[，、要将再])扩大[\u4e00-\u9fff]{2,10}面积$")
# 压减一般性支出10%: the verb stands first.
_CUT = re.compile(r"(?:压减|削减|压缩|核减|缩减)(?![率至到])[\u4e00-\u9fff“”]{2,12}$")
_LAST_PIECE_AFTER = re.compile(r"[^，,;；。]*")
_LAST_PIECE = re.compile(r"[^、，,;；。]*$")
_SUBJECT = re.compile(r"[\u4e00-\u9fffA-Za-z)”](?:年均|人均|平均|每年|人均月|净|多|月|年)?$")
_RATES = SHARE | {"百分点", "倍", "番"}
_CONFIDENCE = {"before": 0.9, "after": 0.9, "list": 0.85, "carried": 0.75}


@dataclass(slots=True)
class Where:
    """Where a number stands: the normalised text, its line, where its sentence begins, the report's year."""

    plain: str
    line: Line
    sentence: int
    year: int | None
    past: bool = False

    def said(self, token: Token) -> str:
        """The sentence up to the number."""
        return self.plain[self.sentence : token.start]


def change_of(token: Token, before: str) -> str:
    """level, growth, decline or share, from what stands before a number."""
    near = before[-24:]
    core = _COMPARE.sub("", near) if near[-1:] in _COMPARED_BY else near
    if token.kind == "zero":
        return "growth"
    if token.kind == "double":
        return "level"
    if token.kind == "half":
        return "share"
    if token.unit in AREA and _WIDENED.search(near):
        return "growth"
    if token.unit in ("条", "项", "件"):
        return "level"
    if token.unit not in _RATES:
        if TO.search(core):
            return "level"
        for sign, moved in (("growth", GROWTH.search(core)), ("decline", DECLINE.search(core))):
            # 人数增加3万人 says how much more; 新增3万人 and 增加3万人 say how many.
            if moved and not core.endswith(("新增", "新增加")):
                lead = core[: moved.start()]
                own = strip_open(_LAST_PIECE.search(lead).group())
                subject = _SUBJECT.search(own) and not VERB_ONLY.match(own)
                return sign if _RELATIVE.search(lead) or subject else "level"
        return "level"
    if _PACE.search(core):
        return "growth"
    if token.unit in SHARE and _CUT.search(near) and not TO.search(core):
        return "decline"
    if not TO.search(core) or core.endswith(("增长达", "增长达到", "下降达")):
        if GROWTH.search(core):
            return "decline" if "浓度" in core and core.rstrip("了").endswith("改善") else "growth"
        if DECLINE.search(core):
            return "decline"
    return "share" if token.unit in SHARE and SHARE_BEFORE.search(near) else "level"


def comparator_of(where: Where, token: Token, before: str, after: str, kind: str = "") -> str:
    """eq, ge, gt, le, lt or approx. What follows the number (以上, 左右) outweighs what precedes it."""
    if _at_most_once(where, token):
        return "le"
    if token.after:
        return AFTER.get(token.after.removeprefix("及"), "eq")
    near = before[-8:].rstrip(" 了“")
    if token.unit == "级" and after.startswith("标准"):
        return "le"
    found = _COMPARE.search(near) if near[-1:] in _COMPARED_BY else None
    if found:
        if found["word"].endswith(("至", "到")) and (token.unit not in TIME or kind != "target"):
            return "eq"
        if found["word"] == "控制在" and kind != "target":
            # 失业率控制在1.8%, said of what is past, is where it stood.
            return "eq"
        if token.unit in TIME and found["word"] in ("突破", "跨越"):
            return "eq"
        # 增长高于全省2个百分点 compares two rates; the number itself is exact.
        return "eq" if _SIGN[found["word"]] == "gt" and token.unit == "百分点" else _SIGN[found["word"]]
    if token.vague:
        return "gt"
    if token.unit in TIME and token.unit != "年" and _WITHIN.match(after):
        return "le"
    return "ge" if token.unit in AGE and near.endswith("满") else "eq"


def kind_of(where: Where, token: Token, before: str, after: str, subject: str = "") -> str:
    """outcome, target, definition or rank."""
    line = where.line
    if token.unit == "条" and _MEASURES.match(after) and not _ISSUED.search(where.said(token)[-24:]):
        return "definition"
    if token.unit in ("年", "个月") and _SPAN.search(before) and after.startswith("时间"):
        return "definition"
    if (
        token.unit == "方面"
        or (token.unit == "个" and after.startswith("方面"))
        or before.endswith(("以下", "下列", "如下", "下面"))
        or subject.endswith(("圈时间", "期限"))
    ):
        return "definition"
    if token.unit in TIME and after.startswith(("工作制", "制")):
        return "definition"
    if token.unit in AGE and not re.search(r"寿命|年龄$", subject):
        return "definition"
    if _at_most_once(where, token) or (token.unit == "级" and not after.startswith("标准")):
        return "definition"
    if token.unit == "年" and PLAN_AFTER.match(after) and not DURATION_BEFORE.search(before[-4:]):
        return "definition"
    if line.mode == "glossary":
        return "outcome" if _DONE.search(where.said(token)) or "被认定" in after else "definition"
    if line.role == "heading":
        return "definition"
    if (
        token.unit in (MONEY | {"蒸吨", "千瓦"})
        and token.after in ("以上", "以下", "及以上")
        and _THRESHOLD.match(after)
    ):
        return "definition"
    if token.unit in ("年", "次") and _IN_A_ROW.search(before[-6:]):
        if _RANKED.search(_LAST_PIECE_AFTER.match(where.plain, token.end, token.end + 24).group()):
            return "rank"
    if _FROM.search(before) and line.mode in ("plan", "opening"):
        # 从47.5%提高到51.5%: where it starts from is so already.
        return "outcome"
    if line.mode == "plan":
        said = where.said(token)
        if where.past and not _FUTURE.search(said):
            return "outcome"
        return "outcome" if _PAST.search(said) and not _FUTURE.search(said) else "target"
    if line.mode == "opening":
        said = where.said(token)
        if _PAST.search(said):
            return "outcome"
        return "target" if _WILL.search(said) or _AHEAD.match(where.plain, where.line.body) else "outcome"
    return "outcome"


def looks_back(plain: str, begin: int, end: int, past: bool) -> bool:
    """Whether a sentence of a part that looks ahead tells of the year gone by, after one that did so or not (`past`)."""
    if _NOW.search(plain, begin, end):
        return False
    return past or bool(_BACK.search(plain, begin, min(end, begin + 40)))


def deadline_of(where: Where, token: Token, kind: str) -> tuple[date | None, str]:
    """When a target is due, and whether the sentence, the section or an appendix's title says so."""
    if kind != "target":
        return None, ""
    said = where.plain[where.sentence : token.end]
    years = _DUE_YEAR.findall(said) if "年" in said else ()
    year = where.line.plan_year or where.year
    if years and int(years[-1]) >= (where.year or 0):
        return date(int(years[-1]), 12, 31), "said"
    if not year:
        return None, ""
    if _HALF.search(said):
        return date(year, 6, 30), "said"
    if _DUE_NOW.search(said):
        return date(year, 12, 31), "said"
    return date(year, 12, 31), "title" if where.line.path.startswith("附件") else "section"


def period_of(where: Where, token: Token, kind: str, due: date | None) -> str:
    """The year or quarter that a number is of; the year before a report's own for what it looks back on."""
    if kind == "definition" or not where.year:
        return ""
    if kind == "target":
        return str(due.year) if due else str(where.year)
    said = where.said(token)
    quarter = _QUARTER.search(said) if "季度" in said else None
    if quarter:
        return f"{where.year}Q{'一二三四'.find(quarter.group(1)) + 1 or quarter.group(1)}"
    years = _YEAR.findall(said) if "年" in said else ()
    if years:
        return years[-1]
    year = where.line.plan_year or where.year
    return str(year - 1 if where.line.mode == "review" and year == where.year else year)


def confidence_of(token: Token, rule: str, subject: str) -> float:
    """How sure the reader is, from 0 to 1: a subject of its own is surer than one carried over."""
    sure = _CONFIDENCE.get(rule, 0.8)
    return round(sure - (0.1 if token.kind == "chinese" else 0) - (0 if subject else 0.3), 2)


def _at_most_once(where: Where, token: Token) -> bool:
    """最多跑一次: a rule for how often a person must come."""
    return token.unit == "次" and where.plain[token.start - 1 : token.start] == "跑"
