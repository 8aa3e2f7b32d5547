"""A ledger says which of the superior's systems it feeds and gives that system's file; a declared form is filled at once."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest

from huying import cli
from huying.declare.load import load
from huying.declare.templates import Part
from huying.engine import form_files, packs, places, template_periods, templates
from huying.options import ROOT
from huying.sheets import open_book
from huying.sheets.as_yaml import text_of as yaml_of
from huying.sheets.blank import blank_form
from tests.engine.small import actor_of
from tests.templates.dropping import busy, drop, rows
from tests.templates.making import listing, statistics
from tests.web.walking import person, report, take, text_of

__all__ = ["busy"]
CASE, PACKS = "command.case", ROOT / "packs"


@pytest.fixture
def answered(busy: packs.District) -> packs.District:
    """Besides the others a case that was dispatched, and one settled today."""
    take(busy, "diaodu", CASE, "dispatch", report(busy).record)
    return busy


def test_the_ledgers_page_names_its_systems_and_gives_the_file_of_one(answered):
    client = person(answered, "diaodu")
    page = client.get(f"/ledgers/{CASE}")
    assert "市城市管理月报（示例） 每月" in text_of(page)
    [url] = re.findall(r'action="(/fill/feeds/command.case/2)"', page.content.decode())
    found = rows(client.post(url))
    assert found[0][:3] == ["街道", "报来", None] and found[1][1:3] == ["总数", "紧急"]
    assert [line[:2] for line in found[2:]] == [["车陂街道", 1], ["龙洞街道", 4], ["凤凰街道", 0]]


def test_the_file_may_be_looked_at_first(answered):
    client = person(answered, "diaodu")
    answer = client.post(f"/fill/feeds/{CASE}/2", {"look": "1"})
    assert answer.status_code == 302 and "各街道办件月报" in text_of(client.get(answer["Location"]))


def test_a_ledger_made_like_it_does_not_feed_its_systems(answered):
    assert "市城市管理月报" not in text_of(person(answered, "diaodu").get("/ledgers/traffic.jam"))


def test_systems_that_are_not_named_and_ledgers_out_of_reach_are_not_there(answered):
    client = person(answered, "diaodu")
    for url in (
        f"/fill/feeds/{CASE}/0",
        f"/fill/feeds/{CASE}/9",
        "/fill/feeds/no.such/1",
        "/fill/feeds/supervision.reading/1",
    ):
        assert client.post(url).status_code == 404, url


def test_the_systems_own_blank_form_is_used_once_it_is_kept(answered):
    client = person(answered, "diaodu")
    template = answered.rules.templates["command.hotline_replies"]
    own = listing(3, sums=False, titles=tuple(template.columns))
    url = drop(client, own)
    assert "诉求办理回传表" in text_of(client.get(url)), "known by its titles"
    client.post(url + "/keep", {"title": "回传表"})
    found = open_book(client.post(f"/fill/feeds/{CASE}/1").content, "x.xlsx").sheets[0]
    assert found.name == "明细" and found.rows[0][0] == "诉求办理情况明细表"


def test_a_declared_form_is_filled_from_the_command_line(answered, tmp_path, capsys):
    form, filled = tmp_path / "月报.xlsx", tmp_path / "填好.xlsx"
    titles = [tuple(one.split(" › ")) for one in answered.rules.templates["command.monthly_by_street"].columns]
    form.write_bytes(blank_form("月报", titles, ["车陂街道", "龙洞街道", "合计"]))
    said = ["fill", str(form), "--as", f"diaodu-{answered.id}", "--district", answered.name, "-o", str(filled)]
    assert cli.main(said) == 0
    assert "从《事项》填了" in capsys.readouterr().out
    assert [line[1] for line in open_book(filled, "x.xlsx").sheets[0].rows[2:]] == [1, 4, 5], (
        "合计 adds up the rows above"
    )
    assert cli.main([*said[:-1], str(form)]) == 2 and "fill-onto-itself" in capsys.readouterr().err
    assert cli.main(["fill", str(form), "--as", "nobody", "--district", answered.name, "-o", str(filled)]) == 2
    assert cli.main(["fill", str(tmp_path / "no.xlsx"), *said[2:]]) == 2
    form.write_bytes(listing(1))
    assert cli.main(said) == 1 and "少 4 行" in capsys.readouterr().out


def test_money_and_counts_go_into_the_units_of_the_form():
    from decimal import Decimal

    from huying.declare.kinds import Field
    from huying.engine.template_values import scaled

    money, area = Field("m", "money", "钱 | Money"), Field("a", "number", "面积 | Floor", unit="平方米 | m²")
    assert scaled(Decimal(123_456_700), money, "万元") == Decimal("123.4567")
    assert scaled(Decimal(150), money, "元") == Decimal("1.5") and scaled(Decimal(7), money, "户") is None
    assert scaled(Decimal(25_000), area, "万平方米") == Decimal("2.5") and scaled(Decimal(3), area, "亩") is None
    assert (
        scaled(Decimal(30_000), None, "万件") == 3
        and scaled(Decimal(3), None, "件") == 3
        and scaled(Decimal(3), None, "") == 3
    )


@pytest.mark.parametrize(
    ("title", "days"),
    [
        ("2020年12月统计表", ("2020-12-01", "2021-01-01")),
        ("２０２０年第四季度报表", ("2020-10-01", "2021-01-01")),
        ("2020年三季度", ("2020-07-01", "2020-10-01")),
        ("2020年上半年情况", ("2020-01-01", "2020-07-01")),
        ("2020年度总结表", ("2020-01-01", "2021-01-01")),
        ("截至2020年12月20日在册", (None, "2020-12-21")),
        ("2020-11月报", ("2020-11-01", "2020-12-01")),
        ("2020年13月", ("2020-01-01", "2021-01-01")),
        ("情况统计表", None),
    ],
)
def test_a_title_says_which_days_a_form_is_about(title, days):
    found = template_periods.in_title(title)
    assert (found and tuple(day and day.isoformat() for day in found)) == days


def test_a_return_of_a_month_is_due_in_the_first_days_of_the_next(town):
    today = town.today()
    assert (
        template_periods.usual("month", today.replace(day=5))[0].month
        == (today.replace(day=1) - timedelta(days=1)).month
    )
    assert template_periods.usual("month", today.replace(day=28))[0] == today.replace(day=1)
    assert template_periods.usual("", today) == (None, None)


def test_a_made_blank_form_merges_the_storeys_of_its_head():
    data = blank_form("表", [("街道",), ("报来", "总数"), ("报来", "紧急"), ("办理", "结案")], ["甲"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        merged = set(re.findall(r'mergeCell ref="([A-Z0-9:]+)"', archive.read("xl/worksheets/sheet1.xml").decode()))
    assert merged == {"A1:A2", "B1:C1"}


def test_a_form_is_written_as_a_template_that_a_pack_can_declare(busy, tmp_path):
    client, actor = person(busy, "diaodu"), actor_of(busy, "diaodu")
    url = drop(client, statistics())
    client.post(
        url,
        {
            "c3": '{"where": "state == \\"closed\\""}',
            "r8": '{"skip": true}',
            "day": "opened_on",
            "start": "2020-12-01",
            "end": "2020-12-31",
        },
    )
    assert "rows: labels" in text_of(client.get(url)), "the page shows the declaration"
    draft = form_files.get(busy, actor.person, url.rpartition("/")[2])
    tree = places.tree(busy.id, busy.today())
    written = templates.declaration(draft, templates.answers(busy, tree, actor, draft), "城管月报")
    assert written["period"] == "month of opened_on" and written["columns"]["事项 › 满意度"] == {"leave": True}
    pack = tmp_path / "own"
    (pack / "templates").mkdir(parents=True)
    (pack / "pack.yaml").write_text(
        "pack: own\ntitle: 本区 | Own\nversion: 1\nneeds: [command]\none_language: true\n", "utf-8"
    )
    (pack / "templates" / f"{written['template']}.yaml").write_text(yaml_of(written), "utf-8")
    rules, problems = load(PACKS, pack)
    assert rules is not None, problems
    assert rules.templates[f"own.{written['template']}"].columns["事项 › 受理数"] == (Part("count"),)


def test_what_was_kept_of_a_field_that_is_gone_stays_yellow(busy):
    client, actor = person(busy, "diaodu"), actor_of(busy, "diaodu")
    url = drop(client, listing(4))
    draft = form_files.get(busy, actor.person, url.rpartition("/")[2])
    draft.body["columns"] = {"领导批示": {"field": "no_longer_there"}}
    form_files.save(busy, draft)
    assert "现在没有，或不给您看" in text_of(client.get(url))
