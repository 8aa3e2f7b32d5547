"""Numbers on pages: one number by page, API, export and command; every one leads to its records."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from argparse import Namespace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.test import Client

from huying.commands import measure as command
from huying.engine import database, indicators, packs, places, tokens
from huying.engine.acts import Act
from huying.engine.flows import take_step
from tests.engine.small import actor_of
from tests.engine.tasking import issued

POINTS, COUNT, RATE = "traffic.congestion_point", "traffic.points_improved", "command.on_time_answer_rate"


def take(town: packs.District, login: str, ledger: str, step: str, record=None, **answers):
    return take_step(town, Act(ledger, step, actor_of(town, login), answers, record)).record


def improved(town: packs.District, number: int) -> None:
    longdong = database.direct().value(
        "select unit from hy.unit_span where district = %s and code = '440106018000'", [town.id]
    )
    found = take(town, "daolu", POINTS, "find", name=f"路口{number}", unit=longdong, where=(113.37, 23.19))
    take(town, "daolu", POINTS, "list", found, cause="signal", peak="morning", delay_before_s=Decimal(90))
    answers = {"measure": "调整配时", "delay_before_s": Decimal(90), "delay_after_s": Decimal(40)}
    take(town, "daolu", POINTS, "improve", found, **answers)


def words(response) -> str:
    """The page's text without tags."""
    assert response.status_code == 200, response.status_code
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


class _Tags(HTMLParser):
    VOID = frozenset("area base br col embed hr img input link meta source track wbr path rect use".split())

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open and self.open.pop() == tag, tag


def test_page_api_export_and_command_give_one_number(town, signed_in, monkeypatch, capsys) -> None:
    for number in range(3):
        improved(town, number)
    analyst = signed_in("fenxi")
    asked = "from=2020-01-01&to=2020-12-20&by=year&split=street"
    page = words(analyst.get(f"/indicators/{COUNT}?{asked}"))
    assert "3 个" in page
    answer = analyst.get(f"/indicators/{COUNT}/export.csv?{asked}")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    exported = {row["street"]: Decimal(row["value"]) for row in table}
    from_json = json.loads(analyst.get(f"/indicators/{COUNT}/export.json?{asked}").content)
    assert {row["street"]: Decimal(row["value"]) for row in from_json["figures"]} == exported
    measured = indicators.measure(
        town, COUNT, start=date(2020, 1, 1), end=date(2020, 12, 21), by="year", split=["street"]
    )
    assert {figure.split[0]: figure.value for figure in measured.figures} == exported and sum(exported.values()) == 3
    monkeypatch.setattr(command, "district_named", lambda _: town)
    secret = tokens.make(town, actor_of(town, "fenxi"), "tests", tokens.SCOPES, 30)[1]
    answer = Client().get(
        f"/api/v1/indicators/{COUNT}?from=2020-01-01&to=2020-12-21&by=year&split=street",
        headers={"authorization": f"Bearer {secret}"},
    )
    called = json.loads(answer.content, parse_float=Decimal)["figures"]
    assert {row["split"]["street"]: Decimal(row["value"]) for row in called} == exported
    given = {"name": "points_improved", "district": None, "start": "2020-01-01", "end": "2020-12-20", "by": "year",
             "split": ["street"], "as_of": None, "rule": "then", "lang": "zh", "sql": False, "public": False,
             "period": None, "only": [], "explain": False, "engine": None}  # fmt: skip
    command._run(Namespace(**given, format="json"))
    printed = json.loads(capsys.readouterr().out)
    assert {row["street"]: Decimal(row["value"]) for row in printed["figures"]} == exported
    assert {row["question"] for row in table} == {"本年改善了多少个交通拥堵点？"} and table[0]["data"] == "演示数据"


def test_the_workbook_carries_question_moment_and_mark(town, signed_in) -> None:
    import zipfile

    improved(town, 1)
    content = signed_in("fenxi").get(f"/indicators/{COUNT}/export.xlsx").content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "本年改善了多少个交通拥堵点？" in strings and "演示数据" in strings and "2020-12-20T" in strings


def test_every_figure_on_an_indicator_page_leads_to_as_many_records(town, signed_in) -> None:
    for number in range(3):
        improved(town, number)
    analyst = signed_in("fenxi")
    page = analyst.get(f"/indicators/{COUNT}").content.decode()
    links = set(re.findall(r'<a class="figure" href="([^"]+)"[^>]*>([^<]+)</a>', page))
    assert len(links) >= 3
    for url, shown in links:
        behind = words(analyst.get(html.unescape(url)))
        assert f"共 {shown.split()[0]} 条" in behind, url


def test_an_indicator_page_explains_itself(town, signed_in) -> None:
    page = words(signed_in("fenxi").get(f"/indicators/{RATE}"))
    assert "分子：其中答复时间不晚于到期时间的" in page and "实际运行的 SQL" in page and "group by" in page
    assert "本平台口径：自派遣起计时" in page


def test_what_cannot_be_asked_is_said_and_nothing_breaks(town, signed_in) -> None:
    analyst = signed_in("fenxi")
    assert "日期写成 2020-06-11 这样" in words(analyst.get(f"/indicators/{COUNT}?from=soon"))
    assert "截至时间不能晚于现在" in words(analyst.get(f"/indicators/{COUNT}?as_of=2099-01-01"))
    assert analyst.get(f"/indicators/{COUNT}?from=1900-01-01&by=day").status_code == 400
    assert analyst.get("/indicators/traffic.nothing").status_code == 404
    assert analyst.get(f"/indicators/{COUNT}/export.exe").status_code == 404
    nowhere = analyst.get(f"/indicators/{COUNT}/records?street=%27%3Bdrop&page=99999")
    assert nowhere.status_code == 400 and "没有地方" in nowhere.content.decode()


def test_a_street_counts_its_own_and_the_whole_of_what_is_published(town, signed_in) -> None:
    improved(town, 1)
    chebei = signed_in("chebei")
    page = words(chebei.get(f"/indicators/{COUNT}/records"))
    assert "1 个" in page and "共 1 条" in page, "what everyone may see, a street's clerk may see"
    assert chebei.get(f"/indicators/{RATE}/export.csv").status_code == 200
    assert signed_in("chebeiwang").get(f"/indicators/{RATE}/export.csv").status_code == 403


def test_the_public_sees_published_numbers_alone(town) -> None:
    improved(town, 1)
    anyone = Client(headers={"accept-language": "zh-hans"})
    assert "1 个" in words(anyone.get(f"/indicators/{COUNT}"))
    assert "共 1 条" in words(anyone.get(f"/indicators/{COUNT}/records"))
    assert anyone.get(f"/indicators/{RATE}").status_code == 302
    assert anyone.get("/indicators").status_code == 302 and anyone.get("/commitments").status_code == 302


def test_the_board_moves_with_the_act_and_yesterday_stays(town, signed_in) -> None:
    task = issued(town)
    for number in range(7):
        improved(town, number)
    supervisor = signed_in("ducha")
    assert "7/8 个以上，超序时（应达 5）" in words(supervisor.get("/commitments"))
    improved(town, 8)
    board = words(supervisor.get("/commitments"))
    assert "8/8 个以上，达标" in board and "区住房建设和园林局" in board
    page = words(supervisor.get(f"/commitments/{task.code}"))
    assert "共 8 条" in page and all(f"路口{n}" in page for n in (0, 6, 8))
    assert supervisor.get(f"/commitments/{task.code}?as_of=2020-12-19").status_code == 404, "it was not issued then"


def test_four_statements_stand_side_by_side_and_their_difference_is_said(town, signed_in) -> None:
    task = issued(town)
    improved(town, 1)
    take(
        town,
        "ducha",
        "supervision.claim",
        "add",
        task=task.id,
        period="2020-12",
        value=Decimal(8),
        words="已全部完成",
    )
    take(town, "ducha", "supervision.finding", "add", task=task.id, period="2020-12", status="behind", why="佐证不足")
    page = words(signed_in("ducha").get(f"/commitments/{task.code}"))
    assert "申报 8，佐证 1，差 7" in page and "佐证不足" in page and "欠序时" in page and "登记申报" in page
    public = words(Client(headers={"accept-language": "zh-hans"}).get("/promises"))
    assert "欠序时" in public and "已全部完成" not in public and "申报" not in public and "佐证" not in public


def test_declared_pages_show_their_panels(town, signed_in) -> None:
    improved(town, 1)
    for name in town.rules.pages:
        page = words(signed_in("ducha").get(f"/pages/{name}"))
        assert "今年以来" in page
    assert signed_in("ducha").get("/pages/none.none").status_code == 404
    assert Client().get("/pages/command.command").status_code == 302


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_pages_are_well_formed_and_english_pages_are_english(town, signed_in, lang) -> None:
    task = issued(town)
    improved(town, 1)
    take(town, "ducha", "supervision.claim", "add", task=task.id, period="2020-12", value=Decimal(8))
    client = signed_in("ducha", lang)
    anyone = Client(headers={"accept-language": lang})
    numbers = [f"/indicators/{name}{more}" for name in (COUNT, RATE) for more in ("", "/why?by=all", "/records")]
    urls = ["/indicators", *numbers, "/commitments", f"/commitments/{task.code}"]
    urls += [f"/pages/{name}" for name in town.rules.pages]
    for answer in (*(client.get(url) for url in urls), anyone.get("/promises")):
        page = answer.content.decode()
        assert answer.status_code == 200
        parser = _Tags()
        parser.feed(page)
        assert not parser.open
        ids = re.findall(r' id="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        if lang == "en":
            programme = re.sub(r"<(td|dd|th|h1|h3|pre|small|script|li|a|option|p)[ >].*?</\1>", " ", page, flags=re.S)
            assert not re.findall(
                r"[一-鿿]{2,}", re.sub(r"<header.*?</header>|<nav.*?</nav>", " ", programme, flags=re.S)
            ), answer.request["PATH_INFO"]


def test_pages_ask_few_statements(town, signed_in, monkeypatch) -> None:
    task = issued(town)
    for module in (packs, places):  # what a worker knows of the house stays known, however slow the machine
        monkeypatch.setattr(module, "FRESH", 60)
    improved(town, 1)
    client = signed_in("ducha")
    most = {
        "/indicators": 2 * len(town.rules.indicators) + 12,  # one for each figure and each ledger, in two round trips
        f"/indicators/{COUNT}": 18,
        f"/indicators/{RATE}": 18,
        f"/indicators/{COUNT}/records": 11,
        f"/indicators/{COUNT}/why?by=all": 20,
        "/commitments": 13,
        f"/commitments/{task.code}": 19,
    }
    counts = {}
    for url in most:
        client.get(url)
        with database.counting() as count:
            client.get(url)
        counts[url] = count.n
    assert {url: n for url, n in counts.items() if n > most[url]} == {}
