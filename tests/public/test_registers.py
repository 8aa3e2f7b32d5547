"""Public registers, places and their posters, the start; and how many statements each public page asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huying.engine import database, packs, places, tracking
from huying.engine.acts import Act
from huying.engine.flows import take_step
from tests.engine.small import actor_of
from tests.public.conftest import JAM, page_of, report

COUNTS = Path(__file__).with_name("query_counts.json")
POINT = "traffic.congestion_point"


def make_point(town, name: str = "某某路口", cause: str = "signal"):
    unit = places.tree(town.id, town.today()).by_code["440106018000"].id
    answers = {"name": name, "unit": unit, "where": (113.364, 23.193), "cause": cause}
    return take_step(town, Act(POINT, "find", actor_of(town, "daolu"), answers))


def test_the_start_says_what_one_can_do_and_that_a_call_does_as_well(anyone):
    page = page_of(anyone.get("/"))
    for url in ("/report", "/track", "/promises", "/places", f"/open/{POINT}"):
        assert f'href="{url}"' in page
    assert "也可拨打 12345" in page and "大字版" in page and "演示数据" in page


def test_large_type_is_switched_on_and_off(anyone):
    anyone.post("/large", {"next": "/"})
    assert 'class="large"' in page_of(anyone.get("/"))
    anyone.post("/large", {"next": "/"})
    assert 'class="large"' not in page_of(anyone.get("/"))


def test_a_public_register_shows_its_open_fields_on_map_and_list(town, anyone):
    make_point(town)
    page = page_of(anyone.get(f"/open/{POINT}"))
    assert "某某路口" in page and "信号配时" in page and "已摸查" in page and '"lng": 113.364' in page


def test_a_public_register_is_shown_as_of_a_past_day(town, anyone):
    make_point(town)
    assert "某某路口" not in page_of(anyone.get(f"/open/{POINT}?as_of=2020-06-01"))
    for wrong in ("yesterday", "2999-01-01", "%00"):
        assert anyone.get(f"/open/{POINT}?as_of={wrong}").status_code == 422


def test_odd_filters_show_the_list_and_never_an_error(town, anyone):
    for query in ("area=x", "state=nothing", "page=0", "page=99999", "page=-1", "area=%00", "page=%EF%BC%91"):
        assert anyone.get(f"/open/{POINT}?{query}").status_code == 200, query
        assert anyone.get(f"/places?{query}").status_code == 200, query


def test_a_ledger_that_is_not_public_has_no_list(anyone):
    for name in ("traffic.jam", "command.case", "none", "%00"):
        assert anyone.get(f"/open/{name}").status_code == 404


def test_every_place_has_a_way_to_report_and_a_poster(anyone):
    page = page_of(anyone.get("/places"))
    assert "龙洞站" in page and 'href="/r/TH-002"' in page and 'href="/places/TH-002/poster"' in page


def test_a_poster_bears_the_place_its_code_and_the_telephone(anyone):
    page = page_of(anyone.get("/places/TH-002/poster"))
    assert "龙洞站" in page and "http://testserver/r/TH-002" in page and "<svg" in page and "12345" in page
    assert anyone.get("/places/TH-999/poster").status_code == 404


def test_a_place_that_was_taken_off_the_register_has_neither(town, anyone):
    from huying.web import signs

    record = signs.find(town, "TH-003").record
    take_step(town, Act("command.place", "remove", actor_of(town, "diaodu"), {}, record.id))
    assert "TH-003" not in page_of(anyone.get("/places"))
    assert anyone.get("/places/TH-003/poster").status_code == 404 and anyone.get("/r/TH-003").status_code == 404


def test_the_ground_of_maps_is_the_districts_own_outline(anyone):
    known = json.loads(page_of(anyone.get("/map/outline.geojson")))
    kinds = [feature["geometry"]["type"] for feature in known["features"]]
    assert kinds[0] == "MultiPolygon" and kinds.count("Point") == 3


def test_public_lists_hold_no_personal_data(town, anyone):
    report(anyone, caller="林某", phone="13800138000", words="请别说出去")
    make_point(town)
    for url in ("/", "/places", f"/open/{POINT}", "/open/command.place", "/report", JAM):
        page = page_of(anyone.get(url))
        for secret in ("林某", "13800138000", "请别说出去"):
            assert secret not in page, url


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_public_page_speaks_one_language(town, anyone, language):
    import re

    code = report(anyone)
    make_point(town, name="Junction")
    anyone.cookies["django_language"] = language
    for url in (
        "/",
        "/report",
        f"{JAM}?category=jam",
        "/track",
        f"/track/{code}",
        f"/open/{POINT}",
        "/report/none",
        "/r/none",
    ):
        page = page_of(anyone.get(url))
        words = re.sub(r"<(script|style)[\s\S]*?</\1>|<[^>]+>", " ", page)
        assert " | " not in words, url
        if language == "en":
            shown = words.replace("中文", "").replace("每天早上排到路口", "")
            assert not re.search(r"[\u4e00-\u9fff]", shown), (url, re.findall(r"[\u4e00-\u9fff].*", shown)[:3])


def test_public_pages_ask_as_many_statements_as_are_written_down(town, anyone, monkeypatch):
    for module in (packs, places):
        monkeypatch.setattr(module, "FRESH", 3600.0)  # what is looked up once a second is known
    code = report(anyone, where="113.364,23.193")
    make_point(town)
    assert tracking.find(town.id, code)
    pages = {
        "home": "/",
        "choose": "/report",
        "choose at a sign": "/report?place=TH-002",
        "form": f"{JAM}?category=jam",
        "form at a sign": f"{JAM}?category=jam&place=TH-002",
        "track": f"/track/{code}",
        "places": "/places",
        "register": f"/open/{POINT}",
        "poster": "/places/TH-002/poster",
    }
    for url in pages.values():
        anyone.get(url)
    counted = {}
    for name, url in pages.items():
        with database.counting() as count:
            anyone.get(url)
        counted[name] = count.n
    kept = json.loads(COUNTS.read_text(encoding="utf-8")) if COUNTS.exists() else {}
    more = {name: (n, kept.get(name)) for name, n in counted.items() if n > kept.get(name, 0)}
    assert not more, f"(counted, written down in {COUNTS.name}): {counted}"
