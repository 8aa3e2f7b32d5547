"""The page on which an administrator changes a ledger of the district's own."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from huying.declare.load import load
from huying.engine import own_pack, packs, places
from huying.engine.acts import Act
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from huying.engine.ledger_rename import renamed
from tests.engine.small import actor_of
from tests.web.walking import person, text_of

LEDGER = """
ledger: wells
title: 水井 | Wells
code: SJ-{n:5}
kept_by: [street_clerk]
schema:
  required: [unit]
  properties:
    unit: {$ref: "huying:area", title: 街道社区 | Area}
    place: {type: string, title: 地点 | Place}
    depth: {type: string, title: 深度 | Depth}
    state_of: {title: 水质 | Water, enum: [good, bad, unknown]}
labels:
  state_of: {good: 好 | Good, bad: 差 | Bad, unknown: 不明 | Unknown}
list: [unit, place]
search: [place]
"""


@pytest.fixture
def wells(town: packs.District) -> tuple[packs.District, str]:
    """The district with a ledger of its own that has one record; the ledger's full name."""
    name = own_pack.put_ledger(town, "wells", LEDGER.lstrip())
    district = packs.current(town.id)
    unit = places.tree(district.id, district.today()).by_code["440106018000"].id
    answers = {"unit": unit, "place": "村口", "depth": "12", "state_of": "unknown"}
    take_step(district, Act(name, "add", actor_of(district, "longdong"), answers))
    return district, name


def form_of(client: Client, url: str) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    page = client.get(url).content.decode()
    form = page[page.index('id="edit"') :].split("</form>")[0]
    sent = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            sent[name[1]] = value[1] if value else "on"
    for name, body in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        sent[name] = chosen[1] if chosen else ""
    sent |= dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S))
    return {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"}


def row(form: dict[str, str], field: str) -> str:
    return next(key.partition("-")[2] for key, value in form.items() if key.startswith("name-") and value == field)


def test_nothing_changed_is_nothing_to_put_in_force(wells):
    district, name = wells
    client, url = person(district, "guanli"), f"/ledgers/{name}/edit"
    answer = client.post(url, {**form_of(client, url), "put": "1"})
    assert answer.status_code == 422 and "还没有改动" in text_of(answer)


def test_a_field_is_added_one_retired_one_read_anew_and_a_value_mapped(wells):
    district, name = wells
    client, url = person(district, "guanli"), f"/ledgers/{name}/edit"
    form = form_of(client, url)
    place, depth, water, new = (row(form, field) for field in ("place", "depth", "state_of", ""))
    form |= {f"retired-{place}": "on", f"kind-{depth}": "number", f"choices-{water}": "good 好\nbad 差"}
    form |= {f"zh-{new}": "管护人", f"name-{new}": "keeper", f"kind-{new}": "text", "why": "区里新要求"}
    looked = text_of(client.post(url, form, headers={"HX-Request": "true"}))
    assert "“地点”不再登记，过去的留着" in looked and "“管护人”是新的一项" in looked and "“深度”换了类型" in looked
    assert "state_of 没有值 unknown 了，有 1 条记录要交代" in looked
    form[f"mapped-{water}"] = "unknown = bad"
    looked = text_of(client.post(url, form))
    assert "旧记录怎么办" in looked and "unknown → bad" in looked and "要交代" not in looked
    answer = client.post(url, {**form, "put": "1"})
    assert answer["Location"] == f"/ledgers/{name}/upgrade"
    ledger = packs.current(district.id).rules.ledgers[name]
    assert ledger.version == 2 and "keeper" in ledger.fields and "place" not in ledger.fields
    client.post(f"/ledgers/{name}/upgrade")
    words = text_of(person(district, "longdong").get(f"/ledgers/{name}/SJ-00001"))
    assert "12" in words and "差" in words and "地点" in words


def test_what_is_wrong_stands_at_its_row_and_nothing_changes(wells):
    district, name = wells
    client, url = person(district, "guanli"), f"/ledgers/{name}/edit"
    form = form_of(client, url)
    new = row(form, "")
    for zh, field, kind, words in (
        ("甲", "Not A Name", "text", "代号用小写字母"),
        ("甲", "place", "text", "代号用小写字母"),
        ("甲", "due_at", "time", "平台自己的名称"),
        ("甲", "good_one", "", "请选类型"),
    ):
        answer = client.post(url, {**form, f"zh-{new}": zh, f"name-{new}": field, f"kind-{new}": kind, "put": "1"})
        assert answer.status_code == 422 and words in text_of(answer)
    assert packs.current(district.id).rules.ledgers[name].version == 1


def test_the_second_of_two_administrators_is_told(wells):
    district, name = wells
    client, url = person(district, "guanli"), f"/ledgers/{name}/edit"
    form = form_of(client, url)
    place = row(form, "place")
    assert client.post(url, {**form, f"zh-{place}": "位置说明", "put": "1"}).status_code == 302
    late = client.post(url, {**form, f"zh-{place}": "何处", "put": "1"})
    assert late.status_code == 422 and "刚被别人改过" in text_of(late)
    assert 'value="何处"' in late.content.decode(), "what was typed is still there"


def test_what_it_writes_is_an_ordinary_pack(wells, tmp_path):
    district, name = wells
    client, url = person(district, "guanli"), f"/ledgers/{name}/edit"
    form = form_of(client, url)
    client.post(url, {**form, f"zh-{row(form, 'place')}": "位置说明", "put": "1"})
    own_pack.write(packs.current(district.id), tmp_path / "out" / district.name)
    from huying.commands.check import folders

    rules, problems = load(*folders([tmp_path / "out" / district.name]))
    assert problems == [] and "位置说明" in rules.ledgers[name].fields["place"].title


def test_a_field_is_renamed_everywhere_and_its_values_and_history_stay(wells):
    district, name = wells
    client, url = person(district, "guanli"), f"/ledgers/{name}/edit"
    form = form_of(client, url)
    place = row(form, "place")
    for wrong in ("depth", "Not A Name", "due_at"):
        answer = client.post(url, {**form, f"to-{place}": wrong, "put": "1"})
        assert answer.status_code == 422, wrong
    form |= {f"to-{place}": "spot", "constraint-kind-0": "unique", "constraint-fields-0": "地点"}
    form |= {"fault-zh-0": "没写在哪", "fault-when-0": "spot is null", "stale": "90"}
    looked = text_of(client.post(url, form, headers={"HX-Request": "true"}))
    assert "代号由 place 改为 spot，内容不动" in looked and "有了约束" in looked and "有了质量规则" in looked
    assert client.post(url, {**form, "put": "1"}).status_code == 302
    now = packs.current(district.id)
    ledger = now.rules.ledgers[name]
    assert ledger.list == ("unit", "spot") and ledger.search == ("spot",) and "spot" in ledger.fields
    assert ledger.constraints[0].fields == ("spot",) and ledger.upgrades[0].moves[0].to == ("spot",)
    words = text_of(person(district, "longdong").get(f"/ledgers/{name}/SJ-00001"))
    assert "村口" in words, "the column is the same"
    unit = places.tree(now.id, now.today()).by_code["440106018000"].id
    with pytest.raises(StepRefused, match="已有一条地点相同"):
        take_step(now, Act(name, "add", actor_of(now, "longdong"), {"unit": unit, "spot": "村口"}))


def test_what_constraints_and_rules_say_wrongly_is_told_and_nothing_changes(wells):
    district, name = wells
    client, url = person(district, "guanli"), f"/ledgers/{name}/edit"
    form = form_of(client, url)
    for sent, words in (
        ({"constraint-kind-0": "unique", "constraint-fields-0": "没有的"}, "没有字段“没有的”"),
        ({"constraint-kind-0": "unique"}, "写上字段"),
        ({"constraint-kind-0": "at_most", "constraint-most-0": "两条"}, "最多几条写整数"),
        ({"constraint-kind-0": "no_overlap", "constraint-fields-0": "地点"}, "要写两个字段"),
        ({"fault-zh-0": "太浅"}, "名称和条件都要写"),
        ({"fault-zh-0": "太浅", "fault-when-0": "depht < 3"}, "depht"),
        ({"stale": "很久"}, "写整数"),
    ):
        answer = client.post(url, {**form, **sent, "put": "1"})
        assert answer.status_code == 422 and words in text_of(answer), words
    assert not packs.current(district.id).rules.ledgers[name].constraints


def test_a_ledger_made_like_another_says_what_it_has_from_it_and_writes_only_what_differs(wells):
    district, _ = wells
    client = person(district, "guanli")
    client.post("/ledgers/traffic.congestion_point/edit", {"title": "照建的堵点", "name": "like_jams", "code": "ZJD"})
    name = f"{district.name}.like_jams"
    url = f"/ledgers/{name}/edit"
    words = text_of(client.get(url))
    assert "这本照着另一本" in words and "随那一本" in words
    form = form_of(client, url)
    new = row(form, "")
    form |= {f"zh-{new}": "巡查人", f"name-{new}": "walker", f"kind-{new}": "text"}
    answer = client.post(url, {**form, "put": "1"})
    assert answer.status_code == 302, text_of(answer)
    text, own = own_pack.file_of(packs.current(district.id), name)
    assert list(own["schema"]["properties"]) == ["walker"] and own["like"] == "traffic.congestion_point"
    inherited = packs.current(district.id).rules.ledgers["traffic.congestion_point"].fields
    assert set(packs.current(district.id).rules.ledgers[name].fields) == {*inherited, "walker"}


def test_a_ledger_of_a_pack_is_shown_and_one_of_our_own_is_made_like_it(wells):
    district, _ = wells
    client, url = person(district, "guanli"), "/ledgers/traffic.congestion_point/edit"
    words = text_of(client.get(url))
    assert "这里只看不改" in words and "ledger: congestion_point" in words
    assert client.post(url, {"title": "", "name": "A b", "code": "x"}).status_code == 422
    made = client.post(url, {"title": "本区堵点", "name": "our_jams", "code": "BQD"})
    assert made.status_code == 302
    assert f"{district.name}.our_jams" in packs.current(district.id).rules.ledgers
    assert person(district, "longdong").get(url).status_code == 404


def test_a_name_is_changed_where_it_names_the_field_and_nowhere_else():
    data = {
        "ledger": "wells", "title": "place", "group": "place", "version": 3, "search": ["place"], "map": "place",
        "schema": {"required": ["place"], "properties": {"place": {"title": "place"}, "depth": {"title": "深"}}},
        "labels": {"place": {"place": "place"}}, "derive": {"depth": 'place + "place" + other.place'},
        "constraints": [{"unique": ["place"], "says": "place"}],
        "quality": {"faults": {"place": {"title": "place", "when": "place is null and placed == 1"}}},
        "views": {"one": {"title": "place", "where": "place > 1", "sort": "-place", "group": "place"}},
        "upgrade": [{"to": 3, "moves": [{"rename": "spot", "to": "place"}]}],
    }  # fmt: skip
    made = renamed(data, {"place": "where_at"})
    assert made["derive"] == {"depth": 'where_at + "place" + other.place'}
    assert made["quality"]["faults"]["place"]["when"] == "where_at is null and placed == 1"
    assert made["views"]["one"] == {"title": "place", "where": "where_at > 1", "sort": "-where_at", "group": "where_at"}
    assert made["constraints"] == [{"unique": ["where_at"], "says": "place"}]
    assert made["labels"] == {"where_at": {"place": "place"}} and made["search"] == ["where_at"]
    assert made["schema"]["required"] == ["where_at"] and list(made["schema"]["properties"]) == ["where_at", "depth"]
    assert made["upgrade"] == data["upgrade"] and made["title"] == made["group"] == "place"
