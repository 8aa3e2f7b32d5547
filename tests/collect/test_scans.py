"""The signed and sealed copy: who may keep it, what is taken of it, and that it comes out as it went in."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from huying import installation
from huying.engine import database, erasure, packs
from tests.collect.rounds import ASKED, FORM, LONGDONG, answer, hand_in, open_round
from tests.web.walking import person, text_of

PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"


def picture() -> bytes:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "secret camera"
    Image.new("RGB", (80, 60), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def sent(client, url: str, data: bytes, name: str = "龙洞 盖章|件.pdf"):
    return client.post(f"{url}/scan", {"scan": SimpleUploadedFile(name, data)}, follow=True)


def test_a_pdf_is_kept_with_the_answer_and_comes_out_as_it_went_in(town: packs.District):
    code = open_round(town).code
    hand_in(town, code, LONGDONG, "longdong", **ASKED, lifts_permitted=1, lifts_running=1, lift_households=3)
    url = f"/collect/{FORM}/{answer(town, code, LONGDONG).code}"
    client = person(town, "longdong")
    words = text_of(sent(client, url, PDF))
    assert "签章件已存" in words and "龙洞 盖章件" in words
    given = person(town, "zhujian").get(f"{url}/scan")
    assert given.content == PDF and given["Content-Type"] == "application/pdf"
    assert given["Content-Disposition"].startswith("attachment") and given["X-Content-Type-Options"] == "nosniff"
    assert person(town, "chebei").get(f"{url}/scan").status_code == 404, "another street's is not for me"


def test_a_picture_is_made_anew_without_what_a_camera_says(town: packs.District):
    code = open_round(town).code
    owner, url = person(town, "zhujian"), f"/collect/{FORM}/rounds/{code}"
    assert "签章件已存" in text_of(sent(owner, url, picture(), "扫描.jpg"))
    given = owner.get(f"{url}/scan")
    assert given["Content-Type"] == "image/jpeg" and b"secret camera" not in given.content
    assert Image.open(BytesIO(given.content)).size == (80, 60)


def test_only_those_who_fill_in_or_asked_may_keep_one_and_not_before_it_is_handed_in(town: packs.District):
    code = open_round(town).code
    url = f"/collect/{FORM}/{answer(town, code, LONGDONG).code}"
    assert "填报的要先报送" in text_of(sent(person(town, "longdong"), url, PDF))
    assert "不归您的岗位存" in text_of(sent(person(town, "longdong"), f"/collect/{FORM}/rounds/{code}", PDF))
    assert answer(town, code, LONGDONG).values.get("file_sha256") is None


@pytest.mark.parametrize(
    "data", [b"", b"MZ\x90\x00 program", b"%PDF-1.4 cut", b"\xff\xd8\xff broken", b"<html></html>"]
)
def test_what_is_no_scan_is_refused_in_words(town: packs.District, data: bytes):
    code = open_round(town).code
    url = f"/collect/{FORM}/rounds/{code}"
    page = sent(person(town, "zhujian"), url, data)
    assert page.status_code == 200 and 'class="banner warning"' in page.content.decode()
    assert person(town, "zhujian").get(f"{url}/scan").status_code == 404


def test_a_scan_lies_sealed_and_goes_with_the_record_that_it_is_of(town: packs.District):
    """A canary in the scan and one in its name: neither lies in the clear, and after the erasure neither lies anywhere."""
    code = open_round(town).code
    hand_in(town, code, LONGDONG, "longdong", **ASKED, lifts_permitted=1, lifts_running=1, lift_households=3)
    made = answer(town, code, LONGDONG)
    url, client = f"/collect/{FORM}/{made.code}", person(town, "longdong")
    scan = PDF.replace(b"endobj", b"(zqscanned) endobj")
    sent(client, url, scan, "zqfilename.pdf")
    assert client.get(f"{url}/scan").content == scan
    files = installation.current_options().data / "files"

    def held() -> tuple[set[str], list[str]]:
        sealed = {path.name for path in files.rglob("*.sealed")}
        assert not [path for path in files.rglob("*") if path.is_file() and b"zqscanned" in path.read_bytes()]
        with database.owning() as query:
            tables = [name for (name,) in query.tuples("select tablename from pg_tables where schemaname = 'hy'")]
            return sealed, [
                table
                for table in tables
                if query.value(
                    f"select exists (select from hy.{table} x where x::text like '%%zqfilename%%' and %s)", [True]
                )
            ]

    before, tables = held()
    assert f"l{town.tables[made.ledger.name].number}" in tables
    digest = answer(town, code, LONGDONG).values["file_sha256"]
    assert f"{digest}.sealed" in before
    erasure.erase(town, made.ledger.name, made.id, by="guanli", why="依申请", at=town.now())
    after, tables = held()
    assert f"{digest}.sealed" not in after and tables == []
    assert client.get(f"{url}/scan").status_code == 404
