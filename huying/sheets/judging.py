"""What a column is, judged by its title and a sample of its cells: type, unit, choices, privacy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from huying.declare.identity import is_identity

from .cells import UNITS, YUAN, day_of, folded, lacks, lost_digits, measure_of, order_of, written
from .identity import is_bank_card, is_credit_code, is_phone
from .model import Cell

if TYPE_CHECKING:
    from .columns import Column

MOSTLY = 0.9  # of the filled cells that must fit a type; the others are shown as doubts
DAYS = 0.7  # of them that must be days: no text is a day by accident
CHOICES = 24  # different values at most, each said twice on average, of a list to choose from
YES = {"是": True, "有": True, "√": True, "✓": True, "y": True, "yes": True, "true": True}
YES |= {"否": False, "无": False, "×": False, "n": False, "no": False, "false": False}
CODE_TITLE = re.compile(r"编号|代码|号码|账号|卡号|证号|文号|批次|编码|单号|code|no\.?$|\bid$", re.I)
SERIAL_TITLE = re.compile(r"^(?:序\s*号|序|行号|no\.?|#)$", re.I)
_ID_TITLE = re.compile(r"身份证|证件号|公民身份")
_PHONE_TITLE = re.compile(r"电话|手机|联系方式|tel|phone", re.I)
NAME_TITLE = re.compile(
    r"^(?:姓\s*名|户主(?:姓名)?|当事人|申请人|联系人|负责人|监护人|配偶|.*姓\s*名|(?:first|last|full|given|family)[ _]?name|surname)$",
    re.I,
)
_PRIVATE_TITLE = re.compile(
    r"住址|家庭地址|户籍(?:地|所在)|居住地|出生|生日|病|诊断|残疾证|低保证号|婚姻|民族|宗教|邮箱|微信|车牌|health|diagnos|\bbirth|birth_|e-?mail",
    re.I,
)
_SECRET_TITLE = re.compile(r"银行(?:账号|帐号|卡)|开户|护照|通行证|军官证|社保(?:卡|号)|医保(?:卡|号)|passport", re.I)
_COUNTS = ("integer", "number", "money")  # of many: 出生人口, 病床
_PERSON_TITLE = re.compile(r"^(?:.*姓\s*名|户主|(?:first|last|full|given|family)[ _]?name|surname)$", re.I)
_BODY_TITLE = re.compile(r"名\s*称$|信用代码|^(?:单位|企业|店铺|场所|机构)$")
_HOME_TITLE = re.compile(r"地址|住所|address", re.I)
_DATE_TITLE = re.compile(
    r"日期|时间|年月日|(?:出生|入学|参保|签订|到期|完成|办结|受理|登记)(?:年月|日)?$|\bdate|birth", re.I
)
_MONEY_TITLE = re.compile(r"额|资|费|款|价|值|产|收入|支出|补贴|补助|造价")
_UNIT_IN_TITLE = re.compile(r"[(（]\s*(?:单位\s*[:：]?\s*)?([\u4e00-\u9fff%㎡²³/A-Za-z0-9·]{1,8})\s*[)）]\s*$")
_UNITS = re.compile(rf"^(?:元|千元|万元|亿元|万|%|万?(?:{UNITS}))$")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_IDENTITY_INSIDE = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
_PHONE_INSIDE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def settle(column: Column, cells: Sequence[Cell], counts: Mapping[str, int], above: str) -> None:
    """Set the type, unit and privacy of a column.

    cells    a sample of its filled cells       counts   how often each of its texts stands in it, all cells counted
    above    the unit that stands above the table
    """
    title = column.title
    texts = [text_of(cell) for cell in cells]
    column.unit = _unit(title, above)
    if cells:
        _settle_type(column, cells, texts, counts)
    column.serial = bool(SERIAL_TITLE.match(title.strip())) and column.type in ("integer", "text")
    if column.type in ("text", "enum"):
        _guard(column, texts)
    if column.privacy == "open" and column.type != "area":
        if _SECRET_TITLE.search(title):
            column.privacy = "secret" if column.type == "text" else "private"
        elif NAME_TITLE.match(title) or (_PRIVATE_TITLE.search(title) and column.type not in _COUNTS):
            column.privacy = "private"


def settle_together(columns: Sequence[Column]) -> None:
    """What one column tells of another: how days are written, and that an address is a home, not that of a body."""
    orders = {column.order for column in columns if column.order}
    if len(orders) == 1:
        for column in columns:
            if column.type in ("date", "time"):
                column.order = column.order or next(iter(orders))
    persons = any(column.type == "identity" or _PERSON_TITLE.match(column.title) for column in columns)
    if persons and not any(_BODY_TITLE.search(column.title) for column in columns):
        for column in columns:
            if column.privacy == "open" and column.type == "text" and _HOME_TITLE.search(column.title):
                column.privacy = "private"


def text_of(cell: Cell) -> str:
    """A cell as text: digits and signs as plain ones, numbers written out."""
    if isinstance(cell, str):
        return cell.strip() if cell.isascii() else folded(cell)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else str(cell)


def _settle_type(column: Column, cells: Sequence[Cell], texts: list[str], counts: Mapping[str, int]) -> None:
    """The first type that fits. Order is the whole point: what names a person goes before what could be a number."""
    title = column.title
    if _mostly([text.upper() for text in texts], is_identity, 0.7) or (
        _ID_TITLE.search(title) and _mostly(texts, _looks_like_id, 0.5)
    ):
        _set(
            column,
            "identity",
            "secret",
            "是公民身份号码（校验位相符） | citizen identity numbers, by their check digit",
        )
    elif _mostly(texts, is_credit_code, 0.7):
        why = "是统一社会信用代码（校验位相符） | unified social credit codes, by their check digit"
        _set(column, "text", "open", why)
    elif _mostly(texts, is_phone) and (_PHONE_TITLE.search(title) or _mostly(texts, _is_mobile_only)):
        _set(column, "phone", "secret", "是电话号码 | telephone numbers")
    elif _mostly(texts, is_bank_card, 0.7):
        _set(column, "text", "secret", "是银行卡号（校验位相符） | bank card numbers, by their check digit")
    elif column.areas and _mostly(texts, column.areas.__contains__):
        _set(column, "area", "open", "都是本区的街道社区 | streets and communities of this district")
    elif not (_is_time(column, cells) or _is_number(column, cells, texts) or _is_yes(column, cells, texts)):
        _is_choice(column, counts)


def _set(column: Column, kind: str, privacy: str, why: str) -> None:
    column.type, column.privacy, column.why = kind, privacy, why


def _mostly(texts: Sequence[str], test: Callable[[str], bool], share: float = MOSTLY) -> bool:
    return bool(texts) and sum(map(test, texts)) >= share * len(texts)


def _looks_like_id(text: str) -> bool:
    return bool(re.fullmatch(r"\d{15}|\d{17}[\dXx]", text)) or (lost_digits(text) and text.upper().endswith("E+17"))


def _is_mobile_only(text: str) -> bool:
    return bool(re.fullmatch(r"1[3-9]\d{9}", text))


def _is_time(column: Column, cells: Sequence[Cell]) -> bool:
    """Days, or moments with a time of day. Bare numbers are days only under a title that says so."""
    named = bool(_DATE_TITLE.search(column.title))
    if not named and all(isinstance(cell, int | Decimal) for cell in cells):
        return False
    orders = {order for cell in cells if (order := order_of(cell))}
    order = orders.pop() if len(orders) == 1 else ""
    timed = whole = 0
    said: dict[Cell, tuple[bool, bool]] = {}  # cell -> whether it is a day, and with a time of day
    for cell in cells:
        if cell not in said:
            if isinstance(cell, str) and (found := written(cell, order=order, year=column.year)):
                said[cell] = True, found[1] is not None
            else:
                day = day_of(cell, serials=named, epoch_1904=column.epoch_1904)
                said[cell] = day is not None, isinstance(cell, datetime) and (cell.hour or cell.minute) != 0
        whole, timed = whole + said[cell][0], timed + said[cell][1]
    parts = Counter(lack for cell in cells if (lack := lacks(cell)))
    if whole < DAYS * len(cells):
        if named and parts["day"] > DAYS * len(cells):
            column.why = "只有年月，没有日，存成文字 | only year and month, kept as text"
        if not (whole + parts["year"] > DAYS * len(cells) and parts["year"]):
            return False
    column.type, column.order = "time" if timed * 2 > len(cells) else "date", order
    column.why = "日期 | days" if column.type == "date" else "日期和时间 | moments"
    if order and any("/" in cell for cell in cells if isinstance(cell, str)):
        first = (
            "日在前、月在后 | days, written before the month"
            if order == "dmy"
            else "月在前、日在后 | days, after the month"
        )
        column.why = f"日期，{first}"
    elif parts["year"] and column.year:
        column.why = f"日期，年份取自标题（{column.year}） | days, of the year in the title ({column.year})"
    return True


def _is_number(column: Column, cells: Sequence[Cell], texts: list[str]) -> bool:
    """Numbers, unless they only name something: leading zeros, codes, or more digits than a count has."""
    known = [measure for cell in cells if (measure := measure_of(cell)) is not None]
    if len(known) < MOSTLY * len(cells) or any(re.fullmatch(r"0\d+", text) for text in texts):
        return False
    units = Counter(measure.unit for measure in known if measure.unit)
    if units and not column.unit and units.total() * 2 > len(known):
        unit = units.most_common(1)[0][0]
        column.unit = "元" if unit in YUAN else unit
    numbers = [measure.number for measure in known]
    whole = all(number == number.to_integral_value() for number in numbers)
    if whole and not column.unit and (CODE_TITLE.search(column.title) or all(abs(n) >= 10**11 for n in numbers)):
        column.why = "是号码，不参加计算 | numbers that only name something"
        return True
    column.type, column.why = "integer" if whole else "number", "数字 | numbers"
    scale = YUAN.get(column.unit)
    if scale and all(
        (number * YUAN.get(m.unit, scale) * 100) % 1 == 0 for number, m in zip(numbers, known, strict=True)
    ):
        column.type, column.scale, column.why = "money", scale, "金额 | amounts of money"
        if scale > 1:
            column.why = f"金额，{column.unit}换算成元 | amounts of money, ×{scale:,} to yuan"
        column.unit = "元"
    elif column.unit == "%" and not whole and all(0 <= n <= 1 for n in numbers) and not units:
        column.why = (
            "数字都不到 1，多半是百分比格式：0.35 就是 35% | numbers below 1, likely shown as per cent: 0.35 is 35%"
        )
    return True


def _is_yes(column: Column, cells: Sequence[Cell], texts: list[str]) -> bool:
    bare = all(isinstance(cell, bool) for cell in cells)
    if not bare and (not {text.lower() for text in texts} <= set(YES) or len(texts) < 2):
        return False
    column.type, column.why = "boolean", "是或否 | yes or no"
    return True


def _is_choice(column: Column, counts: Mapping[str, int]) -> None:
    said = sum(counts.values())
    if said < 6 or not 2 <= len(counts) <= CHOICES or said < 2 * len(counts) or max(map(len, counts)) > 20:
        return
    column.type, column.choices = "enum", sorted(counts, key=lambda text: -counts[text])
    column.why = f"只有 {len(counts)} 种写法 | only {len(counts)} different values"


def _guard(column: Column, texts: Sequence[str]) -> None:
    """Text that names persons by what stands in it, whatever its title says."""
    if _mostly(texts, lambda text: bool(_EMAIL.fullmatch(text))):
        _set(column, column.type, "private", "是电子邮箱 | electronic mail addresses")
    elif any(is_identity(found.upper()) for text in texts for found in _IDENTITY_INSIDE.findall(text)):
        _set(column, "text", "secret", "文字里有身份证号 | texts with identity numbers in them")
        column.choices = []
    elif any(_PHONE_INSIDE.search(text) for text in texts) and column.privacy == "open":
        _set(column, "text", "private", "文字里有手机号 | texts with mobile numbers in them")
        column.choices = []


def _unit(title: str, above: str) -> str:
    found = _UNIT_IN_TITLE.search(title)
    if found and _UNITS.match(found[1]):
        return found[1]
    return above if above and _UNITS.match(above) and _MONEY_TITLE.search(title) else ""
