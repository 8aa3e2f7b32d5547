"""From a table and its columns to a ledger: what is proposed, how a person mends it, and the declaration it becomes.

    proposal = propose(table, columns_of(table), file="低保对象.xls", keeper="street_clerk", reach="area")
    print(text_of(proposal.declaration()))

What is proposed is a register without a flow of its own (`kept_by`): whoever keeps it adds, amends and removes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from huying.declare.problems import both

from .cells import folded
from .columns import Column, examine, key_of
from .judging import NAME_TITLE
from .layout import Table
from .naming import code_prefix, english_of, field_name, ledger_name, ledger_title, said, value_name

MOST_FIELDS = 200  # of a ledger; a sheet that is wider is rather several ledgers, or a cross table
MOST_CHOICES = 60  # of a list to choose from, where a person asks for one
LISTED, SEARCHED = 8, 4  # fields that the list shows and search reads
PRIVACY = {"open": "公开 | open", "private": "遮住 | masked", "secret": "加密 | encrypted"}
PLACES = {
    "column": "由表里的一列决定 | as a column says",
    "asked": "登记时选街道社区 | the street or community is chosen when it is added",
    "district": "属于全区 | to the whole district",
}
KINDS = {
    "text": "文字 | text", "integer": "整数 | whole number", "number": "数 | number", "money": "金额 | money",
    "boolean": "是或否 | yes or no", "date": "日期 | date", "time": "日期和时间 | date and time", "enum": "选项 | choice",
    "phone": "电话 | telephone", "identity": "身份证号 | identity number", "area": "街道社区 | street or community",
}  # fmt: skip
GROUP = "本区$ledger | Own $ledgers"
TEXTS = ("text", "phone", "identity")  # what may be secret
LENGTHS = (60, 200, 500, 2000, 4000)
_LONG = 200  # a text field longer than this is no column of a list
_UNIT_AT_END = re.compile(r"\s*[(（]\s*(?:单位\s*[:：]?\s*)?([^()（）]{1,8})\s*[)）]\s*$")
_YUAN = ("元", "千元", "万元", "亿元")
_UNITS = {
    "平方米": "m²", "㎡": "m²", "m2": "m²", "平方公里": "km²", "公里": "km", "米": "m", "公顷": "ha", "吨": "t",
    "公斤": "kg", "千克": "kg", "人": "persons", "户": "households", "个": "pieces", "家": "units", "岁": "years",
    "天": "days", "年": "years", "月": "months", "小时": "h", "分钟": "min", "次": "times", "立方米": "m³",
    "千瓦时": "kWh", "亩": "mu", "万人": "10,000 persons", "人次": "visits", "台": "pieces", "套": "sets",
}  # fmt: skip


class NotMendable(ValueError):
    """A change that cannot be made; its text is `中文 | English`."""


@dataclass
class Chosen:
    """One column in a proposal. kept: whether it becomes a field; in_key: whether it names a record, with others."""

    column: Column
    kept: bool = True
    in_key: bool = False


@dataclass
class Proposal:
    """A ledger as it would be.

    name    of the ledger: small letters, digits and _      title  what people call it, in the sheet's own words
    prefix  letters that begin its codes                    keeper the role that keeps it, and unmasks what is masked
    place   where a record belongs: a column says it, it is asked when a record is added, or to the whole district
    closed  only the keeper sees the ledger                 notes  what was noticed, each `中文 | English`
    """

    table: Table
    file: str
    name: str
    title: str
    prefix: str
    keeper: str
    place: str
    closed: bool
    fields: list[Chosen]
    notes: list[str] = field(default_factory=list)

    @property
    def kept(self) -> list[Chosen]:
        return [one for one in self.fields if one.kept]

    @property
    def unit(self) -> Chosen | None:
        """The column that says where a record belongs: the first that holds streets and communities."""
        return next((one for one in self.kept if one.column.type == "area"), None)

    @property
    def doubts(self) -> int:
        """Cells that do not fit the field they would become."""
        return sum(len(one.column.doubts) for one in self.kept)

    def names(self) -> dict[int, str]:
        """The column's place in the sheet -> the name of its field."""
        unit = self.unit
        moments = {one.column.name for one in self.kept if one.column.type == "time"}
        taken, found = {one.column.name for one in self.kept}, {}
        for one in self.kept:
            name = one.column.name
            if name.endswith("_on") and f"{name[:-3]}_at" in moments:  # the day of a time has that name
                name = field_name(f"{name}_day", taken)
            found[one.column.place] = "unit" if one is unit else name
        return found

    def declaration(self, alone: bool = True) -> dict[str, Any]:
        """The values of `ledgers/<name>.yaml`.

        alone  whether words without known English may stand in Chinese alone (`one_language` of the pack)
        """
        say = _told if alone else _twice
        names, titles = self.names(), self._titles(say)
        properties, labels, units = {}, {}, {}
        if self.place == "asked":
            properties["unit"] = {"$ref": "huying:area", "title": "$street$community | $Street and $community"}
        for one in self.kept:
            name, column = names[one.column.place], one.column
            properties[name] = (
                {"$ref": f"huying:{column.type}"} if column.type in _REFERRED else dict(_FORMS[column.type])
            )
            properties[name]["title"] = titles[column.place]
            if column.type == "enum":
                labels[name] = _labels(column.choices, say)
                properties[name]["enum"] = list(labels[name])
            elif column.type == "text":
                properties[name]["maxLength"] = _length(self.table, column)
            elif column.type in ("number", "integer") and column.unit:
                units[name] = say(column.unit, _UNITS.get(column.unit, ""))
        shown = said(self.title)
        found = {
            "ledger": self.name,
            "title": say(self.title, english_of(self.title)),
            "group": GROUP,
            "purpose": both(
                f"登记一条“{shown}”，这里就多一条", f"Each entry of “{english_of(self.title) or shown}” adds one"
            ),
            "code": f"{self.prefix}-{{n:{max(4, len(str(len(self.table.body) * 10)))}}}",
            "kept_by": [self.keeper],
            "see": [self.keeper] if self.closed else [],
            "schema": {"type": "object", "required": self._required(names), "properties": properties},
            "labels": labels,
            "units": units,
            "private": self._masked("private", names),
            "secret": self._masked("secret", names),
            "key": [names[one.column.place] for one in self.kept if one.in_key],
            "list": self._listed(names),
            "search": self._searched(names),
            "source": f"表格“{said(self.file)}”，工作表“{said(self.table.sheet.name)}”"[:400],
        }
        if not found["schema"]["required"]:
            del found["schema"]["required"]
        return {key: value for key, value in found.items() if value not in ([], {})}

    def _titles(self, say: Callable[[str, str], str]) -> dict[int, str]:
        """place -> title; a second one of the same words gets a number."""
        counted: Counter[str] = Counter()
        found = {}
        for one in self.kept:
            title = said(_without_unit(one.column), 80) or f"第{one.column.place + 1}列"
            counted[title] += 1
            n = counted[title]
            english = english_of(title)
            if n > 1:
                title, english = f"{title}（{n}）", f"{english} ({n})" if english else ""
            found[one.column.place] = say(title, english)
        return found

    def _required(self, names: Mapping[int, str]) -> list[str]:
        asked = ["unit"] if self.place == "asked" else []
        return asked + [names[one.column.place] for one in self.kept if one.column.required]

    def _masked(self, privacy: str, names: Mapping[int, str]) -> dict[str, list[str]]:
        return {names[one.column.place]: [self.keeper] for one in self.kept if one.column.privacy == privacy}

    def _listed(self, names: Mapping[int, str]) -> list[str]:
        shown = [
            one
            for one in self.kept
            if one.column.privacy == "open"
            and not (one.column.type == "text" and _length(self.table, one.column) > _LONG)
        ]
        shown.sort(key=lambda one: not one.in_key)  # what names a record comes first; else the order of the sheet
        asked = ["unit"] if self.place == "asked" else []
        return (asked + [names[one.column.place] for one in shown])[:LISTED]

    def _searched(self, names: Mapping[int, str]) -> list[str]:
        texts = [one for one in self.kept if one.column.type == "text" and one.column.privacy == "open"]
        texts.sort(key=lambda one: (not one.in_key, not one.column.unique))
        return [names[one.column.place] for one in texts[:SEARCHED]]


_REFERRED = ("area", "time", "phone", "identity", "money")
_FORMS: dict[str, dict[str, str]] = {
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "enum": {},
}


def narrow(table: Table) -> Table:
    """The table with as many columns as a ledger has fields at most."""
    return replace(table, columns=table.columns[:MOST_FIELDS], titles=table.titles[:MOST_FIELDS])


def propose(
    table: Table,
    columns: Sequence[Column],
    *,
    file: str,
    keeper: str,
    reach: str = "district",
    name: str = "",
    taken: Collection[str] = (),
    codes: Collection[str] = (),
) -> Proposal:
    """The ledger that a table would become. columns: of the table, or of what `narrow` left of it.

    file    the name of the file             name   of the ledger, where a person says it
    keeper  a role, and its reach            taken  names of ledgers that the pack has already
    codes   patterns of the codes of other ledgers of the district
    """
    fields = [Chosen(column, kept=not column.serial) for column in columns]
    if not any(one.kept for one in fields):
        fields = [Chosen(column) for column in columns]
    notes = _noticed(table, fields)
    kept = [one for one in fields if one.kept]
    for one in kept:
        if one.column.type == "enum" and NAME_TITLE.match(one.column.title):
            one.column.type, one.column.choices = "text", []  # a list to choose from is for all eyes; names are not
    for column in key_of([one.column for one in kept]):
        key = next(one for one in kept if one.column is column)
        key.in_key = column.privacy != "private"
    title = ledger_title(table.title, table.sheet.name, file)
    made = Proposal(
        table,
        file,
        name or ledger_name(title, taken),
        title,
        code_prefix(title, codes),
        keeper,
        "column",
        any(one.column.privacy != "open" for one in kept),
        fields,
        notes,
    )
    for one in made.kept:
        _soundly(one)
    made.place = "column" if made.unit else "asked" if reach == "area" else "district"
    return made


def mend(proposal: Proposal, place: int, *, areas: Mapping[str, str] | None = None, **changes: Any) -> None:
    """Change one column as a person says, and look at its cells again.

    place    the column of the sheet
    changes  kept, in_key, title, type (one of KINDS), privacy (one of PRIVACY), required

    Raises NotMendable for what the language of declarations does not allow; nothing is changed then.
    """
    one = next(one for one in proposal.fields if one.column.place == place)
    made = Chosen(
        replace(one.column, choices=list(one.column.choices)),
        changes.get("kept", one.kept),
        changes.get("in_key", one.in_key),
    )
    column = made.column
    retyped = (kind := changes.get("type", column.type)) != column.type
    if retyped:
        _retype(proposal.table, column, kind, areas or {})
        made.in_key = made.in_key and column.privacy != "private"
    for name in ("title", "privacy", "required"):
        setattr(column, name, changes.get(name, getattr(column, name)))
    if column.privacy not in PRIVACY:
        raise NotMendable(f"没有“{column.privacy}”这一档 | There is no privacy “{column.privacy}”")
    if column.privacy == "secret" and column.type not in TEXTS:
        raise NotMendable(
            "只有文字、电话、身份证号能加密；这一列可以设为遮住 | "
            "Only texts, telephones and identity numbers can be encrypted; this column can be masked"
        )
    if made.in_key and column.privacy == "private":
        raise NotMendable(
            "遮住的字段不能用作标识；可以改为加密，或不作标识 | "
            "A masked field cannot name a record; encrypt it, or do not let it name"
        )
    _soundly(made)
    if retyped:
        examine(proposal.table, column)
    one.column, one.kept, one.in_key = made.column, made.kept, made.in_key
    if proposal.unit:
        proposal.place = "column"
    elif proposal.place == "column":
        proposal.place = "asked"


def _retype(table: Table, column: Column, kind: str, areas: Mapping[str, str]) -> None:
    if kind not in KINDS:
        raise NotMendable(f"没有“{kind}”这种字段 | There is no type “{kind}”")
    filled = [
        folded(cell) if isinstance(cell, str) else str(cell) for cell in table.values(column.place) if cell is not None
    ]
    column.choices, column.scale = [], 1
    written = _UNIT_AT_END.search(table.titles[table.columns.index(column.place)])  # as the sheet says it
    if kind == "enum":
        column.choices = [text for text, _ in Counter(filled).most_common()]
        if not 1 <= len(column.choices) <= MOST_CHOICES:
            raise NotMendable(
                f"有 {len(column.choices)} 种写法，选项最多 {MOST_CHOICES} 个 | "
                f"There are {len(column.choices)} different values; a list holds {MOST_CHOICES} at most"
            )
    if kind == "area":
        column.areas = areas
    if kind == "money":
        unit = written[1] if written and written[1] in _YUAN else table.unit if table.unit in _YUAN else "元"
        column.scale, column.unit = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}[unit], "元"
    elif column.type == "money":
        column.unit = written[1] if written else table.unit
    if kind in ("phone", "identity"):
        column.privacy = "secret"
    elif column.privacy == "secret" and kind not in TEXTS:
        column.privacy = "private"
    column.type, column.why = kind, "由人选定 | chosen by a person"


def _soundly(one: Chosen) -> None:
    """What the language asks of a field: choices have sound texts, a place is open, a key is no photo or place."""
    column = one.column
    if column.type == "enum":
        column.choices = [text for text in column.choices if said(text)]
        if not column.choices:
            column.type = "text"
    if column.type == "area":
        column.privacy = "open"


def _noticed(table: Table, fields: Sequence[Chosen]) -> list[str]:
    """What was seen in the table and is not taken over."""
    notes = []
    if not table.header:
        notes.append("没有找到表头，各列按位置起名 | No header was found; columns are named by their place")
    if not table.body:
        notes.append("只有表头，没有数据：类型都按文字 | There is a header and no row: all types are text")
    if rows := table.total:
        notes.append(f"合计行不算数据：第 {_rows(rows)} 行 | Rows of sums are no data: row {_rows(rows)}")
    if rows := table.repeated:
        notes.append(f"重复的表头不算数据：第 {_rows(rows)} 行 | The header said again is no data: row {_rows(rows)}")
    if table.notes:
        rows = [row for row, _ in table.notes]
        notes.append(f"说明文字不算数据：第 {_rows(rows)} 行 | Notes are no data: row {_rows(rows)}")
    if left := [one.column.title for one in fields if not one.kept]:
        shown = "、".join(map(said, left))
        notes.append(f"序号不必登记，已去掉：{shown} | Running numbers need not be kept: {shown}")
    if more := len(table.columns) - len(fields):
        notes.append(
            f"一本台账最多 {MOST_FIELDS} 个字段，最后 {more} 列没有收入 | A ledger has {MOST_FIELDS} fields at most; the last {more} columns are left out"
        )
    return notes


def _rows(rows: Sequence[int]) -> str:
    return "、".join(str(row + 1) for row in rows[:6]) + ("…" if len(rows) > 6 else "")


def _labels(choices: Sequence[str], say: Callable[[str, str], str]) -> dict[str, str]:
    taken: set[str] = set()
    return {value_name(text, taken): say(text, english_of(text)) for text in choices}


def _length(table: Table, column: Column) -> int:
    longest = max((len(str(cell)) for cell in table.values(column.place) if cell is not None), default=0)
    return next((length for length in LENGTHS if length >= 2 * longest), LENGTHS[-1])


def _without_unit(column: Column) -> str:
    """The title without a unit at its end that is said beside the value now."""
    found = _UNIT_AT_END.search(column.title)
    if found and (found[1] == column.unit or (column.type == "money" and found[1] in _YUAN)):
        return column.title[: found.start()]
    return column.title


def _told(text: str, english: str) -> str:
    """A text in both languages where the English is known, else as it stands in the sheet."""
    return both(said(text), english) if english else said(text)


def _twice(text: str, english: str) -> str:
    """The same for a pack whose texts must be in both: where no English is known the text stands twice."""
    return both(said(text), english or said(text))
