"""From a form to the list and off it again: what clerks do on the pages, from the screen to the derived ledger."""

from __future__ import annotations

from tests.derived.acting import LONGDONG, follow
from tests.web.walking import person, press, text_of

OLD = "11010519491231002X"
ONES = {"leader": "区领导", "squad": "专班", "plan": "方案", "policies": "政策", "platform": "平台"}


def enter(town, login: str, ledger: str, **answers: str) -> None:
    answer = press(person(town, login), f"/ledgers/{ledger}/new/add", **answers)
    assert answer.status_code == 302, text_of(answer)[:2000]


def page(town, login: str, name: str, query: str = "") -> str:
    follow(town)
    return text_of(person(town, login).get(f"/derived/{name}{query}"))


def test_three_ledgers_make_one_list_and_fourteen_days_end_it(town):
    enter(
        town, "longdong", "epidemic.outing", unit=LONGDONG, id_number=OLD, went_to="hubei.wuhan", left_on="2020-12-08"
    )
    enter(town, "weijian", "epidemic.sighting", unit=LONGDONG, id_number=OLD, seen_in="hubei", seen_on="2020-12-15")
    words = page(town, "weijian", "epidemic.key_person")
    assert "共 1 条" in words and "去过武汉市，12月8日离开" in words and "技术手段显示12月15日在湖北省" in words
    enter(town, "longdong", "epidemic.disposal", unit=LONGDONG, id_number=OLD, way="home", since_on="2020-12-16")
    assert "居家隔离" in page(town, "weijian", "epidemic.key_person")
    assert "到 12月29日" in page(town, "weijian", "epidemic.key_person", "?on=2020-12-29")
    assert "这一天没有。" in page(town, "weijian", "epidemic.key_person", "?on=2020-12-30")


def test_who_is_enrolled_is_missed_no_more(town):
    enter(town, "minzheng", "pension.hardship", unit=LONGDONG, id_number=OLD, kind="destitute", since_on="2019-05-01")
    words = page(town, "shebao", "pension.missed")
    assert "特困人员，1949年12月31日出生，已满 60 周岁；没有参加城乡居民养老保险；也没有其他养老保险" in words
    assert "情况不变就一直在" in words
    enter(town, "shebao", "pension.enrolment", unit=LONGDONG, id_number=OLD, since_on="2020-12-20", paid_for="whole")
    assert "这一天没有。" in page(town, "shebao", "pension.missed")
    assert "共 1 条" in page(town, "shebao", "pension.missed", "?on=2020-12-19")


def test_a_firm_leaves_the_list_with_its_fifth_one(town):
    enter(town, "xiangmu", "enterprises.served", name="示例企业", kind="firm", unit=LONGDONG)
    assert "缺：一名领导、一个服务专班、一套工作方案、一组支持政策、一个调度平台" in page(
        town, "xiangmu", "enterprises.gaps"
    )
    for kind, what in ONES.items():
        given = {"served": "XM-0001", "kind": kind, "what": what, "since_on": "2020-03-01"}
        enter(town, "xiangmu", "enterprises.provision", **given)
    assert "这一天没有。" in page(town, "xiangmu", "enterprises.gaps")
