"""The paper comes back: its scan and its number are kept with the record, for those who see it, until it is erased."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huying.engine import document_files, erasure, records
from huying.options import ROOT
from tests.collect.test_scans import PDF, picture
from tests.engine.small import actor_of
from tests.web.walking import person, report, take, text_of

CASE = "command.case"


@pytest.fixture
def answered(town):
    """A case that was answered."""
    outcome = report(town)
    take(town, "diaodu", CASE, "dispatch", outcome.record)
    take(town, "longdong", CASE, "accept", outcome.record)
    given = {"answer": "已扶正", "answer_how": "phone", "answered_at": town.now()}
    take(town, "longdong", CASE, "answer", outcome.record, **given)
    return outcome


def seen(town, outcome, login="diaodu"):
    return records.get(town, actor_of(town, login), CASE, outcome.record)


def send(town, login, outcome, data=PDF, name="答复 盖章.pdf", **given):
    files = {"scan": SimpleUploadedFile(name, data)} if data is not None else {}
    return person(town, login).post(f"/scans/{CASE}/{outcome.code}", {**files, **given}, follow=True)


def test_scan_and_number_are_kept_in_one_act_and_shown_on_the_page(town, answered):
    words = text_of(send(town, "longdong", answered, number="龙街函〔2020〕7号"))
    assert "签章件已存" in words and "答复 盖章" in words and "龙街函〔2020〕7号" in words
    assert "存签章件" in words and "谭示安" in words, "the history says who"
    record = seen(town, answered)
    assert record.values["file_sha256"] not in words, "a digest says nothing to people"
    assert records.history(town, record)[-1].values.keys() == {"file_sha256", "file_name", "reply_number"}
    given = person(town, "diaodu").get(f"/scans/{CASE}/{answered.code}")
    assert given.content == PDF and given["X-Content-Type-Options"] == "nosniff"


def test_a_number_alone_is_kept_and_the_scan_that_stands_stays(town, answered):
    send(town, "longdong", answered)
    before = seen(town, answered).values["file_sha256"]
    assert "文号已存" in text_of(send(town, "diaodu", answered, None, number="天府办〔2020〕12号"))
    values = seen(town, answered).values
    assert values["reply_number"] == "天府办〔2020〕12号" and values["file_sha256"] == before


def test_nothing_at_all_is_asked_for_again(town, answered):
    assert "没有收到文件" in text_of(send(town, "longdong", answered, None))


def test_who_may_see_the_record_may_see_the_scan_and_only_those(town, answered):
    send(town, "longdong", answered)
    assert person(town, "chebei").get(f"/scans/{CASE}/{answered.code}").status_code == 404
    page = send(town, "chebei", answered, picture(), "a.jpg")
    assert page.status_code == 404 and seen(town, answered).values["file_name"] == "答复 盖章"


def test_it_is_kept_only_in_the_states_that_the_ledger_names(town):
    outcome = report(town)
    assert "现在不能存" in text_of(send(town, "diaodu", outcome))
    page = person(town, "diaodu").get(f"/ledgers/{CASE}/{outcome.code}").content.decode()
    assert 'name="scan"' not in page


def test_no_step_of_the_page_asks_for_a_digest(town, answered):
    page = person(town, "longdong").get(f"/ledgers/{CASE}/{answered.code}").content.decode()
    assert "/archive" not in page and 'name="scan"' in page
    assert (
        person(town, "longdong").post(f"/ledgers/{CASE}/{answered.code}/archive", {"file_sha256": "0" * 64}).status_code
        != 302
    )


def test_an_older_scan_stays_in_the_history_until_the_record_is_erased(town, answered):
    send(town, "longdong", answered)
    first = seen(town, answered).values["file_sha256"]
    send(town, "longdong", answered, PDF + b"%%EOF\n")
    second = seen(town, answered).values["file_sha256"]
    assert first != second and document_files.read(town.id, first) == PDF
    erasure.erase(town, CASE, answered.record, by="测试", why="到期", at=town.now())
    for digest in (first, second):
        with pytest.raises(FileNotFoundError):
            document_files.read(town.id, digest)


def test_the_word_of_a_ledger_is_all_that_a_pack_needs(town):
    from huying.declare.load import load_or_raise

    rules = load_or_raise(ROOT / "packs")
    for name in (CASE, "collect.answer", "collect.round", "renewal.lifts_half_year"):
        if name in rules.ledgers:
            assert rules.ledgers[name].scan and "archive" in rules.flows[name].steps
