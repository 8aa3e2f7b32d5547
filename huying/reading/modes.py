"""What a section tells: it looks back, looks ahead, names problems, or explains terms."""

from __future__ import annotations

import re

from .facts import YEAR, numeral

GLOSSARY = re.compile(r"名词解释|名词注释|名词说明|注释$|名词解释$|有关名词|用语说明|相关名词|术语解释")
PROBLEMS = re.compile(
    r"(?:清醒|深刻|充分|同时|也)[^。]{0,16}(?:看到|认识到|意识到|存在)[^。]{0,60}(?:困难|问题|不足|差距|短板|挑战|"
    r"矛盾|薄弱|缺点)|"
    r"^[^。]{0,40}(?:存在|面临)[^。]{0,20}(?:问题|困难|不足|挑战|短板)[^。]{0,12}[:：]"
)
REVIEW = re.compile(
    r"回顾|完成情况|主要成绩|成就|过去[一二三四五]?[年届]|走过|(?:[一二三四五几]年来|去年|"
    r"上年度?)(?:的)?(?:政府)?(?:主要)?工作|"
    r"(?:本|上)届政府.{0,4}工作|取得的?成|执行情况|落实情况|进展情况|(?:已经|所)取得|工作总结|基本情况|一年来"
)
_PLAN = re.compile(
    r"安排|任务(?!.{0,4}完成)|打算|部署|总体要求|总的要求|目标(?!.{0,4}完成)|今后|未来|下一?[步阶届]|展望|明年|重点工作|工作重点|总体思路|工作思路|"
    r"指导思想|基本思路|民生实事(?!.*完成)|工作建议|主要措施|新一年|规划纲要|规划.{0,3}纲要"
)
# 今年的工作 alone: what is to be done, but in a report at the end of a year, which comes to it first, what was done.
_THIS_YEAR = re.compile(r"今年(?!以来)[^，。]{0,4}工作(?!.{0,8}(?:总结|完成|情况|成绩))$")
# A paragraph that looks ahead wherever it stands: 在今年的工作中，要……; ——我们要…….
AHEAD = re.compile(
    r"^(?:——|[一二三四五六七八九十]是)?(?:我们)?(?:必须|要)(?=[\u4e00-\u9fff])(?!求|素)|"
    r"(?:今年|新的一年|明年|今后[一五几]年)[^。，]{0,10}工作[^。，]{0,6}[，,]?(?:要(?!求)|必须)"
)
_AIMS = re.compile(
    r"(?:今年|今后|明年|新的一年|(?P<y>(?:19|20)\d{2})年)[^。;]{0,40}(?:(?:预期|调控|奋斗)目标(?:建议)?(?:是|为|:)|计划:)"
)
_PERIOD = re.compile(r"[“\"]?(?P<plan>[六七八九]五|十[一二三四五]?五)[”\"]?(?:时期|期间|以来|发展)")
_PERIODS = {
    "六五": 1985, "七五": 1990, "八五": 1995, "九五": 2000, "十五": 2005, "十一五": 2010, "十二五": 2015, "十三五": 2020,
    "十四五": 2025, "十五五": 2030,
}  # fmt: skip
_PAST_WORDS = re.compile(
    r"了(?!解)|同比|比上年|去年|荣获|获评|跃居|位居|居全|首次|成功|圆满|累计|达到|已[建完有经成]|获批|突破"
)
_AHEAD_WORDS = re.compile(
    r"力争|确保|年内|年底前|今年|要(?![求素闻点])|将(?![军领士])|必须|务必|努力|争取|积极(?!性)|大力|着力|加快|推动|推进|支持|鼓励|深入|坚持|完善|加强"
)
_ACHIEVED = re.compile(
    r"成效|成就|显著|迈上|迈出|取得|新台阶|新成绩|增强$|提升$|改善$|提高$|凸显|彰显$|良好开局|收官|开局之年|五年$"
)


def looks_ahead(words: str, year: int | None) -> bool:
    """Whether the beginning of a paragraph says that it looks ahead, wherever the paragraph stands."""
    if AHEAD.search(words):
        return True
    aims = _AIMS.search(words) if "目标" in words or "计划:" in words else None
    return bool(aims) and (not aims["y"] or bool(year) and int(aims["y"]) >= year)


def said_mode(title: str, year: int | None) -> str:
    """What a section's title itself says of its mode, or ""."""
    if GLOSSARY.search(title):
        return "glossary"
    review, plan = REVIEW.search(title), _PLAN.search(title)
    years = [numeral(found["y"]) for found in YEAR.finditer(title)]
    if review:
        # 今后五年的目标和去年工作回顾 looks back only where it ends so.
        return "plan" if plan and plan.start() < review.start() and "回顾" not in title else "review"
    if plan or _THIS_YEAR.match(title):
        return "plan"
    period = _PERIOD.search(title)
    if period and year:
        last = _PERIODS[period["plan"]]
        if last < year:
            return "review"
        if last >= year + 3:
            return "plan"
    if years and year:
        if re.match(r"[^:：]{4,5}年[:：]", title):
            # 2013年：攻坚克难 looks back and 2014年：改革创新 ahead.
            return "plan" if max(years) >= year else "review"
        if max(years) < year:
            return "review"
        if max(years) >= year and re.search(r"工作|努力|做好|奋力|实现|扎实|全力|实事|重点", title):
            return "plan"
    return ""


def mode_of(title: str, year: int | None, before: str, body: str) -> str:
    """The mode of a section from its title, else from how its sentences speak, else as before it."""
    said = said_mode(title, year)
    if said and not (before == "opening" and _THIS_YEAR.match(title)):
        return said
    past, ahead = len(_PAST_WORDS.findall(body)), len(_AHEAD_WORDS.findall(body))
    if _ACHIEVED.search(title):
        past += 8
    if re.match(r"(?:努力|奋力|着力|全力|切实|进一步|坚定|扎实|大力|加快|推进|实施|坚持|接续|全面)", title):
        ahead += 6
    weight = 3.2 * past - ahead
    if before in ("review", "opening", "problems"):
        if before == "opening":
            # The first part of a report nearly always looks back.
            weight += 12 + past
        if past + ahead < 6:
            return "review" if before == "opening" else before
        return "review" if weight > 0 else "plan"
    return "review" if past + ahead > 20 and weight > 1.2 * ahead and _ACHIEVED.search(title) else "plan"
