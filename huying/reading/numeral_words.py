"""Chinese numerals that count nothing: why each is none, in one word.

A numeral counts when a measure word follows it. Where none does, it belongs to a word (百姓), to a name (二环), to a set
phrase (三农), numbers a paragraph (一是), or says no more than many (数十). What fits none of these stays `bare`.
"""

from __future__ import annotations

import re

from .lexicon import SET_PHRASE
from .trie import pattern

# Words and names that a numeral begins, by what they are.
_WORDS = (
    "五金 三角 十字 十足 十分 百货 百姓 百合 百年 百业 百强 百佳 百科 百舸 百川 百花 百日 百计 "
    "百倍 千方 千古 千秋 千钧 千兆 千帆 千禧 千里 万众 万无 万绿 万物 万象 万里 万水 万家 万户 "
    "万山 万国 万能 万博 万福 万寿 万安 万全 万元户 亿万 二手 二元 二胎 二孩 二氧 二次 二期 "
    "二维 二流 二噁 二甲 二醇 二酸 二铵 三产 三农 三餐 三军 三代 三维 三板 三峡 三旧 三废 三资 "
    "三来一补 三元 三聚 三甲 三文 三思 四季 四处 四面 四大 四通八达 四溢 四害 四旁 四至 五谷 "
    "五险 五星 五行 五彩 五业 五湖 五洲 五更 六畜 七彩 七夕 八方 八达 八仙 九年 九州 九洲 九曲 "
    "九霄 十全 十佳 一二三产 二三产 一三产 三四线 一二线 三网 三者 二者 两者 四者 五者 两难 两旺 "
    "两极 两面 两头 两手 两全 两重 两样 两侧 两岸 两旁 两翼 两端 两边 两地 两国 两院 两党 两会 "
    "两制 两型 两化 两新 两高 两非 两弹 两霸 两江 两湖 两广 两淮 两河 两山 两馆 两室 两孩 两癌 "
    "两降 两减 两委 两代 两审 两带 两季 两届 两路 两区 两县 两市 两省 两城 两港 两不 两促 两保 "
    "两免 两补 两并 两业 两规 两线 两桥 两厂 两园 两站 两网 两点 两洋 两用 两访 两帮 两轮 两级 "
    "两税 两费 京九 昌九"
).split()
_NAMED = (
    "三星 三一 三钢 三湾 三水 三亚 三明 三沙 三都 三清 三堡 三桥 三环 三号 三通 三坊 三门 三河 "
    "三岔 三陵 三元 三阳 三江 三台 三原 三穗 三荷 三力 三金 三宝 三湘 三晋 三秦 三苏 三姐 三花 "
    "三硅 三岛 二环 二连 二号 二中 二小 二院 二医 二厂 二桥 二路 二线 二战 二沙 二陵 二戈 二郎 "
    "二广 二附 二轻 二七 二八号 四环 四川 四平 四会 四姑 四煤 四辽 四特 四院 四桥 四中 四线 "
    "四号 四路 五环 五象 五矿 五峰 五华 五源 五台 五常 五指 五原 五莲 五河 五凉 五家 五禽 五菱 "
    "五粮 五里冲 五椰 五右 五桥 五中 五号 五院 五羊 五邑 五角 六环 六盘 六安 六枝 六合 六景 "
    "六同 六横 六号 六中 六经 七星 七矿 七里 七台 七苏 七号 七中 七宝 八婺 八步 八桂 八闽 八里 "
    "八岔 八号 八中 八公 八达岭 八一 九江 九龙 九寨 九堡 九铁 九华 九鼎 九仙 九连 九鲤 九景 "
    "九快 九高 九号 九台 九峰 九甸 九老 九原 九曲河 九乡 十堰 十号 十里 十联 十铁 十四号 十三号 "
    "十二号 十一号 十三陵 十三行 十渡 十二里河 十五里河 二十一号 百色 百泉 百善 百度 百威 百信 "
    "百山 百矿 百丈 百灵 百铁 百园 百旺 百股 三百山 五百滩 千岛 千灯 千阳 千山 千黄 千鹤 千金 "
    "千载 千漓 万达 万州 万宁 万盛 万年 万载 万峰 万华 万安 万科 万宝 万泉 万高 万福 万丰 万通 "
    "万豪 万洋 万润 万锂 万兆 万老 万全 万商 亿纬 亿航 亿丰 亿海 亿行 亿利 亿联 八二一街 一九集 "
    "三一路 一英里 五十铃 七一 六一 五一 五四 五五 六五 七五 八五 九五 六南 八仙山 三里河 三里屯 "
    "三南 九运 十运 十五运 十四运 十三运 二青会 三千漓 四湖 四新 二通 三字 八字 四字"
).split()
_WORD = re.compile(pattern(_WORDS))
_NAME = re.compile(pattern(_NAMED))
_SESSION = re.compile(
    r"[一二三四五六七八九十]{1,3}(?:届|次(?:全会|全体|全国|全省|全市|党代|会议|代表|人大|政协|常委|文代|妇代|大会|中|扩大|普查|革命|产业|创业|分配|国))"
)
_GRADE = re.compile(
    r"[一二三四五六七八九](?:等[奖功]|级(?:[甲乙丙]等|公路|医院|以[上下]|及|市场|企业|书记|标准|网|学科|资质|保护|响应|节点|分|渔港|航道|创业)|星级)"
)
# A numeral and a noun of one syllable name a set: 三县, 五河, 四省.
_SET = re.compile(
    r"[二两三四五六七八九十]{1,2}(?:国|市|区|县|省|州|镇|乡|村|河|江|湖|山|水|海|港|城|岛|院|校|馆|园|桥|路|线|网|权|业|新|高|强|好|美|化|型|证|费|税|"
    r"保|减|增|改|拆|清|防|治|定|通|有|不|无|双|长|员|会|委|办|站|所|点|带|圈|轴|核|廊|极|组团|团|翼|园区|基|小|大|老|品|化|创|优|联|同|统|纵|横|环|射|面|"
    r"学|育|农|医|军|军|害|废|旧|危|违|乱|难|急|重|特|富|产|材|金|石|色|味|花|果|茶|药|牛|羊|早|到|进|送|包|帮|扶|评|比|查|整|提|促|转|融|走|跑|抓|建|讲|"
    r"关|边|门|屏|城区|市区|区县|县区|旗|盟|社|企|家|户|民|工|矿|电|钢|车|机|船|港区|库|湾|塔|古|街|巷|里|坊|寺|峰|岭|沟|坡|滩|川|原|洲|基地|中心)"
)
_ENUMERATED = re.compile(
    r"[一二三四五六七八九](?=、[一二三四五六七八九])|(?<=[一二三四五六七八九]、)[一二三四五六七八九]"
)
# Lines and places whose name ends in a numeral: 京九铁路, 昌九一体化.
_BEFORE = re.compile(r"[京昌沪]$")
_LISTS = re.compile(r"[一二三四五六七八九十]{1,3}(?=是|要|则|、|，|:|,|来|靠|抓)")
_ENDS = ("。", ";", ":", "!", "\n", " ", "*", "#", ",", "，", "—", "”", "?", "|", "")
_SCALES = frozenset("十百千万亿")


def reason(text: str, start: int, stop: int, lead: str, digits: str) -> str:
    """Why a Chinese numeral between `start` and `stop` counts nothing; "bare" when nothing is known.

    lead  a sign before its digits that makes it vague (数, 几, 近)     digits  the numeral alone
    """
    at = start + len(lead)
    if lead in ("数", "几"):
        return "vague"
    if text[start - 1 : start] in "((" and text[stop : stop + 1] == ")" or text[start - 1 : start] == "第":
        return "list"
    if _LISTS.match(text, at) and text[start - 1 : start] in _ENDS:
        return "list"
    if _ENUMERATED.match(text, at):
        return "list"
    if SET_PHRASE.match(text, at):
        return "phrase"
    if digits[:1] == "零" or digits in ("〇", "○"):
        return "zero"
    if _SESSION.match(text, at):
        return "ordinal"
    if _NAME.match(text, at):
        return "name"
    if _GRADE.match(text, at):
        return "level"
    if digits[:1] == "一" and len(digits) == 1:
        return "one"
    if text[stop : stop + 1] == "字" or _WORD.match(text, at):
        return "word"
    if text[stop : stop + 1] == "连" or _BEFORE.search(text, max(0, start - 2), start):
        return "name" if text[stop : stop + 1] != "连" else "phrase"
    opened = text.rfind("“", max(0, start - 14), start)
    if opened >= 0 and text.find("”", opened, start) < 0 and text.find("”", stop, stop + 14) >= 0:
        return "slogan"
    opened = text.rfind("《", max(0, start - 30), start)
    if opened >= 0 and text.find("》", opened, start) < 0 and text.find("》", stop, stop + 30) >= 0:
        return "title"
    if set(digits) <= _SCALES:
        return "round"
    return "group" if _SET.match(text, at) else "bare"
