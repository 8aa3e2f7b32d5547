"""What a number counts: its subject in the report's own words, from what stands before and after it."""

from __future__ import annotations

import re

from .lexicon import (
    CAMPAIGN,
    CLOSE_ALPHABET,
    CLOSE_SIGNS,
    CLOSERS,
    COMPARE_TAIL,
    DECLINE,
    EMPTY,
    GROWTH,
    NOT_PREDICATE,
    OPENERS,
    PLAN_AFTER,
    POST_AT_ONCE,
    POST_END,
    SHARE_NOUN,
    VERB_END,
    VERB_RUN,
    VERB_START,
    VERB_WITHIN,
)
from .units import AGE, AREA, LENGTH, MONEY, SHARE, TIME

_BRACKETS = re.compile(r"\([^)]*\)")
_JOINT = re.compile(r"[、和及与或]$|^[、和与或]|^及(?![时格早])|^(?:以及|并|且)")
_JOINT_SIGNS = frozenset("、和及与或以并且")
_SPLIT = re.compile(r"、|和|以及|及|与")
# 在提高质量的基础上年均增长7%: what it rests on is no part of what grows.
_GROUNDS = re.compile(r"在[^，,。;；0-9]{2,24}?(?:基础|前提|条件)[上下]")
_AIMED = re.compile(r"的?(?:[预期主要宏观调控]{2,4})?目标[是为]$")
_BRACKET_FIRST = re.compile(r"^\([^)]*\)|^[^(]{0,6}\)")
_BRACKET_AT = re.compile(r"^\([^)]{1,4}\)")
_HEAD_END = re.compile(r"目标[是为]|:|(?<!平方)(?<!立方)——")
# 扩容至416万立方米工程: how large it becomes, not how many.
_GROWN_TO = re.compile(r"(?:扩容|扩大|扩建|增加|提高|提升|延长|增|升)[至到]$")
_WEIGHTS = {"立方米", "吨", "千瓦", "万千瓦", "兆瓦"}
_NOUN_START = re.compile(r"^[的“\"《]?[\u4e00-\u9fffA-Za-z“\"《]")
_ATTRIBUTE = re.compile(r"(?:等|的|对|为|将|各|共|有|由|了|是|以|把|与|和|向|在|给|从|达|含|起|近|约|超|出|成)$")
_SUM_WORD = re.compile(
    r"(?:收入|支出|总值|增加值|投资|额|产值|GDP|税收|资金|总量|存款|贷款|余额|利润|利税|费|租金|补贴|价值|资产|债券|预算|成本|外资|工资|市值|能力|规模|面积|容量|里程|长度|装机|产能|库容)$"
)
_RATE = re.compile(r"(?:率|比例|比重|占比|份额|度|指数|增速|增幅|贡献)$")
_PLACE = re.compile(r"^[\u4e00-\u9fff]{1,6}等$")
_SHARE_OF = re.compile(
    r"占(?P<of>[^，,。;；、0-9]{0,14}?)(?:的?(?:比重|比例|比))?(?:达到|达|为|约|超过|超|近|提高到|上升到|的|将)*$"
)


def strip_open(text: str) -> str:
    """A phrase without the words that lead into it (全年, 实现, 累计 …) and without joints."""
    before = None
    while before != text:
        before = text
        text = text.strip(" 　·*、,，:：”\"'(").lstrip("的")
        cut = _JOINT.match(text) if text[:1] in _JOINT_SIGNS else None
        if cut and cut.end() and text[0] not in "与" and len(text) > 2:
            text = text[cut.end() :]
        opener = OPENERS.match(text)
        text = text[opener.end() :] if opener else text
    return text


def strip_close(text: str) -> str:
    """A phrase without the words between it and the number (达到, 比上年增长, 约 …)."""
    text = text.rstrip()
    if not text or text[-1] not in CLOSE_SIGNS:
        return text
    closed = CLOSERS.search(text, len(text.rstrip(CLOSE_ALPHABET)))
    return text[: closed.start()] if closed else text


def phrase_before(before: str) -> str:
    """The counted thing as it stands before the number, or ""."""
    before = _GROUNDS.sub("", before) if "在" in before else before
    headed = ":" in before or "目标" in before or "——" in before
    if headed and (cuts := [found.end() for found in _HEAD_END.finditer(before)]):
        # 经济增长预期目标是年均增长7%: nothing but the aim itself is named.
        aim = _AIMED.search(before[: cuts[-1]])
        before = before[: aim.start()] if aim and not strip_close(before[cuts[-1] :]) else before[cuts[-1] :]
    before = _BRACKET_FIRST.sub("", before) if ")" in before else before
    before = strip_close(before)
    base = strip_open(before)
    return strip_close(base)


def _past_bracket(after: str) -> str:
    """What follows a number, without a short note in brackets at once behind it."""
    return _BRACKET_AT.sub("", after) if after.startswith("(") else after


def after_is_counted(before: str, after: str, unit: str) -> bool:
    """Whether the counted thing stands after the number: 完成26个小区微改造, 猎德涌等4条河涌."""
    after = _past_bracket(after)
    if not after or after[0] in "和及与或、且均都" or not _NOUN_START.match(after):
        return False
    lead = COMPARE_TAIL.sub("", before.rstrip())
    if after[0] == "的":
        # 总投资12亿元的产业园 is of the investment; 56%的乡镇 is of the towns.
        return len(after) > 2 and after[1] not in "基目标" and not _SUM_WORD.search(lead)
    if unit in LENGTH | AREA | _WEIGHTS and _GROWN_TO.search(before.rstrip()):
        return False
    if unit in SHARE or unit == "百分点" or POST_AT_ONCE.match(after):
        return False
    if POST_END.match(after):
        return False
    if unit in MONEY or unit in TIME or unit in LENGTH or unit in AREA:
        return bool(not strip_close(lead) or VERB_END.search(lead) or _ATTRIBUTE.search(before))
    return True


def phrase_after(after: str, verb: bool) -> tuple[str, str]:
    """The counted thing after a number and what is said of it: (noun phrase, predicate).

    verb  whether a verb stands before the number: then the phrase may hold verbs of its own (微改造, 建设任务)
    """
    body = _past_bracket(after).lstrip("的").partition(":")[0]
    ends = POST_END.search(body, 1)
    if not verb:
        within = VERB_WITHIN.search(body, 1)
        if within and within.start() >= 1 and (not ends or within.start() < ends.start()) and within.end() < len(body):
            ends = within
    if ends and verb and _NOUN_TAIL.search(body) and len(body) - ends.start() <= 12:
        # 出台1个企业复工复产总体方案: the verb within is part of the name.
        return body, ""
    if ends and ends.start() >= 1:
        predicate = body[ends.start() :]
        return body[: ends.start()].rstrip("的"), "" if NOT_PREDICATE.match(predicate) else predicate
    return body, ""


def built(base: str, unit: str, change: str, before: str, doubled: bool = False) -> str:
    """The subject of a figure from the counted thing: 新增就业 with 人 is 新增就业人数."""
    if len(base) > 8:
        base = (_BRACKETS.sub("", base) if "(" in base else base).strip("、,， *的")
    else:
        base = base.strip("、,， *")
    if not base:
        return ""
    if base.count("“") > base.count("”"):
        base += "”"
    if change == "share":
        found = _SHARE_OF.search(before)
        if found and "占" in base and not SHARE_NOUN.search(base):
            base = base[: base.rfind("占")] or base
        if found and not SHARE_NOUN.search(base):
            return f"{base}占{found['of']}比重"
        return base
    if unit == "百分点" and change != "level":
        return base + ("提高幅度" if change == "growth" else "下降幅度")
    if unit == "倍" and (before.rstrip().endswith("翻") or doubled):
        return re.sub(r"[比较](?:19|20)\d\d年.*$", "", base) + "的倍数"
    if unit in ("%", "‰", "‱", "百分点", "倍"):
        if change == "growth":
            return base if base.endswith(("增长率", "增速", "增幅", "涨幅", "幅度", "速度")) else base + "增长率"
        if change == "decline":
            return base if base.endswith(("下降率", "降幅", "幅度")) else base + "下降率"
        return base if _RATE.search(base) else base
    if change != "level" and unit not in TIME:
        # 森林蓄积量增加6亿立方米, 赤字规模减少1500亿元: how much by, not how much.
        moved = (GROWTH if change == "growth" else DECLINE).search(COMPARE_TAIL.sub("", before))
        said = re.sub(r"[了为约近超达]+$", "", moved.group()) if moved else "增加" if change == "growth" else "减少"
        return base if base.endswith(("增额", "增量", "增长")) else f"{base}{said}{'额' if unit in MONEY else '量'}"
    if unit in MONEY:
        return base if _SUM_WORD.search(base) else base + "额"
    if unit in AREA:
        return base if base.endswith(("面积", "规模")) else base + "面积"
    if unit in LENGTH:
        return base if base.endswith(("长度", "里程", "总长")) else base + "长度"
    if unit == "人":
        return (
            base
            if base.endswith(("人数", "总数", "人口"))
            else base + "人数"
            if not base.endswith(("人", "员", "者", "生", "师"))
            else base + "数"
        )
    if unit in ("人次", "批次", "家次"):
        return base if base.endswith((unit, "人数")) else base + unit
    if unit in ("场", "节", "组", "次", "处", "本", "件"):
        return base + unit + "数"
    if unit in TIME or "/" in unit:
        return base
    return base if base.endswith(("数", "量", "总数", "数量")) else base + "数"


def shared(base: str, count: int) -> list[str] | None:
    """The subjects of 分别: 投资、零售总额和进出口 with three numbers are three; None when they do not fit."""
    share = _SHARE_TAIL.search(base)
    if share:
        # 甲、乙分别占全市58%、38%: each is a share of the same whole.
        members = shared(base[: share.start()], count)
        return [f"{member}{share['of']}比重" for member in members] if members else None
    pieces = [piece.strip() for piece in _SPLIT.split(base) if piece.strip()]
    if len(pieces) < count:
        return both(base, count)
    pieces = pieces[-count:]
    last = pieces[-1]
    full, rest = [], _HEAD_NOUN.search(last)
    for piece in pieces:
        # 第一、二、三产业增加值: short members take the tail of the last.
        if len(piece) <= 2 and len(last) > 3 and piece[0] in "第一二三四":
            full.append(("第" if pieces[0][0] == "第" != piece[0] else "") + piece + last[1:])
        else:
            full.append(("第" if pieces[0][0] == "第" and piece[0] in "二三四" else "") + piece)
            if (rest or _PARK.search(last)) and piece is not last and not _HEAD_NOUN.search(piece) and len(last) > 4:
                # 城区和县城污水处理率: what has no head of its own takes the end of the last.
                head = rest or _PARK.search(last)
                place = _AREA_HEAD.match(last)
                full[-1] += last[min(place.end() if place else len(piece), head.start(), len(last) - 3) :]
    head = VERB_START.match(pieces[0])
    if head and not VERB_START.match(pieces[-1]):
        full = [full[0]] + [head.group() + piece for piece in full[1:]]
    return full


# 连续八年居全省第一 is said of the topic; 连续八年获评先进 of the place itself.
_OF_TOPIC = re.compile(r"第[一二三四五六七八九十\d]|[居列]|增长|首位|递增|以上|正增长|保持")
_FOLLOWING = ("以下", "下列", "如下", "下面")
_WORKS = re.compile(r"(?:方面)?的?(?P<noun>[\u4e00-\u9fff]{0,8})")
_CIRCLE = re.compile(r"[\u4e00-\u9fff]{0,6}?圈")
_REACHES = re.compile(r"达|符合|执行|优于|好于")
_TOOK = re.compile(r"(?:仅用|历时|用时|(?<![使利费享作应运采])用)(?:了)?$")
_LIFE = re.compile(r"寿命|年龄$")
_DONE_WITHIN = re.compile(r"办结|办理|办成|审批")
_NOT_PLACE = re.compile(r"级|型|个|[建创培评新获]")
_PLACE_ALONE = re.compile(r"^[\u4e00-\u9fff]{1,12}(?:省|市|县|区|镇|乡|州|旗|街道)$")
_MEASURED = re.compile(r"(?:营业收入|主营业务收入|销售收入|增加值|总?产值|投资额?|利润|税收|销售额|出口额?)$")
_NOUN_TAIL = re.compile(r"[\u4e00-\u9fff](?:方案|计划|措施|机制|体系|制度|办法|规划|清单|平台|政策)$")
_LAST_JOINT = re.compile(r"(?:、|和|以及|及|与)(?=[^、和及与]{0,8}$)")
_PARK = re.compile(r"(?:开发区|高新区|园区|新区|[市县区州])$")
_AREA_HEAD = re.compile(
    r"(?:[\u4e00-\u9fff]{0,3}(?:城区|县城|乡镇|农村|城市|城镇|[市县省区]级)|[\u4e00-\u9fff]{1,3}[市县区镇乡村](?!场))"
)
_HEAD_NOUN = re.compile(
    r"(?:率|比例|比重|额|量|值|数|收入|支出|贷款|存款|投资|价格|面积|人口|GDP|人次|标准|补助|进口|出口|销售|利润|利税|税收|资金|里程|时间|"
    r"浓度|水平|能力|能耗|寿命|事故|企业|项目|人员|学生|职工|居民|农民|产业|指数|消费|费用|工资|待遇)$"
)
_SHARE_TAIL = re.compile(r"(?P<of>(?<!所)占[\u4e00-\u9fff]{1,12}?)(?:的?(?:比重|比例))?$")
# 125个项目完成投资172亿元: what follows is of the next number.
_CAUSES = re.compile(r"(?:推动|促进|支持|引导|帮助|推进|确保|力促|加快)$")
_VERB_NEXT = re.compile(r"(?:完成|实现|达成|投入|新增|总投资|累计|带动|吸纳|惠及|涉及|覆盖)")
_NO_SAYING = ("连续", "打造", "成", "均", "已")


def behind(before: str, after: str, tail: int, more: bool) -> tuple[str, int, int]:
    """(counted thing, end of the row, where the next number's words begin) of a number whose counted thing stands after it.

    tail  where the number ends    more  whether another number follows in the clause
    """
    lead = strip_open(COMPARE_TAIL.sub("", drop_example(before).rstrip("* “")))
    head, last = VERB_RUN.match(lead), VERB_END.search(lead)
    if "、" in lead and not head:
        # 甲、乙、丙三所医院: the members are not part of what is counted.
        verbs = VERB_WITHIN.findall(lead[: lead.find("、")])
        lead = last.group() if last else verbs[-1] if verbs else ""
    elif "、" in lead and not last:
        lead = head.group()
    elif last and last.start() > 6 and before.lstrip()[:1] in "在为对于向与":
        lead = last.group()
    verb = bool(head or last)
    noun, predicate = phrase_after(after, verb)
    noun = strip_close(noun)
    if before.endswith("“") and "”" in after:
        noun, predicate, lead = after[: after.find("”")], "", ""
    if more and not predicate and (of := _MEASURED.search(noun)) and of.start() >= 2:
        # 五大支柱产业营业收入增长9.6%: the income is of the next number.
        noun = noun[: of.start()]
    if more:
        if after.endswith(predicate) and (len(predicate) <= 3 or len(predicate) <= 6 and _VERB_NEXT.match(predicate)):
            predicate = ""
        cut = _LAST_JOINT.search(noun) if not predicate else None
        if cut and cut.start() >= 2:
            noun = noun[: cut.start()]
    said = re.split(r"(?<![省市区县国])、|[*(]", predicate)[0]
    at = after.find(noun) if noun else -1
    end = next_at = tail + (at + len(noun) if at >= 0 else 0)
    if more and "、" in predicate:
        next_at = tail + after.find(predicate) + predicate.rfind("、")
    if said and verb and _CAUSES.search(lead):
        # 推动29个落地项目建成投产
        return f"{lead}{said}{'的' if len(said) > 4 else ''}{noun}", end, next_at
    if said and not verb and len(said) <= 18 and not said.startswith(_NO_SAYING):
        return f"{said}{'的' if len(said) > 4 else ''}{lead}{noun}", end, next_at
    return f"{lead}{noun}", end, next_at


def special(plain: str, token, base: str, before: str, after: str, topic: str) -> str:
    """Subjects of ages, of limits in time, of years in a row and of the span of a plan; "" for all else."""
    unit = token.unit
    if (
        before.endswith(_FOLLOWING)
        or unit == "方面"
        or (unit == "个" and after.startswith("方面") and token.kind == "chinese")
    ):
        # 抓好以下八个方面的重点工作: a heading that says how many follow.
        noun = _WORKS.match(after)["noun"]
        kind = "方面" if unit == "方面" or after.startswith("方面") else unit
        lead = phrase_before(before[:-2] if before.endswith(_FOLLOWING) else before).rstrip("了")
        return f"{noun}{kind}数" if noun else f"{lead or '重点工作'}的{kind}数"
    if unit == "天" and (campaign := CAMPAIGN.match(after)):
        return f"{strip_open(before)}百日{campaign.group()}期限"
    if token.kind == "times" or (unit == "小时" and before[-1:] in tuple("×xX*")):
        # 网上7×24小时: days a week, hours a day.
        return (base or topic) + ("每周开放天数" if token.kind == "times" else "每日开放小时数")
    if unit in ("分钟", "小时") and (circle := _CIRCLE.match(after)):
        return circle.group() + "时间"
    if unit in TIME and _TOOK.search(before):
        done = re.sub(r"^[零\d一二三四五六七八九十]*夜?的?(?:左右)?(?:时间)?(?:完成|实现|建成|打通)?", "", after)[:18]
        return (done or topic) + (
            "用时" if before.endswith(("仅用", "历时")) or not after.startswith("时间") else "期限"
        )
    if unit in ("年", "个月") and after.startswith("时间"):
        return re.sub(r"^时间(?:完成|实现)?", "", after)[:20] + "期限"
    if unit == "级" and after.startswith("标准"):
        # 空气质量达到国家二级标准: a grade, not a count.
        return (strip_open(_REACHES.split(before)[0]) or topic) + "等级"
    if unit == "级" and before.endswith("“"):
        # 疫情防控“四级责任体系”: the levels are of what stands before the quotation.
        return f"{strip_open(_SPLIT.split(before[:-1])[-1])[-10:]}{_WORKS.match(after)['noun']}级数"
    if unit in AGE and _LIFE.search(base or topic):
        return (base or topic) + (f"提高{unit}数" if GROWTH.search(before) else "")
    if unit in AGE:
        low = token.upper is not None or token.after.endswith("以上") or before.endswith("满")
        return base.removesuffix("数") + "年龄" + ("下限" if low else "上限" if token.after.endswith("以下") else "")
    if unit == "次":
        return "办理事项到现场次数上限" if plain[token.start - 1 : token.start] == "跑" else ""
    if unit not in TIME:
        return ""
    if _DONE_WITHIN.match(after):
        said = re.match(r"[^、，,。”]{0,16}", after[2:]).group()
        return (said or phrase_before(before.rstrip("“")) or base or topic) + "办结时限"
    lead = before.rstrip()
    if unit in ("年", "个月") and lead.endswith("提前"):
        base = phrase_before(lead[:-2])
        if len(base) > 1:
            return f"{base}提前{re.split('[、，,]', after)[0][:12]}的年数"
        return (re.sub(r"^[完实]成|^实现", "", after[:20]) or topic) + "提前完成的年数"
    if unit in ("个月", "天", "季度", "周") and lead.endswith("连续"):
        said = re.match(r"[^、，,。;；!]{0,16}", plain[token.end :][:16]).group()
        return f"{phrase_before(lead[:-2]) or topic}连续{said}的{unit.removeprefix('个')}数"
    if unit == "年":
        plan = PLAN_AFTER.match(after)
        if plan:
            return strip_open(before) + plan.group() + "期限"
        if lead.endswith(("连续", "蝉联")):
            said = re.match(r"[^、，,。;；!]{0,24}", plain[max(token.tail, token.end) :][:24]).group()
            base = phrase_before(lead[:-2])
            base = topic + base if base in EMPTY and topic else base
            if not base and _OF_TOPIC.search(said):
                base = topic
            return f"{base}连续{said}的年数"
    return ""


def each(base: str, unit: str, change: str, with_all: bool, before: str) -> list[str] | None:
    """The members of a list that one number is said of (见面率、满意率均达100%; 甲县、乙县各21个); None when it is one thing."""
    pieces = [piece for piece in _SPLIT.split(base) if piece]
    if len(pieces) < 2 or len(pieces) > 6 or "占" in base:
        return None
    if before.endswith("各"):
        places = all(_PLACE_ALONE.match(piece) and not _NOT_PLACE.search(piece) for piece in pieces)
        return pieces if places else None
    rates = unit in SHARE or unit in ("百分点", "倍")
    whole = [piece for piece in pieces if _HEAD_NOUN.search(piece)]
    if rates and len(whole) == len(pieces) and min(map(len, pieces)) > 2:
        return pieces
    return shared(base, len(pieces)) if with_all and (rates or len(whole) == 1) else None


_EXAMPLE = re.compile(
    r"(?<![甲乙丙丁优同平均中高初上下相不特头差劣一二三四五])等(?![级于同额待距效候离闲])(?:领域|行业|方面|地区|部门|地|国|县|市|省|区)?"
)
_BOTH = {"城乡": ("城镇", "农村"), "存贷款": ("存款", "贷款"), "进出口": ("进口", "出口")}


def both(base: str, count: int) -> list[str] | None:
    """城乡居民收入 with two numbers is of two: 城镇 and 农村."""
    if count != 2:
        return None
    for word, pair in _BOTH.items():
        if word in base:
            return [base.replace(word, one, 1) for one in pair]
    return None


def drop_example(before: str) -> str:
    """新增落户上交所南方中心等重点项目 without its example: 新增落户重点项目."""
    if "等" not in before:
        return before
    examples = [found for found in _EXAMPLE.finditer(before) if found.start() > 1]
    if not examples:
        return before
    head = VERB_START.match(strip_open(before))
    return (head.group() if head else "") + before[examples[-1].end() :]
