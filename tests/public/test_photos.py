"""Photos of residents: kept without what they tell, the upload encrypted, refused with a sentence, gone in the end."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from huying.engine import erasure, packs, photo_files, sealed_files, tracking
from tests.public.conftest import JAM, hidden, jpeg, page_of, report, typed
from tests.public.test_reporting import count, stored


def send(client: Client, data: bytes, name: str = "p.jpg"):
    return client.post("/photos", {"photo": SimpleUploadedFile(name, data, "image/jpeg")})


def shown(client: Client, url: str) -> bytes:
    return b"".join(client.get(url).streaming_content)


def heic() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "green").save(out, "HEIF")
    return out.getvalue()


def test_a_photo_is_sent_at_once_shown_and_goes_with_the_report(town, anyone):
    answer = send(anyone, jpeg(colour="blue"))
    assert answer.status_code == 200 and set(answer.json()) == {"name", "url"}
    assert shown(anyone, answer.json()["url"]).startswith(b"\xff\xd8")
    record = stored(town, report(anyone, photos=answer.json()["name"]))
    assert len(record.values["photos"]) == 1


def test_where_it_was_taken_is_removed_and_the_upload_kept_encrypted(town, anyone):
    data = jpeg(gps=True, colour="teal")
    name = stored(town, report(anyone, photos=send(anyone, data).json()["name"])).values["photos"][0]
    kept = photo_files.path_of(name).read_bytes()
    assert not Image.open(io.BytesIO(kept)).getexif() and b"Telling Camera" not in kept
    sealed = sealed_files.path_of(photo_files.ORIGINALS, name)
    assert b"Telling Camera" not in sealed.read_bytes() and photo_files.original(name) == data
    assert sealed.stat().st_mode & 0o077 == 0


def test_each_upload_has_a_key_of_its_own(town, anyone):
    first, second = (send(anyone, jpeg(colour=c)).json()["name"].split(".")[0] for c in ("navy", "olive"))
    wrapped = [sealed_files.path_of(photo_files.ORIGINALS, n).read_bytes()[17:65] for n in (first, second)]
    assert wrapped[0] != wrapped[1]
    with pytest.raises(FileNotFoundError):
        photo_files.original("0" * 64)


def test_a_photo_as_phones_take_it_is_shown_as_jpeg(anyone):
    answer = send(anyone, heic(), "IMG_1.HEIC")
    assert answer.status_code == 200 and shown(anyone, answer.json()["url"]).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空"),
        (b"%PDF-1.7 not a photo", "不是照片"),
        (jpeg()[:300], "损坏"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "损坏"),
        (b"x" * (21 * 1024 * 1024), "21 MB"),
        (b"x" * (40 * 1024 * 1024), "40 MB"),
    ],
    ids=["empty", "no image", "cut off", "broken", "21 MB", "40 MB"],
)
def test_what_is_no_good_photo_is_refused_with_a_sentence(anyone, data, said):
    answer = send(anyone, data)
    assert answer.status_code in (413, 422) and said in answer.json()["error"]


def test_a_refused_photo_loses_nothing_of_the_form_that_brought_it(town, anyone):
    good, bad = SimpleUploadedFile("好.jpg", jpeg(colour="pink")), SimpleUploadedFile("坏.jpg", b"nothing")
    answer = anyone.post(JAM, typed(anyone, words="带照片的", alike="go") | {"photos": [good, bad]})
    page = page_of(answer)
    assert answer.status_code == 422 and "带照片的" in page and "坏.jpg" in page and count(town) == 0
    given = typed(anyone, words="带照片的", alike="go", photos=hidden(page, "photos"))
    sent = anyone.post(JAM, given | {"act": hidden(page, "act")})
    assert len(stored(town, sent["Location"].removeprefix("/track/")).values["photos"]) == 1


def test_photos_work_without_script(town, anyone):
    many = [SimpleUploadedFile(f"{c}.jpg", jpeg(colour=c)) for c in ("gold", "gray")]
    sent = anyone.post(JAM, typed(anyone, alike="go") | {"photos": many})
    assert len(stored(town, sent["Location"].removeprefix("/track/")).values["photos"]) == 2


def test_nobody_attaches_or_opens_a_photo_by_knowing_its_name(town, anyone):
    name = stored(town, report(anyone, photos=send(anyone, jpeg(colour="lime")).json()["name"])).values["photos"][0]
    other = Client()
    assert other.get(f"/photos/{name}").status_code == 404
    assert not stored(town, report(other, photos=name)).values.get("photos")
    for address in ("x", "../../etc/passwd", f"{name}.{'0' * 24}", "%00"):
        assert other.get(f"/photos/{address}").status_code == 404


def test_an_address_of_a_photo_opens_for_two_days(town, anyone, monkeypatch):
    url = send(anyone, jpeg(colour="tan")).json()["url"]
    today = town.today()
    for days, status in ((0, 200), (1, 200), (2, 404)):
        monkeypatch.setattr(packs.District, "today", lambda _self, days=days: today + timedelta(days=days))
        assert anyone.get(url).status_code == status


def test_a_token_is_needed_to_send_a_photo(town):
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, jpeg()).status_code == 403


def test_too_many_photos_from_one_address_are_slowed(anyone, monkeypatch):
    from huying.web.views import photos as view

    monkeypatch.setattr(view, "MOST", 1)
    assert send(anyone, jpeg()).status_code == 200
    answer = send(anyone, jpeg())
    assert answer.status_code == 429 and "十分钟" in answer.json()["error"]


def test_a_full_disk_is_said_and_leaves_nothing_half_written(town, anyone, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealed_files.os, "fsync", full)
    answer = send(anyone, jpeg(colour="maroon"))
    assert answer.status_code == 422 and "先不带照片提交" in answer.json()["error"]
    assert not list(sealed_files.place("photos").rglob("*.jpg.*"))


def test_photos_of_a_form_that_was_never_sent_are_removed_and_others_stay(town, anyone, monkeypatch):
    held = send(anyone, jpeg(colour="cyan")).json()["name"]
    unsent = send(anyone, jpeg(colour="coral")).json()["name"].split(".")[0]
    report(anyone, photos=held)
    assert photo_files.sweep(town) == 0, "not within the first day"
    later = town.now() + timedelta(days=2)
    monkeypatch.setattr(packs.District, "now", lambda _self: later)
    assert photo_files.sweep(town) == 1
    assert not photo_files.path_of(unsent).exists() and photo_files.path_of(held.split(".")[0]).exists()


def test_photos_go_when_their_record_is_erased(town, anyone):
    photo = send(anyone, jpeg(colour="plum")).json()["name"]
    one, two = report(anyone, photos=photo), report(anyone, photos=photo)
    name = photo.split(".")[0]
    for code, there in ((one, True), (two, False)):
        _ledger, record = tracking.find(town.id, code)
        erasure.erase(town, "traffic.jam", record, by="test", why="asked", at=town.now())
        assert photo_files.path_of(name).exists() is there
        assert sealed_files.path_of(photo_files.ORIGINALS, name).exists() is there
