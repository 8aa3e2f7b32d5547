"""Units of measure and measure words, and how a number with its unit is brought to the base unit.

A base unit keeps the report's own word: 万 and 亿 before it are resolved into the number, but 公里
is not turned into 米, since a study would then no longer find what was written.
"""

from __future__ import annotations

import re

from .trie import pattern

# Written form -> base unit. Money first, then measures, then measure words.
_PLAIN = (
    "元 美元 欧元 港元 日元 英镑 卢布 法郎 马克 "
    "公里 千米 米 厘米 毫米 微米 纳米 海里 华里 里 英里 英寸 延米 "
    "亩 公顷 平方米 平方公里 平方千米 平方 "
    "立方米 立方 方 升 千升 毫升 标准立方米 "
    "吨 千克 公斤 克 斤 市斤 担 市担 两 微克 毫克 钱 载重吨 总吨 吨标准煤 吨标煤 吨煤 "
    "千瓦 瓦 兆瓦 千瓦时 度 千伏 千伏安 伏 伏安 马力 吉瓦 兆伏安 千卡 大卡 瓦时 兆瓦时 吉瓦时 "
    "天 日 小时 分钟 秒 周 周年 周岁 岁 年 个月 月 工作日 学时 课时 工时 学年 "
    "倍 番 百分点 人 人次 家次 批次 辆次 架次 艘次 车次 台次 件次 户次 场次 班次 例次 列次 航次 班列 "
    "个 家 项 件 宗 所 座 条 台 套 户 辆 艘 架 场 次 批 篇 册 部 本 张 份 枚 处 段 片 块 栋 幢 间 "
    "层 级 类 种 只 头 株 棵 羽 尾 匹 口 眼 根 组 支 队 对 双 起 例 笔 单 期 轮 节 孔 幅 首 列 "
    "宅 员 桌 盏 盘 档 粒 颗 瓶 箱 袋 包 桶 车 船 票 席 床 床位 泊位 车位 学位 "
    "标准箱 标箱 自然间 大项 小项 分项 子项 款 门次 剂次 针次 头次 箱 重箱 亿次 摊 爿 丛 公亩 码 "
    "摄氏度 分贝 比特 兆 分 名次 学分 机位 座位 房间 间房 桩 枪 车道 标准件 锭 纱锭 台件 台套 "
    "盒 剂 管 吨次 人日 人月 工日 车公里 吨公里 人公里 换算吨公里 航线 蒸吨 大类 小类 方面 道 门"
).split()
_RENAMED = {
    "人民币": "元", "块钱": "元", "块人民币": "元", "个百分点": "百分点", "个点": "百分点",
    "％": "%", "%": "%", "‰": "‰", "‱": "‱", "名": "人", "位": "人", "口人": "人", "人口": "人",
    "个工作日": "工作日", "个小时": "小时", "个自然日": "自然日", "个人次": "人次", "个月份": "个月",
    "㎡": "平方米", "m2": "平方米", "m²": "平方米", "平米": "平方米", "km²": "平方公里", "km2": "平方公里",
    "km": "公里", "m³": "立方米", "m3": "立方米", "kg": "千克", "t": "吨", "℃": "℃", "°C": "℃", "摄氏度": "℃",
    "kW": "千瓦", "KW": "千瓦", "kw": "千瓦", "kV": "千伏", "KV": "千伏", "kv": "千伏", "MW": "MW", "GW": "GW",
    "kWh": "千瓦时", "MWh": "MWh", "GWh": "GWh", "TB": "TB", "GB": "GB", "PB": "PB", "EB": "EB", "Mbps": "Mbps",
    "Gbps": "Gbps", "EFLOPS": "EFLOPS", "Eflops": "EFLOPS", "EFlops": "EFLOPS", "TEU": "TEU", "mm": "毫米",
    "cm": "厘米", "nm": "nm", "µm": "微米", "MVA": "MVA", "PFLOPS": "PFLOPS", "P": "P", "M": "M",
    "mg": "毫克", "μg": "微克", "µg": "微克", "ug": "微克", "mg/L": "毫克/升", "μg/m³": "微克/立方米",
    "µg/m³": "微克/立方米",
    "ug/m3": "微克/立方米", "μg/m3": "微克/立方米", "微克/m3": "微克/立方米", "微克/m³": "微克/立方米",
    "微克每立方米": "微克/立方米", "毫克每升": "毫克/升", "公里每小时": "公里/小时", "元人民币": "元",
    "个标准箱": "标准箱",
    "个标箱": "标箱", "多个": "个", "时": "小时", "立方公尺": "立方米", "公尺": "米", "吨级": "吨级", "成": "成",
    "位数": "位", "个人": "人", "职工": "人",
}  # fmt: skip

UNITS: dict[str, str] = {unit: unit for unit in _PLAIN} | _RENAMED
_UNIT = re.compile(pattern(UNITS))

# Scales that are also the first sign of a unit: 30千瓦 is 30 千瓦, not 30,000 瓦.
_KILO = ("千瓦", "千米", "千克", "千伏", "千卡", "千升", "千赫", "百分")

# Numbers of these are thresholds or sizes of a thing rather than counts.
MONEY = {"元", "美元", "欧元", "港元", "日元", "英镑", "卢布"}
AREA = {"亩", "公顷", "平方米", "平方公里", "平方千米", "平方", "公亩"}
LENGTH = {"公里", "千米", "米", "厘米", "毫米", "海里", "华里", "里", "延米"}
TIME = {"年", "个月", "月", "天", "日", "小时", "分钟", "秒", "周", "工作日", "周年"}
AGE = ("岁", "周岁")
SHARE = {"%", "‰", "‱"}

PER = {
    "日", "天", "年", "月", "小时", "人", "吨", "立方米", "平方米", "升", "亩", "公里", "户", "人次", "秒", "分钟",
    "平方公里",
    "千瓦时", "度", "周", "公顷", "个", "台", "m³", "m3", "L", "kWh", "次", "平方", "套", "辆", "件", "斤", "公斤",
    "床", "万元",
}  # fmt: skip


# Words that begin with a unit's sign.
_WORDS = (
    "人均",
    "人民",
    "人大",
    "天津",
    "天河",
    "天水",
    "天府",
    "台州",
    "台湾",
    "年度",
    "时间",
    "日均",
    "元旦",
    "人小组",
)


def split_scale(text: str, at: int, limit: int) -> tuple[int, int]:
    """Multiplier signs at `at`: (product, place after them), giving back a 千 that belongs to 千瓦 and the like."""
    value, here = 1, at
    while here < limit:
        ch = text[here]
        step = _SCALE.get(ch)
        if step is None or (ch in "千百" and text.startswith(_KILO, here)):
            break
        value *= step
        here += 1
    return value, here


_SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


def unit_at(text: str, at: int) -> tuple[str, int]:
    """The longest unit that begins at `at`: (base unit, place after it); ("", at) when there is none.

    A unit per unit (元/吨, 立方米每秒) is one unit.
    """
    if text.startswith(_WORDS, at):
        return "", at
    found = _UNIT.match(text, at)
    if found is None:
        return "", at
    base, end = UNITS[found.group()], found.end()
    if end < len(text) and text[end] in "/每" and "/" not in base:
        for more in range(min(4, len(text) - end - 1), 0, -1):
            per = text[end + 1 : end + 1 + more]
            if per in PER:
                return f"{base}/{UNITS.get(per, per)}", end + 1 + more
    return base, end
