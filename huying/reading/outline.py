"""The outline of a report: title, place, speaker, date, chrome set aside, sections and what each of them tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .facts import DATE, SPEAKER, TITLE, YEAR, Facts, facts, numeral
from .glossary import glossary, is_note
from .model import Section, Span, Term
from .modes import GLOSSARY, PROBLEMS, REVIEW, looks_ahead, mode_of, said_mode

HEAD = re.compile(
    r"^(?:(?P<one>第[一二三四五六七八九十]{1,3}(?:部分|章)[、.:\s]?|[一二三四五六七八九十]{1,3}[、.:\s])"
    r"|(?P<two>\([一二三四五六七八九十]{1,3}\)、?)|(?P<three>\d{1,2}[.、](?!\d))|(?P<four>\(\d{1,2}\)))"
)
APPENDIX = re.compile(r"^附(?:件|录|表)?\s*(?P<n>[一二三四五六七八九十\d]{0,3})\s*[:：]?")
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
    """The facts of a report, its sections, its glossary, what was set aside, and its lines with their roles."""

    facts: Facts
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


def outline(text: str, plain: str, name: str) -> Outline:
    """Outline of `text`; `plain` is normal(text), of the same length; `name` is the file's name."""
    lines = _lines(plain)
    head = _head(lines)
    chrome = _chrome(lines, head)
    found = facts([line.text for line in lines[head:] if not _comment(line)], name, plain)
    _mark(lines, found.year)
    return Outline(found, _sections(lines, len(text)), glossary(lines, plain, text), chrome, lines)


def _comment(line: Line) -> bool:
    """A remark of the page's maker, such as <!-- 来源：某报 -->."""
    return line.text.startswith("<!--") and line.text.endswith("-->")


def _head(lines: list[Line]) -> int:
    """Index of the line where the report begins: its title, or else the first line that is of it."""
    opening = next(
        (n for n, line in enumerate(lines[:120]) if line.text.startswith(("各位代表", "同志们", "主席"))), None
    )
    limit = opening if opening is not None else min(len(lines), 60)
    titles = [
        n
        for n, line in enumerate(lines[:limit])
        if TITLE.search(line.text) and len(line.text) <= 60 and not _comment(line)
    ]
    if not titles:
        return 0
    # A page repeats the title in its chrome: the one nearest to the words is the report's.
    repeated = any(CHROME.search(line.text) and not _comment(line) for line in lines[: titles[-1]])
    return titles[-1] if repeated else titles[0]


def _chrome(lines: list[Line], head: int) -> list[Span]:
    """Gives the lines that are no part of the report their role, and returns where they stand."""
    for line in lines:
        if _comment(line):
            line.role = "chrome"
    if head and any(CHROME.search(line.text) and not _comment(line) for line in lines[:head]):
        for line in lines[:head]:
            line.role = "chrome"
    last = len(lines)
    while last > head and (len(lines[last - 1].text) < 60 and not lines[last - 1].text.endswith(("。", "!", "！"))):
        last -= 1
    first = next((n for n in range(last, len(lines)) if CHROME.search(lines[n].text)), len(lines))
    for line in lines[first:]:
        line.role = "chrome"
    spans: list[Span] = []
    for line, before in zip(lines, [None, *lines], strict=False):
        if line.role == "chrome" and before is not None and before.role == "chrome":
            spans[-1].end = line.end
        elif line.role == "chrome":
            spans.append(Span(line.start, line.end, "chrome"))
    return spans


# 二、今年任务** 今年是……: a bold heading whose paragraph runs on behind it.
_BOLD = re.compile(r"(?P<title>[^*。]{2,40})\*\*")
_NO_HEADING = re.compile(r"^[-—_=|<\[(《]|。|^附[:：]?$|日报|^\S{1,3}\s+\S{1,2}$")


def _heading(line: Line) -> bool:
    """A short line without a sentence end that stands alone."""
    body = line.text
    if not 2 <= len(body) <= 40 or body[-1] in END or body[-1] in ",，、:：" or _NO_HEADING.search(body):
        return bool(HEAD.match(body)) and len(body) <= 40 and body[-1] not in END
    return not SPEAKER.search(body)


def _body_after(lines: list[Line], n: int) -> str:
    """The words under a heading, to the next numbered heading of its kind or 5,000 signs."""
    pieces, size = [], 0
    for line in lines[n + 1 :]:
        found = HEAD.match(line.text)
        if size > 5000 or (found and found["one"] and len(line.text) <= 60 and size):
            break
        pieces.append(line.text)
        size += len(line.text)
    return "".join(pieces)


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
        if (
            mode == "glossary"
            and _heading(line)
            and not found
            and re.search(r"实事|工作安排|重点工作|任务分解|指标", body)
        ):
            # Another appendix follows the glossary.
            mode = said_mode(body, year) or "plan"
            one, two, three = body.strip(MARKUP)[:20], "", ""
            line.path, line.mode, line.role, line.plan_year = one, mode, "heading", plan_year
            continue
        if mode != "glossary" and is_note(body):
            line.role, line.mode, line.path = "note", "glossary", _path(one, two)
            continue
        if len(body) <= 24 and GLOSSARY.search(body):
            mode, line.role = "glossary", "heading"
            two = three = ""
            line.path, line.mode = appendix or one, mode
            continue
        if added and _heading(line) and (added["n"] or len(body) <= 3 or body[2:3] in ":："):
            appendix = f"附件{numeral(added['n']) if added['n'] else ''}"
            one, two, three, rows = appendix, "", "", True
            title = body if len(body) > 6 else next((x.text for x in lines[n + 1 : n + 4] if x.text), "")
            mode = said_mode(title, year) or "plan"
            years = YEAR.search(title)
            plan_year = numeral(years["y"]) if years else plan_year
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
            if len(body) <= 80 and body[-1] not in "。;；" and "。" not in body:
                one, two, three = ordinal, "", ""
                appendix, rows = "", False
                mode = top_mode = mode_of(rest, year, top_mode, _body_after(lines, n))
                line.role = "heading"
            else:
                # 一、……。 run on: the ordinal opens the paragraph.
                one, two, three = (ordinal, "", "") if not appendix else (one, two, three)
                line.role = "numbered"
                bold = _BOLD.match(rest)
                turned = said_mode(bold["title"], year) if bold else ""
                if turned:
                    mode = top_mode = turned
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
        elif (
            mode != "glossary"
            and _heading(line)
            and n
            and not TITLE.search(body)
            and not DATE.search(body)
            and not body.startswith("——")
        ):
            line.role = "heading"
            turned = said_mode(body, year)
            if turned and (REVIEW.search(body) or len(body) <= 24):
                mode = top_mode = turned
                one, two, three = body.strip(MARKUP)[:20], "", ""
                appendix, rows = "", False
        elif mode in ("review", "opening") and PROBLEMS.search(body[:160]):
            line.mode, line.path = "problems", _path(one, two)
            continue
        elif (
            mode == "review"
            and not rows
            and re.search(r"各位代表[!!,，]?", body[:12])
            and re.match(r".{0,60}(?:代表[省市区县州]|表示).{0,40}感谢", body)
        ):
            line.mode = "closing"
        if mode != "plan" and not line.mode and line.role == "body" and looks_ahead(body[:400], year):
            line.mode = "plan"
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
        title = line.text if line.role == "heading" else re.split(r"[。;；]|\*\*", line.text, maxsplit=1)[0]
        if line.role == "numbered" and (level == 3 or len(title) > 60):
            continue
        sections.append(Section(line.path, level, title[:80], line.mode, line.first, length))
    for n, section in enumerate(sections):
        after = next((other for other in sections[n + 1 :] if other.level <= section.level), None)
        section.end = after.start if after else length
    return sections
