"""A sheet brought into a ledger on the web: read first, settled by clicking, entered, the rejected rows given back."""

from __future__ import annotations

import errno
import re
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart

from huying.engine import database, erasure, packs, sealed_files
from huying.engine.importing import runs
from huying.engine.in_force import put_in_force
from huying.sheets import stream
from tests.engine.aid import NUMBER, PERSON, aid
from tests.engine.things import THING, things
from tests.web.walking import area, person, take, text_of

SHEET = "物件登记表,,\n名称,街道社区,高\n甲,龙洞街道,3\n乙,龙洞街道,高高\n合计,,3\n"


@pytest.fixture
def furnished(town: packs.District, tmp_path: Path) -> packs.District:
    put_in_force(town.id, [things(tmp_path), aid(tmp_path)])
    with database.owning() as query:
        query.run("delete from import_run")
    return packs.current(town.id)


def drop(client: Client, text: str | bytes, ledger: str = THING, name: str = "物件.csv"):
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    return client.post(f"/ledgers/{ledger}/import", {"file": file})


def read(client: Client, text: str | bytes, **more: str) -> str:
    """Hand a sheet in and have it read; the address of its run."""
    url = drop(client, text, **more)["Location"]
    assert runs.work_off() == 1
    return url


def stored(town: packs.District, ledger: str = THING) -> int:
    with database.owning() as query:
        return query.value(
            f"select count(*) from {town.tables[ledger].name} where district = %s and not hidden", [town.id]
        )


def test_a_sheet_is_read_first_and_the_right_rows_are_entered_on_a_press(furnished):
    clerk = person(furnished, "longdong")
    assert "导入表格" in text_of(clerk.get(f"/ledgers/{THING}"))
    url = drop(clerk, SHEET)["Location"]
    assert "正在试读，什么也不写" in text_of(clerk.get(url))
    assert runs.work_off() == 1
    words = text_of(clerk.get(url))
    assert "读了 2 行 = 要新登记 1 + 要改 0 + 不变 0 + 不能收 1" in words and "合计行 1" in words
    assert re.search(r"4 高 高高 “高高”不是数字，例如 12.5", words) and stored(furnished) == 0
    assert clerk.post(f"{url}/confirm", {"rows": "right"}).status_code == 302
    assert "正在登记" in text_of(clerk.get(url)) and runs.work_off() == 1
    words = text_of(clerk.get(url))
    assert "登记了 1" in words and "不能收 1" in words and stored(furnished) == 1
    assert "登记完了" in text_of(clerk.get(f"/ledgers/{THING}/import"))


def test_the_rejected_rows_come_back_as_a_sheet_with_reasons(furnished, tmp_path):
    clerk = person(furnished, "longdong")
    url = read(clerk, SHEET)
    answer = clerk.get(f"{url}/rejected.xlsx")
    assert answer["Content-Disposition"].startswith("attachment")
    path = tmp_path / "back.xlsx"
    path.write_bytes(answer.content)
    [(_, cells)] = stream(path)
    assert cells[2:] == ["乙", "龙洞街道", "高高"] and cells[0].startswith("高：")


def test_what_a_column_is_can_be_settled_and_is_read_anew(furnished):
    clerk = person(furnished, "longdong")
    url = read(clerk, "什么名,名称,街道社区\n甲,乙,龙洞街道\n")
    page = clerk.get(url).content.decode()
    assert page.count("selected") == 2
    clerk.post(f"{url}/settle", {"column-0": "name", "column-1": "", "column-2": "unit"})
    assert runs.work_off() == 1
    clerk.post(f"{url}/confirm", {"rows": "all"})
    runs.work_off()
    assert "甲" in text_of(clerk.get(f"/ledgers/{THING}")) and stored(furnished) == 1
    twice = clerk.post(f"{url}/settle", {"column-0": "name", "column-1": "name"}, follow=True)
    assert "两列不能是同一项" in text_of(twice)
    late = clerk.post(f"{url}/settle", {"column-0": "name", "column-1": "", "column-2": ""}, follow=True)
    assert "已经在登记或登记完了" in text_of(late)


def test_rows_without_a_place_are_given_one_by_the_person(furnished):
    clerk = person(furnished, "longdong")
    url = read(clerk, "名称\n甲\n")
    page = clerk.get(url).content.decode()
    assert "表里没有写街道社区，这些行属于" in text_of(clerk.get(url)) and "凤凰街道" not in page


def test_a_field_tells_the_file_and_row_it_came_from_also_when_the_run_is_gone(furnished):
    clerk = person(furnished, "longdong")
    url = read(clerk, SHEET)
    clerk.post(f"{url}/confirm", {"rows": "right"})
    assert runs.work_off() == 1
    with database.owning() as query:
        query.run("delete from import_run")
        [(code,)] = query.tuples(f"select code from {furnished.tables[THING].name} where district = %s", [furnished.id])
    words = text_of(clerk.get(f"/ledgers/{THING}/{code}"))
    assert re.search(r"“物件.csv” \S* ?第 3 行", words)


def test_everything_or_nothing(furnished):
    clerk = person(furnished, "longdong")
    url = read(clerk, SHEET)
    clerk.post(f"{url}/confirm", {"rows": "all"})
    runs.work_off()
    assert stored(furnished) == 0 and "试读完，还没登记" in text_of(clerk.get(url))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "没有收"),
        ("甲乙丙\n", "没有收"),
        ("什么,多少\n1,2\n3,4\n", "没有一列对得上"),
    ],
)
def test_a_file_that_is_no_sheet_of_the_ledger_gets_a_sentence(furnished, content, words):
    clerk = person(furnished, "longdong")
    url = read(clerk, content)
    assert words in text_of(clerk.get(url)) and clerk.post(f"{url}/confirm").status_code == 302
    assert runs.work_off() == 0 and stored(furnished) == 0


def test_an_empty_file_and_one_too_large_are_not_taken(furnished, monkeypatch):
    clerk = person(furnished, "longdong")
    assert clerk.post(f"/ledgers/{THING}/import").status_code == 422
    assert "空文件也读不了" in text_of(drop(clerk, ""))
    monkeypatch.setattr(runs, "LARGEST", 10)
    assert drop(clerk, SHEET).status_code == 422


def test_a_run_is_its_owners_alone_and_who_may_enter_nothing_sees_no_page(furnished):
    url = read(person(furnished, "longdong"), SHEET)
    for login in ("fenghuang", "diaodu", "guanli"):
        client = person(furnished, login)
        assert client.get(url).status_code == 404 and client.get(f"{url}/rejected.xlsx").status_code == 404
        assert client.post(f"{url}/confirm", {"rows": "right"}).status_code == 404
    assert person(furnished, "diaodu").get(f"/ledgers/{THING}/import").status_code == 404
    assert "导入表格" not in text_of(person(furnished, "diaodu").get(f"/ledgers/{THING}"))
    assert Client().get(url).status_code == 302
    assert person(furnished, "longdong").get(f"/ledgers/{PERSON}/import/{url.rsplit('/', 1)[1]}").status_code == 404


def test_nothing_of_a_sheet_lies_in_the_clear(furnished):
    clerk = person(furnished, "longdong")
    read(clerk, f"证件号,姓名,街道社区\n{NUMBER[:-1]}1,陈小明,龙洞街道\n", ledger=PERSON)
    folder = sealed_files.place(f"imports/{furnished.id}")
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files and not any(
        NUMBER[:-1].encode() in path.read_bytes() or "陈小明".encode() in path.read_bytes() for path in files
    )
    with database.owning() as query:
        [told] = [
            bytes(row["told"]) for row in query.rows("select told from import_run where district = %s", [furnished.id])
        ]
    assert NUMBER[:-1].encode() not in told and told


def test_an_erasure_takes_away_the_sheets_that_may_hold_what_is_erased(furnished):
    clerk = person(furnished, "longdong")
    url = read(clerk, SHEET)
    record = take(furnished, "longdong", THING, "add", None, unit=area(furnished), name="丁").record
    erasure.erase(furnished, THING, record, by="diaodu", why="本人要求", at=furnished.now())
    assert not list(sealed_files.place(f"imports/{furnished.id}").rglob("*.sealed"))
    clerk.post(f"{url}/confirm", {"rows": "right"})
    runs.work_off()
    assert "请重新上传" in text_of(clerk.get(url)) and stored(furnished) == 0


def test_a_run_that_was_cut_off_is_taken_up_again_and_old_ones_are_swept_away(furnished):
    clerk = person(furnished, "longdong")
    url = read(clerk, SHEET)
    clerk.post(f"{url}/confirm", {"rows": "right"})
    with database.owning() as query:
        query.run("update import_run set beat_at = now() where district = %s", [furnished.id])
    assert not runs.waiting() and runs.work_off() == 0
    with database.owning() as query:
        query.run("update import_run set beat_at = now() - interval '2 minutes' where district = %s", [furnished.id])
    assert runs.waiting() and runs.work_off() == 1 and stored(furnished) == 1
    assert runs.sweep(furnished.id) == 0
    with database.owning() as query:
        query.run("update import_run set made_at = now() - interval '8 days' where district = %s", [furnished.id])
    assert runs.sweep(furnished.id) == 1 and not list(sealed_files.place(f"imports/{furnished.id}").rglob("*.sealed"))
    assert clerk.get(url).status_code == 404 and stored(furnished) == 1


@pytest.mark.parametrize(
    ("where", "words"),
    [("_aside", "磁盘满了，请告诉管理员。已登记的都在；好了以后自动接着做，不会重复"), ("_opened", "数据库断开了")],
)
def test_a_full_disk_and_a_lost_database_are_told_and_it_goes_on_by_itself(furnished, monkeypatch, where, words):
    clerk = person(furnished, "longdong")
    url = read(clerk, SHEET)
    clerk.post(f"{url}/confirm", {"rows": "right"})
    held = getattr(runs, where)

    def fails(*given):
        raise (
            OSError(errno.ENOSPC, "No space left on device") if where == "_aside" else psycopg.OperationalError("gone")
        )

    monkeypatch.setattr(runs, where, fails)
    assert runs.work_off() == 0 and stored(furnished) == 0
    page = text_of(clerk.get(url))
    assert words in page and "正在登记" in page and not runs.waiting()
    monkeypatch.setattr(runs, where, held)
    with database.owning() as query:
        query.run("update import_run set beat_at = now() - interval '2 minutes' where district = %s", [furnished.id])
    assert runs.work_off() == 1 and stored(furnished) == 1
    page = text_of(clerk.get(url))
    assert "登记了 1" in page and words not in page


def test_a_disk_that_is_full_when_a_sheet_is_handed_in_is_told(furnished, monkeypatch):
    def full(*given):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sealed_files, "write", full)
    answer = drop(person(furnished, "longdong"), SHEET)
    assert answer.status_code == 422 and "文件暂时存不下" in text_of(answer)
    assert runs.work_off() == 0


def test_an_upload_that_is_cut_off_is_not_taken_for_the_whole_sheet(furnished):
    clerk = person(furnished, "longdong")
    file = SimpleUploadedFile("物件.csv", (SHEET + "乙,龙洞街道,3\n" * 1000).encode())
    whole = encode_multipart("BOUND", {"file": file})
    for part in (0.99, 0.5):
        cut = {"wsgi.input": BytesIO(whole[: int(len(whole) * part)]), "CONTENT_LENGTH": str(len(whole))}
        answer = clerk.generic("POST", f"/ledgers/{THING}/import", b"", "multipart/form-data; boundary=BOUND", **cut)
        assert answer.status_code == 422
    assert runs.work_off() == 0


def test_somebody_who_left_the_post_meanwhile_brings_nothing_in(furnished):
    clerk = person(furnished, "longdong")
    url = read(clerk, SHEET)
    clerk.post(f"{url}/confirm", {"rows": "right"})
    with database.owning() as query:
        query.run("update holding set until = since where district = %s", [furnished.id])
    runs.work_off()
    assert stored(furnished) == 0
    with database.owning() as query:
        assert query.value("select state from import_run where district = %s", [furnished.id]) == "refused"


def test_the_pages_speak_english_too(furnished):
    clerk = person(furnished, "longdong", "en")
    words = text_of(clerk.get(read(clerk, SHEET)))
    assert "2 rows read = to be entered 1 + to be changed 0 + Unchanged 0 + rejected 1" in words
    assert not re.search("[\u4e00-\u9fff]{6,}", text_of(clerk.get(f"/ledgers/{THING}/import"))), (
        "no Chinese sentence is left"
    )


def test_the_pages_cost_few_statements(furnished):
    clerk = person(furnished, "longdong")
    url = read(clerk, SHEET)
    clerk.get(url)
    with database.counting() as count:
        clerk.get(url)
    assert count.n <= 14
