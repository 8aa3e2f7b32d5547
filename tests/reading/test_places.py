"""Which place a report speaks of: its name and code in its year, and what it is called today."""

import csv
from pathlib import Path

import pytest

from huying.reading import places, read
from huying.reading.numbers import normal
from huying.reading.outline import outline

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "reports" / "corpus"
# The folder of these is named by the year looked back on; their own first lines say a year later.
MISNAMED = {f"province/四川省/{year}.txt" for year in (2003, 2012, 2013, 2019)}
BODY = "现在，我代表{}人民政府，向大会报告工作，请予审议，并请各位政协委员和其他列席人员提出意见。\n一、工作回顾\n增长5%。\n{}\n"


@pytest.mark.parametrize(
    ("said", "year", "name", "code", "now", "now_code"),
    [
        ("广州市天河区", 2020, "天河区", "440106", "天河区", "440106"),
        ("番禺县", 1990, "番禺县", "440126", "番禺区", "440113"),
        ("番禺市", 1998, "番禺市", "440181", "番禺区", "440113"),
        ("绍兴县", 2012, "绍兴县", "330621", "柯桥区", "330603"),
        ("襄樊市", 2008, "襄樊市", "420600", "襄阳市", "420600"),
        ("黔西南州", 2022, "黔西南布依族苗族自治州", "522300", "黔西南布依族苗族自治州", "522300"),
        ("宁波市江北区", 2021, "江北区", "330205", "江北区", "330205"),
        ("重庆市", 1995, "重庆市", "510200", "重庆市", "500000"),
        ("重庆市", 2005, "重庆市", "500000", "重庆市", "500000"),
    ],
)
def test_a_place_has_the_name_and_code_of_its_year_and_those_of_today(said, year, name, code, now, now_code):
    found = places.find(said, year)
    assert (found.name, found.code, found.now, found.now_code) == (name, code, now, now_code)


@pytest.mark.parametrize(("said", "level"), [("昆山市", "county"), ("苏州市", "city"), ("上海市", "province")])
def test_the_code_tells_the_level_of_a_city(said, level):
    assert places.find(said, 2015).level == level


def test_a_name_that_several_places_bear_has_no_code_unless_the_text_tells_which():
    assert places.find("江北区", 2020) is None
    assert places.find("江北区", 2020, "宁波市委、市政府的领导下，宁波……").code == "330205"


def test_what_an_abolished_place_became_is_left_open_when_it_was_divided():
    found = places.find("崇文区", 2005)
    assert (found.code, found.now) == ("110103", "")


def test_a_report_that_only_says_our_city_is_told_by_the_names_in_it():
    text = "各位代表：\n" + BODY.format("市", "全市工业在淮安市西部，淮安区和淮阴区居首。淮安市开发区扩大。" * 3)
    report = read(text)
    assert (report.place, report.level, report.division) == ("淮安市", "city", "320800")


def test_a_county_that_became_a_district_keeps_its_name_of_the_year():
    text = "2013年增城市政府工作报告\n各位代表：\n" + BODY.format("增城市", "")
    report = read(text)
    assert (report.place, report.division) == ("增城市", "440183")
    assert (report.place_now, report.division_now) == ("增城区", "440118")


def test_a_place_that_the_table_does_not_know_has_no_code():
    report = read("2013年青溪县政府工作报告\n各位代表：\n" + BODY.format("青溪县", ""))
    assert (report.place, report.level, report.division, report.place_now) == ("青溪县", "county", "", "")


def test_every_code_has_six_digits_and_no_name_is_given_twice_at_once():
    for name, found in places.table().items():
        assert all(len(place.code) == 6 and place.code.isdigit() and place.since < place.until for place in found), name
    latest = [place.code for found in places.table().values() for place in found if place.until == 9999]
    assert len(latest) == len(set(latest))


@pytest.mark.skipif(not CORPUS.exists(), reason="no reference texts")
def test_place_year_and_level_of_real_reports_are_right():
    wrong = []
    with (CORPUS / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        path = CORPUS / row["path"]
        text = path.read_text(encoding="utf-8")
        facts = outline(text, normal(text), path.name).facts
        place = "全国" if row["place"] == "国务院" else row["place"]
        level = "province" if place in ("北京市", "上海市", "天津市", "重庆市") else row["level"]
        if (facts.place, facts.level, str(facts.year)) != (place, level, row["year"]):
            wrong.append(row["path"])
    assert set(wrong) <= MISNAMED
