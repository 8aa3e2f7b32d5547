"""Answers at the door: from what a form, the API or a sheet gives to typed, clean values, once.

Text is NFC, trimmed, its full-width letters and digits folded, empty becomes None. Numbers are Decimal, money is whole
分 (int), dates and times are aware, areas, offices and posts are ids, a record is a uuid, a point is (lng, lat) in WGS-84.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import jsonschema_rs

from huying.declare.build_ledger import IDENTITY
from huying.declare.identity import is_identity
from huying.declare.kinds import Field, Ledger, Rules
from huying.engine import geo
from huying.engine.events import canonical
from huying.engine.places import Tree

Problems = dict[str, str]  # field -> `中文 | English`
_FOLD = {
    code: code - 0xFEE0 for run in (range(0xFF10, 0xFF1A), range(0xFF21, 0xFF3B), range(0xFF41, 0xFF5B)) for code in run
}
LONGEST = 4000
_INVISIBLE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\ud800-\\udfff]")
_ODD = re.compile("[\\r０-９Ａ-Ｚａ-ｚ]")


class Wrong(ValueError):
    """One value that cannot be taken; its text is `中文 | English`."""


def clean_text(value: Any) -> str | None:
    """Text as it is stored. Raises Wrong for a NUL or control characters, and past 4,000 characters."""
    text = str(value)
    if _ODD.search(text) or not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text).translate(_FOLD).replace("\r\n", "\n")
    text = text.strip()
    if _INVISIBLE.search(text):
        raise Wrong("含有看不见的控制字符，请删去重填 | It holds invisible control characters; please type it again")
    if len(text) > LONGEST:
        raise Wrong(f"最多 {LONGEST} 字，现在 {len(text)} 字 | At most {LONGEST} characters; there are {len(text)}")
    return text or None


def is_plain(text: str) -> bool:
    """Whether `clean_text` would only trim such a text, and any line of it."""
    return not _ODD.search(text) and not _INVISIBLE.search(text) and unicodedata.is_normalized("NFC", text)


def clean(
    rules: Rules,
    ledger: Ledger,
    answers: Mapping[str, Any],
    tree: Tree,
    outline: geo.Outline | None,
    tz: ZoneInfo,
    find_record: Callable[[str, str], UUID | None],
) -> tuple[dict[str, Any], Problems]:
    """(values, problems): every answer typed and checked, all problems at once.

    find_record  (ledger, code) -> uuid: a reference may be given by its code
    """
    values: dict[str, Any] = {}
    problems: Problems = {}
    for name, given in answers.items():
        field = ledger.fields.get(name)
        if field is None:
            problems[name] = f"“{ledger.title.split(' | ')[0]}”没有“{name}”这一项 | There is no field “{name}”"
            continue
        try:
            value = None if given is None or given == "" else read(rules, field, given, tree, outline, tz, find_record)
            if value is not None:
                check(field, value)
            values[name] = value
        except Wrong as wrong:
            problems[name] = str(wrong)
    return values, problems


def read(
    rules: Rules,
    field: Field,
    given: Any,
    tree: Tree,
    outline: geo.Outline | None,
    tz: ZoneInfo,
    find_record: Callable[[str, str], UUID | None],
) -> Any:
    """One answer, typed; what the field's schema bounds is for `check`. Raises Wrong."""
    kind = field.type
    if kind in ("text", "enum", "code"):
        if isinstance(given, (dict, list, bool)):
            raise Wrong("应为文字 | It should be text")
        text = clean_text(given)
        if text and field.schema.get("pattern") == IDENTITY:
            text = text.upper()
        if text and kind == "enum" and text not in field.choices:
            raise Wrong(f"只能选：{'、'.join(field.choices)} | It must be one of: {', '.join(field.choices)}")
        if text and kind == "code" and text not in rules.codes[field.codes].entries:
            raise Wrong(f"类别表里没有“{text}” | “{text}” is not in the list of codes")
        return text
    if kind in ("number", "money", "integer"):
        return read_number(kind, given)
    if kind == "boolean":
        if given in (True, "true", "on", "1", 1, "yes", "是"):
            return True
        if given in (False, "false", "off", "0", 0, "no", "否"):
            return False
        raise Wrong("应为是或否 | It should be yes or no")
    if kind in ("date", "time"):
        return _moment(kind, given, tz)
    if kind == "point":
        return read_point(given, outline)
    if kind in ("area", "office"):
        unit = tree.by_code.get(str(given)) or (
            tree.get(int(given)) if str(given).isdigit() and len(str(given)) < 10 else None
        )
        if unit is None or (unit.kind == "office") != (kind == "office"):
            raise Wrong("请从名单里选一个 | Please choose one from the list")
        return unit.id
    if kind == "post":
        if not str(given).isdigit() or len(str(given)) > 9:
            raise Wrong("请从名单里选一个$post | Please choose a $post from the list")
        return int(given)
    if kind == "record":
        return _record(field, given, find_record)
    photos = given if isinstance(given, list) else str(given).split()
    if len(photos) > 9 or any(
        not isinstance(p, str) or len(p) != 64 or set(p) - set("0123456789abcdef") for p in photos
    ):
        raise Wrong("照片请重新上传，最多 9 张 | Please upload the photos again, nine at most")
    return list(photos) or None


def read_number(kind: str, given: Any) -> Decimal | int:
    """A Decimal, or for integer and money (whole 分) an int. Raises Wrong."""
    if isinstance(given, (dict, list, bool)):
        raise Wrong("应为数字 | It should be a number")
    try:
        number = (
            given
            if given.__class__ is Decimal
            else Decimal(str(given).translate(_FOLD).replace(",", "").replace("，", "").strip())
        )
    except InvalidOperation:
        raise Wrong(
            f"“{str(given)[:20]}”不是数字，例如 12.5 | “{str(given)[:20]}” is not a number such as 12.5"
        ) from None
    if not number.is_finite() or abs(number.adjusted()) > 30 or len(number.as_tuple().digits) > 30:
        raise Wrong("数字太大或写法不对 | The number is too large or malformed")
    if kind == "number":
        return number.normalize() + 0 if number == number.to_integral() and abs(number) < 10**15 else number
    whole = number * 100 if kind == "money" else number
    if whole != whole.to_integral_value() or abs(whole) >= 2**63:
        raise Wrong(
            "金额最多两位小数 | Money has two decimals at most"
            if kind == "money"
            else "应为整数 | It should be a whole number"
        )
    return int(whole)


def _moment(kind: str, given: Any, tz: ZoneInfo) -> date | datetime:
    if isinstance(given, datetime) and kind == "time":
        return given if given.tzinfo else given.replace(tzinfo=tz)
    if isinstance(given, date) and kind == "date" and not isinstance(given, datetime):
        return given
    try:
        if kind == "date":
            day = date.fromisoformat(str(given).strip())
            if not 1900 <= day.year <= 2199:
                raise ValueError
            return day
        moment = datetime.fromisoformat(str(given).strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=tz)).astimezone(UTC)
    except (ValueError, OverflowError):
        example = "2020-06-11" if kind == "date" else "2020-06-11 14:30"
        raise Wrong(f"写成 {example} 这样 | Write it as {example}") from None


def read_point(given: Any, outline: geo.Outline | None) -> tuple[float, float]:
    """(longitude, latitude) in WGS-84, within the outline. Raises Wrong."""
    try:
        lng, lat = (
            (given["lng"], given["lat"])
            if isinstance(given, Mapping)
            else (given if isinstance(given, (list, tuple)) else str(given).split(","))
        )
        lng, lat = float(lng), float(lat)
    except (ValueError, TypeError, KeyError):
        raise Wrong(
            "位置写成“经度,纬度”，例如 113.36,23.13 | Write the position as longitude,latitude such as 113.36,23.13"
        ) from None
    if wrong := outline.refusal(lng, lat) if outline is not None else geo.point_refusal(lng, lat):
        raise Wrong(wrong)
    return round(lng, 6), round(lat, 6)


def _record(field: Field, given: Any, find_record: Callable[[str, str], UUID | None]) -> UUID:
    if isinstance(given, UUID):
        return given
    text = str(given).strip()
    try:
        return UUID(text)
    except ValueError:
        found = find_record(field.ledger, text)
        if found is None:
            raise Wrong(f"没有编号为“{text[:40]}”的$record | There is no $record “{text[:40]}”") from None
        return found


def check(field: Field, value: Any) -> None:
    """Raises Wrong where a text or number is not as the field's schema bounds it."""
    if field.type not in ("text", "number", "integer") or not field.schema:
        return
    validator = _validator(
        canonical({k: v for k, v in field.schema.items() if k not in ("title", "description", "default")})
    )
    plain = (
        value
        if field.type in ("text", "integer")
        else (int(value) if value == value.to_integral_value() else float(value))
    )
    for error in validator.iter_errors(plain):
        raise Wrong(_sentence(error, field))
    if field.schema.get("pattern") == IDENTITY and not is_identity(value):
        raise Wrong(
            "证件号不对，请核对（校验位不符） | The identity number is wrong; check it (its check digit does not fit)"
        )


@lru_cache(maxsize=2048)
def _validator(schema: str) -> Any:
    return jsonschema_rs.validator_for(schema)


def _sentence(error: Any, field: Field) -> str:
    rule = str(error.schema_path[-1]) if error.schema_path else ""
    bound = field.schema.get(rule)
    words = {
        "minimum": f"不能小于 {bound} | It cannot be below {bound}",
        "maximum": f"不能大于 {bound} | It cannot be above {bound}",
        "exclusiveMinimum": f"要大于 {bound} | It must be above {bound}",
        "maxLength": f"最多 {bound} 字 | At most {bound} characters",
        "minLength": f"至少 {bound} 字 | At least {bound} characters",
    }
    help_zh, _, help_en = field.help.partition(" | ")
    return words.get(
        rule,
        f"格式不对{'：' + help_zh if help_zh else '，请改正'} | It is malformed{': ' + (help_en or help_zh) if help_zh else ''}",
    )


def to_columns(field: Field, value: Any) -> list[Any]:
    """The values of a field's columns."""
    if field.type == "point":
        return list(value) if value is not None else [None, None]
    return [value]
