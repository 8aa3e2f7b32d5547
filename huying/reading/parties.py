"""Who is to do something and who helps, in the sentences of minutes and instructions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .leads import lead_in, led

_END = (
    "局|委|办|部|厅|院|所|队|中心|公司|集团|镇|乡|街道|街办|办事处|管委会|政府|单位|部门|委员会|支队|大队|分局|联社|银行|医院|学校|"
    "处|科|股|站|会|社区|村|区|县|市|州|指挥部|专班|领导小组|办公室|工作组|同志|书记|市长|县长|区长|镇长|乡长|主任|局长|部长|秘书长|负责人|"
    "责任人|厂|馆|园|企业"
)
_NO_NAME = "(?!于|在|将|把|按|对|尽快|抓紧|认真|立即|务必|继续|进一步|做好|各位|会议|根据)"
_ONE = rf"{_NO_NAME}[\u4e00-\u9fffA-Za-z0-9“”()·]{{1,18}}?(?:{_END})(?!长)(?:[(（][\u4e00-\u9fff]{{1,8}}[)）])?"
_MANY = rf"{_ONE}(?:(?:、|和|及|与|以及|,){_ONE}){{0,12}}(?:等(?:有关|相关|责任)?(?:单位|部门|企业|镇街|镇|地)?)?"
# What follows the one who must act.
_ACT = (
    r"(?:要(?!求|素|闻|点)|应当?|须|必须|负责|牵头|会同|配合|协助|于(?=\d|[一二三四五六七八九十]|年|本)|在(?=\d|[一二三四五六七八九十年本])|尽快|抓紧|限期|务必|"
    r"按照?|根据|继续|进一步|认真|切实|加快|做好|抓好|落实|及时|立即|分别|对|将|制定|拟定|提出|组织|统筹|完成|开展|报|研究|协调|督促|指导|安排|筹集|"
    r"同步|积极|全力|严格|主动|每[周月日]|专题|具体)"
)
_SAYS = r"(?:会议)?(?:原则)?(?:决定|议定|明确|要求|强调|指出|同意|确定|商定|研究决定|一致同意|认为)[,，:：]?"
_SUBJECT = re.compile(rf"^(?:{_SAYS})?(?:同时|此外|另外|下一步|会后|其中|今后)?[,，]?(?P<who>{_MANY})[,，]?{_ACT}")
_ORDERED = re.compile(
    rf"(?:责成|请|委托|交由|指定|安排|由)(?P<who>{_MANY}|(?:你|贵|各)[\u4e00-\u9fff]{{1,6}}|[\u4e00-\u9fff]{{1,3}}(?:同志|县长|市长|区长|镇长|主任|局长|书记|部长|总|科长))(?!.{{0,8}}?任(?:组长|副组长|总指挥|主任))"
)
_HELP = re.compile(
    rf"(?:配合单位|协办单位|配合部门|协助单位|会办单位|参与单位|配合)\s*[:：]\s*(?P<list>[^;；。:：()]{{2,80}})|(?P<who>{_MANY})(?:予以|积极|做好|密切|全力|共同|等)*(?:配合|协助|协同|参与)|会同(?P<with>{_MANY})"
)
_YOU = re.compile(r"(?:你|贵)(?:们|单位|局|委|办|镇|乡|街道|公司|区|县|市|部门|中心|院|校|村|社区)")


@dataclass(frozen=True, slots=True)
class Parties:
    """Names as the text has them; "" where it names none. `rule` says which words told."""

    who: str
    helpers: str
    rule: str


def parties(words: str, addressee: str = "") -> Parties:
    """Who is to do what a sentence says; 你单位 is the `addressee`."""
    helped = _HELP.search(words)
    helpers = _plain(helped["list"] or helped["who"] or helped["with"] or "") if helped else ""
    for rule, who in (
        ("note", led(words) or (lead_in(words) if re.search(r"[(\[【][^()]*(?:单位|牵头|负责|责任)", words) else "")),
        ("ordered", _who(_ORDERED.search(words))),
        ("subject", _who(_SUBJECT.match(words))),
        ("led", lead_in(words)),
    ):
        if who:
            you = _YOU.fullmatch(who)
            return Parties(addressee if you and addressee else who, "" if helpers == who else helpers, rule)
    return Parties(addressee, helpers, "addressee" if addressee else "")


def _who(found: re.Match | None) -> str:
    return _plain(found["who"]) if found else ""


def _plain(said: str) -> str:
    said = re.sub(r"^(?:由|请|会议|责成)", "", said.strip(" 、，,;；。"))
    return re.sub(r"[,，\s]+", "、", said)
