"""Names of fields from titles: letters as they are, Chinese by its sounds, no two alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import PurePath

from pypinyin import lazy_pinyin

from huying.declare.nouns import part
from huying.declare.scopes import RESERVED, STANDING

from .cells import folded

LONGEST = 30
# Words that every office uses: a name that a reader of the declaration knows beats its sounds. The English is the name
# with spaces, unless it stands after a bar.
KNOWN = {
    "姓名": "name", "名称": "name", "性别": "sex", "年龄": "age", "出生日期": "born_on|Born on", "出生年月": "born_on|Born on",
    "身份证号": "id_number|Identity number", "身份证号码": "id_number|Identity number",
    "身份证": "id_number|Identity number", "公民身份号码": "id_number|Identity number",
    "证件号码": "id_number|Identity number", "联系电话": "phone|Telephone", "电话": "phone|Telephone",
    "手机": "phone|Telephone", "手机号": "phone|Telephone", "手机号码": "phone|Telephone", "电话号码": "phone|Telephone",
    "联系方式": "phone|Telephone", "地址": "address", "住址": "address", "家庭住址": "address", "详细地址": "address",
    "居住地址": "address", "户籍地址": "registered_address", "备注": "remarks", "说明": "remarks", "街道": "street",
    "街镇": "street", "所属街道": "street", "社区": "community", "所属社区": "community", "数量": "quantity",
    "金额": "amount", "面积": "floor_area", "建筑面积": "floor_area", "类别": "category", "类型": "type", "日期": "day",
    "联系人": "contact", "负责人": "in_charge", "单位": "organisation", "单位名称": "organisation", "企业名称": "company",
    "统一社会信用代码": "credit_code|Unified social credit code", "民族": "ethnicity", "人数": "persons",
    "户数": "households", "户主": "householder", "户主姓名": "householder", "家庭人口": "household_size",
    "学历": "education", "职务": "position", "政治面貌": "political_status", "户籍": "registered_residence",
    "登记日期": "registered_on|Registered on", "办理日期": "handled_on|Handled on", "到期日期": "expires_on|Expires on",
    "开始日期": "starts_on|Starts on", "结束日期": "ends_on|Ends on", "完成日期": "done_on|Done on",
    "完成时限": "to_be_done_by", "时间": "time", "项目名称": "project", "项目": "project", "建设单位": "developer",
    "责任单位": "responsible_office", "牵头单位": "lead_office", "进度": "progress", "进展": "progress",
    "总投资": "total_investment", "年度投资": "investment_of_the_year", "规格": "specification", "型号": "model",
    "品牌": "brand", "车牌号": "plate_number", "序号": "number", "编号": "number", "原因": "reason", "结果": "result",
    "内容": "content", "问题": "problem", "措施": "measure", "等级": "grade", "位置": "position_in_words|Position",
    "地点": "place", "经度": "longitude", "纬度": "latitude", "状态": "status", "合计": "total",
}  # fmt: skip
VALUES = {
    "男": "male", "女": "female", "是": "yes", "否": "no", "有": "some", "无": "none", "其他": "other", "其它": "other",
    "正常": "normal", "高": "high", "中": "middle", "低": "low", "已完成": "done", "未完成": "not_done",
    "在建": "under_construction", "合格": "passed", "不合格": "failed", "一级": "first", "二级": "second",
    "三级": "third", "四级": "fourth", "汉族": "han", "汉": "han", "个人": "person", "企业": "company",
}  # fmt: skip
_GENERIC = re.compile(r"^(?:sheet|工作表|表|table|feuil|tabelle)?\s*[\d_()（） ]*$", re.I)
_ENCLOSURE = re.compile(r"^\s*附(?:件|表)\s*[\d一二三四五六七八九十]*\s*[:：、.]?\s*")
_WHEN = re.compile(r"\s*[(（][^()（）]*\d{4}[^()（）]*[)）]\s*$")  # 台账 goes on; the sheet is of one day
_WHOSE = re.compile(r"^(?:\d{4}\s*年(?:度)?|[\u4e00-\u9fff]{1,6}?(?:区|市|县|镇|街道))+(?=[\u4e00-\u9fff]{2})")
_KIND = re.compile(r"(?<=..)(?:统计|汇总|明细|情况|登记|一览|信息)*(?:表|花名册|名册|台账|清单|名单|册)$")
# `unit` is the street or community; a time that every record has gives its day
_TAKEN = RESERVED | {"unit"} | {f"{name[:-3]}_on" for name in STANDING if name.endswith("_at")}


def field_name(title: str, taken: set[str]) -> str:
    """A name of small letters, digits and _, not yet in `taken`, to which it is added."""
    name = _known(title, KNOWN)[0] or sounds(bare(title))
    if name in taken and " › " in title:
        name = sounds(_plain(title.replace(" › ", " ")))
    return _own(name, taken, _TAKEN)


def value_name(label: str, taken: set[str]) -> str:
    """The same for a value of a list to choose from."""
    return _own(_known(label, VALUES)[0] or sounds(_plain(label)), taken, frozenset())


def english_of(title: str) -> str:
    """What a title or a label is called in English, where it is one that every office uses; else empty."""
    return _known(title, KNOWN)[1] or _known(title, VALUES)[1]


def bare(title: str) -> str:
    """The last storey of a title, without what stands in brackets."""
    return re.sub(r"[(（][^)）]*[)）]", "", _plain(title.rpartition(" › ")[2] or title)).strip()


def initials(text: str) -> str:
    """The first letter of each word or sound, in capitals: 低保对象 gives DBDX."""
    words = lazy_pinyin(bare(text) or text, errors=lambda rest: re.findall(r"[A-Za-z]+", rest))
    return "".join(word[0].upper() for word in words if word and word[0].isascii() and word[0].isalpha())


def _known(text: str, table: dict[str, str]) -> tuple[str, str]:
    name, _, english = table.get(bare(text), "").partition("|")
    return name, english or name.replace("_", " ").capitalize()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _own(name: str, taken: set[str], reserved: frozenset[str]) -> str:
    first, n = name, 2
    while name in taken or name in reserved:
        name = f"{first[: LONGEST - 4]}_{n}"
        n += 1
    taken.add(name)
    return name


def sounds(text: str) -> str:
    """A text as a name: letters and digits as they are, Chinese by its sounds, by their first letters where it is long."""
    words = lazy_pinyin(text, errors=lambda rest: re.findall(r"[A-Za-z0-9]+", rest))
    if len(words) > 5 and sum(map(len, words)) > LONGEST:
        words = [word[0] if not word.isdigit() and not word.isascii() else word[:1] for word in words]
        name = "".join(words).lower()
    else:
        name = "_".join(words).lower()
    name = re.sub(r"[^a-z0-9_]", "", unicodedata.normalize("NFKD", name))[:LONGEST].strip("_")
    return name if name and name[0].isalpha() else f"field_{name}".rstrip("_")


def ledger_title(above: str, sheet: str, file: str) -> str:
    """What the ledger is called: what stands above the header, else the sheet's name, else the file's."""
    stem = PurePath(file.replace("\\", "/")).stem
    for text in (_ENCLOSURE.sub("", above), sheet, stem):
        found = said(_WHEN.sub("", text), 40)
        if found and not _GENERIC.match(found) and text != file:
            return found
    return said(stem, 40) or "表格"


def _core(title: str) -> str:
    """What a ledger is of: 低保对象 of 天河区低保对象花名册."""
    return _KIND.sub("", _WHOSE.sub("", bare(title))) or title


def ledger_name(title: str, taken: Collection[str]) -> str:
    """A name for a ledger of this title that is not taken."""
    first = name = sounds(_core(title))[:LONGEST].rstrip("_")
    n = 2
    while name in taken:
        name, n = f"{first}_{n}", n + 1
    return name


def code_prefix(title: str, codes: Collection[str]) -> str:
    """Letters by which a code tells its ledger: two to four first letters, as few as no other ledger has."""
    used = {code.partition("{")[0].rstrip("-") for code in codes}
    letters = initials(_core(title))
    letters = letters if len(letters) > 1 else f"TZ{letters}"
    for length in (4, 3, 2, 5, 6):
        if len(letters) >= min(length, 4) and letters[:length] not in used:
            return letters[:length]
    return next(f"{letters[:3]}{n}" for n in range(2, len(used) + 3) if f"{letters[:3]}{n}" not in used)


def said(text: str, most: int = 150) -> str:
    """A text from a sheet as a declaration may hold it: on one line, without the signs that mean something there."""
    kept = "".join(ch if ch.isprintable() else " " for ch in text)
    kept = re.sub(r"\s+", " ", kept).strip().replace("|", "｜").replace("$", "＄")
    return kept if len(kept) <= most else f"{kept[: most - 1]}…"


def short_forms(name: str) -> list[str]:
    """What people write for a street or community: 车陂街 and 车陂 for 车陂街道, 东圃社区居委会 for 东圃社区."""
    if name.endswith("街道") and len(name) > 3:
        return [name[:-1], f"{name}办事处", f"{name[:-1]}办", name[:-2]]
    if name.endswith("社区") and len(name) > 3:
        return [f"{name}居委会", f"{name[:-2]}居委会", f"{name}居民委员会"]
    return []


def area_names(units: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """What may stand in a column of streets and communities -> code. units: code, title, code of what it lies in.

    A name that two communities bear counts only together with its street: 车陂街道东圃社区. A short form counts where
    it is nobody's name and short for one alone.
    """
    known = {code: (folded(part(title)), above) for code, title, above in units}
    found: dict[str, str] = {}
    short: dict[str, str] = {}
    for code, (name, above) in known.items():
        found[name] = code if found.get(name, code) == code else ""
        for form in short_forms(name):
            short[form] = code if short.get(form, code) == code else ""
        if above in known and known[above][1]:
            found |= {f"{known[above][0]}{between}{name}": code for between in ("", " ", "/", " › ")}
    return {text: code for text, code in {**short, **found}.items() if code} | {code: code for code in known}
