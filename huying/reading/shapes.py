"""The shapes that a numeral may take in a text, as one regular expression with a named group for each shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from .numbers import ARABIC

CN = "零〇○一二三四五六七八九十百千万亿两"
_YEAR4 = r"(?:19|20)\d{2}"
_CNYEAR = r"[一二][〇○零一二三四五六七八九O]{3}"
# What begins with a digit, and what with another sign: most numerals are of one of the two, and few shapes are of both.
_QUARTER = r"(?:前|后|上|下|头|第)?[一二两三四1-4](?:、[一二三四]){0,3}个?季度"
_DATE_OF_DIGITS = (
    rf"{_YEAR4}\s*年?\s*(?:—+|-|~|至|到)\s*{_YEAR4}\s*(?:学年度?|年度?)?"
    rf"|{_YEAR4}\s*年\s*(?:\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?(?:\s*(?:至|—+|-|~)\s*(?:\d{{1,2}}月)?\d{{1,2}}日)?)?"
    r"|(?<!\d)\d{1,2}(?:月(?:\d{1,2}日)?)?(?:至|—+|-|~)\d{1,2}月(?:\d{1,2}日|份|底|末)?"
    r"|(?<!\d)\d{1,2}月(?:\d{1,2}日|份|底|末|初|中旬|上旬|下旬)?(?:至(?:\d{1,2}月)?\d{1,2}日)?"
    rf"|{_QUARTER}|(?<![\d.]){_YEAR4}(?=[·—\-“”〕\]】)/]|$)"
    r"|\d{1,2}:\d{2}(?![:.\d])(?=[至—~\-时前后起)，。]|$)"
    r"|\d0年代|\d{2}世纪"
)
_DATE_OF_SIGNS = (
    rf"{_CNYEAR}(?:年?(?:至|到|"
    rf"—+){_CNYEAR})?年(?:[一二三四五六七八九十]{{1,2}}月(?:[一二三四五六七八九十]{{1,3}}日)?)?"
    r"|[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日|份|底|末|初|中旬|上旬|下旬)"
    rf"|{_QUARTER}"
    r"|(?:[六七八九]五|十[一二三四五]?五)(?=[”\"]?(?:期间|时期|末|规划|计划|以来|开局|收官|头|前|后))"
    r"|[“\"‘]?[七八九十]?(?:一|二|三|四|五)?五[”\"’]|[“\"‘](?:[六七八九]五|十[一二三四五]?五)[”\"’]?"
    r"|[二三四五六七八九]十年代|十[五六七八九]世纪|二十一?世纪"
)
_GRADE_NAME = r"(?<=[欧国])[一二三四五六](?=标准|排放|车|柴油|汽油|及)"
_NAME_OF_DIGITS = (
    r"(?<![\d.])\d{1,3}#?(?:[、，和至—\-~]\s*\d{1,3}#?){1,20}\s*(?:号|#|线|期|标段|街|站)"
    r"|(?<=[“”一-龥])\d{3,4}(?=\s*[”\"]?(?:工程|计划|行动|战略|模式|产业|发展|工作法|体系|人才|服务|平台|热线))|(?<=[国省县]道)\d{3}(?!\s*(?:公里|千米|米|条|段|处|[\d.万亿%]))"
    r"|\d{4}[〕\]】)）]\s*\d+\s*号"
    r"|(?<![\d.])\d+(?:\.\d+)?(?:\s*\+\s*(?:[\dA-Za-z]+)){1,12}"
    r"|(?<![\d.])[1-9]\.0(?=[版改—”\"]|时代|模式|工程|计划|行动|[、，和]\d\.0)"
    r"|(?<![\d.,])\d+(?:-\d+){0,8}\s*号(?:线|文|令|院|楼|泊位|机组|公路|码头|地块)?"
    r"|(?<![\d.])\d{2,3}(?:国道|省道|县道|线(?!上|下))"
    r"|(?<=[男女]子)\d+(?:\.\d+)?(?:米|公里|公斤)"
    r"|(?<![\d.])\d{1,3}(?:中学|中校区|医院(?!床))"
    r"|(?<![\d.])\d+G(?!W|B|b)[A-Za-z]*|(?<![\d.])\d+(?:大)?强(?![\d度])|(?<![\d.])[1-5]A(?:级|景|(?![A-Za-z\d]))"
    r"|(?<![\d.])(?:12345|12315|12348|12333|110|119|120|122|211|985|996)(?=[^\d.,]{0,4}(?:热线|平台|市民|政务|政府|便民|报警|工程|高校|急救|、|\())"
    r"|(?<![\d.])\d{1,2}[·.]\d{1,2}(?=[”\"’])|(?<!\d)4050(?=人员)"
)
_NAME_OF_SIGNS = (
    r"[〔\[【(（]\d{4}[〕\]】)）]\s*\d+\s*号|第\s*\d+\s*号|GB(?:/T)?\s*\d+(?:[-—]\d+)?"
    r"|[A-Za-z][A-Za-z.]*[-·]?\d+(?:[.\-]\d+){0,8}[A-Za-z]*(?:线|级|类)?|[“\"](?:\d+[、.\-*×xX]){0,12}\d+[”\"]"
)
_RATIO = r"(?<![\d.])\d+(?:\.\d+)?(?:\s*:\s*\d+(?:\.\d+)?){1,3}(?!\d)"
_PERCENT = rf"[百千万]分之(?:负)?(?:[{CN}]+(?:点[{CN}]+)?|\d+(?:\.\d+)?)"
_FRACTION = rf"(?<![{CN}点])[二三四五六七八九十两]+分之[{CN}]+|(?<![\d.])[1-9]/(?:[2-9]|1\d)(?![\d.])"
_TOP = (
    rf"(?<![超目当以从之提])前(?:\d+|[{CN}]+)(?:位|名|强)?(?![年月季天日个次批期轮届项条点大县亩任沿世所者排段])"
    r"|(?<=[国省市区州球界])十强(?![企县市区镇园])"
)
_ZERO = r"零增长"
_HALF = r"近?一半"
_DOUBLE = r"翻番(?![”计行工目战])"
_RANK = (
    rf"(?:(?<=全[球国省市区])|(?<=世界)|(?<=亚洲))第[一二三四五六七八九十](?![届次批期中人一二三四五六七八九十小初高])"
    rf"|第(?:\d+|[{CN}]+)(?:位|名|(?=[，,。;!)]|、(?!第?[二三四五两])|$|和|的?(?:大|城|省|个|家|市|县)))"
)
_GROUPED = r"\d{1,3}(?:[，]\d{3})+(?=[\u4e00-\u9fff%](?<!，))(?!\d)|\d{1,3}(?: \d{3})+(?:\.\d+)?(?=\s?[万亿元人吨户千])"
_ARABIC = rf"(?:(?<![\d)%℃A-Za-z])-)?(?<![\d.])(?:{_GROUPED}|{ARABIC})(?:[多余几来])?"
_CHINESE = rf"(?:[数几近]|上(?=[百千万亿]))?[{CN}]+(?:点[{CN}]+)?[多余几来]?"

_LIST = (
    r"(?:(?<=[。;；:：\s|>*])|^)\d{1,3}[.、](?=\s*[\u4e00-\u9fff“\"*])|[(（]\s*\d{1,2}\s*[)）](?!\s*[人个家项万亿])"
    r"|[①-⑳⑴-⒇❶-❿㈠-㈩]|(?<=[一二三四五六七八九])、[二三四五六七八九](?=、|产业|季度)"
    r"|[\[〔【［]\^?\s*\d{1,3}\s*[\]〕】］]"
)
_ORDINAL = rf"第(?:\d+|[{CN}]+)(?:、(?:第?[{CN}]|\d+))*"


def _shapes(**shapes: str) -> re.Pattern:
    return re.compile("|".join(f"(?P<{name}>{shape})" for name, shape in shapes.items()))


_OF_DIGITS = _shapes(
    list=_LIST, ratio=_RATIO, date=_DATE_OF_DIGITS, name=_NAME_OF_DIGITS, fraction=_FRACTION, arabic=_ARABIC
)
_OF_CHINESE = _shapes(
    date=_DATE_OF_SIGNS, name=_GRADE_NAME, percent=_PERCENT, fraction=_FRACTION, top=_TOP, zero=_ZERO, half=_HALF,
    chinese=_CHINESE,
)  # fmt: skip
_OF_SIGNS = _shapes(
    list=_LIST, date=_DATE_OF_SIGNS, name=_NAME_OF_SIGNS, top=_TOP, half=_HALF, double=_DOUBLE, rank=_RANK, ordinal=_ORDINAL,
    arabic=_ARABIC, chinese=_CHINESE,
)  # fmt: skip
_BY_SIGN = dict.fromkeys("0123456789", _OF_DIGITS) | dict.fromkeys(CN, _OF_CHINESE)


def shape_at(text: str, at: int, end: int) -> re.Match | None:
    """The numeral that begins at a place, its shape named by the match's last group; None when none does."""
    return _BY_SIGN.get(text[at : at + 1], _OF_SIGNS).match(text, at, end)


# Where a numeral may begin: looked for first, since the whole expression is slow to try at every sign. What must stand
# around a sign is asked behind it, so that the search passes over all other signs at once.
_ENCIRCLED = "①-⑳⑴-⒇❶-❿㈠-㈩"
FIRST = re.compile(
    rf"[\d{CN}翻{_ENCIRCLED}第前后下头上数几近“\"‘(（\[【〔［、A-Za-z-](?:(?<=[\d{CN}翻{_ENCIRCLED}])|(?<=第)(?=\s*[\d{CN}])"
    rf"|(?<=[前后下头])(?=[\d{CN}])|(?<=上)(?=[{CN}1-4])|(?<=[数几近])(?=[{CN}])|(?<=[“\"‘])(?=[\d{CN}])"
    rf"|(?<=[(（\[【〔［])(?=\s*\^?\s*\d)|(?<=[一二三四五六七八九]、)(?=[二三四五六七八九])|(?<=-)(?=\d)"
    rf"|(?<=[A-Za-z])(?=[A-Za-z.\-·/]{{0,12}}\s*\d))"
)
# 8县(区), 12县市: places are counted without a measure word.
AREAS = re.compile(
    r"(?:县市区|县区|县市|市县|区县|区市县|县\(|市\(|乡镇|镇街|镇村|区镇|嘎查|旗县|旗区|县(?=[、，,。\d])|市(?=\d)|[区州](?=\d)|镇(?=[、，,\d]))"
)
MEDAL = re.compile(r"[金银铜](?=[\d、，,。的好枚和\u201d]|$)")
# After 45万 with no unit: the unit is understood.
UNSAID = re.compile(r"以上|左右|以内|大关|以下|[、，,。;]|的(?:任务|目标)|$")
TIMES = re.compile(r"\s*[×xX*]\s*(?=\d)")
RANGE = re.compile(rf"\s*(?:—+|-+|~|至|到)\s*(?=-?\d|[百千万]分之|[{CN}])")
AFTER_SIGN = re.compile(r"及?以上|及?以内|及?以下|之内|左右|上下|之间|以外|之多")


@dataclass(slots=True)
class Token:
    """A numeral as found. `reason` is empty for one that is read as a figure.

    start, end  the number with its unit; `digits` is where the unit begins
    value       in the base unit
    after       以上, 左右 and the like when they follow, as `tail` = end including it
    vague       True for 余 and 多
    """

    start: int
    end: int
    kind: str
    value: Decimal | None
    unit: str
    reason: str = ""
    vague: bool = False
    after: str = ""
    tail: int = 0
    upper: Decimal | None = None
    parts: tuple = ()
