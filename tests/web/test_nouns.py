"""A district that calls the program's nouns otherwise reads its own words everywhere, in both languages."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client

from huying.engine import districts, packs, tokens
from huying.engine.database import direct
from huying.web import throttle
from tests.engine.small import actor_of, small_folder
from tests.web.walking import person, report, take, text_of

CASE = "command.case"
WORDS = """
words:
  case: 工单 | work order
  ledger: 名册 | roster
  post: 席位 | seat
  office: 科室 | bureau
  commitment: 目标任务 | target task
  indicator: 度量 | yardstick
  dispatch: 派单 | send out, sent out
  close: 办结 | settle
"""
OLD = {
    "zh-hans": re.compile("事项|台账|岗位|单位|承诺|指标|派遣|结案"),
    "en": re.compile(
        r"\b(cases?|ledgers?|posts?|offices?|promises?|indicators?|dispatch(ed)?|closed?)\b", re.IGNORECASE
    ),
}


@pytest.fixture
def renamed(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> packs.District:
    """A small district with words of its own; its posts are called by them too."""
    folder = small_folder(tmp_path)
    settings = folder / "district.yaml"
    settings.write_text(settings.read_text("utf-8") + WORDS, encoding="utf-8")
    posts = folder / "posts.csv"
    text = (
        posts.read_text("utf-8")
        .replace("事项岗", "工单岗")
        .replace("Cases,", "Orders,")
        .replace("Dispatch desk", "Desk")
    )
    posts.write_text(text, encoding="utf-8")
    districts.load(folder, lambda *_: None, True)
    town = packs.current(int(folder.name.removeprefix("small")))
    monkeypatch.setattr(packs, "districts", lambda: [{"id": town.id, "name": town.name, "title": town.title}])
    throttle.forget()
    return town


def main_pages(town: packs.District) -> list[str]:
    made, sent = report(town), report(town)
    take(town, "diaodu", CASE, "dispatch", sent.record)
    return [
        "/work",
        "/desk",
        f"/desk?at={CASE}/{made.code}",
        "/notices",
        "/search?q=路口",
        f"/ledgers/{CASE}",
        f"/ledgers/{CASE}/{made.code}",
        f"/ledgers/{CASE}/{sent.code}",
        f"/ledgers/{CASE}/{made.code}/dispatch",
        f"/flows/{CASE}",
        "/commitments",
        "/indicators",
        "/pages/command.command",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_relabelled_noun_stands_on_every_main_page_and_the_old_one_on_none(renamed, language):
    client = person(renamed, "diaodu", language)
    public = Client()
    public.cookies["django_language"] = language
    everything = ""
    for who, url in [
        *((client, url) for url in main_pages(renamed)),
        *(
            (public, url)
            for url in ("/", "/report", f"/report/{CASE}?category=street.bikes", "/track", "/promises", "/places")
        ),
    ]:
        answer = who.get(url)
        words = text_of(answer)
        assert answer.status_code == 200, url
        assert not (left := OLD[language].search(words)), (url, words[max(0, left.start() - 30) : left.end() + 30])
        assert "$" not in words, url
        everything += words
    wanted = {
        "zh-hans": ("工单", "名册", "席位", "目标任务", "度量", "派单台", "待派单", "办结"),
        "en": (
            "Work orders",
            "Work order",
            "seat",
            "Target tasks",
            "Yardsticks",
            "Send out desk",
            "To be sent out",
            "Settle",
        ),
    }[language]
    for word in wanted:
        assert word in everything, word


def test_refusals_exports_and_the_api_say_it_too(renamed):
    answer = person(renamed, "hecha").get(f"/ledgers/{CASE}/export.csv")
    assert answer.status_code == 403 and "您的席位不能导出" in text_of(answer)
    report(renamed)
    book = person(renamed, "longdong", "en").get(f"/ledgers/{CASE}/export.xlsx")
    inside = zipfile.ZipFile(BytesIO(b"".join(book.streaming_content)))
    cells = "".join(inside.read(name).decode() for name in inside.namelist() if "sheet" in name or "Strings" in name)
    assert "To be sent out" in cells and "Settled" in cells and "dispatched" not in cells
    actor = actor_of(renamed, "diaodu")
    _, token = tokens.make(renamed, actor, "tests", tokens.SCOPES, 1)
    answer = Client().get("/api/v1/ledgers/none.none", headers={"Authorization": f"Bearer {token}"})
    assert "没有名册" in json.loads(answer.content)["detail"]


def test_what_was_written_before_says_the_word_of_today(renamed):
    direct().run(
        "insert into hy.notice (district, target, record, ledger, seq, kind, words, made_at) "
        "values (%s, %s, gen_random_uuid(), 1, 1, 'told', '新的$case | A new $case', now())",
        [renamed.id, f"post:{actor_of(renamed, 'diaodu').post.id}"],
    )
    assert "新的工单" in text_of(person(renamed, "diaodu").get("/notices"))
