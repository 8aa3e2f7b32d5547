"""Who is to do it, where the text says so: 责任单位, 牵头, 由……负责, and the columns of a table of tasks."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ROLE = r"(?:(?:市|区|县|省|州)?(?:责任|牵头|主办|承办|主责|实施|落实|负责|主管|督办)(?:责任)?(?:单位|部门|领导|人|科室|处室|股室)?(?:及责任人)?)"
_NOTE = re.compile(
    rf"[(\[【]\s*(?P<said>(?:{_ROLE}|分管领导|包抓领导|市级领导|配合单位|协办单位)\s*[:：][^()\[\]【】]{{2,120}})[)\]】]|[(](?P<short>[^()，,。:：]{{2,40}}(?:牵头|负责|承办))[^()]{{0,60}}[)]"
)
_LINE = re.compile(rf"^\W{{0,3}}(?P<role>{_ROLE})\s*[:：]\s*(?P<who>.{{2,120}})$")
_BY = re.compile(
    r"(?:^|[，,；;。])\s*(?:同意|原则同意|会议决定|会议明确)?(?:由|请|责成|委托)(?P<who>[^，,。;；:：]{2,60}?)(?:同志)?(?:负责)?(?:牵头|负总责|负责|会同|商|具体|组织|抓好|做好|尽快|抓紧|认真|于|在|进一步|按|根据|对|加快|制定|提出|落实|统筹|限期|逐)"
)
_LED = re.compile(
    r"(?:责任|牵头|主办|承办|主责|实施|落实|负责|督办)(?:责任)?(?:单位|部门|人|领导)?(?:及责任人)?\s*[:：]\s*(?P<who>[^;；。:：]{2,80}?)(?=[;；。,，]?\s*(?:配合|协办|责任|完成|分管|时限|参与|$)|[;；。)\]】])"
)
_TITLES = re.compile(r"^(?:\d{1,2}|序号|编号)$")
_TASK = re.compile(r"任务|内容|事项|项目|措施|目标|工作")
_WHO = re.compile(
    r"责任单位|牵头单位|牵头部门|责任部门|主办单位|承办单位|实施单位|主责单位|负责单位|责任人|责任领导|牵头领导"
)
_WHEN = re.compile(r"时限|完成时间|期限|时间节点|时间要求")


def lead_in(words: str) -> str:
    """Who leads what a sentence says, in the text's words; "" when it does not say."""
    note = _NOTE.search(words)
    if note:
        said = note["short"] or note["said"]
        return _names(re.sub(r"(?:牵头|负责|承办).*$", "", said)) if note["short"] else led(said)
    by = _BY.search(words)
    return _names(by["who"]) if by else ""


def led(said: str) -> str:
    """The leading name in 牵头单位：甲局；配合单位：乙局."""
    found = _LED.search(said)
    return _names(found["who"]) if found else ""


def lead_line(line: str) -> str:
    """Who leads what stands above a line that says only that."""
    found = _LINE.match(line) if len(line) <= 140 else None
    return led(line.strip()) or _names(found["who"]) if found else ""


def note_at(words: str) -> tuple[int, int] | None:
    """(start, end) of the bracket that names who leads, so that it is no part of what is promised."""
    found = _NOTE.search(words)
    return found.span() if found else None


def _names(said: str) -> str:
    said = re.sub(r"\s+", "、", said.strip(" 、，,;；。"))
    return re.sub(r"(?:同志)?(?:共同|具体)?$", "", said)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cell of a table's row says what is to be done, who leads and by when; -1 where none does."""

    task: int
    who: int
    when: int
    width: int


def columns(cells: list[str]) -> Columns | None:
    """The columns of a table of tasks from the cells of its head, or None when they are no such head."""
    names = [re.sub(r"\s", "", cell) for cell in cells]
    if any(len(name) > 14 for name in names):
        return None
    who = next((n for n, name in enumerate(names) if _WHO.search(name)), -1)
    when = next((n for n, name in enumerate(names) if _WHEN.search(name)), -1)
    tasks = [
        n for n, name in enumerate(names) if _TASK.search(name) and n not in (who, when) and not _TITLES.match(name)
    ]
    # 项目名称 before 建设内容: the later cell says more.
    return Columns(tasks[-1], who, when, len(names)) if tasks and (who >= 0 or when >= 0) else None
