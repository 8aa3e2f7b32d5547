"""Screens of numbers: the catalogue, why a number is so, what is worth a look, a unit's page, pages by area of work, the wall."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from huying.engine import database, packs, places
from huying.web import numbers
from tests.engine.small import load_small
from tests.web_numbers.test_numbers import COUNT, RATE, _Tags, improved, words

LONGDONG, CHEBEI = "440106018000", "440106003000"


@pytest.fixture(scope="module")
def once(database: str, tmp_path_factory: pytest.TempPathFactory) -> packs.District:
    """A small district with two points improved in Longdong; nothing is changed here."""
    district = load_small(tmp_path_factory.mktemp("screens"))
    for number in range(2):
        improved(district, number)
    return district


@pytest.fixture
def busy(once: packs.District, monkeypatch: pytest.MonkeyPatch) -> packs.District:
    """It is the one that this site serves."""
    monkeypatch.setattr(packs, "districts", lambda: [{"id": once.id, "name": once.name, "title": once.title}])
    return once


@pytest.fixture
def signed_in(busy: packs.District) -> Callable[..., Client]:
    """Signs a person in by the login without the district's number."""

    def enter(login: str, lang: str = "zh-hans") -> Client:
        client = Client(headers={"accept-language": lang})
        client.force_login(get_user_model().objects.get(login=f"{login}-{busy.id}"))
        return client

    return enter


def test_a_number_on_a_page_leads_to_why_it_is_so(busy, signed_in) -> None:
    analyst = signed_in("fenxi")
    page = analyst.get(f"/indicators/{COUNT}").content.decode()
    url = re.search(r'<p class="big"><a class="figure" href="([^"]+)"', page)[1].replace("&amp;", "&")
    why = words(analyst.get(url))
    assert "2 个" in why and "共 2 条" in why and "新算进来的 2 +2" in why and "合起来 2 +2" in why
    assert "能看全区" in why or "记录公开" in why
    figured = words(analyst.get(f"/indicators/{COUNT}/why?from=2020-12-01&to=2020-12-31&by=month&street={LONGDONG}"))
    assert "龙洞街道" in figured and "2 个" in figured


def test_what_it_would_be_is_reckoned_and_nothing_is_written(busy, signed_in) -> None:
    analyst = signed_in("fenxi")
    page = analyst.get(f"/indicators/{COUNT}/why?by=all").content.decode()
    code = re.search(r'name="record" value="([^"]+)"', page)[1]
    answer = words(analyst.get(f"/indicators/{COUNT}/why?by=all&record={code}&if=reopened"))
    assert "没有写入任何东西" in answer and "没有状态“reopened”" in answer
    states = re.search(r'<select id="if".*?</select>', page, re.S)[0]
    other = re.findall(r'value="(\w+)"', states)
    tried = [
        words(analyst.get(f"/indicators/{COUNT}/why?by=all&record={code}&if={state}&on=2020-12-01")) for state in other
    ]
    assert any("假设选中的 1 条" in text for text in tried)
    assert "日期写成" in words(analyst.get(f"/indicators/{COUNT}/why?by=all&record={code}&if={other[0]}&on=soon"))
    assert "2 个" in words(analyst.get(f"/indicators/{COUNT}"))


def test_wrong_questions_of_why_are_answered_in_a_sentence(busy, signed_in) -> None:
    clerk = signed_in("longdong")
    for query, status, sentence in (
        ("from=2020-01-01&to=2020-12-20&by=month", 400, "一次解释一个数"),
        ("by=all&street=440199", 400, "没有地方"),
        ("by=all&against=moment&then=soon", 200, "日期写成 2020-06-11 这样"),
        ("by=all&page=x&part=x&against=x", 200, "为什么是这个数"),
    ):
        answer = clerk.get(f"/indicators/{COUNT}/why?{query}")
        assert (answer.status_code, sentence in answer.content.decode()) == (status, True), query
    assert clerk.get(f"/indicators/{RATE}/why?by=all&street={CHEBEI}").status_code == 403
    assert clerk.get("/indicators/traffic.nothing/why").status_code == 404


def test_the_public_is_told_why_of_what_is_published_alone(busy) -> None:
    anyone = Client(headers={"accept-language": "zh-hans"})
    assert "2 个" in words(anyone.get(f"/indicators/{COUNT}/why?by=all"))
    assert anyone.get(f"/indicators/{RATE}/why").status_code == 302
    public = words(anyone.get("/numbers"))
    assert "已改善交通拥堵点" in public or "2 个" in public
    for url in ("/look", "/pages", "/units/440106018000", "/wall"):
        assert anyone.get(url).status_code == 302, url


def test_the_catalogue_is_found_by_words_kind_owner_and_freshness(busy, signed_in) -> None:
    analyst = signed_in("fenxi")
    everything = re.search(r"共 (\d+) 个", words(analyst.get("/indicators")))[1]
    assert int(everything) > 10
    found = analyst.get("/indicators", {"q": "拥堵点 改善"}).content.decode()
    assert f"/indicators/{COUNT}" in found and f"/indicators/{RATE}" not in found
    assert f"/indicators/{RATE}" in analyst.get("/indicators", {"pack": "command"}).content.decode()
    assert "没有这样的指标" in words(analyst.get("/indicators", {"q": "zzz"}))
    fresh = analyst.get("/indicators", {"fresh": "7"}).content.decode()
    assert f"/indicators/{COUNT}" in fresh and f"/indicators/{RATE}" not in fresh
    assert words(analyst.get("/indicators", {"page": "99"}))


def test_a_street_stands_beside_the_district_and_sees_no_other_street_as_nought(busy, signed_in) -> None:
    desk = words(signed_in("fenxi").get(f"/units/{LONGDONG}"))
    assert "龙洞街道" in desk and "这里与全区" in desk and "2 个" in desk
    clerk = signed_in("longdong")
    other = clerk.get(f"/units/{CHEBEI}").content.decode()
    assert f"/indicators/{RATE}" not in other, "what is not published is not shown of another street"
    assert clerk.get("/units/nowhere").status_code == 404
    tree = places.tree(busy.id, busy.today())
    office = next(one for one in tree.units.values() if one.kind == "office")
    assert "承担的任务" in words(signed_in("ducha").get(f"/units/{office.code}"))


def test_pages_stand_by_area_of_work_and_a_wall_is_one_page(busy, signed_in) -> None:
    analyst = signed_in("fenxi")
    index = words(analyst.get("/pages"))
    assert "指挥调度 指挥" in index and "大屏" in index
    wall = analyst.get("/wall").content.decode()
    assert 'class="wall"' in wall and "data-every" in wall and "<nav" not in wall
    assert analyst.get("/wall/command.wall").status_code == 200
    assert analyst.get("/wall/command.command").status_code == 404
    assert analyst.get("/wall/none.none").status_code == 404
    assert "排名" not in words(signed_in("longdong").get("/wall")), "a street is shown no rank among the part it sees"


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_screens_are_well_formed_in_both_languages(busy, signed_in, lang) -> None:
    client = signed_in("fenxi", lang)
    for url in ("/indicators?pack=traffic", "/look", "/pages", f"/units/{LONGDONG}", "/units/zhujian", "/wall", "/numbers",
                f"/indicators/{COUNT}/why?by=all&against=year"):  # fmt: skip
        page = client.get(url).content.decode()
        parser = _Tags()
        parser.feed(page)
        assert not parser.open, url
        ids = re.findall(r' id="([^"]+)"', page)
        assert len(ids) == len(set(ids)), url
        assert "$" not in re.sub(r"<(script|pre).*?</\1>", " ", page, flags=re.S), url


def test_screens_ask_few_statements(busy, signed_in, monkeypatch) -> None:
    for module in (packs, places):
        monkeypatch.setattr(module, "FRESH", 60)
    analyst, split = signed_in("fenxi"), len([one for one in busy.rules.indicators.values() if "street" in one.split])
    most = {
        f"/indicators/{COUNT}/why?by=all": 22,
        f"/units/{LONGDONG}": 3 * split + 20,
        "/look": 4 * len(busy.rules.indicators) + 15,
        "/wall": 30,
    }
    counts = {}
    for url in most:
        analyst.get(url)
        with database.counting() as count:
            analyst.get(url)
        counts[url] = count.n
    assert {url: n for url, n in counts.items() if n > most[url]} == {}


def test_whoever_asks_every_figure_leads_to_a_page_that_shows_the_same(busy, signed_in) -> None:
    rules = busy.rules
    closed = [one.name for one in rules.indicators.values() if one.published and not rules.ledgers[one.of].public]
    assert closed
    anyone = Client(headers={"accept-language": "zh-hans"})
    for client, names in ((signed_in("longdong"), [*closed[:4], COUNT, RATE]), (anyone, [*closed[:2], COUNT])):
        for name in names:
            page = client.get(f"/indicators/{name}").content.decode()
            links = re.findall(r'<a class="figure[^"]*" href="([^"]+)"[^>]*>([^<]+)</a>', page)
            assert links
            for url, shown in [*links[:3], *links[-3:]]:
                answer = client.get(html.unescape(url))
                assert answer.status_code == 200, (name, url)
                number = html.unescape(shown).split(" ")[0]
                assert number in words(answer), (name, url, shown)


@pytest.mark.parametrize(
    ("value", "unit", "shown"), [("2030", "年 | year", "2030 年"), ("2030", "个", "2,030 个"), ("13", "年", "13 年")]
)
def test_a_year_of_the_calendar_is_not_parted_at_its_thousands(value: str, unit: str, shown: str) -> None:
    assert numbers.with_unit(Decimal(value), unit, "zh") == shown
