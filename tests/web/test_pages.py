"""Lists, files, flows, search, notices, the trifle on the spot; every page in both languages; statements counted."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from huying.engine import database, packs, places, records
from tests.engine.followed import follow
from tests.engine.small import actor_of
from tests.web.walking import area, person, post_of, press, report, take, text_of

CASE, JAM = "command.case", "traffic.jam"
COUNTS = Path(__file__).parent / "query_counts.json"


def rows_of(answer) -> list[list[str]]:
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def test_a_list_is_filtered_by_state_street_and_category_with_its_branches(town):
    bikes, stall = report(town), report(town, category="street.stall", unit=area(town, "440106003000"))
    take(town, "diaodu", CASE, "dispatch", bikes.record)
    client = person(town, "diaodu")
    for query, shown, hidden in (
        ("state=dispatched", bikes, stall),
        ("area=440106003000", stall, bikes),
        ("category=street.stall", stall, bikes),
    ):
        words = text_of(client.get(f"/ledgers/{CASE}?{query}"))
        assert shown.code in words and hidden.code not in words and "共 1 条" in words, query
    assert "共 2 条" in text_of(client.get(f"/ledgers/{CASE}?category=street"))


def test_a_list_is_sorted_by_any_column_and_says_how(town):
    first, second = report(town), report(town)
    client = person(town, "diaodu")
    page = client.get(f"/ledgers/{CASE}?sort=code").content.decode()
    assert page.index(first.code) < page.index(second.code) and "从小到大" in page
    page = client.get(f"/ledgers/{CASE}?sort=-code").content.decode()
    assert page.index(second.code) < page.index(first.code) and "从大到小" in page
    for wrong in ("phone", "nothing", "code; drop table", "-"):
        assert client.get(f"/ledgers/{CASE}", {"sort": wrong}).status_code == 302


def test_a_list_as_of_yesterday_is_yesterdays(town):
    report(town)
    client = person(town, "diaodu")
    yesterday = (town.today() - timedelta(days=1)).isoformat()
    assert "共 0 条" in text_of(client.get(f"/ledgers/{CASE}?as_of={yesterday}"))
    assert "共 1 条" in text_of(client.get(f"/ledgers/{CASE}?as_of={town.today().isoformat()}"))
    for wrong in ("2020-13-40", "9999-12-31", "x" * 5000, "0001-01-01"):
        assert client.get(f"/ledgers/{CASE}", {"as_of": wrong}).status_code == 200


def test_an_empty_list_says_what_would_be_here_and_how_it_gets_here(town):
    assert "居民、网格员和街道报来的事" in text_of(person(town, "diaodu").get(f"/ledgers/{CASE}"))


def test_a_ledger_for_others_is_refused_in_a_sentence(town):
    answer = person(town, "longdong").get("/ledgers/supervision.reading")
    assert answer.status_code == 403 and "不在您的岗位范围内" in text_of(answer)
    assert "supervision.reading" not in person(town, "longdong").get("/work").content.decode(), "nor in the menu"


def test_an_address_that_there_is_not_is_answered_in_a_sentence_with_a_way_on(town):
    for client in (Client(), person(town, "longdong")):
        answer = client.get("/nowhere/at-all")
        assert answer.status_code == 404 and "没有这一页" in text_of(answer) and "回首页" in text_of(answer)


def test_the_file_has_the_rows_of_the_page_says_demonstration_and_holds_nothing_private(town):
    made = report(town, words="=1+1", place_words="牌坊下")
    report(town, unit=area(town, "440106003000"))
    answer = person(town, "longdong").get(f"/ledgers/{CASE}/export.csv")
    rows = rows_of(answer)
    assert rows[0][-1] == "演示数据" and rows[0][1].startswith("截至 2020-12-")
    assert [row[0] for row in rows[2:]] == [made.code]
    row = dict(zip(rows[1], rows[2], strict=False))
    assert (
        row["情况说明"] == "'=1+1" and row["类别"] == "单车倒伏、乱停放" and re.match(r"\d{4}-\d\d-\d\dT", row["登记"])
    )
    assert "陈某" not in str(rows) and "13800000000" not in str(rows) and "电话" not in rows[1]
    assert answer["Content-Disposition"].startswith('attachment; filename="command.case-2020-12-')


def test_the_workbook_opens_and_keeps_a_formula_as_words(town):
    made = report(town, words="=cmd()")
    answer = person(town, "longdong", "en").get(f"/ledgers/{CASE}/export.xlsx")
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode() + "".join(
        book.read(name).decode() for name in book.namelist() if "sharedStrings" in name
    )
    assert made.code in sheet and "=cmd()" in sheet and "<f>" not in sheet and "Demonstration data" in sheet


def test_a_post_without_the_right_does_not_export(town):
    answer = person(town, "hecha").get(f"/ledgers/{CASE}/export.csv")
    assert answer.status_code == 403 and "不能导出" in text_of(answer)
    assert "export." not in person(town, "hecha").get(f"/ledgers/{CASE}").content.decode()


def test_a_trifle_on_the_spot_is_two_taps(town):
    keeper = person(town, "longdongwang")
    page = keeper.get("/spot").content.decode()
    assert page.count('class="tile"') >= 8 and 'value="440106018000" selected' in page, "the place is the post's own"
    answer = press(keeper, "/spot", category="street.bikes", unit="440106018000")
    assert answer["Location"] == "/spot" and "当场办结" in text_of(keeper.get("/spot"))
    seen = records.page(town, actor_of(town, "longdongwang"), CASE, limit=1).records[0]
    assert seen.state in ("closed", "second_look") and seen.values["category"] == "street.bikes"
    answer = press(keeper, "/spot", unit="440106018000")
    assert answer.status_code == 422 and "请填写类别" in text_of(answer)


def test_a_post_without_trifles_is_told_so(town):
    assert person(town, "hecha").get("/spot").status_code == 403


def test_a_flow_is_drawn_and_said_in_words(town):
    page = person(town, "longdong").get("/flows/traffic.jam?at=handling")
    words = text_of(page)
    assert '<svg class="flow"' in page.content.decode() and "here" in page.content.decode()
    for said in ("核查不过，返工", "最多 3 次", "改善后延误要低于改善前", "核查员", "20 个工作日", "从“派遣”起算"):
        assert said in words
    assert person(town, "longdong").get("/flows/supervision.reading").status_code == 404


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_no_words_of_a_drawn_flow_stand_on_one_another(town, lang):
    client = person(town, "longdong")
    client.cookies["django_language"] = lang
    for name, one in town.rules.ledgers.items():
        if one.see:
            continue
        page = client.get(f"/flows/{name}").content.decode()
        found = [
            (float(x), float(y), text)
            for x, y, text in re.findall(r'<text x="([\d.]+)" y="([\d.]+)" class="say">([^<]*)<', page)
        ]
        close = [
            (a[2], b[2])
            for n, a in enumerate(found)
            for b in found[:n]
            if abs(a[0] - b[0]) < 50 and abs(a[1] - b[1]) < 10
        ]
        assert not close, f"{name}: {close}"


def test_search_finds_words_and_codes_within_reach_only(town):
    made = report(town, place_words="凤凰花路口")
    follow(town, "search", "notices")
    for words in ("凤凰花", made.code.lower(), made.code[:8]):
        assert made.code in text_of(person(town, "longdong").get("/search", {"q": words}))
    assert made.code not in text_of(person(town, "chebei").get("/search", {"q": "凤凰花"}))
    for hostile in ("%", "_", "\\", "'", "\0", "a" * 5000, "％"):
        assert person(town, "diaodu").get("/search", {"q": hostile}).status_code == 200


def test_notices_lead_to_their_record_and_are_read_by_a_press(town):
    made = report(town)
    take(town, "diaodu", CASE, "dispatch", made.record)
    follow(town, "search", "notices")
    street = person(town, "longdong")
    page = street.get("/notices")
    assert f'href="/ledgers/{CASE}/{made.code}"' in page.content.decode() and "未读" in text_of(page)
    assert "未读" in text_of(street.get("/notices")), "looking is not reading for the whole post"
    assert "未读" not in text_of(street.post("/notices"))


def test_my_work_puts_what_is_late_first_and_shows_what_others_share(town):
    late, fresh = report(town), report(town)
    for made in (late, fresh):
        take(town, "diaodu", CASE, "dispatch", made.record)
    with database.writing(town.id) as query:
        query.run("update hy.duty set due_at = %s where record = %s", [town.now() - timedelta(days=2), late.record])
    page = person(town, "longdong").get("/work")
    words = text_of(page)
    assert words.index(late.code) < words.index(fresh.code) and "超时 1 件" in words
    shared = report(town, category="noise")
    take(town, "diaodu", CASE, "dispatch", shared.record)
    assert "请我们配合的" in text_of(person(town, "longdong").get("/work"))


def test_a_post_that_reaches_no_records_has_its_pages_all_the_same(town):
    for url in ("/work", "/desk", "/notices", "/search?q=路口", "/account"):
        assert person(town, "guanli").get(url).status_code == 200, url


def pages(town) -> list[str]:
    made, point = report(town, JAM, category="jam.signal"), report(town)
    follow(town, "search", "notices")
    return [
        "/work",
        "/desk",
        f"/desk?at={CASE}/{point.code}",
        f"/desk/pane/{JAM}/{made.code}",
        "/notices",
        "/search?q=拥堵",
        "/account",
        "/spot",
        *(f"/ledgers/{n}" for n, one in town.rules.ledgers.items() if not one.see),
        *(f"/flows/{n}" for n, one in town.rules.ledgers.items() if not one.see),
        f"/ledgers/{JAM}/{made.code}",
        f"/ledgers/{JAM}/{made.code}/dispatch",
        f"/ledgers/{JAM}/{made.code}/classify",
        f"/ledgers/{CASE}/new/report",
        f"/ledgers/{CASE}/{point.code}/void",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages_without_raw_keys(town, language):
    client = person(town, "longdong", language)
    dispatcher = person(town, "diaodu", language)
    for url in pages(town):
        answer = dispatcher.get(url) if url != "/spot" else client.get(url)
        words = text_of(answer)
        assert answer.status_code == 200, url
        assert " | " not in words and not re.search(r"\b(None|True|False|traffic\.|command\.)", words), url
        if "/pane/" not in url:
            assert ("演示数据" if language == "zh-hans" else "Demonstration data") in words, url
            assert ("非涉密" if language == "zh-hans" else "not a classified system") in words.replace(
                "Not a", "not a"
            ), url
        else:
            assert "<html" not in answer.content.decode()
        if language == "en":
            left = re.findall(
                r'(?:placeholder|title|aria-label|alt)="([^"]*[\u4e00-\u9fff][^"]*)"', answer.content.decode()
            )
            assert not left, (url, left)


def test_the_sign_in_page_says_that_nothing_classified_belongs_here(town):
    assert "非涉密" in text_of(Client().get("/signin"))


def test_no_page_carries_a_script_of_its_own(town):
    client = person(town, "diaodu")
    for url in ("/work", "/desk", f"/ledgers/{CASE}", f"/ledgers/{CASE}/new/report"):
        answer = client.get(url)
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=|javascript:", answer.content.decode()), url
        assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_what_residents_type_never_runs(town):
    made = report(town, words="<script>alert(1)</script><img src=x onerror=alert(1)>", place_words='"><b>x')
    for url in ("/desk", f"/desk/pane/{CASE}/{made.code}", f"/ledgers/{CASE}", f"/ledgers/{CASE}/{made.code}"):
        page = person(town, "diaodu").get(url).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page and '"><b>x' not in page, url


def test_pages_ask_as_many_statements_as_are_stored_however_many_rows_there_are(town, monkeypatch):
    for module in (packs, places):  # what a worker knows of the house stays known, however slow the machine
        monkeypatch.setattr(module, "FRESH", 3600.0)
    report(town)
    made = report(town, JAM, category="jam.signal")
    take(town, "diaodu", JAM, "dispatch", made.record, lead=int(post_of(town, "jiaojing.traffic")))
    urls = {
        "work": "/work",
        "desk": "/desk",
        "desk pane": f"/desk/pane/{JAM}/{made.code}",
        "list": f"/ledgers/{JAM}",
        "record": f"/ledgers/{JAM}/{made.code}",
        "form": f"/ledgers/{JAM}/{made.code}/classify",
        "notices": "/notices",
        "search": "/search?q=拥堵",
        "flow": f"/flows/{JAM}",
    }
    client = person(town, "diaodu")

    def counted() -> dict[str, int]:
        found = {}
        for name, url in urls.items():
            client.get(url)  # what is looked up once a second or kept is in place
            with database.counting() as count:
                assert client.get(url).status_code == 200
            found[name] = count.n
        return found

    few = counted()
    for _n in range(12):
        report(town, JAM, category="jam.layout")
        report(town)
    assert counted() == few, "no page asks once for each row"
    assert few == json.loads(COUNTS.read_text()), f"statements changed: {json.dumps(few, indent=2)}"


def test_a_list_is_searched_by_words_and_so_is_its_export(town):
    report(town, words="电动车乱放在门口")
    report(town, words="别的事情")
    follow(town, "search", "notices")
    desk = person(town, "diaodu")
    page = text_of(desk.get("/ledgers/command.case?q=电动车 门口"))
    assert "共 1 条" in page
    assert "这样筛选没有" in text_of(desk.get("/ledgers/command.case?q=火星"))
    sheet = b"".join(desk.get("/ledgers/command.case/export.csv?q=电动车").streaming_content).decode()
    assert "电动车乱放" in sheet or sheet.count("\r\n") == 3
    assert "别的事情" not in sheet
