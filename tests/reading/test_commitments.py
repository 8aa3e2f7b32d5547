"""Commitments: what is promised, how it is measured, and what is no promise. The sentences were written for these tests."""

import datetime

import pytest

from huying.reading import read

FRAME = (
    "2021年柳川县政府工作报告\n各位代表：\n现在，我代表县人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。\n"
    "一、2020年工作回顾\n过去一年，全县建成学校3所，完成道路改造12公里。\n二、2021年工作安排\n{}\n"
)


def promises(sentence):
    return read(FRAME.format(sentence)).commitments


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("完成15个老旧小区改造。", [("完成15个老旧小区改造", "numeric", 15, "个", "eq")]),
        ("新增城镇就业8000人以上。", [("新增城镇就业8000人以上", "numeric", 8000, "人", "ge")]),
        ("审批时限压减至20个工作日以内。", [("审批时限压减至20个工作日以内", "numeric", 20, "工作日", "le")]),
        ("森林覆盖率达到45%。", [("森林覆盖率达到45%", "numeric", 45, "%", "eq")]),
        ("年内建成县文化馆。", [("年内建成县文化馆", "milestone", None, "", "")]),
        ("启动青年公寓建设。", [("启动青年公寓建设", "milestone", None, "", "")]),
        ("柳川大桥年底前通车。", [("柳川大桥年底前通车", "milestone", None, "", "")]),
        ("健全社会救助体系。", [("健全社会救助体系", "qualitative", None, "", "")]),
        ("持续优化营商环境。", [("持续优化营商环境", "qualitative", None, "", "")]),
        (
            "改造农贸市场4个、公共厕所20座。",
            [("改造农贸市场4个", "numeric", 4, "个", "eq"), ("公共厕所20座", "numeric", 20, "座", "eq")],
        ),
        ("扎实推进乡风文明建设。", [("扎实推进乡风文明建设", "qualitative", None, "", "")]),
        ("以数字赋能提升政务服务效能。", [("以数字赋能提升政务服务效能", "qualitative", None, "", "")]),
    ],
)
def test_a_sentence_promises(sentence, expected):
    found = [(row.title, row.measurable, row.value, row.unit, row.comparator) for row in promises(sentence)]
    assert found == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "各位代表！任务艰巨，使命光荣。",
        "让我们更加紧密地团结起来，为建设美好柳川而奋斗！",
        "面对新形势，机遇与挑战并存。",
        "坚持稳中求进工作总基调。",
        "必须清醒认识到，困难不少。",
        "要把招商引资作为全县工作的头等大事。",
        "始终把群众冷暖放在心上。",
        "以绿色发展引领乡村振兴。",
        "以沿河三镇为试点。",
        "结合“两山一水”功能定位。",
        "让绿水青山成为柳川的底色。",
        "我们要顺势而为、担当作为。",
        "我们必须乘势而上。",
        "市场信心必将有力提振。",
        "经济活力将加速释放。",
        "提出产业政策要准、社会政策要托底的要求。",
        "凝聚全县上下的智慧和力量。",
        "发扬柳川人敢闯敢试的精神。",
        "始终保持清醒头脑。",
        "积极应对各种风险挑战。",
        "主动适应城市发展新形势。",
        "各位代表！站上新起点，加快产业升级，全面改善民生，让我们一起努力！",
        "今年要抓好九项重点任务：",
    ],
)
def test_stances_and_calls_promise_nothing(sentence):
    assert promises(sentence) == []


def test_a_sentence_that_only_names_the_topic_is_no_promise():
    rows = promises("着力发展优质教育。新建小学2所。落实“双减”政策，加强教师培训。")
    assert [row.title for row in rows][0] == "新建小学2所"


def test_named_works_of_one_list_are_promises_of_their_own():
    rows = promises("加快推进柳川大桥、青云隧道建设。")
    assert [row.title for row in rows] == ["加快推进柳川大桥建设", "加快推进青云隧道建设"]
    assert rows[0].quote == rows[1].quote


def test_sides_of_one_thing_stay_one_promise():
    assert len(promises("提高办事效率和服务水平。")) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "统筹城市更新、乡村建设。",
        "促进产业发展与生态保护良性互动。",
        "深化与省内高校、科研院所合作。",
        "优化公共服务布局、结构、功能和标准体系。",
        "提升老城区承载能力和服务功能。",
        "明确时间表、路线图。",
        "整治形式主义、官僚主义。",
        "解决工程欠款、物业收费不透明等群众反映强烈的问题。",
        "落实好国家、省各项惠企政策。",
    ],
)
def test_what_is_done_to_several_things_together_is_one_promise(sentence):
    assert len(promises(sentence)) == 1


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("交通领域重点推进柳川大桥改造。", "交通领域重点推进柳川大桥改造"),
        ("东片区着力打造花卉产业带。", "东片区着力打造花卉产业带"),
        ("七是改善办学条件。", "七是改善办学条件"),
        ("二要健全用工制度。", "二要健全用工制度"),
        ("围绕节水增效攻克一批关键技术。", "围绕节水增效攻克一批关键技术"),
        ("允许个体户一址多照。", "允许个体户一址多照"),
        ("免费开放县档案馆。", "免费开放县档案馆"),
    ],
)
def test_a_promise_may_say_first_where_or_as_which_point_it_is_done(sentence, title):
    assert [row.title for row in promises(sentence)] == [title]


def test_the_number_of_a_point_within_a_paragraph_is_no_part_of_its_promise():
    assert [row.quote for row in promises("（1）建设冷库。（2）加快渔港改造。")] == ["建设冷库", "加快渔港改造"]


def test_what_was_done_last_year_is_no_promise():
    assert all("建成学校" not in row.quote for row in promises("新建公园1座。"))


def test_a_deadline_that_is_said_is_kept_apart_from_one_understood():
    said, understood, later = promises("6月底前完成普查登记。建设公园2座。到2023年建成供水管网60公里。")
    assert (said.deadline, said.deadline_source) == (datetime.date(2021, 6, 30), "said")
    assert (understood.deadline, understood.deadline_source) == (datetime.date(2021, 12, 31), "section")
    assert (later.deadline, later.deadline_source) == (datetime.date(2023, 12, 31), "said")


@pytest.mark.parametrize(
    ("sentence", "strength"),
    [
        ("确保安全生产形势稳定。", "must"),
        ("力争引进企业10家。", "strive"),
        ("探索建立积分制度。", "explore"),
        ("粮食产量稳定在12万吨左右。", "about"),
        ("完善公交线网。", "plain"),
    ],
)
def test_the_strength_of_a_promise_is_read(sentence, strength):
    assert promises(sentence)[0].strength == strength


def test_a_promise_carries_the_figures_inside_it():
    report = read(FRAME.format("新建幼儿园5所，增加学位1500个。"))
    first, second = report.commitments
    assert [report.figures[n].unit for n in first.figures + second.figures] == ["所", "个"]


def test_the_same_promise_said_twice_is_linked():
    rows = promises("完成12个交通堵点整治。\n附件1\n2021年民生实事\n1\n交通\n完成12个交通堵点整治。")
    assert [row.same_as for row in rows] == [None, 0]
    assert rows[1].deadline_source == "title"


def test_every_row_names_its_rule_and_the_reader():
    report = read(FRAME.format("新建幼儿园5所，完善托育服务。"))
    assert all(row.rule and row.reader == report.reader and 0 < row.confidence <= 1 for row in report.commitments)
    assert all(row.rule and row.reader == report.reader and 0 < row.confidence <= 1 for row in report.figures)


def test_offsets_point_at_the_quote():
    report = read(FRAME.format("　　（1）新建幼儿园５所，增加学位１５００个；完善托育服务。"))
    rows = [*report.figures, *report.commitments]
    assert rows and all(report.text[row.start : row.end] == row.quote for row in rows)


@pytest.mark.parametrize(
    ("sentence", "leads"),
    [
        (
            "新建公厕20座。（牵头单位：县城管局；配合单位：县财政局）建成县文化馆。（责任单位：县文旅局）",
            ["县城管局", "县文旅局"],
        ),
        ("由县教育局牵头，新建小学2所。", ["县教育局"]),
        ("1.新建停车场5个。\n责任单位：县住建局\n2.建成县福利院。\n责任单位：县民政局", ["县住建局", "县民政局"]),
        ("新建公园1座。", [""]),
    ],
)
def test_who_leads_is_read_where_the_report_says_it(sentence, leads):
    assert [row.lead for row in promises(sentence)] == leads


def test_a_table_of_tasks_gives_each_row_its_lead_and_its_day():
    rows = promises(
        "序号\t工作任务\t责任单位\t完成时限\n1\t新建幼儿园3所\t县教育局\t9月底前\n2\t建成体育公园\t县体育局\t2022年6月"
    )
    assert [(row.title, row.lead, row.deadline, row.deadline_source) for row in rows] == [
        ("新建幼儿园3所", "县教育局", datetime.date(2021, 9, 30), "said"),
        ("建成体育公园", "县体育局", datetime.date(2022, 6, 30), "said"),
    ]


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("三季度末前完成管网改造8公里。", (2021, 9, 30)),
        ("到“十四五”末建成绕城公路。", (2025, 12, 31)),
        ("用三年时间完成河道整治。", (2023, 12, 31)),
        ("5月20日前开放县图书馆。", (2021, 5, 20)),
        ("二〇二二年六月底前建成水厂。", (2022, 6, 30)),
    ],
)
def test_the_day_of_a_promise_is_read_in_many_words(sentence, day):
    (row,) = promises(sentence)
    assert (row.deadline, row.deadline_source) == (datetime.date(*day), "said")


@pytest.mark.parametrize(
    ("sentence", "titles"),
    [
        ("各级政府都要增加对农业的投入。", ["各级政府都要增加对农业的投入"]),
        ("发展林业，不仅是山区的需要，而且关系到子孙后代。", []),
        ("实现上述目标，任务十分艰巨。", []),
        ("今年县政府已经作出了绿化荒山的规划，完成了前期勘察。", []),
        ("确定上述目标，主要是基于以下考虑：扩大内需的政策将继续见效。", []),
        ("用先进技术改造传统产业。", ["用先进技术改造传统产业"]),
    ],
)
def test_the_language_of_earlier_decades_is_read(sentence, titles):
    assert [row.title for row in promises(sentence)] == titles


def test_aims_without_a_number_are_promises_where_aims_are_listed():
    rows = promises("今年的主要预期目标是：生产总值增长6%，居民收入与经济增长同步，生态环境质量持续改善。")
    assert [row.measurable for row in rows] == ["numeric", "qualitative", "qualitative"]


def test_a_paragraph_in_the_opening_that_says_what_must_be_done_looks_ahead():
    text = FRAME.format("新建公园1座。").replace(
        "二、2021年工作安排", "在今年的工作中，要大力发展旅游业。\n二、2021年工作安排"
    )
    assert any("旅游业" in row.title for row in read(text).commitments)


def test_a_promise_said_in_other_words_in_the_appendix_is_linked():
    rows = promises("力争新开办10所公办幼儿园。\n附件1\n2021年民生实事\n1\n教育\n新开办公办幼儿园10所。")
    assert [row.same_as for row in rows] == [None, 0]


def test_a_part_of_a_promised_total_knows_the_whole():
    rows = promises("完成食品抽检2200批次，其中生产环节220批次、餐饮环节1400批次。")
    assert [row.parent for row in rows] == [None, 0, 0]


def test_an_early_report_without_parts_is_judged_by_its_sentences():
    text = (
        "1957年政府工作报告\n——1957年6月26日在第一届全国人民代表大会第四次会议上\n各位代表：\n现在我代表国务院向大会报告工作，请各位代表审议。\n"
        "一、关于工业\n去年我们建成了三座水库，粮食增长了百分之五。今后我们必须继续加强农田水利建设。\n"
        "二、关于生活\n过去几年职工生活已经改善。\n"
    )
    assert [row.title for row in read(text).commitments] == ["今后我们必须继续加强农田水利建设"]


@pytest.mark.parametrize(
    ("sentence", "titles"),
    [
        ("到2025年，先进制造业、现代服务业比重大幅提升。", ["先进制造业比重大幅提升", "现代服务业比重大幅提升"]),
        ("主要目标是：县域经济稳步发展。社会事业全面进步。", ["县域经济稳步发展", "社会事业全面进步"]),
        ("推进青云山、柳河湾、北塘三大片区开发。", ["推进青云山开发", "推进柳河湾开发", "推进北塘三大片区开发"]),
        ("提高工作的针对性、主动性、有效性。", ["提高工作的针对性、主动性、有效性"]),
        ("聚焦主导产业推进企业技术改造。", ["聚焦主导产业推进企业技术改造"]),
        ("创新是引领发展的第一动力。", []),
        ("切实加强农村文化阵地的建设。", ["切实加强农村文化阵地的建设"]),
        ("我们必须坚持发展第一，必须坚持民生优先，必须坚持底线思维。", []),
    ],
)
def test_aims_lists_and_principles(sentence, titles):
    assert [row.title for row in promises(sentence)] == titles
