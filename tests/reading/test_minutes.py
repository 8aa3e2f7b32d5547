"""Minutes and instructions in many manners, all written for these tests: who is to do what, by when."""

import argparse
import datetime
import json

import pytest

from huying.reading import NotAReport, read
from huying.reading.cli import add_arguments, run

STANDING = """柳川县人民政府常务会议纪要
〔2023〕8号
柳川县人民政府办公室　　　　　2023年5月12日
2023年5月10日，县长周望舒主持召开县第十七届人民政府第三十次常务会议。现将会议议定事项纪要如下：
一、研究城区易涝点整治工作
会议听取了县住建局关于城区易涝点整治情况的汇报。会议认为，近年来整治工作取得了一定成效。
会议决定：
（一）由县住建局牵头，会同县水务局，于6月15日前完成12处易涝点整治。
（二）县财政局要统筹安排资金300万元，保障整治需要。
（三）县应急局负责汛期值守，各镇（街道）配合。
二、审议《柳川县公共停车场管理办法（送审稿）》
会议原则同意《柳川县公共停车场管理办法（送审稿）》，由县公安局根据会议意见修改完善后按程序印发。
三、研究老旧市场改造事宜
会议指出，老旧市场安全隐患突出。会议要求，县市场监管局于7月底前提出改造方案，报县政府审定。
出席：周望舒　林知夏　何秋白
列席：县人大办、县政协办，县财政局、县住建局主要负责人
记录：方小满
分送：县政府领导，各镇人民政府，县政府各部门。
"""

SPECIAL = """关于青云路施工占道问题的专题会议纪要
时间：2024年3月6日上午
地点：区政府三楼会议室
主持人：陆明远
参加人员：区住建局 王一、区交警大队 李二、区城管局 张三
会议议定如下事项：
1.区住建局于3月20日前公布围挡调整方案。
2.请区交警大队尽快优化周边信号配时，缓解早晚高峰拥堵。
3.区城管局、云溪街道要加强占道经营整治，每周报送进展。
"""

TABLE = (
    "临江区政府第12次区长办公会议纪要\n临府会纪〔2022〕12号\n会议决定事项分工如下：\n"
    "序号\t议定事项\t责任单位\t完成时限\n1\t编制农贸市场改造方案\t区市场监管局\t2022年9月底前\n2\t完成6所学校饮水设备更换\t区教育局\t8月25日前\n"
)

NOTES = """青溪镇党政联席会议纪要
（2023年第9期）
2023年9月4日，镇长沈知秋同志主持召开镇党政联席会议，研究秋季护林防火等工作。纪要如下：
一是做好护林防火。各村要落实护林员，严禁野外用火。（责任单位：镇农业办；完成时限：9月30日前）
二是推进村道亮化。完成8个村路灯安装。（责任单位：镇村建办，配合单位：供电所；完成时限：10月底）
"""

ACROSS = """云港市河道治理工作协调会会议纪要
2021年11月2日
会议明确：一是市水务局负责编制清淤方案，11月20日前报市政府；二是市财政局负责落实资金；三是相关区政府负责征拆，市自然资源局配合。
会议议定，暂缓实施北塘河改道工程，待论证后再议。
"""

LINES = """柳川县招商引资工作调度会纪要
2024年2月18日
一、加快签约项目落地
逐个项目明确专班，确保3月底前开工5个项目。
责任单位：县商务局
完成时限：3月31日前
二、优化用地保障
必须在4月中旬前完成2宗工业用地出让。
责任单位：县自然资源局
"""

RETURNED = """柳川县人民政府第41次常务会议纪要
2022年7月8日
一、关于县体育中心运营方案
会议不同意该方案，责成县文旅局修改完善后再次提交会议研究。
二、关于表彰先进集体
会议同意对15个先进集体予以表彰。
"""

REMARK = """县长周望舒批示：
请县住建局牵头，县水务局配合，5月底前把柳河桥下积水点整改到位，并举一反三排查全县易涝点。
2023年5月6日
"""

REMARK_FORM = """领导批示办理单
批示领导：林知夏副区长
批示时间：2024年6月3日
批示内容：请区教育局会同区公安局于7月10日前完成校园周边交通隐患排查，结果报我。
承办单位：区教育局
"""

REMARK_PERSON = """批示摘录
何秋白副县长在《群众来信摘报》上批示：请王明同志阅处，务必妥善解决拖欠工资问题。2023年1月9日
"""

NOTICE = """关于限期整改扬尘问题的督办通知
临督字〔2023〕15号
区住建局：
近期巡查发现，滨江路三处工地裸土未覆盖。根据区政府要求，现就有关事项通知如下：
一、请你局立即督促施工单位完成裸土覆盖，于4月15日前整改到位。
二、举一反三，于4月30日前完成全区在建工地排查。
三、请于5月5日前将办理情况书面报区政府督查室。
临江区人民政府督查室
2023年4月8日
"""

SHEET = """督办单
编号：柳督〔2024〕3号
督办事项：东门农贸市场消防通道被占用
承办单位：县市场监管局
协办单位：县消防救援大队、城关镇
办理时限：2024年4月20日前
办理要求：请查明原因，拆除占用设施，建立长效管理机制。
签发：周望舒
"""

SHEET_TABLE = (
    "交办单\n交办时间\t2024年5月6日\t编号\t第7号\n交办事项\t修复云溪路破损路面\n责任单位\t区城管局\t办理时限\t5月16日前\n"
    "交办依据\t区长信箱来信\n区政府办公室\n云港市临江区\n本单由承办部门留存，办结后连同照片和说明一并退回督查室归档备查，逾期未办结的须书面说明原因。\n"
)

TRANSFER = """工作交办通知
各镇人民政府、县直各有关单位：
为做好防汛工作，请各镇于5月20日前完成在册水库巡查；县水务局要每日通报水情；县气象局及时发布预警。
柳川县防汛抗旱指挥部办公室
2023年5月11日
"""


def told(text):
    return [(m.who, m.helpers, m.deadline and m.deadline.isoformat(), m.act) for m in read(text).matters]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            STANDING,
            [
                ("县住建局", "县水务局", "2023-06-15", "assign"),
                ("县财政局", "", None, "assign"),
                ("县应急局", "各镇（街道）", None, "assign"),
                ("县公安局", "", None, "approve"),
                ("县市场监管局", "", "2023-07-31", "assign"),
            ],
        ),
        (
            SPECIAL,
            [
                ("区住建局", "", "2024-03-20", "assign"),
                ("区交警大队", "", None, "assign"),
                ("区城管局、云溪街道", "", None, "assign"),
            ],
        ),
        (TABLE, [("区市场监管局", "", "2022-09-30", "assign"), ("区教育局", "", "2022-08-25", "assign")]),
        (
            NOTES,
            [("镇农业办", "", "2023-09-30", "assign"), ("镇村建办", "供电所", "2023-10-31", "assign")],
        ),
        (
            ACROSS,
            [
                ("市水务局", "", "2021-11-20", "assign"),
                ("市财政局", "", None, "assign"),
                ("相关区政府", "市自然资源局", None, "assign"),
                ("", "", None, "defer"),
            ],
        ),
        (LINES, [("县商务局", "", "2024-03-31", "assign"), ("县自然资源局", "", "2024-04-20", "assign")]),
        (RETURNED, [("县文旅局", "", None, "return"), ("", "", None, "approve")]),
        (REMARK, [("县住建局", "县水务局", "2023-05-31", "assign")]),
        (REMARK_FORM, [("区教育局", "区公安局", "2024-07-10", "assign")]),
        (REMARK_PERSON, [("王明同志", "", None, "assign")]),
        (
            NOTICE,
            [
                ("区住建局", "", "2023-04-15", "assign"),
                ("区住建局", "", "2023-04-30", "assign"),
                ("区住建局", "", "2023-05-05", "assign"),
            ],
        ),
        (
            SHEET,
            [
                ("县市场监管局", "县消防救援大队、城关镇", "2024-04-20", "assign"),
                ("县市场监管局", "", None, "assign"),
            ],
        ),
        (SHEET_TABLE, [("区城管局", "", "2024-05-16", "assign")]),
        (
            TRANSFER,
            [
                ("各镇", "", "2023-05-20", "assign"),
                ("县水务局", "", None, "assign"),
                ("县气象局", "", None, "assign"),
            ],
        ),
    ],
    ids=[
        "standing", "special", "table", "notes", "across", "lines", "returned", "remark", "remark form",
        "remark to a person", "notice", "sheet", "sheet in a table", "transfer",
    ],
)  # fmt: skip
def test_who_is_to_do_it_and_by_when(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "kind", "title", "number", "day"),
    [
        (STANDING, "minutes", "柳川县人民政府常务会议纪要", "〔2023〕8号", (2023, 5, 12)),
        (SPECIAL, "minutes", "关于青云路施工占道问题的专题会议纪要", "", (2024, 3, 6)),
        (TABLE, "minutes", "临江区政府第12次区长办公会议纪要", "临府会纪〔2022〕12号", None),
        (NOTICE, "instruction", "关于限期整改扬尘问题的督办通知", "临督字〔2023〕15号", (2023, 4, 8)),
        (SHEET, "instruction", "督办单", "柳督〔2024〕3号", None),
    ],
)
def test_the_head_names_the_document(text, kind, title, number, day):
    report = read(text)
    assert (report.kind, report.title, report.number) == (kind, title, number)
    assert report.date == (datetime.date(*day) if day else None)


def test_who_attended_is_set_aside_and_orders_nothing():
    report = read(STANDING)
    aside = "".join(report.text[span.start : span.end] for span in report.chrome if span.reason == "attendees")
    assert "何秋白" in aside and "县人大办" in aside and "方小满" in aside
    assert all("何秋白" not in matter.quote for matter in report.matters)
    assert report.speaker == "周望舒"


def test_a_matter_knows_its_point_of_the_agenda_and_its_place():
    report = read(STANDING)
    assert [matter.item for matter in report.matters][::4] == ["研究城区易涝点整治工作", "研究老旧市场改造事宜"]
    assert all(report.text[matter.start : matter.end] == matter.quote for matter in report.matters)
    assert all(matter.rule and 0 < matter.confidence <= 1 for matter in report.matters)


def test_what_a_matter_asks_stands_without_who_says_and_does_it():
    assert read(SPECIAL).matters[0].what == "于3月20日前公布围挡调整方案"


def test_what_must_be_done_becomes_a_commitment_with_its_lead():
    rows = read(STANDING).commitments
    assert [(row.lead, row.deadline_source) for row in rows] == [
        ("县住建局", "said"), ("县财政局", ""), ("县应急局", ""), ("县市场监管局", "said"),
    ]  # fmt: skip


def test_minutes_that_are_only_a_menu_are_refused_with_a_sentence():
    menu = (
        "政务公开\n会议纪要\n"
        + "\n".join(f"市政府第{n}次常务会议纪要 2023-0{n % 9 + 1}-12" for n in range(1, 20))
        + "\n下一页\n"
    )
    with pytest.raises(NotAReport) as refusal:
        read(menu)
    assert refusal.value.code == "minutes.no-matter"
    assert "目录" in refusal.value.sentence and "list" in refusal.value.english


def test_a_report_that_speaks_of_instructions_is_a_report():
    text = (
        "2021年柳川县政府工作报告\n各位代表：\n现在，我代表县人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。\n"
        "一、2020年工作回顾\n批示办理率100%。会议纪要落实到位。\n二、2021年工作安排\n建成县图书馆。\n"
    )
    assert (read(text).kind, read(text).matters) == ("report", [])


def test_matters_are_written_like_every_other_row(tmp_path, capsys):
    path = tmp_path / "纪要.txt"
    path.write_text(STANDING, encoding="utf-8")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args([str(path), "--matters", "--format", "jsonl"])) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["who"] for row in rows][:2] == ["县住建局", "县财政局"]
    assert run(parser.parse_args([str(path)])) == 0
    shown = capsys.readouterr().out
    assert "议定事项（5）" in shown and "县住建局" in shown


def test_ten_days_are_counted_from_the_day_of_the_document():
    text = "关于防汛的督办通知\n青溪镇人民政府：\n请你镇10日内完成危房排查，15个工作日内报送总结。\n2024年5月6日\n"
    (matter,) = read(text).matters
    assert (matter.who, matter.deadline) == ("青溪镇人民政府", datetime.date(2024, 5, 16))


PARTY = """柳川县政府党组会议暨第58次常务会议纪要
2023年8月16日下午，县委副书记、县长周望舒主持召开第58次常务会议。纪要如下：
一、审议物业管理实施意见
会议议定：
1、原则通过该《意见》，由县住建局进一步修改完善后，以县政府名义印发实施。
2、资金缺口由县财政局从2023年预备费中列支。
二、听取安全生产工作汇报
会议决定，成立隐患排查工作专班，由副县长林知夏任组长，9月1日前制定工作方案。
参会人员：
县住建局：张  伟  李  强
县财政局：王  敏
"""

TOPICS = """云溪街道办公会议纪要
（第15期）
时间：2024年7月3日
议题一：防台风工作。由应急办牵头，各社区配合，7月5日前完成简易工棚排查。
议题二：其他。请城管办对占道经营拿出方案，下周一前报主任审定。
"""

CIRCULAR = """关于柳河大桥加固工程进度的督查通报
县交通运输局：
4月2日，县政府督查室对工程进行了实地督查。现提出如下要求：
（一）县交通运输局要倒排工期，确保6月30日前完成主体工程。
（二）每月25日前报送进展。
2024年4月5日
"""

SIGNED_SHEET = """市政府领导批示件
〔2024〕第36号
来文单位：市信访局
批示：
请市水务局立即核查，3日内恢复供水。
林知夏
8月12日
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            PARTY,
            [("县住建局", "", None, "approve"), ("县财政局", "", None, "assign"), ("", "", "2023-09-01", "assign")],
        ),
        (TOPICS, [("应急办", "各社区", "2024-07-05", "assign"), ("城管办", "", "2024-07-08", "assign")]),
        (CIRCULAR, [("县交通运输局", "", "2024-06-30", "assign"), ("县交通运输局", "", None, "assign")]),
        (SIGNED_SHEET, [("市水务局", "", "2024-08-15", "assign")]),
    ],
    ids=["party", "topics", "circular", "signed"],
)
def test_other_manners_of_minutes_and_orders(text, expected):
    assert told(text) == expected


def test_a_list_of_names_after_its_heading_is_set_aside():
    report = read(PARTY)
    assert sum(span.reason == "attendees" for span in report.chrome) == 3
