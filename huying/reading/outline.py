"""The outline of a report: title, place, speaker, date, chrome set aside, sections and what each of them tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .model import Section, Span, Term
from .numbers import chinese, normal

HEAD = re.compile(
    r"^(?:(?P<one>第[一二三四五六七八九十]{1,3}(?:部分|章)[、.:\s]?|[一二三四五六七八九十]{1,3}[、.:\s])"
    r"|(?P<two>\([一二三四五六七八九十]{1,3}\)、?)|(?P<three>\d{1,2}[.、](?!\d))|(?P<four>\(\d{1,2}\)))"
)
APPENDIX = re.compile(r"^附(?:件|录|表)?\s*(?P<n>[一二三四五六七八九十\d]{0,3})\s*[:：]?")
TITLE = re.compile(r"政\s*府\s*工\s*作\s*(?:的)?\s*报\s*告")
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
PLAN = re.compile(
    r"安排|任务|打算|部署|总体要求|奋斗目标|目标(?!完成)|指导思想|总体思路|工作思路|今后|未来|下一?[步届阶]|建议|"
    r"意见|重点工作|展望|"
    r"自身建设|政府建设|规划(?!完成|实施情况)|今年.{0,12}工作|明年|努力|奋力|加快|推进|建设|加强|举措|"
    r"\d{4}年(?:的)?(?:主要|政府)?工作$|"
    r"\d{4}年(?:的)?(?:主要|政府)?工作(?!.*回顾)|民生实事(?!.*完成)|要求|重点"
)
PLACE = re.compile(
    r"([\u4e00-\u9fff]{2,12}?(?:省|自治区|自治州|地区|盟|市|自治县|自治旗|县|区|旗|镇|乡|街道))(?=第|人民政府|"
    r"人民代表大会|人大|政府|省长|市长|区长|州长|县长|主席|代)"
)
MEETING = re.compile(r"(?:在|\s|——)?(?P<place>[\u4e00-\u9fff]{2,20}?)第?[一二三四五六七八九十]{1,4}届[\u4e00-\u9fff]{0,6}(?:人民代表大会|人大)")
DATE = re.compile(r"(?P<y>(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3})\s*年\s*(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s*日")
YEAR = re.compile(r"(?P<y>(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3})\s*年")
SPEAKER = re.compile(
    r"(?:国务院(?:代)?总理|(?:代理?)?(?:省长|市长|区长|县长|州长|盟长|旗长|镇长|乡长)|"
    r"(?:自治区)?(?:人民政府)?(?:代理?)?主席|专员|主任|总理)"
    r"[、\s:]*(?P<name>[\u4e00-\u9fff·]{1,4}(?:\s+[\u4e00-\u9fff]{1,2})?)\s*\**$"
)
CHROME = re.compile(
    r"登录|注册|积分|回帖|Powered|客服|返回(?:顶部|列表|首页)|版权所有|ICP备|上一[篇页条]|下一[篇页条]|责任编辑|"
    r"打印本页|关闭窗口|扫一扫|分享到|"
    r"设为首页|收藏本站|复制链接|帖子|主题|发表于|阅读模式|浏览次数|字体[:：]|您的位置|当前位置|网站地图|版本号|"
    r"查看[:：]|回复[:：]|来源[:：]|发布时间|"
    r"信息来源|【打印】|相关链接|Copyright|技术支持|主办单位|网站标识|公安备"
)
MARKUP = "*# \t\u3000\xa0\ufeff"
END = "。!！?？;；…"


@dataclass(slots=True)
class Line:
    """One line of text: `start` and `end` without its line end; `first` is where its words begin."""

    start: int
    end: int
    first: int
    text: str
    mode: str = ""
    path: str = ""
    role: str = "body"
    plan_year: int | None = None
    label: str = ""
    body: int = 0


@dataclass(slots=True)
class Outline:
    title: str
    place: str
    level: str
    year: int | None
    speaker: str
    date: date | None
    sections: list[Section]
    glossary: list[Term]
    chrome: list[Span]
    lines: list[Line]


def _lines(text: str) -> list[Line]:
    lines, at = [], 0
    for raw in text.split("\n"):
        stripped = raw.strip(MARKUP)
        lead = len(raw) - len(raw.lstrip(MARKUP))
        lines.append(Line(at, at + len(raw), at + lead, stripped, body=at + lead))
        at += len(raw) + 1
    return lines


def outline(text: str, plain: str) -> Outline:
    """Outline of `text`; `plain` is normal(text), of the same length."""
    lines = _lines(plain)
    head = _head(lines)
    chrome = _chrome(lines, head)
    title, when, speaker, place, year = _facts(lines, head)
    _mark(lines, year)
    sections = _sections(lines, len(text))
    glossary = _glossary(lines, text)
    return Outline(title, place, _level(place), year, speaker, when, sections, glossary, chrome, lines)


def _head(lines: list[Line]) -> int:
    """Index of the line where the report begins: its title, or else the first line that is of it."""
    opening = next((n for n, line in enumerate(lines[:120]) if line.text.startswith(("各位代表", "同志们", "主席"))),
    None)
    limit = opening if opening is not None else min(len(lines), 60)
    titles = [n for n, line in enumerate(lines[:limit]) if TITLE.search(line.text) and len(line.text) <= 60]
    # A page repeats the title in its chrome: the one nearest to the words is the report's.
    return titles[-1] if titles else 0


def _chrome(lines: list[Line], head: int) -> list[Span]:
    spans = []
    if head and any(CHROME.search(line.text) for line in lines[:head]):
        spans.append(Span(lines[0].start, lines[head - 1].end, "chrome"))
        for line in lines[:head]:
            line.role = "chrome"
    last = len(lines)
    while last > head and (len(lines[last - 1].text) < 60 and not lines[last - 1].text.endswith(("。", "!", "！"))):
        last -= 1
    first = next((n for n in range(last, len(lines)) if CHROME.search(lines[n].text)), None)
    if first is not None:
        spans.append(Span(lines[first].start, lines[-1].end, "chrome"))
        for line in lines[first:]:
            line.role = "chrome"
    return spans


def _numeral(text: str) -> int:
    return int(text) if text.isdigit() else int(chinese(text.replace("○", "〇").replace("O", "〇")) or 0)


def _facts(lines: list[Line], head: int):
    title = lines[head].text.strip(MARKUP) if lines and TITLE.search(lines[head].text) else ""
    when = speaker = place = None
    year = None
    top = [line for line in lines[head : head + 25] if line.text][:14]
    for line in top:
        body = line.text
        if len(body) > 120:
            break
        found = DATE.search(body)
        if found and when is None:
            try:
                when = date(_numeral(found["y"]), _numeral(found["m"]), _numeral(found["d"]))
            except ValueError:
                when = None
        meeting = MEETING.search(body)
        if meeting and not place:
            place = re.sub(r"^.*(?:日在|日|在)", "", meeting["place"]).strip("—-在 ")
        said = SPEAKER.search(body)
        if said and not speaker:
            speaker = re.sub(r"\s", "", said["name"])
        if not place:
            named = PLACE.search(re.sub(r"^\D{0,2}\d{4}年", "", body))
            if named:
                place = named.group(1)
    in_title = YEAR.search(title)
    if in_title:
        year = _numeral(in_title["y"])
    elif when:
        year = when.year
    else:
        years = [_numeral(found["y"]) for line in lines[head : head + 30] for found in YEAR.finditer(line.text[:200])]
        if years:
            year = max(set(years),
            key=years.count) + (1 if REVIEW.search("".join(line.text[:40] for line in top)) else 0)
    if place in (None, "") and title:
        named = re.search(r"(?:年)?([\u4e00-\u9fff]{2,14}?)(?:人民)?政府工作报告", re.sub(r"\s", "", title))
        place = named.group(1).removesuffix("人民") if named else ""
    place = re.sub(r"^(?:本|我|全)(?=[省市县区])|^\d+年", "", place or "")
    return title, when, speaker or "", "全国" if place in ("全国", "国务院") else place, year


def _level(place: str) -> str:
    if place in ("全国", "国务院", "中国"):
        return "national"
    if place.endswith(("省", "自治区")) or place in ("北京市", "上海市", "天津市", "重庆市"):
        return "province"
    if place.endswith(("街道", "镇", "乡")):
        return "town"
    tail = re.split(r"(?<=省)|(?<=自治区)|(?<=市)(?=.)|(?<=自治州)(?=.)", place)[-1]
    if tail.endswith(("县", "区", "旗")) and not tail.endswith(("地区",)):
        return "county"
    return "city" if place else ""


def _mode(title: str, year: int | None, before: str) -> str:
    if GLOSSARY.search(title):
        return "glossary"
    review, plan = REVIEW.search(title), PLAN.search(title)
    years = [_numeral(found["y"]) for found in YEAR.finditer(title)]
    if review and plan and review.start() < plan.start() and re.search(r"(?:任务|目标|规划|计划|工作)[^,，]{0,6}(?:完成|执行|落实|实施|回顾)", title):
        return "review"
    if review and not (plan and re.search(r"安排|今后|目标任务|总体要求|未来", title)):
        return "review"
    if years and year:
        if max(years) >= year and not review:
            return "plan"
        if max(years) < year:
            return "review"
    if re.search(r"安排|任务|打算|部署|总体要求|目标|今后|未来|下一?[步阶届]|建议|展望|明年|今年|自身建设|总体思路|工作思路|指导思想|重点工作", title):
        return "plan"
    return before


def _heading(line: Line) -> bool:
    """A short line without a sentence end that stands alone."""
    return 2 <= len(line.text) <= 40 and line.text[-1] not in END and line.text[-1] not in ",，、:："


def _mark(lines: list[Line], year: int | None) -> None:
    """Gives each line its role, its section's path and its mode."""
    mode, one, two, three = "opening", "", "", ""
    appendix = ""
    plan_year = year
    rows = False
    top_mode = mode
    for n, line in enumerate(lines):
        body = line.text
        if line.role == "chrome" or not body:
            line.role = "chrome" if line.role == "chrome" else "blank"
            continue
        found = HEAD.match(body)
        added = APPENDIX.match(body) if len(body) <= 40 else None
        if GLOSSARY.search(body) and len(body) <= 24:
            mode, line.role = "glossary", "heading"
            two = three = ""
            line.path, line.mode = appendix or one, mode
            continue
        if added and _heading(line) and (added["n"] or len(body) <= 3 or body[2:3] in ":："):
            appendix = f"附件{_numeral(added['n']) if added['n'] else ''}"
            one, two, three, rows = appendix, "", "", True
            title = body if len(body) > 6 else next((x.text for x in lines[n + 1 : n + 4] if x.text), "")
            mode = _mode(title, year, "plan")
            years = YEAR.search(title)
            plan_year = _numeral(years["y"]) if years else plan_year
            line.role = "heading"
        elif rows and lines[n - 1].role == "heading" and APPENDIX.match(lines[n - 1].text) and _heading(line):
            line.role = "heading"
        elif rows and re.fullmatch(r"\d{1,2}", body):
            two, three = f"-{body}", ""
            line.role = "heading"
        elif rows and _heading(line) and mode != "glossary":
            line.role = "cell"
        elif found and found["one"]:
            ordinal = re.sub(r"[第部分章、.:\s]", "", found["one"])
            rest = body[found.end() :]
            if len(body) <= 50 and body[-1] not in "。;；":
                one, two, three = ordinal, "", ""
                appendix, rows = "", False
                mode = top_mode = _mode(rest, year, mode if mode not in ("opening",
                "problems") else "review" if REVIEW.search(rest) else mode)
                line.role = "heading"
            else:
                # 一、……。 run on: the ordinal opens the paragraph.
                one, two, three = (ordinal, "", "") if not appendix else (one, two, three)
                line.role = "numbered"
                if mode == "problems":
                    mode = top_mode
            line.label = ordinal
        elif found and found["two"]:
            two, three = found["two"].strip("、"), ""
            line.role = "heading" if _heading(line) else "numbered"
            mode = top_mode if mode == "problems" else mode
        elif found and (found["three"] or found["four"]):
            three = found.group().strip(".、")
            line.role = "heading" if _heading(line) and mode != "glossary" else "numbered"
        elif mode != "glossary" and _heading(line) and n and not TITLE.search(body) and not DATE.search(body) and not body.startswith("——"):
            line.role = "heading"
            turned = _mode(body, year, "")
            if turned and (REVIEW.search(body) or len(body) <= 24):
                mode = top_mode = turned
                one, two, three = body.strip(MARKUP)[:20], "", ""
                appendix, rows = "", False
        elif mode in ("review", "opening") and PROBLEMS.search(body[:160]):
            line.mode, line.path = "problems", _path(one, two)
            continue
        elif mode == "review" and not rows and re.search(r"各位代表[!!,，]?",
        body[:12]) and re.match(r".{0,60}(?:代表[省市区县州]|表示).{0,40}感谢", body):
            line.mode = "closing"
        if found and line.role in ("heading", "numbered"):
            line.body = line.first + found.end()
        line.mode = line.mode or mode
        line.path = _path(one, two) if two else (one or "")
        line.plan_year = plan_year
        if body.startswith("各位代表") and len(body) <= 6:
            line.role = "salute"


def _path(one: str, two: str) -> str:
    return f"{one}{two}" if two else one


def _sections(lines: list[Line], length: int) -> list[Section]:
    sections: list[Section] = []
    for line in lines:
        if line.role not in ("heading", "numbered") or not line.text:
            continue
        found = HEAD.match(line.text)
        level = 1
        if found:
            level = 1 if found["one"] else 2 if found["two"] else 3
        elif re.fullmatch(r"\d{1,2}", line.text):
            level = 2
        title = line.text if line.role == "heading" else re.split(r"[。;；]", line.text, maxsplit=1)[0]
        if line.role == "numbered" and (level == 3 or len(title) > 60):
            continue
        sections.append(Section(line.path, level, title[:80], line.mode, line.first, length))
    for n, section in enumerate(sections):
        after = next((other for other in sections[n + 1 :] if other.level <= section.level), None)
        section.end = after.start if after else length
    return sections


_TERM = re.compile(r"^(?:\d{1,3}[.、．]|\[\d+\]|【\d+】|[①-⑳])?\s*(?P<term>[^:：]{1,40})[:：]\s*\**\s*(?P<meaning>.+)$")


def _glossary(lines: list[Line], text: str) -> list[Term]:
    terms = []
    for line in lines:
        if line.mode == "glossary" and line.role != "heading":
            found = _TERM.match(line.text)
            if found:
                terms.append(Term(line.first, line.end, found["term"].strip("“”\"* "),
                text[line.first : line.end].strip(MARKUP)))
    return terms


assert normal("１") == "1"
