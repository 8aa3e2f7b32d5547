"""A ledger's declaration as rows that a person edits, and back: with the upgrade list that the changes call for. Pure."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from huying.declare.kinds import part
from huying.declare.problems import both
from huying.declare.upgrade_needs import type_of
from huying.declare.upgrades import CONVERT, DROP, FILL, MAP, RENAME
from huying.engine.ledger_rename import renamed

KEPT = ""  # a type that the editor leaves as it is: a reference, a code list
KINDS = {
    KEPT: "不变 | as it is",
    "text": "文字 | text",
    "integer": "整数 | whole number",
    "number": "小数 | number",
    "money": "金额 | money",
    "boolean": "是或否 | yes or no",
    "date": "日期 | date",
    "time": "日期和时间 | date and time",
    "enum": "几样选一 | a choice",
    "point": "位置 | position",
    "area": "街道社区 | area",
    "phone": "电话 | telephone",
    "identity": "身份证号 | identity number",
    "photos": "照片 | photos",
}
PRIVACY = {"open": "公开 | open", "private": "遮住 | masked", "secret": "加密 | encrypted"}
_PLAIN = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}
_LISTS = ("list", "search", "key")
_MAPS = ("labels", "units", "mask", "derive", "shown_to")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass
class Row:
    """One field as the form has it, all of it text. to: what it is called from now on, where that is another name; choices:
    a line each, `value 中文 | English`; mapped: a line each, `old = new`; fill: what older records get; kind: a key of KINDS."""

    name: str
    new: bool = False
    zh: str = ""
    en: str = ""
    kind: str = KEPT
    unit: str = ""
    required: bool = False
    privacy: str = "open"
    choices: str = ""
    minimum: str = ""
    maximum: str = ""
    listed: bool = False
    retired: bool = False
    fill: str = ""
    mapped: str = ""
    was: str = ""  # its type as it stands, in words
    to: str = ""
    inherited: bool = False  # from the ledger that this one is made like


class NotRight(ValueError):
    """What is wrong with one row: (its name, a sentence `中文 | English`)."""

    def __init__(self, name: str, sentence: str):
        self.name, self.sentence = name, sentence
        super().__init__(sentence)


def rows_of(data: Mapping[str, Any], above: Mapping[str, Any] | None = None) -> list[Row]:
    """The fields of a declaration, in order. above: what it has from the one that it is like."""
    from_above = (above or {}).get("schema", {}).get("properties", {})
    required, listed = data["schema"].get("required", ()), data.get("list", ())
    rows = []
    for name, form in data["schema"]["properties"].items():
        labels = data.get("labels", {}).get(name, {})
        choices = "\n".join(f"{value} {labels.get(value, value)}" for value in form.get("enum", ()))
        privacy = next((key for key in ("private", "secret") if name in data.get(key, ())), "open")
        title = form["title"]
        english = part(title, "en") if " | " in title else ""
        low, high = (str(form[key]) if key in form else "" for key in ("minimum", "maximum"))
        kind = _kind_of(form)
        rows.append(
            Row(name, False, part(title), english, kind, data.get("units", {}).get(name, ""), name in required, privacy, choices,
                low, high, name in listed, was=KINDS.get(kind, type_of(form)) if kind else type_of(form), inherited=name in from_above)
        )  # fmt: skip
    return rows


def _kind_of(form: Mapping[str, Any]) -> str:
    ref = form.get("$ref", "").removeprefix("huying:")
    kind = ref or type_of(form)
    return kind if kind in KINDS else KEPT


def edited(data: Mapping[str, Any], rows: Sequence[Row], title: str = "", why: str = "") -> dict[str, Any]:
    """The declaration with the rows as they are now, its version raised and its upgrade list grown where they call for it.

    Raises NotRight for what cannot be written down; what can be, and is wrong, is for `huying check` to tell.
    """
    data, rows, moves = _renamed(data, rows)
    made = copy.deepcopy(dict(data))
    before = data["schema"]["properties"]
    properties: dict[str, Any] = {}
    for row in rows:
        if row.new and not (row.zh or row.name):
            continue
        if row.new and (not NAME.fullmatch(row.name) or row.name in properties or row.name in before):
            zh = "代号用小写字母、数字、下划线，字母开头，不重复"
            raise NotRight(row.name, both(zh, "A name has small letters, digits and _, and is used once"))
        if not row.zh:
            raise NotRight(row.name, "要有中文名称 | A Chinese title is needed")
        if row.retired:
            _retire(made, row, moves)
            continue
        old = before.get(row.name)
        form = _form(row, old)
        properties[row.name] = form
        _around(made, row, form)
        if old is not None:
            _moves(row, old, form, row.name in data["schema"].get("required", ()), moves)
        elif row.required and row.fill:
            moves.append({FILL: row.name, "with": _constant(row)})
    made["schema"] = {**made["schema"], "properties": properties}
    made["schema"]["required"] = [r.name for r in rows if r.required and r.name in properties]
    made["list"] = _ordered(data.get("list", ()), [r.name for r in rows if r.listed and not r.retired], properties)
    for key in ("required",):
        if not made["schema"][key]:
            del made["schema"][key]
    if not made["list"]:
        made.pop("list")
    if title:
        made["title"] = title
    if moves:
        version = made.get("version", 1) + 1
        one: dict[str, Any] = {"to": version, **({"why": why} if why else {}), "moves": moves}
        made |= {"version": version, "upgrade": [*made.get("upgrade", ()), one]}
    return made


def _renamed(data: Mapping[str, Any], rows: Sequence[Row]) -> tuple[Mapping[str, Any], list[Row], list[dict[str, Any]]]:
    """(the declaration under its new names, its rows likewise, the moves that say so)."""
    names = {row.name: row.to for row in rows if row.to not in ("", row.name) and not row.new and not row.retired}
    once = {move[RENAME] for one in data.get("upgrade", ()) for move in one["moves"] if RENAME in move}
    once |= {move[DROP] for one in data.get("upgrade", ()) for move in one["moves"] if DROP in move}
    taken = {*data["schema"]["properties"], *once}
    for old, new in names.items():
        if old == "unit" or not NAME.fullmatch(new) or new in taken or list(names.values()).count(new) > 1:
            zh = "新代号用小写字母、数字、下划线，字母开头，现在和以前都没有用过"
            raise NotRight(old, both(zh, "A new name has small letters, digits and _, and was never used before"))
    moved = [replace(row, name=names.get(row.name, row.name)) for row in rows]
    return renamed(data, names) if names else data, moved, [{RENAME: old, "to": new} for old, new in names.items()]


def _ordered(before: Sequence[str], wanted: Sequence[str], properties: Mapping[str, Any]) -> list[str]:
    """Columns of the list: those that stay in their order, new ones at the end; standing names are left alone."""
    stay = [
        name for name in before if name in wanted or name not in properties and name.endswith(("_on", "_at", "state"))
    ]
    return [*stay, *(name for name in wanted if name not in stay)]


def _retire(made: dict[str, Any], row: Row, moves: list[dict[str, Any]]) -> None:
    """A field that is no more: out of every list that names it, and dropped by the upgrade list."""
    if row.new:
        return
    told = row.privacy == "open" and row.name not in made.get("shown_to", {})
    moves.append({DROP: row.name, **({"title": both(row.zh, row.en or row.zh)} if told else {})})
    for key in (*_LISTS, "private", "secret"):
        if isinstance(made.get(key), list) and row.name in made[key]:
            made[key] = [name for name in made[key] if name != row.name]
    for key in (*_MAPS, "private", "secret"):
        if isinstance(made.get(key), dict):
            made[key] = {name: value for name, value in made[key].items() if name != row.name}
    for key in (*_LISTS, *_MAPS, "private", "secret"):
        if key in made and not made[key]:
            del made[key]


def _form(row: Row, old: Mapping[str, Any] | None) -> dict[str, Any]:
    """The field's JSON Schema."""
    title = both(row.zh, row.en) if row.en else row.zh
    if old is not None and row.kind in (KEPT, _kind_of(old)):
        form = {**old, "title": title}
    elif row.kind == KEPT:
        raise NotRight(row.name, "请选类型 | Choose a type")
    else:
        form = {
            **(_PLAIN.get(row.kind) or ({} if row.kind == "enum" else {"$ref": f"huying:{row.kind}"})),
            "title": title,
        }
        if old and "description" in old:
            form["description"] = old["description"]
    for key, text in (("minimum", row.minimum), ("maximum", row.maximum)):
        form.pop(key, None)
        if text and row.kind in ("integer", "number"):
            try:
                number = Decimal(text)
                form[key] = int(number) if number == number.to_integral() else number
            except (InvalidOperation, ValueError, OverflowError):
                raise NotRight(row.name, "最小、最大写数字 | The least and the greatest are numbers") from None
    if row.kind == "enum":
        form["enum"] = list(_choices(row))
    return form


def _choices(row: Row) -> dict[str, str]:
    """value -> label, as the lines say."""
    found = {}
    for line in filter(None, map(str.strip, row.choices.splitlines())):
        value, _, label = line.partition(" ")
        if not NAME.fullmatch(value):
            zh = f"“{value[:20]}”：每行先写代号，再写名称，如 rain 雨"
            raise NotRight(row.name, both(zh, f"“{value[:20]}”: a name, then a title, such as rain 雨"))
        found[value] = label.strip() or value
    if not found:
        raise NotRight(row.name, "至少写一个可选的值 | Write at least one value to choose")
    return found


def _around(made: dict[str, Any], row: Row, form: Mapping[str, Any]) -> None:
    """What stands beside the schema: labels, unit, privacy of a new field."""
    if "enum" in form:
        made["labels"] = {**made.get("labels", {}), row.name: _choices(row)}
    if row.unit or row.name in made.get("units", {}):
        units = {**made.get("units", {}), row.name: row.unit}
        made["units"] = {name: unit for name, unit in units.items() if unit}
        if not made["units"]:
            del made["units"]
    if row.new and row.privacy != "open":
        roles = list(made.get("kept_by", ()))
        standing = made.get(row.privacy, {})
        if isinstance(standing, list):
            standing = {name: [] for name in standing}
        made[row.privacy] = {**standing, row.name: roles}


def _moves(
    row: Row, old: Mapping[str, Any], form: Mapping[str, Any], was_required: bool, moves: list[dict[str, Any]]
) -> None:
    """What becomes of the records that there are, of one field that stays."""
    if type_of(old) != type_of(form):
        moves.append({CONVERT: row.name})
    elif "enum" in form and (gone := [value for value in old["enum"] if value not in form["enum"]]):
        pairs = dict(re.findall(r"([a-z][a-z0-9_]*)\s*[=＝→]\s*([a-z][a-z0-9_]*)", row.mapped))
        codes = {value: pairs[value] for value in gone if value in pairs}
        if codes:
            moves.append({MAP: row.name, "codes": codes})
    if row.required and not was_required and row.fill:
        moves.append({FILL: row.name, "with": _constant(row)})


def _constant(row: Row) -> Any:
    """What older records get, as an expression: a number or a truth value as it is, all else as text in quotes."""
    if row.kind in ("integer", "number", "money"):
        try:
            return Decimal(row.fill)
        except InvalidOperation:
            raise NotRight(row.name, "旧记录填的要是数字 | What older records get is a number") from None
    if row.kind == "boolean":
        return row.fill.strip() in ("是", "yes", "true", "1")
    return '"' + row.fill.replace('"', "") + '"'


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What changes, a sentence `中文 | English` each."""
    old, new = before["schema"]["properties"], after["schema"]["properties"]
    said = []

    def say(form: Mapping[str, Any], zh: str, en: str) -> None:
        title = form["title"]
        said.append(both(f"“{part(title)}”{zh}", f"“{part(title, 'en')}” {en}"))

    if before["title"] != after["title"]:
        said.append(both(f"台账改叫《{part(after['title'])}》", f"the ledger is called “{part(after['title'], 'en')}”"))
    version = before.get("version", 1)
    moves = [move for one in after.get("upgrade", ()) if one["to"] > version for move in one["moves"] if RENAME in move]
    former = {move["to"]: move[RENAME] for move in moves}
    old = {next((new for new, past in former.items() if past == name), name): form for name, form in old.items()}
    for name, form in new.items():
        if name not in old:
            say(form, "是新的一项", "is new")
            continue
        was, here = old[name], form
        if name in former:
            say(
                here,
                f"代号由 {former[name]} 改为 {name}，内容不动",
                f"is named {name} instead of {former[name]}; its values stay",
            )
        if was["title"] != here["title"]:
            say(was, f"改叫“{part(here['title'])}”", f"is called “{part(here['title'], 'en')}”")
        if type_of(was) != type_of(here):
            say(here, "换了类型", "has another type")
        for value in [v for v in here.get("enum", ()) if v not in was.get("enum", ())]:
            say(here, f"多了 {value}", f"has {value} besides")
        for value in [v for v in was.get("enum", ()) if v not in here.get("enum", ())]:
            say(here, f"没有 {value} 了", f"has {value} no more")
        for key, zh, en in (("minimum", "最小", "least"), ("maximum", "最大", "greatest")):
            if was.get(key) != here.get(key):
                say(here, f"{zh}改为 {here.get(key, '—')}", f"{en} is {here.get(key, '—')}")
    for name in old:
        if name not in new:
            say(old[name], "不再登记，过去的留着", "is no more; what was entered is kept")
    present = {past: now for now, past in former.items()}
    required = (
        {present.get(name, name) for name in before["schema"].get("required", ())},
        set(after["schema"].get("required", ())),
    )
    for name in sorted(required[1] - required[0] & old.keys()):
        if name in new and name in old:
            say(new[name], "成了必填", "is required now")
    for name in sorted(required[0] - required[1]):
        if name in new:
            say(new[name], "不再必填", "is required no more")
    if [present.get(name, name) for name in before.get("list", ())] != list(after.get("list", ())):
        said.append("列表的列变了 | the columns of the list change")
    if [n for n in old if n in new] != [n for n in new if n in old]:
        said.append("字段的次序变了 | the order of the fields changes")
    return said
