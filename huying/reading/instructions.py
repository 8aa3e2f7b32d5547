"""Instructions: 批示, 督办通知 and 督办单. What is ordered, to whom, by when."""

from __future__ import annotations

import re

from .due import due
from .minutes import BULLET, MUST, ORDER, Minutes, head_of, matter_of, sentences
from .model import Matter
from .outline import HEAD, Line
from .parties import parties

_KEYS = {
    "what": r"(?:督办|督查|交办|办理|承办|转办)?(?:事项|内容|任务)(?:名称|摘要|内容)?|主要问题|反映问题|存在问题|工作任务",
    "who": r"(?:承办|责任|主办|牵头|办理|落实|主责|实施)(?:单位|部门)|责任人|承办人",
    "helpers": r"(?:协办|配合|会办|协助)(?:单位|部门)",
    "when": r"(?:办理|完成|办结|整改|反馈|答复|落实)?(?:时限|期限)(?:要求)?|(?:完成|办结|反馈|报送|要求完成)时间|时限要求",
    "order": r"(?:办理|工作|督办|整改|具体)要求|(?:领导|县长|市长|区长|书记)?批示(?:内容|意见)?|领导意见|拟办意见",
    "number": r"(?:督办|文件)?(?:编号|文号)|督办号",
    "source": r"(?:事项|任务)?来源|交办领导|批示领导|批示人|督办依据|批示时间|批示日期|签发人|联系人|联系电话|电话|交办时间|发出时间",
}
_KEY = re.compile(
    "^(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _KEYS.items()) + r")\s*[:：\t]\s*(?P<said>.*)$"
)
_ADDRESSEE = re.compile(
    r"^(?P<who>[\u4e00-\u9fff、，,()（）]{2,60}?(?:局|委|办|部|院|公司|集团|镇|乡|街道|办事处|管委会|政府|单位|部门|中心|队|会|社区|村|区|县|市|同志))[:：]$"
)
_RANK = "(?:副)?(?:[省州市县区镇乡]长|书记|主任|局长|部长|主席)"
_SIGNED = re.compile(
    rf"(?:{_RANK}(?P<after>[\u4e00-\u9fff·]{{2,3}})|(?P<before>[\u4e00-\u9fff·]{{1,4}}?){_RANK}|^(?P<name>[\u4e00-\u9fff·]{{2,4}}))(?:同志)?(?:在.{{0,60}}上)?"
    r"(?:作出|做出)?(?:的)?(?:重要)?批示[:：]?"
)
_READ_ONLY = re.compile(r"^(?:已?阅|同意|转|请阅)[。!！]?$")
_PERSON = re.compile(
    r"^(?:请|转|呈)?(?P<who>[\u4e00-\u9fff、]{1,16}?(?:同志|县长|市长|区长|局长|镇长|主任|书记|局|办|委|镇|街道))(?:阅处|阅办|阅研|阅酌|酌处|研处|研办|办理|处理|落实|阅示|牵头办理)"
)


def instruction_of(lines: list[Line], text: str) -> Minutes:
    """What an instruction orders. `host` is who gave it, where that is said."""
    found = head_of(lines, ORDER)
    form: dict[str, list[tuple[int, int]]] = {}
    addressee, key = "", ""
    body: list[tuple[int, int]] = []
    for line in lines:
        if not line.text or line.role == "chrome" or line.text == found.title:
            continue
        for start, end in _cells(line, text):
            said = text[start:end].strip()
            named = _KEY.match(said)
            told = _ADDRESSEE.match(said)
            if named and (named["said"].strip() or len(said) <= 8):
                key = named.lastgroup if named.lastgroup != "said" else next(k for k in _KEYS if named[k])
                begin = start + text[start:end].index(said) + named.start("said")
                form.setdefault(key, [])
                if named["said"].strip():
                    form[key].append((begin, end))
            elif told and not form:
                addressee = addressee or told["who"]
            elif form and key and not (line.role == "aside"):
                form[key].append((start, end))
            elif line.role != "aside":
                body.append((start, end))
    if form.get("number") and not found.number:
        found.number = text[slice(*form["number"][0])].strip()
    if form.get("what") or form.get("order"):
        _form(found, form, text, addressee)
    signed = _SIGNED.search(" ".join(line.text for line in lines[:20]))
    if signed and not found.host:
        found.host = signed["after"] or signed["before"] or signed["name"]
    for start, end in body:
        _sentences(found, text, start, end, addressee)
    return found


def _cells(line: Line, text: str) -> list[tuple[int, int]]:
    """The stretches of a line: itself, or in a row of a form each label with the cell after it."""
    cells, at = [], line.start
    for cell in text[line.start : line.end].split("\t"):
        cells.append((at, at + len(cell)))
        at += len(cell) + 1
    if len(cells) < 2:
        head = HEAD.match(line.text)
        return [(line.first + (head.end() if head else 0), line.end)]
    return [(cells[n][0], cells[min(n + 1, len(cells) - 1)][1]) for n in range(0, len(cells), 2)]


def _form(found: Minutes, form: dict, text: str, addressee: str) -> None:
    """A form of 督办: each thing to be done in it, with the form's 承办单位 and 时限."""

    def words(key: str) -> str:
        return "；".join(text[start:end].strip() for start, end in form.get(key, []))

    when = due(words("when"), found.year, found.date)
    found.year = found.year or (when.year if when else None)
    who = re.sub(r"[\s,，]+", "、", words("who").strip("。 ")) or addressee
    helpers = words("helpers").strip("。 ")
    for start, end in form.get("what") or form["order"]:
        for left, right in sentences(text, start, end):
            said = text[left:right]
            head = HEAD.match(said)
            left += head.end() if head else 0
            doers = parties(text[left:right])
            if not form.get("what") and not (MUST.search(text[left:right]) or doers.who):
                continue  # who signed, and when
            own = due(text[left:right], found.year, found.date)
            found.matters.append(
                Matter(
                    left,
                    right,
                    text[left:right],
                    "",
                    "",
                    text[left:right],
                    who or doers.who,
                    helpers or doers.helpers,
                    "assign",
                    own or when,
                    "said" if own or when else "",
                    0.95,
                    "matter.form",
                )  # fmt: skip
            )
    if form.get("what"):
        for start, end in form.get("order", []):
            _sentences(found, text, start, end, who)


def _sentences(found: Minutes, text: str, start: int, end: int, addressee: str) -> None:
    for left, right in sentences(text, start, end):
        bullet = BULLET.match(text[left:right])
        left += bullet.end() if bullet else 0
        signed = _SIGNED.match(text[left:right])
        if signed:
            left += signed.end()
        while left < right and text[left] in '“"：: ，,':
            left += 1
        said = text[left:right].rstrip('”"')
        right = left + len(said)
        if right - left < 4 or _READ_ONLY.match(said):
            continue
        person = _PERSON.match(said)
        matter = matter_of(text, left, right, "", "", found, addressee)
        if matter is None and person:
            matter = matter_of(text, left, right, "", "", found, person["who"])
        if matter is not None:
            if person:
                matter.who = person["who"]
            found.matters.append(matter)
