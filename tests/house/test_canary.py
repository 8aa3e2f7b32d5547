"""A secret value goes every way that there is; then every byte that the installation has written is looked through."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from huying.backups.dump import without_password
from huying.cluster import Cluster, Lease, binaries
from tests.house.test_backup import huying

CANARIES = (
    "13812345670",
    "13812345671",
    "13812345672",
    "13812345673",
    "13812345674",
    "13812345675",
    "44010619900307788",
)
WAYS = """
import json
from pathlib import Path
from huying import installation
place = Path(PLACE)
with installation.opened():
    from huying.engine import prepare
    prepare.migrate()
    from django.test import Client
    from django.conf import settings
    settings.ALLOWED_HOSTS = ["*"]
    from huying.engine.in_force import put_in_force
    from huying.engine import followers, packs, places, records, seals, tokens, unmasking
    from huying.engine.models import Person
    from tests.engine.aid import aid
    from tests.engine.small import actor_of, load_small
    from tests.web.walking import form_of, press

    town = load_small(place)
    put_in_force(town.id, [aid(place)])
    town = packs.current(town.id)

    def person(login):
        client = Client(raise_request_exception=False)
        client.force_login(Person.objects.get(login=f"{login}-{town.id}"), "django.contrib.auth.backends.ModelBackend")
        return client

    clerk, desk = person("longdong"), person("diaodu")
    new = "/ledgers/aid.call/new/report"
    street = "440106018000"
    asked = {"unit": street, "words": "要轮椅", "caller": "不加密的称呼", "phone": "13812345670", "kin_phone": "+86-13812345671"}
    # a form: refused, kept as a draft, restored, sent
    assert press(clerk, new, **{**asked, "phone": "13812345670x"}).status_code == 422
    assert clerk.post("/drafts", {"form_path": new, **asked}).status_code == 204
    assert "13812345670" in clerk.get(new).content.decode()
    sent = press(clerk, new, **asked)
    assert sent.status_code == 302, sent.content.decode()
    url = sent["Location"]
    # a form sent when signed out, and one that is left half filled
    assert Client().post(f"{url}/correct", {"phone": "13812345672"}).status_code == 302
    assert clerk.post("/drafts", {"form_path": f"{url}/correct", "phone": "13812345672"}).status_code == 204
    # shown, found, sought in search
    assert "13812345670" in clerk.post(f"{url}/unmask", {"why": "回访"}).content.decode()
    assert clerk.post("/ledgers/aid.call/find", {"field": "phone", "value": "138 1234 5670"}, follow=True).status_code == 200
    # the API: a step, a refusal, a find, an export, a repeated act
    _, token = tokens.make(town, actor_of(town, "longdong"), "canary", tokens.SCOPES, 30)
    head = {"authorization": f"Bearer {token}"}
    api = "/api/v1/ledgers/aid.call"
    code = url.rsplit("/", 1)[1]

    def call(path, body):
        return Client(raise_request_exception=False).post(path, json.dumps(body), content_type="application/json", headers=head)

    step = {"step": "correct", "answers": {"phone": "13812345673"}, "act": "01930000-0000-7000-8000-000000000001"}
    for _ in range(2):
        assert call(f"{api}/records/{code}/steps", step).status_code == 200
    assert call(f"{api}/records/{code}/steps", {**step, "answers": {"phone": "13812345674"}}).status_code >= 400
    assert call(f"{api}/records", {"step": "report", "answers": {"phone": "13812345674"}}).status_code >= 400
    assert call(f"{api}/find", {"field": "phone", "value": "13812345673"}).json()["total"] == 1
    assert "13812345673" in call(f"{api}/records/{code}/unmask", {"why": "回访"}).content.decode()
    lines = b"".join(Client().get(f"{api}/export", headers=head).streaming_content)
    assert code.encode() in lines and b"1381234567" not in lines
    # a register whose key is the secret value: the second is refused by the database itself
    number = "440106199003077887"
    for _ in range(2):
        done = call("/api/v1/ledgers/aid.person/records", {"step": "add", "answers": {"unit": street, "id_number": number}})
    assert done.status_code in (409, 422), done.content
    # files, notices, search rows, seals; an end
    for kind in ("csv", "xlsx"):
        (place / f"sheet.{kind}").write_bytes(b"".join(clerk.get(f"/ledgers/aid.call/export.{kind}").streaming_content))
    assert press(clerk, f"{url}/help").status_code == 302
    other = press(clerk, new, **{**asked, "phone": "13812345675"})["Location"]
    again = press(clerk, new, **{**asked, "phone": "+86-13812345673"})["Location"]
    while followers.run_once(town.id):
        pass
    assert again.rsplit("/", 1)[1] in clerk.get("/who").content.decode()  # one name and number: a pair to be looked at
    pages = [url, "/ledgers/aid.call", "/notices", "/search?q=" + code, f"{url}?as_of=2020-12-20", "/work", "/who"]
    (place / "pages.html").write_text("".join(c.get(p).content.decode() for c in (clerk, desk) for p in pages))
    assert seals.verify(town.id)[2] == []
    (place / "made.json").write_text(json.dumps({"code": code, "other": other.rsplit("/", 1)[1], "again": again.rsplit("/", 1)[1]}))
"""


def written(*folders: Path) -> list[tuple[str, str]]:
    """(file, canary) wherever a value lies in the clear."""
    found = []
    for folder in folders:
        for path in [folder] if folder.is_file() else [p for p in folder.rglob("*") if p.is_file()]:
            content = path.read_bytes()
            found += [(str(path), text) for text in CANARIES for way in _ways(text) if way in content]
    return found


def _ways(text: str) -> list[bytes]:
    """A value as bytes, as UTF-16, as typed with dashes, and the tail that no mask shows."""
    return [text.encode(), text.encode("utf-16-le"), f"{text[:3]}-{text[3:7]}-{text[7:]}".encode(), text[:9].encode()]


def dump(folder: Path) -> Path:
    """The whole database as plain text."""
    target = folder.with_name(f"{folder.name}.sql")
    with Lease(Cluster(folder)) as dsn:
        command = [
            binaries.find("")["pg_dump"],
            "--format=plain",
            f"--file={target}",
            f"--dbname={without_password(dsn.owner_url)}",
        ]
        subprocess.run(command, check=True, capture_output=True)
    return target


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation in which the values went every way, with a backup beside it."""
    folder = tmp_path_factory.mktemp("canary") / "data"
    (folder.parent / "out").mkdir()
    made = huying(folder, program=WAYS.replace("PLACE", repr(str(folder.parent / "out"))))
    assert made.returncode == 0, made.stdout + made.stderr
    (folder.parent / "said").write_text(made.stdout + made.stderr)
    done = huying(folder, "keys", "rotate")
    assert done.returncode == 0 and "number 2" in done.stdout, done.stdout + done.stderr
    done = huying(
        folder, "backup", "--to", str(folder.parent / "a.backup"), "--keys-to", str(folder.parent / "safe" / "k")
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_no_byte_of_the_installation_holds_a_secret_value_in_the_clear(place: Path):
    out = place.parent / "out"
    assert "不加密的称呼" in dump(place).read_text(encoding="utf-8"), "what is private only would be found"
    assert (
        written(place, place.with_name("data.sql"), place.parent / "a.backup", out / "sheet.csv", place.parent / "said")
        == []
    )
    unzipped = out / "unzipped"
    shutil.unpack_archive(out / "sheet.xlsx", unzipped, "zip")
    pages = (out / "pages.html").read_text(encoding="utf-8")
    assert written(unzipped, out / "pages.html") == [] and "•••5673" in pages


def test_after_erasing_nothing_opens_and_an_old_backup_brings_nothing_back(place: Path, tmp_path: Path):
    made = json.loads((place.parent / "out" / "made.json").read_text())
    for code in made.values():
        done = huying(place, "erase", "aid.call", code, "--why", "依申请", "--yes")
        assert done.returncode == 0, done.stderr
    restored = tmp_path / "data"
    shutil.copy(place.with_name("data.erasures.log"), tmp_path / "data.erasures.log")
    done = huying(restored, "restore", str(place.parent / "a.backup"), "--keys", str(place.parent / "safe" / "k"))
    assert done.returncode == 0, done.stderr
    for folder in (place, restored):
        with Lease(Cluster(folder)) as dsn, psycopg.connect(dsn.owner_url) as connection:
            left = connection.execute(
                "select count(*), count(e.secret), count(e.open), count(k.wrapped) from hy.event e join hy.ledger g on g.id = e.ledger "
                "left join hy.record_key k on k.record = e.record where g.name = 'aid.call'"
            ).fetchone()
            assert left[0] >= 4 and left[1:] == (0, 0, 0)
            number = connection.execute("select id from hy.ledger where name = 'aid.call'").fetchone()[0]
            for tail in ("", "_h"):
                kept = f"select count(phone_mask), count(phone_index), count(kin_phone_index) from hy.l{number}{tail}"
                assert connection.execute(kept).fetchone() == (0, 0, 0)
            assert connection.execute("select count(*) from hy.draft").fetchone() == (0,)
            for marks in (
                "subject_mark m join hy.ledger g on g.id = m.ledger",
                "subject_pair p join hy.ledger g on g.id in (p.one_ledger, p.other_ledger)",
            ):
                assert connection.execute(f"select count(*) from hy.{marks} where g.name = 'aid.call'").fetchone() == (
                    0,
                )
            assert connection.execute(
                "select count(*) from hy.access_log a join hy.ledger g on g.id = a.ledger where g.name = 'aid.call' and why <> ''"
            ).fetchone() == (0,)
        verified = huying(folder, "verify")
        assert verified.returncode == 0, verified.stdout
    assert written(place, restored, dump(restored)) == []
