"""A breakdown of tasks as another office keeps it: found in its sheet, tried row by row, entered as drafts.

    序号 · 任务内容 · 责任领导 · 牵头单位 · 配合单位 · 责任人 · 联系电话 · 时限 · 一至四季度, in whatever order and words

Rows of parts stand beside a merged cell of the task that they are part of. What is there already stays as it is, so the
same file again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from huying.declare.kinds import say
from huying.engine import consulting, database, places, task_rules, tasks
from huying.engine.acts import Act
from huying.engine.flows import take_steps
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.sheet_writing import Workbook, written
from huying.sheets import NotASheet, Table, find_tables, open_book
from huying.sheets.cells import day_of, measure_of

ENTERED = UUID("1c1f6a52-5a0e-5a52-8e0c-0f6f0a7f3b42")
MOST, BATCH = 5000, 100
# what a title of a column says, the first that fits; a second column of the task is its part
TITLES = (
    ("serial", r"序号|编号|^no\.?$"),
    ("leader", r"(责任|分管|牵头|挂点|督办)(区|县|市)?领导"),
    ("assist", r"(配合|协办|参与|协同|协助|会办)(单位|部门|科室)?"),
    ("lead", r"(牵头|责任|主办|承办|主责)(单位|部门|科室)"),
    ("phone", r"电话|手机|联系方式"),
    ("contact", r"责任人|联系人|联络员|负责人"),
    ("q1", r"(第?一|1)季度|3月底|一季度末"),
    ("q2", r"(第?二|2)季度|6月底|上半年"),
    ("q3", r"(第?三|3)季度|9月底"),
    ("q4", r"(第?四|4)季度|12月底|全年进度"),
    ("deadline", r"时限|完成时间|期限|截止"),
    ("basis", r"文号|来源|依据|出处"),
    ("area", r"领域|类别|分类|板块"),
    ("measure", r"目标值|年度目标|工作目标|指标值|^目标$|目标要求"),
    ("task", r"任务|措施|工作内容|事项|内容|项目名称|重点工作"),
)
_SPLIT = re.compile(r"[、，,；;/\n]+")
_MONTH = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(?:底|末|底前|末前|份|前)?")
_YEAR_END = re.compile(r"(?:(\d{4})年)?(?:年底前?|年内|全年|年末)")
_TARGET = re.compile(r"(\d[\d,.]*)\s*([\u4e00-\u9fff%％]{0,6}?)(以上|以内)?$")


@dataclass
class Row:
    """One row of the sheet. answers: fields of the task; over: the words of the task that it is part of.

    wrong   why it cannot be entered; told: what is worth a look; both `中文 | English`
    known   code of the task that says the same already
    """

    number: int
    cells: tuple[Any, ...]
    answers: dict[str, Any] = field(default_factory=dict)
    over: str = ""
    wrong: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    known: str = ""

    @property
    def kind(self) -> str:
        return "rejected" if self.wrong else "known" if self.known else "new"


@dataclass
class Tried:
    """What would become of a sheet. columns: (its title, the field or word of TITLES, empty where it is left out)."""

    name: str
    title: str
    columns: list[tuple[str, str]]
    rows: list[Row]

    def count(self, kind: str) -> int:
        return sum(row.kind == kind for row in self.rows)


@dataclass(frozen=True)
class Entered:
    """new: drafts made now; left: rows still to enter; refused: row -> sentence."""

    new: int
    left: int
    refused: Mapping[int, str]


def attempt(district: District, data: bytes, name: str, source_kind: str, area: str = "", basis: str = "") -> Tried:
    """Read a sheet and say what would become of each row; nothing is written.

    Raises NotASheet (code, zh, en) for what is no sheet, or no breakdown of tasks.
    """
    table, places_ = _found(open_book(data, name))
    tree = places.tree(district.id, district.today())
    gone = _gone(district, tree)
    year = _year(table.title) or district.today().year
    rows = []
    for number, cells, said in _lines(table, places_):
        row = Row(number, cells)
        _fill(district, tree, gone, row, said, year, {"source_kind": source_kind, "area": area, "basis": basis})
        rows.append(row)
    if len(rows) > MOST:
        raise NotASheet(
            "tasks.too-many",
            f"超过 {MOST} 行，请分成几个文件。",
            f"More than {MOST} rows; split it into several files.",
        )
    if not rows:
        raise NotASheet("tasks.no-rows", "表里没有一行任务。", "The sheet has not one task.")
    _look_up(district, rows)
    columns = [(title, places_.get(place, "")) for place, title in enumerate(table.titles)]
    return Tried(name, table.title, columns, rows)


def enter(district: District, actor: Actor, tried: Tried, most: int = MOST) -> Entered:
    """Draft the rows that are right, tasks before their parts, at most so many now; goes on where it stopped."""
    name = tasks.ledger(district)
    heads = _heads(district, tried.rows)
    todo: list[tuple[Row | None, str, dict[str, Any]]] = [
        (None, over, answers) for over, answers in heads.missing.items()
    ]
    todo += [(row, row.over, row.answers) for row in tried.rows if row.kind == "new"]
    made, refused, new = dict(heads.known), {}, 0
    for first in range(0, min(len(todo), most), BATCH):
        some = todo[first : min(first + BATCH, most)]
        for level in (
            [one for one in some if one[0] is None or not one[1]],
            [one for one in some if one[0] is not None and one[1]],
        ):
            acts = []
            for row, over, answers in level:
                full = answers | ({"parent": made[over]} if row and over in made else {})
                key = uuid5(
                    ENTERED, f"{district.id}:{over}:{answers['title'] if row else ''}:{answers.get('lead_hint', '')}"
                )
                acts.append(Act(name, "draft", actor, full, act=key))
            for (row, over, _), out in zip(level, take_steps(district, acts), strict=True):
                if out.refusal:
                    refused[row.number if row else 0] = out.refusal.sentence
                elif row is None:
                    made[over] = out.record
                    new += not out.again
                else:
                    new += not out.again
    return Entered(new, max(len(todo) - most, 0), refused)


def rejects(tried: Tried, lang: str = "zh") -> bytes:
    """The rows that cannot be entered as a sheet like theirs, with a column of reasons, to be mended and brought again."""
    wrong = [row for row in tried.rows if row.wrong]

    def fill(book: Workbook) -> None:
        sheet = book.sheet(tried.title or tried.name)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 0, 48)
        head = ("没有登记的原因", "原表行号") if lang == "zh" else ("Why it was not entered", "Row in the sheet")
        for place, title in enumerate((*head, *(title for title, _ in tried.columns))):
            book.write(sheet, 0, place, title, bold=True)
        for line, row in enumerate(wrong, 1):
            reasons = "；".join(say(one, lang) for one in row.wrong)
            for place, cell in enumerate((reasons, row.number, *row.cells)):
                book.write(sheet, line, place, cell, **({"bg_color": "#fff2b3"} if place == 0 else {}))

    return b"".join(written(fill))


@dataclass
class _Heads:
    known: dict[str, UUID]
    missing: dict[str, dict[str, Any]]


def _heads(district: District, rows: Sequence[Row]) -> _Heads:
    """The tasks that rows are parts of: those that are there, and those that are still to be drafted."""
    standing = {task.values["title"]: task.id for task in tasks.every(district, states=(*tasks.DRAFTED, *tasks.OPEN))}
    known, missing = {}, {}
    for row in rows:
        if row.over and row.kind != "rejected" and row.over not in known and row.over not in missing:
            if row.over in standing:
                known[row.over] = standing[row.over]
            elif row.kind == "new":
                kept = (
                    "source_kind",
                    "area",
                    "basis",
                    "leader",
                    "lead_hint",
                    "assist_hint",
                    "deadline",
                    "deadline_source",
                )
                missing[row.over] = {"title": row.over} | {
                    name: row.answers[name] for name in kept if name in row.answers
                }
    return _Heads(known, missing)


def _found(book: Any) -> tuple[Table, dict[int, str]]:
    """The table of tasks in a book, and which of its columns says what: place -> name of TITLES."""
    best: tuple[int, Table, dict[int, str]] | None = None
    for table in find_tables(book):
        said = _columns(table)
        score = len(set(said.values()))
        if "task" in said.values() and (best is None or score > best[0]):
            best = (score, table, said)
    if best is None or best[0] < 2:
        raise NotASheet(
            "tasks.no-table",
            "没有找到任务分解表：要有“任务内容”一栏，和“牵头单位”“时限”等栏。",
            "No breakdown of tasks was found: it has a column 任务内容 (task), and such as 牵头单位 (lead) and 时限 (deadline).",
        )
    return best[1], best[2]


def _columns(table: Table) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, title in enumerate(table.titles):
        bare = re.sub(r"\s", "", title.rpartition("›")[2] or title)
        name = next((name for name, form in TITLES if re.search(form, bare, re.I)), "")
        if name == "task" and "task" in found.values():
            if "over" in found.values():
                continue
            found = {at: "over" if one == "task" else one for at, one in found.items()}
        elif name and name in found.values():
            continue
        if name:
            found[place] = name
    return found


def _lines(table: Table, said: Mapping[int, str]) -> Iterator[tuple[int, tuple[Any, ...], dict[str, Any]]]:
    """(row of the sheet from 1, its cells, name of TITLES -> cell), merged cells said for each of their rows."""
    columns = [table.values(column) for column in table.columns]
    for at, row in enumerate(table.body):
        cells = tuple(column[at] for column in columns)
        one = {name: cells[place] for place, name in said.items()}
        if one.get("task") is not None or one.get("over") is not None:
            yield row + 1, cells, one


def _fill(
    district: District, tree: places.Tree, gone: Mapping[str, str], row: Row, said: Mapping[str, Any], year: int, common: Mapping[str, str]
) -> None:  # fmt: skip
    """What a row says, as the fields of a task; what is wrong with it."""
    text = {name: _text(cell) for name, cell in said.items()}
    title = text.get("task") or text.get("over", "")
    row.over = text.get("over", "")[:120] if text.get("task") and text.get("over") != text.get("task") else ""
    if not title:
        row.wrong.append("没有任务内容 | There is no task in it")
    answers: dict[str, Any] = {
        "title": title[:120],
        "words": title[:1000] if len(title) > 120 else None,
        "source_kind": common["source_kind"],
        "area": (text.get("area") or common["area"] or "其他 | Other")[:60],
        "basis": (text.get("basis") or common["basis"])[:60],
        "leader": text.get("leader", "")[:60],
        "measure_note": text.get("measure", "")[:200],
    }
    answers |= {f"q{n}_text": text.get(f"q{n}", "")[:200] for n in range(1, 5)}
    _offices(tree, gone, row, answers, text)
    _deadline(row, answers, said.get("deadline"), text.get("deadline", ""), year)
    _target(answers, text.get("measure", ""))
    row.answers = {name: value for name, value in answers.items() if value not in (None, "")}
    row.wrong += task_rules.faults(district.rules, "draft", row.answers, row.answers).values()


def _offices(
    tree: places.Tree, gone: Mapping[str, str], row: Row, answers: dict[str, Any], text: Mapping[str, str]
) -> None:
    """The first that is named leads; the others assist."""
    leads = [one.strip() for one in _SPLIT.split(text.get("lead", "")) if one.strip()]
    others = [one.strip() for one in _SPLIT.split(text.get("assist", "")) if one.strip()]
    if len(leads) > 1:
        row.told.append(
            f"牵头写了 {len(leads)} 个单位：“{leads[0]}”列第一位，牵头；其余配合 | {len(leads)} offices lead: the first, “{leads[0]}”, does; the others assist"
        )
        others = [*leads[1:], *others]
    if leads:
        unit = consulting.office_named(tree, leads[0])
        if unit is None:
            row.wrong.append(_unknown(leads[0], gone))
        else:
            answers["lead_hint"] = unit.id
    named = []
    for one in dict.fromkeys(others):
        unit = consulting.office_named(tree, one)
        if unit is None:
            row.told.append(_unknown(one, gone))
        named.append(unit.name() if unit else one)
    answers["assist_hint"] = "、".join(named)[:200]


def _unknown(name: str, gone: Mapping[str, str]) -> str:
    if name in gone:
        return f"“{name}”已经没有了（到 {gone[name]} 为止），请写现在的单位 | “{name}” is no longer there (until {gone[name]}); write the office of today"
    return (
        f"没有叫“{name}”的单位，请按通讯录里的名称写 | There is no office “{name}”; write its name as in the directory"
    )


def _deadline(row: Row, answers: dict[str, Any], cell: Any, text: str, year: int) -> None:
    if not text:
        return
    day = day_of(cell, year=year)
    if day is not None:
        answers["deadline"] = day.value
    elif found := _MONTH.fullmatch(text):
        month = int(found[2])
        if 1 <= month <= 12:
            answers["deadline"] = _last_day(int(found[1] or year), month)
    elif found := _YEAR_END.fullmatch(text):
        answers["deadline"] = date(int(found[1] or year), 12, 31)
    if "deadline" in answers:
        answers["deadline_source"] = text[:60]
    else:
        row.wrong.append(
            f"时限“{text[:20]}”读不出来，请写成 {year}-12-31 | The deadline “{text[:20]}” cannot be read; write it as {year}-12-31"
        )


def _target(answers: dict[str, Any], text: str) -> None:
    """`≥8个`, `8个以上` and the like are a target; everything else stays words."""
    least, bare = text.startswith(("≥", "不少于", "不低于")), text.lstrip("≥≤不少于低超过")
    most = text.startswith(("≤", "不超过"))
    found = _TARGET.fullmatch(bare)
    measure = measure_of(found[1]) if found else None
    if measure and found[2]:
        answers["target"], answers["target_unit"] = measure.number, found[2]
        answers["comparator"] = "le" if most or found[3] == "以内" else "ge" if least or found[3] else "eq"


def _look_up(district: District, rows: Sequence[Row]) -> None:
    """Which rows a task says already, and which say what a row above them says."""
    standing = tasks.every(district, states=(*tasks.DRAFTED, *tasks.OPEN))
    titles = {task.id: task.values["title"] for task in tasks.flat(standing)}
    known = {(titles.get(task.parent, ""), task.values["title"]): task.code for task in tasks.flat(standing)}
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.over, row.answers.get("title", ""))
        row.known = known.get(key, "")
        first = seen.setdefault(key, row.number)
        if first != row.number and not row.wrong:
            row.wrong.append(f"与第 {first} 行是同一项 | The same task as row {first}")


def _gone(district: District, tree: places.Tree) -> dict[str, str]:
    """Names that offices had and have no more -> the last day."""
    rows = database.direct().rows(
        "select s.title, max(s.until) as until from hy.unit_span s join hy.unit u on u.district = s.district and u.id = s.unit "
        "where s.district = %s and u.kind = 'office' and s.until <= %s group by s.title",
        [district.id, district.today()],
    )
    today = {unit.name() for unit in tree.of_kind("office")}
    return {name: row["until"].isoformat() for row in rows if (name := say(row["title"])) not in today}


def _year(title: str) -> int | None:
    found = re.search(r"(20\d\d)\s*年", title)
    return int(found[1]) if found else None


def _last_day(year: int, month: int) -> date:
    return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)


def _text(cell: Any) -> str:
    return "" if cell is None else re.sub(r"[ \t\u3000]+", " ", str(cell)).strip()
