"""Names of fields from titles: letters as they are, Chinese by its sounds, no two alike."""

from __future__ import annotations

import re
import unicodedata

from pypinyin import lazy_pinyin

LONGEST = 30
# Words that every office uses: a name that a reader of the declaration knows beats its sounds.
KNOWN = {
    "姓名": "name", "名称": "name", "性别": "sex", "年龄": "age", "出生日期": "born_on", "身份证号": "id_number",
    "身份证号码": "id_number", "证件号码": "id_number", "联系电话": "phone", "电话": "phone", "手机": "phone",
    "手机号": "phone", "手机号码": "phone", "联系方式": "phone", "地址": "address", "住址": "address",
    "家庭住址": "address", "详细地址": "address", "备注": "remarks", "街道": "street", "社区": "community",
    "数量": "quantity", "金额": "amount", "面积": "floor_area", "类别": "category", "类型": "type", "日期": "day",
    "联系人": "contact", "负责人": "in_charge", "单位": "organisation", "单位名称": "organisation",
    "统一社会信用代码": "credit_code", "民族": "ethnicity", "人数": "persons", "户数": "households",
}  # fmt: skip
_TAKEN = frozenset(
    "id seq head code unit office post state hidden district opened_at closed_at due_at known_at clock asked today".split()
)


def field_name(title: str, taken: set[str]) -> str:
    """A name of small letters, digits and _, not yet in `taken`, to which it is added."""
    plain = unicodedata.normalize("NFKC", title.rpartition(" › ")[2] or title)
    plain = re.sub(r"[(（][^)）]*[)）]", "", plain).strip()
    name = KNOWN.get(plain) or _sounds(plain)
    if name in taken and " › " in title:
        name = _sounds(unicodedata.normalize("NFKC", title.replace(" › ", " ")))
    first, n = name, 2
    while name in taken or name in _TAKEN:
        name = f"{first[: LONGEST - 3]}_{n}"
        n += 1
    taken.add(name)
    return name


def _sounds(text: str) -> str:
    words = lazy_pinyin(text, errors=lambda rest: re.findall(r"[A-Za-z0-9]+", rest))
    if len(words) > 5 and sum(map(len, words)) > LONGEST:
        words = [word[0] if not word.isdigit() and not word.isascii() else word[:1] for word in words]
        name = "".join(words).lower()
    else:
        name = "_".join(words).lower()
    name = re.sub(r"[^a-z0-9_]", "", unicodedata.normalize("NFKD", name))[:LONGEST].strip("_")
    return name if name and name[0].isalpha() else f"field_{name}".rstrip("_")
