"""A form that was filled is kept with what its titles ask, known again, its person's alone, and dropped."""

from __future__ import annotations

import os
import re

from huying.engine import database, form_files, sealed_files, templates
from tests.engine.small import actor_of
from tests.templates.dropping import busy, drop, mend, rows
from tests.templates.making import drawn, listing, statistics
from tests.web.walking import person, text_of

__all__ = ["busy"]


def test_the_same_form_is_known_again_and_filled_at_once(busy):
    client = person(busy, "diaodu")
    url = drop(client, statistics())
    mend(client, url, c3='{"where": "state == \\"dispatched\\""}', c5='{"leave": true}')
    assert client.post(url + "/keep", {"title": "城管月报"}).status_code == 302
    again = drop(person(busy, "longdong"), statistics(title="2021年1月城市管理事项统计表"))
    page = text_of(person(busy, "longdong").get(again))
    assert "按留着的认出" in page and "城管月报" in page and "状态为“待接办”" in page
    assert 'name="start" value="2021-01-01"' in person(busy, "longdong").get(again).content.decode()


def test_a_blank_form_is_kept_with_its_titles_and_fills_the_next_period(busy):
    client = person(busy, "diaodu")
    client.post(drop(client, drawn()) + "/keep", {"title": "运行月报"})
    page = client.get("/fill").content.decode()
    again = re.search(r'action="(/fill/kept/[^"]+)"', page)[1]
    answer = client.post(again)
    assert rows(client.post(answer["Location"] + "/file"))[3][1] == 4
    client.post(again, {"forget": "1"})
    assert "运行月报" not in text_of(client.get("/fill"))


def test_a_form_with_data_in_it_is_kept_without_its_file(busy):
    client = person(busy, "diaodu")
    filled = client.post(drop(client, listing(4)) + "/file", {"why": "报送市里"}).content
    url = drop(client, filled)
    assert "不留文件" in text_of(client.get(url))
    client.post(url + "/keep", {"title": "明细"})
    [kept] = templates.kept(busy, actor_of(busy, "diaodu"))
    assert not kept.file and "放进表即可" in text_of(client.get("/fill"))


def test_a_dropped_form_is_its_persons_and_gone_after_a_day(busy):
    client = person(busy, "diaodu")
    url = drop(client, statistics())
    for other in (person(busy, "diaodu2"), person(busy, "longdong")):
        assert [
            other.get(url).status_code,
            other.post(url + "/file").status_code,
            other.post(url + "/keep").status_code,
        ] == [404] * 3
    drop(client, drawn())
    database.direct().run(
        "update hy.form set made_at = made_at - interval '25 hours' where district = %s and id = %s", [busy.id, url[6:]]
    )
    sealed = sealed_files.place(f"forms/{busy.id}")
    for path in sealed.glob("*/*.sealed"):
        os.utime(path, (0, 0))
    form_files.sweep(busy)
    assert client.get(url).status_code == 404 and len(list(sealed.glob("*/*.sealed"))) == 1


def test_the_file_lies_encrypted(busy):
    drop(person(busy, "diaodu"), statistics())
    [path] = sealed_files.place(f"forms/{busy.id}").glob("*/*.sealed")
    assert b"PK" != path.read_bytes()[:2] and b"worksheets" not in path.read_bytes()


def test_whoever_kept_a_form_and_the_administrator_alone_drop_it(busy):
    client = person(busy, "diaodu")
    client.post(drop(client, statistics()) + "/keep", {"title": "城管月报"})
    [kept] = templates.kept(busy, actor_of(busy, "longdong"))
    other = person(busy, "longdong")
    assert other.post(f"/fill/kept/{kept.id}", {"forget": "1"}).status_code == 403 and "不再留" not in text_of(
        other.get("/fill")
    )
    url = drop(other, drawn())
    other.post(url + "/keep", {"title": "城管月报"})
    assert (
        "别人已留着一张同名的表" in text_of(other.get(url)) and len(templates.kept(busy, actor_of(busy, "diaodu"))) == 1
    )
    assert (
        client.post(f"/fill/kept/{kept.id}", {"forget": "1"}).status_code == 302
        and templates.kept(busy, actor_of(busy, "diaodu")) == []
    )
