"""Words that tell a promise from a wish, a topic or a stance, and a milestone from a direction."""

from __future__ import annotations

import re

from .openings import Openings, first_signs


def without_lead(clause: str) -> str:
    """A clause without what may lead a promise."""
    found = LEAD.match(clause) if clause[:1] in _LEAD_SIGNS else None
    return clause[found.end() :] if found else clause


# What may lead a promise and is no part of its verb.
_LEADS = (
    *(
        "同时 此外 另外 首先 其次 再次 我们要 政府 各级政府 各级各部门 要 将 必须 计划 拟 "
        "今年 明年 全年 年内 年底前 上半年 下半年 进一步 全市 全区 全省 全县 新的一年 不断 始终 分片分批"
    ).split(),
    "我们(?:将|一定)?",
    "[一二三四五六七八九十]{1,2}[是要]",
    "[①②③④⑤⑥⑦⑧⑨⑩]",
    "每[年月季周]",
    r"到\d{4}年底?前?",
    '(?:到)?[“"]?十[一二三四]?五[”"]?期?末',
    r"(?:\d{4}|[一二][〇○零一二三四五六七八九]{3})年(?:底|末|年底)?前?",
    "[一二三四]季度末?前?",
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:\d{1,2}日|底|末|份|[上中下]旬)?前?",
    "坚持(?!和|把|以)",
    "[市区省县]级?(?:联动|合力|共建)?",
    '[“"][^”"]{1,10}[”"](?=[\u4e00-\u9fff]{0,2}(?:完成|推进|实施|开展|推动|打造|建设))',
)
LEAD = re.compile(f"^(?:(?:{'|'.join(_LEADS)})[、,，]?)+")
_LEAD_SIGNS = frozenset().union(*map(first_signs, _LEADS))
# With what in view a thing is done, before the doing: 聚焦主责主业推进……, 按照……要求引导…….
IN_VIEW = Openings(
    "(?:紧紧|紧密|重点)?(?:围绕|聚焦|立足|紧扣|紧盯|着眼|根据|按照|瞄准|对照|依据)"
    "(?!打造|建设|构建|加快|推动|推进|促进|发展|提升|做|实现|全面|落实|完善|培育|引进|加强)[^，《]{3,24}?"
    "(?:制定|编制|出台|攻克|开展|包装|谋划|实施|引进|组织|策划|推出|加大|布局|招引|推进|引导|完善|建立|打造|培育|加强|抓好|优化|健全|深化)"
    "(?!.{0,8}(?:要求|需要|目标|原则|思路|部署|方向|任务)$)[^，]{2,}"
)
# Stances, topics, thanks and exhortations: no promise whatever verb they hold.
NO_PROMISE = Openings(
    *(
        "助力 带动 我们要坚定不移沿着 目的 明确提出 实践证明 根据 依据 随着 经过 既要 不仅 而且 但是 尤其是 "
        "特别是 也就是 就是 才能 才是 以及 包括 切实抓好以下 做好今年 引导各方面 各位代表 让我们 我们坚信 "
        "我们相信 面对 回顾 展望 按照 依据 为此 因此 只要 只有 如果 虽然 尽管 由于 因为 当前 现在 这 那 "
        "其中 高举 紧扣 紧紧围绕 围绕 深感 坚信 牢记 牢固树立 树牢 站在 立足 着眼 全面贯彻 深入贯彻 "
        "认真贯彻 坚决贯彻 贯彻 深入学习 认真学习 学习 胜利 使命 责任 任务 形势 机遇 挑战 成绩 不忘 闻鸡 "
        "风雨 只争 攻坚克难 锐意 砥砺 奋勇 同心 撸起 接续 勇毅 踔厉 突出重点 实干 迎难而上 用改革 人人 "
        "处处 条件成熟 开发利用 及时见效 应保尽保 真正做到 牢牢盯住 完整准确 统一思想 提高认识 经济社会发展 "
        "主要预期 预期目标 充分认识 需要 主动适应 抓住 把握 认清 激活蛰伏 减轻包袱"
    ).split(),
    '[“"][^”"]{2,20}[”"].*的(?:加快|深入|全面|不断|继续)?(?:推进|实施|发展|建设|开展|完善|提升)$',
    "凝聚.{0,16}(?:力量|共识|智慧|人心)$",
    "(?:大力)?发扬.{2,16}(?:精神|作风|传统)$",
    "(?:始终)?保持清醒",
    "(?:积极|主动|有效|从容|沉着)?应对.{0,8}挑战$",
    "(?:积极|主动|更好)?(?:地)?适应.{2,24}(?:需要|形势|要求|变化|趋势)$",
    "把.{2,40}作为.{0,20}(?:主题|大事|抓手|政绩|一招|之路|资源|增量|动力|根本|目的|使命|生命线|出发点|落脚点|标准|准则|首要任务|中心任务|总纲|灵魂|基石|主线)$",
    "把.{2,30}(?:放在|摆在|摆到|放到).{0,6}(?:心上|首位|首要位置|优先位置|更加突出的?位置|第一位)$",
    "把.{1,12}(?:变成|变为).{1,8}$",
    "以[^，]{1,24}为[^，]{1,4}$",
    "又(?:要|必须|会)",
    "针对.*(?:问题|短板|特点|需求|形势|情况)$",
    "(?:努力)?在.{2,6}中.{2,5}$",
    "我们要坚持.{4}、.{4}$",
    "以(?:便|求|免|期|利|进一步|更好|适应|保证|达到|防止)",
    "在[^，]{2,30}(?:中|里|上|方面|时|时候|期间|下|以前|之前|以后|之后|以来|之际|内|间)$",
    "在.{2,10}(?:上|方面)(?:求|重|抓|促|做|下|出|展|见|走)",
    "统筹.{2,14}和.{2,14}$",
    "(?:更好)?统筹(?:推进|做好)?(?:疫情防控|发展和安全|稳增长|“五位一体”)",
    "(?:明确)?提出要",
    "弘扬.{2,14}精神$",
    "(?:努力)?创造.{2,20}(?:业绩|佳绩|辉煌)$",
    "(?:认真|全面|坚决|深入|切实|严格|不折不扣)*落实(?:好)?(?:党中央|中央|国务院|省委|市委|区委|县委|自治区党委|习近平|上级)",
    "(?:牢牢|紧紧|准确|深刻|科学)(?:把握|抓住|围绕)",
    "(?:要|必须|又必须)?(?:统筹规划|量力而行|尽力而为|实事求是|突出重点|循序渐进|因地制宜|分类指导|综合施策|统筹兼顾|突出特色|稳中求进|与时俱进|开拓创新|求真务实|真抓实干|解放思想)$",
    "对于(?!.{2,30}(?:要|必须|应))",
    r"(?:力争|争取|确保)?到\d{4}年$",
    "(?:要)?(?:实现|完成|确定|达到|提出|做到)(?:上述|这样|这些|以上|这一|这个)",
    "为(?!.{0,14}(?:企业|劳动者|青年|农民工|创业者|市场主体|群众|居民|老人|老年人|市民|农民|学生|残疾人|职工|妇女|儿童|毕业生|家庭|人员|困难|户|名|所|个))",
    "(?:在|从|于).{2,40}(?:的同时|的?基础上|的?前提下|的?情况下|的?条件下|(?:过程|进程|实践|工作|大局|发展)中)$",
    "(?:通过|采取|采用|运用|利用).{2,40}(?:方式|形式|办法|措施|途径|手段|渠道|模式|机制)$",
    "(?:要)?(?:集中力量|着重|重点|着力|切实)?(?:抓好|做好)(?:以下|如下|这)",
    "为.{2,24}(?:贡献|奠定|提供(?:有力|坚实|强大))",
    "在.{2,30}(?:前提下|基础上|进程中|过程中|道路上)$",
    r"做好\d{4}年",
    "落实(?:中央|党中央|国务院|省委|市委|区委|县委|自治区党委)[^，,]{0,20}(?:要求|部署|精神|安排)",
    "(?:坚决)?夺取.*胜利",
    "以[^，为]{2,8}(?:汇聚|凝聚)",
    "坚持.{0,20}(?:协同发展|并重|并举|相结合|同步)",
    "深刻(?!转变)",
    "聚焦(?!打造|建设)",
    "以.{1,18}为(?:指导|根本|总抓手|抓手|目标|主线|核心|动力|中心|引领$|统领|契机|重点$|突破口|总?牵引$|支撑$|思路$|保障$|载体$|依托$|导向$|目的)",
    "坚持(?:以|党|稳|人民|生命|立德|方向|问题|目标|底线|系统|把|从|两|一手|走|用|在|不|就|依|改革|发展|创新|绿色|开放|共享|协调|高质量|新)",
    "必须(?:清醒|看到|认识)",
    "(?:更加)?(?:紧密)?团结",
    "抢抓机遇$",
    "为(?:实现|夺取|全面建|谱写|建设|中华|广|奋力|加快|我)",
    "在.{2,30}(?:领导|指导|支持|带领|监督|推动|影响|作用|形势|背景|带动|前提)下",
    "努力在.{0,6}中$",
    r"做到(?!.{0,4}\d)",
    "紧盯(?!.{0,10}任务)",
    "增强(?:“?四个|信心|定力|忧患|责任|紧迫)",
    "坚定(?!不移)",
    "强化(?:责任担当|使命|宗旨|底线)",
    "(?:奋力|努力)?(?:谱写|开创|夺取|书写)",
)
# What comes before such a clause is its subject, and no promise: 发展林业，不仅是…….
SUBJECT_OF = re.compile(r"^(?:也|更|都|既|不仅|不但|正)?(?:是(?!否)|具有|事关|关系到|关乎|意味着|有利于|有助于)")
SUBJECT_NEAR = re.compile(r"是(?!否)|具有|事关|关系到|关乎|意味着|有利于|有助于")
# Someone must do something: 各级政府都要增加……, 有条件的地方要率先…….
SOMEONE_MUST = re.compile(
    r"^(?!不|并不|而是|也不|提出|坚持|.{0,10}要求|.{2,12}(?:形势|环境|信心|活力|效应|红利|压力|态势|运行)(?:必|即)?将)(?!.{0,10}(?:我国(?!.{0,12}要)|问题|形势|矛盾|困难|差距|世界|国际|我们(?:必须|要|一定要)?(?:看到|认识))|对(?!.{2,20}(?:要|必须)))[\u4e00-\u9fff、“”()—]{2,30}?"
    r"(?:都|也|还|更|均|则|一定|重点)?(?:(?<![重主需只就摘为])要(?![求素闻点害]|看到|认识|清醒)|必须(?!看到|认识|清醒)|应当|应该|务必|确保|力争|(?<![必即])将(?![军来士会是]|面临|遇到|有利|进入))(?=.{3,})"
)
# Where or on what something is done, before the doing: 甲领域重点推进……, 乙片区着重发展…….
FOCUS = re.compile(
    r"[\u4e00-\u9fff“”]{2,14}?(?:重点|着重|着力|主要|优先)(?=(?:发展|推进|推动|加快|抓好|实施|建设|打造|培育|开展|做好|强化|加强|完善|解决|引进|突破|转变|增强)[\u4e00-\u9fff“])"
)
# What tells how many tasks follow, before a colon: 抓好十三项重点任务：
LISTED = re.compile(
    r"(?:[一二两三四五六七八九十\d]+)(?:个|项|大|件|条)?(?:“?[\u4e00-\u9fff]{0,4}”?)(?:方面|任务|工作|聚力|重点|举措|行动|文章|硬仗|战役|突破|提升|工程)[”\u4e00-\u9fff]{0,4}$"
)
# The end of a speech: 各位代表，……让我们…….
CLOSING = re.compile(r"各位代表[!,，](?=.*(?:让我们|只要我们|我们坚信|我们相信|展望未来|前景|征程|使命))")
# An aim in the words around it: 围绕到2010年形成10个……的目标.
GOAL = re.compile(r"^(?:围绕|按照|以|紧扣|锚定|瞄准|为)?.{4,}(?:的|为)(?:总?目标|目标任务|要求)$")
# What has been done already: 作出了, but not 为了.
DONE = re.compile(r"(?<![为除罢到])了(?![解然])")
# What ends so is no promise: a means, a standing, how to feel about the work.
_NO_ENDS = tuple(
    "的 的同时 重要意义 重要的意义 新局面 新篇章 新天地 新境界 使命 历史机遇 有利时机 有利条件 契机 下列工作 意义重大 至关重要 十分重要 "
    "为指导 为指针 责任感 紧迫感 使命感 危机感 荣誉感 闯劲 韧劲 干劲 拼劲 斗志 锐气 勇气 自觉性 大局观 精气神 精神状态 奋斗姿态".split()
)
_NO_END_SIGNS = frozenset(word[-1] for word in _NO_ENDS)
_FOLLOWING = re.compile("以下.{0,4}(?:方面|工作)$")


def no_end(clause: str) -> bool:
    """Whether a clause ends as no promise does."""
    return clause[-1] in _NO_END_SIGNS and (clause.endswith(_NO_ENDS) or bool(_FOLLOWING.search(clause[-9:])))


# Why aims were set so; what the world is like.
REASONS = re.compile(
    r"^(?:确定|提出|制定)(?:上述|这些|这一|以上|这样的)?[^。]{0,14}(?:目标|要求)[^。]{0,14}(?:考虑|依据|因为|基于|理由)"
)
# A paragraph that says so three times is about how to think, not about what to do.
_PRINCIPLES = re.compile(
    r"(?:必须|我们要|一定要)(?:始终|牢牢|更加)?(?:坚持|把[^，]{2,30}(?:作为|摆在|放在)|牢固树立|牢记|把握)|(?<=[。；;])[一二三四五]是必须"
)


def principled(words: str) -> bool:
    """Whether a paragraph is about how to think."""
    return words.count("必须") + words.count("要") > 2 and len(_PRINCIPLES.findall(words)) > 2


# An aim without a number, in a sentence that lists aims.
_AIMS = re.compile(
    r"(?:预期|奋斗|工作|主要|总体|发展)目标(?:任务)?(?:[^。]{0,12})(?:是|为|:|：|如下)|力争(?:实现|到|经过|用)|(?:^|[。;；，—])到(?:20\d\d年|[“\"]?十.五[”\"]?末|本世纪末|[二一][〇○零一二三四五六七八九]{3}年)[,，]|(?:通过|经过).{1,6}年(?:的)?努力"
)


def aims(sentence: str) -> bool:
    """Whether a sentence lists aims."""
    return ("目标" in sentence or "努力" in sentence or "力争" in sentence or "到" in sentence) and bool(
        _AIMS.search(sentence)
    )


AIM = re.compile(
    r"(?:同步|稳定|平衡|持平|上升|改善|优化|提高|提升|增强|增加|拓宽|加强|加快|进步|发展|形成|建成|建立|健全|完善|扩大|缩小|减少|下降|降低|消除|普及|繁荣|"
    r"保障|突破|进展|成效|步伐|全覆盖|脱贫|奔康|跃升|翻番|协调|融合|凸显|显现|安全|有力|有效|深入|合理|优美|"
    r"完成.{2,20}(?:任务|目标)|迈出.{1,8}步伐|取得.{0,10}(?:成果|成就)|"
    r"(?:不低于|高于|快于|优于|好于|低于)[^，,]{2,16}|控制在[^，,]{2,16}(?:以内|之内|范围内?))$"
)
_TOPIC = re.compile(
    r"[^，,]{0,40}(?:指导思想|总体要求|总体思路|基本思路|主要预期目标|总的要求|总体目标)[^，,:：是为]{0,8}(?:是|为|如下)?[:：]?"
)


def topic_end(sentence: str) -> int:
    """Where the words end with which a sentence says that guiding thoughts or aims follow; 0 when it does not."""
    told = ("思" in sentence or "要求" in sentence or "目标" in sentence) and _TOPIC.match(sentence)
    return told.end() if told else 0


# A preposition first, the verb later: 以党建为引领深化…, 在全市率先打造…, 对…再压减15%.
PREPOSED = re.compile(
    r"^(?:举|用(?![好于户水电地工人])|以(?=[^，]{1,16}(?:为|提升|完善|深化|优化|加强|强化|打造|开展|建设|推进))|在|对|与|按照(?!.*(?:布局|部署|要求|安排|规划|精神|目标|方针|思路)$)|通过|将|把|由|赴|委托|为|从|向|依托|用好|围绕|作为|使|给|针对|沿|按|根据|凡|每|"
    r"新一轮|各|逐步|多渠道)[\u4e00-\u9fff“（(]"
)
_MILESTONE_ENDS = (
    "开放 运营 投入使用 投用 通车 完工 开工 竣工 投产 建成 达标 上线 全覆盖 启用 见效 落地 出让 销号 清零 挂牌 封顶 动工 验收 脱贫 "
    "摘帽 出台 完成投资 批复 获批 获评 落成 合龙 收官 反弹 一网统管 一网通办 投入运行 贯通 开通 达产 试运行 完成 交付 改造"
).split()
# 改革开放 and the like are no opening of a thing.
_MILESTONE_END = re.compile(f"(?:{'|'.join(_MILESTONE_ENDS)})(?<!改革开放)(?<!扩大开放)(?<!对外开放)(?<!进一步开放)$")
# How a thing is done, before its verb.
HOW = re.compile(
    r"^(?:全面|全力|大力|着力|奋力|努力|积极|稳妥|稳步|有序|加快|加速|提速|抓紧|尽快|及时|严格|统筹|科学|高效|精心|"
    r"高质量|高标准|高水平|高起点|进一步|更好|充分|广泛|逐步|同步|率先|优先|主动|依法|深入|探索|创新方式|力争|争取|"
    r"确保|务必|年底前|年内|全年|推动|推进|支持|配合|协调|继续|切实|扎实|坚决|按月|按期|如期|圆满|做好(?=第)|"
    r"市区联动|成片连片|部署)+"
)
MILESTONE_WITHIN = re.compile(
    r"设立|完成(?:国家|省|市|区|县|上级|自治区)?(?:下达|定|级)?[^，]{0,6}(?:目标|指标|任务)|"
    + "|".join(rf"{sign}于(?:国家|省|市|全省|全国)定?[^，]{{0,4}}(?:目标|水平|平均)" for sign in "不低高")
    + r"|建成|整合重组|全覆盖|一网(?:统管|通办)|落地实施|启动实施|第[一二三四五六七八九十]+次|交付|竣工(?!率)|开工(?<!新开工)|投产|"
    r"投用|挂牌|全面剿灭|不出现|不发生|清零|规划编制|征拆|编制.{0,4}“?十[四五]五|"
    r"办好.{4,}(?:节|大会|论坛|大赛|博览会|运动会|年会|展会)"
)
# Directions even when they name a thing.
DIRECTION = Openings(
    "(?:持续|不断|进一步|大力|全面|积极|深入|全力)?(?:深化|加强|强化|巩固|落实|提升|优化|完善|健全|鼓励|引导|引育|培育|营造)"
    "(?!.{0,24}(?:全覆盖|建成|年底|年内))",
    "办好(?:学校|人民)",
    "支持办好",
)
DIRECTION_WITHIN = re.compile(r"构建(?<!.{5}构建)[^，]{2,}(?:体系|体制|格局)$|新农村建设$|各项工作|权责清晰")
# Either of the two: most titles hold neither.
_WITHIN = re.compile(f"{DIRECTION_WITHIN.pattern}|{MILESTONE_WITHIN.pattern}")
MILESTONE_VERB = Openings(
    *(
        f"(?:争取)?(?:全面)?{verb}"
        for verb in (
            *(
                "建成 完成 开工 竣工 设立 成立 组建 编制 制定 修订 出台 印发 开通 启用 启动 投用 创建 争创 探索建立 构建 整合重组 "
                "举办 召开 办好 承办 做好第 修编 筹建 筹办 新建 扩建 改建 改扩建 迁建 开放 上线 接入 纳入 代缴 按月发放 落地 关联 "
                "标图 摸查 总结推广 剿灭 拆除 清理整治 实现“ 确保 推进国土 收官 创成 划定 实施第"
            ).split(),
            "建立(?!健全)",
            "实现(?=.{0,20}(?:全覆盖|达标|通车|目标|办))",
            "做好.{2,16}规划$",
            "开展.{0,20}(?:调整|试点|审计|征拆|普查|评估|调查|推介会)",
        )
    )
)
# A concrete thing whose being built can be seen: a road, a line, a school, a named project.
THING = re.compile(
    r"(?:项目|工程|线|路|高速|公路|铁路|国道|省道|桥|隧道|机场|航站楼?|港|码头|泊位|口岸|站|校区|学校|中学|小学|幼儿园|大学|学院|医院|卫生院|"
    r"图书馆|博物馆|体育馆|体育场|新馆|馆|宫|剧院|养老院|福利院|敬老院|公园|中心|园区|产业园|工业园|物流园|基地|大厦|酒店|广场|水库|灌区|堤防|防洪堤|"
    r"电厂|电站|风电场|变电站|机组|矿井|煤矿|管网|管道|污水处理厂|填埋场|发电厂|安置房|枢纽|院区|分院|综合体|综合管廊|实验室|示范点|示范区|试点|"
    r"二期|三期|一期|改造|村)(?:（[^）]*）)?(?:等)?(?:项目|工程)?(?:规划|前期|开发|加快|尽快|早日)?(?:建设|改造|工程|落地|整治|创建|征拆工作|征拆|试点工作|工作|"
    r"项目|前期工作|施工|审批)(?:项目)?(?:进度|进程|步伐|速度)?$"
    r"|^(?:继续|积极|全面|全力|加快|大力|深入|着力|稳步|扎实)*(?:启动|争取|开工|开工建设|抓好)[^，]{4,}(?:工程|项目)$"
    r"|^(?:继续|积极|全面|全力|加快|大力|深入|着力|稳步|扎实)*(?:推进|实施)[^，]{4,}(?:[一二三]期(?:工程)?|前期)$"
)
_THING_ENDS = tuple(
    "建设 改造 工程 落地 整治 创建 征拆 工作 项目 施工 审批 进度 进程 步伐 速度 一期 二期 三期 前期".split()
)
# Where words end otherwise, nothing need be looked for.
_END_SIGNS = frozenset(word[-1] for word in _MILESTONE_ENDS)
_THING_END_SIGNS = frozenset(word[-1] for word in _THING_ENDS)


def milestone_end(words: str) -> bool:
    """Whether words end with an act that can be seen to be done: 建成, 通车."""
    return words[-1:] in _END_SIGNS and bool(_MILESTONE_END.search(words[-8:]))


def thing_end(words: str) -> bool:
    """Whether words end with a concrete thing to be built or finished."""
    return words[-1:] in _THING_END_SIGNS and words.endswith(_THING_ENDS) and bool(THING.search(words))


def measurable(title: str, clause: str = "") -> str:
    """milestone where it can be seen whether it was done; qualitative for a direction."""
    told = _WITHIN.search(title)
    if DIRECTION.match(title) or (told and DIRECTION_WITHIN.search(title)):
        return "qualitative"
    clause = clause or title
    if (
        milestone_end(clause)
        or (told and MILESTONE_WITHIN.search(title))
        or thing_end(title)
        or (clause != title and thing_end(clause))
    ):
        return "milestone"
    bare = without_lead(title)
    how = HOW.match(bare)
    return "milestone" if MILESTONE_VERB.match(bare[how.end() :] if how else bare) else "qualitative"


# Lists that are one promise.
_NO_SPLIT = re.compile(
    r"等(?:重点支出|各项|多种|各类|形式|关键指标|要素|因素|[^，等]{0,10}问题$|问题|重点任务|重点企业|重点工作|(?<=.等)(?:方面|环节))|"
    r"一体化|转变$|有序衔接|双向|相互|之间"
)
# Trades are members of a list where the clause ends with them (发展甲、乙等行业); elsewhere what is done is done in all of them.
_TRADES = re.compile("等(?:领域|行业)")
_GROWN_TRADES = re.compile(r"(?:大力|加快|重点|着力|积极)*(?:发展|主攻|做强|做大|培育|壮大)[^，]{4,}等(?:领域|行业)$")


# What is done to several things together is one act: 统筹甲、乙, 促进甲和乙互动, 深化与甲、乙合作.
_TOGETHER = re.compile(
    r"(?:同步|协调|衔接|适应|结合|融合|平衡|互动|互补|联动|协同|并重|双赢|发力|相促进|合作|协作|对接|交流)$"
)
_JOINTLY = re.compile(
    r"(?:全面|认真|坚决|严格)*(?:落实|执行)好?(?:党中央|中央|国家|国务院|自治区|省委?|市委?|上级)[、和及]|(?:要|更好|更加|坚持|注重)*统筹(?!推进|抓好|做好|实施|布局)|协同推进|同步推进"
)


def undivided(clause: str) -> bool:
    """Whether the words of a clause make one promise of it, whatever it lists."""
    if clause[0] in "让使" or _NO_SPLIT.search(clause) or _TOGETHER.search(clause) or _JOINTLY.match(clause):
        return True
    return bool(_TRADES.search(clause)) and not _GROWN_TRADES.match(clause)
