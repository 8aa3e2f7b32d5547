"""Minutes of meetings: which meeting, who was there, and each thing decided: what, who, by when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from .due import due
from .facts import DATE, numeral
from .leads import columns, lead_line
from .model import Matter, Span
from .outline import HEAD, Line
from .parties import parties
from .promise_words import DONE, without_lead
from .verbs import action_end

_MINUTES = re.compile(r"纪\s*要|会议记录|议定事项|会议决定事项")
ORDER = re.compile(
    r"批\s*示|督办|督查(?:通知|事项|交办|单|通报|专报|函|令)|交办(?:单|通知|函|事项)|催办|批办单|工作(?:提示|交办)函?|整改通知|转办(?:单|通知)|承办通知"
)
_REPORT = re.compile(r"政\s*府\s*工\s*作\s*(?:的)?\s*报\s*告")
NUMBER = re.compile(
    r"[\u4e00-\u9fff]{0,12}[〔\[(（【]\s*(?:19|20)\d{2}\s*[〕\])）】]\s*第?\s*\d+\s*[号期次]|(?<![\u4e00-\u9fff\d])第\s*\d+\s*[期号]|^[(（]?\d{1,3}[)）]?$"
)
_ASIDE = re.compile(
    r"^(?:主\s*持\s*人?|出\s*席|参\s*会|参\s*加|列\s*席|请\s*假|缺\s*席|记\s*录|与\s*会|到\s*会|签\s*发|审\s*核|地\s*点|会议地点|时\s*间|会议时间|印\s*发|"
    r"抄\s*送|分\s*送|主\s*送|报\s*送|发\s*送|发|报|送|应到|实到|整\s*理)[\u4e00-\u9fff]{0,6}\s*[:：]"
)
_HOST = re.compile(
    r"主\s*持\s*人?\s*[:：]\s*(?P<name>[\u4e00-\u9fff·]{2,4})|"
    r"(?:[省州市县区镇乡]长|书记|主任|主席|总经理|[,，、\s])(?P<lead>[\u4e00-\u9fff·]{2,4}?)(?:同志)?(?:主持召开|主持了?会议|召集)"
)
_PRINTED = re.compile(
    r"^.{0,30}(?:办公室|办)\s*(?:\d{4}|[二〇○一三四五六七八九十]+)年.{2,8}日\s*印\s*发?$|^(?:共印|印)\s*\d+\s*份"
)
_NOTE = re.compile(r"[(\[【（][^()（）\[\]【】]*(?:单位|部门|责任|牵头|时限|期限)[^()（）\[\]【】]*[)\]】）]")
_SENTENCE = re.compile(r"[。!！?？;；]")
_LISTED = re.compile(r"(?<=[:：，,])(?=[一二三四五六七八九十]{1,2}是)|(?<=[:：])(?=\d{1,2}[.、])")
BULLET = re.compile(
    r"^(?:(?:会议)?(?:议定|决定)?如下[:：]|[一二三四五六七八九十]{1,2}(?:是|要)|\d{1,2}[.、)）]|[(（][一二三四五六七八九十\d]{1,2}[)）]|[①-⑳]|[-—·●■◆•])\s*"
)
# What a meeting heard, thought and stressed is no decision by itself.
_HEARD = re.compile(
    r"^(?:\d{4}年|.{0,40}(?:主持召开|召开了?)|会议(?:还|首先)?(?:听取|传达|学习|认为|指出|审议了|研究了|讨论了|通报|组织学习|书面)|与会|大家(?:一致)?认为|"
    r"现(?:将|纪要)|纪要如下|会议由|参加会议)"
)
_NOTED = re.compile(r"^(?:会议)?(?:听取了?|审议了?|研究了?|讨论了?|传达学习了?|通报了?)")
_APPROVE = re.compile(
    r"(?:原则)?(?:同意|通过|批准)(?!意见|率)|予以(?:支持|认可|表彰)|按.{2,20}(?:方案|意见)(?:执行|办理)"
)
_RETURN = re.compile(r"修改(?:完善|后)|完善后(?:再|提|报|按)|再次?(?:提交|上会|研究|报)|不予(?:同意|通过)|不同意|退回")
_DEFER = re.compile(r"暂(?:缓|不|停)|缓议|另行(?:研究|议)|下次会议")
MUST = re.compile(
    r"(?<![纪重主需摘概])要(?![求素闻点件])|必须|务必|应(?!急|对|用)|须|责成|请|由.{2,40}(?:负责|牵头)|限(?:期|于)|于.{2,12}(?:前|内)|不得|严禁|尽快|抓紧|确保|力争"
)
_SAID = re.compile(
    r"^(?:(?:会议|[省州市县区镇乡]长|书记)(?:原则|一致|研究|还|最后|同时)?(?:决定|议定|明确|要求|强调|指出|同意|确定|商定|提出)|(?:决定|议定|要求)(?=[,，:：]))[,，:：]?"
)
_DECIDED = re.compile(r"会议(?:研究|一致)?(?:决定|议定|商定|明确)[,，:：]?.{6,}")
_TELL = re.compile(r"报送|上报|反馈|提交|书面")
_TOPIC = re.compile(r"(?:议题|事项|议项)\s*(?P<n>[一二三四五六七八九十]{1,2}|\d{1,2})\s*[:：、.]\s*")
_TIME = re.compile(
    r"(?:完成|办结|办理|整改|落实)?(?:时限|期限|时间(?:要求|节点)?)\s*[:：]\s*(?P<when>[^;；。)）]{2,30})"
)
_CONFIDENCE = {"note": 0.95, "ordered": 0.9, "subject": 0.85, "led": 0.8, "addressee": 0.8, "": 0.6}


def kind_of(lines: list[str]) -> str:
    """report, minutes or instruction, by the short lines with which a document begins."""
    head = [line for line in lines[:60] if line][:14]
    short = [line for line in head if len(line) <= 60]
    if any(_REPORT.search(line) and not _MINUTES.search(line) for line in short):
        return "report"
    if any(_MINUTES.search(line) for line in short) or any(re.search(r"纪要如下", line) for line in head):
        return "minutes"
    if any(ORDER.search(line) and len(line) <= 40 for line in short[:10]) or any(
        re.match(r"^.{0,20}批示[:：]", line) for line in head
    ):
        return "instruction"
    return "report"


@dataclass(slots=True)
class Minutes:
    """What the head and body of minutes or of an instruction say."""

    title: str = ""
    number: str = ""
    date: date | None = None
    host: str = ""
    year: int | None = None
    matters: list[Matter] = field(default_factory=list)
    aside: list[Span] = field(default_factory=list)


def head_of(lines: list[Line], sign: re.Pattern) -> Minutes:
    """Title, number, day and host, and who attended set aside."""
    found = Minutes()
    written = [line for line in lines if line.text]
    for line in written[:16]:
        number = NUMBER.search(line.text) if len(line.text) <= 60 else None
        if number and not found.number:
            found.number = re.sub(r"\s", "", number.group()).strip("()（）")
        if (
            not found.title
            and sign.search(line.text)
            and len(line.text) <= 60
            and not line.text.endswith(("。", "：", ":"))
        ):
            found.title = line.text.strip("《》")
    days = [day for line in written[:30] if (day := _day(line.text))] + [
        day for line in written[-6:] if (day := _day(line.text))
    ]
    found.date = days[0] if days else None
    numbered = re.search(r"(?:19|20)\d{2}", found.number)
    found.year = found.date.year if found.date else int(numbered.group()) if numbered else None
    signed = [m for line in written[-4:] if (m := re.fullmatch(r"(\d{1,2})月(\d{1,2})日", line.text.strip()))]
    if signed and found.year and not found.date:
        found.date = date(found.year, int(signed[-1][1]), int(signed[-1][2]))
    for line in written:
        host = _HOST.search(line.text)
        if host:
            found.host = host["name"] or host["lead"]
            break
    names = False
    for line in written:
        aside = _ASIDE.match(line.text) or _PRINTED.match(line.text)
        # A list of names runs on over lines without a sentence.
        listed = re.match(r"[\u4e00-\u9fff]{2,14}\s*[:：]\s*(.+)$", line.text) if names else None
        names = (
            bool(aside)
            or bool(listed and _names_only(listed[1]))
            or (
                names
                and not re.search(r"[。；;:：]", line.text)
                and not HEAD.match(line.text)
                and _names_only(line.text)
            )
        )
        if names:
            line.role = "aside"
            found.aside.append(Span(line.start, line.end, "attendees" if not _PRINTED.match(line.text) else "printed"))
    return found


def minutes_of(lines: list[Line], text: str) -> Minutes:
    """What minutes decide."""
    found = head_of(lines, _MINUTES)
    item, section, top, table = "", "", "", None
    for line in lines:
        if not line.text or line.role in ("aside", "chrome") or line.text == found.title:
            continue
        cells = text[line.start : line.end].split("\t")
        head = HEAD.match(line.text)
        who = lead_line(line.text)
        if len(cells) > 2 and (named := columns(cells)):
            table = named
        elif table and len(cells) == table.width:
            _row(found, line, text, cells, table, item)
        elif who or (_TIME.match(line.text) and len(line.text) < 40):
            _complete(found, section, who, line.text)
        elif topic := _TOPIC.match(line.text):
            section, item = topic["n"], re.split(r"[。;；]", line.text[topic.end() :], maxsplit=1)[0].strip()
            _body(found, line, line.first + topic.end() + len(item), text, item, section)
        elif head and (head["one"] or head["two"]) and _is_point(line.text[head.end() :]):
            top, section = _numbered(head, top)
            first = re.split(r"[。:：;；]", line.text[head.end() :], maxsplit=1)
            item = first[0].strip()
            if len(first) > 1 and first[1].strip():
                at = line.first + head.end() + len(first[0]) + 1
                _body(found, line, at, text, item, section)
        else:
            if head and (head["one"] or head["two"]):
                top, section = _numbered(head, top)
            noted = _NOTED.match(line.text)
            if noted and not head and not top:
                item = re.split(r"[。;；]", line.text[noted.end() :], maxsplit=1)[0][:60]
            _body(found, line, line.first + (head.end() if head else 0), text, item, section)
    return found


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the sentences of a stretch; 一是……二是…… are sentences of their own."""
    noted = {m.start(): m.end() for m in _NOTE.finditer(text, start, end)}
    stops = sorted(
        {m.end() for m in _SENTENCE.finditer(text, start, end) if not any(a < m.start() < b for a, b in noted.items())}
        | {m.start() for m in _LISTED.finditer(text, start, end)}
        | {end}
    )
    for stop in stops:
        if stop <= start:
            continue
        # A bracket behind the stop that names who and when belongs to the sentence before it.
        stop = noted.get(stop, stop)
        left, right = start, stop
        while left < right and text[left] in " \t　\xa0；;，,。":
            left += 1
        while right > left and text[right - 1] in " \t　\xa0。；;":
            right -= 1
        if right - left >= 5:
            yield left, right
        start = stop


def _body(found: Minutes, line: Line, start: int, text: str, item: str, section: str) -> None:
    spans = list(sentences(text, start, line.end))
    for n, (left, right) in enumerate(spans):
        bullet = BULLET.match(text[left:right])
        left += bullet.end() if bullet else 0
        if n == 0 and len(spans) > 1 and right - left <= 16 and not re.search(r"[,，\d]", text[left:right]):
            continue  # names the topic of the paragraph
        who = lead_line(text[left:right])
        if who or _TIME.match(text[left:right]):
            _complete(found, section, who, text[left:right])
            continue
        matter = matter_of(text, left, right, item, section, found)
        if matter:
            found.matters.append(matter)


def matter_of(
    text: str, left: int, right: int, item: str, section: str, found: Minutes, addressee: str = ""
) -> Matter | None:
    """The matter that a sentence is, or None when it decides and orders nothing."""
    said = text[left:right]
    if _HEARD.match(said) and (re.match("现", said) or not re.search(r"(?:会议)?(?:决定|议定|要求|责成)", said)):
        return None
    if re.search("如下[:：]?$", said):
        return None
    act = _act(said)
    if (
        not act
        and addressee
        and not DONE.search(said)
        and (due(said, found.year) or action_end(without_lead(said)) or _TELL.search(said))
    ):
        act = "assign"
    if not act:
        return None
    doers = parties(said, addressee)
    what = _what(said, doers.who)
    when = due(re.sub(r"^\d{4}年\d{1,2}月\d{1,2}日", "", said), found.year, found.date)
    return Matter(
        left, right, said, section, item, what, doers.who, doers.helpers, act, when, "said" if when else "",
        _CONFIDENCE[doers.rule] if act == "assign" else 0.85, f"matter.{doers.rule or act}",
    )  # fmt: skip


def _act(said: str) -> str:
    if _DEFER.search(said):
        return "defer"
    if _RETURN.search(said) and not re.search(r"(?:修改)?完善后.{0,14}(?:印发|实施|执行|按程序|报批|发布)", said):
        return "return"
    if _APPROVE.search(said[:40]) and not re.match(r"(?:同意|通过)(?:由|请|责成)", said):
        return "approve"
    if _DECIDED.match(said):
        return "assign"
    return "assign" if MUST.search(said) or action_end(said) or parties(said).who else ""


def _what(said: str, who: str) -> str:
    """What is to be done, without who said so and who does it."""
    what = re.sub(r"[(\[【][^()\[\]【】]*(?:单位|牵头|负责|时限|责任)[^()\[\]【】]*[)\]】]", "", said)
    what = _SAID.sub("", what, count=1).strip(" ，,：:")
    what = re.sub(r"^(?:一是|二是|三是|同时|下一步|会后)[,，]?", "", what)
    if who:
        what = re.sub(
            rf"^(?:由|请|责成|委托|交由|安排)?{re.escape(who)}(?:负责|牵头负责|牵头)?[,，:：]?(?:要|应|须|必须)?",
            "",
            what,
            count=1,
        )
    return what.strip(" ，,：:。;；") or said


def _complete(found: Minutes, section: str, who: str, line: str) -> None:
    """A line 责任单位：… or 完成时限：… belongs to what was said above it in its section."""
    said = _TIME.search(line)
    when = due(said["when"], found.year, found.date) if said else None
    for matter in reversed(found.matters):
        if matter.section != section or (who and matter.who) or (when and matter.deadline and not who):
            break
        if who:
            matter.who, matter.helpers = who, matter.helpers or parties(line).helpers
            matter.confidence, matter.rule = 0.95, "matter.note"
        if when:
            matter.deadline, matter.deadline_source = when, "said"


def _row(found: Minutes, line: Line, text: str, cells: list[str], table, item: str) -> None:
    at = line.start + sum(len(cell) + 1 for cell in cells[: table.task])
    what = cells[table.task].strip()
    if not what:
        return
    when = due(cells[table.when], found.year, found.date) if table.when >= 0 else None
    who = cells[table.who].strip() if table.who >= 0 else ""
    left = at + len(cells[table.task]) - len(cells[table.task].lstrip())
    found.matters.append(
        Matter(
            left,
            left + len(what),
            text[left : left + len(what)],
            "",
            item,
            what,
            who,
            "",
            "assign",
            when,
            "said" if when else "",
            0.95,
            "matter.table",
        )  # fmt: skip
    )


def _is_point(words: str) -> bool:
    """Whether what follows a number names a point of the agenda, rather than deciding something."""
    first, _, rest = re.sub("[;；]", "。", words).partition("。")
    if not rest.strip():
        return not words.endswith(("。", ";", "；"))
    return len(first) <= 40 and not MUST.search(first) and not parties(first).who


def _numbered(head: re.Match, top: str) -> tuple[str, str]:
    """(number of the outer point, path of this one): 二 and 二(一)."""
    if head["one"]:
        top = re.sub(r"[、.:\s第部分章]", "", head["one"])
        return top, top
    return top, f"{top}{head['two'].strip('、')}"


def _names_only(line: str) -> bool:
    words = re.split(r"[\s、，,]+", re.sub(r"[(（][^()（）]*[)）]", "", line).strip())
    return bool(words) and all(1 <= len(word) <= 4 for word in words)


def _day(line: str) -> date | None:
    found = DATE.search(line)
    if (
        not found
        or re.search("时限|期限|限于", line[: found.start()])
        or re.match(r"之?前|以前|内|至|—|-", line[found.end() :].strip())
    ):
        return None
    try:
        return date(numeral(found["y"]), numeral(found["m"]), numeral(found["d"]))
    except ValueError:
        return None
