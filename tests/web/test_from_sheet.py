"""A ledger from a spreadsheet on the web: handed in, mended, put in force, or handed on to whoever may."""

from __future__ import annotations

import os
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huying.declare.problems import Problems
from huying.engine import database, handed_files, own_pack, packs, sealed_files
from huying.engine.in_force import put_in_force
from tests.sheets.making import rows
from tests.sheets.people import identity, lines, workbook
from tests.web.walking import person, text_of

HX = {"HX-Request": "true"}
ADDRESS = "/ledgers/from-sheet"


@pytest.fixture
def administrator(town) -> Client:
    return person(town, "guanli")


def hand_in(client: Client, data: bytes | None = None, name: str = "低保对象.xlsx"):
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, workbook() if data is None else data)})


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    form = page[page.index('<form method="post" id="proposal"') :]
    form = form[: form.index("</form>")]
    sent = {}
    for tag in re.findall(r"<input [^>]*>", form):
        kind, name = re.search(r'type="(\w+)"', tag)[1], re.search(r' name="([^"]+)"', tag)
        if name and (kind not in ("checkbox", "radio") or " checked" in tag):
            value = re.search(r' value="([^"]*)"', tag)
            sent[name[1]] = value[1] if value else "on"
    for name, body in re.findall(r'<select id="[^"]*" name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        sent[name] = re.search(r'<option value="([^"]*)" selected', body)[1]
    sent["keeper"] = sent["keeper"] or "dispatcher"  # who administers keeps nothing, and chooses
    return {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"}


def place_of(page: str, title: str) -> str:
    return re.search(rf'name="title-(\d+)" value="{re.escape(title)}"', page)[1]


def opened(client: Client) -> tuple[str, str]:
    """(address, page) of the sheet handed in."""
    url = hand_in(client)["Location"]
    return url, client.get(url).content.decode()


def test_the_entrance_says_that_nothing_secret_belongs_here_and_reads_a_file(town, administrator):
    assert "涉密的不能放这里" in text_of(administrator.get(ADDRESS))
    url, page = opened(administrator)
    assert re.fullmatch(ADDRESS + r"/[0-9a-f]{64}", url)
    said = text_of(administrator.get(url))
    assert "天河区低保对象花名册" in said and "citizen identity" not in said
    assert "是公民身份号码（校验位相符）" in said and "加密存放：身份证号、联系电话" in said
    assert "12 行数据" in said and 'class="is-head"' in page and 'class="is-title"' in page and 'class="is-sum"' in page


def test_no_page_shows_what_would_be_masked(town, administrator):
    url, page = opened(administrator)
    for n in range(12):
        assert identity(n) not in page and f"138001380{n:02}" not in page and f"陈{n}某" not in page


def test_a_change_is_looked_at_again_at_once_and_kept(town, administrator):
    url, page = opened(administrator)
    remarks = place_of(page, "备注")
    answer = administrator.post(url, {**form_of(page), f"type-{remarks}": "date"}, headers=HX)
    assert answer.status_code == 200 and "1 格没看懂" in text_of(answer) and "独居" in text_of(answer)
    page = administrator.get(url).content.decode()  # as after a reload, or tomorrow
    assert form_of(page)[f"type-{remarks}"] == "date"
    answer = administrator.post(url, {**form_of(page), f"title-{remarks}": "家庭情况"})
    assert (answer.status_code, answer["Location"]) == (302, f"{url}#proposal")
    assert form_of(administrator.get(url).content.decode())[f"title-{remarks}"] == "家庭情况"


def test_what_is_masked_from_now_on_is_masked_in_the_rows_above_too(town, administrator):
    url, page = opened(administrator)
    remarks = place_of(page, "备注")
    assert "<td>独居</td>" in page
    answer = administrator.post(url, {**form_of(page), f"privacy-{remarks}": "private"}, headers=HX)
    assert "<td>独居</td>" not in answer.content.decode()
    answer = administrator.get(url).content.decode()
    assert form_of(answer)[f"privacy-{remarks}"] == "private" and "独居" not in answer


def test_who_keeps_the_ledger_is_never_guessed(town, administrator):
    url, page = opened(administrator)
    answer = administrator.post(url, {**form_of(page), "keeper": "", "put": "1"})
    assert answer.status_code == 422 and "先选这本台账由谁登记" in text_of(answer)
    administrator.post(url, {**form_of(page), "keeper": "street_clerk"})
    assert form_of(administrator.get(url).content.decode())["keeper"] == "street_clerk"


def test_a_keeper_that_is_no_role_any_more_is_chosen_anew(town, administrator, monkeypatch):
    url, page = opened(administrator)
    administrator.post(url, {**form_of(page), "keeper": "street_clerk"})
    monkeypatch.setattr(own_pack, "keepers_of", lambda rules: ["dispatcher"])  # as after another pack was applied
    answer = administrator.get(url)
    assert answer.status_code == 200 and '<option value="" selected>' in answer.content.decode()


def test_a_new_type_brings_its_privacy_with_it(town, administrator):
    url, page = opened(administrator)
    remarks = place_of(page, "备注")
    administrator.post(url, {**form_of(page), f"type-{remarks}": "phone"}, headers=HX)
    assert form_of(administrator.get(url).content.decode())[f"privacy-{remarks}"] == "secret"


def test_what_cannot_be_done_is_said_at_its_column_and_the_rest_is_done(town, administrator):
    url, page = opened(administrator)
    size, remarks = place_of(page, "面积（平方米）"), place_of(page, "备注")
    sent = form_of(page) | {f"privacy-{size}": "secret", f"title-{size}": "住房面积", f"title-{remarks}": "说明"}
    answer = administrator.post(url, sent)
    assert answer.status_code == 200 and "只有文字、电话、身份证号能加密" in text_of(answer)
    form = form_of(administrator.get(url).content.decode())
    assert (form[f"title-{size}"], form[f"privacy-{size}"], form[f"title-{remarks}"]) == ("住房面积", "open", "说明")


def test_an_administrator_puts_the_ledger_in_force_and_its_keeper_uses_it_at_once(town, administrator):
    url, page = opened(administrator)
    answer = administrator.post(url, {**form_of(page), "keeper": "street_clerk", "put": "1"})
    assert answer.status_code == 302
    packs.forget()
    name = f"{town.name}.di_bao_dui_xiang"
    assert name in packs.current(town.id).rules.ledgers
    assert "已启用" in text_of(administrator.get(answer["Location"]))
    clerk = person(town, "longdong")
    assert "天河区低保对象花名册" in text_of(clerk.get(f"/ledgers/{name}"))
    assert clerk.get(f"/ledgers/{name}/new/add").status_code == 200
    assert administrator.get(url).status_code == 410  # the file went as soon as it was not needed


def test_the_same_press_again_is_done_already(town, administrator):
    url, page = opened(administrator)
    press = {**form_of(page), "keeper": "street_clerk", "put": "1"}
    first = administrator.post(url, press)
    again = administrator.post(url, press)
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert "已启用" in text_of(administrator.get(again["Location"]))
    assert administrator.post(url, {**press, "put": ""}).status_code == 302  # the button alone counts
    del press["put"]
    assert administrator.post(url, press).status_code == 410  # there is nothing to look at any more


def test_a_press_that_arrives_while_the_first_is_at_work_is_done_too(town, administrator, monkeypatch):
    url, page = opened(administrator)
    press = {**form_of(page), "keeper": "street_clerk", "put": "1"}
    put, answers = own_pack.put_ledger, []

    def put_twice(district, name, text):
        full = put(district, name, text)
        if not answers:
            answers.append(None)
            answers[0] = administrator.post(url, press)  # read the sheet, and knows the ledger in force
            assert put(district, name, text) == full  # had looked before it was
        return full

    monkeypatch.setattr(own_pack, "put_ledger", put_twice)
    first = administrator.post(url, press)
    assert [first.status_code, answers[0].status_code] == [302, 302]
    assert first["Location"] == answers[0]["Location"]
    with pytest.raises(Problems, match="di_bao_dui_xiang"):
        put(town, "di_bao_dui_xiang", "ledger: di_bao_dui_xiang\n")


def test_who_administers_and_keeps_goes_on_to_bring_in_the_rows(town, tmp_path):
    pack = tmp_path / "chiefs"
    pack.mkdir()
    (pack / "pack.yaml").write_text("pack: chiefs\ntitle: 总管 | Chiefs\nversion: 1\n", "utf-8")
    (pack / "roles.yaml").write_text(
        "roles:\n  chief: {title: 总管 | Chief, reach: district, may: [administer]}\n", "utf-8"
    )
    put_in_force(town.id, [pack])
    with database.owning() as query:
        query.run("update post set role = 'chief' where district = %s and code = 'zhihui.dispatcher'", [town.id])
    chief = person(town, "diaodu")
    url, page = opened(chief)
    assert form_of(page)["keeper"] == "chief"  # her own role, unless she says otherwise
    answer = chief.post(url, {**form_of(page), "put": "1"})
    assert answer["Location"] == f"/ledgers/{town.name}.di_bao_dui_xiang/import"
    assert "已启用，总管的菜单里已有" in text_of(chief.get(answer["Location"]))


def test_who_may_not_administer_hands_the_declaration_on_without_a_row(town, administrator):
    clerk = person(town, "longdong")
    url, page = opened(clerk)
    assert "交给管理员启用" in page and "启用这本台账" not in page
    answer = clerk.post(url, {**form_of(page), "put": "1"})
    assert answer["Location"] == ADDRESS and "已交给管理员" in text_of(clerk.get(ADDRESS))
    assert f"{town.name}.di_bao_dui_xiang" not in packs.current(town.id).rules.ledgers
    assert "从表格建台账 (1)" in text_of(administrator.get("/work")) and "(1)" not in text_of(clerk.get("/work"))
    waiting = re.search(rf'href="({ADDRESS}/proposed/[^"]+)"', administrator.get(ADDRESS).content.decode())[1]
    assert clerk.get(waiting).status_code == 404 and "proposed/" not in clerk.get(ADDRESS).content.decode()
    assert clerk.post(url, {**form_of(page), "put": "1"})["Location"] == ADDRESS  # the same press again
    assert administrator.get(ADDRESS).content.decode().count("/proposed/") == 1
    page = administrator.get(waiting).content.decode()
    assert "kept_by: [street_clerk]" in page and identity(3) not in page and "陈3某" not in page
    assert administrator.post(waiting, {"put": "1"}).status_code == 302
    assert administrator.post(waiting, {"put": "1"}).status_code == 302  # the same press again
    packs.forget()
    assert f"{town.name}.di_bao_dui_xiang" in packs.current(town.id).rules.ledgers
    assert administrator.get(waiting).status_code == 404


def test_a_proposal_is_sent_away(town, administrator):
    clerk = person(town, "longdong")
    url, page = opened(clerk)
    clerk.post(url, {**form_of(page), "put": "1"})
    waiting = re.search(rf'href="({ADDRESS}/proposed/[^"]+)"', administrator.get(ADDRESS).content.decode())[1]
    administrator.post(waiting, {"away": "1"})
    assert "已退回" in text_of(administrator.get(ADDRESS)) and administrator.get(waiting).status_code == 404


@pytest.mark.parametrize("name", ["Ä", "", "x" * 80, "../x", "1a", "a b", "di_bao'; drop"])
def test_a_name_that_cannot_be_one_is_refused_and_nothing_is_lost(town, administrator, name):
    url, page = opened(administrator)
    answer = administrator.post(url, {**form_of(page), "ledger_name": name, "ledger_title": "我的台账", "put": "1"})
    if name == "":  # nothing typed: the proposed one stays
        assert answer.status_code == 302
        return
    assert answer.status_code == (302 if name == "x" * 80 else 422)
    if answer.status_code == 422:
        assert "不能用" in text_of(answer) and "我的台账" in text_of(administrator.get(url))


def test_a_name_that_is_taken_is_refused(town, administrator):
    url, page = opened(administrator)
    administrator.post(url, {**form_of(page), "put": "1"})
    packs.forget()
    url, page = opened(administrator)
    assert form_of(page)["ledger_name"] == "di_bao_dui_xiang_2"
    answer = administrator.post(url, {**form_of(page), "ledger_name": "di_bao_dui_xiang", "put": "1"})
    assert answer.status_code == 422 and "不能用" in text_of(answer)


def test_the_header_is_where_the_person_says(town, administrator):
    url, page = opened(administrator)
    administrator.post(url, {"head_first": "4", "head_last": "4"})
    assert 'value="陈0某"' in administrator.get(url).content.decode()  # her own sheet, read as she asked
    administrator.post(url, {"head_first": "", "head_last": ""})
    assert "第1列" in administrator.get(url).content.decode()
    for odd in ("0", "99999999", "-1", "五", "9" * 40):
        assert administrator.post(url, {"head_first": odd, "head_last": odd}).status_code == 302


def test_a_keeper_who_sees_one_street_is_asked_for_the_street(town, administrator):
    data = rows([["名称", "数量"], *[[f"物资{n}", n] for n in range(8)]])
    url = hand_in(administrator, data, "物资.xlsx")["Location"]
    page = administrator.get(url).content.decode()
    sent = {**form_of(page), "keeper": "street_clerk", "place": "district"}
    answer = administrator.post(url, sent, headers=HX)
    assert form_of(answer.content.decode())["place"] == "asked"


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "空.xlsx"), (b"%PDF-1.7", "a.pdf"), (b"PK\x03\x04 broken", "坏.xlsx"), (b"\x00\x01\x02" * 99, "x.bin"),
     (b"<html><body>no</body></html>", "<script>alert(1)</script>.xls")],
)  # fmt: skip
def test_a_file_that_is_no_sheet_gets_its_sentence(town, administrator, data, name):
    answer = hand_in(administrator, data, name)
    assert answer.status_code == 422 and "这份读不了" in text_of(answer)
    assert "<script>alert" not in answer.content.decode()


def test_no_file_and_one_that_is_too_large_get_their_sentence(town, administrator, monkeypatch):
    assert "请选一个表格文件" in text_of(administrator.post(ADDRESS, {}))
    monkeypatch.setattr(handed_files, "LARGEST", 100)
    assert "10 MB" in text_of(hand_in(administrator))


def test_another_person_does_not_see_the_sheet(town, administrator):
    url, _ = opened(administrator)
    other = person(town, "diaodu")
    assert other.get(url).status_code == 410 and other.post(url, {"put": "1"}).status_code == 410
    assert other.post(f"{url}/forget").status_code == 404
    other.post("/drafts", {"form_path": url, "state": '{"file": "x"}'})  # a draft of one's own opens nothing
    assert other.get(url).status_code == 410
    assert Client().get(url).status_code == 302


def test_the_sheet_is_sealed_and_goes_when_it_is_thrown_away_or_after_a_day(town, administrator):
    url, _ = opened(administrator)
    path = sealed_files.path_of(f"sheets/{town.id}", url.rsplit("/", 1)[1])
    assert path.exists() and "低保".encode() not in path.read_bytes() and not path.read_bytes().startswith(b"PK")
    administrator.post(f"{url}/forget")
    assert not path.exists() and administrator.get(url).status_code == 410
    url, _ = opened(administrator)
    path = sealed_files.path_of(f"sheets/{town.id}", url.rsplit("/", 1)[1])
    os.utime(path, (time.time() - 90_000, time.time() - 90_000))
    assert handed_files.sweep(town.id) == 1 and administrator.get(url).status_code == 410


@pytest.mark.parametrize(
    "address", [f"{ADDRESS}/x", f"{ADDRESS}/{'a' * 64}", f"{ADDRESS}/proposed/0", f"{ADDRESS}/..%2f"]
)
def test_an_address_of_nothing_is_told_so(town, administrator, address):
    assert administrator.get(address).status_code in (404, 410)


def test_a_form_of_nonsense_breaks_nothing(town, administrator):
    url, page = opened(administrator)
    sent = {**form_of(page), "keeper": "nobody", "place": "moon", "seen_by": "x", "type-1": "photos", "privacy-2": "?",
            "title-1": "\x00|$case" + "长" * 500, "title-99": "x", "sheet": "没有"}  # fmt: skip
    assert administrator.post(url, sent).status_code in (200, 302)
    assert administrator.get(url).status_code == 200


def test_a_sheet_of_many_rows_says_how_many_it_looked_at(town, administrator, monkeypatch):
    monkeypatch.setattr("huying.web.proposing.LOOKED_AT", 10)
    url = hand_in(administrator, rows(lines(14)))["Location"]
    assert "后面还有 4 行没有看" in text_of(administrator.get(url))


def test_a_sheet_of_a_thousand_columns_is_shown_as_far_as_a_ledger_goes(town, administrator):
    url = hand_in(
        administrator, rows([[f"指标{n}" for n in range(1000)], *[[m + n for n in range(1000)] for m in range(3)]])
    )["Location"]
    page = administrator.get(url).content.decode()
    assert page.count('name="title-') == 200 and "最后 800 列没有收入" in page
    assert administrator.post(url, form_of(page), headers=HX).status_code == 200


def test_the_page_speaks_english(town):
    client = person(town, "guanli", "en")
    page = text_of(client.get(hand_in(client)["Location"]))
    assert (
        "Put this ledger in force" in page and "Kept encrypted" in page and "must" not in page.split("Columns")[0][:10]
    )
    assert not re.search(r"[隐密必收]\w", re.sub(r"“[^”]*”", "", text_of(client.get(ADDRESS))).replace("中文", ""))
