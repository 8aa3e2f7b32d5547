"""The whole trip on the pages: downloaded, edited, somebody else first, returned, looked at, written."""

from __future__ import annotations

import os
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huying.engine import database, erasure, handed_files, records, sealed_files
from huying.engine.returning import runs, writing
from tests.engine.small import actor_of
from tests.exchange.making import PLACE, Sheet, place
from tests.web.walking import person, take, text_of

PAGE = f"/ledgers/{PLACE}/return"


def fetched(client, url: str) -> bytes:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return b"".join(answer.streaming_content)


def sent(client, data: bytes, name: str = "点位.xlsx"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_whole_trip_changes_only_what_was_edited(town, lang):
    first, second, third = (place(town, name, sign=f"S{n}") for n, name in enumerate(("甲站", "乙站", "丙站")))
    keeper = person(town, "diaodu", lang)
    zh = lang != "en"
    names = (
        ("名称", "牌号", "所在街道社区", "位置") if zh else ("Name", "Sign number", "Street and community", "Position")
    )
    heads = dict(zip(("name", "sign", "unit", "where"), names, strict=True))
    sheet = Sheet(fetched(keeper, f"/ledgers/{PLACE}/export.xlsx?for=edit"))
    take(town, "diaodu", PLACE, "amend", second.record, name="别人改的")
    sheet.cell(first.code, heads["name"]).value = "甲站（北）"
    sheet.cell(second.code, heads["name"]).value = "我改的"
    sheet.cell(third.code, heads["where"]).value = "那边"
    unit = sheet.cell(first.code, heads["unit"]).value
    sheet.add(**{heads["name"]: "丁站", heads["unit"]: unit, heads["where"]: "113.39,23.19", heads["sign"]: "S9"})
    data = sheet.saved()

    answer = sent(keeper, data)
    assert answer.status_code == 302
    url = answer["Location"]
    said = text_of(keeper.get(url))
    assert ("会写 2 条" if zh else "2 would be written") in said
    assert "别人改的" in said and "那边" in said and "甲站（北）" in said
    assert records.get(town, actor_of(town, "diaodu"), PLACE, first.record).seq == 1, "looking writes nothing"

    assert keeper.post(url).status_code == 302
    said = text_of(keeper.get(url))
    assert ("写好了：改 1 条，新增 1 条" if zh else "Written: 1 changed, 1 new") in said
    now = {r.code: r for r in records.page(town, actor_of(town, "diaodu"), PLACE, limit=100).records}
    assert now[first.code].values["name"] == "甲站（北）" and now[first.code].seq == 2
    assert now[second.code].values["name"] == "别人改的" and now[third.code].seq == 1
    assert sum(r.values["name"] == "丁站" for r in now.values()) == 1
    assert "btn-primary" not in keeper.get(url).content.decode(), "nothing is left to write"

    back = Sheet(fetched(keeper, f"{url}/reasons.xlsx"))
    codes = {row[0].value for row in back.sheet.iter_rows(min_row=3)}
    assert codes == {second.code, third.code}


def test_many_rows_are_written_behind_the_page_with_progress_and_taken_up_again_where_it_was_cut_off(town, monkeypatch):
    monkeypatch.setattr(runs, "AT_ONCE", 2)
    monkeypatch.setattr(writing, "TOGETHER", 2)
    made = [place(town, f"站{n}", sign=f"S{n}") for n in range(7)]
    keeper = person(town, "diaodu")
    sheet = Sheet(fetched(keeper, f"/ledgers/{PLACE}/export.xlsx?for=edit"))
    for n, one in enumerate(made):
        sheet.cell(one.code, "名称").value = f"新站{n}"
    url = sent(keeper, sheet.saved())["Location"]
    run = keeper.post(url)["Location"]
    assert "/return/run/" in run and keeper.post(url)["Location"] == run, "pressed twice it is one run"
    assert "已写 0 / 7 行" in text_of(keeper.get(run)) and runs.waiting()
    assert person(town, "longdong").get(run).status_code == 404, "it is another person's"
    take(town, "diaodu", PLACE, "amend", made[6].record, name="别人先改的")

    tell, calls = runs._tell, []

    def cut(run, state, told):
        tell(run, state, told)
        calls.append(told)
        if len(calls) == 2:
            raise OSError("the disk is full")

    monkeypatch.setattr(runs, "_tell", cut)
    assert runs.work_off() == 0 and calls[-1]["written"] == 5, "six are left to write, four are written"
    monkeypatch.setattr(runs, "_tell", tell)
    assert "已写 5 / 7 行" in text_of(keeper.get(run))
    assert keeper.get(run, headers={"HX-Request": "true"}).status_code == 200 and not runs.waiting(), (
        "it may still be at work"
    )
    with database.owning() as query:
        query.run("update returned_run set beat_at = beat_at - interval '5 minutes' where district = %s", [town.id])
    assert runs.work_off() == 1
    said = text_of(keeper.get(run))
    assert "改 6 条，新增 0 条" in said, said
    assert keeper.get(run, headers={"HX-Request": "true"}).status_code == 204
    now = {r.code: r for r in records.page(town, actor_of(town, "diaodu"), PLACE, limit=100).records}
    assert [now[one.code].values["name"] for one in made] == [*(f"新站{n}" for n in range(6)), "别人先改的"]
    assert {now[one.code].seq for one in made} == {2}, "each is written once"


def test_a_run_whose_file_is_gone_says_so_and_keeps_what_was_written(town, monkeypatch):
    monkeypatch.setattr(runs, "AT_ONCE", 0)
    made = place(town, "甲站")
    keeper = person(town, "diaodu")
    sheet = Sheet(fetched(keeper, f"/ledgers/{PLACE}/export.xlsx?for=edit"))
    sheet.cell(made.code, "名称").value = "新名"
    run = keeper.post(sent(keeper, sheet.saved())["Location"])["Location"]
    handed_files.forget(town.id)
    assert runs.work_off() == 1
    assert "请重新交回" in text_of(keeper.get(run))


def test_the_counts_add_up_to_the_rows(town):
    made = place(town, "甲站")
    keeper = person(town, "diaodu")
    sheet = Sheet(fetched(keeper, f"/ledgers/{PLACE}/export.xlsx?for=edit"))
    sheet.cell(made.code, "名称").value = "新名"
    page = keeper.get(sent(keeper, sheet.saved())["Location"]).content.decode()
    *parts, whole = (int(number) for number in re.findall(r"<dd>\s*(\d+)", page))
    assert sum(parts) == whole == sheet.sheet.max_row - 2


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 broken", b"<html><table></table></html>", b"\x00" * 500, "编号,名称\r\n1,2\r\n".encode("gbk")],
)
def test_what_is_no_working_copy_is_refused_in_a_sentence(town, data):
    answer = sent(person(town, "diaodu"), data)
    assert answer.status_code == 422 and "这份文件收不了" in text_of(answer)


def test_nothing_sent_at_all_is_said(town):
    assert person(town, "diaodu").post(PAGE).status_code == 422


def test_whoever_may_not_amend_is_told_so(town):
    answer = person(town, "longdong").get(PAGE)
    assert answer.status_code == 403
    assert person(town, "diaodu").get("/ledgers/no.such/return").status_code == 404


def test_the_address_of_a_returned_file_is_of_one_person_only(town):
    made = place(town, "甲站")
    keeper, other = person(town, "diaodu"), person(town, "longdong")
    sheet = Sheet(fetched(keeper, f"/ledgers/{PLACE}/export.xlsx?for=edit"))
    sheet.cell(made.code, "名称").value = "新名"
    url = sent(keeper, sheet.saved())["Location"]
    for client, address in ((other, url), (keeper, f"{PAGE}/{'0' * 64}.{'0' * 24}"), (keeper, f"{PAGE}/x")):
        for answer in (client.get(address), client.post(address), client.get(f"{address}/reasons.xlsx")):
            assert answer.status_code == 404 and "已经过期" in text_of(answer)


def test_a_returned_file_is_sealed_and_swept(town):
    made = place(town, "甲站")
    keeper = person(town, "diaodu")
    sheet = Sheet(fetched(keeper, f"/ledgers/{PLACE}/export.xlsx?for=edit"))
    sheet.cell(made.code, "名称").value = "新名"
    url = sent(keeper, sheet.saved())["Location"]
    [path] = sealed_files.place(f"returned/{town.id}").glob("*/*.sealed")
    assert not path.read_bytes().startswith(b"PK") and handed_files.sweep(town.id) == 0
    os.utime(path, (0, 0))
    assert handed_files.sweep(town.id) == 1
    sent(keeper, sheet.saved())
    assert list(sealed_files.place(f"returned/{town.id}").glob("*/*.sealed"))
    erasure.erase(town, PLACE, made.record, by="t", why="依申请", at=town.now())
    assert not list(sealed_files.place(f"returned/{town.id}").glob("*/*.sealed")), "it may hold what was erased"
    assert keeper.get(url).status_code == 404


def test_a_list_offers_both_ways(town):
    page = person(town, "diaodu").get(f"/ledgers/{PLACE}").content.decode()
    assert f'href="/ledgers/{PLACE}/return"' in page
