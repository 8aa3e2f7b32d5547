"""Last year's promises against this year's outcomes: which belong together, which only seem to, and what is said of them."""

import csv
import io
import json
from decimal import Decimal
from fractions import Fraction

import fastexcel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying import cli
from huying.reading import read
from huying.reading.compare import NotComparable, compare
from huying.reading.compare_files import COLUMNS, page, write_comparison
from huying.reading.matching import subject_of
from huying.reading.measures import common, size, spoken
from huying.reading.milestones import name_of

OPENING = "各位代表：\n现在，我代表市人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。\n"


def report(year: int, *, told: str = "", promised: str = "", place: str = "青溪市", review: str = ""):
    """A report of one place and year, with what it tells of the year before and what it promises for its own."""
    text = (
        f"{year}年{place}政府工作报告\n{OPENING}一、{review or f'{year - 1}年工作回顾'}\n{told or '各项工作稳中有进。'}\n"
        f"二、{year}年工作安排\n{promised or '扎实做好各项工作。'}\n"
    )
    return read(text, f"{place}{year}.txt")


def verdicts(promised: str, told: str, anew: str = "", **kind) -> dict[str, str]:
    """subject -> verdict of the promises of 2022, as told in the report of 2023."""
    found = compare(report(2022, promised=promised), report(2023, told=told, promised=anew), **kind)
    return {pair.subject: pair.verdict for pair in found.pairs}


def only(promised: str, told: str, anew: str = "", **kind):
    (pair,) = compare(report(2022, promised=promised), report(2023, told=told, promised=anew), **kind).pairs
    return pair


def test_a_target_that_was_reached_is_met_with_both_quotes_and_places():
    earlier = report(2022, promised="城镇新增就业6万人。")
    later = report(2023, told="全年城镇新增就业6.3万人。")
    (pair,) = compare(earlier, later).pairs
    assert pair.verdict == "met"
    assert earlier.text[pair.promised.start : pair.promised.end] == pair.promised.quote == "城镇新增就业6万人"
    assert later.text[pair.reported.start : pair.reported.end] == pair.reported.quote
    assert pair.promised.value == 60000 and pair.reported.value == 63000
    assert "6万人" in pair.why and "6.3万人" in pair.why and 0.5 < pair.confidence <= 1


def test_a_target_that_was_not_reached_is_missed():
    assert only("地区生产总值增长6%以上。", "地区生产总值增长5.2%。").verdict == "missed"


def test_names_of_one_quantity_meet():
    told = "GDP增长6.1%，地方财政收入增长7%，规上工业增加值增长8%。"
    promised = "地区生产总值增长6%，一般公共预算收入增长7%，规模以上工业增加值增长8%。"
    assert set(verdicts(promised, told).values()) == {"met"}


def test_words_in_another_order_meet():
    assert only("改造老旧小区120个。", "完成老旧小区改造126个。").verdict == "met"


@pytest.mark.parametrize(
    ("promised", "told"),
    [
        ("新建高标准农田15万亩。", "新建高标准农田1万公顷。"),
        ("新建农村公路100公里。", "新建农村公路100千米。"),
        ("粮食产量稳定在20万吨。", "粮食产量达到4亿斤。"),
        ("新增绿地2平方公里。", "新增绿地200公顷。"),
    ],
)
def test_the_same_amount_in_another_unit_is_met(promised, told):
    assert only(promised, told).verdict == "met"


def test_less_in_another_unit_is_missed():
    assert only("新建高标准农田15万亩。", "新建高标准农田0.9万公顷。").verdict == "missed"


def test_rounding_between_units_does_not_make_a_miss():
    assert only("新建高标准农田20万亩。", "新建高标准农田13333公顷。").verdict == "met"


# --- what only seems to belong together ------------------------------------------------------------------------


def test_a_part_does_not_stand_for_the_whole():
    pair = only("城镇新增就业6万人。", "促进就业创业，其中高校毕业生就业6.5万人。")
    assert pair.verdict == "not reported" and pair.reported.start is None


def test_the_urban_core_does_not_stand_for_the_city():
    assert only("PM2.5平均浓度降至35微克/立方米。", "市区PM2.5平均浓度降至33微克/立方米。").verdict == "not reported"


def test_the_city_does_not_stand_for_its_district():
    earlier = report(2022, promised="地区生产总值增长6%。", place="青溪市南湖区")
    later = report(2023, told="全市地区生产总值增长7%，全区经济平稳运行。", place="青溪市南湖区")
    assert [pair.verdict for pair in compare(earlier, later).pairs] == ["not reported"]


def test_growth_is_not_held_to_a_level():
    pair = only("一般公共预算收入增长6%。", "一般公共预算收入达到85亿元。")
    assert pair.verdict == "not reported" and "85亿元" in pair.why


def test_growth_told_after_the_level_is_the_growth():
    pair = only("一般公共预算收入增长6%。", "一般公共预算收入达到85亿元，增长6.4%。")
    assert pair.verdict == "met" and pair.reported.value == Decimal("6.4")


def test_a_sum_of_five_years_is_not_the_year():
    pair = only("新建农村公路100公里。", "五年来，新建农村公路560公里。")
    assert pair.verdict == "not reported" and "多年" in pair.why


def test_a_running_total_is_not_the_year():
    assert only("发放创业贷款3亿元。", "累计发放创业贷款9亿元。").verdict == "not reported"


def test_the_average_of_years_is_not_the_year():
    assert only("地区生产总值增长6%。", "“十三五”期间，地区生产总值年均增长7%。").verdict == "not reported"


def test_half_a_year_is_not_the_year():
    assert only("地区生产总值增长6%。", "上半年地区生产总值增长7%。").verdict == "not reported"


def test_another_year_is_not_the_year():
    assert only("城镇新增就业6万人。", "2020年城镇新增就业7万人。").verdict == "not reported"


def test_per_head_is_not_the_whole():
    assert only("地区生产总值增长6%。", "人均地区生产总值增长6.5%。").verdict == "not reported"


def test_surveyed_and_registered_unemployment_stay_apart():
    assert only("城镇调查失业率控制在5.5%以内。", "城镇登记失业率3.1%。").verdict == "not reported"


def test_begun_is_not_built():
    assert only("建成幼儿园12所。", "新开工幼儿园12所。").verdict == "not reported"


def test_added_is_not_the_stock():
    assert only("高新技术企业达到800家。", "新增高新技术企业120家。").verdict == "not reported"


def test_what_was_added_to_a_level_is_not_the_level():
    pair = only("万人发明专利拥有量达到20件。", "万人发明专利拥有量达到22件，年内增加4件。")
    assert pair.verdict == "met" and pair.reported.value == 22
    assert only("万人发明专利拥有量达到20件。", "万人发明专利拥有量稳步提高，年内增加4件。").verdict == "not reported"


def test_a_paragraph_on_the_last_year_does_not_speak_for_five_years():
    earlier = report(2022, promised="建成保障性住房3万套。")
    later = report(
        2023,
        review="过去五年工作回顾",
        told="五年来，我们砥砺前行。\n（一）经济稳中有进。2022年地区生产总值增长6%。\n（二）民生持续改善。建成保障性住房12万套。",
    )
    assert [pair.verdict for pair in compare(earlier, later).pairs] == ["not reported"]


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ("本届政府自2018年履职以来，城乡面貌一新。\n民生持续改善。建成保障性住房12万套。", "not reported"),
        (
            "五年来，我们砥砺前行。\n经济迈上新台阶。2022年经济增长6%。\n民生持续改善。建成保障性住房12万套。",
            "not reported",
        ),
        ("产业做强，创下改革开放以来最好成绩。建成保障性住房4万套。", "met"),
        ("五年来，我们砥砺前行。\n2022年，我们攻坚克难。\n民生持续改善。建成保障性住房4万套。", "met"),
    ],
)
def test_the_stretch_of_time_is_known_from_how_the_lines_before_open(told, verdict):
    assert only("建成保障性住房3万套。", told).verdict == verdict


def test_a_number_far_off_is_taken_for_something_else():
    pair = only("新建口袋公园20个。", "新建口袋公园1个。")
    assert pair.verdict == "not reported" and pair.confidence < 0.9


def test_two_numbers_for_one_thing_are_not_guessed_between():
    pair = only("新建口袋公园20个。", "新建口袋公园21个。城区新建口袋公园15个。全市新建口袋公园30个。")
    assert pair.verdict in ("not reported", "met") and (pair.verdict == "met") is (pair.reported.value == 21)


# --- comparators -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promised", "told", "verdict"),
    [
        ("地区生产总值增长6%左右。", "地区生产总值增长5.8%。", "met"),
        ("地区生产总值增长6%左右。", "地区生产总值增长5.1%。", "missed"),
        ("地区生产总值增长6%。", "地区生产总值增长5.9%。", "missed"),
        ("地区生产总值增长6%—6.5%。", "地区生产总值增长6.1%。", "met"),
        ("地区生产总值增长6%—6.5%。", "地区生产总值增长7%。", "met"),
        ("地区生产总值增长6%—6.5%。", "地区生产总值增长5.9%。", "missed"),
        ("地区生产总值增长6%。", "地区生产总值下降1%。", "missed"),
        ("居民消费价格涨幅控制在3%以内。", "居民消费价格上涨2.1%。", "met"),
        ("居民消费价格涨幅控制在3%以内。", "居民消费价格上涨3.4%。", "missed"),
        ("居民消费价格涨幅3%左右。", "居民消费价格上涨2%。", "met"),
        ("城镇调查失业率5.5%左右。", "城镇调查失业率5.1%。", "met"),
        ("单位地区生产总值能耗下降3%。", "单位地区生产总值能耗下降3.5%。", "met"),
        ("单位地区生产总值能耗下降3%以上。", "单位地区生产总值能耗下降2.5%。", "missed"),
        ("淘汰老旧车辆4600辆以上。", "淘汰老旧车辆4800辆。", "met"),
        ("PM2.5平均浓度降至35微克/立方米以下。", "PM2.5平均浓度降至31.9微克/立方米。", "met"),
    ],
)
def test_comparators_decide(promised, told, verdict):
    assert only(promised, told).verdict == verdict


def test_the_tolerance_of_about_is_declared_and_can_be_set():
    assert only("城镇新增就业10万人左右。", "城镇新增就业9.6万人。").verdict == "met"
    assert only("城镇新增就业10万人左右。", "城镇新增就业9.6万人。", tolerance=Fraction(1, 100)).verdict == "missed"


def test_an_outcome_told_as_about_is_less_sure():
    sure, rough = (only("城镇新增就业6万人。", f"城镇新增就业{word}万人。").confidence for word in ("6", "约6"))
    assert rough < sure


# --- targets set anew, later or twice --------------------------------------------------------------------------


def test_a_target_set_anew_without_an_outcome_is_a_changed_target():
    pair = only("服务业增加值增长7%。", "服务业稳步发展。", "服务业增加值增长6.5%。")
    assert pair.verdict == "changed target" and pair.next.value == Decimal("6.5") and "7%" in pair.why


def test_the_same_target_set_again_is_only_not_reported():
    assert only("服务业增加值增长7%。", "服务业稳步发展。", "服务业增加值增长7%。").verdict == "not reported"


def test_an_outcome_comes_before_a_new_target():
    pair = only("服务业增加值增长7%。", "服务业增加值增长7.2%。", "服务业增加值增长6.5%。")
    assert pair.verdict == "met" and pair.next.value == Decimal("6.5")


def test_a_target_of_a_later_year_is_not_due():
    assert only("到2025年，森林覆盖率达到46%。", "森林覆盖率达到44%。").verdict == "not due"


def test_a_later_target_moved_is_a_changed_target():
    pair = only("到2025年，森林覆盖率达到46%。", "生态持续改善。", "到2025年，森林覆盖率达到45%。")
    assert pair.verdict == "changed target" and "2025" in pair.why


def test_what_must_not_happen_is_no_target_to_reach():
    assert verdicts("不新增地方政府隐性债务，坚决守住底线。", "新增地方政府债券12亿元。") == {}


def test_what_was_not_promised_is_listed_when_asked():
    found = compare(
        report(2022, promised="城镇新增就业6万人。"),
        report(2023, told="城镇新增就业6万人。新建桥梁3座。"),
        unpromised=True,
    )
    assert [(pair.rule, pair.promised.start is None) for pair in found.pairs] == [
        ("compare.figure", False),
        ("compare.unpromised", True),
    ]
    assert found.counts()["met"] == 1 and sum(found.counts().values()) == 1


# --- promises without a number ---------------------------------------------------------------------------------


def test_a_named_work_that_is_done_is_met():
    pair = only("建成青溪大桥二期工程。", "青溪大桥二期建成通车。")
    assert pair.verdict == "met" and pair.rule == "compare.milestone" and "建成" in pair.why


def test_a_named_work_still_going_on_is_not_done():
    pair = only("建成青溪大桥二期工程。", "青溪大桥二期加快推进。")
    assert pair.verdict == "missed" and pair.confidence < 0.7


def test_a_work_without_a_name_of_its_own_is_not_judged():
    assert verdicts("建成重点项目工程。", "重点项目工程建成。") == {}
    assert name_of("推进重点项目建设") == "" and name_of("加快青溪大桥二期建设") == "青溪大桥二期"


# --- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "later", "code"),
    [
        (report(2022), report(2022), "compare.same-file"),
        (report(2022), report(2023, place="白石市"), "compare.other-place"),
        (report(2023), report(2022), "compare.order"),
    ],
)
def test_reports_that_do_not_belong_together_are_refused_with_a_sentence(earlier, later, code):
    with pytest.raises(NotComparable) as refused:
        compare(earlier, later)
    assert refused.value.code == code
    assert all((refused.value.zh, refused.value.en, refused.value.mend_zh, refused.value.mend_en))


def test_years_that_do_not_follow_are_compared_and_said_to_be_so():
    found = compare(report(2021, promised="城镇新增就业6万人。"), report(2023, told="城镇新增就业7万人。"))
    assert "2023" in found.notes[0] and [pair.verdict for pair in found.pairs] == ["not reported"]


# --- written out -----------------------------------------------------------------------------------------------


@pytest.fixture
def found():
    return compare(
        report(2022, promised="城镇新增就业6万人。服务业增加值增长7%<7.5%。"),
        report(2023, told="城镇新增就业6.3万人。"),
    )


def written(found, format, language="zh") -> bytes:
    stream = io.BytesIO()
    write_comparison(found, format, stream, language)
    return stream.getvalue()


def test_csv_xlsx_and_jsonl_hold_the_same_rows(found):
    rows = list(csv.DictReader(io.StringIO(written(found, "csv").decode("utf-8-sig"))))
    lines = [json.loads(line, parse_float=Decimal) for line in written(found, "jsonl").splitlines()]
    sheet = fastexcel.read_excel(written(found, "xlsx")).load_sheet(0).to_polars()
    assert list(rows[0]) == COLUMNS == list(lines[0]) == sheet.columns
    assert rows[0]["promised_value"] == "60000" and lines[0]["reported_value"] == 63000
    assert sheet["verdict"].to_list() == [row["verdict"] for row in rows] == [line["verdict"] for line in lines]


def test_the_page_stands_alone_and_escapes_the_words(found):
    html = page(found)
    assert "<mark>" in html and "@media print" in html and "7.5%" in html and "<7.5" not in html
    assert "http" not in html and "src=" not in html and "兑现" in html
    assert "Promised" in page(found, "en") and 'lang="en"' in page(found, "en")


def test_the_table_says_each_promise_in_a_line(found):
    found = compare(found.earlier, found.later, language="en")
    table = written(found, "table", "en").decode()
    assert "met 1" in table and "Target 6万人; reported 6.3万人, which reaches it." in table


def test_the_command_writes_and_refuses(tmp_path, capsys):
    names = []
    for item in (report(2022, promised="城镇新增就业6万人。"), report(2023, told="城镇新增就业6万人。")):
        path = tmp_path / item.name
        path.write_text(item.text, encoding="utf-8")
        names.append(str(path))
    target = tmp_path / "对照.html"
    assert cli.main(["compare", *names, "--format", "html", "-o", str(target)]) == 0
    assert "兑现" in target.read_text(encoding="utf-8")
    assert cli.main(["compare", *reversed(names)]) == 2
    assert "compare.order" in capsys.readouterr().err
    assert cli.main(["compare", names[0], str(tmp_path / "没有.txt")]) == 2


# --- arithmetic ------------------------------------------------------------------------------------------------


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_area_is_the_same_in_mu_and_hectares(value):
    assert size(value * 15, "亩") == size(value, "公顷") == size(value / 100, "平方公里")


@given(st.integers(1, 10**14))
def test_a_value_as_spoken_is_the_value(value):
    from huying.reading.numbers import number

    assert number(spoken(Decimal(value), "元").removesuffix("元")) == value


def test_units_of_their_own_kind_stay():
    assert common("元") == ("元", 1) and common("美元")[0] != common("元")[0]


def test_the_doc_examples_of_subjects_hold():
    assert subject_of("新建改造老旧小区面积") == ("老旧小区", "rebuild")
    assert subject_of("老旧小区改造面积") == ("老旧小区", "improve")


def test_the_reports_own_place_before_a_thing_makes_it_no_other_thing():
    assert only("食品安全知识知晓率达到85%以上。", "青溪市食品安全知识知晓率为86%。").verdict == "met"


def test_the_scope_of_a_rank_before_a_semicolon_is_not_of_what_follows():
    pair = only("社会消费品零售总额增长8%。", "工业投资增长9%，居全省第4位；社会消费品零售总额增长8.5%。")
    assert pair.verdict == "met"
